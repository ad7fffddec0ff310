"""What a recording makes of a planned session: how long was run, and whether that was all of it."""

from __future__ import annotations

from pathlib import Path

from runform_live.errors import RunformError
from runform_live.gait.run_phase import ran_s
from runform_live.messages import Prescribed
from runform_live.programmes import DoneSession, PlannedSession, is_completed
from runform_live.session import schema, stances
from runform_live.session.schema import SessionInfo


def done_in(folder: Path, info: SessionInfo, prescribed: Prescribed, planned: PlannedSession) -> DoneSession:
    """Of one session folder. info: its session.json; prescribed: the session of a programme that this names; planned: its blocks."""
    so_far_s = prescribed.ran_before_s + recorded_s(folder, info)
    return DoneSession(prescribed.number, info.moment().date(), is_completed(planned, so_far_s), so_far_s)


def recorded_s(folder: Path, info: SessionInfo) -> float:
    """Seconds run in a recording, also in one that was cut off; 0 where its stances cannot be read."""
    try:
        return ran_s(stances.read(folder / schema.STANCES, cut_off=info.ended is None))
    except RunformError:
        return 0.0
