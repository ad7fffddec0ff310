"""A film: its pictures as a player shows them, with times that only grow."""

from __future__ import annotations

import math
from collections.abc import Iterator

from runform_live.addresses import shown
from runform_live.capture.decoder import Decoder
from runform_live.capture.film_clock import ClockRepairs, FilmClock
from runform_live.capture.picture_maker import Decoded, PictureMaker
from runform_live.capture.source_info import FilmEnd, SourceInfo
from runform_live.errors import BadInput
from runform_live.messages import Picture


class Video:
    """A film. Iterating gives (time_s, picture), with times from 0. `cut_short` and `repairs` say what is wrong with it."""

    def __init__(
        self,
        source: str,
        threads: int = 2,
        slowed: float = 1.0,
        frame_rate_hz: float | None = None,
        mirrored: bool = False,
        size_px: tuple[int, int] | None = None,
    ) -> None:
        """slowed: how many times slower than real time the film plays. All times given are real times.

        frame_rate_hz: replaces the film's own clock; a raw stream has none. mirrored, size_px: see PictureMaker.
        """
        self.slowed = slowed
        self._decoder = Decoder(source, threads, frame_rate_hz)
        if frame_rate_hz is None and self._decoder.has_no_clock:
            self.close()
            raise BadInput(
                f"{shown(source)}: there are no times in it; say how many pictures a second it plays: --frame-rate HZ"
            )
        self._make_picture = PictureMaker(mirrored, size_px)
        self._skipped_s = -math.inf
        height_px, width_px = self._make_picture(self._decoder.first).shape[:2]
        rate_hz, duration_s = self._decoder.frame_rate_hz, self._decoder.duration_s
        self._clock: FilmClock[Decoded] = FilmClock(1.0 / rate_hz if rate_hz else None)
        self.info = SourceInfo(
            height_px, width_px, rate_hz * slowed if rate_hz else None, duration_s / slowed if duration_s else None
        )
        self._pictures = self._decode()

    @property
    def cut_short(self) -> bool:
        """Part of the film, or its end, cannot be read."""
        return self._decoder.cut_short

    @property
    def repairs(self) -> ClockRepairs:
        """What was repaired of the film's clock up to now."""
        return self._clock.repairs

    @property
    def resized(self) -> int:
        """How many pictures up to now had another size than the first one and were fitted into it."""
        return self._make_picture.resized

    def end(self) -> FilmEnd:
        """How the film ended, as far as it was read."""
        how = (
            "the film is damaged or cut short; all that could be read was used" if self.cut_short else "end of the file"
        )
        resized = f"{self.resized} pictures of another size were fitted into the first" if self.resized else ""
        text = "; ".join(part for part in (how, self.repairs.words(), resized) if part)
        found = {"video_cut_short": self.cut_short, "clock_repaired": bool(self.repairs)}
        return FilmEnd(text, tuple(word for word, there in found.items() if there), self.repairs.counts())

    def __iter__(self) -> Iterator[tuple[float, Picture]]:
        return self._pictures

    def skip(self, until_s: float) -> None:
        """Leave out the pictures up to and including this time (s)."""
        self._skipped_s = until_s

    def close(self) -> None:
        self._decoder.close()

    def _decode(self) -> Iterator[tuple[float, Picture]]:
        stamped = ((decoded.stamp_s, decoded) for decoded in self._decoder)
        for at_s, decoded in self._clock.times(stamped):
            time_s = at_s / self.slowed
            if time_s > self._skipped_s:
                yield time_s, self._make_picture(decoded)
