"""summary.json: read, completed where an earlier version wrote it, and written."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from runform_live.errors import BadInput
from runform_live.messages import SIDES
from runform_live.metrics import SUMMARISED
from runform_live.safe_files import as_json, write_atomically
from runform_live.session import door, schema
from runform_live.session.figures import NO_CHANGE, NO_DIFFERENCE, NO_MEAN, NO_TREND, PartChange, Summary

Figures = TypeVar("Figures")


def write_summary(folder: Path, summary: Summary) -> None:
    """summary.json anew, whole or not at all. Raises OSError."""
    write_atomically(folder / schema.SUMMARY, as_json(summary))


def read_summary(folder: Path) -> Summary:
    """summary.json alone. A metric that the program did not have when it wrote the file is unknown. Raises BadInput."""
    return with_all_metrics(stored(folder))


def stored(folder: Path) -> Summary:
    """summary.json as it stands: figures of both sides, but perhaps not of every metric. Raises BadInput."""
    path = folder / schema.SUMMARY
    try:
        summary = door.decoded(path, Summary, door.AGAIN)
    except FileNotFoundError:
        raise BadInput(f"{path} is missing; the session is incomplete: analyse its video again") from None
    walking = summary.walking
    if walking is not None and walking.walking is not None:
        raise BadInput(f"{path} is damaged (walking within walking); {door.AGAIN}")
    if _lacks_side(summary) or (walking is not None and _lacks_side(walking)):
        raise BadInput(f"{path} is damaged (a side is missing); {door.AGAIN}")
    return _with_clean_flags(summary)


def _lacks_side(summary: Summary) -> bool:
    by_side = [set(summary.sides), *(set(one.sides) for one in summary.changes)]
    if summary.trends:
        by_side.append(set(summary.trends))
    return any(not one.issuperset(SIDES) for one in by_side)


def _with_clean_flags(summary: Summary) -> Summary:
    walking = None if summary.walking is None else _with_clean_flags(summary.walking)
    return msgspec.structs.replace(summary, flags=[door.clean(flag) for flag in summary.flags], walking=walking)


def completed(summary: Summary, made: Summary) -> Summary:
    """A stored summary, with what an earlier version did not write taken from the one that is made of the same stances today."""
    if summary.schema_version < schema.VERSION_OF_CHANGES:
        summary = msgspec.structs.replace(summary, changes=made.changes, trends=made.trends)
    if summary.walking is not None and made.walking is not None:
        summary = msgspec.structs.replace(summary, walking=completed(summary.walking, made.walking))
    if summary.cadence_half_spm is None:
        summary = msgspec.structs.replace(summary, cadence_half_spm=made.cadence_half_spm)
    sides = {side: made.sides[side] | summary.sides[side] for side in SIDES}
    symmetry = made.symmetry | summary.symmetry
    return with_all_metrics(
        msgspec.structs.replace(summary, sides=sides, symmetry=symmetry, centimetres=made.centimetres)
    )


def with_all_metrics(summary: Summary) -> Summary:
    """The summary with every metric of today: what it does not have is unknown."""
    return msgspec.structs.replace(
        summary,
        sides=_of_sides(summary.sides, NO_MEAN),
        symmetry=_of_metrics(summary.symmetry, NO_DIFFERENCE),
        changes=tuple(map(_change_with_all_metrics, summary.changes)),
        trends=_of_sides(summary.trends, NO_TREND) if summary.trends else {},
        walking=None if summary.walking is None else with_all_metrics(summary.walking),
    )


def _change_with_all_metrics(change: PartChange) -> PartChange:
    return msgspec.structs.replace(
        change, sides=_of_sides(change.sides, NO_CHANGE), symmetry=_of_metrics(change.symmetry, NO_CHANGE)
    )


def _of_sides(known: dict[str, dict[str, Figures]], unknown: Figures) -> dict[str, dict[str, Figures]]:
    return {side: _of_metrics(known[side], unknown) for side in SIDES}


def _of_metrics(known: dict[str, Figures], unknown: Figures) -> dict[str, Figures]:
    return dict.fromkeys(SUMMARISED, unknown) | known
