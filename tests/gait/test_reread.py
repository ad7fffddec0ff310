"""The angles of a session's frames are those that its stances were measured with."""

from __future__ import annotations

import math
from functools import cache

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from runform_live.gait.reread import frame_angles
from runform_live.gait.stance import ADDUCTION, ANGLES, DROP, LEAN, VALGUS
from runform_live.messages import SIDES, Stance, View
from tests.makers import Monitor, pose, running, standing

Array = npt.NDArray[np.float64]
RATE_HZ, STOOD_S, SECONDS, ROLL_DEG = 60.0, 2.0, 10.0, 3.0


@cache
def measured(view: View = "posterior") -> tuple[Array, Array, tuple[Stance, ...]]:
    """Times, landmarks and stances of somebody who stands and then runs before a camera that is rolled; left drops 5 deg, right 3 deg."""
    monitor, found = Monitor(), []
    times_s = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    landmarks = np.array([_points(time_s, view == "anterior") for time_s in times_s])
    for number, (time_s, points) in enumerate(zip(times_s, landmarks, strict=True)):
        found += monitor.push(pose(number + 1, time_s), points)
    return times_s, landmarks, (*found, *monitor.finish())


def _points(time_s: float, anterior: bool) -> Array:
    if time_s >= STOOD_S:
        return running(time_s - STOOD_S, roll_deg=ROLL_DEG, anterior=anterior)
    points = standing(ROLL_DEG if not anterior else -ROLL_DEG)
    if anterior:
        points[:, 0] = 1280 - points[:, 0]
    return points


def obliquity_deg(times_s: Array) -> Array:
    """Of the pelvis, as `running` draws it; positive: the left side is higher."""
    return 4.0 * np.cos(math.pi * ((times_s - STOOD_S) * 170.0 / 60.0 - 0.5)) + 1.0


def middles_s(stances: tuple[Stance, ...]) -> Array:
    return np.array([stance.midstance_s for stance in stances])


@pytest.mark.parametrize("view", ["posterior", "anterior"])
def test_the_pelvis_is_where_it_is_in_every_frame_of_the_run(view: View) -> None:
    times_s, landmarks, stances = measured(view)
    at_s = times_s[(times_s > stances[0].midstance_s) & (times_s < stances[-1].midstance_s)]
    found = frame_angles(times_s, landmarks, stances, view, at_s)
    assert len(at_s) > 400
    np.testing.assert_allclose(found["left"][:, DROP], obliquity_deg(at_s), atol=0.3)
    np.testing.assert_allclose(found["right"][:, DROP], -found["left"][:, DROP], atol=1e-9)
    np.testing.assert_allclose(found["right"][:, LEAN], -found["left"][:, LEAN], atol=1e-9)


@pytest.mark.parametrize("view", ["posterior", "anterior"])
def test_midstance_and_peak_are_those_of_the_stance(view: View) -> None:
    times_s, landmarks, stances = measured(view)
    assert len(stances) > 15 and {stance.side for stance in stances} == set(SIDES)
    at_middle = frame_angles(times_s, landmarks, stances, view, middles_s(stances))
    in_frames = frame_angles(times_s, landmarks, stances, view, times_s)
    for place, stance in enumerate(stances):
        values = [getattr(stance, metric) for metric in ANGLES]
        np.testing.assert_allclose(at_middle[stance.side][place], values, atol=1e-6)
        within = (times_s >= stance.initial_contact_s) & (times_s <= stance.toe_off_s)
        for kind, peak in ((DROP, stance.pelvic_drop_peak_deg), (ADDUCTION, stance.hip_adduction_peak_deg)):
            largest = max(in_frames[stance.side][within, kind].max(), values[kind])
            assert largest == pytest.approx(peak, abs=0.01), "a peak may lie between two frames"


def test_what_the_camera_moved_is_taken_from_the_frames_between_two_midstances() -> None:
    times_s, landmarks, stances = measured()
    seen = [
        msgspec.structs.replace(one, pelvic_drop_mid_deg=(one.pelvic_drop_mid_deg or 0.0) + (1.1 if one.side == "left" else -1.1))
        for one in stances
    ]  # fmt: skip
    at_s = times_s[(times_s > 4.0) & (times_s < 8.0)]
    before, after = (frame_angles(times_s, landmarks, of, "posterior", at_s) for of in (stances, seen))
    np.testing.assert_allclose(after["left"][:, DROP] - before["left"][:, DROP], 1.1, atol=1e-3)
    np.testing.assert_allclose(after["right"][:, DROP] - before["right"][:, DROP], -1.1, atol=1e-3)
    np.testing.assert_array_equal(after["left"][:, VALGUS], before["left"][:, VALGUS])


def test_beside_a_stance_that_was_measured_of_something_else_nothing_is_known() -> None:
    times_s, landmarks, stances = measured()
    wrong = list(stances)
    wrong[8] = msgspec.structs.replace(stances[8], pelvic_drop_mid_deg=15.0)
    found = frame_angles(times_s, landmarks, wrong, "posterior", middles_s(stances))
    assert np.flatnonzero(np.isnan(found["left"][:, DROP])).tolist() == [8]
    assert not np.isnan(found["left"][:, VALGUS]).any()


def test_what_the_nearest_stance_does_not_know_no_frame_knows() -> None:
    times_s, landmarks, stances = measured()
    hidden = list(stances)
    hidden[8] = msgspec.structs.replace(stances[8], pelvic_drop_mid_deg=None, hip_adduction_mid_deg=None)
    found = frame_angles(times_s, landmarks, hidden, "posterior", middles_s(stances))
    for side in SIDES:
        assert np.flatnonzero(np.isnan(found[side][:, DROP])).tolist() == [8]
        assert np.flatnonzero(np.isnan(found[side][:, ADDUCTION])).tolist() == [8]
        assert not np.isnan(found[side][:, [VALGUS, LEAN]]).any()


def test_far_from_every_stance_and_where_nobody_is_seen_nothing_is_known() -> None:
    times_s, landmarks, stances = measured()
    gone = landmarks.copy()
    gone[(times_s > 5.0) & (times_s < 5.5)] = np.nan
    found = frame_angles(times_s, gone, stances, "posterior", np.array([0.5, 5.25, 7.0, 20.0]))
    assert np.isnan(found["left"][:, DROP]).tolist() == [True, True, False, True]


def test_stances_of_an_early_version_tell_no_level() -> None:
    times_s, landmarks, stances = measured()
    early = [msgspec.structs.replace(one, drop_level_deg=None) for one in stances]
    found = frame_angles(times_s, landmarks, early, "posterior", times_s)
    assert np.isnan(found["left"]).all() and np.isnan(found["right"]).all()
