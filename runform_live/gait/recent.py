"""The last seconds of a runner: frames as they came and smoothed, and what may be asked of them."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.gait import body_size, channels, frames, geometry, levelling, rhythm, smoothing, steps, vertex
from runform_live.handover import Array
from runform_live.messages import BodyShares

USUAL_FRAME_S = 1 / 30
WIDEST_FRAME_S = 0.1
VERTEX_HALF_WIDTH_S = 0.067
MIDSTANCE_WITHIN_S = 0.06


class RecentState(msgspec.Struct, frozen=True):
    """The last frames written down.

    `times_s` is the whole ring, in the ring's own order, so that searches and the oldest time stay as they are. `raw`, `smooth` and
    `slope` begin with frame `first` (counted from the start of the session), whose place in the ring is first % RING.
    """

    times_s: Array  # (RING,)
    frames: int  # that came so far
    next_centre: int  # the first frame that is not smoothed yet
    first: int
    raw: Array  # (frames - first, CHANNELS)
    smooth: Array  # (next_centre - first, SMOOTHED)
    slope: Array  # the same
    turn: Array  # the state of `steps.turn`
    frame_s: float
    now_s: float


class Recent:
    """`append` one frame after the other, `lows` smooths what is old enough. Times (s) are of the capture clock.

    `append` raises ValueError where time does not go forward.
    """

    __slots__ = (
        "_angles",
        "_counters",
        "_frame_s",
        "_lows",
        "_raw",
        "_row",
        "_slope",
        "_smooth",
        "_standing",
        "_times",
        "_turn",
        "now_s",
    )

    def __init__(self, state: RecentState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._times = np.full(frames.RING, np.nan)
        self._raw = np.full((frames.RING, channels.CHANNELS), np.nan)
        self._smooth = np.full((frames.RING, channels.SMOOTHED), np.nan)
        self._slope = np.full((frames.RING, channels.SMOOTHED), np.nan)
        self._counters = np.zeros(2, np.int64)
        self._turn = np.empty(steps.STATE)
        steps.reset(self._turn)
        self._lows = np.empty((frames.MOST_LOWS, 2))
        self._row = np.empty(channels.CHANNELS)
        self._standing = np.empty(3)
        self._angles = np.empty((2, 4))
        self._frame_s = USUAL_FRAME_S
        self.now_s = -math.inf
        if state is not None:
            self._restore(state)

    def _restore(self, state: RecentState) -> None:
        self._times = state.times_s.array()
        self._counters[frames.FRAMES_IN], self._counters[frames.NEXT_CENTRE] = state.frames, state.next_centre
        for ring, rows in ((self._raw, state.raw), (self._smooth, state.smooth), (self._slope, state.slope)):
            written = rows.array()
            ring[np.arange(state.first, state.first + len(written)) % frames.RING] = written
        self._turn = state.turn.array()
        self._frame_s, self.now_s = state.frame_s, state.now_s

    def state(self, from_s: float) -> RecentState:
        """All of it but the frames before from_s, for a successor that never looks further back."""
        oldest, end = self._raw_span
        first = int(frames.first_frame_from(self._times, oldest, end, from_s))
        centre = int(self._counters[frames.NEXT_CENTRE])
        raw, smoothed = np.arange(first, end) % frames.RING, np.arange(first, centre) % frames.RING
        return RecentState(
            times_s=Array.of(self._times),
            frames=end,
            next_centre=centre,
            first=first,
            raw=Array.of(self._raw[raw]),
            smooth=Array.of(self._smooth[smoothed]),
            slope=Array.of(self._slope[smoothed]),
            turn=Array.of(self._turn),
            frame_s=self._frame_s,
            now_s=self.now_s,
        )

    def append(
        self,
        time_s: float,
        landmarks: npt.NDArray[np.float64],
        marked: bool,
        order: float | None = None,
        flow_level_deg: float = math.nan,
    ) -> None:
        """Take one frame. order: whose leg is whose (see `channels.ORDER`), where the landmarks' names do not say it."""
        if not time_s > self.now_s:
            raise ValueError(f"frame times must increase: {time_s:.4f} s after {self.now_s:.4f} s")
        passed_s = time_s - self.now_s
        if passed_s < WIDEST_FRAME_S:
            self._frame_s += 0.1 * (passed_s - self._frame_s)
        self.now_s = time_s
        channels.fill_row(landmarks, marked, self._row)
        if order is not None:
            self._row[channels.ORDER] = order
        self._row[channels.FLOW_LEVEL] = flow_level_deg
        frames.append(self._counters, self._times, self._raw, time_s, self._row)

    def lows(self, lag_s: float) -> list[tuple[float, float]]:
        """Smooth the frames that are lag_s old by now; the lowest points of the trunk that became certain (time, and fall in px)."""
        half_width_s = max(smoothing.HALF_WIDTH_S, 2.7 * self._frame_s)
        found = frames.advance(
            self._counters, self._times, self._raw, self._smooth, self._slope, self._turn, half_width_s, lag_s - 1e-3,
            self._lows,
        )  # fmt: skip
        return [(float(time_s), float(fall_px)) for time_s, fall_px in self._lows[:found]]

    # -- how far it reaches ---------------------------------------------------------------------------------------

    @property
    def lag_s(self) -> float:
        """How old a frame must be to be smoothed."""
        return max(smoothing.LAG_S, 2.0 * self._frame_s)

    @property
    def oldest_s(self) -> float:
        return float(self._times[self._oldest % frames.RING])

    @property
    def has_forgotten(self) -> bool:
        """Whether there were frames before the oldest one."""
        return self._oldest > 0

    @property
    def smoothed_until_s(self) -> float:
        return float(self._times[(self._counters[frames.NEXT_CENTRE] - 1) % frames.RING])

    @property
    def next_low_s(self) -> float:
        """No lowest point of the trunk that is still to come lies before this time."""
        falls = self._turn[steps.RISING] == 0.0 and not math.isnan(self._turn[steps.EXTREME])
        return float(self._turn[steps.CROSSING_TIME]) if falls else self.smoothed_until_s

    @property
    def _oldest(self) -> int:
        return max(0, int(self._counters[frames.FRAMES_IN]) - frames.RING)

    @property
    def _span(self) -> tuple[int, int]:
        """First and one past the last smoothed frame."""
        return self._oldest, int(self._counters[frames.NEXT_CENTRE])

    @property
    def _raw_span(self) -> tuple[int, int]:
        return self._oldest, int(self._counters[frames.FRAMES_IN])

    # -- what the frames say --------------------------------------------------------------------------------------

    def mean(self, channel: int, from_s: float, until_s: float) -> float:
        """Of a smoothed channel's known values; NaN where none is known."""
        return float(frames.mean_between(self._times, self._smooth, *self._span, channel, from_s, until_s))

    def raw_mean(self, channel: int, from_s: float, until_s: float) -> float:
        """The same of a channel as it came."""
        return float(frames.mean_between(self._times, self._raw, *self._raw_span, channel, from_s, until_s))

    def trend(self, channel: int, from_s: float, until_s: float) -> float:
        """Slope (per second) of a smoothed channel; NaN with under 3 values."""
        return float(frames.trend_between(self._times, self._smooth, *self._span, channel, from_s, until_s))

    def known_share(self, channel: int, from_s: float, until_s: float) -> float:
        """Share of the frames in which a channel is known; 0 where there is no frame."""
        return float(frames.known_share(self._times, self._raw, *self._span, channel, from_s, until_s))

    def trunk_px(self, at_s: float) -> float:
        """Length of the trunk about a moment."""
        return self.raw_mean(channels.TRUNK_LENGTH, at_s - 1.0, at_s + 0.1)

    def upright_deg(self, from_s: float, until_s: float) -> float:
        """From the ankles' middle to the shoulders', as in `levelling.Level`."""
        return geometry.upright_deg(*self._ankles_px(from_s, until_s), *self._shoulders_px(from_s, until_s))

    def body(self, from_s: float, until_s: float) -> BodyShares | None:
        """The proportions of somebody who stood between these times; None where not all of it was seen."""
        hip_width_px = self.raw_mean(channels.HIP_WIDTH, from_s, until_s)
        trunk_px = self.raw_mean(channels.TRUNK_LENGTH, from_s, until_s)
        return body_size.shares(
            hip_width_px, trunk_px, self._shoulders_px(from_s, until_s), self._ankles_px(from_s, until_s)
        )

    def _ankles_px(self, from_s: float, until_s: float) -> tuple[float, float]:
        """The middle of both ankles (x, y)."""
        of = [
            self.mean(channel + leg * channels.LEG, from_s, until_s)
            for channel in (channels.ANKLE_X, channels.ANKLE_Y)
            for leg in (0, 1)
        ]
        return (of[0] + of[1]) / 2, (of[2] + of[3]) / 2

    def _shoulders_px(self, from_s: float, until_s: float) -> tuple[float, float]:
        """The middle of both shoulders (x, y)."""
        return self.mean(channels.SHOULDERS_X, from_s, until_s), self.mean(channels.SHOULDERS_Y, from_s, until_s)

    def lowest_s(self, channel: int, near_s: float, step_s: float) -> tuple[float, float]:
        """When a height was lowest near a moment: by the unsmoothed frames about it, and by the rhythm of steps of that length."""
        ring = self._times, self._raw, *self._raw_span
        half_width_s = max(VERTEX_HALF_WIDTH_S, 2.05 * self._frame_s)
        return (
            vertex.vertex_near(*ring, channel, near_s, MIDSTANCE_WITHIN_S, half_width_s),
            rhythm.rhythm_near(*ring, channel, near_s, MIDSTANCE_WITHIN_S, step_s),
        )

    def stood(self, from_s: float, until_s: float, lift_s: float) -> tuple[float, float, float] | None:
        """Mean and SD of the tilt, and the upright (deg; see `levelling.quiet_standing`); None where nobody stood quietly."""
        quiet = levelling.quiet_standing(
            self._times, self._raw, self._smooth, *self._span, from_s, until_s, lift_s, self._standing
        )
        return (float(self._standing[0]), float(self._standing[1]), float(self._standing[2])) if quiet else None

    def smoothed(self, at_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The smoothed channels at these times (times,), as (times, SMOOTHED); NaN where they are not known."""
        rows = np.empty((len(at_s), channels.SMOOTHED))
        frames.smoothed_through(self._times, self._smooth, self._slope, *self._span, at_s, rows)
        return rows

    def angles(
        self,
        events_s: tuple[float, float, float],
        leg: int,
        turn_share: float,
        references_deg: tuple[float, float, float],
    ) -> npt.NDArray[np.float64]:
        """Angles of a stance (2, 4; see `frames.stance_angles`) from initial contact, midstance and toe off; overwritten by the next."""
        frames.stance_angles(
            self._times,
            self._smooth,
            self._slope,
            *self._span,
            *events_s,
            leg,
            turn_share,
            *references_deg,
            self._angles,
        )
        return self._angles
