"""Whose leg is it? From behind the picture's left leg is the runner's left, from in front it is the right.

Two sources tell. The belt carries a standing foot towards a camera behind the runner, so that the foot sinks in the picture, and
away from one in front, so that it rises. The toe shows that best: it stays on the ground until toe off, whereas ankle and heel
also move by themselves. With a camera at height h and distance d, a belt at speed v moves it by v h / d, which is 0.4 to 3.7 trunk
lengths a second for real runners at 2.5 to 4.5 m/s and cameras 0.2 to 1.5 m above the belt. A toe that does not move stands on a
floor, and then it says nothing. The network, on the other hand, says how likely it sees a back.

The view is decided where the two together are sure. Where they contradict each other, or where neither is sure, the view is
the likelier one and is marked as unsure, until it becomes clear or a person says it. A camera that was moved asks all anew.
"""

from __future__ import annotations

import math

import msgspec

from runform_live.messages import DecidedView, View

# Mean speed of the standing toe downwards in the picture, in trunk lengths a second.
BELT_TRUNKS_S, BELT_SD = 1.7, 0.8  # from behind; from in front it is the negative. Seven rendered runs: 1.2 to 2.0
FLOOR_SD = 0.15  # of a runner's mean on a floor: three people who jog in place have -0.12 to 0.08
STANCE_SD = 0.4  # of a single stance, by the noise of the landmarks
FLOOR_SHARE = 0.5  # of runners, as long as nothing is known

SURE = 0.85  # probability. Of 12 real people the network is right with all that it gives so much, and wrong with one of 0.81
NAMED = 0.67  # probability of a back where a network names left and right and says no probability
BELT_SPEAKS = 0.5  # log odds: a toe that moves by 0.4 trunk lengths a second. Less is noise
CONTRADICTION_ENDS = 0.25  # of the log odds that it began with, so that noise does not end and begin it over and over
MOST_LOG_ODDS = 4.0  # of one witness
CHANGE = 3.0  # log odds against a decided view, to reverse it

MEMORY = 0.95  # of a stance, with the next one
FEWEST_STANCES = 4  # before the network decides alone, or contradicts
MOST_STANCES = 8  # with a word of either witness are waited for. Then the likelier view is taken, and marked as unsure


class ViewState(msgspec.Struct, frozen=True):
    """An estimate of the view written down."""

    stances: int
    weights: tuple[float, float]  # of toe and network
    sums: tuple[float, float]
    contradict: bool  # toe and network
    fixed: View
    answered: bool
    view: View
    unsure: bool
    number: int
    since_s: float


