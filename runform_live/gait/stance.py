"""One stance: its angles, and all else that a row of stances.csv says of it."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import FRONTAL_FLOOR, Leg, by_view, side_of
from runform_live.gait import geometry, signals
from runform_live.gait.geometry import Reference
from runform_live.gait.hidden import HiddenPelvis, HiddenState
from runform_live.gait.oblique import NO_ANGLE, CameraAngle
from runform_live.gait.row import Step
from runform_live.gait.stance_curve import REACH_STEPS, StanceCurve, StanceCurveState
from runform_live.gait.uncertainty.sigma import quality_of
from runform_live.gait.window import Window
from runform_live.messages import Gait, Instrument, Naming, Stance

Array = npt.NDArray[np.float64]

# The columns of `angles_deg`, each by the metric that is its value at midstance.
ANGLES = ("pelvic_drop_mid_deg", "hip_adduction_mid_deg", "knee_valgus_mid_deg", "trunk_lean_mid_deg")
DROP, ADDUCTION, VALGUS, LEAN = range(len(ANGLES))
PEAK_STEP_S = 0.005  # a peak is looked for so often: at 5000 deg/s^2 it is missed by 0.02 deg at most


@dataclass(frozen=True, slots=True)
class Basis:
    """What the angles of one leg are measured against."""

    leg: Leg
    turn_share: float  # share of a pelvic turn that the landmarks show
    reference: Reference


def angles_deg(rows: Array, basis: Basis) -> Array:
    """The angles (rows, ANGLES) of rows of smoothed signals (rows, SMOOTHED)."""

    def point(x: int, leg: int = 0) -> Array:
        at = x + leg * signals.LEG
        return rows[:, at : at + 2]  # y follows x

    leg, level_deg = basis.leg, basis.reference.level_deg
    tilt_deg = rows[:, signals.TILT]
    if not math.isnan(level_deg):
        tilt_deg = level_deg + (tilt_deg - level_deg) / basis.turn_share
    hip, knee, ankle = point(signals.HIP_X, leg), point(signals.KNEE_X, leg), point(signals.ANKLE_X, leg)
    hips, shoulders = point(signals.HIPS_X), point(signals.SHOULDERS_X)
    angles = np.empty((len(rows), len(ANGLES)))
    angles[:, DROP] = geometry.contralateral_drop_deg(tilt_deg, level_deg, leg)
    angles[:, ADDUCTION] = geometry.hip_adduction_deg(hip, knee, tilt_deg - basis.reference.tilt_offset_deg, leg)
    angles[:, VALGUS] = geometry.knee_valgus_deg(hip, knee, ankle, leg)
    angles[:, LEAN] = geometry.trunk_lean_deg(hips, shoulders, basis.reference.upright_deg, leg)
    return angles


def stance_angles_deg(
    step: Step, window: Window, basis: Basis, curve: StanceCurve, withheld: Collection[int] = ()
) -> tuple[list[float], list[float]]:
    """The angles of a stance at midstance, and their peaks between initial contact and toe off.

    curve: of the leg's stances before; it learns from this one. withheld: columns that count for nothing in this stance. A value at midstance is NaN where the frames beside it are unknown, a peak where any frame of the stance
    is. A peak is never under the value at midstance.
    """
    middle_s, contact_s = step.midstance_s, (step.initial_contact_s, step.toe_off_s)
    step_s, reach_s = step.row.step_s, REACH_STEPS * step.row.step_s
    smooth = np.concatenate([window.at(np.array([middle_s])), window.between(*contact_s).smooth])
    times_s, raw = window.raw_rows_between(middle_s - reach_s, min(middle_s + reach_s, step.toe_off_s + window.lag_s))
    angles = angles_deg(np.concatenate([smooth, raw]), basis)
    angles[:, list(withheld)] = np.nan
    smooth, raw = angles[: len(smooth)], angles[len(smooth) :]
    if math.isnan(step_s):  # one step alone has no rhythm
        return smooth[0].tolist(), smooth.max(axis=0).tolist()
    at_s = np.concatenate([[middle_s], np.arange(*contact_s, PEAK_STEP_S)])
    found = curve.measure((times_s - middle_s) / step_s, raw, (at_s - middle_s) / step_s, window.half_width_s / step_s)
    unknown = np.isnan(smooth)
    middle = np.where(unknown[0], np.nan, found[0])
    peak = np.where(unknown.any(axis=0), np.nan, found.max(axis=0))
    return middle.tolist(), peak.tolist()


class CurveState(msgspec.Struct, frozen=True):
    """The usual curve of one leg of the picture in one gait."""

    gait: Gait
    leg: Leg
    curve: StanceCurveState


class StancesState(msgspec.Struct, frozen=True):
    """All of `Stances` written down."""

    hidden: HiddenState
    curves: tuple[CurveState, ...]
    namings: int


class Stances:
    """Measures one stance after the other."""

    __slots__ = ("_curves", "_hidden", "_namings")

    def __init__(self, state: StancesState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._hidden = HiddenPelvis(state.hidden if state else None)
        self._curves = (
            {(one.gait, one.leg): StanceCurve(len(ANGLES), one.curve) for one in state.curves} if state else {}
        )

        self._namings = state.namings if state else 0  # how often the view had changed

    def state(self) -> StancesState:
        """All of it, for a successor."""
        curves = (CurveState(gait, leg, curve.state()) for (gait, leg), curve in self._curves.items())
        return StancesState(self._hidden.state(), tuple(curves), self._namings)

    def begin_curves(self) -> None:
        """Another camera's place, another person or another view: the stances to come look different."""
        self._curves.clear()

    def measure(
        self,
        step: Step,
        window: Window,
        reference: Reference,
        instrument: Instrument,
        naming: Naming | None,
        camera: CameraAngle = NO_ANGLE,
    ) -> Stance:
        """The stance of a step whose events are known. camera: where it stands, see `ObliqueView`."""
        view = "unknown" if naming is None else naming.view
        # Seen from an angle, the pelvis line is shorter and its tilt larger.
        turn_share = by_view(instrument.turn_share, view) / camera.cosine
        basis = Basis(step.leg, turn_share, reference)
        contact_s = step.initial_contact_s, step.toe_off_s
        drop_level, adduction_level, lean_level = geometry.level_parts_deg(reference, basis.turn_share, step.leg)
        sigma_deg = window.raw_mean(signals.TILT_SIGMA, *contact_s)
        from_side = not window.raw_mean(signals.FRONTALITY, *contact_s) >= FRONTAL_FLOOR
        # One figure for all frames says nothing of a hidden pelvis.
        tells_sigma = instrument.reports_sigma or instrument.marked
        hidden = from_side or (tells_sigma and self._hidden.hides(step.leg, sigma_deg))
        withheld = {DROP, ADDUCTION, VALGUS} if hidden else set()  # all angles but the lean need the hips
        withheld |= {LEAN} if from_side else set()
        withheld |= {ADDUCTION, VALGUS, LEAN} if camera.oblique else set()
        withheld |= {DROP} if camera.too_oblique else set()
        if naming is not None and naming.number != self._namings:
            self._namings = naming.number
            self.begin_curves()
        curve = self._curves.setdefault((step.row.gait, step.leg), StanceCurve(len(ANGLES)))
        middle, peak = stance_angles_deg(step, window, basis, curve, withheld)
        return Stance(
            side=side_of(step.leg, view),
            initial_contact_s=step.initial_contact_s,
            midstance_s=step.midstance_s,
            toe_off_s=step.toe_off_s,
            contact_time_s=step.toe_off_s - step.initial_contact_s if step.feet_seen else None,
            contact_sigma_s=_known(step.contact_sigma_s) if step.feet_seen else None,
            step_width_hip=None if from_side else _known(_step_width_hip(step, window)),
            quality=0.0 if from_side else _quality(step, window, sigma_deg),
            pelvis_sigma_deg=_known(sigma_deg),
            pelvic_drop_mid_deg=_known(middle[DROP]),
            pelvic_drop_peak_deg=_known(peak[DROP]),
            hip_adduction_mid_deg=_known(middle[ADDUCTION]),
            hip_adduction_peak_deg=_known(peak[ADDUCTION]),
            knee_valgus_mid_deg=_known(middle[VALGUS]),
            knee_valgus_peak_deg=_known(peak[VALGUS]),
            trunk_lean_mid_deg=_known(middle[LEAN]),
            drop_level_deg=_known(drop_level),
            adduction_level_deg=_known(adduction_level),
            lean_level_deg=_known(lean_level),
            drop_flow_deg=_known(_drop_flow_deg(step, window, basis.turn_share)),
            oscillation_trunk=None if from_side else _known(step.fall_trunks),
            naming=naming,
            gait=step.row.gait,
            double_support_s=_known(step.double_support_s),
            camera_angle_deg=_known(camera.angle_deg),
            camera_angle_sd_deg=_known(camera.sd_deg),
        )


