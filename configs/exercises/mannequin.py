"""The person of the drawings: a body of rounded parts in three dimensions, seen by a camera and written as SVG.

Lengths are parts of the body height (segment lengths after Winter 2009, Biomechanics and Motor Control of Human Movement);
x points to the right of the picture, y up, z to the viewer. A leg or an arm is given by where its end is and where its middle
joint points to, so its segments have the same lengths in every drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import acos, atan2, cos, pi, radians, sin

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Sphere = tuple[Vector, float]  # centre and radius
Circle = tuple[float, float, float]  # x, y, radius in the picture

THIGH, SHANK, ANKLE_HEIGHT, FOOT = 0.245, 0.246, 0.039, 0.15
UPPER_ARM, FOREARM, HAND = 0.172, 0.150, 0.06
HIP_HALF_WIDTH, SHOULDER_HALF_WIDTH, SHOULDER_HEIGHT = 0.058, 0.108, 0.285  # the height is above the hips
STANDING_HIPS = ANKLE_HEIGHT + SHANK + THIGH

INK, ACCENT = "#222222", "#0072B2"
GHOST, GHOST_EDGE = "#d5e7f3", "#6aa9d0"
NEAR, SHIRT, SHORTS, FAR, FACE, HAIR = "#a3abb1", "#b1b8bd", "#8d969c", "#c6cbcf", "#d6dadd", "#7b848a"
FLOOR, EDGE = "#eceff1", "#b4babf"


def vector(x: float, y: float, z: float = 0.0) -> Vector:
    return np.array([x, y, z], dtype=float)


def unit(v: Vector) -> Vector:
    return np.asarray(v / np.linalg.norm(v), dtype=float)


def turned(x_deg: float = 0.0, y_deg: float = 0.0, z_deg: float = 0.0) -> Vector:
    """The rotation about x, then y, then z. Its columns are the body's left, up and forward."""
    (a, b, c) = (radians(d) for d in (x_deg, y_deg, z_deg))
    about_x = np.array([[1, 0, 0], [0, cos(a), -sin(a)], [0, sin(a), cos(a)]])
    about_y = np.array([[cos(b), 0, sin(b)], [0, 1, 0], [-sin(b), 0, cos(b)]])
    about_z = np.array([[cos(c), -sin(c), 0], [sin(c), cos(c), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x, dtype=float)


def bent(root: Vector, end: Vector, upper: float, lower: float, towards: Vector) -> tuple[Vector, Vector]:
    """Middle joint and end of a limb of two segments; an end out of reach is drawn nearer to the root."""
    reach = float(np.linalg.norm(end - root))
    axis = unit(end - root)
    reach = min(reach, (upper + lower) * 0.9995)
    along = (upper**2 - lower**2 + reach**2) / (2 * reach)
    across = unit(towards - axis * float(towards @ axis))
    return root + axis * along + across * max(upper**2 - along**2, 0.0) ** 0.5, root + axis * reach


@dataclass(frozen=True)
class Leg:
    """Where the ankle is, where the knee points to, and where the toes point to."""

    ankle: Vector
    knee: Vector
    toes: Vector


@dataclass(frozen=True)
class Arm:
    """Where the wrist is, where the elbow points to, and where the fingers point to (None: as the forearm)."""

    wrist: Vector
    elbow: Vector
    fingers: Vector | None = None


@dataclass(frozen=True)
class Body:
    """A person in one position; `hips` is the middle between the hip joints. `_l` is the person's left."""

    hips: Vector
    pelvis: Vector
    chest: Vector
    head: Vector
    leg_l: Leg
    leg_r: Leg
    arm_l: Arm
    arm_r: Arm

    def hip(self, side: int) -> Vector:
        """The hip joint; `side` is 1 for left, -1 for right."""
        return np.asarray(self.hips + self.pelvis @ vector(side * HIP_HALF_WIDTH, 0), dtype=float)

    def upper(self, x: float, y: float, z: float = 0.0) -> Vector:
        """A point of the chest; y is above the hips when the back is straight."""
        waist = self.hips + self.pelvis @ vector(0, 0.08)
        return np.asarray(waist + self.chest @ vector(x, y - 0.08, z), dtype=float)

    def shoulder(self, side: int) -> Vector:
        return self.upper(side * SHOULDER_HALF_WIDTH, SHOULDER_HEIGHT)

    def knee(self, side: int) -> Vector:
        leg = self.leg_l if side > 0 else self.leg_r
        return bent(self.hip(side), leg.ankle, THIGH, SHANK, leg.knee)[0]

    def parts(self) -> dict[str, list[list[Sphere]]]:
        """The parts by name; each is some bodies, and each of those is the convex hull of its spheres."""
        return {
            "leg_l": self._leg(1, self.leg_l),
            "leg_r": self._leg(-1, self.leg_r),
            "arm_l": self._arm(1, self.arm_l),
            "arm_r": self._arm(-1, self.arm_r),
            "chest": self._chest(),
            "pelvis": self._pelvis(),
            "hair": self._hair(),
            "face": self._face(),
        }

    def _leg(self, side: int, leg: Leg) -> list[list[Sphere]]:
        hip = self.hip(side)
        knee, ankle = bent(hip, leg.ankle, THIGH, SHANK, leg.knee)
        toes = unit(leg.toes)
        back = unit(ankle - knee)
        behind = unit(-leg.knee + back * float(leg.knee @ back))
        sole = unit(np.cross(np.cross(toes, back), toes)) if abs(float(toes @ back)) < 0.999 else -behind
        heel = ankle - toes * 0.022 + sole * 0.012
        ball = ankle + toes * (FOOT - 0.065) + sole * 0.015
        tip = ankle + toes * (FOOT - 0.043) + sole * 0.019
        calf = knee + (ankle - knee) * 0.28 + behind * 0.012
        return [
            [(hip, 0.064), (hip + (knee - hip) * 0.3, 0.063), (knee, 0.043)],
            [(knee, 0.043), (calf, 0.043), (ankle, 0.026)],
            [(ankle, 0.026), (heel, 0.027), (ball, 0.024), (tip, 0.020)],
        ]

    def _arm(self, side: int, arm: Arm) -> list[list[Sphere]]:
        shoulder = self.shoulder(side)
        elbow, wrist = bent(shoulder, arm.wrist, UPPER_ARM, FOREARM, arm.elbow)
        fingers = unit(wrist - elbow if arm.fingers is None else arm.fingers)
        return [
            [(shoulder, 0.040), (elbow, 0.029)],
            [(elbow, 0.029), (wrist, 0.020)],
            [(wrist, 0.020), (wrist + fingers * 0.03, 0.024), (wrist + fingers * HAND, 0.016)],
        ]

    def _low(self, x: float, y: float) -> Vector:
        return np.asarray(self.hips + self.pelvis @ vector(x, y), dtype=float)

    def _chest(self) -> list[list[Sphere]]:
        neck = self.upper(0, SHOULDER_HEIGHT + 0.03)
        ribs = [(self.upper(s * 0.052, 0.16, z), 0.052) for s in (-1, 1) for z in (-0.008, 0.016)]
        top = [(self.upper(s * 0.085, SHOULDER_HEIGHT - 0.01), 0.045) for s in (-1, 1)]
        top += [(self.upper(s * 0.05, SHOULDER_HEIGHT - 0.07, z), 0.05) for s in (-1, 1) for z in (-0.02, 0.028)]
        waist = [(self._low(s * 0.048, 0.085), 0.051) for s in (-1, 1)]
        return [
            top + ribs,
            [(neck, 0.036), *((self.upper(s * 0.07, SHOULDER_HEIGHT), 0.032) for s in (-1, 1))],
            ribs + waist,
            [(neck, 0.034), (self._of_head(0, 0.04, -0.004), 0.034)],
        ]

    def _pelvis(self) -> list[list[Sphere]]:
        return [
            [(self._low(s * 0.052, 0.058), 0.053) for s in (-1, 1)]
            + [(self._low(s * 0.056, 0.0), 0.066) for s in (-1, 1)]
            + [(self._low(s * 0.05, 0.005) + self.pelvis @ vector(0, 0, -0.03), 0.06) for s in (-1, 1)],
        ]

    def _of_head(self, x: float, y: float, z: float = 0.0) -> Vector:
        return np.asarray(self.upper(0, SHOULDER_HEIGHT + 0.05) + self.head @ vector(x, y, z), dtype=float)

    def head_centre(self) -> Vector:
        return self._of_head(0, 0.075)

    def _face(self) -> list[list[Sphere]]:
        return [
            [(self._of_head(0, 0.075, 0.008), 0.056), (self._of_head(0, 0.034, 0.026), 0.036)],
            [(self._of_head(0, 0.078, 0.056), 0.007), (self._of_head(0, 0.056, 0.066), 0.011)],
        ]

    def _hair(self) -> list[list[Sphere]]:
        return [[(self._of_head(0, 0.093, -0.004), 0.062), (self._of_head(0, 0.070, -0.018), 0.056)]]

    def eyes(self) -> list[Vector]:
        return [self._of_head(s * 0.024, 0.074, 0.046) for s in (-1, 1)]


def hull(circles: Sequence[Circle]) -> str:
    """The convex hull of circles as the commands of a path: arcs, and the tangents between them."""
    breaks = {0.0}
    for i, (xi, yi, ri) in enumerate(circles):
        for xj, yj, rj in circles[i + 1 :]:
            apart = ((xi - xj) ** 2 + (yi - yj) ** 2) ** 0.5
            if apart > abs(ri - rj):
                middle, half = atan2(yi - yj, xi - xj), acos((rj - ri) / apart)
                breaks |= {(middle + half) % (2 * pi), (middle - half) % (2 * pi)}
    angles = [*sorted(breaks), 2 * pi]
    spans: list[tuple[int, float, float]] = []  # which circle is outermost from which direction to which
    for begin, end in pairwise(angles):
        c, s = cos((begin + end) / 2), sin((begin + end) / 2)
        outer = max(range(len(circles)), key=lambda k: circles[k][0] * c + circles[k][1] * s + circles[k][2])
        if spans and spans[-1][0] == outer:
            spans[-1] = (outer, spans[-1][1], end)
        else:
            spans.append((outer, begin, end))
    if len(spans) > 1 and spans[0][0] == spans[-1][0]:
        again, _, end = spans.pop(0)
        spans[-1] = (again, spans[-1][1], end + 2 * pi)
    if len(spans) == 1:
        spans = [(spans[0][0], 0.0, pi), (spans[0][0], pi, 2 * pi)]
    text, at = "", (0.0, 0.0)
    for outer, begin, end in spans:
        x, y, r = circles[outer]
        first = round(x + r * cos(begin), 1), round(y + r * sin(begin), 1)
        last = round(x + r * cos(end), 1), round(y + r * sin(end), 1)
        text += f"l{relative(first, at)}" if text else f"M{relative(first, at)}"
        text += f"a{number(r)} {number(r)} 0 {int(end - begin > pi)} 1 {relative(last, first)}"
        at = last
    return text + "z"


def number(value: float) -> str:
    return f"{round(value, 1) + 0.0:g}"


def relative(to: tuple[float, float], at: tuple[float, float]) -> str:
    return f"{number(to[0] - at[0])} {number(to[1] - at[1])}"


@dataclass(frozen=True)
class Camera:
    """An orthographic camera: what stands at the origin is drawn at (`x`, `y`), one body height is `scale` long."""

    x: float
    y: float
    scale: float
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0  # above 0: seen from above
    turn: Vector = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "turn", turned(self.pitch_deg) @ turned(0, self.yaw_deg))

    def point(self, p: Vector) -> tuple[float, float]:
        x, y, _ = self.turn @ p
        return self.x + self.scale * float(x), self.y - self.scale * float(y)

    def depth(self, p: Vector) -> float:
        return float((self.turn @ p)[2])

    def outline(self, bodies: Iterable[Sequence[Sphere]]) -> str:
        """The commands of the path of one part."""
        return "".join(hull([(*self.point(p), r * self.scale) for p, r in spheres]) for spheres in bodies)

    def person(self, body: Body, working: str, order: Sequence[str], before: Body | None = None) -> list[str]:
        """A person, the parts in the `order` given; the `working` one has the accent colour, and where it was `before` is light."""
        parts = body.parts()
        tones = {"chest": SHIRT, "pelvis": SHORTS, "face": FACE, "hair": HAIR}
        tones |= {"leg_l": FAR, "leg_r": FAR, "arm_l": NEAR, "arm_r": NEAR}
        tones |= {working: ACCENT, order[0]: FAR}
        drawn = []
        for name in order:
            if name == working and before:
                drawn += part(self.outline(before.parts()[name]), GHOST, GHOST_EDGE)
            drawn += part(self.outline(parts[name]), tones[name])
            if name == "face":
                drawn += [
                    self.dot(eye, 0.007, INK)
                    for eye in body.eyes()
                    if self.depth(eye) > self.depth(body.head_centre()) + 0.02
                ]
        return drawn

    def dot(self, at: Vector, radius: float, tone: str) -> str:
        x, y = self.point(at)
        return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius * self.scale)}" fill="{tone}"/>'

    def polygon(self, corners: Sequence[Vector], fill: str = FLOOR, edge: str = EDGE) -> str:
        points = " ".join(f"{number(x)},{number(y)}" for x, y in map(self.point, corners))
        return f'<polygon points="{points}" fill="{fill}" stroke="{edge}" stroke-width="1" stroke-linejoin="round"/>'

    def box(self, x0: float, x1: float, height: float, z0: float, z1: float) -> list[str]:
        """A step: its top, its front, and the side that is seen."""
        side = x1 if self.yaw_deg < 0 else x0
        return [
            self.polygon([vector(side, y, z) for y, z in ((0, z0), (height, z0), (height, z1), (0, z1))], "#cfd4d8"),
            self.polygon([vector(x, y, z1) for x, y in ((x0, 0), (x1, 0), (x1, height), (x0, height))], "#dde1e4"),
            self.polygon([vector(x, height, z) for x, z in ((x0, z0), (x1, z0), (x1, z1), (x0, z1))]),
        ]

    def arrow(self, points: Sequence[Vector]) -> list[str]:
        """A curved arrow through three points in space."""
        begin, over, end = (np.array(self.point(p)) for p in points)
        return arrow(begin, over, end)

    def mark(self, a: Vector, b: Vector, dots: bool = False) -> list[str]:
        """What to watch, between two points in space."""
        return mark(self.point(a), self.point(b), dots)


