"""`runform encryption`, and every verb that reads a session: on a sealed one it says and writes what it does on the plain one."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from runform_live import config
from runform_live.cli.main import main
from runform_live.clinic import archive_export, archive_import, erasing, session_list
from runform_live.clinic.database import Database
from runform_live.encryption import keys, passphrase
from runform_live.errors import BadInput
from runform_live.report import build as report
from runform_live.session import sealed
from runform_live.session.reader import read
from tests.batch.makers import analysed, film
from tests.clinic.makers import added, folders_of, ran
from tests.encryption.makers import WORDS, encrypted, finished, names, sealed_session

assert encrypted  # a fixture


@pytest.fixture
def words(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with the passphrase, which the environment names."""
    file = tmp_path_factory.mktemp("words") / "words"
    file.write_text(f"{WORDS}\n")
    monkeypatch.setenv(passphrase.FILE, str(file))
    return file


def told(capsys: pytest.CaptureFixture[str], *given: object) -> tuple[int, str, str]:
    """Exit status and what was printed, of a program of its own: it knows no passphrase yet."""
    keys.forget()
    capsys.readouterr()
    status = main([str(word) for word in given])
    out = capsys.readouterr()
    return status, out.out, out.err


def test_on_seal_status_and_off(tmp_path: Path, words: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = finished(tmp_path / "data" / "run")
    assert told(capsys, "encryption", "off")[0] == 2
    assert told(capsys, "encryption", "seal")[0] == 2
    status, out, _ = told(capsys, "encryption", "on")
    assert status == 0 and "If it is forgotten, what is encrypted is lost" in out
    assert told(capsys, "encryption", "on")[0] == 2, "it is on already"
    assert told(capsys, "encryption", "seal", folder.parent)[1] == "1 session was encrypted\n"
    assert sealed.is_sealed(folder)
    assert told(capsys, "encryption", "status")[1].startswith("encryption is on; encrypted sessions: 0 of 0")
    assert told(capsys, "encryption", "unseal", folder.parent)[:2] == (0, "1 session was decrypted\n")
    assert keys.is_on() and read(folder).info.ended == "stopped"
    assert not sealed.sealed_files(folder)
    assert told(capsys, "encryption", "off")[0] == 0
    assert not keys.is_on() and keys.is_made()


@pytest.mark.usefixtures("encrypted")
def test_off_names_the_folders_that_it_leaves_sealed(
    tmp_path: Path, words: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, client, nobody = (
        config.sessions_folder(config.load()) / "run",
        tmp_path / "client" / "run",
        tmp_path / "else" / "run",
    )
    with Database() as database:
        sealed.seal(ran(database, added(database), client))
    for folder in (home, nobody):
        sealed_session(folder)
    assert told(capsys, "sessions", "list", nobody.parent)[0] == 0, "the records know it from now on"
    status, out, _ = told(capsys, "encryption", "off")
    assert status == 0 and out.startswith("Encryption is off. 2 sessions were decrypted;")
    assert f"still encrypted:\n  {nobody.parent}\n" in out and "runform encryption unseal DIR" in out
    assert [sealed.is_sealed(folder) for folder in (home, client, nobody)] == [False, False, True]
    assert told(capsys, "encryption", "unseal", nobody)[:2] == (0, "1 session was decrypted\n")


@pytest.mark.usefixtures("encrypted")
def test_off_says_how_many_are_still_sealed_and_stays_on(
    tmp_path: Path, words: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = config.sessions_folder(config.load())
    good, bad = sealed_session(folder / "a"), sealed_session(folder / "b")
    (bad / "stances.csv.age").write_bytes((bad / "stances.csv.age").read_bytes()[:-1])
    status, _, err = told(capsys, "encryption", "off")
    assert status == 1
    assert "1 of 2 sessions are still encrypted, and encryption stays on; run it again" in err
    assert "stances.csv.age is damaged" in err
    assert keys.is_on() and not sealed.is_sealed(good) and sealed.is_sealed(bad)


@pytest.mark.usefixtures("encrypted")
def test_a_list_while_locked_names_the_sessions_and_says_that_they_are_locked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed_session(tmp_path / "run-1")
    status, out, err = told(capsys, "sessions", "list", tmp_path)
    assert (status, err) == (0, "")
    assert out.startswith("run-1: locked: give the passphrase") and out.count("\n") == 1
    with Database() as database:
        added(database)
    assert told(capsys, "sessions", "list", tmp_path)[1] == out, "with records too"


@pytest.mark.usefixtures("encrypted")
def test_what_was_listed_with_the_passphrase_is_not_told_without_it(
    tmp_path: Path, words: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Database() as database:
        sealed.seal(ran(database, added(database), tmp_path / "run-1"))
    status, out, _ = told(capsys, "sessions", "list", tmp_path)
    assert status == 0 and "5.0" in out
    assert told(capsys, "progress", "P07")[0] == 0
    monkeypatch.delenv(passphrase.FILE)
    status, out, err = told(capsys, "progress", "P07")
    assert (status, out) == (2, "") and "locked: give the passphrase" in err
    monkeypatch.setenv(passphrase.FILE, str(words))
    assert "5.0" in told(capsys, "sessions", "list", tmp_path)[1], "it is read again"
    monkeypatch.delenv(passphrase.FILE)
    assert told(capsys, "sessions", "list", tmp_path)[1].startswith("run-1: locked: give the passphrase")
    with Database() as database, database.reading() as session:
        (row,) = session_list.rows(session)
    assert (row.state, row.left_deg, row.started) == ("locked", None, None), "nor does the index keep it"


@pytest.mark.usefixtures("encrypted")
@pytest.mark.parametrize(
    "given", [("sessions", "list", "{parent}"), ("report", "{run}"), ("export", "{run}", "--to", "csv"), ("compare", "{run}"), ("review", "{run}")]
)  # fmt: skip
def test_a_wrong_passphrase_is_one_line(
    given: tuple[str, ...], tmp_path: Path, words: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = sealed_session(tmp_path / "runs" / "run")
    words.write_text("some other words")
    before = names(run)
    status, out, err = told(capsys, *(word.format(run=run, parent=run.parent) for word in given))
    assert (status, out, err) == (2, "", "runform: wrong passphrase; nothing was opened\n")
    assert names(run) == before


VERBS = (
    ("sessions", "list", "{parent}"),
    ("report", "{run}", "--out", "{out}/r.html"),
    ("report", "{run}", "{other}", "--out", "{out}/both.html"),
    ("compare", "{run}"),
    ("compare", "{run}", "{other}", "--html", "{out}/c.html", "--json", "{out}/c.json"),
    ("export", "{run}", "--to", "csv", "--out", "{out}/x.csv"),
    ("export", "{run}", "--to", "json", "--out", "{out}/x.json"),
    ("export", "{run}", "--to", "parquet", "--out", "{out}/x.parquet"),
    ("export", "{run}", "--to", "c3d", "--out", "{out}/x.c3d"),
    ("export", "{run}", "--to", "video", "--out", "{out}/x.mp4"),
    ("report", "{run}", "--out", "{out}/r.pdf"),
    ("progress", "P07"),
    ("progress", "P07", "--html", "{out}/p.html"),
    ("clients", "show", "P07"),
)  # fmt: skip


@pytest.mark.usefixtures("encrypted")
def test_every_reader_gives_the_same_from_a_sealed_session(
    tmp_path: Path, words: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [tmp_path / "runs" / name for name in ("run-1", "run-2")]
    with Database() as database:
        client = added(database)
        for run in runs:
            ran(database, client, run)
            (run / ".to-be-sealed").unlink()

    def all_of(out: Path) -> dict[tuple[str, ...] | str, object]:
        out.mkdir()
        places = {"run": runs[0], "other": runs[1], "parent": runs[0].parent, "out": out}
        found: dict[tuple[str, ...] | str, object] = {}
        for verb in VERBS:
            status, printed, err = told(capsys, *(word.format(**places) for word in verb))
            assert status == 0, (verb, err)
            found[verb] = printed.replace(str(out), "")
        return found | {path.name: path.read_bytes() for path in out.iterdir()}

    plain = all_of(tmp_path / "plain")
    assert sealed.seal_all(runs) == sealed.Done(2, 0)
    again = all_of(tmp_path / "sealed")
    assert {key for key in plain if plain[key] != again[key]} == set()
    assert all(name.endswith((".age", ".lock")) for run in runs for name in names(run))


@pytest.mark.usefixtures("encrypted")
def test_progress_of_a_client_whose_sessions_are_locked_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Database() as database:
        sealed.seal(ran(database, added(database), tmp_path / "run"))
    status, out, err = told(capsys, "progress", "P07")
    assert (status, out) == (2, "")
    assert err.startswith("runform: sessions of this client are locked: give the passphrase")
    status, _, err = told(capsys, "clients", "erase", "P07", "--yes")
    assert status == 2 and "locked: give the passphrase" in err
    assert sealed.is_sealed(tmp_path / "run")


@pytest.mark.usefixtures("encrypted")
def test_sessions_that_nobody_can_open_stay_when_a_client_is_erased_and_those_of_others_are_no_trouble(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = tmp_path / "runs"
    with Database() as database:
        mine, other = added(database), added(database, "P08")
        plain = ran(database, mine, runs / "plain")
        linked, others = ran(database, mine, runs / "linked"), ran(database, other, runs / "others")
    nobodys = sealed_session(runs / "nobodys")
    for folder in (linked, others):
        sealed.seal(folder)
    erase = ("clients", "erase", "P07", "--yes", "--in", runs)
    status, out, err = told(capsys, *erase)
    assert (status, out) == (2, "") and plain.exists()
    assert f"are this client's: {linked}, {nobodys}; --leave-locked erases the rest and leaves them" in err
    status, out, _ = told(capsys, *erase, "--leave-locked")
    assert status == 0 and f"are the client's:\n  {linked}\n  {nobodys}\n" in out
    assert not plain.exists() and all(map(sealed.is_sealed, (linked, nobodys, others)))
    assert told(capsys, "clients", "show", "P07")[0] == 2
    for folder in (linked, nobodys):
        folder.rename(tmp_path / folder.name)
    with Database() as database:
        added(database, "P09")
    assert told(capsys, "clients", "erase", "P09", "--yes", "--in", runs)[0] == 0, "it is another client's"
    assert sealed.is_sealed(others)


@pytest.mark.usefixtures("encrypted")
def test_an_archive_is_sealed_and_taken_in_again(tmp_path: Path) -> None:
    keys.unlock(WORDS)
    with Database() as here:
        run = ran(here, added(here), tmp_path / "runs" / "run")
        before = read(run)
        assert sealed.seal(run)
        archive_export.export(here, "P07", tmp_path / "p07.zip")
        assert not zipfile.is_zipfile(tmp_path / "p07.zip")
        assert (tmp_path / "p07.zip").read_bytes().startswith(b"age-encryption.org/v1\n")
        with here.reading() as session:
            from runform_live.clinic import clients

            assert erasing.archives_of(session, clients.find(session, "P07")) == [tmp_path / "p07.zip"]
        (tmp_path / "p07.zip").rename(tmp_path / "kept.zip")
        erasing.erase_client(here, "P07")
        assert not run.exists()
        client = archive_import.take_in(here, tmp_path / "kept.zip", tmp_path / "runs")
        assert sealed.seal_waiting(tmp_path / "runs") == sealed.Done(1, 0)
        assert [read(folder).stances for folder in folders_of(here, client)] == [before.stances]


@pytest.mark.usefixtures("encrypted")
def test_an_archive_by_a_passphrase_of_its_own_opens_on_another_computer(tmp_path: Path) -> None:
    keys.unlock(WORDS)
    with Database() as here:
        sealed.seal(ran(here, added(here), tmp_path / "runs" / "run"))
        archive_export.export(here, "P07", tmp_path / "p07.zip", "for the other clinic")
        erasing.erase_client(here, "P07")
    for path in keys.folder().iterdir():
        path.unlink()
    keys.forget()
    with Database() as there:
        with pytest.raises(keys.Locked, match="has a passphrase of its own"):
            archive_import.take_in(there, tmp_path / "p07.zip", tmp_path / "there")
        passphrase.ask_with(lambda what: f"for the other {what}")
        with pytest.raises(keys.WrongPassphrase):
            archive_import.take_in(there, tmp_path / "p07.zip", tmp_path / "there")
        passphrase.ask_with(lambda _: "for the other clinic")
        client = archive_import.take_in(there, tmp_path / "p07.zip", tmp_path / "there")
        assert [len(read(folder).stances) for folder in folders_of(there, client)] == [20]


@pytest.mark.usefixtures("encrypted")
def test_the_passphrase_is_changed_to_the_new_one_and_never_to_the_one_it_has(
    tmp_path: Path, words: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = told(capsys, "encryption", "passphrase")
    assert (status, out) == (2, "") and "no new passphrase was given" in err and passphrase.FILES["new key"] in err
    monkeypatch.setenv(passphrase.FILES["new key"], str(words))
    status, out, err = told(capsys, "encryption", "passphrase")
    assert (status, out, err) == (2, "", "runform: that is the passphrase already; nothing was changed\n")
    (tmp_path / "new").write_text("five words or even more\n")
    monkeypatch.setenv(passphrase.FILES["new key"], str(tmp_path / "new"))
    assert told(capsys, "encryption", "passphrase")[0] == 0
    keys.forget()
    with pytest.raises(keys.WrongPassphrase):
        keys.unlock(WORDS)
    keys.unlock("five words or even more")


@pytest.mark.usefixtures("encrypted")
def test_an_archive_has_its_own_passphrase_also_where_a_file_holds_that_of_the_key(
    tmp_path: Path, words: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Database() as here:
        sealed.seal(ran(here, added(here), tmp_path / "runs" / "run"))
    given = ("clients", "export", "P07", "--out", tmp_path / "p07.zip", "--passphrase")
    status, _, err = told(capsys, *given)
    assert status == 2 and passphrase.FILES["archive"] in err and not (tmp_path / "p07.zip").exists()
    (tmp_path / "other").write_text("for the other clinic\n")
    with monkeypatch.context() as named:
        named.setenv(passphrase.FILES["archive"], str(tmp_path / "other"))
        assert told(capsys, *given)[0] == 0
    take = ("clients", "import", tmp_path / "p07.zip", "--pseudonym", "P08", "--in", tmp_path / "there")
    assert told(capsys, "clients", "erase", "P07", "--yes", "--in", tmp_path / "runs")[0] == 0
    status, _, err = told(capsys, *take)
    assert status == 2 and "has a passphrase of its own" in err and passphrase.FILES["archive"] in err
    asked: list[str] = []
    monkeypatch.setattr("runform_live.cli.sealing.typed", lambda prompt: asked.append(prompt) or "for the other clinic")
    assert told(capsys, *take)[0] == 0
    assert asked == ["Passphrase of the archive: "]


@pytest.mark.usefixtures("encrypted")
def test_a_damaged_sealed_archive_is_refused_by_its_own_name(tmp_path: Path) -> None:
    keys.unlock(WORDS)
    with Database() as here:
        ran(here, added(here), tmp_path / "runs" / "run")
        archive_export.export(here, "P07", tmp_path / "p07.zip")
        (tmp_path / "cut.zip").write_bytes((tmp_path / "p07.zip").read_bytes()[:-100])
        with pytest.raises(BadInput, match=r"cut\.zip is damaged"):
            archive_import.take_in(here, tmp_path / "cut.zip", tmp_path / "there")


@pytest.mark.usefixtures("encrypted")
def test_a_session_whose_program_was_killed_before_it_had_its_name_is_not_made_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, runs = film(tmp_path / "a.mp4"), tmp_path / "runs"
    analysed(one, runs, id="1").rename(runs / ".measuring-1")
    assert told(capsys, "sessions", "list", runs)[:2] == (0, "no sessions yet\n")
    status, out, err = told(capsys, "analyze", one, "--out", runs)
    assert status == 0 and f"a.mp4 was measured before: {runs / 'a'}\n" in out, err
    assert names(runs) == {"a"}
    assert sealed.is_sealed(runs / "a")


@pytest.mark.usefixtures("encrypted")
@pytest.mark.parametrize("others", [False, True])
def test_analyze_needs_no_passphrase_and_seals_at_the_end(
    others: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """others: another program seals what it can while the report is drawn."""
    runs = tmp_path / "runs"
    sealed_session(runs / "before")
    build, found = report.build, []

    def drawn(folder: Path, **given: Any) -> Path:
        if others:
            found.append(sealed.seal_waiting(runs))
        return build(folder, **given)

    monkeypatch.setattr(report, "build", drawn)
    status, out, err = told(capsys, "analyze", film(tmp_path / "a.mp4"), "--out", runs)
    assert status == 0 and f"session: {runs / 'a'}" in out, err
    assert found == [sealed.Done(0, 1)] * others
    assert names(runs) == {"before", "a"}
    assert {"session.json.age", "report.html.age"} <= names(runs / "a") and not sealed.plain_files(runs / "a")
