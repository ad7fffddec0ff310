"""A client follows a programme on the command line: begun, next, refused; which session a run is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from runform_live.cli import planned
from runform_live.cli.main import main
from runform_live.cli.programme import due_words
from runform_live.clinic import clients
from runform_live.clinic.database import VARIABLE, Database
from runform_live.session.pain import set_after
from runform_live.session.reader import read
from tests.clinic.test_following import SHORT, recorded, run_next
from tests.programmes.making import home, own
from tests.session.test_reader import begun

__all__ = ["home"]

BEGUN = (
    "client 'P07' begins short: short; 2 sessions, 3 days, 2 min of training, 2 min with feedback\n"
    "next: session 1 of 2 of short, on any day\n"
    "  1:00 training (1:00 with feedback); 1:00 in all\n"
    "  runform live --client P07 --programme next\n"
)


@pytest.fixture(autouse=True)
def _client(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A client P07, a programme of two short sessions, and records of their own."""
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path / 'clinic.sqlite'}")
    own("short", SHORT)
    assert main(["clients", "add", "--pseudonym", "P07"]) == 0
    capsys.readouterr()


def told(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    try:
        status = main([str(word) for word in words])
    except SystemExit as ended:
        status = int(ended.code or 0)
    out, err = capsys.readouterr()
    return status, out, err


def test_a_client_begins_a_programme_and_hears_what_comes(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "programme", "start", "short", "--client", "p07") == (0, BEGUN, "")
    assert told(capsys, "programme", "next", "--client", "P07")[1] == BEGUN.partition("\n")[2]


def test_what_was_held_moves_the_next_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told(capsys, "programme", "start", "short", "--client", "P07")
    with Database() as database:
        with database.reading() as session:
            client = clients.find(session, "P07")
        run_next(database, client, tmp_path / "one", 61.0, "2026-05-04")
        run_next(database, client, tmp_path / "two", 50.0, "2026-05-06", end=False)
        lines = told(capsys, "programme", "next", "--client", "P07")[1].splitlines()
        assert lines[0].startswith("next: session 2 of 2 of short, due on 2026-05-06, ")
        assert lines[1:] == [
            "  0:30 warm-up, 1:00 training (1:00 with feedback), 0:30 retention; 2:00 in all",
            "  it was interrupted after 0:50 and goes on from there; 1:10 left",
            "  runform live --client P07 --programme next",
        ]
        run_next(database, client, tmp_path / "rest", 71.0, "2026-05-07")
    done = "client 'P07' has held all 2 sessions of short"
    assert told(capsys, "programme", "next", "--client", "P07") == (0, f"all done: {done}\n", "")
    status, _, err = told(capsys, "live", "--no-window", "--client", "P07", "--programme", "next")
    assert (status, err) == (2, f"runform: {done}; there is no next one\n")


def test_a_session_that_was_ended_before_a_step_begins_from_its_beginning(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told(capsys, "programme", "start", "short", "--client", "P07")
    with Database() as database:
        with database.reading() as session:
            client = clients.find(session, "P07")
        run_next(database, client, tmp_path / "one", 0.0, "2026-05-04")
    assert told(capsys, "programme", "next", "--client", "P07")[1] == BEGUN.partition("\n")[2]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("programme", "next", "--client", "P07"),
         "client 'P07' follows no programme; `runform programme start NAME --client P07` begins one"),
        (("programme", "next", "--client", "X"), "there is no client 'X'; `runform clients list` shows those there are"),
        (("programme", "start", "none", "--client", "P07"),
         "there is no programme 'none'; there are home_six_weeks, two_weeks, short"),
        (("live", "--programme", "next"), "--programme next needs --client P: which session is next depends on the client"),
        (("live", "--client", "P07", "--programme", "next"),
         "client 'P07' follows no programme; `runform programme start NAME --client P07` begins one"),
        (("live", "--programme", "short:3"), "programme short has no session 3; its sessions are 1 to 2"),
        (("live", "--programme", "short:0"), "programme short has no session 0; its sessions are 1 to 2"),
        (("live", "--client", "P07", "--programme", "none:1"),
         "there is no programme 'none'; there are home_six_weeks, two_weeks, short"),
        (("live", "--programme", "short"),
         "argument --programme: 'short' is neither next nor NAME:NUMBER, as two_weeks:3; `runform live --help` shows what can be given"),
        (("live", "--pain", "11"),
         "argument --pain: '11' must be a whole number from 0 (none) to 10; `runform live --help` shows what can be given"),
        (("live", "--pain", "-1"),
         "argument --pain: '-1' must be a whole number from 0 (none) to 10; `runform live --help` shows what can be given"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_a_line(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], line: str) -> None:  # fmt: skip
    assert told(capsys, *words) == (2, "", f"runform: {line}\n")


def test_a_second_programme_needs_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "programme", "start", "short", "--client", "P07")
    status, _, err = told(capsys, "programme", "start", "two_weeks", "--client", "P07")
    assert (status, err) == (2, "runform: client 'P07' follows programme short already; --instead begins two_weeks in its place\n")  # fmt: skip
    assert told(capsys, "programme", "start", "two_weeks", "--client", "P07", "--instead")[0] == 0
    assert "session 1 of 8 of two_weeks" in told(capsys, "programme", "next", "--client", "P07")[1]


def test_a_programme_with_a_typo_is_said_with_its_key(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "programme", "start", "short", "--client", "P07")
    path = own("short", SHORT.replace("warm_up_min = 0.5", "warmup_min = 0.5"))
    status, _, err = told(capsys, "live", "--client", "P07", "--programme", "next")
    assert status == 2
    assert err == f"runform: programme {path}: unknown key `warmup_min` in [session.1]; configs/programmes/two_weeks.toml shows every key\n"  # fmt: skip


def test_a_session_by_its_number_counts_for_the_client_who_follows_that_programme(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    free = planned.planned_of("short:2", "P07")
    assert free is not None and free.prescribed.enrolment is None
    told(capsys, "programme", "start", "short", "--client", "P07")
    with Database() as database:
        with database.reading() as session:
            client = clients.find(session, "P07")
        before = planned.planned_of("short:2", "P07")
        assert before is not None and before.prescribed.enrolment is not None
        recorded(database, client, tmp_path / "two", before.prescribed, 50.0, "2026-05-06")
    now = planned.planned_of("short:2", "P07")
    assert now is not None and round(now.prescribed.ran_before_s) == 50
    alone = planned.planned_of("short:2", None)
    assert alone is not None and (alone.prescribed.enrolment, alone.prescribed.ran_before_s) == (None, 0.0)


def test_pain_after_a_session_is_kept(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    with begun(folder) as record:
        record.finish("stopped")
    assert told(capsys, "programme", "pain", folder, 3) == (0, f"{folder}: pain after the session is 3\n", "")
    assert read(folder).pain.after == 3
    set_after(folder, 2)
    assert read(folder).pain.after == 2


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (None, "on any day"),
        (date(2026, 5, 6), "due on 2026-05-06, today"),
        (date(2026, 5, 7), "due on 2026-05-07, in 1 day"),
        (date(2026, 5, 4), "due on 2026-05-04, 2 days ago"),
    ],
)
def test_when_a_session_is_due(due: date | None, words: str) -> None:
    assert due_words(due, date(2026, 5, 6)) == words
