"""The last seconds of a runner: frames as they came and smoothed, and what may be asked of them."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.gait import channels, frames, geometry, levelling, rhythm, smoothing, steps, vertex

USUAL_FRAME_S = 1 / 30
WIDEST_FRAME_S = 0.1
VERTEX_HALF_WIDTH_S = 0.067
MIDSTANCE_WITHIN_S = 0.06


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

    def __init__(self) -> None:
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

    def append(
        self, time_s: float, landmarks: npt.NDArray[np.float64], marked: bool, order: float | None = None
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

        def ankles(channel: int) -> float:
            return (self.mean(channel, from_s, until_s) + self.mean(channel + channels.LEG, from_s, until_s)) / 2

        shoulders = (self.mean(channel, from_s, until_s) for channel in (channels.SHOULDERS_X, channels.SHOULDERS_Y))
        return geometry.upright_deg(ankles(channels.ANKLE_X), ankles(channels.ANKLE_Y), *shoulders)

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

    def angles(
        self,
        events_s: tuple[float, float, float],
        leg: int,
        follows: float,
        references_deg: tuple[float, float, float],
    ) -> npt.NDArray[np.float64]:
        """Angles of a stance (2, 4; see `frames.stance_angles`) from initial contact, midstance and toe off; overwritten by the next."""
        frames.stance_angles(
            self._times, self._smooth, self._slope, *self._span, *events_s, leg, follows, *references_deg, self._angles
        )
        return self._angles
