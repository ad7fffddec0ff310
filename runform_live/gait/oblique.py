"""How far the camera stands to the side of the runner's heading, by the way of the standing foot across the picture.

The belt carries a standing foot straight back. From straight behind or in front, the foot keeps its place across the picture. Seen from an
angle, it moves across by the sine of that angle times the length of the belt that passes under it in one contact. That length is the speed
times the contact time, which differs little between speeds: 1.45 to 1.9 trunk lengths in five trials of two real runners at 2.5 to 4.5 m/s,
and 1.0 to 1.4 in six rendered runs. So an angle is known to about a quarter of itself. Straight from behind or in front, seven rendered runs
and two real people give less than 2 deg. On a floor a standing foot does not move, and the angle stays unknown.

A camera that is rolled shows a foot that moves straight back as one that moves across too. So across is taken square to the body's upright. A
foot that rolls inwards does so on both sides, so the mean of a left and of a right foot counts.

What an angle does to the figures, for the same runners with exact points (`python -m tests.peers.oblique`):

- The pelvis line is seen shorter, so the drop looks larger by 1 / cos(angle). This is taken back, up to an angle from which on it is withheld.
- The bend of hip and knee, and the forward lean of the trunk, are seen in part from the side. At 15 deg hip adduction is 5 deg off, one way on
  the left and the other way on the right. So hip adduction, knee valgus and trunk lean are withheld.
"""

from __future__ import annotations

import math

import msgspec

from runform_live.body import Leg
from runform_live.gait import geometry
from runform_live.gait.events import toe_down_s
from runform_live.gait.row import Step
from runform_live.gait.signals import ANKLE_X, ANKLE_Y, LEG
from runform_live.gait.window import Window

CONTACT_TRUNKS = 1.4  # length of belt under a foot in one contact
FEWEST_STANCES, MOST_STANCES = 3, 5  # of each leg, the last ones
OBLIQUE_DEG = 8.0  # from here on hip adduction is 2.7 deg off
STRAIGHT_DEG = 6.0  # below, a camera that stood obliquely no longer does: so noise does not withhold every other stance
MANY_SHARE = 0.2  # of the stances, with angles that are withheld: that is said of the recording
TOO_OBLIQUE_DEG = 22.0  # from here on the drop is withheld as well


class ObliqueState(msgspec.Struct, frozen=True):
    """How far each foot of the picture moved across it in its last contacts (trunk lengths, positive: to the right), and what that led to."""

    across_trunks: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    oblique: bool = False
    measured: int = 0  # stances
    withheld: int = 0  # stances of them without some angles
    since_s: float = -math.inf  # an earlier contact was seen from elsewhere, or in part


class ObliqueView:
    """Push one stance after the other."""

    __slots__ = ("_state",)

    def __init__(self, state: ObliqueState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._state = state or ObliqueState()

    def state(self) -> ObliqueState:
        """All of it, for a successor."""
        return self._state

    def camera_elsewhere(self, since_s: float) -> None:
        """Nothing from before says from where the camera looks now. What was withheld stays so."""
        self._state = ObliqueState(measured=self._state.measured, withheld=self._state.withheld, since_s=since_s)

    def add_stance(self, leg: Leg, across_trunks: float, initial_contact_s: float) -> None:
        """Take a stance, see `across_trunks`; NaN unknown. A camera that moves in a contact would look like a foot that moves."""
        if math.isnan(across_trunks) or initial_contact_s < self._state.since_s:
            return
        left, right = self._state.across_trunks
        own = (*self._state.across_trunks[leg], across_trunks)[-MOST_STANCES:]
        both = (own, right) if leg == 0 else (left, own)
        oblique = _angle_deg(both) >= (STRAIGHT_DEG if self._state.oblique else OBLIQUE_DEG)
        self._state = msgspec.structs.replace(self._state, across_trunks=both, oblique=oblique)

    def count(self) -> None:
        """A stance is measured at the present angle."""
        state = self._state
        self._state = msgspec.structs.replace(
            state, measured=state.measured + 1, withheld=state.withheld + state.oblique
        )

    @property
    def angle_deg(self) -> float:
        """The angle between the camera's direction and the runner's heading; 0 where it is not known, or too small to matter."""
        return _angle_deg(self._state.across_trunks) if self._state.oblique else 0.0

    @property
    def withholds_much(self) -> bool:
        """Whether so many of the measured stances lack some angles that it must be said."""
        return self._state.withheld > MANY_SHARE * self._state.measured


def _angle_deg(across_trunks: tuple[tuple[float, ...], tuple[float, ...]]) -> float:
    """The angle by the mean of both legs; 0 where one has too few stances."""
    if min(map(len, across_trunks)) < FEWEST_STANCES:
        return 0.0
    return angle_by(sum(sum(one) / len(one) for one in across_trunks) / 2)


def angle_by(across_trunks: float) -> float:
    """The angle (deg, 0 to 90) by how far a foot moves across the picture in one contact."""
    return math.degrees(math.asin(min(abs(across_trunks) / CONTACT_TRUNKS, 1.0)))


def across_trunks(step: Step, window: Window, upright_deg: float | None) -> float:
    """How far the foot of a step moves across in its contact, square to the upright, in trunk lengths; NaN where it is not seen.

    upright_deg: of the picture, see `Level`. Where it is not known yet, the body shows it in the step before this midstance.
    """
    if upright_deg is None:
        span_s = step.midstance_s - step.row.step_s, step.midstance_s
        upright_deg = float(geometry.upright_deg(window.ankles_px(*span_s), window.shoulders_px(*span_s)))
    right_px_s, down_px_s = (window.trend(axis + step.leg * LEG, *toe_down_s(step)) for axis in (ANKLE_X, ANKLE_Y))
    upright = math.radians(upright_deg)
    speed_px_s = right_px_s * math.cos(upright) + down_px_s * math.sin(upright)
    return speed_px_s * (step.toe_off_s - step.initial_contact_s) / window.trunk_px(step.midstance_s)
