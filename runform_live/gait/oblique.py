"""How far the camera stands to the side of the runner's heading, by the way of the standing foot across the picture.

The belt carries a standing foot straight back. From straight behind or in front, the foot keeps its place across the picture. Seen from an
angle, it moves across by the sine of that angle times the length of the belt that passes under it in one contact. That length is the speed
times the contact time, which differs little between speeds: 1.45 to 1.9 trunk lengths in five trials of two real runners at 2.5 to 4.5 m/s,
and 1.0 to 1.4 in six rendered runs. So an angle is known to about a quarter of itself. Straight from behind or in front, seven rendered runs
and two real people give less than 2 deg. On a floor a standing foot does not move, and the angle stays unknown.

What an angle does to the figures, for the same runners with exact points (`python -m tests.peers.oblique`):

- The pelvis line is seen shorter, so the drop looks larger by 1 / cos(angle). This is taken back, up to an angle from which on it is withheld.
- The bend of hip and knee, and the forward lean of the trunk, are seen in part from the side. At 15 deg hip adduction is 5 deg off, one way on
  the left and the other way on the right. So hip adduction, knee valgus and trunk lean are withheld.
"""

from __future__ import annotations

import math

import msgspec

from runform_live.gait.events import toe_down_s
from runform_live.gait.row import Step
from runform_live.gait.signals import ANKLE_X, LEG
from runform_live.gait.window import Window

CONTACT_TRUNKS = 1.4  # length of belt under a foot in one contact
FEWEST_STANCES, MOST_STANCES = 2, 10
OBLIQUE_DEG = 8.0  # from here on hip adduction is 2.7 deg off
TOO_OBLIQUE_DEG = 22.0  # from here on the drop is withheld as well


class ObliqueState(msgspec.Struct, frozen=True):
    """How far the foot moved across the picture in the last contacts (trunk lengths, positive: to the right)."""

    across_trunks: tuple[float, ...] = ()
    since_s: float = -math.inf  # the camera has looked from there since then


class ObliqueView:
    """Push one stance after the other."""

    __slots__ = ("_state",)

    def __init__(self, state: ObliqueState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._state = state or ObliqueState()

    def state(self) -> ObliqueState:
        """All of it, for a successor."""
        return self._state

    def camera_elsewhere(self, now_s: float) -> None:
        """Nothing from before says from where the camera looks now."""
        self._state = ObliqueState(since_s=now_s)

    def add_stance(self, across_trunks: float, initial_contact_s: float) -> None:
        """Take a stance, see `across_trunks`; NaN unknown. In one that began before the camera moved, the camera moved the foot."""
        state = self._state
        if not math.isnan(across_trunks) and initial_contact_s > state.since_s:
            self._state = ObliqueState((*state.across_trunks, across_trunks)[-MOST_STANCES:], state.since_s)

    @property
    def angle_deg(self) -> float:
        """The angle between the camera's direction and the runner's heading; 0 where it is not known, or too small to matter."""
        last = self._state.across_trunks
        if len(last) < FEWEST_STANCES:
            return 0.0
        even = last[len(last) % 2 :]  # as many stances of one leg as of the other
        angle_deg = angle_by(sum(even) / len(even))
        return angle_deg if angle_deg >= OBLIQUE_DEG else 0.0


def angle_by(across_trunks: float) -> float:
    """The angle (deg, 0 to 90) by how far a foot moves across the picture in one contact."""
    return math.degrees(math.asin(min(abs(across_trunks) / CONTACT_TRUNKS, 1.0)))


def across_trunks(step: Step, window: Window) -> float:
    """How far the foot of a step moves across the picture in its contact, in trunk lengths; NaN where it is not seen."""
    speed_px_s = window.trend(ANKLE_X + step.leg * LEG, *toe_down_s(step))
    return speed_px_s * (step.toe_off_s - step.initial_contact_s) / window.trunk_px(step.midstance_s)
