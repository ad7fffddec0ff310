"""What the other stages are told about the source: each change once."""

from __future__ import annotations

from collections.abc import Callable

from runform_live.addresses import shown
from runform_live.capture.source_info import FilmEnd
from runform_live.messages import SourceState


class SourceReport:
    """The state of the source as it was last told."""

    __slots__ = ("_lost", "_rate_hz", "_send", "_size_px", "_source", "state")

    def __init__(self, source: str, send: Callable[[SourceState], None]) -> None:
        self._source, self._send = shown(source), send
        self._rate_hz: float | None = None
        self._size_px: tuple[int, int] | None = None  # height, width
        self._lost = False
        self.state = "waiting"  # one word, as in a heartbeat

    def opening(self) -> None:
        self.state = "lost" if self._lost else "opening"

    def opened(self, size_px: tuple[int, int], rate_hz: float | None, frames: int) -> None:
        """size_px: height and width. frames: how many came up to now."""
        self._rate_hz = rate_hz
        self._tell_open(size_px, frames)

    def picture(self, size_px: tuple[int, int], frames: int) -> None:
        """A picture came. Others are told where it ends a loss or has another size."""
        if self._lost or size_px != self._size_px:
            self._tell_open(size_px, frames)

    def lost(self, text: str, frames: int) -> None:
        """The source gives no pictures now."""
        if not self._lost:
            self._lost = True
            self.state = "lost"
            self._send(SourceState(state="lost", text=text, frames=frames))

    def failed(self, text: str) -> None:
        """The source could not be opened at the start."""
        self.state = "failed"
        self._send(SourceState(state="failed", text=text))

    def ended(self, text: str, frames: int, film: FilmEnd) -> None:
        """No frame will come any more."""
        self.state = "ended"
        self._send(SourceState(state="ended", text=text, frames=frames, flags=film.flags, repaired=film.repaired))

    def _tell_open(self, size_px: tuple[int, int], frames: int) -> None:
        self._lost, self._size_px = False, size_px
        self.state = "open"
        self._send(
            SourceState(
                state="open", text=self._source, frame_rate_hz=self._rate_hz, height_px=size_px[0], width_px=size_px[1], frames=frames
            )
        )  # fmt: skip
