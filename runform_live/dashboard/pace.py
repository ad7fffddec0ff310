"""When the window is drawn next: measuring comes first."""

from __future__ import annotations

import os

from runform_live.backoff import Backoff

# Without a graphics card the processor draws; more frames than this take from the stages what no eye sees. New pictures are fewer: a late
# one is made up for.
DRAW_HZ = 45.0
PICTURES_HZ = 32.0  # as many are asked for while drawing them stays within its share
IDLE_HZ = 16.0  # while no new picture comes: for keys and the mouse
# A new picture waits for so long to be drawn. The stance that ends with it comes within that time, and is drawn with it.
SETTLE_S = 0.006
# Of all cores, at most that much goes into drawing while frames are overtaken before they are measured.
SHARE = 0.15
SPARING_S, MOST_SPARING_S = 15.0, 480.0


class Pace:
    """Of drawing."""

    __slots__ = ("_backoff", "_cores", "_dropped", "_idle_s", "next_s", "sparing")

    def __init__(self, cores: int | None = None) -> None:
        self._cores = cores or os.cpu_count() or 1
        self._backoff = Backoff(SPARING_S, MOST_SPARING_S)
        self.sparing = False  # fewer pictures are to be asked for
        self._dropped = 0
        self.next_s = self._idle_s = 0.0

    def due_s(self, pictured_s: float | None) -> float:
        """When the window is to be drawn. pictured_s: since when a new picture is to be shown; None: there is none."""
        if pictured_s is None:
            return self._idle_s
        return min(self._idle_s, max(self.next_s, pictured_s + SETTLE_S))

    def drawn(self, now_s: float, worked_s: float, dropped: int) -> None:
        """The window was drawn, which took the processor so long; so many frames were dropped until now, unmeasured."""
        if dropped > self._dropped:
            self._backoff.too_much(now_s)
        self._dropped = dropped
        rest_s = worked_s / (SHARE * self._cores) if self._backoff.is_on(now_s) else 0.0
        self.sparing = rest_s > 1 / PICTURES_HZ
        self.next_s = now_s + max(1 / DRAW_HZ, rest_s)
        self._idle_s = now_s + max(1 / IDLE_HZ, rest_s)
