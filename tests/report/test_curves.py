"""The mean curve over the stance is that of the runner, and at midstance it is the value of the stances."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from runform_live import config
from runform_live.gait.stance import ANGLES
from runform_live.messages import Instrument, Pose, Stance, View
from runform_live.report.curves import PERCENT, mean_curves, of_session, stance_curves
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from tests.makers import Monitor, pose, running, standing

LEFT_DEG, RIGHT_DEG, STEP_S = 5.0, 3.0, 60.0 / 170.0
STANDS_S, ENDS_S = 3.0, 12.0
Frames = tuple[np.ndarray, np.ndarray]


def run(rate_hz: float = 30.0, ends_s: float = ENDS_S, roll_deg: float = 0.0, anterior: bool = False) -> Frames:
    """Times (frames,) and landmarks of a runner who stood before."""
    times_s = np.arange(round(ends_s * rate_hz)) / rate_hz
    still = running(0.5 * STEP_S, 0.0, 0.0, anterior=True) if anterior else standing(roll_deg)
    return times_s, np.stack(
        [
            still if at_s < STANDS_S else running(at_s, LEFT_DEG, RIGHT_DEG, roll_deg=roll_deg, anterior=anterior)
            for at_s in times_s
        ]
    )


def measured(frames: Frames, view: View = "posterior", turn_share: tuple[float, float] = (1.0, 1.0)) -> list[Stance]:
    """The stances that the gait core gives of these frames."""
    monitor, stances = Monitor(view), list[Stance]()
    for number, (at_s, landmarks) in enumerate(zip(*frames, strict=True), start=1):
        seen: Pose = msgspec.structs.replace(pose(number, float(at_s)), instrument=Instrument(turn_share=turn_share))
        stances += monitor.push(seen, landmarks)
    stances += monitor.finish()
    return stances[
        1:-1
    ]  # in the first one the runner still stood at its beginning, and the last one goes on after the film


def true_drop_deg(stance: Stance) -> np.ndarray:
    """The drop of the stick runner at PERCENT of a stance: a cosine over two steps."""
    times_s = stance.initial_contact_s + PERCENT / 100.0 * (stance.toe_off_s - stance.initial_contact_s)
    tilt_deg = np.cos(np.pi * (times_s / STEP_S - 0.5)) * (LEFT_DEG + RIGHT_DEG) / 2 + (LEFT_DEG - RIGHT_DEG) / 2
    return tilt_deg if stance.side == "left" else -tilt_deg


@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 60.0, 120.0, 240.0])
def test_the_drop_of_a_pelvis_that_swings_like_a_cosine_is_found_at_any_frame_rate(rate_hz: float) -> None:
    frames = run(rate_hz)
    stances = measured(frames)
    curves = stance_curves(*frames, stances, "posterior")
    assert len(stances) >= 20
    for stance, curve in zip(stances, curves, strict=True):
        assert np.abs(curve[:, 0] - true_drop_deg(stance)).max() < 0.25


@pytest.mark.parametrize("metric", ANGLES)
def test_at_midstance_the_mean_curve_is_the_mean_of_the_stances(metric: str) -> None:
    frames = run()
    stances = measured(frames)
    found = mean_curves(stances, stance_curves(*frames, stances, "posterior"))
    for side, curve in found.means[metric].items():
        values = [getattr(stance, metric) for stance in stances if stance.side == side]
        assert curve.count == len(values)
        assert np.interp(found.midstance_percent, PERCENT, curve.mean) == pytest.approx(np.mean(values), abs=0.02)
    shares = [(one.midstance_s - one.initial_contact_s) / (one.toe_off_s - one.initial_contact_s) for one in stances]
    assert found.midstance_percent == pytest.approx(100.0 * np.mean(shares), abs=0.1), "where the gait core puts it"


def test_a_camera_that_is_rolled_changes_no_curve() -> None:
    straight, rolled = run(), run(roll_deg=4.0)
    mine, others = (
        mean_curves(stances, stance_curves(*frames, stances, "posterior"))
        for frames, stances in ((one, measured(one)) for one in (straight, rolled))
    )
    for metric in ANGLES:
        for side, curve in mine.means[metric].items():
            np.testing.assert_allclose(others.means[metric][side].mean, curve.mean, atol=0.05)


def test_what_a_network_does_not_show_of_a_turn_from_in_front_is_put_back() -> None:
    """Shown is 0.8 of it; the stances are given all of it, and so are the curves."""
    frames = run(anterior=True)
    stances = measured(frames, "anterior", (1.0, 0.8))
    curves = stance_curves(*frames, stances, "anterior")
    for stance, curve in zip(stances, curves, strict=True):
        assert np.interp(46.0, PERCENT, curve[:, 0]) == pytest.approx(stance.pelvic_drop_mid_deg, abs=0.02)
        # Both ends of the curve are as far apart as those of the true one, divided by what is shown.
        assert np.ptp(curve[:, 0]) == pytest.approx(np.ptp(true_drop_deg(stance)) / 0.8, abs=0.3)


def test_a_session_that_did_not_keep_its_level_line_has_the_same_curves() -> None:
    frames = run(roll_deg=3.0)
    stances = measured(frames)
    forgotten = [
        msgspec.structs.replace(one, drop_level_deg=None, adduction_level_deg=None, lean_level_deg=None)
        for one in stances
    ]
    np.testing.assert_allclose(
        stance_curves(*frames, forgotten, "posterior"), stance_curves(*frames, stances, "posterior"), atol=0.05
    )


def test_a_stance_in_which_frames_are_missing_is_left_out() -> None:
    times_s, landmarks = run()
    stances = measured((times_s, landmarks))
    hole = stances[9]
    missing = (times_s > hole.initial_contact_s) & (times_s < hole.toe_off_s)
    landmarks[missing] = np.nan
    whole = np.isfinite(stance_curves(times_s, landmarks, stances, "posterior")).all(axis=(1, 2))
    assert not whole[9]
    assert whole.sum() >= len(stances) - 3, "its neighbours at most go with it"


def test_stances_after_the_last_frame_and_those_of_an_unknown_drop_are_left_out() -> None:
    times_s, landmarks = run()
    stances = measured((times_s, landmarks))
    stances[4] = msgspec.structs.replace(stances[4], pelvic_drop_mid_deg=None)
    ends = int(np.searchsorted(times_s, stances[-1].midstance_s))
    curves = stance_curves(times_s[:ends], landmarks[:ends], stances, "posterior")
    assert np.isnan(curves[-1]).all()
    assert np.isnan(curves[4, :, 0]).all() and np.isfinite(curves[4, :, 1:]).all()


def test_a_stance_that_was_named_after_the_other_leg_is_left_out() -> None:
    frames = run()
    stances = measured(frames)
    other = "right" if stances[6].side == "left" else "left"
    stances[6] = msgspec.structs.replace(stances[6], side=other)
    curves = stance_curves(*frames, stances, "posterior")
    assert np.isnan(curves[6, :, 0]).all() and np.isfinite(curves[7, :, 0]).all()


def test_a_side_without_a_stance_has_no_curve() -> None:
    frames = run()
    stances = [stance for stance in measured(frames) if stance.side == "left"]
    found = mean_curves(stances, stance_curves(*frames, stances, "posterior"))
    assert all(set(one) == {"left"} for one in found.means.values())
    assert found


def test_one_stance_has_a_curve_and_no_spread() -> None:
    frames = run()
    stances = measured(frames)[5:6]
    curve = mean_curves(stances, stance_curves(*frames, stances, "posterior")).means[ANGLES[0]][stances[0].side]
    assert curve.count == 1
    assert np.isfinite(curve.mean).all() and np.isnan(curve.sd).all()


@pytest.mark.parametrize("given", ["no frame", "no stance"])
def test_without_frames_or_stances_there_is_no_curve(given: str) -> None:
    times_s, landmarks = run()
    stances = measured((times_s, landmarks)) if given == "no frame" else []
    frames = (times_s[:0], landmarks[:0]) if given == "no frame" else (times_s, landmarks)
    found = mean_curves(stances, stance_curves(*frames, stances, "posterior"))
    assert not found
    assert np.isnan(found.midstance_percent)


def test_of_a_session_folder_the_curves_are_at_midstance_what_the_summary_says(tmp_path: Path) -> None:
    folder = recorded(tmp_path / "run", run(roll_deg=2.0))
    session = read(folder)
    found = of_session(session)
    assert session.summary.calibrated
    for metric in ANGLES:
        for side, curve in found.means[metric].items():
            mean = session.summary.sides[side][metric].mean
            assert np.interp(found.midstance_percent, PERCENT, curve.mean) == pytest.approx(mean, abs=0.03)


def recorded(folder: Path, frames: Frames) -> Path:
    """The session folder of a run."""
    folder.mkdir()
    record, monitor = SessionRecord(folder, "0", config.load(), "live"), Monitor()
    record.opened(720, 1280, 30.0)
    for number, (at_s, landmarks) in enumerate(zip(*frames, strict=True), start=1):
        seen = pose(number, float(at_s))
        record.pose(number, seen.time_s, landmarks)
        for stance in monitor.push(seen, landmarks):
            record.stance(stance)
    for stance in monitor.finish():
        record.stance(stance)
    record.gait(monitor.gait_state())
    record.finish("stopped")
    return folder
