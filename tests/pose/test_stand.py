"""Who stands still, since when, and who does not: a table of situations at every frame rate."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runform_live import body, handover
from runform_live.camera_motion import CameraMotion
from runform_live.messages import INDEX, LANDMARKS, Standing
from runform_live.pose.stand import SETTLE_S, StandDetector, StandState
from tests.makers import Landmarks, running, standing

RATES_HZ = (24, 30, 60, 120, 240)
TRUNK_PX = 150.0  # of the figures in tests.makers
ENOUGH_S = 1.1 + SETTLE_S  # until a stand is told
Figure = Callable[[float], Landmarks]  # of the time in s

UNKNOWN = np.full((len(LANDMARKS), 3), np.nan)


def moved(points: Landmarks, joint: str, by_trunks: tuple[float, float]) -> Landmarks:
    """A landmark, or both of a pair, moved across and down."""
    out = points.copy()
    rows = [INDEX[joint]] if joint in INDEX else body.pair(joint)
    out[rows, :2] += TRUNK_PX * np.array(by_trunks)
    return out


def told(figure: Figure, until_s: float, rate_hz: float = 30.0, detector: StandDetector | None = None, from_s: float = 0.0) -> list[tuple[float, Standing | None]]:  # fmt: skip
    """The times of the frames, and the stand that goes on by then."""
    detector, out = detector or StandDetector(), []
    for frame in range(math.ceil(from_s * rate_hz), round(until_s * rate_hz)):
        detector.push(frame / rate_hz, figure(frame / rate_hz))
        out.append((frame / rate_hz, detector.standing))
    return out


def known_from_s(figure: Figure, until_s: float = 6.0, rate_hz: float = 30.0) -> float:
    """When a stand is told first; NaN if never."""
    return next((time_s for time_s, stand in told(figure, until_s, rate_hz) if stand is not None), math.nan)


def quiet(time_s: float) -> Landmarks:
    """Somebody who sways by a tenth of a trunk in 5 s, as people do who stand."""
    return moved(standing(), "hip", (0.02 * math.sin(2 * math.pi * time_s / 5), 0.0))


def steps(lift_trunks: float, cadence_spm: float, sway_trunks: float = 0.0) -> Figure:
    """Somebody who steps in place: each foot is lifted for 40% of a stride."""

    def at(time_s: float) -> Landmarks:
        points = standing()
        for number, ankle in enumerate(("left_ankle", "right_ankle")):
            phase = (time_s * cadence_spm / 120.0 + 0.5 * number) % 1.0
            points = moved(
                points, ankle, (0.0, -lift_trunks * max(0.0, math.sin(math.pi * phase / 0.4)) * (phase < 0.4))
            )
        sway = sway_trunks * math.sin(2 * math.pi * time_s * cadence_spm / 120.0)
        return moved(moved(points, "shoulder", (sway, 0.0)), "hip", (sway / 2, 0.0))

    return at


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_stand_is_told_after_the_same_time_at_any_frame_rate(rate_hz: int) -> None:
    assert known_from_s(quiet, rate_hz=rate_hz) == pytest.approx(ENOUGH_S, abs=0.001 + 1 / rate_hz)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_stand_is_told_from_its_beginning_until_just_now(rate_hz: int) -> None:
    _, stand = told(quiet, 3.05, rate_hz)[-1]
    assert stand is not None and stand.replaces
    assert (stand.from_s, stand.until_s) == pytest.approx((0.0, 3.0 - SETTLE_S))


def test_after_steps_a_stand_begins_when_both_feet_are_down() -> None:
    walk = steps(0.3, 100.0)
    _, stand = told(lambda t: walk(t) if t < 2.0 else quiet(t), 4.05)[-1]
    assert stand is not None
    assert stand.from_s == pytest.approx(2.0, abs=0.35)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_stand_ends_within_three_tenths_of_a_second_of_the_first_step_and_is_told_up_to_before_it(
    rate_hz: int,
) -> None:
    stands = told(lambda t: quiet(t) if t < 2.5 else running(t), 4.0, rate_hz)
    last_s, last = [(time_s, stand) for time_s, stand in stands if stand is not None][-1]
    assert last_s < 2.5 + 0.3
    assert last.until_s < 2.5 + 0.1


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("cadence_spm", [140.0, 170.0, 200.0])
def test_nobody_stands_in_a_run(rate_hz: int, cadence_spm: float) -> None:
    detector = StandDetector()
    for frame in range(4 * rate_hz):
        detector.push(frame / rate_hz, running(frame / rate_hz, cadence_spm=cadence_spm))
        assert detector.standing is None and not detector.still


@pytest.mark.parametrize("rate_hz", [24, 60])
@pytest.mark.parametrize("cadence_spm", [60.0, 90.0, 120.0])
@pytest.mark.parametrize(("lift_trunks", "sway_trunks"), [(0.3, 0.0), (0.15, 0.0), (0.09, 0.08)])
def test_whoever_steps_in_place_does_not_stand(rate_hz: int, cadence_spm: float, lift_trunks: float, sway_trunks: float) -> None:  # fmt: skip
    """Feet that are lifted by 15 and by 7 cm; and by 4 cm, with a trunk that sways as it does in walking."""
    assert math.isnan(known_from_s(steps(lift_trunks, cadence_spm, sway_trunks), rate_hz=rate_hz))


def test_on_one_leg_nobody_is_level() -> None:
    one_leg = moved(standing(), "left_ankle", (0.0, -0.4))
    assert math.isnan(known_from_s(lambda _: one_leg))


def test_a_rolled_camera_and_a_foot_before_the_other_are_two_feet_on_the_ground() -> None:
    staggered = moved(standing(roll_deg=8.0), "left_ankle", (0.0, 0.06))
    assert known_from_s(lambda _: staggered) == pytest.approx(ENOUGH_S, abs=0.04)


@pytest.mark.parametrize("shallow", ["heel", "knees", "weight"])
def test_whoever_bends_a_knee_begins_a_new_stand(shallow: str) -> None:
    """After 2 s a heel rises by 5 cm, both knees bend, or the weight goes over to one leg; 0.3 s later all is quiet."""
    bent = {
        "heel": moved(quiet(0), "left_ankle", (0.0, -0.1)),
        "knees": moved(quiet(0), "shoulder", (0.0, 0.1)),
        "weight": moved(moved(quiet(0), "hip", (0.15, 0.0)), "shoulder", (0.15, 0.0)),
    }[shallow]

    def figure(time_s: float) -> Landmarks:
        share = min(max((time_s - 2.0) / 0.3, 0.0), 1.0)
        return np.asarray((1.0 - share) * quiet(0) + share * bent)

    stands = told(figure, 5.05)
    assert next(stand for _, stand in stands if stand is not None).from_s == 0.0
    assert any(time_s > 2.0 and stand is None for time_s, stand in stands)
    last = stands[-1][1]
    assert last is not None and last.from_s == pytest.approx(2.35, abs=0.2)


@pytest.mark.parametrize("rate_hz", [24, 30, 60, 120])
def test_ankles_that_jump_from_frame_to_frame_are_dark_shoes_and_no_steps(rate_hz: int) -> None:
    """Three in ten estimates are up to 7 cm off."""
    rng = np.random.default_rng(8)

    def jumps(time_s: float) -> Landmarks:
        points = quiet(time_s)
        off = rng.uniform(-0.15, 0.15, 2) * (rng.random(2) < 0.3)
        return moved(moved(points, "left_ankle", (0.0, off[0])), "right_ankle", (0.0, off[1]))

    assert known_from_s(jumps, 3.0, rate_hz) < 2.0


@pytest.mark.parametrize(("lost_s", "goes_on"), [(0.0, True), (0.1, True), (0.2, True), (0.5, False), (1.5, False)])
@pytest.mark.parametrize("shown", ["unknown", "not at all"])
def test_whoever_is_lost_for_a_moment_goes_on_standing_and_for_longer_begins_anew(lost_s: float, goes_on: bool, shown: str) -> None:  # fmt: skip
    """Landmarks are unknown from 2 s on, or no frame comes."""
    detector, before, after = StandDetector(), None, None
    for frame in range(150):
        time_s = frame / 30
        lost = 2.0 <= time_s < 2.0 + lost_s
        if not lost or shown == "unknown":
            detector.push(time_s, UNKNOWN if lost else quiet(time_s))
        if time_s < 2.0:
            before = detector.standing
        after = detector.standing
    assert before is not None and before.from_s == 0.0
    assert after is not None
    assert after.from_s == pytest.approx(0.0 if goes_on else 2.0 + lost_s, abs=0.1)


def test_a_stand_of_which_a_third_is_not_shown_is_none() -> None:
    detector = StandDetector()
    for frame in range(180):
        if frame % 30 < 20:
            detector.push(frame / 30, quiet(frame / 30))
        assert detector.standing is None


def test_every_second_frame_may_be_lost() -> None:
    assert known_from_s(quiet, rate_hz=15.0) == pytest.approx(ENOUGH_S, abs=0.07)


def test_whoever_is_seen_from_the_side_is_still_and_does_not_stand() -> None:
    detector = StandDetector()
    for frame in range(90):
        points = quiet(frame / 30)
        points[body.pair("shoulder"), 0] = 640.0 + 15.0 * np.array([-1, 1])
        detector.push(frame / 30, points)
        assert detector.standing is None
    assert detector.still


def test_a_camera_whose_motion_is_taken_back_does_not_end_a_stand_and_one_that_is_not_known_does() -> None:
    """The camera turns by 10 degrees within 2 s."""

    def filmed(time_s: float) -> tuple[CameraMotion, Landmarks]:
        turn = math.radians(5.0 * min(time_s, 2.0))
        motion, points = CameraMotion(math.cos(turn), math.sin(turn), 5.0 * time_s), quiet(time_s)
        points[:, :2] = points[:, :2] @ motion.matrix[:, :2].T + motion.matrix[:, 2]
        return motion, points

    stands = told(lambda t: filmed(t)[0].taken_back(filmed(t)[1]), 3.05)
    assert stands[-1][1] is not None and stands[-1][1].from_s == 0.0
    assert math.isnan(known_from_s(lambda t: filmed(t)[1], 2.0))


def test_drift_over_many_seconds_does_not_end_a_stand() -> None:
    """Somebody walks across by a trunk in a minute. It is one stand, of which the last 6 s are looked at."""
    stands = told(lambda t: moved(quiet(t), "hip", (0.015 * t, 0.0)), 20.0)
    assert all(stand is not None and stand.from_s == 0.0 for time_s, stand in stands if time_s > 2.0)


def test_a_stand_that_was_asked_for_begins_after_the_question() -> None:
    detector = StandDetector()
    assert told(quiet, 3.0, detector=detector)[-1][1] is not None
    detector.ask()
    assert detector.standing is None and detector.still, "nobody moved"
    stands = told(quiet, 6.0, detector=detector, from_s=3.0)
    first_s, first = next((time_s, stand) for time_s, stand in stands if stand is not None)
    assert first_s == pytest.approx(3.0 + ENOUGH_S, abs=0.15)
    assert first.from_s == pytest.approx(3.0, abs=0.1)


def test_somebody_else_begins_a_stand_of_their_own() -> None:
    detector = StandDetector()
    told(quiet, 3.0, detector=detector)
    detector.forget()
    assert detector.standing is None and not detector.still
    stands = told(quiet, 6.0, detector=detector, from_s=3.0)
    assert next(stand.from_s for _, stand in stands if stand is not None) == pytest.approx(3.0, abs=0.04)


def test_a_short_stand_is_enough_for_a_first_line_and_a_longer_one_replaces_an_earlier_one() -> None:
    assert [Standing(5.0, until_s).is_enough for until_s in (6.0, 6.1)] == [False, True]
    assert [Standing(5.0, until_s).replaces for until_s in (6.6, 6.7)] == [False, True]
    assert next(time_s for time_s, stand in told(quiet, 3.0) if stand and stand.replaces) < 2.0, "2 s are asked for"


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["stands", "steps", "nobody", "nothing"]), st.integers(1, 60)), min_size=1, max_size=6),
    st.integers(0, 150),
    st.sampled_from([24.0, 30.0, 50.0, 240.0]),
    st.integers(0, 200),
)  # fmt: skip
def test_a_detector_goes_on_where_another_one_was(phases: list[tuple[str, int]], before: int, rate_hz: float, asked: int) -> None:  # fmt: skip
    whats = [what for what, frames in [("stands", 40), *phases] for _ in range(frames)]
    walk = steps(0.3, 100.0)

    def push(detector: StandDetector, frame: int) -> None:
        if frame == asked:
            detector.ask()
        figures: dict[str, Figure] = {"stands": quiet, "steps": walk, "nobody": lambda _: UNKNOWN}
        if whats[frame] in figures:
            detector.push(frame / rate_hz, figures[whats[frame]](frame / rate_hz))

    undisturbed, before = StandDetector(), min(before, len(whats))
    for frame in range(before):
        push(undisturbed, frame)
    successor = StandDetector(handover.decode(handover.encode(undisturbed.state()), StandState))
    for frame in range(before, len(whats)):
        push(undisturbed, frame)
        push(successor, frame)
        assert (successor.standing, successor.still) == (undisturbed.standing, undisturbed.still)
    assert successor.state() == undisturbed.state()
