"""How many cases of which reader."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Cases of one reader, by their numbers."""

    reader: str
    first: int
    count: int

    @property
    def last(self) -> int:
        return self.first + self.count - 1

    def after(self, number: int) -> Plan:
        """What is left of it after this case."""
        return Plan(self.reader, number + 1, self.last - number)
