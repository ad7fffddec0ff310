"""What one stride tells of how far the camera stands to the side of the runner's heading.

The legs swing against each other, fore and aft. So the way from one ankle to the other, along the heading, changes its sign every step. Across
the heading it does not: a left step is a right step in a mirror, and the ankles are as far apart after it as before. So from straight behind or
in front, that part of the way across the picture which changes its sign every step is only what the runner's own sides differ by: 0.00 to 0.03
of the leg in five trials of two real runners. Seen from an angle, it is the swing fore and aft times the sine of that angle. The ankles are
seen against each other, so this needs neither a belt nor a foot that is known to touch the ground. The knees tell the same.

From behind the swing fore and aft is not seen, but the lift of the ankles is, and a runner who swings further lifts them higher. A camera that
looks down or up sees some of the swing as lift. So only that part of the lift counts which is a quarter of a stride away from the swing. A
walker's steps are longer at a higher cadence. Neither says whether somebody gets anywhere at all: who jogs or steps on the spot swings the legs
very little. So each stride also tells what shows that (`swings`).

Networks that know people from behind and in front keep the left leg on the left where the legs cross in the picture, at 45 deg in part of the
frames. The way then swings less once a stride, and more twice a stride. So what swings twice a stride beyond the usual is doubt.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.gait import geometry
from runform_live.gait.events import toe_down_s
from runform_live.gait.height import SLOWEST_TRUNKS_S
from runform_live.gait.row import Step
from runform_live.gait.signals import ANKLE_X, HIP_X, KNEE_X, LEG, TOE_Y, TRUNK_LENGTH
from runform_live.gait.solving import least_squares
from runform_live.gait.window import Window
from runform_live.messages import Gait

Array = npt.NDArray[np.float64]

FEWEST_FRAMES = 10  # of a stride
KNOWN_SHARE = 0.7  # of its frames


class Swing(msgspec.Struct, frozen=True):
    """How far two ankles, or two knees, swing apart fore and aft in a gait, in lengths of the leg from the hip to there."""

    phase_deg: float  # of the joint's way back, from midstance: -90 is a quarter of a stride later
    least: float  # of those who do not lift their ankles
    by_lift: float  # more of it by the lift of the ankles
    twice: float  # what swings twice a stride and across, from straight behind or in front


# Running: 2.5 to 4.5 m/s, phases -105 to -129 deg and -78 to -98 deg. Walking: two women on a floor (0.83 and 0.94 of the leg from the ankle's
# centre), rendered walkers (0.62 to 0.81), and steps of 0.55 to 0.75 m of a leg of 0.8 m.
ANKLE_SWING: dict[Gait, Swing] = {"run": Swing(-113.0, 0.43, 1.75, 0.06), "walk": Swing(-85.0, 0.75, 0.0, 0.03)}
KNEE_SWING: dict[Gait, Swing] = {"run": Swing(-88.0, 0.42, 1.3, 0.05), "walk": Swing(-65.0, 0.7, 0.0, 0.05)}
USUAL_LIFT = 0.3  # where the ankles are not seen
# A walker's steps grow shorter with the cadence: their ratio is much the same at all speeds that a person chooses (Sekiya et al. 1996, J Hum Mov
# Stud 30:241). The swing above is that of walkers with this cadence and a higher one.
WALKING_SPM = 110.0
# Of the trunk's length a second: who comes nearer at 1 m/s from 6 m. On a belt, or on the spot, it is 0.08 at most in 62 films.
NEARS_PER_S = 0.15
# A trunk that rides on a leg that swings rises by 1.5 cm and more (0.04 to 0.14 in rendered walkers); who steps on the spot shows 0.01.
RISE_TRUNKS = 0.03
# Legs that are named by their order in the picture turn a swing c cos(t) into c |cos(t)|, of which 4 / (3 pi) swings twice as often.
EXCHANGED_BY_TWICE = 3.0 * math.pi / 4.0


class Sine(msgspec.Struct, frozen=True):
    """The sine of the camera's angle, with a sign for the side of the runner that the camera stands on, and what exchanged legs may take from it."""

    value: float = math.nan
    exchanged: float = 0.0


class StrideSigns(msgspec.Struct, frozen=True):
    """What ankles and knees of one stride tell, and what shows that the legs swing; NaN unknown."""

    gait: Gait = "run"
    ankle: Sine = Sine()
    knee: Sine = Sine()
    slow: float = 0.0  # by what share a walker's cadence is lower than the usual one
    sinks_trunks_s: float = math.nan  # the standing toe in the picture, as a belt carries it
    nears_per_s: float = math.nan  # growth of the trunk in the picture, as a share of it
    rise_trunks: float = math.nan  # of the trunk, in a step of walking

    @property
    def tells(self) -> bool:
        """Whether one of them does."""
        return not (math.isnan(self.ankle.value) and math.isnan(self.knee.value))


def swings(strides: Sequence[StrideSigns]) -> bool:
    """Whether strides show that the legs swing fore and aft: a belt carries the feet, the person comes nearer, or the trunk rises over the leg."""
    signs = (
        (abs(_known_mean([one.sinks_trunks_s for one in strides])), SLOWEST_TRUNKS_S),
        (abs(_known_mean([one.nears_per_s for one in strides])), NEARS_PER_S),
        (_known_mean([one.rise_trunks for one in strides]), RISE_TRUNKS),
    )
    return any(value > least for value, least in signs)


