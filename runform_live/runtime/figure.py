"""A figure of speed: what was measured, in rounds that alternate with those of other figures, and its bar."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import msgspec


class Bar(msgspec.Struct, frozen=True):
    """What a figure must reach."""

    value: float
    least: bool = True  # else at most


class Written(msgspec.Struct, frozen=True):
    """A figure as another program reads it."""

    name: str
    unit: str
    median: float
    low: float
    high: float
    rounds: tuple[float, ...]
    bar: Bar | None
    met: bool | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One value a round. name: what a person reads; unit: "" for a ratio."""

    name: str
    unit: str
    rounds: tuple[float, ...]
    bar: Bar | None = None

    @property
    def median(self) -> float:
        return median(self.rounds)

    @property
    def met(self) -> bool | None:
        """Whether the median reaches the bar; None: there is no bar."""
        if self.bar is None:
            return None
        return self.median >= self.bar.value if self.bar.least else self.median <= self.bar.value

    def line(self) -> str:
        """As a person reads it: the median, the spread from lowest to highest, the bar."""
        spread = f"{min(self.rounds):.2f} to {max(self.rounds):.2f}" if len(self.rounds) > 1 else ""
        bar = ""
        if self.bar is not None:
            bar = f"(bar: {'at least' if self.bar.least else 'at most'} {self.bar.value:g}{'' if self.met else ', missed'})"
        return f"{self.name:46s} {self.median:8.2f} {self.unit:10s} {spread:18s} {bar}".rstrip()

    def written(self) -> Written:
        return Written(
            self.name, self.unit, self.median, min(self.rounds), max(self.rounds), self.rounds, self.bar, self.met
        )


def over(name: str, upper: Figure, lower: Figure, bar: Bar | None = None) -> Figure:
    """The ratio of two figures, round by round."""
    return Figure(name, "", tuple(a / b for a, b in zip(upper.rounds, lower.rounds, strict=True)), bar)
