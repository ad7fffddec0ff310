"""A session that was read against strides at first and against a stand later, as it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from runform_live import config
from runform_live.messages import GaitState, Stance
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from tests.makers import stance, standing
from tests.running import wait_until

DROP = "pelvic_drop_mid_deg"
STOOD_S = 80.0


def state(time_s: float, calibrated: bool) -> GaitState:
    return GaitState(time_s=time_s, stamp_s=0.0, activity="running", view="posterior", calibrated=calibrated,
                     level_sd_deg=0.1, level_deg=1.0, cadence_spm=166.0)  # fmt: skip


def told() -> Iterator[Stance | GaitState]:
    """A runner who drops 5 deg on the left and 5 on the right; strides are 3 deg off until there is a stand."""
    for k in range(210):
        at_s, left = 1.0 + 0.36 * k, k % 2 == 0
        off_deg = 3.0 if left else -3.0
        yield stance("left" if left else "right", at_s, 5.0 - off_deg, drop_level_deg=off_deg)
        yield state(at_s + 0.2, False)
    yield state(STOOD_S, True)
    for k in range(20):
        at_s = STOOD_S + 2.0 + 0.36 * k
        yield stance("left" if k % 2 == 0 else "right", at_s, 5.0)
        yield state(at_s + 0.2, True)


def recorded(folder: Path) -> SessionRecord:
    record = SessionRecord(folder, "0", config.load(), "live")
    for number, one in enumerate(told(), start=1):
        if isinstance(one, GaitState):
            record.pose(number, one.time_s, standing())
            record.gait(one)
        else:
            record.stance(one)
    return record


def means(folder: Path) -> list[float | None]:
    return [read(folder).summary.sides[side][DROP].mean for side in ("left", "right")]


def test_a_stand_late_in_the_run_tells_what_was_level_all_through_it(tmp_path: Path) -> None:
    recorded(tmp_path).finish("stopped")
    assert means(tmp_path) == pytest.approx([5.0, 5.0])
    assert read(tmp_path).info.calibration.from_s == STOOD_S


def test_so_it_does_in_a_session_that_was_cut_off(tmp_path: Path) -> None:
    record = recorded(tmp_path)
    assert wait_until(lambda: f'"from_s": {STOOD_S}' in (tmp_path / "session.json").read_text(), 10)
    record.abandon()
    assert means(tmp_path) == pytest.approx([5.0, 5.0])


def test_a_successor_knows_when_there_was_a_stand(tmp_path: Path) -> None:
    first = recorded(tmp_path)
    before = first.state()
    first.abandon()
    second = SessionRecord(tmp_path, "0", config.load(), "live", before=before)
    second.gait(state(120.0, True))
    second.finish("stopped")
    assert means(tmp_path) == pytest.approx([5.0, 5.0])


def test_a_line_that_the_camera_lost_does_not_take_back_when_there_was_a_stand(tmp_path: Path) -> None:
    record = recorded(tmp_path)
    record.gait(state(130.0, False))
    record.stance(msgspec.structs.replace(stance("left", 131.0, 5.0, drop_level_deg=4.0), camera_moves=1))
    record.finish("stopped")
    found = read(tmp_path)
    assert found.info.calibration.from_s == STOOD_S and not found.info.calibration.calibrated
    assert {one.drop_level_deg for one in found.stances} == {0.0, 4.0}, "the strides of before the stand are read by it"