class ViewEstimate:
    """Running evidence for the view; a decision is only reversed by strong evidence against it."""

    __slots__ = (
        "_answered",
        "_contradict",
        "_fixed",
        "_stances",
        "_sums",
        "_unsure",
        "_view",
        "_weights",
        "number",
        "since_s",
    )

    def __init__(self, fixed: View = "unknown", state: ViewState | None = None) -> None:
        """fixed: the view of every place of the camera, where it is known. state: of a predecessor, whose `fixed` holds then."""
        state = state or ViewState(0, (0.0, 0.0), (0.0, 0.0), False, fixed, False, fixed, False, 0, 0.0)
        self._stances = state.stances
        self._weights = list(state.weights)
        self._sums = list(state.sums)
        self._contradict = state.contradict
        self._fixed: View = state.fixed
        self._answered = state.answered  # `fixed` is a person's answer during the run
        self._view: View = state.view
        self._unsure = state.unsure
        self.number = state.number  # of changes of the view
        self.since_s = state.since_s  # stances before were seen from another place

    def state(self) -> ViewState:
        """All of it, for a successor."""
        sums, weights = (self._sums[0], self._sums[1]), (self._weights[0], self._weights[1])
        return ViewState(
            self._stances,
            weights,
            sums,
            self._contradict,
            self._fixed,
            self._answered,
            self._view,
            self._unsure,
            self.number,
            self.since_s,
        )

    @property
    def view(self) -> View:
        """The decided or the likelier view; "unknown" as long as it is waited for."""
        return self._view

    @property
    def unsure(self) -> bool:
        """Whether `view` is only the likelier one: left and right of stances since `since_s` may be exchanged."""
        return self._unsure and self._stances > 0

    def fix(self, view: DecidedView) -> None:
        """A person says it: that holds until the camera looks from elsewhere."""
        self._fixed, self._answered = view, True
        self._decide(view, unsure=False)

    def camera_elsewhere(self, now_s: float) -> None:
        """The camera looks from elsewhere: neither evidence nor an answer from before counts any more.

        A sure view holds for the stances before. Those after it are named by the same view, but unsure until it is clear.
        """
        if self._fixed != "unknown" and not self._answered:
            return
        if self._view != "unknown" and not self._unsure:
            self.since_s = now_s
        self._fixed, self._answered = "unknown", False
        self._unsure = self._view != "unknown"
        self._stances, self._weights, self._sums, self._contradict = 0, [0.0, 0.0], [0.0, 0.0], False

    def add_stance(self, toe_trunks_s: float, behind: float) -> None:
        """Take one stance.

        toe_trunks_s: how fast the standing toe sank in the picture, in trunk lengths a second; NaN where it was not seen.
        behind: the probability of a back, see `behind_by`; NaN where the network says nothing.
        """
        self._stances += 1
        for witness, value in enumerate((toe_trunks_s, behind)):
            self._weights[witness] *= MEMORY
            self._sums[witness] *= MEMORY
            if not math.isnan(value):
                self._weights[witness] += 1.0
                self._sums[witness] += value
        if self._fixed == "unknown":
            self._judge()

    def settle(self) -> View:
        """The likelier view, marked as unsure, where none was certain (at the end of a short recording)."""
        if self._view == "unknown" and self._stances:
            belt, network = self._log_odds()
            self._decide(_likelier(belt + network), unsure=True)
        return self._view

    def _decide(self, view: DecidedView, unsure: bool) -> None:
        self.number += self._view not in ("unknown", view)
        self._view, self._unsure = view, unsure

    def _judge(self) -> None:
        belt, network = self._log_odds()
        total = belt + network
        speaks = abs(belt) >= BELT_SPEAKS
        enough = self._stances >= FEWEST_STANCES
        contradict = self._contradict = self._contradicts(belt, network)
        sure = abs(total) >= _log_odds_of(SURE) and not contradict and (speaks or enough)
        if self._view == "unknown":
            if sure:
                self._decide(_likelier(total), unsure=False)
            elif (self._stances >= MOST_STANCES and any(self._weights)) or (contradict and enough):
                # The network is the better witness here: it was right wherever a floor was taken for a belt.
                self._decide(_likelier(network if contradict else total), unsure=True)
            return
        against = total * (1.0 if self._view == "anterior" else -1.0)
        if sure and against < 0:
            self._unsure = False
        elif sure and (against >= CHANGE or self._unsure):
            self._decide(_likelier(total), unsure=False)
        elif enough and (contradict or against >= BELT_SPEAKS):
            self._unsure = True

    def _contradicts(self, belt: float, network: float) -> bool:
        """Whether toe and network speak against each other. Once they did, one of them must become much weaker to end it."""
        needed = CONTRADICTION_ENDS if self._contradict else 1.0
        return abs(belt) >= needed * BELT_SPEAKS and abs(network) >= needed * _log_odds_of(SURE) and belt * network < 0

    def _log_odds(self) -> tuple[float, float]:
        """For a view from behind: what the belt says, and what the network says."""
        (toe_weight, network_weight), (toe_sum, network_sum) = self._weights, self._sums
        belt = belt_log_odds(toe_sum / toe_weight, toe_weight) if toe_weight > 0 else 0.0
        network = _log_odds_of(network_sum / network_weight) if network_weight > 0 else 0.0
        return belt, network


def belt_log_odds(toe_trunks_s: float, stances: float) -> float:
    """Log odds for a view from behind by the mean speed of the standing toe over so many stances.

    The runner is on a belt seen from behind, on one seen from in front, or on a floor, where the toe does not tell the view.
    """

    def likelihood(mean: float, sd: float) -> float:
        return math.exp(-0.5 * ((toe_trunks_s - mean) / sd) ** 2) / sd

    noise = STANCE_SD / math.sqrt(stances)
    floor = FLOOR_SHARE * likelihood(0.0, math.hypot(FLOOR_SD, noise)) + 1e-12
    behind, in_front = (
        (1.0 - FLOOR_SHARE) * likelihood(sign * BELT_TRUNKS_S, math.hypot(BELT_SD, noise)) + floor for sign in (1, -1)
    )
    return min(max(math.log(behind / in_front), -MOST_LOG_ODDS), MOST_LOG_ODDS)


def behind_by(back: float, names_sides: bool) -> float:
    """The probability of a back by the mean signal BACK (gait/signals.py) of some frames.

    names_sides: the network names left and right but says no probability. Such networks take a back for a front where they do not
    know the clothes, so their word counts for little.
    """
    return 0.5 + back * (NAMED - 0.5 if names_sides else 0.5)


def _log_odds_of(probability: float) -> float:
    odds = math.log(max(probability, 1e-6) / max(1.0 - probability, 1e-6))
    return min(max(odds, -MOST_LOG_ODDS), MOST_LOG_ODDS)


def _likelier(log_odds: float) -> DecidedView:
    return "posterior" if log_odds >= 0 else "anterior"
