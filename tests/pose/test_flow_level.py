"""Which tilt is level in motion: the network's change of error since a stand, as the optical flow shows it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runform_live import handover
from runform_live.camera_motion import CameraMotion
from runform_live.messages import INDEX, FlowLevel, Standing
from runform_live.pose.flow_level import (
    FEW_LOOKS,
    NO_LOOK,
    SEEN_SHARE,
    FlowLevelState,
    FlowLevelTracker,
    joined,
    sigma_deg,
)
from runform_live.pose.turn import PelvisTurn
from tests.makers import standing
from tests.pose.cloth import CENTRE, cloth, turned

FRAME_S = 1 / 30
RATES_HZ = (24, 30, 60, 120, 240)
FIRST, SHORT, LONG = Standing(0.0, 1.1), Standing(20.0, 21.2), Standing(20.0, 21.8)


def tilted(tilt_deg: float) -> npt.NDArray[np.float64]:
    """Somebody whose hip line is tilted, clockwise positive."""
    out = standing()
    out[INDEX["left_hip"], 1] -= 35.0 * math.tan(math.radians(tilt_deg))
    out[INDEX["right_hip"], 1] += 35.0 * math.tan(math.radians(tilt_deg))
    return out


def stood() -> FlowLevelTracker:
    tracker = FlowLevelTracker()
    tracker.stands(cloth(), standing(), FIRST)
    return tracker


def test_without_a_stand_nothing_is_told() -> None:
    tracker = FlowLevelTracker()
    for _ in range(60):
        tracker.moves(cloth(), tilted(3.0), FRAME_S)
    assert tracker.level is None


def test_a_stand_alone_has_no_weight_against_the_line_that_it_gives() -> None:
    assert stood().level == NO_LOOK and NO_LOOK.weight == 0.0


def test_a_constant_error_that_only_motion_has_becomes_the_level_for_the_most_part() -> None:
    """The network reads three degrees too much while running; the picture has not turned."""
    tracker, levels = stood(), []
    for _ in range(240):
        tracker.moves(cloth(), tilted(3.0), FRAME_S)
        assert tracker.level is not None
        levels.append(tracker.level)
    assert [level.tilt_deg for level in levels] == pytest.approx([3.0] * 240, abs=0.1)
    assert levels[0].weight < 0.5, "one look weighs less than many"
    assert levels[-1].weight == pytest.approx(joined(60.0, 180.0, 540.0, 60.0).weight, rel=0.05)


def test_a_true_drop_of_one_side_is_not_taken_for_level() -> None:
    """The pelvis is four degrees lower on one side on average, as the network reads it; the cloth follows it as cloth does."""
    tracker, levels_deg = stood(), []
    for frame in range(240):
        by_deg = 4.0 + 6.0 * math.sin(2 * math.pi * frame / 21)
        tracker.moves(turned(cloth(), SEEN_SHARE * by_deg), tilted(by_deg), FRAME_S)
        assert tracker.level is not None
        levels_deg.append(tracker.level.tilt_deg)
    assert np.mean(levels_deg[-84:]) == pytest.approx(0.0, abs=0.4)


def test_a_camera_that_turns_is_not_taken_for_a_pelvis_that_turns() -> None:
    tracker, motion = stood(), CameraMotion(math.cos(math.radians(3.0)), math.sin(math.radians(3.0)))
    points = standing()
    points[:, :2] = (points[:, :2] - CENTRE) @ motion.matrix[:, :2].T + CENTRE
    for _ in range(80):
        tracker.moves(turned(cloth(), 3.0), points, FRAME_S, motion)
    assert tracker.level is not None and tracker.level.tilt_deg == pytest.approx(0.0, abs=0.2)


@pytest.mark.parametrize(("stand", "begins_anew"), [(SHORT, False), (LONG, True)])
def test_a_stand_that_is_long_enough_to_replace_another_one_begins_anew(stand: Standing, begins_anew: bool) -> None:
    """Somebody else may have come: what the first runner's picture told is not the second's level."""
    tracker = stood()
    for _ in range(80):
        tracker.moves(cloth(), tilted(3.0), FRAME_S)
    assert tracker.level is not None and tracker.level.weight > 0.3
    tracker.stands(cloth(), standing(), stand)
    assert (tracker.level == NO_LOOK) == begins_anew


@pytest.mark.parametrize(("stand", "gives"), [(SHORT, False), (LONG, True)])
def test_while_the_line_of_a_stand_goes_on_only_a_stand_that_replaces_it_gives_a_picture(
    stand: Standing, gives: bool
) -> None:
    """The runner was away for a moment, so that it may be somebody else."""
    tracker = stood()
    tracker.forget(line_stays=True)
    tracker = FlowLevelTracker(handover.decode(handover.encode(tracker.state()), FlowLevelState))
    tracker.stands(cloth(), standing(), stand)
    assert tracker.level == (NO_LOOK if gives else None)


def test_after_a_request_for_another_stand_a_first_one_gives_the_picture() -> None:
    tracker = stood()
    tracker.forget(line_stays=True)
    tracker.forget()
    tracker.stands(cloth(), standing(), SHORT)
    assert tracker.level == NO_LOOK


def test_one_stand_gives_one_picture() -> None:
    """The first one, however long the stand is."""
    tracker = stood()
    tracker.stands(turned(cloth(), 5.0), standing(), Standing(FIRST.from_s, 30.0))
    tracker.moves(cloth(), standing(), FRAME_S)
    assert tracker.level is not None and tracker.level.look_deg == pytest.approx(0.0, abs=0.1)


def test_a_frame_that_is_not_looked_at_says_nothing_of_its_own_and_changes_nothing() -> None:
    tracker = stood()
    tracker.moves(cloth(), tilted(3.0), FRAME_S)
    before = tracker.level
    tracker.skip()
    after = tracker.level
    assert before is not None and before.look_deg is not None
    assert after is not None and after.look_deg is None and after.tilt_deg == before.tilt_deg


def test_whoever_is_asked_for_another_stand_has_no_level_by_flow_until_then() -> None:
    tracker = stood()
    tracker.moves(cloth(), tilted(3.0), FRAME_S)
    tracker.forget()
    assert tracker.level is None
    tracker.stands(cloth(), standing(), SHORT)
    assert tracker.level == NO_LOOK, "it is a first stand"


def test_the_flow_weighs_by_how_it_scatters_about_the_network() -> None:
    """The network has a sigma of 3 deg; the flow says 2 deg, and its looks scatter by more and more."""

    def said(looks: float, scatter_deg: float) -> FlowLevel:
        return joined(looks, looks * 2.0, looks * (4.0 + scatter_deg**2), looks * 9.0)

    steady, alike, wild = (said(1000.0, scatter_deg) for scatter_deg in (0.1, 3.0, 9.0))
    assert [level.tilt_deg for level in (steady, alike, wild)] == pytest.approx([2.0] * 3)
    assert steady.weight == pytest.approx(1.0, abs=0.02)
    assert alike.weight == pytest.approx(0.5, abs=0.01), "as sure as the network: half of the way"
    assert wild.weight == pytest.approx(0.1, abs=0.01)
    assert said(1.0, 0.0).weight < 0.5 / FEW_LOOKS, "one look cannot scatter"


@pytest.mark.parametrize(("hurried", "looks_hz"), [(False, 7.5), (True, 3.75)])
@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_flow_is_asked_as_often_and_weighs_as_much_at_any_frame_rate(
    rate_hz: int, hurried: bool, looks_hz: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes longest; and many looks at one moment are not as good as many moments."""
    looks, real = [], PelvisTurn.turn_deg

    def look(turn: PelvisTurn, picture: npt.NDArray[np.uint8], landmarks: npt.NDArray[np.float64]) -> float:
        looks.append(1)
        return real(turn, picture, landmarks)

    monkeypatch.setattr(PelvisTurn, "turn_deg", look)
    tracker = stood()
    for _ in range(4 * rate_hz):
        tracker.moves(cloth(), tilted(3.0), 1 / rate_hz, hurried=hurried)
    assert len(looks) == pytest.approx(4.0 * looks_hz, abs=2)
    assert tracker.level is not None
    count = 4.0 * looks_hz
    steady = joined(count, count * 3.0, count * 9.0, count * sigma_deg(standing()) ** 2)
    assert tracker.level.weight == pytest.approx(steady.weight, abs=0.03)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["stands", "stands long", "moves", "turned", "skip"]), st.integers(1, 24)), min_size=2, max_size=5),
    st.integers(0, 60),
    st.sampled_from([FRAME_S, 1 / 50]),
)  # fmt: skip
def test_a_tracker_goes_on_where_another_one_was(phases: list[tuple[str, int]], before: int, elapsed_s: float) -> None:
    """The camera is turned in some phases."""
    moved = CameraMotion(math.cos(math.radians(3.0)), math.sin(math.radians(3.0)))
    whats = [what for what, frames in [("stands", 3), *phases] for _ in range(frames)]

    def follow(tracker: FlowLevelTracker, frame: int) -> None:
        if whats[frame].startswith("stands"):
            tracker.stands(cloth(), standing(), LONG if whats[frame] == "stands long" else FIRST)
        elif whats[frame] == "skip":
            tracker.skip()
        else:
            camera = moved if whats[frame] == "turned" else CameraMotion()
            tracker.moves(cloth(), tilted(3.0), elapsed_s, camera, frame % 5 == 0)

    undisturbed, before = FlowLevelTracker(), min(before, len(whats))
    for frame in range(before):
        follow(undisturbed, frame)
    successor = FlowLevelTracker(handover.decode(handover.encode(undisturbed.state()), FlowLevelState))
    assert successor.level == undisturbed.level
    for frame in range(before, len(whats)):
        follow(undisturbed, frame)
        follow(successor, frame)
        assert successor.level == undisturbed.level
        assert successor.state() == undisturbed.state()
