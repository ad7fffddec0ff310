"""Looks for quiet standing while frames come."""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import FRONTAL_FLOOR
from runform_live.gait import body_size, geometry
from runform_live.gait.signals import (
    ANKLE_X,
    ANKLE_Y,
    FRONTALITY,
    HIP_WIDTH,
    HIPS_X,
    LEG,
    SHOULDERS_X,
    SHOULDERS_Y,
    TILT,
    TRUNK_LENGTH,
)
from runform_live.gait.window import Frames, Window
from runform_live.messages import BodyShares

Array = npt.NDArray[np.float64]

CHECK_S = 0.1
QUIET_S = 1.8  # of the 2 s that are asked for: the last frames are not smoothed yet
SHORT_QUIET_S = (
    1.0  # is enough where there is no level line yet: without one a true asymmetry is lost. A longer stand replaces it
)
LONGEST_S = 6.0
SETTLE_S = 0.1  # the newest frames may be the first movement already
# A foot is lifted for longer than this. Means over it leave out the jumps from frame to frame that ankles make in dark shoes. Such means
# are used only where no stand is found without them.
LIFT_S = 0.25
# How far back a stand is looked for: the longest one, what it ends before now (a lag of 0.2 s at most, SETTLE_S, LIFT_S), and 1 s to spare.
LOOKS_BACK_S = LONGEST_S + 0.2 + SETTLE_S + LIFT_S + 1.0


@dataclass(frozen=True, slots=True)
class Stood:
    """What quiet standing shows; directions in deg, positive: clockwise in the picture."""

    tilt_deg: float  # mean of the hip line
    sd_deg: float
    upright_deg: float  # NaN unknown
    from_s: float
    until_s: float
    body: BodyShares | None = None


class StandState(msgspec.Struct, frozen=True):
    """A search for standing written down."""

    next_check_s: float = -math.inf
    quiet_since_s: float = math.nan
    ankles_jump: bool = False
    asked_s: float = -math.inf


