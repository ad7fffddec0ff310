"""`runform compare` of one session: what changed within it, and between two marked parts of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runform_live import config
from runform_live.cli import printing
from runform_live.cli.main import main
from runform_live.messages import Stance
from runform_live.metrics import MAIN_METRIC
from runform_live.model_used import model_used
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from tests.session.test_run_changes import after, as_version_3, in_blocks, recorded, run

LESS_DEG = 3.0  # on the left, with feedback
# As the shipped network is known to read it.
SHARED = f"{LESS_DEG / model_used(config.load()).within_run_share[MAIN_METRIC]:.1f}°"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six minutes whose left drop is 3 deg less in the second, fourth and sixth one, which have feedback."""
    folder = tmp_path_factory.mktemp("run")
    recorded(folder, run(360.0, in_blocks)).finish("stopped")
    return folder


def of(folder: Path, stances: list[Stance]) -> Path:
    folder.mkdir(exist_ok=True)
    recorded(folder, stances, feedback=False).finish("stopped")
    return folder


def said(capsys: pytest.CaptureFixture[str], *words: object) -> list[str]:
    assert main(["compare", *map(str, words)]) == 0
    return capsys.readouterr().out.splitlines()


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    capsys.readouterr()
    try:
        status = main(["compare", *map(str, words)])
    except SystemExit as ended:
        status = int(ended.code or 0)
    err = capsys.readouterr().err
    assert status == 2
    assert err.count("\n") == 1, err
    return err


def drops(lines: list[str]) -> dict[str, list[str]]:
    """Of each table, by its first line: the row of the left side, of the right one, and of left minus right."""
    places = [place for place, line in enumerate(lines) if line.startswith("Pelvic drop, midstance")]
    return {lines[place - 2]: lines[place : place + 3] for place in places}


def test_one_session_tells_what_changed_within_it(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, session)
    found = drops(lines)
    for title in (
        "last minute (5:00 to 6:00) against first minute (0:00 to 1:00)",
        "with feedback (3:00 in all) against first minute (0:00 to 1:00)",
    ):
        left, right, both = found[title]
        assert f"-{SHARED} ±" in left and left.endswith("  changed")
        assert " 0.0° ±" in right and right.endswith("not told from error")
        assert f"-{SHARED} ±" in both and both.endswith("  changed")
    without = found["without feedback (2:00 in all) against first minute (0:00 to 1:00)"]
    assert all(row.endswith("not told from error") for row in without)
    assert not any("-0.0" in line or "+0.0" in line for line in lines)


def test_blocks_are_told_one_by_one_with_their_times(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, session)
    begin = lines.index("Block by block against the first part: Pelvic drop, midstance") + 1
    rows = lines[begin : begin + 5]
    assert [row.split(":  ")[0].split(" feedback")[0].split()[:4] for row in rows] == [
        ["1:00", "to", "2:00", "with"],
        ["2:00", "to", "3:00", "without"],
        ["3:00", "to", "4:00", "with"],
        ["4:00", "to", "5:00", "without"],
        ["5:00", "to", "6:00", "with"],
    ]
    assert [f"left -{SHARED}" in row for row in rows] == [True, False, True, False, True]
    assert ["(sure change)" in row for row in rows] == [True, False, True, False, True]
    begin = lines.index("Block by block against the block before: Pelvic drop, midstance") + 1
    rows = lines[begin : begin + 4]
    assert [f"left {sign}{SHARED}" in row for sign, row in zip("+-+-", rows, strict=True)] == [True] * 4, rows


