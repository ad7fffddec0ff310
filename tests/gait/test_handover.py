"""A gait monitor that was handed over goes on bit for bit as the undisturbed one."""

from __future__ import annotations

import math
from collections.abc import Collection
from functools import cache

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runform_live import handover
from runform_live.camera_motion import CameraMotion
from runform_live.gait.monitor import GaitMonitor, MonitorState
from runform_live.messages import LANDMARKS, FlowLevel, GaitState, Instrument, Pose, Stance
from tests.makers import Landmarks, Watch, demo_landmarks, pose, running, standing

Film = list[tuple[Pose, Landmarks]]
Said = tuple[list[Stance], GaitState]
UNKNOWN = np.full((len(LANDMARKS), 3), np.nan)
PUSHED = CameraMotion(math.cos(math.radians(1.5)), math.sin(math.radians(1.5)), 25.0, -12.0)
MOMENTS_S = {"standing": 1.5, "first steps": 3.3, "run": 7.0, "after the camera was pushed": 10.0, "in a pause": 17.5}


def film(
    rate_hz: float = 30.0,
    seed: int = 1,
    stands: bool = True,
    place_s: float = math.inf,
    outage_s: float = 0.0,
    **how: object,
) -> Film:
    """Somebody stands, runs (the camera is pushed at 9 s), pauses from 13 s on, runs again from 19 s to 24 s.

    Landmarks are noisy, frames come unevenly, some are skipped, in some nobody is found. stands: at first, else runs at once;
    place_s: when the camera is put elsewhere; outage_s: without a frame, after 7 s.
    """
    rng, shown, frame, t, watch = np.random.default_rng(seed), [], 0, 0.0, Watch()
    while t < 24.0:
        steps = 1 + int(rng.random() < 0.05)
        frame, t = frame + steps, t + (steps + rng.uniform(0, 0.1)) / rate_hz
        runs = (t >= 2.5 or not stands) and not 13.0 <= t < 19.0
        points = running(t - 2.5, **how) if runs else standing()  # type: ignore[arg-type]
        points += rng.normal(0, 0.5, points.shape)
        camera = CameraMotion(place=1) if t >= place_s else PUSHED if t >= 9.0 else CameraMotion()
        points[:, :2] = np.column_stack([points[:, :2], np.ones(len(points))]) @ camera.matrix.T
        found = bool(rng.random() > 0.02)
        one = pose(
            frame,
            t + outage_s * (t > 7.0),
            found,
            cut_off=bool(rng.random() < 0.1),
            camera=camera,
            runner_brightness=0.5,
        )
        flow_level = FlowLevel(rng.normal(0, 0.5), 0.5) if runs else None
        repeated = found and frame % 23 in (3, 4, 11)
        general = 0.9 if frame % 20 == 0 else math.nan  # it looks every 2/3 s
        one = msgspec.structs.replace(one, flow_level=flow_level, repeated=repeated, behind_by_general=general)
        landmarks = points if found and not repeated else UNKNOWN
        shown.append((watch(one, landmarks), landmarks))
    return shown


def watched(shown: Film, handed_over: Collection[int] = ()) -> tuple[list[Said], bytes]:
    """What a monitor says after each frame, and its state at the end; before the frames `handed_over` a successor takes over."""
    monitor, said = GaitMonitor(), []
    for number, (one, landmarks) in enumerate(shown):
        if number in handed_over:
            monitor = GaitMonitor(state=handover.decode(handover.encode(monitor.state()), MonitorState))
        said.append((monitor.push(one, landmarks), monitor.gait_state()))
    written = handover.encode(monitor.state())
    said.append((monitor.finish(), monitor.gait_state()))
    return said, written


@cache
def undisturbed() -> tuple[Film, tuple[list[Said], bytes]]:
    shown = film()
    return shown, watched(shown)


def test_the_film_has_all_that_a_handover_could_lose() -> None:
    _, (said, _) = undisturbed()
    stances = [stance for found, _ in said for stance in found]
    states = [state for _, state in said]
    assert len(stances) > 35 and {stance.side for stance in stances} == {"left", "right"}
    assert {state.phase for state in states} == {"before", "running", "paused"}
    assert states[-1].view == "posterior" and states[-1].calibrated and "camera_moved" in states[-1].flags
    assert len({state.level_deg for state in states}) > 5


@pytest.mark.parametrize("moment", MOMENTS_S)
def test_every_stance_level_view_flag_and_count_is_as_in_the_undisturbed_run(moment: str) -> None:
    shown, expected = undisturbed()
    number = next(number for number, (one, _) in enumerate(shown) if one.time_s >= MOMENTS_S[moment])
    assert watched(shown, {number}) == expected


