"""Which gait goes on now: what a screen shows and a coach speaks of must be of that one."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from runform_live.messages import Activity, Gait, Stance

GAIT_OF: Mapping[Activity, Gait] = {"running": "run", "walking": "walk"}


class GaitNow(msgspec.Struct, frozen=True):
    """The gait by what the gait stage says of this moment, else by the newest stance.

    A stance is told about half a second after it was, so the last ones of a gait come when the other one has begun already. Whoever stands
    or is out of view keeps the gait that was before.
    """

    gait: Gait | None = None  # None: nobody has run or walked yet
    since_s: float = -math.inf  # session time of the last switch
    goes_on: bool = False  # somebody runs or walks at this moment

    def after_activity(self, activity: Activity, time_s: float) -> GaitNow:
        """As the gait stage said it at a time of the session."""
        found = GAIT_OF.get(activity)
        if found is None:
            return GaitNow(self.gait, self.since_s)
        return GaitNow(found, self.since_s if found == self.gait else time_s, goes_on=True)

    def after_stance(self, stance: Stance) -> GaitNow:
        """A stance tells it only while the gait stage says neither running nor walking."""
        if self.goes_on or stance.gait == self.gait or stance.midstance_s < self.since_s:
            return self
        return GaitNow(stance.gait, stance.midstance_s)
