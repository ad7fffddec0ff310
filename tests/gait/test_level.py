"""Where level is: in standing, over strides, and for a runner in motion."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from runform_live import handover
from runform_live.gait.geometry import Reference
from runform_live.gait.level import (
    LARGEST_SHIFT_DEG,
    STRIDES_OFFSET_SHARE,
    Level,
    LevelLine,
    LevelState,
    Strides,
    StrideStep,
)
from runform_live.gait.row import Row, Step
from runform_live.gait.window import Window
from runform_live.messages import FlowLevel, Standing
from tests.makers import Landmarks
from tests.makers import standing as figure

STOOD = Level(tilt_deg=2.0, sd_deg=0.5, from_s=0.0, until_s=2.0, source="standing")


def test_level_in_motion_lies_between_standing_and_what_the_flow_says_by_its_weight() -> None:
    assert STOOD.in_motion_deg(None) == 2.0
    for weight in (0.0, 0.25, 1.0):
        assert STOOD.in_motion_deg(FlowLevel(6.0, weight)) == pytest.approx(2.0 + 4.0 * weight)


@pytest.mark.parametrize("tilt_deg", [-40.0, 40.0])
def test_a_flow_that_says_nonsense_counts_so_far_and_no_further(tilt_deg: float) -> None:
    moved_deg = STOOD.in_motion_deg(FlowLevel(tilt_deg, 1.0)) - STOOD.tilt_deg
    assert abs(moved_deg) == LARGEST_SHIFT_DEG and moved_deg * tilt_deg > 0


def test_the_mean_over_strides_is_of_a_runner_in_motion_already() -> None:
    assert replace(STOOD, source="strides").in_motion_deg(FlowLevel(6.0, 1.0)) == 2.0


def test_the_upright_of_a_stand_shows_the_whole_tilt_offset_and_that_of_strides_a_share_of_it() -> None:
    leaning = replace(STOOD, upright_deg=-1.0)
    assert leaning.reference(None) == Reference(2.0, 3.0, -1.0)
    assert replace(leaning, source="strides").reference(None) == Reference(2.0, STRIDES_OFFSET_SHARE * 3.0, -1.0)
    assert STOOD.reference(None) == Reference(2.0, 0.0, 2.0), "where the feet are not seen, the hips show the roll"


def test_a_longer_stand_knows_its_level_better() -> None:
    short, long = Level(1.0, 0.6, 0.0, 2.0, "standing"), Level(1.0, 0.6, 0.0, 8.0, "standing")
    assert short.error_deg == pytest.approx(0.6 / math.sqrt(4))
    assert long.error_deg == pytest.approx(short.error_deg / 2)


def steps(tilts_deg: list[float], from_s: float = 0.0) -> list[StrideStep]:
    return [StrideStep(from_s + 0.36 * number, tilt_deg, math.nan) for number, tilt_deg in enumerate(tilts_deg)]


def test_strides_make_a_level_line_of_whole_strides_only() -> None:
    strides = Strides()
    for step in steps([6.0, -2.0] * 5):
        assert strides.level() is None
        strides.add(step)
    level = strides.level()
    assert level is not None and not level.calibrated
    assert (level.tilt_deg, level.sd_deg, level.upright_deg) == (2.0, 0.0, None)
    strides.add(steps([6.0], 4.0)[0])
    assert strides.level() is not None and strides.level().tilt_deg == 2.0, "one leg more does not tilt it"  # type: ignore[union-attr]


def test_strides_before_an_interruption_still_count_and_half_ones_do_not() -> None:
    strides = Strides()
    for step in [*steps([9.0, 6.0, -2.0]), *steps([math.nan], 2.0), *steps([-2.0, 6.0] * 4, 3.0)]:
        strides.add(step)
    level = strides.level()
    assert level is not None and level.tilt_deg == 2.0 and level.from_s == pytest.approx(0.36)


def watched(line: LevelLine, stands: list[Standing | None], from_s: float = 0.0, rolled_deg: float = 0.0, unknown: float = 0.0) -> None:  # fmt: skip
    """One second of frames for each thing that the pose stage says; at its end, for that share of it, nothing is known."""
    window = Window()
    for frame in range(30 * len(stands)):
        time_s = from_s + frame / 30
        points: Landmarks = figure(rolled_deg)
        if frame % 30 >= 30 * (1.0 - unknown):
            points = np.full_like(points, np.nan)
        window.append(time_s, points, marked=False)
        window.smooth(window.lag_s)
        line.push(stands[frame // 30], None, window)


FIRST = [None, Standing(0.0, 1.2), Standing(0.0, 2.2), None]  # after 1, 2 and 3 s


def test_a_first_stand_gives_a_line_that_grows_steadier_while_it_goes_on() -> None:
    line = LevelLine()
    watched(line, FIRST[:2], rolled_deg=2.0)
    first = line.level()
    assert first is not None and (first.from_s, first.until_s) == (0.0, 1.2) and line.standing
    assert (first.tilt_deg, first.upright_deg) == pytest.approx((2.0, 2.0), abs=0.01)
    line = LevelLine()
    watched(line, FIRST, rolled_deg=2.0)
    whole = line.level()
    assert whole is not None and whole.calibrated and (whole.from_s, whole.until_s) == (0.0, 2.2)
    assert whole.body is not None and whole.body.trunk == pytest.approx(150 / 425, abs=0.01)
    assert not line.standing


@pytest.mark.parametrize(("until_s", "tilt_deg"), [(11.4, 0.0), (11.8, 3.0)])
def test_a_later_stand_replaces_the_line_once_it_is_long_enough(until_s: float, tilt_deg: float) -> None:
    line = LevelLine()
    watched(line, FIRST)
    watched(line, [None, None, Standing(10.0, until_s)], from_s=9.0, rolled_deg=3.0)
    level = line.level()
    assert level is not None and level.tilt_deg == pytest.approx(tilt_deg, abs=0.01)


def test_of_a_long_stand_the_last_six_seconds_are_read() -> None:
    line = LevelLine()
    watched(line, [*[None] * 9, Standing(0.0, 9.2)])
    level = line.level()
    assert level is not None and (level.from_s, level.until_s) == pytest.approx((3.2, 9.2))


@pytest.mark.parametrize(("unknown", "known"), [(0.15, True), (0.3, False)])
def test_a_stand_whose_hips_are_hidden_in_a_third_of_its_frames_gives_no_line(unknown: float, known: bool) -> None:
    line = LevelLine()
    watched(line, [None, None, Standing(0.0, 2.2)], unknown=unknown)
    assert (line.level() is not None) == known


def test_when_a_person_asks_for_a_stand_what_was_before_does_not_count() -> None:
    """The pose stage may hear of it a moment later, and still say that the same stand goes on."""
    line = LevelLine()
    watched(line, FIRST)
    line.ask(2.5)
    assert line.level() is None
    watched(line, [None, None, Standing(0.0, 3.4)])
    assert line.level() is None
    watched(line, [None, None, None, Standing(0.0, 3.7)])
    level = line.level()
    assert level is not None and (level.from_s, level.until_s) == (2.5, 3.7)


@pytest.mark.parametrize("asked", [True, False])
def test_what_the_flow_said_since_an_earlier_stand_does_not_shift_the_line_of_another_one(asked: bool) -> None:
    """The pelvis was covered in the second stand, so it gave no picture for the flow."""
    line = LevelLine()
    watched(line, FIRST)
    line.push(None, FlowLevel(6.0, 1.0), Window())
    assert line.reference(line.level()).level_deg == pytest.approx(6.0, abs=0.01)
    if asked:
        line.ask(8.0)
    line.push(None, FlowLevel(6.0, 1.0), Window())  # of a pose that was on its way
    watched(line, [None, None, Standing(10.0, 11.8)], from_s=9.0)
    assert line.reference(line.level()).level_deg == pytest.approx(0.0, abs=0.01)


def test_a_line_goes_on_where_another_one_was() -> None:
    line = LevelLine()
    line.ask(0.1)
    watched(line, FIRST[:3])
    successor = LevelLine(handover.decode(handover.encode(line.state()), LevelState))
    assert successor.level() == line.level() is not None and successor.standing
    for one in (line, successor):
        watched(one, [Standing(0.0, 2.8)], from_s=0.0)
    assert successor.state() == line.state()


def test_single_lows_of_the_trunk_in_walking_leave_the_level_of_the_walk() -> None:
    """Six strides each of a run at 0 deg and of a walk at 4 deg; then each step of the walk has a low that becomes no run."""
    window, line, levels_deg = Window(), LevelLine(), []
    for frame in range(30 * 22):
        window.append(frame / 30, figure(0.0 if frame < 270 else 4.0), marked=False)
        window.smooth(window.lag_s)
        run_or_walk, number = Row("run" if frame < 300 else "walk", steps=9), frame // 15
        if frame % 15 == 0:
            line.add_step(Step(run_or_walk, number, frame / 30 - 0.5, frame / 30), window)
        if frame >= 500 and frame % 15 == 7:
            line.add_step(Step(Row("run", steps=1), 0, math.nan, frame / 30), window)
        if frame >= 500:
            levels_deg.append(line.level().tilt_deg)  # type: ignore[union-attr]
    assert levels_deg == pytest.approx([4.0] * len(levels_deg), abs=0.1)