def test_two_marked_parts_are_compared_the_first_is_the_reference(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(capsys, session, "--parts", "2:00-2:50", "185.5-0:03:50")
    ((title, rows),) = drops(lines).items()
    assert title == "marked part (3:06 to 3:50) against marked part (2:00 to 2:50)"
    assert f"-{SHARED} ±" in rows[0] and rows[0].endswith("  changed")
    lines = said(capsys, session, "--parts", "3:06-3:50", "2:00-2:50")
    (rows,) = drops(lines).values()
    assert f"+{SHARED} ±" in rows[0], "the one that is named first is the reference, also where it is later"


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        (("0:30-1:00", "7:00-8:00"), "the part 7:00 to 8:00 is outside the run, which is from 0:00 to 6:00"),
        (("0:30-1:00", "0:50-2:00"), "overlap"),
        (("0:30-1:00", "100.01-100.05"), "no stance was measured in the part 1:40 to 1:40"),
        (("0:30-1:00", "x-9"), "x is no time"),
        (("0:30-1:00", "5-"), "an empty text is no time"),
        (("0:30-1:00", "60"), "60 is no part"),
        (("0:30-1:00", "1:75-2:00"), "a minute has 60 seconds"),
        (("0:30-1:00", "90-60"), "ends before it begins"),
        (("0:30-1:00", "90-nan"), "nan is no time"),
        (("0:30-1:00",), "expected 2 arguments"),
    ],
)
def test_parts_that_cannot_be_compared_are_told_in_a_line(
    session: Path, parts: tuple[str, ...], wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wrong in refused(capsys, session, "--parts", *parts)


def test_parts_are_of_one_session(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "name one session alone" in refused(capsys, session, session.parent, "--parts", "0-60", "60-120")
    assert "--same-setup" in refused(capsys, session, "--same-setup")


def test_a_session_without_a_stance_has_no_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    SessionRecord(tmp_path, "0", config.load(), "live").finish("stopped")
    assert "no stance was measured" in refused(capsys, tmp_path, "--parts", "0-60", "60-120")


def test_a_change_across_a_moved_camera_is_withheld_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(capsys, of(tmp_path, after(run(240.0, in_blocks), 120.0, camera_moves=1)))
    (rows,) = drops(lines).values()
    assert all(row.endswith("–  cannot be said") for row in rows)
    assert "! the camera was moved in between, and the angles cannot be compared" in lines


def test_a_short_run_is_told_by_thirds_and_a_shorter_one_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(capsys, of(tmp_path / "a", run(64.0)))
    assert list(drops(lines)) == ["last third (0:43 to 1:04) against first third (0:00 to 0:21)"]
    assert any("nothing to compare" in line for line in said(capsys, of(tmp_path / "b", run(12.0))))


def test_a_session_of_an_earlier_version_says_what_it_does_not_know(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    as_version_3(of(tmp_path, run(240.0)))
    lines = said(capsys, tmp_path)
    assert all(row.endswith("cannot be said") for row in next(iter(drops(lines).values())))
    assert any("earlier version" in line for line in lines)


def test_a_trend_of_a_long_run_is_told_to_a_hundredth_of_a_degree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rises = of(tmp_path, run(2400.0, lambda side, time_s: 5.0 + (0.06 * time_s / 60 if side == "left" else 0.0)))
    lines = said(capsys, rises)
    left, right = lines[lines.index("Each minute, over the whole run") + 1 :][:2]
    assert left.startswith("Pelvic drop, midstance          left")
    assert " +0.06° ± 0.0" in left and left.endswith("  sure trend")
    assert " 0.00° ± 0.0" in right and right.endswith("  not told from error")


def drop_line(folder: Path) -> str:
    """The line on the change of the drop, in what `analyze` and `live` print."""
    lines = printing.summary(read(folder)).splitlines()
    (found,) = [line for line in lines if " against " in line]
    return found


def test_what_is_printed_at_the_end_has_the_change_from_first_to_last(session: Path) -> None:
    line = drop_line(session)
    assert line.startswith(
        "Pelvic drop, midstance, last minute (5:00 to 6:00) against first minute (0:00 to 1:00): left"
    )
    left, right = line.split(": left ")[1].split(", right ")
    assert left.startswith(f"-{SHARED} ± ") and left.endswith(" (sure change)")
    assert right.endswith(" (not told from error)")


def test_what_is_printed_of_an_unknown_change_stays_unknown(tmp_path: Path) -> None:
    folder = of(tmp_path / "moved", after(run(240.0, in_blocks), 120.0, camera_moves=1))
    assert drop_line(folder).endswith(": left –, right –")
    assert "the camera was moved in between" in printing.summary(read(folder))


def test_nothing_is_printed_of_a_change_that_an_earlier_version_did_not_measure(tmp_path: Path) -> None:
    folder = of(tmp_path, run(240.0))
    assert " against " in printing.summary(read(folder))
    as_version_3(folder)
    assert " against " not in printing.summary(read(folder))


def test_what_is_printed_of_a_run_of_a_few_seconds_says_nothing_of_changes(tmp_path: Path) -> None:
    folder = of(tmp_path, run(12.0))
    assert " against " not in printing.summary(read(folder))
    assert json.loads((folder / "summary.json").read_text())["changes"] == []
