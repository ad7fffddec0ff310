"""A run that was read against several level lines, read against one."""

from __future__ import annotations

import msgspec
import pytest

from runform_live.gait.one_level import on_one_level
from runform_live.messages import Stance
from tests.makers import stance


def run(levels: list[float], true: float = 5.0, camera_moves: int = 0) -> list[Stance]:
    """Left and right in turn, 5 deg each in truth where the line were 0; a line takes from one side what it gives the other."""
    out = []
    for k, level in enumerate(levels):
        side = ("left", "right")[k % 2]
        part = level if side == "left" else -level
        out.append(
            stance(
                side, 1.0 + 0.36 * k, true - part, drop_level_deg=part, hip_adduction_mid_deg=10.0 - part,  # type: ignore[arg-type]
                adduction_level_deg=part, trunk_lean_mid_deg=1.0 - part, lean_level_deg=part, camera_moves=camera_moves,
            )
        )  # fmt: skip
    return out


def test_stances_of_a_line_that_moved_are_read_against_its_mean() -> None:
    fixed = on_one_level(run([0.0, 0.0, 0.5, 0.5, 1.0, 1.0]))
    assert [s.pelvic_drop_mid_deg for s in fixed] == pytest.approx([4.5, 5.5] * 3)
    assert [s.hip_adduction_mid_deg for s in fixed] == pytest.approx([9.5, 10.5] * 3)
    assert [s.trunk_lean_mid_deg for s in fixed] == pytest.approx([0.5, 1.5] * 3)
    assert [s.drop_level_deg for s in fixed] == pytest.approx([0.5, -0.5] * 3)
    assert [s.knee_valgus_mid_deg for s in fixed] == [2.0] * 6, "no line is in it"


def test_a_run_that_was_read_against_one_line_is_not_touched() -> None:
    once = on_one_level(run([0.3, 0.3, 0.3, 0.3]))
    assert all(one is other for one, other in zip(once, on_one_level(once), strict=True))


def test_a_camera_that_was_moved_begins_another_line() -> None:
    fixed = on_one_level([*run([0.0, 0.0]), *run([2.0, 2.0], camera_moves=1)])
    assert [s.drop_level_deg for s in fixed] == pytest.approx([0.0, 0.0, 2.0, -2.0])


def test_a_stand_tells_what_was_level_before_it_and_strides_have_no_word_in_it() -> None:
    """Strides took an asymmetry of 3 deg for a tilt of the camera."""
    strides, standing = [3.0, 3.0] * 5, [0.0, 0.0, 0.2, 0.2]
    fixed = on_one_level(run(strides + standing), calibrated_from_s=1.0 + 0.36 * 10)
    assert [s.pelvic_drop_mid_deg for s in fixed] == pytest.approx([4.9, 5.1] * 7)
    assert [s.hip_adduction_mid_deg for s in fixed] == pytest.approx([9.9, 10.1] * 7)
    assert [s.trunk_lean_mid_deg for s in fixed] == pytest.approx([0.9, 1.1] * 7)


def test_where_the_camera_saw_nobody_stand_the_line_is_that_of_all_strides() -> None:
    fixed = on_one_level([*run([0.0, 0.0, 1.0, 1.0]), *run([2.0, 2.0], camera_moves=1)], calibrated_from_s=99.0)
    assert [s.drop_level_deg for s in fixed] == pytest.approx([0.5, -0.5, 0.5, -0.5, 2.0, -2.0])


def test_what_is_unknown_stays_unknown() -> None:
    older = [stance(drop_level_deg=None, adduction_level_deg=None, lean_level_deg=None)]
    assert on_one_level(older) == older
    hidden = on_one_level([stance(drop=None, drop_level_deg=1.0), stance(drop_level_deg=0.0, midstance_s=2.0)])
    assert hidden[0].pelvic_drop_mid_deg is None and hidden[1].pelvic_drop_mid_deg == pytest.approx(3.5)
    assert on_one_level([]) == []


def walk(levels: list[float], from_s: float = 0.0) -> list[Stance]:
    """The same in walking."""
    return [
        msgspec.structs.replace(one, gait="walk", midstance_s=from_s + one.midstance_s) for one in run(levels)
    ]  # fmt: skip


def test_running_and_walking_have_a_line_each() -> None:
    fixed = on_one_level([*walk([1.0, 1.0, 3.0, 3.0]), *run([0.0, 0.0, 0.5, 0.5])])
    assert [s.drop_level_deg for s in fixed] == pytest.approx([2.0, -2.0] * 2 + [0.25, -0.25] * 2)


def test_a_stand_after_the_walking_tells_what_was_level_in_it() -> None:
    """Somebody walked, stood still, and ran: the line by strides of the walking gives way to that of the stand."""
    ran = [msgspec.structs.replace(one, midstance_s=20.0 + one.midstance_s) for one in run([0.2, 0.2])]
    fixed = on_one_level([*walk([3.0, 3.0]), *ran], calibrated_from_s=20.0)
    assert [s.drop_level_deg for s in fixed] == pytest.approx([0.2, -0.2] * 2)
    again = on_one_level(fixed, calibrated_from_s=20.0)
    assert all(one is other for one, other in zip(fixed, again, strict=True))
