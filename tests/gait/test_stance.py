"""The angles of one stance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runform_live.body import LEGS, Leg
from runform_live.gait import signals
from runform_live.gait.geometry import Reference
from runform_live.gait.oblique import NO_ANGLE, CameraAngle
from runform_live.gait.row import Row, Step
from runform_live.gait.stance import ANGLES, Basis, Stances, angles_deg, stance_angles_deg
from runform_live.gait.stance_curve import StanceCurve
from runform_live.gait.window import Window
from runform_live.messages import LANDMARKS, Instrument, Naming, Stance
from tests.makers import Landmarks, running

RATE_HZ = 60
LEVEL = Reference(0.0, 0.0, 0.0)
UNKNOWN = np.full((len(LANDMARKS), 3), np.nan)


def seen(landmarks: Landmarks) -> np.ndarray:
    """One frame as a row of signals."""
    row = np.empty(signals.SIGNALS)
    signals.write_signals(landmarks, False, row)
    return row[None, : signals.SMOOTHED]


def run(unknown_s: tuple[float, float] = (0.0, 0.0)) -> Window:
    """Two seconds; the midstance of step k is at (k + 0.5) * 60 / 170 s. Nothing is known between two times."""
    window = Window()
    for frame in range(2 * RATE_HZ):
        time_s = frame / RATE_HZ
        window.append(time_s, UNKNOWN if unknown_s[0] < time_s < unknown_s[1] else running(time_s), marked=False)
    window.smooth(0.0)
    return window


def step(number: int) -> Step:
    midstance_s = (number + 0.5) * 60 / 170
    return Step(Row(intervals_s=[60 / 170]), number, math.nan, midstance_s, 0.1, midstance_s - 0.12, midstance_s + 0.14)


@pytest.mark.parametrize(("leg", "drop_deg"), [(0, 5.0), (1, 3.0)])
def test_the_drop_at_midstance_is_the_peak_of_a_stance_that_is_seen_whole(leg: Leg, drop_deg: float) -> None:
    middle, peak = stance_angles_deg(step(2 + leg), run(), Basis(leg, 1.0, LEVEL), StanceCurve(len(ANGLES)))
    assert middle[0] == pytest.approx(drop_deg, abs=0.15)
    assert middle[0] <= peak[0] < middle[0] + 0.05


def test_a_stance_of_which_some_frames_are_unknown_has_no_peak_and_keeps_its_midstance() -> None:
    at_s = step(2).midstance_s
    window = run((at_s + 0.07, at_s + 0.3))
    middle, peak = stance_angles_deg(step(2), window, Basis(0, 1.0, LEVEL), StanceCurve(len(ANGLES)))
    assert not np.isnan(middle).any() and np.isnan(peak).all()


def test_of_a_turn_that_the_landmarks_show_by_half_the_other_half_is_put_back() -> None:
    row = seen(running(2.5 * 60 / 170))
    whole, half = (angles_deg(row, Basis(0, share, Reference(1.0, 0.0, 0.0)))[0] for share in (1.0, 0.5))
    assert half[0] == pytest.approx(2 * whole[0])
    assert half[1] - whole[1] == pytest.approx(whole[0]), "the thigh is measured against the pelvis line"
    assert half[2:] == pytest.approx(whole[2:])


def test_each_direction_of_the_reference_is_taken_from_its_own_angle() -> None:
    row = seen(running(2.5 * 60 / 170))
    for leg in LEGS:
        sign = 1.0 if leg == 0 else -1.0
        plain, against = (angles_deg(row, Basis(leg, 1.0, to))[0] for to in (LEVEL, Reference(2.0, 3.0, 4.0)))
        assert plain - against == pytest.approx([2.0 * sign, 3.0 * sign, 0.0, -4.0 * sign])


def test_without_a_level_line_only_the_knee_is_measured() -> None:
    drop, _, valgus, lean = angles_deg(seen(running(2.5 * 60 / 170)), Basis(0, 1.0, Reference()))[0]
    assert math.isnan(drop) and math.isnan(lean) and not math.isnan(valgus)


def measured(stances: Stances, number: int, camera: CameraAngle = NO_ANGLE, view_changes: int = 0) -> Stance:
    naming = Naming("posterior", False, view_changes)
    return stances.measure(step(number), run(), LEVEL, Instrument(), naming, camera)


def test_the_usual_curve_learns_nothing_from_angles_that_are_withheld() -> None:
    stances = Stances()
    for _ in range(5):
        thrown_away = measured(stances, 2, CameraAngle(30.0, 4.0, 22.0, 38.0, oblique=True, too_oblique=True))
        assert thrown_away.pelvic_drop_mid_deg is None and thrown_away.hip_adduction_mid_deg is None
    assert measured(stances, 2) == measured(Stances(), 2)


def test_another_person_and_another_view_begin_the_usual_curve_anew() -> None:
    stances, fresh = Stances(), measured(Stances(), 2)
    for _ in range(3):
        assert measured(stances, 4).pelvic_drop_mid_deg is not None
    assert measured(stances, 2) != fresh, "the stances before count"
    stances.begin_curves()
    assert measured(stances, 2) == fresh
    renamed = measured(stances, 2, view_changes=1)
    assert renamed.pelvic_drop_mid_deg == fresh.pelvic_drop_mid_deg
