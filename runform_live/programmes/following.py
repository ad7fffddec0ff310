"""Which session of a programme is next."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from runform_live.programmes.plan import PlannedSession, Programme


class Held(msgspec.Struct, frozen=True):
    """A session that was held, or begun. number: 1 for the first one of the programme."""

    number: int
    day: datetime.date
    completed: bool


class Next(msgspec.Struct, frozen=True):
    """The session to come. due: the day on which it is planned; None for the first one. begun: it was interrupted, and may go on."""

    number: int
    session: PlannedSession
    due: datetime.date | None
    begun: bool


def next_session(programme: Programme, done: Sequence[Held]) -> Next | None:
    """The first session that was never completed; None where all were.

    done: what was held so far, in any order. A session is due so many days after the last day on which one was completed.
    """
    completed = {one.number for one in done if one.completed}
    for number, session in enumerate(programme.sessions, start=1):
        if number not in completed:
            last = max((one.day for one in done if one.completed), default=None)
            due = None if last is None else last + datetime.timedelta(days=session.days_after)
            return Next(number, session, due, any(one.number == number for one in done))
    return None
