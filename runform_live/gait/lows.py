"""The last lowest points of the trunk, and which of them are midstances of running.

Between two lowest points the trunk either flies (running) or rises over one leg (walking). The lowest point before a flight is a midstance of
running; the one before a rise over one leg lies in double support. So the gait of a lowest point is known from what follows. A filter forward and
backward over the last ones says it (gaits.py), at the latest when the second lowest point after it is there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from runform_live.gait.gaits import LONGEST_WALKED_STEP_S, carried, log_odds, rise_odds
from runform_live.gait.oscillation import Low
from runform_live.gait.row import lower_trunks
from runform_live.gait.signals import ANKLE_Y, FOOT_DOWN_S, LEG, TRUNK_Y
from runform_live.gait.window import Window

KEPT = 8  # lowest points
SURE = 2.9  # log odds of running: as much as a run that has gone on and a step that says nothing against it
MISSED_ODDS = -3.0  # log odds that a low of a run was missed: one of twenty
DEEP_FALL_TRUNKS = 0.12  # 6 cm: then the trunk alone tells how long a step is
MOST_AFTER = 5  # lowest points after one between which somebody flew or not: what is in doubt then stays so
OVERDUE_S = 1.25 * LONGEST_WALKED_STEP_S  # after a lowest point: no other one of its row comes any more


@dataclass(frozen=True, slots=True)
class SeenLow:
    """A lowest point of the trunk, and the time since the one before."""

    time_s: float
    passed_s: float  # since the one before; inf: nothing is known of the time between
    fall_trunks: float  # NaN: the first one after a loss or a stand, which may be half a step
    vault_trunks: float  # mean of the rise and the fall between both
    lower_trunks: float  # how much lower the picture's left foot is
    flight_odds_alone: float  # log odds that the trunk flew between both, by this alone
    odds: float = 0.0  # the same, with all that was before


def seen_low(low: Low, passed_s: float, feet_step_s: float, may_miss: bool, window: Window) -> SeenLow:
    """What a lowest point says by itself.

    passed_s, feet_step_s: the time since the one before, and that of a step by the feet (NaN unknown). may_miss: both are so far apart that
    one between them may have been missed.
    """
    trunk_px = window.trunk_px(low.time_s)
    fall_trunks, rise_trunks = low.fall_px / trunk_px, low.rise_px / trunk_px
    vault_trunks = fall_trunks if math.isnan(rise_trunks) else (fall_trunks + rise_trunks) / 2.0
    step_s = max(passed_s, feet_step_s) if vault_trunks < DEEP_FALL_TRUNKS and feet_step_s > 0.0 else passed_s
    left_y, right_y = (
        window.mean(ANKLE_Y + leg * LEG, low.time_s - FOOT_DOWN_S, low.time_s + FOOT_DOWN_S) for leg in (0, 1)
    )
    alone = log_odds(vault_trunks, step_s)
    if may_miss:
        alone = max(alone, min(0.0, rise_odds(vault_trunks, passed_s / 2.0) + MISSED_ODDS))
    lower = lower_trunks(left_y / trunk_px, right_y / trunk_px)
    return SeenLow(low.time_s, passed_s, fall_trunks, vault_trunks, lower, alone)


@dataclass(slots=True)
class Lows:
    """Push one after the other; all that it knows is in `seen`: the last ones, the newest one last."""

    seen: list[SeenLow] = field(default_factory=list)

    def push(self, low: SeenLow) -> None:
        """Take the next one; its `odds` are filled in."""
        if low.passed_s > LONGEST_WALKED_STEP_S:
            self.seen.clear()
        before = carried(self.seen[-1].odds) if self.seen else 0.0
        self.seen[:] = [*self.seen, replace(low, odds=before + low.flight_odds_alone)][-KEPT:]

    def flight_odds(self, at: int) -> float:
        """Log odds that the trunk flew before the low at this place, by all that is known now."""
        after = 0.0
        for low in reversed(self.seen[at + 1 :]):
            after = carried(after + low.flight_odds_alone)
        return self.seen[at].odds + after

    def runs_from(self) -> int:
        """Place of the first low of the run that the newest one belongs to; that of the newest one where the trunk did not fly before it."""
        at = len(self.seen) - 1
        while at > 0 and self.flight_odds(at) > 0.0:
            at -= 1
        return at

    def vaults_from(self) -> int:
        """Place of the first low of the walk that the newest one belongs to; that of the newest one where the trunk flew before it."""
        at = len(self.seen) - 1
        while at > 0 and self.flight_odds(at) <= 0.0:
            at -= 1
        return at

    def is_settled(self, time_s: float, step_s: float, begins: bool, window: Window) -> bool:
        """Whether it is decided that the low of a run at this time is a midstance, and where it `begins` the run, that it does.

        step_s: usual time of a step of this run.
        """
        at = self.at(time_s)
        if at is None or self._is_overdue(window):
            return True
        if begins and not self._is_vault(at):
            return False
        if at + 1 < len(self.seen):
            return self.flight_odds(at + 1) > SURE or at + 1 + MOST_AFTER <= len(self.seen)
        return carried(self.seen[at].odds) + self._rise_odds(time_s, step_s, window) > SURE

    def vault_is_settled(self, midstance_s: float, window: Window) -> bool:
        """Whether it is decided that the trunk rose over one leg at this time, as far as its lowest points tell."""
        after = sum(low.time_s < midstance_s for low in self.seen)
        return not after < len(self.seen) or self._is_overdue(window) or self._is_vault(after)

    def _is_vault(self, at: int) -> bool:
        """Whether it is decided that the trunk did not fly before the low at this place, or cannot be waited for."""
        return at == 0 or self.flight_odds(at) < -SURE or at + MOST_AFTER <= len(self.seen)

    def at(self, time_s: float) -> int | None:
        """Place of the low at this time; None where it is not kept."""
        return next((at for at, low in enumerate(self.seen) if low.time_s == time_s), None)

    def _is_overdue(self, window: Window) -> bool:
        """Whether so much time has passed since the newest low that no other one of its row comes any more."""
        return window.smoothed_until_s - self.seen[-1].time_s > OVERDUE_S

    def _rise_odds(self, time_s: float, step_s: float, window: Window) -> float:
        """Log odds of a flight by how far the trunk has risen since its lowest point; what it has not yet risen does not count."""
        if math.isnan(step_s):
            return -math.inf
        frames = window.between(time_s - step_s / 2.0, time_s + step_s / 2.0)
        frames_px = zip(frames.times_s.tolist(), frames.smooth[:, TRUNK_Y].tolist(), strict=True)
        known = [(at_s, px) for at_s, px in frames_px if not math.isnan(px)]
        after_px = [px for at_s, px in known if at_s >= time_s]
        near_px = [px for at_s, px in known if abs(at_s - time_s) <= step_s / 4.0]
        if not (after_px and near_px):
            return -math.inf
        risen_px = max(near_px) - min(after_px)
        return rise_odds(risen_px / window.trunk_px(time_s), step_s)
