"""From where is the runner seen? From behind, the leg on the left of the picture is the runner's left one; from in front, it is the right one.

Two sources tell it:

- The belt carries a standing foot towards a camera behind the runner, so that the foot sinks in the picture. It carries it away from a camera
  in front, so that the foot rises. The toe shows this best: it stays on the ground until toe off, whereas ankle and heel also move by
  themselves. A camera at height h and distance d sees a belt of speed v move by v h / d. For real runners at 2.5 to 4.5 m/s and cameras 0.2 to
  1.5 m above the belt, this is 0.4 to 3.7 trunk lengths a second. A toe that does not move stands on a floor and tells nothing.
- The network gives the probability that it sees a back.

The view is decided where both together are sure. Where they contradict each other, or where neither is sure, the likelier view is taken and
marked as unsure, until it becomes clear or a person says it. After the camera was moved, everything is asked anew.
"""

from __future__ import annotations

import math

import msgspec

from runform_live.messages import DecidedView, View

SURE = 0.85  # probability. For 12 real people the network is right wherever it gives at least this much; it is wrong once with 0.81
FEWEST_STANCES = 4  # before the network decides alone, or contradicts the belt
MOST_STANCES = 8  # with evidence. Then the likelier view is taken and marked as unsure
CHANGE = 3.0  # log odds against a decided view that reverse it
BELT_SPEAKS = 0.5  # log odds of the belt, as by a toe that moves by 0.4 trunk lengths a second. Less is noise
# Share of the log odds at which a contradiction began. So noise does not end it and begin it again
CONTRADICTION_ENDS = 0.25
MEMORY = 0.95  # weight of a stance when the next one comes


class Evidence(msgspec.Struct, frozen=True):
    """What the stances from one place of the camera have shown so far: weighted sums of both sources."""

    stances: int = 0
    toe_weight: float = 0.0
    toe_sum: float = 0.0
    network_weight: float = 0.0
    network_sum: float = 0.0
    contradicts: bool = False  # belt and network are against each other

    def with_stance(self, toe_trunks_s: float, behind: float) -> Evidence:
        """After one more stance, see `ViewEstimate.add_stance`."""
        toe, network = not math.isnan(toe_trunks_s), not math.isnan(behind)
        return msgspec.structs.replace(
            self,
            stances=self.stances + 1,
            toe_weight=self.toe_weight * MEMORY + toe,
            toe_sum=self.toe_sum * MEMORY + (toe_trunks_s if toe else 0.0),
            network_weight=self.network_weight * MEMORY + network,
            network_sum=self.network_sum * MEMORY + (behind if network else 0.0),
        )

    @property
    def is_there(self) -> bool:
        """Whether any source has told anything."""
        return self.toe_weight > 0.0 or self.network_weight > 0.0

    @property
    def belt(self) -> float:
        """Log odds for a view from behind by the belt."""
        return belt_log_odds(self.toe_sum / self.toe_weight, self.toe_weight) if self.toe_weight > 0.0 else 0.0

    @property
    def network(self) -> float:
        """Log odds for a view from behind by the network."""
        return log_odds_of(self.network_sum / self.network_weight) if self.network_weight > 0.0 else 0.0

    def weighed(self) -> Evidence:
        """With `contradicts` as it is now. A contradiction ends only when one of the two has become much weaker."""
        needed = CONTRADICTION_ENDS if self.contradicts else 1.0
        belt, network = self.belt, self.network
        strong = abs(belt) >= needed * BELT_SPEAKS and abs(network) >= needed * log_odds_of(SURE)
        return msgspec.structs.replace(self, contradicts=strong and belt * network < 0)


class ViewState(msgspec.Struct, frozen=True):
    """An estimate of the view written down."""

    evidence: Evidence
    fixed: View
    answered: bool
    view: View
    unsure: bool
    number: int
    since_s: float


