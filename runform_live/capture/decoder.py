"""The decoded frames of a film or a network stream, in the order in which they are shown."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

import av
import av.error

from runform_live.addresses import shown
from runform_live.capture import opening
from runform_live.capture.deinterlacing import Deinterlacer
from runform_live.capture.display_order import DisplayOrder
from runform_live.capture.packets import Packets
from runform_live.capture.picture_maker import Decoded, finite_rate
from runform_live.capture.source_name import file_of, is_stream
from runform_live.errors import BadInput

# First time stamps that lie closer together are no clock: no camera takes pictures so fast.
LEAST_STEP_S = 0.0005
# The highest frame rate that is believed where the time stamps do not grow.
MOST_RATE_HZ = 300.0


class Decoder:
    """The decoded frames of a film or stream. An interlaced frame gives two. Iterate once, and once more after each `seek`."""

    def __init__(
        self, source: str, threads: int = 2, frame_rate_hz: float | None = None, least: int | None = None
    ) -> None:
        """frame_rate_hz: times follow from the frame numbers at this rate, and not from the film's own clock.

        least: how many pictures there must be (default: 2 in a film, 1 in a stream). Raises BadInput where there are fewer, or where the
        film cannot be played.
        """
        self.failures = 0  # packets that could not be decoded
        self.unreadable = 0  # pictures that are damaged, and so are left out
        self._step = 1 / Fraction(frame_rate_hz).limit_denominator(1001) if frame_rate_hz else None
        self._least = (1 if is_stream(source) else 2) if least is None else least
        self._source, self._threads, self._most = source, threads, 0
        candidates = 1
        number = 0
        while number < candidates:
            candidates = self._open(source, number)
            if self._begin():
                return
            self.close()
            number += 1
        name = shown(source)
        if self._most:
            raise BadInput(f"{name}: there is only one picture in it; give a film of the run")
        raise BadInput(f"{name}: no picture can be read from it; {opening.PLAYS_ELSEWHERE}")

    def _open(self, source: str, number: int) -> int:
        """Open one video stream of the film, number 0 being the likeliest one; returns how many there are."""
        self._fields = Deinterlacer()
        self.container = opening.opened(source)
        try:
            films = opening.films_in(self.container, source)
        except BadInput:
            self.close()
            raise
        self.stream = films[number]
        self._packets = Packets(self.container, self.stream, None if is_stream(source) else file_of(source))
        self._order = DisplayOrder(self.container.format.name, self.stream.codec_context.name)
        self.stream.thread_type = "AUTO"
        self.stream.codec_context.thread_count = self._threads
        self._codec_ratio = self.stream.codec_context.sample_aspect_ratio
        self._said_ratio = self.stream.sample_aspect_ratio
        self._crop = opening.cropping(self.container, self.stream)
        return len(films)

    def _begin(self) -> bool:
        """Decode the first frames; False if there are too few."""
        self._frames = self._decoded()
        begun = list(itertools.islice(self._frames, self._least))
        self._most = max(self._most, len(begun))
        if len(begun) < self._least:
            return False
        self.first = begun[0]
        stamps_s = [decoded.stamp_s for decoded in begun if decoded.stamp_s is not None]
        self._stamps_grow = len(stamps_s) == len(begun) and max(stamps_s) - min(stamps_s) >= LEAST_STEP_S
        self._frames = itertools.chain(begun, self._frames)
        return True

    def __iter__(self) -> Iterator[Decoded]:
        return self._frames

    def seek(self, time_s: float) -> bool:
        """Go to a complete picture before this time (s) of the film's own clock. Raises FFmpegError where that is impossible.

        False: nothing was done, because the time stamps are those of decoding. The film must be read from the beginning.
        """
        if self._order.may_permute(self.stream.codec_context.has_b_frames):
            return False
        self.container.seek(max(0, int(time_s * av.time_base)), backward=True)
        self._fields.forget()
        self._order.forget()
        self._frames = self._decoded()
        return True

    def close(self) -> None:
        self.container.close()

    @property
    def cut_short(self) -> bool:
        """Part of the film, or its end, is damaged or missing."""
        return self.failures > 0 or self.unreadable > 0 or self._packets.holes > 0 or self._packets.short

    @property
    def has_no_clock(self) -> bool:
        """A raw stream, or a film that gives neither a frame rate nor times."""
        if is_stream(self._source):
            return False
        plays = self._stamps_grow or 0.0 < (self.frame_rate_hz or 0.0) <= MOST_RATE_HZ
        return opening.has_no_clock(self.container) or not plays

    @property
    def frame_rate_hz(self) -> float | None:
        """Pictures per second as the film plays. None: unknown."""
        rate_hz = float(1 / self._step) if self._step else finite_rate(self.stream.average_rate)
        return rate_hz * 2 if rate_hz and self._fields.found else rate_hz

    @property
    def duration_s(self) -> float | None:
        """Duration as the film plays. None: unknown."""
        if self._step:
            return float(self.stream.frames * self._step) or None
        length = self.container.duration
        return length / av.time_base if length and length > 0 else None

    def _ratio(self) -> Fraction | None:
        """The pixel ratio of the newest frame. If container and codec differ, the container counts, as in players."""
        if self._said_ratio != self._codec_ratio:
            return self._said_ratio
        return self.stream.codec_context.sample_aspect_ratio or self._said_ratio

    def _decoded(self) -> Iterator[Decoded]:
        numbers = itertools.count()
        waits = False  # for a complete picture: after damage, all others carry the damage on
        troubles = self._packets.holes + self.failures
        for frame in self._in_order():
            now = self._packets.holes + self.failures
            damaged, troubles = frame.is_corrupt or now > troubles, now
            waits = (
                not is_stream(self._source) and (damaged or waits) and not (frame.key_frame and not frame.is_corrupt)
            )
            if waits or frame.is_corrupt:
                self.unreadable += 1
                continue
            if self._step is not None:
                frame.pts, frame.time_base = next(numbers), self._step
            ratio = self._ratio()
            for whole in self._fields.push(frame):
                yield Decoded(whole, ratio, self._crop)
        for whole in self._fields.flush():
            yield Decoded(whole, self._ratio(), self._crop)

    def _in_order(self) -> Iterator[av.VideoFrame]:
        for frame in self._as_coded():
            yield from self._order.push(frame, self.stream.codec_context.has_b_frames)
        yield from self._order.flush()

    def _as_coded(self) -> Iterator[av.VideoFrame]:
        packets = iter(self._packets)
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
            except (av.error.FFmpegError, OSError):
                self.failures += 1
                return
            try:
                self._order.saw(packet)
                yield from packet.decode()
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, OSError):
                self.failures += 1  # a damaged packet; later ones may be complete again
                if not packet.size:
                    return
