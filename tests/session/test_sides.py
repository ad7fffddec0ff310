"""A session never mixes exchanged sides: when the view becomes clear, what was kept before is put right."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import msgspec
import pytest

from runform_live import config, controls
from runform_live.messages import VIEW_UNSURE, Naming, Stance
from runform_live.session import stances as rows
from runform_live.session.new_folder import new_folder
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from runform_live.session.schema import STANCES
from tests.makers import stance
from tests.session.test_folder import state
from tests.session.test_process import Bench

GUESS = Naming("posterior", unsure=True)
SAID = Naming("anterior", number=1)
STEP_S = 0.36


def steps(first: int, last: int, naming: Naming) -> list[Stance]:
    """The runner drops by 8 deg on the true left, which is the second of two steps; from behind it would be the right."""
    sides = ("right", "left") if naming.view == "anterior" else ("left", "right")
    return [stance(sides[k % 2], 1.0 + k * STEP_S, (3.0, 8.0)[k % 2], naming=naming) for k in range(first, last)]


def means(folder: Path) -> tuple[float | None, float | None]:
    found = read(folder).summary.sides
    return found["left"]["pelvic_drop_mid_deg"].mean, found["right"]["pelvic_drop_mid_deg"].mean


def kept_in(folder: Path) -> list[str]:
    return [one.side for one in rows.read(folder / STANCES, cut_off=True)]


def test_stances_before_an_answer_are_put_right_at_once_in_the_file_too(tmp_path: Path) -> None:
    folder = new_folder(tmp_path, "run")
    with SessionRecord(folder, "camera", config.load(), "live") as record:
        for one in steps(0, 20, GUESS):
            record.stance(one)
        record.gait(state(time_s=8.0, flags=(VIEW_UNSURE,), naming=GUESS))
        assert kept_in(folder)[:2] == ["left", "right"]
        record.gait(state(time_s=8.2, view="anterior", naming=SAID))
        assert kept_in(folder) == ["right", "left"] * 10, "nothing came after the answer yet"
        for one in steps(20, 40, SAID):
            record.stance(one)
        record.finish("stopped")
    session = read(folder)
    assert len(session.stances) == 40 and means(folder) == (8.0, 3.0)
    assert session.info.view == session.summary.view == "anterior"
    assert VIEW_UNSURE not in session.summary.flags
    assert [event["kind"] for event in session.events] == ["sides_exchanged"]


def test_a_stance_that_tells_the_new_view_before_the_state_does_is_enough(tmp_path: Path) -> None:
    folder = new_folder(tmp_path, "run")
    with SessionRecord(folder, "camera", config.load(), "live") as record:
        for one in (*steps(0, 20, GUESS), *steps(20, 21, SAID), *steps(10, 21, GUESS), *steps(21, 40, SAID)):
            record.stance(one)  # some are told once more, as after a restart
        record.finish("stopped")
    assert len(read(folder).stances) == 40 and means(folder) == (8.0, 3.0)


def test_an_answer_that_confirms_the_guess_changes_no_row(tmp_path: Path) -> None:
    folder = new_folder(tmp_path, "run")
    with SessionRecord(folder, "camera", config.load(), "live") as record:
        for one in steps(0, 20, GUESS):
            record.stance(one)
        record.gait(state(time_s=8.2, naming=Naming("posterior")))
        record.finish("stopped")
    assert means(folder) == (3.0, 8.0) and read(folder).events == []


def test_unanswered_the_session_says_that_its_sides_are_not_sure(tmp_path: Path) -> None:
    folder = new_folder(tmp_path, "run")
    with SessionRecord(folder, "camera", config.load(), "live") as record:
        for one in steps(0, 20, GUESS):
            record.stance(one)
        record.gait(state(time_s=8.0, view="side", flags=(VIEW_UNSURE,), naming=GUESS))
        record.finish("stopped")
    session = read(folder)
    assert VIEW_UNSURE in session.summary.flags and session.info.view == "posterior"
    assert json.loads((folder / "session.json").read_text())["flags"] == [VIEW_UNSURE]


@pytest.mark.parametrize("killed_after", ["the answer", "stances of the new view"])
def test_a_recorder_that_was_killed_goes_on_with_the_sides_as_they_hold(tmp_path: Path, killed_after: str) -> None:
    bench = Bench(tmp_path, record_video=False)
    for one in steps(0, 20, GUESS):
        bench.tell(one)
    bench.tell(state(time_s=8.0, flags=(VIEW_UNSURE,), naming=GUESS))
    before = bench.stage.state_bytes()
    bench.stage.control(controls.SetView(view="anterior"))
    told = [state(time_s=8.2, view="anterior", naming=SAID)]
    if killed_after != "the answer":
        told += steps(20, 24, SAID)  # type: ignore[arg-type]
    for message in told:
        bench.tell(message)
    bench.killed()
    successor = Bench(tmp_path, record_video=False, state=before, restarted=True)
    successor.stage.control(controls.SetView(view="anterior"))
    for message in (*steps(18, 20, GUESS), *told, *steps(20, 40, SAID)):
        successor.tell(message)
    successor.ends()
    session = read(tmp_path)
    assert len(session.stances) == 40 and means(tmp_path) == (8.0, 3.0)
    kinds = [event["kind"] for event in session.events]
    assert kinds.count("view") == 1 and kinds.count("sides_exchanged") <= 1


# The camera is moved after 12 steps, and 4 steps later it is clear that it is in front of the runner now.
TURN_SHARE = (1.0, 0.76)
MOVED_S = 1.0 + 11.5 * STEP_S
FIRST = Naming("posterior", turn_share=TURN_SHARE)
MOVED = Naming("posterior", unsure=True, since_s=MOVED_S, turn_share=TURN_SHARE)
CLEAR = Naming("anterior", number=1, since_s=MOVED_S, turn_share=TURN_SHARE)
TOLD = [*steps(0, 12, FIRST), *steps(12, 16, MOVED), *steps(16, 32, CLEAR)]


def test_rows_of_before_the_camera_was_moved_keep_their_sides(tmp_path: Path) -> None:
    bench = Bench(tmp_path, record_video=False)
    for one in TOLD:
        bench.tell(one)
    bench.ends()
    assert kept_in(tmp_path) == [*["left", "right"] * 6, *["right", "left"] * 10]


@pytest.mark.parametrize("killed_after", [18, 24])
@pytest.mark.parametrize("state_after", [4, 12, 14, 16, 17, 18])
def test_a_recorder_that_was_killed_exchanges_no_row_twice(tmp_path: Path, state_after: int, killed_after: int) -> None:
    """Rows that its predecessor exchanged after its last word, or wrote after it, are in the file already."""
    whole, folder = tmp_path / "undisturbed", tmp_path / "killed"
    whole.mkdir()
    folder.mkdir()
    undisturbed = Bench(whole, record_video=False)
    for one in TOLD:
        undisturbed.tell(one)
    undisturbed.ends()

    bench = Bench(folder, record_video=False)
    for one in TOLD[:state_after]:
        bench.tell(one)
    before = bench.stage.state_bytes()
    for one in TOLD[state_after:killed_after]:
        bench.tell(one)
    bench.killed()
    assert len(kept_in(folder)) == killed_after
    successor = Bench(folder, record_video=False, state=before, restarted=True)
    for one in TOLD[state_after - 2 :]:
        successor.tell(one)
    successor.ends()

    expected, found = (rows.read(each / STANCES) for each in (whole, folder))
    assert [one.side for one in found] == [one.side for one in expected]
    drops = [one.pelvic_drop_mid_deg for one in expected]
    assert [one.pelvic_drop_mid_deg for one in found] == pytest.approx(drops, abs=1e-3)
    assert drops[12] == pytest.approx(3.0 / 0.76, abs=1e-3), "told by the other view"


def test_a_session_that_was_cut_off_after_the_answer_has_its_sides_right(tmp_path: Path) -> None:
    bench = Bench(tmp_path, record_video=False)
    for one in steps(0, 20, GUESS):
        bench.tell(one)
    bench.tell(state(time_s=8.2, view="anterior", naming=SAID))
    for one in steps(20, 30, SAID):
        bench.tell(one)
    bench.killed()
    assert means(tmp_path) == (8.0, 3.0)


def test_a_disk_that_refuses_keeps_the_old_rows_whole_and_gets_all_as_soon_as_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    folder = new_folder(tmp_path, "run")
    with SessionRecord(folder, "camera", config.load(), "live") as record:
        for one in steps(0, 20, GUESS):
            record.stance(one)
        monkeypatch.setattr(os, "replace", refuse)
        for one in steps(20, 30, SAID):
            record.stance(one)
        assert kept_in(folder) == ["left", "right"] * 10, "never half of the one and half of the other"
        assert len(record.state().stances.unsaved) == 30 and "disk is full" in record.trouble
        monkeypatch.undo()
        record.stance(steps(30, 31, SAID)[0])
        assert kept_in(folder) == [*["right", "left"] * 15, "right"]
        record.finish("stopped")
    assert len(read(folder).stances) == 31 and means(folder) == (8.0, 3.0)


def test_the_answer_is_an_event_with_who_gave_it(tmp_path: Path) -> None:
    bench = Bench(tmp_path, record_video=False)
    bench.stage.control(controls.SetView(view="anterior"))
    bench.ends()
    (event,) = read(tmp_path).events
    assert event["kind"] == "view" and event["text"] == "anterior, by the person at the keyboard"


def test_the_naming_of_rows_is_no_column() -> None:
    assert rows.row(stance(naming=SAID)) == rows.row(msgspec.structs.replace(stance(), naming=None))