class ViewEstimate:
    """Decides the view stance by stance. Only strong evidence against a decision reverses it."""

    __slots__ = ("_answered", "_evidence", "_fixed", "_unsure", "_view", "number", "since_s")

    def __init__(self, fixed: View = "unknown", state: ViewState | None = None) -> None:
        """fixed: the view of every place of the camera, where it is known. state: of a predecessor, whose `fixed` holds then."""
        state = state or ViewState(Evidence(), fixed, False, fixed, False, 0, 0.0)
        self._evidence = state.evidence
        self._fixed: View = state.fixed
        self._answered = state.answered  # `fixed` is a person's answer during the run
        self._view: View = state.view
        self._unsure = state.unsure
        self.number = state.number  # of changes of the view
        self.since_s = state.since_s  # earlier stances were seen from another place

    def state(self) -> ViewState:
        """All of it, for a successor."""
        return ViewState(
            self._evidence, self._fixed, self._answered, self._view, self._unsure, self.number, self.since_s
        )

    @property
    def view(self) -> View:
        """The decided or the likelier view; "unknown" while too little is known."""
        return self._view

    @property
    def unsure(self) -> bool:
        """Whether `view` is only the likelier one: left and right of stances since `since_s` may be exchanged."""
        return self._unsure and self._evidence.stances > 0

    def fix(self, view: DecidedView) -> None:
        """A person says it: that holds until the camera looks from elsewhere."""
        self._fixed, self._answered = view, True
        self._decide(view, unsure=False)

    def camera_elsewhere(self, now_s: float) -> None:
        """The camera looks from elsewhere: earlier evidence and an earlier answer no longer count.

        A sure view holds for the stances before. Later ones are named by the same view, but it is unsure until it is clear again.
        """
        if self._fixed != "unknown" and not self._answered:
            return
        if self._view != "unknown" and not self._unsure:
            self.since_s = now_s
        self._fixed, self._answered = "unknown", False
        self._unsure = self._view != "unknown"
        self._evidence = Evidence()

    def add_stance(self, toe_trunks_s: float, behind: float) -> None:
        """Take one stance.

        toe_trunks_s: how fast the standing toe sank in the picture, in trunk lengths a second; NaN where it was not seen.
        behind: the probability of a back, see `behind_by`; NaN where the network does not tell.
        """
        self._evidence = self._evidence.with_stance(toe_trunks_s, behind)
        if self._fixed == "unknown":
            self._evidence = self._evidence.weighed()
            self._judge(self._evidence)

    def settle(self) -> View:
        """At the end of a short recording: the likelier view, marked as unsure, where none was decided."""
        if self._view == "unknown" and self._evidence.stances:
            self._decide(_likelier(self._evidence.belt + self._evidence.network), unsure=True)
        return self._view

    def _decide(self, view: DecidedView, unsure: bool) -> None:
        self.number += self._view not in ("unknown", view)
        self._view, self._unsure = view, unsure

    def _judge(self, seen: Evidence) -> None:
        belt, network = seen.belt, seen.network
        total, enough = belt + network, seen.stances >= FEWEST_STANCES
        sure = abs(total) >= log_odds_of(SURE) and not seen.contradicts and (abs(belt) >= BELT_SPEAKS or enough)
        if self._view == "unknown":
            if sure:
                self._decide(_likelier(total), unsure=False)
            elif (seen.stances >= MOST_STANCES and seen.is_there) or (seen.contradicts and enough):
                # In a contradiction the network is the better source: it was right wherever a floor was taken for a belt.
                self._decide(_likelier(network if seen.contradicts else total), unsure=True)
            return
        against = total if self._view == "anterior" else -total
        if sure and against < 0:
            self._unsure = False
        elif sure and (against >= CHANGE or self._unsure):
            self._decide(_likelier(total), unsure=False)
        elif enough and (seen.contradicts or against >= BELT_SPEAKS):
            self._unsure = True


# Mean speed of the standing toe downwards in the picture, in trunk lengths a second.
BELT_TRUNKS_S, BELT_SD = 1.7, 0.8  # from behind; from in front it is the negative. Seven rendered runs have 1.2 to 2.0
FLOOR_SD = 0.15  # of a runner's mean on a floor: three people who jog in place have -0.12 to 0.08
STANCE_SD = 0.4  # of a single stance, by the noise of the landmarks
FLOOR_SHARE = 0.5  # prior share of runners on a floor
MOST_LOG_ODDS = 4.0  # of one source


def belt_log_odds(toe_trunks_s: float, stances: float) -> float:
    """Log odds for a view from behind, by the mean speed of the standing toe over some stances.

    The runner is on a belt seen from behind, on a belt seen from in front, or on a floor, where the toe does not tell the view.
    """

    def likelihood(mean: float, sd: float) -> float:
        return math.exp(-0.5 * ((toe_trunks_s - mean) / sd) ** 2) / sd

    noise = STANCE_SD / math.sqrt(stances)
    floor = FLOOR_SHARE * likelihood(0.0, math.hypot(FLOOR_SD, noise)) + 1e-12
    behind, in_front = (
        (1.0 - FLOOR_SHARE) * likelihood(sign * BELT_TRUNKS_S, math.hypot(BELT_SD, noise)) + floor for sign in (1, -1)
    )
    return min(max(math.log(behind / in_front), -MOST_LOG_ODDS), MOST_LOG_ODDS)


NAMED = 0.67  # probability of a back where a network names left and right and gives no probability


def behind_by(back: float, names_sides: bool) -> float:
    """The probability of a back by the mean signal BACK (gait/signals.py) of some frames.

    names_sides: the network names left and right but gives no probability. Such networks take a back for a front where they do not know the
    clothes, so they count for little.
    """
    return 0.5 + back * (NAMED - 0.5 if names_sides else 0.5)


def log_odds_of(probability: float) -> float:
    """Of a probability, between -MOST_LOG_ODDS and MOST_LOG_ODDS."""
    odds = math.log(max(probability, 1e-6) / max(1.0 - probability, 1e-6))
    return min(max(odds, -MOST_LOG_ODDS), MOST_LOG_ODDS)


def _likelier(log_odds: float) -> DecidedView:
    return "posterior" if log_odds >= 0 else "anterior"
