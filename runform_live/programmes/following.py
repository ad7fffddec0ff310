"""Which session of a programme is next, and from where in it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from runform_live.errors import BadInput
from runform_live.programmes.plan import PlannedSession, Programme

# Running is counted from the first to the last step that is seen. The clock of a treadmill also counts some seconds in which its belt
# starts and stops. Who ends by that clock has held the session.
SPARE_S = 15.0
SPARE_SHARE = 0.05  # at most so much of a short session


class DoneSession(msgspec.Struct, frozen=True):
    """A session that was held, or begun. number: 1 for the first one of the programme."""

    number: int
    day: datetime.date
    completed: bool
    ran_s: float = 0.0  # of running in this session, earlier recordings of it included


class Next(msgspec.Struct, frozen=True):
    """The session to come. due: the day on which it is planned; None for the first one. begun: it was interrupted, and may go on."""

    number: int
    session: PlannedSession
    due: datetime.date | None
    begun: bool
    ran_s: float = 0.0  # of running before it was interrupted

    @property
    def left_s(self) -> float:
        """Seconds of running that are still to come."""
        return max(0.0, self.session.length_s - self.ran_s)

    @property
    def interrupted(self) -> bool:
        """Whether it goes on from where it stopped; not where it was ended before anything of it was run."""
        return self.begun and round(self.ran_s) > 0


def is_completed(session: PlannedSession, ran_s: float) -> bool:
    """Whether so many seconds of running, in all recordings of it, are the whole session."""
    length_s = session.length_s
    return ran_s >= length_s - min(SPARE_S, SPARE_SHARE * length_s)


def next_session(programme: Programme, done: Sequence[DoneSession]) -> Next | None:
    """The first session that was never completed; None where all were.

    done: what was held so far, in any order. A session is due so many days after the last day on which one was completed.
    """
    completed = {one.number for one in done if one.completed}
    for number in range(1, len(programme.sessions) + 1):
        if number not in completed:
            return session_at(programme, done, number)
    return None


def session_at(programme: Programme, done: Sequence[DoneSession], number: int) -> Next:
    """Session `number` (from 1), whichever is next. One that was completed begins anew. Raises BadInput where there is no such number."""
    count = len(programme.sessions)
    if not 1 <= number <= count:
        raise BadInput(f"programme {programme.name} has no session {number}; its sessions are 1 to {count}")
    session = programme.sessions[number - 1]
    mine = [one for one in done if one.number == number]
    begun = bool(mine) and not any(one.completed for one in mine)
    last = max((one.day for one in done if one.completed), default=None)
    due = None if last is None else last + datetime.timedelta(days=session.days_after)
    return Next(number, session, due, begun, max(one.ran_s for one in mine) if begun else 0.0)
