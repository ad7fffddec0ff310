"""What is known of a source when it opens, and how a film ended."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a source once it is open; None is unknown."""

    height_px: int
    width_px: int
    frame_rate_hz: float | None
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class FilmEnd:
    """How a film ended, for a person; its flags, as words of summary.json; and what was repaired of its clock (see ClockRepairs)."""

    text: str = "end of the file"
    flags: tuple[str, ...] = ()
    repaired: dict[str, int] = field(default_factory=dict)
