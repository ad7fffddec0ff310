"""From where is the runner seen? From behind, the leg on the left of the picture is the runner's left one; from in front, it is the right one.

The view is a probability, joined from all that tells it: the motion of a belt under a runner's foot, which foot of a walker is in front, the
growth of a body that comes nearer, and the words of both networks (`view_signs.py`, `view_sources.py`). It is decided at 98%. Below, the
likelier view is taken and marked as unsure, until it becomes clear, the other one is likelier by far, or a person says it. After the camera was
moved, everything is asked anew.

Whether the heel or the toe of one foot is lower is left out. It depends on the view, but the network that places both does so by the view that
it assumes: for the woman whose back it takes for a front, it places the toe below the heel.
"""

from __future__ import annotations

import math

import msgspec

from runform_live.gait.view_signs import ViewSigns
from runform_live.gait.view_sources import (
    AWAY,
    BELT,
    GENERAL_WORTHLESS,
    LEAD,
    NETWORK_WORTHLESS,
    Sums,
    motion_log_odds,
    word_log_odds,
)
from runform_live.messages import DecidedView, View

SURE = 0.98  # probability at which the view is decided
DOUBTED = 0.95  # below, a decided view is unsure again. The gap keeps noise from ending a doubt and beginning it again
UNLIKELY = 0.2  # probability at which a view that never was sure gives way to the other one. The gap to 0.5 keeps the sides' names steady
MOST_STANCES = 8  # with evidence. Then the likelier view is taken and marked as unsure


class Evidence(msgspec.Struct, frozen=True):
    """What the stances from one place of the camera have shown so far."""

    stances: int = 0
    toe: Sums = Sums()
    lead: Sums = Sums()
    growth: Sums = Sums()
    network: Sums = Sums()
    general: Sums = Sums()

    def with_stance(self, signs: ViewSigns) -> Evidence:
        """After one more stance."""
        return Evidence(
            stances=self.stances + 1,
            toe=self.toe.with_value(signs.toe_trunks_s),
            lead=self.lead.with_value(signs.lead_trunks),
            growth=self.growth.with_value(signs.growth_per_s),
            network=self.network.with_value(signs.network),
            general=self.general.with_value(signs.general),
        )

    @property
    def is_there(self) -> bool:
        """Whether the feet were seen or a network gave its word. That somebody stays where he is tells nothing."""
        return any(one.weight > 0.0 for one in (self.toe, self.lead, self.network, self.general))

    def parts(self) -> dict[str, float]:
        """Log odds for a view from behind by each source."""
        return {
            "belt": motion_log_odds(self.toe, BELT),
            "foot in front": -motion_log_odds(self.lead, LEAD),
            "growth": -motion_log_odds(self.growth, AWAY),
            "network": word_log_odds(self.network, NETWORK_WORTHLESS),
            "general network": word_log_odds(self.general, GENERAL_WORTHLESS),
        }

    @property
    def behind(self) -> float:
        """The probability of a view from behind by all sources, 0..1."""
        return 1.0 / (1.0 + math.exp(-sum(self.parts().values())))


class ViewState(msgspec.Struct, frozen=True):
    """An estimate of the view written down."""

    evidence: Evidence
    fixed: View
    answered: bool
    view: View
    unsure: bool
    guessed: bool
    number: int
    since_s: float


class ViewEstimate:
    """Decides the view stance by stance. A decided view is reversed only where the other one is as sure, a guess where it is unlikely."""

    __slots__ = ("_answered", "_behind", "_evidence", "_fixed", "_guessed", "_unsure", "_view", "number", "since_s")

    def __init__(self, fixed: View = "unknown", state: ViewState | None = None) -> None:
        """fixed: the view of every place of the camera, where it is known. state: of a predecessor, whose `fixed` holds then."""
        state = state or ViewState(Evidence(), fixed, False, fixed, False, False, 0, 0.0)
        self._evidence = state.evidence
        self._behind = state.evidence.behind  # it is asked for in every frame, and changes with the evidence only
        self._fixed: View = state.fixed
        self._answered = state.answered  # `fixed` is a person's answer during the run
        self._view: View = state.view
        self._unsure = state.unsure
        self._guessed = state.guessed  # the view never was sure
        self.number = state.number  # of changes of the view
        self.since_s = state.since_s  # earlier stances were seen from another place

    def state(self) -> ViewState:
        """All of it, for a successor."""
        return ViewState(
            self._evidence,
            self._fixed,
            self._answered,
            self._view,
            self._unsure,
            self._guessed,
            self.number,
            self.since_s,
        )

    @property
    def view(self) -> View:
        """The decided or the likelier view; "unknown" while too little is known."""
        return self._view

    @property
    def unsure(self) -> bool:
        """Whether `view` is only the likelier one: left and right of stances since `since_s` may be exchanged."""
        return self._unsure and self._evidence.stances > 0

    @property
    def probability_behind(self) -> float | None:
        """Of a view from behind, by the stances from this place of the camera; None where a person said the view."""
        return self._behind if self._fixed == "unknown" else None

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
        self._behind = self._evidence.behind

    def add_stance(self, signs: ViewSigns) -> None:
        """Take what one stance tells."""
        self._evidence = self._evidence.with_stance(signs)
        self._behind = self._evidence.behind
        if self._fixed == "unknown":
            self._judge(self._behind)

    def settle(self) -> View:
        """At the end of a short recording: the likelier view, marked as unsure, where none was decided."""
        if self._view == "unknown" and self._evidence.stances:
            self._decide(_likelier(self._behind), unsure=True)
        return self._view

    def _decide(self, view: DecidedView, unsure: bool) -> None:
        self.number += self._view not in ("unknown", view)
        self._view, self._unsure, self._guessed = view, unsure, unsure

    def _judge(self, behind: float) -> None:
        if max(behind, 1.0 - behind) >= SURE:
            self._decide(_likelier(behind), unsure=False)
        elif self._view == "unknown":
            if self._evidence.stances >= MOST_STANCES and self._evidence.is_there:
                self._decide(_likelier(behind), unsure=True)
            return
        own = behind if self._view == "posterior" else 1.0 - behind
        if self._guessed and own < UNLIKELY:
            self._decide(_likelier(behind), unsure=True)
        elif own < DOUBTED:
            self._unsure = True


def _likelier(behind: float) -> DecidedView:
    return "posterior" if behind >= 0.5 else "anterior"
