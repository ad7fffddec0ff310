"""Landmarks in, stances out: the stride segmenter that live and offline share.

Each frame costs one kernel call; a stance is reported once its toe off has passed the smoother. The first steps of a run are
held back until it is sure that it is a run, from which side it is seen and what is level.
"""

from __future__ import annotations

import math
from statistics import median

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import FRONTAL_FLOOR, Leg, by_view, side_of
from runform_live.gait import channels, contact, geometry, levelling
from runform_live.gait.chain import LONGEST_STEP_S, Chain, Step, StepsState, read_steps, write_steps
from runform_live.gait.hidden import HiddenPelvis, HiddenState
from runform_live.gait.levelling import Level, StrideLevel, StridesState
from runform_live.gait.midstance import Midstances, MidstancesState
from runform_live.gait.recent import Recent, RecentState
from runform_live.gait.slow_motion import SlowMotion, SlowMotionState
from runform_live.gait.stand import LOOKS_BACK_S, Stand, StandState
from runform_live.gait.uncertainty.sigma import quality_of
from runform_live.gait.view import ViewEstimate, ViewState, behind_by
from runform_live.messages import DecidedView, Instrument, LevelInMotion, Naming, Pose, Stance, View

SHORTEST_STEP_S = 0.22
LONGEST_ROW_GAP_S = 2.5 * LONGEST_STEP_S  # between two lows of a row, one of which between them was missed
RECENT_STEPS = 5
FORGETTING_S = 1.0  # a held stance is reported before the ring forgets its frames
HIP_KINDS = (0, 1, 2)  # of frames.stance_angles: all but the lean hang on where the hips are
# Frames so long before the midstance of a step still tell of it: the rhythm looks at the three steps before it (1.5 s), the length of
# the trunk is a mean of 1 s.
BEFORE_A_STEP_S = 2.0


class SegmenterState(msgspec.Struct, frozen=True):
    """A segmenter written down, part by part."""

    recent: RecentState
    stand: StandState
    view: ViewState
    level: Level | None
    level_in_motion: LevelInMotion | None
    hidden: HiddenState
    slow_motion: SlowMotionState
    steps: StepsState
    strides: StridesState
    midstances: MidstancesState
    number: int
    intervals_s: tuple[float, ...]
    falls_px: tuple[float, ...]
    last_low_s: float
    last_running_s: float
    instrument: Instrument


