"""A session in the list of sessions as a person reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runform_live import file_names, quantities
from runform_live.metrics import MAIN_METRIC
from runform_live.texts import Texts

if TYPE_CHECKING:
    from runform_live.clinic.session_list import Row

_FIRST_PART = re.compile(r"[:;?] ")  # a flag's own words go on with what to do about it


@dataclass(frozen=True, slots=True)
class Line:
    """A session as the page shows it."""

    folder: Path
    date: str
    client: str
    gait: str
    left: str
    right: str
    flags: tuple[str, ...]
    trouble: str  # why it cannot be read; then nothing is known of it
    ticked: bool


def line(row: Row, ticked: bool, said: Texts) -> Line:
    """The words of a row of the index."""
    known = row.state not in ("broken", "locked")
    return Line(
        folder=row.folder,
        date=file_names.shown(row.folder.name) if row.started is None else f"{row.started:%Y-%m-%d  %H:%M}",
        client=quantities.UNKNOWN if row.client is None else file_names.shown(row.client),
        gait=quantities.UNKNOWN if row.activity is None else said(f"home.sessions.gait.{row.activity}"),
        left=_drop(row.left_deg, row.left_half_deg, said) if known else quantities.UNKNOWN,
        right=_drop(row.right_deg, row.right_half_deg, said) if known else quantities.UNKNOWN,
        flags=_flags(row, said),
        trouble=said("home.sessions.locked") if row.state == "locked" else _trouble(row, said),
        ticked=ticked,
    )


def _trouble(row: Row, said: Texts) -> str:
    return (row.trouble or said("home.sessions.unreadable")) if row.state == "broken" else ""


def _flags(row: Row, said: Texts) -> tuple[str, ...]:
    if row.state == "running":
        return (said("home.sessions.runs", time=quantities.clock(int(row.so_far_s or 0.0))),)
    return tuple(short_flag(quantities.flag_words(flag, said)) for flag in row.flags)


def short_flag(words: str) -> str:
    """What a flag says is wrong, without what to do about it."""
    return _FIRST_PART.split(words, maxsplit=1)[0].rstrip(".")


def _drop(mean: float | None, half: float | None, said: Texts) -> str:
    """A mean with half its 95% interval; unknown is a dash."""
    low, high = (None, None) if mean is None or half is None else (mean - half, mean + half)
    return quantities.with_interval(MAIN_METRIC, mean, low, high, said=said)
