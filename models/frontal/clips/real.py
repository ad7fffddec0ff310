"""A run with a real runner's motion: a rendered body whose joints go as the real ones went.

The pelvis and the feet turn as the real ones did. The mid hip and the ankles, seen from their hips, move as the real ones did, in leg
lengths, and the knee is on the side of this line where the real one was. So drop, adduction and valgus are those of the real runner, but
for the proportions of the body. The trial knows nothing of the trunk and the arms: their motion is made up. Truth is computed from the
joints of the rendered body, as ever.
"""

from __future__ import annotations

import math

import numpy as np

from ..people.body import Body
from ..people.posing import (
    Angles,
    Arm,
    Matrix,
    Pose,
    ahead_deg,
    chained,
    posed,
    swing,
    turn_trunk,
    turn_x,
    turn_y,
)
from .legs import STRAIGHT, Legs
from .strides import SIGN, START_S, Stance, Timeline, bump
from .trial import Points, Window, at, mid_hip

TOES_DEG = 35.0  # most that the toes bend while the heel is up
TOES_LEAVE_M = 0.04  # height of the ball of the foot, above standing, from which they are straight again


class RealRun:
    """Standing until `stand_s`, then running until `end_s`, as in a window of a trial."""

    def __init__(self, rng: np.random.Generator, body: Body, window: Window) -> None:
        self.stand_s, self.end_s, self.window, self._body = window.stand_s, window.end_s, window, body
        self.stances = window.stances()
        self.timeline = Timeline(self.stances)
        self._tilt, self._lean, self._pitch = rng.normal(6, 3), rng.normal(0, 2), rng.normal(8, 3)
        self._chest_axial, self._chest_sway = rng.uniform(4, 10), rng.uniform(-1, 3)
        self._elbow, self._abduct, self._arm = rng.uniform(70, 105), rng.uniform(6, 25), rng.uniform(20, 36)
        joints, still = body.joints, window.still
        bones = [
            (f"{one}_{leg}", f"{other}_{leg}") for one, other in (("thigh", "calf"), ("calf", "foot")) for leg in "lr"
        ]
        leg_m = sum(float(np.linalg.norm(joints[one] - joints[other])) for one, other in bones) / 2
        self.scale = STRAIGHT * leg_m / window.leg_m
        self._still_tilt = _forward_tilt(_pelvis(still))
        self._foot_still = {leg: _foot_of(still, leg) for leg in "lr"}
        self._foot_flat = {leg: self._standing_foot(leg) for leg in "lr"}
        self._ball_still_m = {leg: float(at(still, leg, "toe")[1]) for leg in "lr"}
        self._up_m = 0.0
        steady = [s for s in self.stances if self.stand_s + START_S < s.middle_s < self.end_s]
        self._up_m = -float(np.mean([self._lowest_foot_m(s.middle_s) for s in steady]))
        self.drop = {leg: float(np.mean([self._drop(s) for s in steady if s.leg == leg])) for leg in "lr"}

    def touches(self, leg: str, time_s: float) -> bool:
        """Whether that leg is in stance."""
        return self.timeline.touches(leg, time_s)

    def pose(self, time_s: float) -> Pose:
        """The bones at a time."""
        points = self.window.points(time_s)
        turns = turn_trunk(self._turn_of_pelvis(points), self._upper_body(time_s, points), self._body)
        for leg in "lr":
            self._turn_leg(turns, points, leg)
        places = chained(turns, self._body)
        hips = (places["thigh_l"] + places["thigh_r"]) / 2
        return posed(turns, places, self.scale * mid_hip(points) - hips + [0.0, self._up_m, 0.0], "run")

    def _turn_of_pelvis(self, points: Points) -> Matrix:
        """Its left-right axis lies along the real hips; it tilts forwards from the body's own tilt in standing as the real one does."""
        return _pelvis(points) @ turn_x(self._tilt - self._still_tilt)

    def _turn_leg(self, turns: dict[str, Matrix], points: Points, leg: str) -> None:
        joints = self._body.joints
        hip, knee, ankle = (at(points, leg, joint) for joint in ("hip", "knee", "ankle"))
        rest_thigh, rest_shank = (
            joints[f"calf_{leg}"] - joints[f"thigh_{leg}"],
            joints[f"foot_{leg}"] - joints[f"calf_{leg}"],
        )
        thigh_m, shank_m = float(np.linalg.norm(rest_thigh)), float(np.linalg.norm(rest_shank))
        far = float(np.linalg.norm(ankle - hip))
        along = (ankle - hip) / far
        far = min(self.scale * far, STRAIGHT * (thigh_m + shank_m))
        aside = (knee - hip) - along * float((knee - hip) @ along)
        down = (thigh_m**2 - shank_m**2 + far**2) / (2 * far)
        to_knee = down * along + math.sqrt(max(thigh_m**2 - down**2, 0.0)) * aside / np.linalg.norm(aside)
        ahead = turn_y(ahead_deg(turns["pelvis"]))
        thigh = swing(ahead @ rest_thigh, to_knee) @ ahead
        calf = swing(thigh @ rest_shank, far * along - to_knee) @ thigh
        foot = _foot_of(points, leg) @ self._foot_still[leg].T @ self._foot_flat[leg]
        turns[f"thigh_{leg}"], turns[f"calf_{leg}"], turns[f"foot_{leg}"] = thigh, calf, foot
        pitch = math.degrees(math.asin(float(np.clip(foot[1, 2], -1, 1))))
        ball_up_m = float(at(points, leg, "toe")[1]) - self._ball_still_m[leg]
        bends = min(max(-pitch, 0.0), TOES_DEG) * float(np.clip(1.5 - ball_up_m / TOES_LEAVE_M, 0, 1))
        turns[f"ball_{leg}"] = foot @ turn_x(-bends)

    def _standing_foot(self, leg: str) -> Matrix:
        """The turn of a foot in standing: flat, and turned out as the real one."""
        rest = _foot(*(self._body.joints[f"{name}_{leg}"].astype(float) for name in ("foot", "heel", "toe")))
        return turn_y(ahead_deg(self._foot_still[leg]) - ahead_deg(rest))

    def _upper_body(self, time_s: float, points: Points) -> Angles:
        """Trunk and arms: an arm is in front while the other leg is."""
        begun = float(np.clip((time_s - self.stand_s) / START_S, 0, 1))
        ahead = {leg: float((at(points, leg, "knee") - at(points, leg, "hip"))[2]) for leg in "lr"}
        left_arm = begun * math.tanh((ahead["r"] - ahead["l"]) / (0.6 * self.window.leg_m))
        near = [(s, bump(s, time_s)) for s in self.timeline.near(time_s)]
        over = begun * sum(SIGN[s.leg] * reached for s, reached in near)  # 1: over the left leg, -1: over the right one
        out = Angles("run", lean=self._lean - self._chest_sway * over)
        out.chest_axial, out.chest_pitch = -self._chest_axial * left_arm, 2 + begun * (self._pitch - 2)
        for leg in "lr":
            flex = begun * (-10 + SIGN[leg] * self._arm * left_arm)
            out.arms[leg] = Arm(0, flex, self._abduct, 20, 15 + begun * (self._elbow - 15), 0)
        return out

    def _lowest_foot_m(self, time_s: float) -> float:
        return min(Legs(Angles("run"), self.pose(time_s), self._body).foot.values())

    def _drop(self, stance: Stance) -> float:
        """Of the hips' line in the middle of a stance (deg)."""
        points = self.window.points(stance.middle_s)
        across = at(points, "l", "hip") - at(points, "r", "hip")
        return SIGN[stance.leg] * math.degrees(math.atan2(across[1], math.hypot(across[0], across[2])))


