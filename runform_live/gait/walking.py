"""Steps of walking: when the feet turn, how the trunk rises over the standing leg, and when each foot is down.

The feet count the steps (feet.py). Midstance is the highest instant of mid hip in single support: a curve with the rhythm of the steps is fitted
to the heights of the hips about each step. Where the trunk hardly rises, as in stepping on the spot, midstance is when the lifted foot is highest.

Which turn of the feet belongs to which rise of the trunk depends on the camera: the foot in front is higher in a picture from behind and lower in
one from in front. So the place of the rise between the turns is carried on from step to step.

Three signs tell which leg stands in single support. Its foot is lower on average: the foot in front and the foot behind change places about the
rise, so that most of what the camera adds cancels. From in front a rest is left where the rise is seen a little late. Its foot goes a shorter
way in the picture: the belt, or the person's own way past the camera, takes it back over three fifths of the stride, and the swinging one has two
fifths to come forward. That sign is strong from in front and from above. And the hips have moved over it (2 to 4 cm; Winter 1991), which needs no
feet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from runform_live.gait.gaits import (
    HIGHEST_VAULT_TRUNKS,
    LONGEST_WALKED_STEP_S,
    SHORTEST_WALKED_STEP_S,
)
from runform_live.gait.signals import ANKLE_Y, HIPS_X, HIPS_Y, LEG, TOE_Y, TRUNK_Y
from runform_live.gait.window import Window

Array = npt.NDArray[np.float64]

WINDOW_STEPS = 1.25  # before and after midstance
UNEVEN = 0.5, 1.6  # of a step: so much the time between two turns may be
SURE_RISE_SD = 3.0  # of the amplitude of the trunk's rhythm; less is noise
SMALLEST_RISE_TRUNKS = 0.006  # amplitude: 3 mm
# Where the first rise of a row is looked for, in steps from a turn of the feet. Any step time will do, as long as the next ones follow.
EARLIEST_RISE = -0.8
LATEST_RISE = 0.3
OFFSET_MEMORY = 0.6
SINGLE_SUPPORT = 0.38  # of a step, on both sides of midstance
SWAY_STEPS = 0.15  # about midstance: where the hips are then
# Of the hips' way to the side against the feet's difference, whose error by the camera is that much larger.
SWAY_WEIGHT = 8.0
NEAR_STEPS = 0.2  # of the rise of the trunk: where the highest instant of mid hip is looked for

# Share of the stride in which a foot is down: 0.62 at 110 steps a minute, more in slow and less in fast walking (Winter 1991).
DUTY_FACTOR, DUTY_CADENCE_SPM, DUTY_PER_SPM = 0.62, 110.0, -0.0008
DUTY_RANGE = 0.57, 0.68
DUTY_SD = 0.025  # from person to person at one cadence


class Rise(NamedTuple):
    """The trunk's rise in one step."""

    at_s: float  # NaN: too small to be seen
    height_trunks: float  # from the lowest to the highest point


class WalkedStep(NamedTuple):
    """One step of walking."""

    midstance_s: float
    step_s: float
    rise_trunks: float
    lower_trunks: float  # what it says of the legs: positive where the picture's left one stands


@dataclass(slots=True)
class Rises:
    """Where the trunk rises between the turns of the feet (steps after a turn), carried on within a row; NaN: not known."""

    offset: float = math.nan

    @property
    def expected(self) -> float:
        """Where the next rise is expected."""
        return EARLIEST_RISE + 0.5 if math.isnan(self.offset) else self.offset

    def place(self, offset: float) -> float:
        """The same place in the cycle (offset + any number of steps), nearest to where the rises were; it is remembered."""
        if (
            self.offset > LATEST_RISE
        ):  # its frames would not have come yet: the same steps, told by the turns after them
            self.offset -= 1.0
        lowest = self.expected - 0.5
        placed = lowest + (offset - lowest) % 1.0
        self.offset = (
            placed if math.isnan(self.offset) else OFFSET_MEMORY * self.offset + (1.0 - OFFSET_MEMORY) * placed
        )
        return placed


def even_step_s(turns_s: list[float]) -> float:
    """The usual time of a step from the last three turns of the feet; NaN where they are no rhythm of walking."""
    if len(turns_s) < 3:
        return math.nan
    first_s, middle_s, last_s = turns_s[-3:]
    step_s = (last_s - first_s) / 2.0
    even = all(UNEVEN[0] * step_s <= part_s <= UNEVEN[1] * step_s for part_s in (middle_s - first_s, last_s - middle_s))
    return step_s if even and SHORTEST_WALKED_STEP_S <= step_s <= LONGEST_WALKED_STEP_S else math.nan


