"""Landmarks in, stances out: the stride segmenter that live and offline share.

Each frame costs one kernel call; a stance is reported once its toe off has passed the smoother. The first steps of a run are
held back until it is sure that it is a run, from which side it is seen and what is level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median

import numpy as np
import numpy.typing as npt

from runform_live.gait import channels, contact, frames, geometry, levelling, rhythm, smoothing, steps, vertex
from runform_live.gait.instrument import HIDDEN_SIGMA_DEG, quality_of
from runform_live.gait.levelling import Level, StrideLevel
from runform_live.gait.midstance import Midstances
from runform_live.gait.view import ViewEstimate, side_of
from runform_live.messages import FOLLOWS_ALL, Stance, View
from runform_live.picture_quality import FRONTAL_FLOOR

SHORTEST_STEP_S, LONGEST_STEP_S = 0.22, 0.48
# Steps of a runner in slow motion: nobody walks so slowly, with so much up and down, so evenly.
SLOW_STEP_S, SLOW_FALL_TRUNKS, SLOW_EVEN, SLOW_STEPS = 0.9, (0.08, 0.35), 0.15, 5
STEPS_FOR_A_RUN = 3
RECENT_STEPS = 5
STANDING_CHECK_S = 0.1
VERTEX_HALF_WIDTH_S = 0.067
MIDSTANCE_WITHIN_S = 0.06
SIDE_MEMORY = 0.85
SIDE_CLIP = 0.5
USUAL_FRAME_S = 1 / 30
FORGETTING_S = 1.0  # a held stance is reported before the ring forgets its frames
WIDEST_FRAME_S = 0.1
SIGMAS_OF = 5  # stances of a leg
HIP_KINDS = (0, 1, 2)  # of frames.stance_angles: all but the lean hang on where the hips are


@dataclass(slots=True)
class _Step:
    """A step whose stance is not reported yet."""

    midstance_s: float
    number: int
    chain: int
    initial_contact_s: float = math.nan
    toe_off_s: float = math.nan


@dataclass(slots=True)
class _Chain:
    """An unbroken row of steps: legs alternate in it, so that what one step leaves unsure the others settle."""

    steps: int = 0
    evidence: float = 0.0  # positive: even steps stand on the picture's left leg

    def leg(self, number: int) -> int:
        return 0 if (self.evidence > 0) == (number % 2 == 0) else 1


class GaitSegmenter:
    """State of the gait stage; `push` one frame after the other, `flush` at the end.

    `view` fixes the view ("unknown" finds it). `level` restores a calibration, for a stage that was restarted.
    """

    __slots__ = (
        "_chain",
        "_chains",
        "_counters",
        "_doubts",
        "_falls_px",
        "_follows",
        "_frame_s",
        "_intervals_s",
        "_jumpy",
        "_last_low_s",
        "_last_running_s",
        "_level",
        "_lows",
        "_midstances",
        "_next_check_s",
        "_now_s",
        "_number",
        "_open",
        "_pair",
        "_quiet_since_s",
        "_raw",
        "_ready",
        "_row",
        "_shift_deg",
        "_sigmas_deg",
        "_slope",
        "_slow_s",
        "_smooth",
        "_standing",
        "_strides",
        "_times",
        "_turn",
        "_view",
        "_wanted_from_s",
        "_work",
    )

    def __init__(self, view: View = "unknown", level: Level | None = None) -> None:
        self._times = np.full(frames.RING, np.nan)
        self._raw = np.full((frames.RING, channels.CHANNELS), np.nan)
        self._smooth = np.full((frames.RING, channels.SMOOTHED), np.nan)
        self._slope = np.full((frames.RING, channels.SMOOTHED), np.nan)
        self._counters = np.zeros(2, np.int64)
        self._turn = np.empty(steps.STATE)
        steps.reset(self._turn)
        self._lows = np.empty((frames.MOST_LOWS, 2))
        self._pair = np.empty(2)
        self._standing = np.empty(3)
        self._row = np.empty(channels.CHANNELS)
        self._work = np.empty((2, 4))
        self._view = ViewEstimate(view)
        self._level = level
        self._shift_deg = 0.0  # of the calibrated level line in motion
        self._strides = StrideLevel()
        self._chain = 0
        self._number = 0
        self._chains: dict[int, _Chain] = {0: _Chain()}
        self._open: list[_Step] = []
        self._ready: list[_Step] = []
        self._intervals_s: list[float] = []
        self._falls_px: list[float] = []
        self._midstances = Midstances()
        self._last_low_s = -math.inf
        self._last_running_s = -math.inf
        self._next_check_s = -math.inf
        self._quiet_since_s = math.nan
        self._jumpy = False  # ankles: a stand was looked for in means of their heights
        self._wanted_from_s = -math.inf
        self._frame_s = USUAL_FRAME_S
        self._now_s = -math.inf
        self._doubts = True
        self._follows = FOLLOWS_ALL
        self._sigmas_deg: tuple[list[float], list[float]] = ([], [])
        self._slow_s: list[float] = []

    # -- what a person may ask ------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """The view as far as it is known; "side" while the person is seen from the side."""
        return "side" if self.frontality < FRONTAL_FLOOR else self._view.view

    @property
    def level(self) -> Level | None:
        """The calibration by standing, else the level line of the last strides, else None."""
        return self._level or self._strides.level()

    @property
    def standing(self) -> bool:
        return not math.isnan(self._quiet_since_s)

    @property
    def running(self) -> bool:
        return self._now_s - self._last_running_s < 1.0

    @property
    def slowed(self) -> bool:
        """Whether somebody runs in slow motion."""
        return len(self._slow_s) >= SLOW_STEPS

    @property
    def frontality(self) -> float:
        """Mean of shoulder width over trunk length in the last half second; NaN where nobody is seen."""
        return self._mean_raw(channels.FRONTALITY, self._now_s - 0.5, self._now_s)

    @property
    def cadence_spm(self) -> float:
        """Steps a minute over the last steps; NaN while nobody runs."""
        if not self.running or len(self._intervals_s) < 2:
            return math.nan
        return 60.0 / (sum(self._intervals_s) / len(self._intervals_s))

    def calibrate(self) -> None:
        """Forget the level line; the next quiet standing sets it."""
        self._level = None
        self._wanted_from_s = self._now_s

    def lose_level(self) -> None:
        """The camera looks from elsewhere: neither a calibration nor strides from before tell what is level now."""
        self.calibrate()
        self._shift_deg = 0.0
        self._start_chain()

    # -- frames ---------------------------------------------------------------------------------------------------

    def push(
        self,
        time_s: float,
        landmarks: npt.NDArray[np.float64],
        names_sides: bool = True,
        marked: bool = False,
        doubts: bool = True,
        level_shift_deg: float = math.nan,
        follows: tuple[float, float] = FOLLOWS_ALL,
        behind: float = math.nan,
    ) -> list[Stance]:
        """Take one frame's landmarks (landmarks, 3: x_px, y_px, sigma_px; NaN unknown); return the stances completed by it.

        behind: how likely (0..1) the network thinks it that it sees a back; NaN where it does not say.
        level_shift_deg: by what the network reads level hips otherwise in motion than in standing; the last known one holds.
        doubts: the sigmas are the network's own; one figure for all frames says nothing of a hidden pelvis.
        marked: the pelvis line is that of the PSIS, not of the hip joint centres.
        follows: of a turn of the pelvis, what the landmarks show of it from behind and from in front; the rest is put back.
        names_sides: "left" is the runner's own as far as the network knows, not merely the picture's left.

        Raises ValueError where time does not go forward.
        """
        if not time_s > self._now_s:
            raise ValueError(f"frame times must increase: {time_s:.4f} s after {self._now_s:.4f} s")
        passed = time_s - self._now_s
        if passed < WIDEST_FRAME_S:
            self._frame_s += 0.1 * (passed - self._frame_s)
        self._now_s = time_s
        self._doubts, self._follows = doubts or marked, follows
        if not (marked or math.isnan(level_shift_deg)):  # it gets better with every frame: the newest is good for all
            self._shift_deg = level_shift_deg
        channels.fill_row(landmarks, marked, self._row)
        if not names_sides:
            self._row[channels.ORDER] = 2.0 * behind - 1.0
        frames.append(self._counters, self._times, self._raw, time_s, self._row)
        self._advance(self._lag_s)
        if time_s >= self._next_check_s:
            self._next_check_s = time_s + STANDING_CHECK_S
            self._look_for_standing(time_s)
        if self._open:
            self._close_steps()
        return self._report() if self._ready else []

    def flush(self) -> list[Stance]:
        """The stances still held back at the end, with the view and the level line that there are."""
        if self._now_s > -math.inf:
            self._advance(0.0)
            self._close_steps()
        if not self._ready:
            return []
        self._view.settle()
        return self._report(strides=1)

    @property
    def _lag_s(self) -> float:
        return max(smoothing.LAG_S, 2.0 * self._frame_s)

    def _advance(self, lag_s: float) -> None:
        """Smooth what is now lag_s old and take the steps that become certain by it."""
        found = frames.advance(
            self._counters,
            self._times,
            self._raw,
            self._smooth,
            self._slope,
            self._turn,
            max(smoothing.HALF_WIDTH_S, 2.7 * self._frame_s),
            lag_s - 1e-3,
            self._lows,
        )
        for low in range(found):
            self._take_low(float(self._lows[low, 0]), float(self._lows[low, 1]))

    def _midstance_s(self, low_s: float) -> float:
        """The lowest point by the unsmoothed frames and by the rhythm of the run: of the stickers, or else of the trunk."""
        ring = self._times, self._raw, self._span[0], int(self._counters[frames.FRAMES_IN])
        half_width_s = max(VERTEX_HALF_WIDTH_S, 2.05 * self._frame_s)
        for channel in (channels.MARKS_Y, channels.TRUNK_Y):
            found_s = self._midstances.joined(
                vertex.vertex_near(*ring, channel, low_s, MIDSTANCE_WITHIN_S, half_width_s),
                rhythm.rhythm_near(*ring, channel, low_s, MIDSTANCE_WITHIN_S, median(self._intervals_s)),
            )
            if not math.isnan(found_s):
                return found_s
        return low_s

    # -- steps ----------------------------------------------------------------------------------------------------

    def _take_low(self, midstance_s: float, fall_px: float) -> None:
        passed = midstance_s - self._last_low_s
        if passed < SHORTEST_STEP_S:
            return
        self._watch_for_slow_motion(passed, fall_px / self._trunk_px(midstance_s))
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
            self._strides.add(midstance_s, self._mean_smooth(channels.TILT, *step), self._mean_upright_deg(*step))
        self._last_low_s = midstance_s
        chain = self._chains[self._chain]
        chain.steps += 1
        feet = [
            self._mean_smooth(channels.ANKLE_Y + leg * channels.LEG, midstance_s - 0.05, midstance_s + 0.05)
            for leg in (0, 1)
        ]
        lower = (feet[0] - feet[1]) / self._trunk_px(midstance_s)
        if not math.isnan(lower):
            sign = 1.0 if self._number % 2 == 0 else -1.0
            chain.evidence = SIDE_MEMORY * chain.evidence + sign * max(-SIDE_CLIP, min(SIDE_CLIP, lower))
        if chain.steps >= STEPS_FOR_A_RUN:
            self._last_running_s = self._now_s
        if not math.isnan(fall_px):  # the first low after a loss or a stand may be half a step
            self._open.append(_Step(midstance_s, self._number, self._chain))

    def _watch_for_slow_motion(self, passed_s: float, fall_trunks: float) -> None:
        if self.slowed:
            return
        usual_s = median(self._slow_s) if self._slow_s else passed_s
        slow = SLOW_STEP_S <= passed_s < math.inf and SLOW_FALL_TRUNKS[0] <= fall_trunks <= SLOW_FALL_TRUNKS[1]
        if not (slow and abs(passed_s - usual_s) <= SLOW_EVEN * usual_s):
            self._slow_s.clear()
        if slow:
            self._slow_s.append(passed_s)

    def _start_chain(self) -> None:
        """Steps that never became a run are forgotten; a new row begins."""
        self._open = [step for step in self._open if self._chains[step.chain].steps >= STEPS_FOR_A_RUN]
        used = {step.chain for step in (*self._open, *self._ready)}
        self._chain += 1
        self._number = 0
        self._chains = {key: chain for key, chain in self._chains.items() if key in used}
        self._chains[self._chain] = _Chain()
        self._intervals_s.clear()
        self._falls_px.clear()
        self._strides = StrideLevel()
        self._midstances = Midstances()

    def _close_steps(self) -> None:
        """Give contact times to steps whose toe off lies within the smoothed frames."""
        smoothed_until_s = self._times[(self._counters[frames.NEXT_CENTRE] - 1) % frames.RING]
        while self._open:
            step = self._open[0]
            if self._chains[step.chain].steps < STEPS_FOR_A_RUN or not self._intervals_s:
                return
            self._time_contact(step)
            if step.toe_off_s > smoothed_until_s:
                return
            self._open.pop(0)
            step.midstance_s = self._midstance_s(step.midstance_s)  # now that the frames on both sides are there
            self._time_contact(step)
            leg = self._chains[step.chain].leg(step.number)
            trend = frames.trend_between(
                self._times,
                self._smooth,
                *self._span,
                channels.FOOT_Y + leg * channels.LEG,
                *contact.flat_foot_s(step.initial_contact_s, step.toe_off_s),
            )
            self._view.add_stance(
                trend / self._trunk_px(step.midstance_s),
                self._mean_raw(channels.ORDER, step.initial_contact_s, step.toe_off_s),
            )
            self._ready.append(step)

    def _time_contact(self, step: _Step) -> None:
        """Initial contact and toe off of a step from its midstance."""
        fall_px = median(self._falls_px) if self._falls_px else math.nan
        contact_s = contact.contact_time_s(median(self._intervals_s), fall_px, self._trunk_px(step.midstance_s))
        contact.contact_events(step.midstance_s, contact_s, self._pair)
        step.initial_contact_s, step.toe_off_s = float(self._pair[0]), float(self._pair[1])

    def _report(self, strides: int = levelling.STRIDES_FOR_LEVEL) -> list[Stance]:
        level = self._level or self._strides.level(strides)
        waits = self._view.view == "unknown" or level is None
        oldest_s = self._times[self._span[0] % frames.RING]
        forgets = self._span[0] > 0 and self._ready[0].initial_contact_s < oldest_s + FORGETTING_S
        if waits and strides > 1 and not forgets:
            return []
        if self._view.view == "unknown":
            self._view.settle()
        stances = [self._measure(step, level) for step in self._ready]
        self._ready.clear()
        return stances

    def _references_deg(self, level: Level | None) -> tuple[float, float, float]:
        """For a runner in motion: the tilt that a level pelvis is seen with, how far it is seen askew, and the upright."""
        if level is None:
            return math.nan, 0.0, math.nan
        seen_deg = level.tilt_deg + (self._shift_deg if level.calibrated else 0.0)
        upright_deg = seen_deg if level.upright_deg is None else level.upright_deg
        share = 1.0 if level.calibrated else levelling.ASKEW_SHARE
        return seen_deg, share * (seen_deg - upright_deg), upright_deg

    def _measure(self, step: _Step, level: Level | None) -> Stance:
        leg = self._chains[step.chain].leg(step.number)
        angles = self._work
        frames.stance_angles(
            self._times,
            self._smooth,
            *self._span,
            step.initial_contact_s,
            step.midstance_s,
            step.toe_off_s,
            leg,
            self._follows[self._view.view == "anterior"],
            *self._references_deg(level),
            angles,
        )
        frontal = self._mean_raw(channels.FRONTALITY, step.initial_contact_s, step.toe_off_s)
        seen_from_side = not frontal >= FRONTAL_FLOOR

        sigma_deg = self._mean_raw(channels.TILT_SIGMA, step.initial_contact_s, step.toe_off_s)
        hidden = seen_from_side or (self._doubts and self._is_hidden(leg, sigma_deg))

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
            pelvic_drop_mid_deg=known(0, 0),
            pelvic_drop_peak_deg=known(1, 0),
            hip_adduction_mid_deg=known(0, 1),
            hip_adduction_peak_deg=known(1, 1),
            knee_valgus_mid_deg=known(0, 2),
            knee_valgus_peak_deg=known(1, 2),
            trunk_lean_mid_deg=known(0, 3),
        )

    def _is_hidden(self, leg: int, sigma_deg: float) -> bool:
        """Whether the pelvis cannot be seen: in this stance, or in the last ones of either leg on average.

        What hides it in every other stance leaves a guess of the rest: it is the same pelvis against the same level.
        """
        if math.isnan(sigma_deg):
            return True
        last = self._sigmas_deg[leg]
        last[:] = [*last[1 - SIGMAS_OF :], sigma_deg]
        return max(sigma_deg, *(sum(each) / len(each) for each in self._sigmas_deg if each)) > HIDDEN_SIGMA_DEG

    def _step_width(self, step: _Step, leg: int) -> float | None:
        """Distance across between this foot and the other's last placement, in hip widths; negative: crossed over."""
        before_s = step.midstance_s - (median(self._intervals_s) if self._intervals_s else math.nan)
        here = self._mean_smooth(
            channels.ANKLE_X + leg * channels.LEG, step.midstance_s - 0.05, step.midstance_s + 0.05
        )
        there = self._mean_smooth(channels.ANKLE_X + (1 - leg) * channels.LEG, before_s - 0.05, before_s + 0.05)
        width = self._mean_raw(channels.HIP_WIDTH, before_s, step.toe_off_s)
        across = (there - here if leg == 0 else here - there) / width
        return None if math.isnan(across) else across

    def _quality(self, step: _Step, sigma_deg: float) -> float:
        """0..1: the share of the stance's frames that are known, times how small the sigma of the pelvis line's tilt is."""
        known: float = frames.known_share(
            self._times, self._raw, *self._span, channels.TILT, step.initial_contact_s, step.toe_off_s
        )
        return 0.0 if math.isnan(sigma_deg) else float(known * quality_of(sigma_deg))

    # -- standing -------------------------------------------------------------------------------------------------

    def _look_for_standing(self, now_s: float) -> None:
        until_s = now_s - self._lag_s - levelling.SETTLE_S
        replaces = self._level is not None and not self.standing
        long_s = levelling.QUIET_S if replaces else levelling.SHORT_QUIET_S
        lift_s = 0.0
        quiet = self._stood(until_s - long_s, until_s, lift_s)
        if not quiet and (self._level is None or self._jumpy):
            lift_s = levelling.LIFT_S
            until_s -= lift_s  # a first step is seen so much later
            quiet = self._stood(until_s - long_s, until_s, lift_s)
        self._jumpy = lift_s > 0.0
        if not quiet:
            self._quiet_since_s = math.nan
            return
        if math.isnan(self._quiet_since_s):
            self._quiet_since_s = until_s - long_s
        # A longer stand is read whole, so that the level line grows steadier while the person waits.
        longest_s = max(self._quiet_since_s, self._times[self._span[0] % frames.RING], until_s - 6.0)
        self._stood(longest_s, until_s, lift_s)
        tilt_deg, sd_deg, upright_deg = map(float, self._standing)
        self._level = Level(
            tilt_deg, sd_deg, longest_s, until_s, True, None if math.isnan(upright_deg) else upright_deg
        )

    def _stood(self, from_s: float, until_s: float, lift_s: float) -> bool:
        """Whether somebody stood quietly, after it was asked for; the level goes into `_standing`."""
        return from_s >= self._wanted_from_s and bool(
            levelling.quiet_standing(
                self._times, self._raw, self._smooth, *self._span, from_s, until_s, lift_s, self._standing
            )
        )

    # -- reading the ring -----------------------------------------------------------------------------------------

    @property
    def _span(self) -> tuple[int, int]:
        """First and one past the last smoothed frame that the ring still holds."""
        end = int(self._counters[frames.NEXT_CENTRE])
        return max(0, int(self._counters[frames.FRAMES_IN]) - frames.RING), end

    def _mean_smooth(self, channel: int, from_s: float, until_s: float) -> float:
        return float(frames.mean_between(self._times, self._smooth, *self._span, channel, from_s, until_s))

    def _mean_raw(self, channel: int, from_s: float, until_s: float) -> float:
        oldest = self._span[0]
        end = int(self._counters[frames.FRAMES_IN])
        return float(frames.mean_between(self._times, self._raw, oldest, end, channel, from_s, until_s))

    def _mean_upright_deg(self, from_s: float, until_s: float) -> float:
        """From the ankles' middle to the shoulders', as in `levelling.Level`."""

        def mean(channel: int) -> float:
            return self._mean_smooth(channel, from_s, until_s)

        def ankles(channel: int) -> float:
            return (mean(channel) + mean(channel + channels.LEG)) / 2

        shoulders = mean(channels.SHOULDERS_X), mean(channels.SHOULDERS_Y)
        return geometry.upright_deg(ankles(channels.ANKLE_X), ankles(channels.ANKLE_Y), *shoulders)

    def _trunk_px(self, at_s: float) -> float:
        return self._mean_raw(channels.TRUNK_LENGTH, at_s - 1.0, at_s + 0.1)