def _pelvis(points: Points) -> Matrix:
    """Axes of the pelvis (3, 3; columns: left, up, forward): along the hips, and from the posterior to the anterior spines."""
    left = at(points, "l", "hip") - at(points, "r", "hip")
    left /= np.linalg.norm(left)
    front, back = ((at(points, "l", name) + at(points, "r", name)) / 2 for name in ("asis", "psis"))
    ahead = (front - back) - left * float((front - back) @ left)
    ahead /= np.linalg.norm(ahead)
    return np.stack([left, np.cross(ahead, left), ahead], axis=1)


def _forward_tilt(axes: Matrix) -> float:
    """How far these axes lie below the horizontal in front (deg)."""
    return math.degrees(math.asin(float(np.clip(-axes[1, 2], -1, 1))))


def _foot(ankle: Points, heel: Points, toe: Points) -> Matrix:
    """Axes of a foot (3, 3; columns: left, up, forward)."""
    ahead = (toe - heel) / np.linalg.norm(toe - heel)
    up = (ankle - heel) - ahead * float((ankle - heel) @ ahead)
    up /= np.linalg.norm(up)
    return np.stack([np.cross(up, ahead), up, ahead], axis=1)


def _foot_of(points: Points, leg: str) -> Matrix:
    return _foot(*(at(points, leg, joint) for joint in ("ankle", "heel", "toe")))