def _known_mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan


class Way(NamedTuple):
    """The way from a joint of the picture's right leg to that of its left one, in lengths of the leg from the hip to there.

    A phasor c - is stands for c cos + s sin of the time since the midstance of the picture's left leg, a stride being a full turn.
    """

    across: complex  # what swings once a stride
    down: complex
    twice: float  # the size of what swings twice a stride, across


# The columns of hips, knees and ankles: three of the picture's left leg, then three of its right one.
JOINTS_X = [x + leg * LEG for leg in (0, 1) for x in (HIP_X, KNEE_X, ANKLE_X)]
JOINTS_Y = [x + 1 for x in JOINTS_X]
UNKNOWN = Way(complex(math.nan, math.nan), complex(math.nan, math.nan), math.nan)


def signs_of(step: Step, window: Window, upright_deg: float | None) -> StrideSigns:
    """The signs of the stride before a midstance, square to the upright; unknown where the row has no stride before it.

    upright_deg: of the picture, see `Level`. Where it is not known yet, the body shows it in this stride.
    """
    gait = step.row.gait
    if step.number < 2 or math.isnan(step.row.step_s):
        return StrideSigns(gait)
    span_s = step.midstance_s - 2.0 * step.row.step_s, step.midstance_s
    if upright_deg is None or math.isnan(upright_deg):
        upright_deg = float(geometry.upright_deg(window.ankles_px(*span_s), window.shoulders_px(*span_s)))
    ankles, knees = _ways(step, window, upright_deg)
    ankle, knee = ANKLE_SWING[gait], KNEE_SWING[gait]
    lift = (ankles.down * _turned(-ankle.phase_deg)).imag
    lift = USUAL_LIFT if math.isnan(lift) else max(lift, 0.0)
    of_cadence = min(60.0 / step.row.step_s / WALKING_SPM, 1.0) if gait == "walk" else 1.0
    trunk_px = window.trunk_px(step.midstance_s)
    return StrideSigns(
        gait,
        _sine(ankles, ankle, lift, of_cadence),
        _sine(knees, knee, lift, of_cadence),
        slow=1.0 - of_cadence,
        sinks_trunks_s=window.trend(TOE_Y + step.leg * LEG, *toe_down_s(step)) / trunk_px
        if step.feet_seen
        else math.nan,
        nears_per_s=window.trend(TRUNK_LENGTH, *span_s) / trunk_px,
        rise_trunks=step.fall_trunks if gait == "walk" else math.nan,
    )


def _sine(way: Way, swing: Swing, lift: float, of_cadence: float) -> Sine:
    length = (swing.least + swing.by_lift * lift) * of_cadence
    exchanged = EXCHANGED_BY_TWICE * max(way.twice - swing.twice, 0.0)
    return Sine((way.across * _turned(-swing.phase_deg)).real / length, exchanged / length)


def _turned(by_deg: float) -> complex:
    return cmath.rect(1.0, math.radians(by_deg))


def _ways(step: Step, window: Window, upright_deg: float) -> tuple[Way, Way]:
    """Of ankles and of knees in the stride before a midstance, square to the upright."""
    times_s, rows = window.raw_rows_between(step.midstance_s - 2.0 * step.row.step_s, step.midstance_s)
    up = math.radians(upright_deg)
    x_px, y_px = rows[:, JOINTS_X], rows[:, JOINTS_Y]
    across_px, down_px = x_px * math.cos(up) + y_px * math.sin(up), y_px * math.cos(up) - x_px * math.sin(up)
    left_px, right_px = down_px[:, :3], down_px[:, 3:]
    apart_px, below_px = across_px[:, :3] - across_px[:, 3:], left_px - right_px
    lengths_px = (left_px - left_px[:, :1] + right_px - right_px[:, :1]) / 2.0  # from the hips, the mean of both legs
    turn = math.pi * (times_s - step.midstance_s) / step.row.step_s
    waves = np.ones((len(turn), 5))
    waves[:, 1], waves[:, 2], waves[:, 3], waves[:, 4] = np.cos(turn), np.sin(turn), np.cos(2 * turn), np.sin(2 * turn)
    sign = 1.0 if step.leg == 0 else -1.0  # a step of the other leg is half a stride away
    knees, ankles = (_way(apart_px[:, at], below_px[:, at], lengths_px[:, at], waves, sign) for at in (1, 2))
    return ankles, knees


def _way(across_px: Array, down_px: Array, lengths_px: Array, waves: Array, sign: float) -> Way:
    """Of a joint, by its way across and down and the length of the leg in each frame (frames,), and by the waves (frames, 5) of the stride.

    sign: -1 for a step of the other leg, which is half a stride away.
    """
    known = ~np.isnan(across_px + lengths_px)
    if np.count_nonzero(known) < max(FEWEST_FRAMES, KNOWN_SHARE * len(known)):
        return UNKNOWN
    own_waves, length_px = waves[known], lengths_px[known].mean()
    found = np.empty((2, 5))
    for way_px, factors in zip((across_px, down_px), found, strict=True):
        if not least_squares(own_waves, way_px[known] / length_px, factors):
            return UNKNOWN
    across, down = (complex(sign * factors[1], -sign * factors[2]) for factors in found)
    return Way(across, down, math.hypot(found[0, 3], found[0, 4]))
