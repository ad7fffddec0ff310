"""What a person may ask for beside the format."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


def _untold(_line: str) -> None:
    """Nobody is there to hear it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How an export is made."""

    from_s: float = -math.inf  # the piece of the session, for formats that hold frames (session time)
    until_s: float = math.inf
    height_m: float | None = None  # the runner's body height without shoes; None: as the session knows it
    private: bool = False  # with what tells who the runner is, and with notes (JSON)
    tell: Callable[[str], object] = _untold  # hears, in a line, what the format had no room for

    def piece(self) -> str:
        """The piece in words, such as " from 1 s until 2 s"; empty for the whole session."""
        from_words = f" from {self.from_s:g} s" if self.from_s > -math.inf else ""
        return from_words + (f" until {self.until_s:g} s" if self.until_s < math.inf else "")


USUAL = Wish()
