"""A target from the first minute, by the stances as a session keeps them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from runform_live.coach.targets import from_first
from runform_live.messages import Stance
from runform_live.session.run_parts import reference
from runform_live.session.schema import SessionInfo


def with_target_of_whole_run(info: SessionInfo, stances: Sequence[Stance]) -> SessionInfo:
    """The session with its target from the first minute made of these stances; as it is, where it has none.

    stances: of both sides, in time order, all read against one level line. While the run goes on the target is made from means against
    the line of that time. A side's later means are read against the line of the whole run, and may be held only against a target of
    that line.
    """
    change_deg = info.config.get("coach", {}).get("baseline_change_deg")
    if info.target_from != "baseline" or not info.targets or change_deg is None:
        return info
    first = reference(stances, info.reference_s)
    anew = {metric: from_first(first, metric, change_deg) for metric in info.targets}
    targets = {metric: band.ends for metric, band in anew.items() if band is not None}
    return msgspec.structs.replace(info, targets=info.targets | targets)
