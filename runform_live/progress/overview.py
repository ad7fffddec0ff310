"""All metrics of two sessions beside each other, for the tables in the text and on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runform_live.metrics import OF_GAIT
from runform_live.progress.change import Change, Column, Measured
from runform_live.progress.point import walking_point
from runform_live.progress.series import Progress, Series
from runform_live.quantities import CADENCE

ALWAYS = frozenset({*OF_GAIT["run"], CADENCE})


@dataclass(frozen=True, slots=True)
class Row:
    """One figure before and after. baseline: the place of the session of `before`. change: None where both are the same session."""

    metric: str
    column: Column
    before: Measured
    after: Measured
    change: Change | None
    baseline: int


def between(found: Progress, place: int) -> list[Row]:
    """Each metric's baseline beside the session at `place`. Centimetres, and what only walking has, are included if a session has them."""
    shown = [one for one in found.series.values() if one.metric in ALWAYS or _is_known(one)]
    return [row for one in shown for row in _rows(one, place)]


def walking_between(found: Progress, place: int) -> list[Row]:
    """The same of what was walked in the session at `place`; empty where it, or the first session, has no walking beside a run."""
    walking = found.walking
    if walking is None:
        return []
    places = [at for at, one in enumerate(found.points) if walking_point(one) is not None]
    return between(walking, places.index(place)) if place in places[1:] else []


def _is_known(one: Series) -> bool:
    return any(one.newest(column) is not None for column in one.columns)


def to_newest(found: Progress) -> list[Row]:
    """Each metric's baseline beside the newest session that has a value. Metrics that no session has are left out."""
    rows: list[Row] = []
    for one in found.series.values():
        places = [place for column in one.columns if (place := one.newest(column)) is not None]
        if places:
            rows += _rows(one, max(places))
    return rows


def _rows(one: Series, place: int) -> Iterator[Row]:
    if one.baseline is None:
        return
    for column, values in one.columns.items():
        yield Row(
            one.metric,
            column,
            values[one.baseline].measured,
            values[place].measured,
            values[place].change,
            one.baseline,
        )