def _drop_flow_deg(step: Step, window: Window, turn_share: float) -> float:
    """What the level line by the optical flow since the midstance before would take from the drop; NaN where there was none."""
    level_deg = window.raw_mean(signals.FLOW_LEVEL, step.midstance_s - step.row.step_s, step.midstance_s)
    return geometry.level_parts_deg(Reference(level_deg), turn_share, step.leg)[0]


def _step_width_hip(step: Step, window: Window) -> float:
    """Distance across between this foot and the other's last placement, in hip widths; negative: the feet cross. NaN unknown."""
    before_s = step.midstance_s - step.row.step_s
    here_px, there_px = (
        window.mean(signals.ANKLE_X + leg * signals.LEG, at_s - signals.FOOT_DOWN_S, at_s + signals.FOOT_DOWN_S)
        for leg, at_s in ((step.leg, step.midstance_s), (1 - step.leg, before_s))
    )
    width_px = window.raw_mean(signals.HIP_WIDTH, before_s, step.toe_off_s)
    return geometry.inward(step.leg) * (there_px - here_px) / width_px


def _quality(step: Step, window: Window, sigma_deg: float) -> float:
    """0..1: the share of the stance's frames that are known, times how small the sigma of the pelvis line's tilt is."""
    known = window.known_share(signals.TILT, step.initial_contact_s, step.toe_off_s)
    return 0.0 if math.isnan(sigma_deg) else known * quality_of(sigma_deg)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