def step_about(turn_s: float, step_s: float, rises: Rises, window: Window, free_s: tuple[float, float]) -> WalkedStep:
    """The step about a turn of the feet. free_s: between these times nobody runs; midstance is NaN where it is not walking."""
    trunk_px = window.trunk_px(turn_s)
    about_s = turn_s + step_s * rises.expected
    from_s = max(free_s[0], about_s - WINDOW_STEPS * step_s)
    until_s = min(free_s[1], about_s + WINDOW_STEPS * step_s)
    nothing = WalkedStep(math.nan, step_s, math.nan, math.nan)
    times_s, trunk_down_px = window.raw_between(TRUNK_Y, from_s, until_s)
    rise = _rise(times_s, trunk_down_px, turn_s, step_s, trunk_px)
    if rise is None or rise.height_trunks > HIGHEST_VAULT_TRUNKS:
        return nothing
    seen_s = times_s[_seen(window, from_s, until_s)]
    if not len(seen_s):
        return nothing
    if math.isnan(rise.at_s):
        midstance_s = about_s
    else:
        midstance_s = turn_s + step_s * rises.place((rise.at_s - turn_s) / step_s)
        midstance_s = _highest_s(*window.raw_between(HIPS_Y, from_s, until_s), midstance_s, step_s)
    support_s = midstance_s - SINGLE_SUPPORT * step_s, midstance_s + SINGLE_SUPPORT * step_s
    if not (seen_s[0] <= support_s[0] and support_s[1] <= seen_s[-1]):
        return nothing
    lower_px = _lower_px(window, midstance_s, step_s) + _shorter_way_px(window, midstance_s, step_s)
    here_x = window.mean(HIPS_X, midstance_s - SWAY_STEPS * step_s, midstance_s + SWAY_STEPS * step_s)
    mean_x = window.mean(HIPS_X, midstance_s - step_s, midstance_s + step_s)
    lower_trunks = (lower_px + SWAY_WEIGHT * (mean_x - here_x)) / trunk_px
    return WalkedStep(midstance_s, step_s, rise.height_trunks, lower_trunks)


def _lower_px(window: Window, midstance_s: float, step_s: float) -> float:
    """How much lower the picture's left ankle is than the right one, on average over single support."""
    half_s = SINGLE_SUPPORT * step_s
    left_y, right_y = (window.mean(ANKLE_Y + leg * LEG, midstance_s - half_s, midstance_s + half_s) for leg in (0, 1))
    return left_y - right_y


def _shorter_way_px(window: Window, midstance_s: float, step_s: float) -> float:
    """How much less the picture's left foot moves up or down in single support than the right one, by ankles and toes; 0 unknown.

    With an exact walker at 100 steps a minute, seen from 0.4 to 1.4 m above the belt, behind or in front, this and `_lower_px` together are 0.17
    trunk lengths or more, also where midstance is 8% of a step early or late. The ankles alone are negative then from in front and 0.9 m up.
    """
    half_s = SINGLE_SUPPORT * step_s

    def way_px(column: int) -> float:
        before_y = window.mean(column, midstance_s - half_s, midstance_s)
        return abs(window.mean(column, midstance_s, midstance_s + half_s) - before_y)

    shorter_px = (way_px(joint + LEG) - way_px(joint) for joint in (ANKLE_Y, TOE_Y))
    return sum(0.0 if math.isnan(one) else one for one in shorter_px)


def _seen(window: Window, from_s: float, until_s: float) -> npt.NDArray[np.bool_]:
    """The frames (frames,) in which the hips are seen, and an ankle: a person who left leaves frames without anybody."""
    hips_y, left_y, right_y = (
        ~np.isnan(window.raw_between(signal, from_s, until_s)[1]) for signal in (HIPS_Y, ANKLE_Y, ANKLE_Y + LEG)
    )
    return hips_y & (left_y | right_y)


def _rise(times_s: Array, down_px: Array, centre_s: float, step_s: float, trunk_px: float) -> Rise | None:
    """The trunk's rhythm about a moment; None with too few frames."""
    known = ~np.isnan(down_px)
    times_s, down_px = times_s[known], down_px[known]
    terms = _terms((times_s - centre_s) / step_s, (1.0, 0.5))
    freedom = len(times_s) - terms.shape[1]
    if freedom < 3:
        return None
    factors, *_ = np.linalg.lstsq(terms, down_px - down_px.mean(), rcond=None)
    missed = down_px - down_px.mean() - terms @ factors
    cosine, sine = -factors[3], -factors[4]  # up is positive
    amplitude_px = math.hypot(cosine, sine)
    sd_px = math.sqrt(float(missed @ missed) / freedom * 2.0 / len(times_s))
    sure = amplitude_px > max(SURE_RISE_SD * sd_px, SMALLEST_RISE_TRUNKS * trunk_px)
    at_s = centre_s + step_s * math.atan2(sine, cosine) / (2.0 * math.pi) if sure else math.nan
    return Rise(at_s, 2.0 * amplitude_px / trunk_px)


def _highest_s(times_s: Array, down_px: Array, near_s: float, step_s: float) -> float:
    """The highest instant of mid hip within a fifth of a step, by a curve with the rhythm of the steps; else near_s."""
    known = ~np.isnan(down_px)
    times_s, down_px = times_s[known], down_px[known]
    terms = _terms((times_s - near_s) / step_s, (1.0, 0.5))
    if len(times_s) < terms.shape[1] + 3:
        return near_s
    factors, *_ = np.linalg.lstsq(terms, down_px - down_px.mean(), rcond=None)
    steps = np.linspace(-NEAR_STEPS, NEAR_STEPS, 81)
    curve = _terms(steps, (1.0, 0.5)) @ factors
    at = int(np.argmin(curve))
    return near_s + step_s * float(steps[at]) if 0 < at < len(steps) - 1 else near_s


def _terms(steps: Array, harmonics: tuple[float, ...]) -> Array:
    """Terms (times, 3 + 2 * harmonics) of a curve: constant, drift, its change, and a cosine and a sine of each harmonic of the step."""
    columns = [np.ones(len(steps)), steps, steps * steps]
    for harmonic in harmonics:
        angle = 2.0 * math.pi * harmonic * steps
        columns += [np.cos(angle), np.sin(angle)]
    return np.column_stack(columns)


def duty_factor(step_s: float) -> float:
    """The usual share of the stride in which a foot is down, for steps of this time."""
    usual = DUTY_FACTOR + DUTY_PER_SPM * (60.0 / step_s - DUTY_CADENCE_SPM)
    return min(max(usual, DUTY_RANGE[0]), DUTY_RANGE[1])
