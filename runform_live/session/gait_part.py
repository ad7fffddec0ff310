"""A session as if only one of its gaits had been recorded: what tells of a run gets the running part, and never a stance of walking.

Targets are there only in the part of the gait that they hold for.
"""

from __future__ import annotations

import dataclasses

import msgspec

from runform_live.gait.by_gait import of_gait
from runform_live.session.figures import Summary
from runform_live.session.reader import Session


def main_part(session: Session) -> Session:
    """The part of the main gait (`gait.by_gait.main_gait`)."""
    return _part(session, session.summary)


def walking_part(session: Session) -> Session | None:
    """What was walked: beside a run, or all of a session of walking; None where nobody walked."""
    if session.summary.gait == "walk":
        return main_part(session)
    return None if session.summary.walking is None else _part(session, session.summary.walking)


def _part(session: Session, summary: Summary) -> Session:
    """summary: of the main gait, or of the walking beside it."""
    info = session.info.for_gait(summary.gait)
    mixed = len({one.gait for one in session.stances}) > 1
    if info is session.info and not mixed:
        return session
    stances = of_gait(session.stances, summary.gait) if mixed else session.stances
    return dataclasses.replace(
        session, info=info, stances=stances, summary=msgspec.structs.replace(summary, walking=None)
    )
