"""A metric over the sessions of a client: each session's mean, its change against the baseline, and what changed within the session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from runform_live.gait.by_gait import main_of
from runform_live.messages import Band, Gait
from runform_live.programmes import Programme
from runform_live.progress.adherence import Adherence, adherence
from runform_live.progress.change import (
    BOTH,
    DIFFERENCE,
    MEASURES,
    Change,
    Column,
    Measured,
    columns,
    compared,
    measured,
)
from runform_live.progress.point import Point, apart, walking_point, withholding
from runform_live.session.figures import ChangeSummary, PartChange


@dataclass(frozen=True, slots=True)
class Value:
    """One session's figure. change: against the baseline; None for the baseline itself, and if there is none.

    within: from the first to the last part of the session; None where the session was too short to tell.
    """

    measured: Measured
    change: Change | None
    within: ChangeSummary | None


@dataclass(frozen=True, slots=True)
class Series:
    """A metric over sessions. baseline: the place of the session that the others are compared with; None if none was measured.

    columns: for each column, one value a session, in their order. targets: the band of each session.
    of_gait: whether each session is of the gait that this is about; the others are no newest one, and have no target here.
    """

    metric: str
    baseline: int | None
    columns: Mapping[Column, tuple[Value, ...]]
    targets: tuple[Band | None, ...]
    of_gait: tuple[bool, ...]

    def newest(self, column: Column) -> int | None:
        """The place of the last session of this gait that has a value; None where none has."""
        values = enumerate(self.columns[column])
        known = [place for place, one in values if self.of_gait[place] and one.measured.value is not None]
        return known[-1] if known else None

    @property
    def target(self) -> Band | None:
        """The band of the newest session that has one."""
        own = [band for band, counts in zip(self.targets, self.of_gait, strict=True) if counts]
        return next((band for band in reversed(own) if band is not None), None)


@dataclass(frozen=True, slots=True)
class Progress:
    """All metrics over the same sessions, oldest first. same_setup: clothes, camera, its place and the light were the same in all of them.

    adherence: to the programme that the newest session of one belongs to; None where there is none.
    walking: the walking of those sessions in which somebody walked, where two have some and somebody ran in one of them.
    """

    points: tuple[Point, ...]
    series: Mapping[str, Series]
    same_setup: bool = False
    adherence: Adherence | None = None
    walking: Progress | None = None


def progress(
    points: Sequence[Point],
    *,
    baseline: int | None = None,
    same_setup: bool = False,
    metrics: Sequence[str] = MEASURES,
    programme: Programme | None = None,
) -> Progress:
    """points: of one client. They are put in the order of their times.

    baseline: the place, in that order, of the session that the others are compared with; None: `first_measured` of each metric. The
    series are of its gait; without one, of running where somebody ran in a session, else of walking.
    programme: which the client follows (`adherence.followed`); None: none.
    """
    in_order = in_time(points)
    gait = main_of(one.gait for one in in_order) if baseline is None else in_order[baseline].gait
    found = {
        metric: series(in_order, metric, baseline=baseline, same_setup=same_setup, gait=gait) for metric in metrics
    }
    held = None if programme is None else adherence(in_order, programme)
    walking = _progress_of_walking(in_order, baseline, same_setup, metrics)
    return Progress(in_order, found, same_setup, held, walking)


def _progress_of_walking(
    points: Sequence[Point], baseline: int | None, same_setup: bool, metrics: Sequence[str]
) -> Progress | None:
    """The same of the walking; None where there is none, or where nobody walked in the session that was named as baseline."""
    walked = _walking(points)
    if walked is None or baseline is None:
        return None if walked is None else progress(walked, same_setup=same_setup, metrics=metrics)
    if walking_point(points[baseline]) is None:
        return None
    place = sum(walking_point(one) is not None for one in points[:baseline])
    return progress(walked, baseline=place, same_setup=same_setup, metrics=metrics)


def comparison(points: Sequence[Point], *, same_setup: bool = False) -> Progress:
    """Sessions that a person named, in their order: each is compared with the first, and its walking with that of the first."""
    found = {metric: series(points, metric, baseline=0, same_setup=same_setup) for metric in MEASURES}
    walked = _walking(points) if points and walking_point(points[0]) is not None else None
    walking = None if walked is None else comparison(walked, same_setup=same_setup)
    return Progress(tuple(points), found, same_setup, walking=walking)


def _walking(points: Sequence[Point]) -> list[Point] | None:
    """The walking of these sessions; None where there is nothing beside their main figures to compare."""
    found = [walked for one in points if (walked := walking_point(one)) is not None]
    ran = any(one.gait == "run" for one in points)
    return found if ran and len(found) > 1 else None


def current(points: Sequence[Point]) -> list[Point]:
    """The sessions without those whose film was measured again later. Such a run counts once, by its last measurement."""
    replaced = {one.info.again_of for one in points}
    return [one for one in points if one.info.id not in replaced]


def in_time(points: Sequence[Point]) -> tuple[Point, ...]:
    """The oldest first."""
    return tuple(sorted(points, key=lambda one: one.moment))


def series(
    points: Sequence[Point],
    metric: str,
    *,
    baseline: int | None = None,
    same_setup: bool = False,
    gait: Gait | None = None,
) -> Series:
    """One metric over these sessions. points: in the order of their times; in any order if the baseline is given.

    gait: that it is about; None: both, as where a person named the sessions.
    """
    place = first_measured(points, metric, gait) if baseline is None else baseline
    return Series(
        metric,
        place,
        {column: _values(points, metric, column, place, same_setup) for column in columns(metric)},
        tuple(one.bands.get(metric) for one in points),
        tuple(_is_of(one, gait) for one in points),
    )


def first_measured(points: Sequence[Point], metric: str, gait: Gait | None = None) -> int | None:
    """The place of the session that serves as baseline; of this gait, where one is given.

    A session is good if both sides have a mean of enough stances with an interval. The baseline is the first good session that can be compared with
    the newest good one. If no session is good, it is the first with any value.
    """
    own = [(place, one) for place, one in enumerate(points) if _is_of(one, gait)]
    good = [place for place, one in own if _is_good(one, metric)]
    if good:
        newest = points[good[-1]]
        return next(place for place in good if not withholding(apart(points[place], newest), metric))
    return next((place for place, one in own if _has_value(one, metric)), None)


def _is_of(point: Point, gait: Gait | None) -> bool:
    return gait is None or point.gait == gait


def _is_good(point: Point, metric: str) -> bool:
    found = [measured(point, metric, column) for column in columns(metric) if column != DIFFERENCE]
    sure = point.sides_are_sure or columns(metric) == (BOTH,)
    return sure and all(one.half is not None and not one.provisional for one in found)


def _has_value(point: Point, metric: str) -> bool:
    return any(measured(point, metric, column).value is not None for column in columns(metric))


def _values(
    points: Sequence[Point], metric: str, column: Column, baseline: int | None, same_setup: bool
) -> tuple[Value, ...]:
    changes = [
        None if baseline is None or place == baseline else compared(points[baseline], one, metric, column, same_setup)
        for place, one in enumerate(points)
    ]
    looks = sum(change is not None and change.detectable is not None for change in changes)
    return tuple(
        Value(
            measured(one, metric, column),
            None if change is None else replace(change, looks=max(looks, 1)),
            within_run(one.summary.changes, metric, column),
        )
        for one, change in zip(points, changes, strict=True)
    )


def within_run(changes: Sequence[PartChange], metric: str, column: Column) -> ChangeSummary | None:
    """The change from the first to the last part of a session; None if it was not compared or is not known."""
    last = next((one for one in changes if one.before.name == "first" and one.now.name == "last"), None)
    if last is None:
        return None
    if column == BOTH:
        found: ChangeSummary | None = last.cadence_spm
    elif column == DIFFERENCE:
        found = last.symmetry.get(metric)
    else:
        found = last.sides.get(column, {}).get(metric)
    return None if found is None or found.change is None else found