def mark(a: tuple[float, float], b: tuple[float, float], dots: bool = False) -> list[str]:
    """What to watch, in the picture: a dashed line, perhaps with dots at its ends."""
    line = f'd="M{number(a[0])} {number(a[1])}L{number(b[0])} {number(b[1])}" fill="none"'
    found = [
        f'<path {line} stroke="#ffffff" stroke-width="4" stroke-linecap="round"/>',
        f'<path {line} stroke="{INK}" stroke-width="1.6" stroke-dasharray="4 3"/>',
    ]
    for x, y in (a, b) if dots else ():
        found.append(
            f'<circle cx="{number(x)}" cy="{number(y)}" r="3" fill="#ffffff" stroke="{INK}" stroke-width="1.6"/>'
        )
    return found


def part(path: str, tone: str, rim: str = "#ffffff") -> list[str]:
    """A part with a rim that sets it off from what is behind it."""
    return [
        f'<path d="{path}" fill="none" stroke="{rim}" stroke-width="2.4"/>',
        f'<path d="{path}" fill="{tone}"/>',
    ]


def arrow(begin: Vector, over: Vector, end: Vector) -> list[str]:
    """A curved arrow in the picture, over the middle point given."""
    control = 2 * over - (begin + end) / 2
    along = unit(end - control)
    across = np.array([-along[1], along[0]])
    neck = end - along * 8
    wings = [end - along * 10 + across * side * 5.5 for side in (1, -1)]
    curve = (
        f"M{number(begin[0])} {number(begin[1])}"
        f"Q{number(control[0])} {number(control[1])} {number(neck[0])} {number(neck[1])}"
    )
    head = "M" + "L".join(f"{number(p[0])} {number(p[1])}" for p in (end, wings[0], neck, wings[1])) + "Z"
    return [
        f'<path d="{curve}" fill="none" stroke="#ffffff" stroke-width="6" stroke-linecap="round"/>',
        f'<path d="{head}" fill="#ffffff" stroke="#ffffff" stroke-width="3.5" stroke-linejoin="round"/>',
        f'<path d="{curve}" fill="none" stroke="{INK}" stroke-width="2.8" stroke-linecap="round"/>',
        f'<path d="{head}" fill="{INK}"/>',
    ]