class Stand:
    """Whether somebody stands, and what that shows."""

    __slots__ = ("_ankles_jump", "_asked_s", "_next_check_s", "_quiet_since_s")

    def __init__(self, state: StandState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        state = state or StandState()
        self._next_check_s = state.next_check_s
        self._quiet_since_s = state.quiet_since_s
        self._ankles_jump = state.ankles_jump  # at the last check, a stand was looked for in means of their heights
        self._asked_s = state.asked_s  # frames before this time do not count

    def state(self) -> StandState:
        """All of it, for a successor."""
        return StandState(self._next_check_s, self._quiet_since_s, self._ankles_jump, self._asked_s)

    @property
    def standing(self) -> bool:
        return not math.isnan(self._quiet_since_s)

    def ask(self, now_s: float) -> None:
        """A person asks for a stand: what was before does not count."""
        self._asked_s = now_s

    def push(self, window: Window, has_level: bool) -> Stood | None:
        """What the stand that goes on shows; None where nobody stands, and between two checks."""
        if window.now_s < self._next_check_s:
            return None
        self._next_check_s = window.now_s + CHECK_S
        until_s = window.now_s - window.lag_s - SETTLE_S
        long_s = QUIET_S if has_level and not self.standing else SHORT_QUIET_S
        mean_s = 0.0
        found = self._between(window, until_s - long_s, until_s, mean_s)
        if found is None and (not has_level or self._ankles_jump):
            mean_s = LIFT_S
            until_s -= mean_s  # a first step shows so much later in the means
            found = self._between(window, until_s - long_s, until_s, mean_s)
        self._ankles_jump = mean_s > 0.0
        if found is None:
            self._quiet_since_s = math.nan
            return None
        if math.isnan(self._quiet_since_s):
            self._quiet_since_s = until_s - long_s
        # A longer stand is read whole, so that the level line grows steadier while the person waits.
        from_s = max(self._quiet_since_s, window.oldest_s, until_s - LONGEST_S)
        whole = self._between(window, from_s, until_s, mean_s) or found
        return Stood(whole.tilt_deg, whole.sd_deg, whole.upright_deg, from_s, until_s, _body(window, from_s, until_s))

    def _between(self, window: Window, from_s: float, until_s: float, mean_s: float) -> Stood | None:
        if from_s < self._asked_s:
            return None
        return quiet_standing(window.between(from_s, until_s), from_s, until_s, mean_s)


SWAY_TRUNKS = 0.12  # how far hips and ankles may wander sideways, and shoulders up and down, in trunk lengths
LIFT_TRUNKS = 0.06  # and the ankles up and down: a lifted foot is no standing
FEWEST_KNOWN, KNOWN_SHARE = 10, 0.8  # frames, and of all of them
SHOWS_S = 0.1  # a frame tells of so long after the one before it: at ten a second
SHOWN_SHARE = 0.9  # of the time
LATEST_FIRST_S = 0.15  # of the first frame
_ANKLES_X, _ANKLES_Y = [ANKLE_X, ANKLE_X + LEG], [ANKLE_Y, ANKLE_Y + LEG]


def quiet_standing(frames: Frames, from_s: float, until_s: float, mean_s: float) -> Stood | None:
    """What the frames between two times show of a person who stood quietly, seen from behind or in front; None: nobody did.

    Quiet: the hips do not sway, the shoulders do not sink, both ankles stay within a small box, and most frames are known. While there is no
    frame, as while pictures repeat, nobody is known to stand. The height of the hips says little: under long clothes a network sees it a
    little elsewhere in every frame. mean_s: the ankles' heights are means over so long.
    """
    times_s, raw, smooth = frames
    if not len(times_s) or times_s[0] - from_s > LATEST_FIRST_S:
        return None
    known = ~np.isnan(smooth[:, TILT])
    shown_s = np.minimum(np.diff(times_s, prepend=from_s, append=until_s), SHOWS_S).sum()
    if known.sum() < max(FEWEST_KNOWN, KNOWN_SHARE * len(known)) or shown_s < SHOWN_SHARE * (until_s - from_s):
        return None
    times_s, raw, smooth = times_s[known], raw[known], smooth[known]
    trunk_px = raw[:, TRUNK_LENGTH].mean()
    if math.isnan(trunk_px) or raw[:, FRONTALITY].mean() < FRONTAL_FLOOR:
        return None
    if _moves(smooth[:, [HIPS_X, SHOULDERS_Y, *_ANKLES_X]], SWAY_TRUNKS * trunk_px):
        return None
    if _moves(_means(times_s, smooth[:, _ANKLES_Y], from_s, mean_s), LIFT_TRUNKS * trunk_px):
        return None
    ankles = np.stack([smooth[:, _ANKLES_X].mean(), smooth[:, _ANKLES_Y].mean()])
    shoulders = smooth[:, [SHOULDERS_X, SHOULDERS_Y]].mean(axis=0)
    tilts_deg = smooth[:, TILT]
    upright_deg = float(geometry.upright_deg(ankles, shoulders))
    return Stood(float(tilts_deg.mean()), float(tilts_deg.std()), upright_deg, from_s, until_s)


def _moves(places_px: Array, most_px: float) -> bool:
    """Whether one of the places (frames, places) moves by more than that. One that is out of the picture says nothing."""
    spans_px = np.fmax.reduce(places_px, axis=0) - np.fmin.reduce(places_px, axis=0)
    return bool((spans_px > most_px).any())


def _means(times_s: Array, values: Array, from_s: float, mean_s: float) -> Array:
    """Means of neighbouring frames, each over mean_s at least; the frames after the last whole one are left out."""
    if mean_s == 0.0:
        return values
    means, first, begin_s = [np.full(values.shape[1], np.nan)], 0, from_s
    for frame, time_s in enumerate(times_s.tolist()):
        if time_s - begin_s >= mean_s:
            means.append(values[first : frame + 1].mean(axis=0))
            first, begin_s = frame + 1, time_s
    return np.array(means)


def _body(window: Window, from_s: float, until_s: float) -> BodyShares | None:
    """The proportions of the person who stood; None where not all of it was seen."""
    hip_width_px = window.raw_mean(HIP_WIDTH, from_s, until_s)
    trunk_px = window.raw_mean(TRUNK_LENGTH, from_s, until_s)
    shoulders_px, ankles_px = window.shoulders_px(from_s, until_s), window.ankles_px(from_s, until_s)
    return body_size.shares(hip_width_px, trunk_px, shoulders_px.tolist(), ankles_px.tolist())
