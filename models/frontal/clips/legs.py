"""Where the legs of a pose are, and how a leg has to bend so that its foot is elsewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..people.base_mesh import BONES
from ..people.body import Body
from ..people.posing import Angles, Matrix, Pose
from ..people.skinning import move_joint
from .strides import SIGN

STRAIGHT = 0.9985  # of the length of a leg: the longest that it is between hip and ankle (a knee bent by 6 deg)


@dataclass(frozen=True)
class Change:
    """Of the angles of a leg (deg)."""

    hip: float
    knee: float


@dataclass(frozen=True)
class _Bones:
    """Joints of one leg (3; m)."""

    hip: Matrix
    knee: Matrix
    ankle: Matrix

    @property
    def thigh_m(self) -> float:
        return float(np.linalg.norm(self.knee - self.hip))

    @property
    def shank_m(self) -> float:
        return float(np.linalg.norm(self.ankle - self.knee))


class Legs:
    """Where the legs of a pose are (m)."""

    def __init__(self, angles: Angles, pose: Pose, body: Body) -> None:
        self._angles = angles
        self._bones = {
            leg: _Bones(*(pose.places[BONES.index(f"{bone}_{leg}")] for bone in ("thigh", "calf", "foot")))
            for leg in "lr"
        }
        self.mid_hip = sum(float(bones.hip[1]) for bones in self._bones.values()) / 2
        self.foot = {leg: _lowest_of_foot(leg, pose, body) for leg in "lr"}  # height of its lowest point

    def longest(self, leg: str) -> float:
        """How high the mid hip is above the ground when this leg stands on it as straight as it can, in the same place."""
        bones = self._bones[leg]
        aside = math.hypot(bones.hip[0] - bones.ankle[0], bones.hip[2] - bones.ankle[2])
        most = STRAIGHT * (bones.thigh_m + bones.shank_m)
        reach = math.sqrt(max(most**2 - aside**2, 0.0))
        return reach + float(bones.ankle[1]) - self.foot[leg] + self.mid_hip - float(bones.hip[1])

    def raised(self, leg: str, up_m: float) -> Change:
        """What raises a foot by so much in the plane of its leg, as far ahead as it is. A leg that is straight raises it as well as it can."""
        now, thigh, shank = self._angles.legs[leg], self._bones[leg].thigh_m, self._bones[leg].shank_m
        hip, lower = math.radians(now.hip), math.radians(now.hip - now.knee)
        down = thigh * math.cos(hip) + shank * math.cos(lower) - up_m
        ahead = thigh * math.sin(hip) + shank * math.sin(lower)
        far = min(math.hypot(down, ahead), STRAIGHT * (thigh + shank))
        knee = math.acos(max(-1.0, min(1.0, (far**2 - thigh**2 - shank**2) / (2 * thigh * shank))))
        new_hip = math.atan2(ahead, down) + math.asin(max(-1.0, min(1.0, shank * math.sin(knee) / far)))
        return Change(math.degrees(new_hip - hip), math.degrees(knee) - now.knee)

    def turned(self, leg: str, line_m: float) -> float:
        """The adduction (deg) that brings an ankle to a line on the belt, so far to the left."""
        bones = self._bones[leg]
        outwards_m = SIGN[leg] * (float(bones.ankle[0]) - line_m)
        return math.degrees(outwards_m / (bones.thigh_m + bones.shank_m))


def _lowest_of_foot(leg: str, pose: Pose, body: Body) -> float:
    points = ((f"heel_{leg}", f"foot_{leg}"), (f"toe_{leg}", f"ball_{leg}"))
    return min(float(move_joint(point, bone, body, pose)[1]) for point, bone in points)
