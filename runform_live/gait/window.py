"""The last seconds of a runner: the signals of each frame, as they came and smoothed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.gait import signals, spans
from runform_live.gait.oscillation import TrunkMotion
from runform_live.gait.smoothing import EARLY_S, HALF_WIDTH_S, LAG_S, local_quadratic, neighbours_of
from runform_live.handover import WrittenArray

Array = npt.NDArray[np.float64]

KEPT = 2048  # frames: over 8 s at 240 frames a second
USUAL_FRAME_S = 1 / 30
WIDEST_FRAME_S = 0.1  # a longer time between two frames is a loss and says nothing of the frame rate
HALF_WIDTH_FRAMES, LAG_FRAMES = (
    2.7,
    2.0,
)  # at least, where frames are rare: five frames in the fit, two of them later ones
SHORT_GAP_S = 0.13  # two lost frames of 24 a second; across a longer gap the curve of a stance is a guess


class Frames(NamedTuple):
    """Neighbouring frames: times (s, of the capture clock) and signals; NaN is unknown."""

    times_s: Array  # (frames,)
    raw: Array  # (frames, SIGNALS)
    smooth: Array  # (frames, SMOOTHED)


class WindowState(msgspec.Struct, frozen=True):
    """The last frames written down.

    `times_s` are those of all frames that are kept, so that searches by time stay as they are, and of one before them if there was one. `raw`
    ends with the newest frame, `smooth` and `slope` with the newest one that is smoothed; all three begin with the same frame.
    """

    times_s: WrittenArray  # (frames,)
    raw: WrittenArray  # (some of the frames, SIGNALS)
    smooth: WrittenArray  # (some of the frames, SMOOTHED)
    slope: WrittenArray  # the same
    to_smooth: int  # newest frames that are not smoothed yet
    frame_s: float
    now_s: float


class Window:
    """`append` takes one frame after the other, `smooth` smooths those that are old enough.

    The arrays have room for twice the frames that are kept; when they are full, the newer half moves to the beginning.
    """

    __slots__ = ("_end", "_frame_s", "_raw", "_slope", "_smooth", "_smoothed", "_times_s", "now_s")

    def __init__(self, state: WindowState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        # Each row is written whole before it is read.
        self._times_s = np.empty(2 * KEPT)
        self._raw = np.empty((2 * KEPT, signals.SIGNALS))
        self._smooth = np.empty((2 * KEPT, signals.SMOOTHED))
        self._slope = np.empty((2 * KEPT, signals.SMOOTHED))
        self._end = self._smoothed = 0  # one past the newest frame, and past the newest one that is smoothed
        self._frame_s = USUAL_FRAME_S
        self.now_s = -math.inf
        if state is not None:
            self._restore(state)

    def _restore(self, state: WindowState) -> None:
        times_s, raw = state.times_s.array(), state.raw.array()
        self._end = len(times_s)
        self._smoothed = self._end - state.to_smooth
        self._times_s[: self._end] = times_s
        first = self._end - len(raw)
        for rows in (self._raw, self._smooth, self._slope):
            rows[:first] = np.nan  # what was before is not known any more
        self._raw[first : self._end] = raw
        for rows, written in ((self._smooth, state.smooth.array()), (self._slope, state.slope.array())):
            rows[first : first + len(written)] = written
        self._frame_s, self.now_s = state.frame_s, state.now_s

    def state(self, from_s: float) -> WindowState:
        """All of it but the signals before from_s, for a successor that never looks further back."""
        first = self._raw_between(from_s, math.inf).start
        smoothed = slice(first, max(first, self._smoothed))
        return WindowState(
            times_s=WrittenArray.of(self._times_s[max(0, self._first - 1) : self._end]),
            raw=WrittenArray.of(self._raw[first : self._end]),
            smooth=WrittenArray.of(self._smooth[smoothed]),
            slope=WrittenArray.of(self._slope[smoothed]),
            to_smooth=self._end - self._smoothed,
            frame_s=self._frame_s,
            now_s=self.now_s,
        )

    # -- frames come ----------------------------------------------------------------------------------------------

    def append(
        self,
        time_s: float,
        landmarks: Array,
        marked: bool,
        back: float | None = None,
        flow_level_deg: float = math.nan,
        general_behind: float = math.nan,
    ) -> None:
        """Take one frame's landmarks (landmarks, 3). back: the signal BACK, where the names of the landmarks do not say it.

        flow_level_deg, general_behind: the signals of these names.

        Raises ValueError where time does not go forward.
        """
        if not time_s > self.now_s:
            raise ValueError(f"frame times must increase: {time_s:.4f} s after {self.now_s:.4f} s")
        passed_s = time_s - self.now_s
        if passed_s < WIDEST_FRAME_S:
            self._frame_s += 0.1 * (passed_s - self._frame_s)
        self.now_s = time_s
        if self._end == 2 * KEPT:
            self._move_to_the_beginning()
        row = self._raw[self._end]
        signals.write_signals(landmarks, marked, row)
        if back is not None:
            row[signals.BACK] = back
        row[signals.FLOW_LEVEL] = flow_level_deg
        row[signals.GENERAL_BEHIND] = general_behind
        self._times_s[self._end] = time_s
        self._end += 1

    def _move_to_the_beginning(self) -> None:
        for rows in (self._times_s, self._raw, self._smooth, self._slope):
            rows[:KEPT] = rows[KEPT:]
        self._end -= KEPT
        self._smoothed -= KEPT

    def smooth(self, lag_s: float) -> list[TrunkMotion]:
        """Smooth the frames that are lag_s old by now; how the trunk moves in them. lag_s of 0: no more frames will come."""
        found = list[TrunkMotion]()
        until_s = self.now_s - lag_s + EARLY_S
        half_width_s = self.half_width_s
        kept = slice(self._first, self._end)
        times_s, raw, heights_px = self._times_s[kept], self._raw[kept], self._raw[kept, signals.TRUNK_Y]
        while self._smoothed < self._end and self._times_s[self._smoothed] <= until_s:
            at = self._smoothed
            neighbours = neighbours_of(at - self._first, times_s, heights_px, half_width_s, more_come=lag_s > 0.0)
            if neighbours is None:
                break
            span, width_s = neighbours
            value, slope = self._smooth[at], self._slope[at]
            time_s = float(self._times_s[at])
            local_quadratic(times_s[span], raw[span], time_s, width_s, value, slope)
            down_px, down_px_s = float(value[signals.TRUNK_Y]), float(slope[signals.TRUNK_Y])
            feet_px = float(value[signals.ANKLE_Y] - value[signals.ANKLE_Y + signals.LEG])
            found.append(TrunkMotion(time_s, -down_px, -down_px_s, float(value[signals.TRUNK_LENGTH]), feet_px))
            self._smoothed += 1
        return found

    # -- how far it reaches ---------------------------------------------------------------------------------------

    @property
    def lag_s(self) -> float:
        """Age at which a frame is smoothed."""
        return max(LAG_S, LAG_FRAMES * self._frame_s)

    @property
    def half_width_s(self) -> float:
        """Frames within so much of one smooth it."""
        return max(HALF_WIDTH_S, HALF_WIDTH_FRAMES * self._frame_s)

    @property
    def frame_s(self) -> float:
        """The usual time between two frames."""
        return self._frame_s

    @property
    def oldest_s(self) -> float:
        return float(self._times_s[self._first])

    @property
    def has_forgotten(self) -> bool:
        """Whether there were frames before the oldest one."""
        return self._first > 0

    @property
    def smoothed_until_s(self) -> float:
        return float(self._times_s[self._smoothed - 1]) if self._smoothed else math.nan

    @property
    def _first(self) -> int:
        return max(0, self._end - KEPT)

    # -- what the frames say --------------------------------------------------------------------------------------

    def between(self, from_s: float, until_s: float) -> Frames:
        """The smoothed frames between two times."""
        span = self._smoothed_between(from_s, until_s)
        return Frames(self._times_s[span], self._raw[span], self._smooth[span])

    def raw_between(self, signal: int, from_s: float, until_s: float) -> tuple[Array, Array]:
        """Times (frames,) and values (frames,) of a signal as it came."""
        span = self._raw_between(from_s, until_s)
        return self._times_s[span], self._raw[span, signal]

    def raw_rows_between(self, from_s: float, until_s: float) -> tuple[Array, Array]:
        """Times (frames,) and the signals that are smoothed (frames, SMOOTHED), as they came."""
        span = self._raw_between(from_s, until_s)
        return self._times_s[span], self._raw[span, : signals.SMOOTHED]

    def raw_columns_between(self, columns: Sequence[int], from_s: float, until_s: float) -> tuple[Array, Array]:
        """Times (frames,) and some signals (frames, columns), as they came."""
        span = self._raw_between(from_s, until_s)
        return self._times_s[span], self._raw[span].take(columns, axis=1)

    def mean(self, signal: int, from_s: float, until_s: float) -> float:
        """Mean of a smoothed signal's known values; NaN where none is known."""
        return spans.mean(self._times_s, self._smooth, signal, self._first, self._smoothed, from_s, until_s)

    def raw_mean(self, signal: int, from_s: float, until_s: float) -> float:
        """The same of a signal as it came."""
        return spans.mean(self._times_s, self._raw, signal, self._first, self._end, from_s, until_s)

    def trend(self, signal: int, from_s: float, until_s: float) -> float:
        """Slope (per second) of the line through a smoothed signal by least squares; NaN with under 3 known values."""
        return spans.trend(self._times_s, self._smooth, signal, self._first, self._smoothed, from_s, until_s)

    def known_share(self, signal: int, from_s: float, until_s: float) -> float:
        """Share of the frames in which a signal is known; 0 where there is no frame."""
        values = self._raw[self._smoothed_between(from_s, until_s), signal]
        return float(np.count_nonzero(~np.isnan(values)) / len(values)) if len(values) else 0.0

    def trunk_px(self, at_s: float) -> float:
        """Length of the trunk about a moment, from 1 s before it."""
        return self.raw_mean(signals.TRUNK_LENGTH, at_s - 1.0, at_s + 0.1)

    def ankles_px(self, from_s: float, until_s: float) -> Array:
        """The middle (x, y) of both ankles."""
        x, y = (
            (self.mean(signal, from_s, until_s) + self.mean(signal + signals.LEG, from_s, until_s)) / 2
            for signal in (signals.ANKLE_X, signals.ANKLE_Y)
        )
        return np.array([x, y])

    def shoulders_px(self, from_s: float, until_s: float) -> Array:
        """The middle (x, y) of both shoulders."""
        return np.array([self.mean(signal, from_s, until_s) for signal in (signals.SHOULDERS_X, signals.SHOULDERS_Y)])

    def at(self, times_s: Array) -> Array:
        """The smoothed signals at a few times (times,), as (times, SMOOTHED); NaN outside, across a gap, or beside an unknown frame.

        Between two frames they follow the cubic that has the values and the slopes of both (Hermite's). A straight line would cut off the
        top of a curve that turns there: 2% of the height of the pelvis' curve at midstance, at 30 frames a second.
        """
        rows = np.full((len(times_s), signals.SMOOTHED), np.nan)
        for row, time_s in zip(rows, times_s.tolist(), strict=True):
            self._write_at(time_s, row)
        return rows

    def _write_at(self, time_s: float, row: Array) -> None:
        """Write what `at` says of one time into a row (SMOOTHED,) of NaN."""
        after, _ = spans.places(self._times_s, self._first, self._smoothed, time_s, time_s)
        if after >= self._smoothed:
            return
        after_s = float(self._times_s[after])
        if after_s == time_s:
            row[:] = self._smooth[after]
            return
        if after == self._first:
            return
        before_s = float(self._times_s[after - 1])
        gap_s = after_s - before_s
        if gap_s > SHORT_GAP_S:
            return
        share = (time_s - before_s) / gap_s
        rest = 1.0 - share
        values = (
            rest * rest * (1.0 + 2.0 * share) * self._smooth[after - 1]
            + share * share * (1.0 + 2.0 * rest) * self._smooth[after]
        )
        slopes = share * rest * gap_s * (rest * self._slope[after - 1] - share * self._slope[after])
        row[:] = values + slopes

    def _smoothed_between(self, from_s: float, until_s: float) -> slice:
        return self._span(self._smoothed, from_s, until_s)

    def _raw_between(self, from_s: float, until_s: float) -> slice:
        return self._span(self._end, from_s, until_s)

    def _span(self, end: int, from_s: float, until_s: float) -> slice:
        """Of the frames before `end`, those between two times."""
        return slice(*spans.places(self._times_s, self._first, end, from_s, until_s))
