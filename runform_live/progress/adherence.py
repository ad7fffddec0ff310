"""How well a client kept to a programme: which of its sessions were held, and whether they were held on time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from runform_live.messages import Prescribed
from runform_live.programmes import Programme, is_completed
from runform_live.progress.point import Point


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session of the programme that was held or begun. place: of its last recording among the points.

    due: the day on which it was due. The programme counts it from the last completed session before it; None for the first one.
    """

    number: int
    day: date
    due: date | None
    completed: bool
    place: int

    @property
    def days_late(self) -> int:
        """Days after the due day; 0 if it was on time or early."""
        return 0 if self.due is None else max(0, (self.day - self.due).days)


@dataclass(frozen=True, slots=True)
class Adherence:
    """The sessions of a programme that a client held, in the order in which they were held."""

    programme: Programme
    sittings: tuple[Sitting, ...]

    @property
    def planned(self) -> int:
        return len(self.programme.sessions)

    @property
    def held(self) -> int:
        """Sessions that were held to their end."""
        return sum(one.completed for one in self.sittings)

    @property
    def late(self) -> int:
        """How many of those were held after their due day."""
        return sum(one.completed and one.days_late > 0 for one in self.sittings)

    @property
    def on_time(self) -> int:
        return self.held - self.late


def followed(points: Sequence[Point]) -> Prescribed | None:
    """The programme of the newest session that belongs to one; None if no session does. points: oldest first."""
    return next((one.info.programme for one in reversed(points) if one.info.programme is not None), None)


def adherence(points: Sequence[Point], programme: Programme) -> Adherence:
    """points: oldest first. Sessions of another programme, or of an earlier enrolment in it, do not count.

    A session that was interrupted and continued in a later recording counts once. It counts as held when all of it was run.
    """
    newest = followed(points)
    found: dict[int, Sitting] = {}
    last_completed: date | None = None
    for place, point in enumerate(points):
        one = point.info.programme
        if one is None or newest is None or (one.programme, one.enrolment) != (newest.programme, newest.enrolment):
            continue
        if one.programme != programme.name or one.number > len(programme.sessions):
            continue
        planned, before, day = programme.sessions[one.number - 1], found.get(one.number), point.moment.date()
        if before is not None and before.completed:
            continue  # held once more: the first time counts
        due = None if last_completed is None else last_completed + timedelta(days=planned.days_after)
        completed = is_completed(planned, one.ran_before_s + (point.ran_s or 0.0))
        began = before.day if before is not None else day
        found[one.number] = Sitting(one.number, began, before.due if before is not None else due, completed, place)
        last_completed = day if completed else last_completed
    return Adherence(programme, tuple(found.values()))
