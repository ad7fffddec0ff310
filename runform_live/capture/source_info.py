"""What is known of a source when it opens, and how a film ended."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What an open source says of itself. None: unknown."""

    height_px: int
    width_px: int
    frame_rate_hz: float | None
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class FilmEnd:
    """How a film ended, and what was wrong with it."""

    text: str = "end of the file"  # for a person
    flags: tuple[str, ...] = ()  # as in summary.json
    repaired: dict[str, int] = field(default_factory=dict)  # see ClockRepairs
