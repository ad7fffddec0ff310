"""A target from the first minute, by the stances as a session keeps them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from runform_live.coach.targets import below
from runform_live.gait.statistics import FEWEST_STANCES, estimate
from runform_live.messages import SIDES, Side, Stance
from runform_live.session.schema import Band, SessionInfo
from runform_live.session.within import reference


def aimed_anew(info: SessionInfo, stances: Sequence[Stance]) -> SessionInfo:
    """The session with its target from the first minute made of these stances; as it is, where it has none.

    stances: of both sides, in time order, all read against one level line. While the run goes on the target is made from means against
    the line of that time. A side's later means are read against the line of the whole run, and may be held only against a target of
    that line.
    """
    change_deg = info.config.get("coach", {}).get("baseline_change_deg")
    if info.target_from != "baseline" or not info.targets or change_deg is None:
        return info
    first = reference(stances, info.reference_s)
    return msgspec.structs.replace(
        info, targets={metric: _band(first, metric, change_deg) or band for metric, band in info.targets.items()}
    )


def first_mean(first: Sequence[Stance], metric: str, side: Side) -> float | None:
    """A side's mean in the first minute (first: its stances); None where too few of them have the metric."""
    found = estimate([getattr(one, metric) for one in first if one.side == side], None)
    return found.mean if found is not None and found.n >= FEWEST_STANCES else None


def _band(first: Sequence[Stance], metric: str, change_deg: float) -> Band | None:
    means = [mean for side in SIDES if (mean := first_mean(first, metric, side)) is not None]
    return (None, below(means, change_deg).high) if means else None
