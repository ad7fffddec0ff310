"""A session as if only one of its gaits had been recorded: what tells of a run gets the running part, and never a stance of walking."""

from __future__ import annotations

import dataclasses

import msgspec

from runform_live.gait.by_gait import of_gait, of_main_gait
from runform_live.session.reader import Session


def main_part(session: Session) -> Session:
    """The part of the main gait: running, wherever somebody ran."""
    stances = of_main_gait(session.stances)
    if len(stances) == len(session.stances) and session.summary.walking is None:
        return session
    return dataclasses.replace(session, stances=stances, summary=msgspec.structs.replace(session.summary, walking=None))


def walking_part(session: Session) -> Session | None:
    """What was walked: beside a run, or all of a session of walking; None where nobody walked.

    Its targets are left out beside a run, because they are of running.
    """
    summary = session.summary
    if summary.walking is None:
        return session if summary.gait == "walk" else None
    info = msgspec.structs.replace(session.info, targets={}, target_from="none", reference_s=None)
    stances = of_gait(session.stances, "walk")
    return dataclasses.replace(session, info=info, stances=stances, summary=summary.walking)
