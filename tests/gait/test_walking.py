"""Walking: its stances, and the switch to running and back."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live import handover
from runform_live.body import trunk_px
from runform_live.gait.monitor import GaitMonitor, MonitorState
from runform_live.messages import INDEX, Gait, Stance
from tests.makers import Landmarks, Watch, pose, standing
from tests.walkers import Camera, Truth, Walker

Spells = list[tuple[Gait, int, float]]  # gait, steps, steps a minute
Film = list[tuple[float, Landmarks]]
NEAR_S = 0.15


def film(spells: Spells, camera: Camera, rate_hz: float = 30.0, on_the_spot: bool = False) -> tuple[Walker, Film]:
    walker = Walker()
    made = [walker.spell(*spell, on_the_spot=on_the_spot) for spell in spells]
    return walker, [frame for spell in made for frame in spell.frames(camera, rate_hz)]


def measured(frames: Film, camera: Camera, hand_over_at: int = -1) -> tuple[list[Stance], GaitMonitor, set[str]]:
    """All stances, the monitor at the end, and what it said that the person does."""
    monitor, watch, stances, said = GaitMonitor(), Watch(), list[Stance](), set[str]()
    for number, (time_s, points) in enumerate(frames):
        if number == hand_over_at:
            monitor = GaitMonitor(state=handover.decode(handover.encode(monitor.state()), MonitorState))
        one = watch(pose(number + 1, time_s, behind=0.03 if camera.anterior else 0.97), points)
        stances += monitor.push(one, points)
        said.add(monitor.activity)
    return stances + monitor.finish(), monitor, said


def matched(truth: list[Truth], found: list[Stance]) -> list[tuple[Truth, Stance | None]]:
    """Each true stance with the found one of its gait that has its midstance."""
    return [
        (
            true,
            next(
                (one for one in found if one.gait == true.gait and abs(one.midstance_s - true.midstance_s) < NEAR_S),
                None,
            ),
        )
        for true in truth
    ]


@pytest.mark.parametrize("camera", [Camera(), Camera(anterior=True)], ids=["behind", "in front"])
@pytest.mark.parametrize(("spm", "rate_hz"), [(60.0, 30.0), (80.0, 60.0), (100.0, 24.0), (115.0, 30.0), (130.0, 30.0)])
def test_every_stance_of_steady_walking_is_measured(camera: Camera, spm: float, rate_hz: float) -> None:
    walker, frames = film([("walk", 24, spm)], camera, rate_hz)
    found, monitor, said = measured(frames, camera)
    steady = matched(walker.truth[4:-2], found)
    assert all(one is not None for _, one in steady), "none is missed"
    assert len(found) <= len(walker.truth) and {one.gait for one in found} == {"walk"}
    for true, one in steady:
        assert one is not None and one.side == true.side
        assert one.midstance_s == pytest.approx(true.midstance_s, abs=0.02)
        assert one.initial_contact_s == pytest.approx(true.initial_contact_s, abs=0.06)
        assert one.toe_off_s == pytest.approx(true.toe_off_s, abs=0.06)
        assert one.pelvic_drop_mid_deg == pytest.approx(true.drop_deg, abs=0.5)
        assert one.double_support_s == pytest.approx((2 * true.duty - 1) * 60 / spm, abs=0.08)
    assert "walking" in said and "running" not in said
    assert "walking" in monitor.flags() and "slow_motion" not in monitor.flags()
    state = monitor.gait_state()
    assert state.cadence_spm == pytest.approx(spm, rel=0.02)
    assert state.phase == "running" and state.ran_s == 0.0, "the run is on, and nobody has run"


@pytest.mark.parametrize("camera", [Camera(noise_px=2.0), Camera(anterior=True, noise_px=2.0)])
def test_landmarks_that_jitter_cost_no_stance(camera: Camera) -> None:
    walker, frames = film([("walk", 24, 105.0)], camera)
    found, _, _ = measured(frames, camera)
    steady = matched(walker.truth[4:-2], found)
    assert all(one is not None and one.side == true.side for true, one in steady)
    off_s = [one.midstance_s - true.midstance_s for true, one in steady if one]
    assert np.sqrt(np.mean(np.square(off_s))) < 0.02


@pytest.mark.parametrize("camera", [Camera(noise_px=1.0), Camera(anterior=True)], ids=["behind", "in front"])
@pytest.mark.parametrize(("spm", "rate_hz"), [(100.0, 24.0), (115.0, 30.0)])
def test_each_step_of_a_walk_a_run_and_a_walk_is_told_once_with_its_gait(
    camera: Camera, spm: float, rate_hz: float
) -> None:
    walker, frames = film([("walk", 10, spm), ("run", 12, 165.0), ("walk", 10, spm)], camera, rate_hz)
    found, monitor, said = measured(frames, camera)
    pairs = matched(walker.truth[:-1], found)  # the film ends within the last one
    assert all(one is not None and one.side == true.side for true, one in pairs)
    assert len(found) == len(pairs)
    assert [one.midstance_s for one in found] == sorted(one.midstance_s for one in found)
    assert {"walking", "running"} <= said and "walking" not in monitor.flags()
    assert monitor.gait_state().ran_s == pytest.approx(12 * 60 / 165.0, abs=1.5)


def test_a_stance_of_running_is_told_at_its_toe_off_and_one_in_doubt_a_step_later() -> None:
    _, frames = film([("walk", 10, 115.0), ("run", 14, 165.0), ("walk", 6, 115.0)], Camera())
    found, _, _ = measured(frames, Camera())
    late_s = [one.stamp_s - one.toe_off_s for one in found if one.gait == "run"]
    step_s = 60 / 165.0
    assert max(late_s) < 2 * step_s + 0.15, "the first one waits for the two after it"
    assert sum(late < 0.15 for late in late_s) >= 11


@pytest.mark.parametrize("high_m", [0.9, 1.4])
@pytest.mark.parametrize("lower_trunks", [0.0, 0.3], ids=["true feet", "one foot seen too low"])
def test_from_in_front_hips_that_are_seen_to_sway_the_wrong_way_exchange_no_legs(
    high_m: float, lower_trunks: float
) -> None:
    camera = Camera(anterior=True, high_m=high_m, away_m=2.2)
    walker, frames = film([("walk", 24, 110.0)], camera)
    hips, foot = (
        [INDEX[name] for name in names]
        for names in (("left_hip", "right_hip"), ("left_ankle", "left_toe", "left_heel"))
    )
    for _, points in frames:
        sway_px = points[hips, 0].mean() - 640.0
        points[hips, 0] -= 1.7 * sway_px  # 15 mm to the swinging leg, not 22 mm to the standing one
        points[foot, 1] += lower_trunks * trunk_px(points)
    found, monitor, _ = measured(frames, camera)
    assert monitor.gait_state().view == "anterior"
    for true, one in matched(walker.truth[4:-2], found):
        assert one is not None and one.side == true.side
        assert one.pelvic_drop_mid_deg == pytest.approx(true.drop_deg, abs=0.5)


def test_steps_on_the_spot_are_walking() -> None:
    walker, frames = film([("walk", 20, 100.0)], Camera(anterior=True), on_the_spot=True)
    found, _, said = measured(frames, Camera(anterior=True))
    assert len(found) >= 15 and {one.gait for one in found} == {"walk"}
    assert "running" not in said
    assert all(one is None or one.side == true.side for true, one in matched(walker.truth[4:], found))


def test_quiet_standing_with_feet_that_jitter_is_no_walking() -> None:
    rng = np.random.default_rng(1)
    frames = []
    for number in range(240):
        points = standing()
        points[:, :2] += rng.normal(0.0, 3.0, (len(points), 2))
        frames.append((number / 30, points))
    found, _, said = measured(frames, Camera())
    assert found == [] and "walking" not in said


def test_a_walk_that_is_handed_over_at_any_frame_is_measured_the_same() -> None:
    camera = Camera(noise_px=1.0)
    _, frames = film([("walk", 9, 110.0), ("run", 9, 165.0), ("walk", 7, 110.0)], camera)
    expected, monitor, _ = measured(frames, camera)
    assert {one.gait for one in expected} == {"run", "walk"}
    for number in range(5, len(frames), 17):
        found, other, _ = measured(frames, camera, number)
        assert found == expected and other.gait_state() == monitor.gait_state(), number