class GaitSegmenter:
    """State of the gait stage; `push` one frame after the other, `flush` at the end.

    `view` fixes the view ("unknown" finds it). `state` is of a predecessor, to go on from; its view holds then.
    """

    __slots__ = (
        "_chain",
        "_falls_px",
        "_hidden",
        "_instrument",
        "_intervals_s",
        "_last_low_s",
        "_last_running_s",
        "_level",
        "_level_in_motion",
        "_midstances",
        "_number",
        "_open",
        "_ready",
        "_recent",
        "_slow_motion",
        "_stand",
        "_strides",
        "_view",
    )

    def __init__(self, view: View = "unknown", state: SegmenterState | None = None) -> None:
        if state is not None:
            self._restore(state)
            return
        self._recent = Recent()
        self._stand = Stand()
        self._view = ViewEstimate(view)
        self._level: Level | None = None
        self._level_in_motion: LevelInMotion | None = None
        self._hidden = HiddenPelvis()
        self._slow_motion = SlowMotion()
        self._instrument = Instrument()
        self._open: list[Step] = []
        self._ready: list[Step] = []
        self._last_low_s = -math.inf
        self._last_running_s = -math.inf
        self._strides = StrideLevel()
        self._begin_chain()

    def _begin_chain(self) -> None:
        self._chain = Chain()
        self._number = 0
        self._intervals_s: list[float] = []
        self._falls_px: list[float] = []
        self._strides.interrupt()
        self._midstances = Midstances()

    # -- state for a successor ------------------------------------------------------------------------------------

    def _restore(self, state: SegmenterState) -> None:
        self._recent = Recent(state.recent)
        self._stand = Stand(state.stand)
        self._view = ViewEstimate(state=state.view)
        self._level = state.level
        self._level_in_motion = state.level_in_motion
        self._hidden = HiddenPelvis(state.hidden)
        self._slow_motion = SlowMotion(state.slow_motion)
        self._chain, self._open, self._ready = read_steps(state.steps)
        self._strides = StrideLevel(state.strides)
        self._midstances = Midstances(state.midstances)
        self._number = state.number
        self._intervals_s = list(state.intervals_s)
        self._falls_px = list(state.falls_px)
        self._last_low_s, self._last_running_s = state.last_low_s, state.last_running_s
        self._instrument = state.instrument

    def state(self) -> SegmenterState:
        """All that a successor needs to go on exactly from here."""
        return SegmenterState(
            recent=self._recent.state(self._looks_back_to_s()),
            stand=self._stand.state(),
            view=self._view.state(),
            level=self._level,
            level_in_motion=self._level_in_motion,
            hidden=self._hidden.state(),
            slow_motion=self._slow_motion.state(),
            steps=write_steps(self._chain, self._open, self._ready),
            strides=self._strides.state(),
            midstances=self._midstances.state(),
            number=self._number,
            intervals_s=tuple(self._intervals_s),
            falls_px=tuple(self._falls_px),
            last_low_s=self._last_low_s,
            last_running_s=self._last_running_s,
            instrument=self._instrument,
        )

    def _looks_back_to_s(self) -> float:
        """No frame before this time is ever looked at again.

        The search for standing looks furthest back where nothing waits. Steps that wait for a view or a level line need their frames
        as well, and so does a lowest point that is not certain yet, which may be old where somebody rises very slowly. Open steps that
        are no run yet do not need them once the row that they belong to has ended.
        """
        next_low_s = self._recent.next_low_s
        row_goes_on = not next_low_s - self._last_low_s > LONGEST_ROW_GAP_S
        waiting = [*self._ready, *(step for step in self._open if step.chain.is_run or row_goes_on)]
        first_s = min((step.midstance_s for step in waiting), default=math.inf)
        lows_s = first_s if math.isnan(next_low_s) else min(first_s, next_low_s)
        return min(self._recent.now_s - LOOKS_BACK_S, lows_s - BEFORE_A_STEP_S)

    # -- what a person may ask ------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """The view as far as it is known; "side" while the person is seen from the side."""
        return "side" if self.frontality < FRONTAL_FLOOR else self._view.view

    @property
    def naming(self) -> Naming | None:
        """How left and right are named now; None before the view is decided."""
        view = self._view
        if view.view == "unknown":
            return None
        return Naming(view.view, view.unsure, view.number, view.since_s, self._instrument.turn_share)

    @property
    def level(self) -> Level | None:
        """The calibration by standing, else the level line of the last strides, else None."""
        return self._level or self._strides.level()

    @property
    def standing(self) -> bool:
        return self._stand.standing

    @property
    def running(self) -> bool:
        return self._recent.now_s - self._last_running_s < 1.0

    @property
    def slowed(self) -> bool:
        """Whether somebody runs in slow motion."""
        return self._slow_motion.sure

    @property
    def frontality(self) -> float:
        """Mean of shoulder width over trunk length in the last half second; NaN where nobody is seen."""
        now_s = self._recent.now_s
        return self._recent.raw_mean(channels.FRONTALITY, now_s - 0.5, now_s)

    @property
    def cadence_spm(self) -> float:
        """Steps a minute over the last steps; NaN while nobody runs."""
        if not self.running or len(self._intervals_s) < 2:
            return math.nan
        return 60.0 / (sum(self._intervals_s) / len(self._intervals_s))

    def calibrate(self) -> None:
        """Forget the level line; the next quiet standing sets it."""
        self._level = None
        self._stand.ask(self._recent.now_s)

    def lose_level(self) -> None:
        """The camera looks from elsewhere: neither a calibration nor strides from before tell what is level now."""
        self.calibrate()
        self._level_in_motion = None
        self._view.camera_elsewhere(self._recent.now_s)
        self._start_chain()
        self._strides = StrideLevel()

    def fix_view(self, view: DecidedView) -> None:
        """A person says from where the runner is seen: that holds until the camera looks from elsewhere."""
        self._view.fix(view)

    # -- frames ---------------------------------------------------------------------------------------------------

    def push(self, pose: Pose, landmarks: npt.NDArray[np.float64]) -> list[Stance]:
        """Take one frame's landmarks (landmarks, 3: x_px, y_px, sigma_px; NaN unknown); return the stances completed by it.

        Raises ValueError where time does not go forward.
        """
        instrument = self._instrument = pose.instrument
        level_in_motion = None if instrument.marked else pose.level  # it is one of the hip line, not of the stickers
        look_deg = None if level_in_motion is None else level_in_motion.look_deg
        flow_level_deg = math.nan if look_deg is None else look_deg
        order = None if instrument.names_sides else 2.0 * pose.behind - 1.0
        self._recent.append(pose.time_s, landmarks, instrument.marked, order, flow_level_deg)
        if level_in_motion is not None:  # it gets better with every frame: the newest is good for all
            self._level_in_motion = level_in_motion
        self._take_lows(self._recent.lag_s)
        self._level = self._stand.look(self._recent, self._level)
        if self._open:
            self._close_steps()
        return self._report() if self._ready else []

    def flush(self) -> list[Stance]:
        """The stances still held back at the end, with the view and the level line that there are."""
        if self._recent.now_s > -math.inf:
            self._take_lows(0.0)
            self._close_steps()
        if not self._ready:
            return []
        self._view.settle()
        return self._report(strides=1)

    # -- steps ----------------------------------------------------------------------------------------------------

    def _take_lows(self, lag_s: float) -> None:
        for midstance_s, fall_px in self._recent.lows(lag_s):
            self._take_low(midstance_s, fall_px)

    def _take_low(self, midstance_s: float, fall_px: float) -> None:
        passed = midstance_s - self._last_low_s
        if passed < SHORTEST_STEP_S:
            return
        recent, trunk_px = self._recent, self._recent.trunk_px(midstance_s)
        self._slow_motion.push(passed, fall_px / trunk_px)
        usual = median(self._intervals_s) if self._intervals_s else math.nan
        if passed <= LONGEST_STEP_S:
            self._number += 1
            self._intervals_s.append(passed)
            del self._intervals_s[:-RECENT_STEPS]
        elif abs(passed - 2 * usual) < 0.25 * usual:
            self._number += 2
        else:
            self._start_chain()
        if not math.isnan(fall_px):
            self._falls_px.append(fall_px)
            del self._falls_px[:-RECENT_STEPS]
        if self._number > 0 and passed <= LONGEST_STEP_S:
            step = self._last_low_s, midstance_s
            self._strides.add(midstance_s, recent.mean(channels.TILT, *step), recent.upright_deg(*step))
        self._last_low_s = midstance_s
        feet = [
            recent.mean(channels.ANKLE_Y + leg * channels.LEG, midstance_s - 0.05, midstance_s + 0.05) for leg in (0, 1)
        ]
        self._chain.add(self._number, (feet[0] - feet[1]) / trunk_px)
        if self._chain.is_run:
            self._last_running_s = recent.now_s
        if not math.isnan(fall_px):  # the first low after a loss or a stand may be half a step
            self._open.append(Step(midstance_s, self._number, self._chain, fall_px / trunk_px))

    def _start_chain(self) -> None:
        """Steps that never became a run are forgotten; a new row begins."""
        self._open = [step for step in self._open if step.chain.is_run]
        self._begin_chain()

    def _close_steps(self) -> None:
        """Give contact times to steps whose toe off lies within the smoothed frames."""
        recent = self._recent
        while self._open:
            step = self._open[0]
            if not step.chain.is_run or not self._intervals_s:
                return
            self._time_contact(step)
            if step.toe_off_s > recent.smoothed_until_s:
                return
            self._open.pop(0)
            step.midstance_s = self._midstance_s(step.midstance_s)  # now that the frames on both sides are there
            self._time_contact(step)
            down_s = contact.toe_down_s(step.initial_contact_s, step.toe_off_s)
            trend = recent.trend(channels.TOE_Y + step.leg * channels.LEG, *down_s)
            order = recent.raw_mean(channels.ORDER, step.initial_contact_s, step.toe_off_s)
            behind = behind_by(order, self._instrument.names_sides)
            self._view.add_stance(trend / recent.trunk_px(step.midstance_s), behind)
            self._ready.append(step)

    def _time_contact(self, step: Step) -> None:
        """Initial contact and toe off of a step from its midstance."""
        fall_px = median(self._falls_px) if self._falls_px else math.nan
        trunk_px = self._recent.trunk_px(step.midstance_s)
        contact_s = contact.contact_time_s(median(self._intervals_s), fall_px, trunk_px)
        step.initial_contact_s, step.toe_off_s = contact.contact_events(step.midstance_s, contact_s)

    def _midstance_s(self, low_s: float) -> float:
        """The lowest point by the unsmoothed frames and by the rhythm of the run: of the stickers, or else of the trunk."""
        for channel in (channels.MARKS_Y, channels.TRUNK_Y):
            found_s = self._midstances.joined(*self._recent.lowest_s(channel, low_s, median(self._intervals_s)))
            if not math.isnan(found_s):
                return found_s
        return low_s

    # -- stances --------------------------------------------------------------------------------------------------

    def _report(self, strides: int = levelling.STRIDES_FOR_LEVEL) -> list[Stance]:
        level = self._level or self._strides.level(strides)
        waits = self._view.view == "unknown" or level is None
        forgets = self._recent.has_forgotten and self._ready[0].initial_contact_s < self._recent.oldest_s + FORGETTING_S
        if waits and strides > 1 and not forgets:
            return []
        if self._view.view == "unknown":
            self._view.settle()
        stances = [self._measure(step, level) for step in self._ready]
        self._ready.clear()
        return stances

    def _references_deg(self, level: Level | None) -> tuple[float, float, float]:
        """For a runner in motion: the tilt that a level pelvis is seen with, its tilt offset, and the upright."""
        if level is None:
            return math.nan, 0.0, math.nan
        seen_deg = level.in_motion_deg(self._level_in_motion)
        upright_deg = seen_deg if level.upright_deg is None else level.upright_deg
        share = 1.0 if level.calibrated else levelling.TILT_OFFSET_SHARE
        return seen_deg, share * (seen_deg - upright_deg), upright_deg

    def _measure(self, step: Step, level: Level | None) -> Stance:
        recent, leg, contact_s = self._recent, step.leg, (step.initial_contact_s, step.toe_off_s)
        turn_share = by_view(self._instrument.turn_share, self._view.view)
        references_deg = self._references_deg(level)
        events_s = (step.initial_contact_s, step.midstance_s, step.toe_off_s)
        angles = recent.angles(events_s, leg, turn_share, references_deg)
        level_parts_deg = geometry.level_parts_deg(*references_deg, turn_share, leg)
        seen_from_side = not recent.raw_mean(channels.FRONTALITY, *contact_s) >= FRONTAL_FLOOR
        sigma_deg = recent.raw_mean(channels.TILT_SIGMA, *contact_s)
        reports_sigma = self._instrument.reports_sigma or self._instrument.marked
        hidden = seen_from_side or (reports_sigma and self._hidden.hides(leg, sigma_deg))

        def known(row: int, kind: int) -> float | None:
            value = float(angles[row, kind])
            withheld = hidden if kind in HIP_KINDS else seen_from_side
            return None if withheld or math.isnan(value) else value

        return Stance(
            side=side_of(leg, self._view.view),
            initial_contact_s=step.initial_contact_s,
            midstance_s=step.midstance_s,
            toe_off_s=step.toe_off_s,
            contact_time_s=step.toe_off_s - step.initial_contact_s,
            step_width_hip=None if seen_from_side else self._step_width(step, leg),
            quality=0.0 if seen_from_side else self._quality(step, sigma_deg),
            pelvis_sigma_deg=None if math.isnan(sigma_deg) else sigma_deg,
            pelvic_drop_mid_deg=known(0, 0),
            pelvic_drop_peak_deg=known(1, 0),
            hip_adduction_mid_deg=known(0, 1),
            hip_adduction_peak_deg=known(1, 1),
            knee_valgus_mid_deg=known(0, 2),
            knee_valgus_peak_deg=known(1, 2),
            trunk_lean_mid_deg=known(0, 3),
            drop_level_deg=_known(level_parts_deg[0]),
            adduction_level_deg=_known(level_parts_deg[1]),
            lean_level_deg=_known(level_parts_deg[2]),
            drop_flow_deg=_known(self._flow_part_deg(step, turn_share)),
            oscillation_trunk=None if seen_from_side else _known(step.fall_trunks),
            naming=self.naming,
        )

    def _flow_part_deg(self, step: Step, turn_share: float) -> float:
        """What the level line by the flow's looks since the midstance before would take from the drop; NaN where it did not look."""
        step_s = median(self._intervals_s) if self._intervals_s else math.nan
        seen_deg = self._recent.raw_mean(channels.FLOW_LEVEL, step.midstance_s - step_s, step.midstance_s)
        return geometry.level_parts_deg(seen_deg, 0.0, 0.0, turn_share, step.leg)[0]

    def _step_width(self, step: Step, leg: Leg) -> float | None:
        """Distance across between this foot and the other's last placement, in hip widths; negative: crossed over."""
        before_s = step.midstance_s - (median(self._intervals_s) if self._intervals_s else math.nan)
        here, there = (
            self._recent.mean(channels.ANKLE_X + which * channels.LEG, at_s - 0.05, at_s + 0.05)
            for which, at_s in ((leg, step.midstance_s), (1 - leg, before_s))
        )
        width = self._recent.raw_mean(channels.HIP_WIDTH, before_s, step.toe_off_s)
        across = (there - here if leg == 0 else here - there) / width
        return None if math.isnan(across) else across

    def _quality(self, step: Step, sigma_deg: float) -> float:
        """0..1: the share of the stance's frames that are known, times how small the sigma of the pelvis line's tilt is."""
        known = self._recent.known_share(channels.TILT, step.initial_contact_s, step.toe_off_s)
        return 0.0 if math.isnan(sigma_deg) else known * quality_of(sigma_deg)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