def test_so_it_is_of_the_demo_clips_runner() -> None:
    shown = [(pose(number + 1, t), points) for number, (t, points) in enumerate(demo_landmarks())]
    expected = watched(shown)
    assert len([stance for found, _ in expected[0] for stance in found]) > 20
    for number in range(0, len(shown), 67):
        assert watched(shown, {number}) == expected


def test_one_that_is_handed_over_at_every_frame_says_the_same() -> None:
    shown = film(seed=2)[:240]
    assert watched(shown, range(len(shown))) == watched(shown)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([24.0, 30.0, 60.0]),
    st.integers(0, 5),
    st.booleans(),
    st.booleans(),
    st.sampled_from([math.inf, 6.0, 11.0]),
    st.sampled_from([0.0, 0.2, 2.0, 40.0]),
    st.lists(st.floats(0, 1), min_size=1, max_size=3),
)
def test_a_handover_at_any_frame_changes_nothing(
    rate_hz: float,
    seed: int,
    stands: bool,
    anterior: bool,
    place_s: float,
    outage_s: float,
    shares: list[float],
) -> None:
    shown = film(rate_hz, seed, stands, place_s, outage_s, anterior=anterior)
    assert watched(shown, {int(share * (len(shown) - 1)) for share in shares}) == watched(shown)


def test_a_lowest_point_of_long_ago_is_handed_over_too() -> None:
    """Somebody runs, sinks, and rises again so slowly that it takes over ten seconds until the lowest point is certain."""
    shown, rng = [], np.random.default_rng(1)
    for number in range(30 * 45):
        t = number / 30
        points = standing() if 10 <= t < 40 else running(t) + rng.normal(0, 0.5, (len(LANDMARKS), 3))
        if 10 <= t < 40:
            points[:, 1] += 20.0 * math.cos(math.pi / 2 * (t - 10) / 30)
        shown.append((pose(number + 1, t), points))
    expected = watched(shown)
    for t in (12.0, 17.0, 19.0, 21.0, 30.0):
        assert watched(shown, {int(30 * t)}) == expected, t


def test_slow_motion_is_still_noticed() -> None:
    shown = [(pose(n + 1, n / 30), standing() if n < 60 else running((n / 30 - 2) / 6)) for n in range(900)]
    expected = watched(shown)
    assert expected[0][-1][1].flags == ("slow_motion",)
    for t in (8.0, 12.0, 25.0):
        assert watched(shown, {int(30 * t)}) == expected, t


def test_steps_that_wait_for_a_view_keep_their_frames() -> None:
    """Without ankles nothing tells from where the runner is seen: all stances wait until the end, for longer than anything else looks back."""
    shown = film(stands=True)
    waiting = [
        (
            msgspec.structs.replace(one, instrument=Instrument(names_sides=False), behind_by_general=math.nan),
            blind(points),
        )
        for one, points in shown
    ]
    expected = watched(waiting)
    assert len(expected[0][-1][0]) > 35, "they are told at the end"
    for number in (200, 400, len(shown) - 10):
        assert watched(waiting, {number}) == expected


@pytest.mark.parametrize(
    "waits", [False, True], ids=["stances are told at once", "stances wait until the window forgets"]
)
def test_more_frames_came_than_are_kept(waits: bool) -> None:
    shown = film(240.0)[: 240 * 12]
    if waits:
        shown = [
            (
                msgspec.structs.replace(one, instrument=Instrument(names_sides=False), behind_by_general=math.nan),
                blind(points),
            )
            for one, points in shown
        ]
    expected = watched(shown)
    assert len([stance for found, _ in expected[0] for stance in found]) > 15
    for number in (2040, 2400, len(shown) - 100):
        assert watched(shown, {number}) == expected


def blind(points: Landmarks) -> Landmarks:
    """No shoes: the belt does not show."""
    out = points.copy()
    for joint in ("heel", "toe"):
        for side in ("left", "right"):
            out[LANDMARKS.index(f"{side}_{joint}")] = np.nan
    return out


@pytest.mark.parametrize(("rate_hz", "most_s"), [(30.0, 10.0), (120.0, 10.0)])
def test_at_most_ten_seconds_of_frames_are_written_down(rate_hz: float, most_s: float) -> None:
    monitor = GaitMonitor()
    for number in range(int(16 * rate_hz)):
        t = number / rate_hz
        monitor.push(pose(number + 1, t), standing() if t < 2.5 else running(t - 2.5))
    window = monitor.state().segmenter.window
    assert window.times_s.shape[0] == int(16 * rate_hz)
    assert window.raw.shape[0] <= most_s * rate_hz
