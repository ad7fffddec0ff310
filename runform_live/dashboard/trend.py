"""A line over a whole session that never holds more points than an eye can part."""

from __future__ import annotations

MOST_POINTS = 240


class Trend:
    """Means of one value over more and more stances each: when the line is full, neighbours become one point."""

    __slots__ = ("_each", "_open", "_times_s", "_values")

    def __init__(self) -> None:
        self._times_s: list[float] = []
        self._values: list[float] = []
        self._each = 1  # stances a point
        self._open: list[tuple[float, float]] = []  # of the point that is not complete yet

    def add(self, time_s: float, value: float) -> None:
        self._open.append((time_s, value))
        if len(self._open) < self._each:
            return
        self._times_s.append(sum(at for at, _ in self._open) / self._each)
        self._values.append(sum(value for _, value in self._open) / self._each)
        self._open.clear()
        if len(self._values) == MOST_POINTS:
            self._times_s = _halved(self._times_s)
            self._values = _halved(self._values)
            self._each *= 2

    def points(self) -> tuple[list[float], list[float]]:
        """Times (s) and values, oldest first."""
        return self._times_s, self._values


def _halved(values: list[float]) -> list[float]:
    return [(one + other) / 2 for one, other in zip(values[::2], values[1::2], strict=True)]
