"""Whose leg is it? From behind the picture's left leg is the runner's left, from in front it is the right.

Common pose networks take a back for a front when they do not know the clothes. The belt does not: it carries a standing foot
towards a camera behind the runner, so that the foot sinks in the picture, and away from one in front, so that it rises.
The heel's rise and what the shoe's landmarks do meanwhile lift the foot from either side: the belt is what is left
without that. What the network says counts for half as much: the frontal one is right in all of 47 rendered runs, but they are rendered.
"""

from __future__ import annotations

import math

import msgspec

from runform_live.messages import Side, View

FULL_EVIDENCE_TRUNKS_S = 1.0  # sinking by a trunk length a second: usual for a camera at hip height
# Of ankle, heel and toe together, in the flat part of the contact: of 47 rendered runners the trend is 1.5 +- 0.7 from behind
# (0.5 at least) and -2.2 +- 0.9 from in front (-0.7 at most).
FOOT_RISE_TRUNKS_S = 0.3
NETWORK_SHARE = 0.5
MEMORY = 0.9
DECIDE = 1.5
CHANGE = 3.0


class ViewState(msgspec.Struct, frozen=True):
    """An estimate of the view written down."""

    evidence: float
    fixed: View
    view: View


class ViewEstimate:
    """Running evidence for the view; a decision is only reversed by strong evidence against it."""

    __slots__ = ("_evidence", "_fixed", "_view")

    def __init__(self, fixed: View = "unknown", state: ViewState | None = None) -> None:
        """state: of a predecessor, to go on from; `fixed` is then the predecessor's."""
        state = state or ViewState(0.0, fixed, fixed)
        self._evidence = state.evidence
        self._fixed = state.fixed
        self._view: View = state.view

    def state(self) -> ViewState:
        """All of it, for a successor."""
        return ViewState(self._evidence, self._fixed, self._view)

    @property
    def view(self) -> View:
        return self._view

    def add_stance(self, foot_trend_trunks_s: float, network_order: float) -> None:
        """Take one stance: how fast the standing foot sank in the picture, and the network's opinion (+1 posterior, -1)."""
        belt = 0.0
        if not math.isnan(foot_trend_trunks_s):
            belt = max(-1.0, min(1.0, (foot_trend_trunks_s + FOOT_RISE_TRUNKS_S) / FULL_EVIDENCE_TRUNKS_S))
        opinion = 0.0 if math.isnan(network_order) else NETWORK_SHARE * network_order
        self._evidence = MEMORY * self._evidence + belt + opinion
        if self._fixed != "unknown":
            return
        needed = DECIDE if self._view == "unknown" else CHANGE
        if abs(self._evidence) >= needed:
            self._view = "posterior" if self._evidence > 0 else "anterior"

    def settle(self) -> View:
        """The likelier view where none was certain (at the end of a short recording)."""
        if self._view == "unknown" and self._evidence != 0.0:
            self._view = "posterior" if self._evidence > 0 else "anterior"
        return self._view


def side_of(leg: int, view: View) -> Side:
    """The runner's own name of the picture's left (0) or right (1) leg."""
    posterior = view != "anterior"
    return "left" if (leg == 0) == posterior else "right"
