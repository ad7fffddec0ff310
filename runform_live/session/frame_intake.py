"""Gives the frames that arrive to the recording, each in its turn."""

from __future__ import annotations

from collections.abc import Iterable

from runform_live.messages import Frame, FrameAgain
from runform_live.session.frame_order import FrameOrder
from runform_live.session.record import SessionRecord

REPORT_FRAMES = 2  # the recorder answers at least this often, so that a file is never held up


class FrameIntake:
    """Takes frames with their pixels (`payload`). After a restart of the recorder, the repeated ones are written first.

    The times `now_s` are of the monotonic clock.
    """

    def __init__(self, record: SessionRecord) -> None:
        self._record = record
        self._order: FrameOrder[tuple[Frame, memoryview]] | None = None
        self._since_report = 0

    @property
    def waits_for_repeats(self) -> bool:
        """Whether frames that capture was asked for once more may still come."""
        return self._order is not None and self._order.waiting

    @property
    def report_is_due(self) -> bool:
        """Whether capture waits for an answer."""
        return self._since_report >= REPORT_FRAMES

    def reported(self) -> None:
        """Note that capture has its answer."""
        self._since_report = 0

    def wait_for_repeats(self, now_s: float) -> None:
        """Hold new frames back from now on, until the frames before them have been repeated."""
        self._order = FrameOrder(now_s)

    def take(self, frame: Frame, payload: memoryview, now_s: float) -> None:
        """A frame, new or repeated."""
        item = frame, payload
        if self._order is None:
            self._write([item])
        elif isinstance(frame, FrameAgain):
            self._write(self._order.repeat(frame.frame, item, now_s))
        else:
            self._write(self._order.fresh(frame.frame, item, 3 * frame.height_px * frame.width_px, now_s))
        self._since_report += 1

    def write_overdue(self, now_s: float) -> None:
        """Write the frames that are held back, if nothing is repeated any more."""
        if self._order is not None:
            self._write(self._order.due(now_s))

    def write_all(self) -> None:
        """Write the frames that are held back, and wait for nothing."""
        order, self._order = self._order, None
        if order is not None:
            self._write(order.rest())

    def _write(self, items: Iterable[tuple[Frame, memoryview]]) -> None:
        for frame, payload in items:
            picture = frame.picture(payload)
            self._record.picture(frame.frame, frame.time_s, picture, isinstance(frame, FrameAgain))
