"""Poses of running, walking and standing. Pelvis, trunk and each leg are drawn independently of the phase of gait.

A network that could tell the pelvis from the phase would learn the average runner instead of reading the picture. Rotations are (3, 3)
in the body frame: x to the person's left, y up, z forward.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .base_mesh import BONES, PARENT, Array
from .body import Body

Matrix = npt.NDArray[np.float64]

# Sagittal angles (deg) by phase of the stride from initial contact: hip flexion against the vertical, knee flexion, ankle dorsiflexion.
# Running after Novacheck 1998 (Gait Posture 7:77), walking after Winter 1991.
RUN_PHASE = np.array([0.0, 0.15, 0.36, 0.50, 0.65, 0.82, 1.0])
RUN = np.array([[30, 20, -10, -3, 24, 40, 30], [14, 42, 14, 68, 102, 55, 14], [4, 22, -20, -8, 0, 4, 4]], float)
WALK_PHASE = np.array([0.0, 0.15, 0.40, 0.62, 0.73, 0.87, 1.0])
WALK = np.array([[25, 20, -10, 0, 18, 28, 25], [4, 18, 8, 42, 62, 28, 4], [0, 4, 10, -18, -2, 2, 0]], float)


def turn_x(deg: float) -> Matrix:
    """A rotation about the axis to the left: positive lowers what is in front."""
    a = np.radians(deg)
    return np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])


def turn_y(deg: float) -> Matrix:
    """A rotation about the upright: positive turns to the left."""
    a = np.radians(deg)
    return np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])


def turn_z(deg: float) -> Matrix:
    """A rotation about the axis forwards: positive raises the left side."""
    a = np.radians(deg)
    return np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])


def swing(rest: npt.NDArray[np.floating], wanted: npt.NDArray[np.floating]) -> Matrix:
    """The smallest rotation that takes the direction `rest` (3) to `wanted` (3)."""
    a = rest / np.linalg.norm(rest)
    b = wanted / np.linalg.norm(wanted)
    axis = np.cross(a, b)
    cos = float(a @ b)
    if cos < -0.9999:
        return turn_x(180)
    skew = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.asarray(np.eye(3) + skew + skew @ skew / (1 + cos))


@dataclass
class Leg:
    """Angles of one leg (deg), signed the same way on both sides."""

    hip: float = 0.0  # flexion of the thigh against the vertical
    adduct: float = 0.0  # adduction of the thigh against the vertical
    spin: float = 0.0  # of the thigh about itself, inwards
    knee: float = 0.0  # flexion
    valgus: float = 0.0  # of the knee
    ankle: float = 0.0  # dorsiflexion
    toe_out: float = 6.0
    foot_roll: float = 0.0
    toes: float = 0.0  # bend of the toes


@dataclass
class Arm:
    """Angles of one arm (deg), signed the same way on both sides."""

    shrug: float = 0.0  # shoulder raised
    flex: float = 0.0  # upper arm forwards
    abduct: float = 15.0  # away from the trunk
    inward: float = 20.0  # direction in which the forearm bends
    elbow: float = 20.0  # flexion
    hand: float = 0.0


@dataclass
class Angles:
    """The pose of a whole body (deg)."""

    kind: str  # "run", "walk" or "stand"
    oblique: float = 0.0  # obliquity of the pelvis: positive with its left side higher
    axial: float = 0.0  # turn of the pelvis about the upright
    tilt: float = 6.0  # forward tilt of the pelvis
    lean: float = 0.0  # of the chest, to its right
    chest_axial: float = 0.0
    chest_pitch: float = 5.0
    neck: float = 5.0
    head_axial: float = 0.0
    head_pitch: float = 5.0
    legs: dict[str, Leg] = field(default_factory=lambda: {"l": Leg(), "r": Leg()})
    arms: dict[str, Arm] = field(default_factory=lambda: {"l": Arm(), "r": Arm()})
    back: float = 0.35  # share of the chest's turn in that of the lowest vertebrae; the rest is the pelvis'
    lift: float = 0.0  # height of the lowest foot above the ground (m)
    shift: tuple[float, float] = (0.0, 0.0)  # of the whole body to the left and forwards (m)


@dataclass(frozen=True)
class Pose:
    """Where each bone is (body frame)."""

    turns: Matrix  # (bones, 3, 3) rotation against rest
    places: Matrix  # (bones, 3; m) its head
    kind: str


def cycle(phase: float, at: Matrix, curves: Matrix) -> list[float]:
    """Hip, knee and ankle (deg) at a phase of the stride (0..1 from initial contact). at: phases of the curves (n); curves: (3, n)."""
    return [float(np.interp(phase % 1.0, at, curve)) for curve in curves]


def toes_lifted(phase: float) -> float:
    """Bend of the toes (deg) while the heel leaves the ground."""
    return max(0.0, 30 - 60 * abs((phase % 1.0) - 0.34) / 0.2)


def draw_angles(rng: np.random.Generator, kind: str | None = None, later: float = 0.0) -> Angles:
    """A pose at random, of a kind or of any. Pelvic obliquity is half normal, half uniform over +-18 deg, whatever the phase.

    later: the same pose at random, so many strides later: for motion within one exposure.
    """
    kind = kind or str(rng.choice(("run", "walk", "stand"), p=(0.5, 0.1, 0.4)))
    still = kind == "stand"
    phase = rng.uniform() + (0.0 if still else later)
    spread = 0.35 if still else 1.0
    oblique = float(rng.normal(0, 6)) if rng.uniform() < 0.5 else float(rng.uniform(-18, 18))
    if still:
        oblique = float(rng.normal(0, 2.5)) if rng.uniform() < 0.7 else oblique
    rates = rng.normal(0, 0.0 if still else 60.0, 4)  # degrees a stride
    axial, tilt = rng.normal(0, 7 * spread), rng.normal(6, 6)
    lean = rng.normal(0, 4)
    out = Angles(
        kind, oblique + later * rates[0], axial + later * rates[1], tilt, lean + later * rates[2], rng.normal(0, 8 * spread) + later * rates[3],
        rng.normal(8 if kind == "run" else 2, 5), rng.normal(5, 5), rng.normal(0, 12), rng.normal(5, 10),
    )  # fmt: skip
    for side in "lr":
        at = phase if side == "l" else phase + 0.5
        out.legs[side] = _draw_leg(rng, kind, at)
        out.arms[side] = _draw_arm(rng, kind, at)
    out.back = rng.uniform(0.0, 1.0)
    out.lift = rng.uniform(0, 0.06) if kind == "run" and rng.uniform() < 0.3 else 0.0
    out.shift = (rng.normal(0, 0.04), rng.normal(0, 0.1))
    return out


def _draw_leg(rng: np.random.Generator, kind: str, at: float) -> Leg:
    still = kind == "stand"
    if still:
        hip, knee, ankle = rng.normal(2, 3), abs(rng.normal(3, 4)), rng.normal(2, 3)
    else:
        hip, knee, ankle = cycle(at, *((RUN_PHASE, RUN) if kind == "run" else (WALK_PHASE, WALK)))
        hip += rng.normal(0, 6)
        knee = max(0.0, knee * rng.uniform(0.8, 1.2) + rng.normal(0, 5))
        ankle += rng.normal(0, 6)
    return Leg(
        hip, rng.normal(-1 if still else 4, 4 if still else 4.5), rng.normal(0, 8), knee, rng.normal(1, 4.5), ankle,
        rng.normal(6, 7), rng.normal(0, 5), toes_lifted(at) if kind == "run" else 0.0,
    )  # fmt: skip


def _draw_arm(rng: np.random.Generator, kind: str, phase: float) -> Arm:
    shrug, inward, hand = rng.normal(0, 5), rng.uniform(0, 45), rng.normal(0, 15)
    if kind == "stand" and rng.uniform() < 0.8:
        return Arm(shrug, rng.normal(0, 8), rng.uniform(4, 35), inward, rng.uniform(2, 40), hand)
    if rng.uniform() < 0.12:  # hands anywhere, before the hips too
        return Arm(shrug, rng.uniform(-40, 90), rng.uniform(0, 70), inward, rng.uniform(0, 130), hand)
    flex = -10 - 32 * np.cos(2 * np.pi * (phase - 0.05)) * (1 if kind == "run" else 0.5) + rng.normal(0, 8)
    return Arm(
        shrug, flex, rng.uniform(4, 35), inward, rng.normal(88, 18) if kind == "run" else rng.uniform(5, 50), hand
    )


def pose_of(angles: Angles, body: Body) -> Pose:
    """The bones of a body in a pose. Its lowest foot is at the height `lift`."""
    pelvis = turn_y(angles.axial) @ turn_z(angles.oblique) @ turn_x(angles.tilt)
    turns = turn_trunk(pelvis, angles, body)
    ahead = ahead_deg(pelvis)
    for side, sign in (("l", 1.0), ("r", -1.0)):
        _turn_leg(turns, body.joints, angles.legs[side], side, sign, ahead)
    places = chained(turns, body)
    lowest = min(_lowest_of_foot(turns, places, body, side) for side in "lr")
    return posed(turns, places, np.array([angles.shift[0], angles.lift - lowest, angles.shift[1]]), angles.kind)


def ahead_deg(pelvis: Matrix) -> float:
    """The direction (deg, to the left) in which a pelvis faces."""
    return float(np.degrees(np.arctan2(pelvis[0, 2], pelvis[2, 2])))


def turn_trunk(pelvis: Matrix, angles: Angles, body: Body) -> dict[str, Matrix]:
    """The turns of all bones but those of the legs, over a pelvis."""
    chest = turn_y(angles.chest_axial) @ turn_z(angles.lean) @ turn_x(angles.chest_pitch)
    turns: dict[str, Matrix] = {"pelvis": pelvis}
    for bone, share in (("spine_01", angles.back), ("spine_02", 0.46 * angles.back + 0.54), ("spine_03", 1.0)):
        u, _, v = np.linalg.svd((1 - share) * pelvis + share * chest)
        turns[bone] = u @ v
    turns["neck_01"] = turns["spine_03"] @ turn_x(angles.neck)
    turns["head"] = turn_y(angles.head_axial) @ turn_x(angles.head_pitch)
    for side, sign in (("l", 1.0), ("r", -1.0)):
        _turn_arm(turns, body.joints, angles.arms[side], side, sign)
    return turns


def _turn_leg(
    turns: dict[str, Matrix], joints: dict[str, Array], leg: Leg, side: str, sign: float, ahead_deg: float
) -> None:
    rest = joints[f"calf_{side}"] - joints[f"thigh_{side}"]
    wanted = turn_z(-sign * leg.adduct) @ turn_x(-leg.hip) @ np.array([0.0, -1.0, 0.0])
    thigh = swing(rest, wanted) @ turn_y(sign * leg.spin + ahead_deg)
    calf = thigh @ turn_x(leg.knee) @ turn_z(sign * leg.valgus)
    foot = calf @ turn_y(sign * leg.toe_out) @ turn_x(-leg.ankle) @ turn_z(leg.foot_roll)
    turns[f"thigh_{side}"], turns[f"calf_{side}"], turns[f"foot_{side}"] = thigh, calf, foot
    turns[f"ball_{side}"] = foot @ turn_x(-leg.toes)


def _turn_arm(turns: dict[str, Matrix], joints: dict[str, Array], arm: Arm, side: str, sign: float) -> None:
    chest = turns["spine_03"]
    turns[f"clavicle_{side}"] = chest @ turn_z(sign * arm.shrug)
    out = chest @ turn_z(sign * arm.abduct)
    down = np.array([0.0, -1.0, 0.0])
    turns[f"upperarm_{side}"] = swing(
        joints[f"lowerarm_{side}"] - joints[f"upperarm_{side}"], out @ turn_x(-arm.flex) @ down
    )
    # The forearm bends forward and somewhat inward, in the world's directions.
    turns[f"lowerarm_{side}"] = swing(
        joints[f"hand_{side}"] - joints[f"lowerarm_{side}"],
        out @ turn_y(-sign * arm.inward) @ turn_x(-arm.flex - arm.elbow) @ down,
    )
    turns[f"hand_{side}"] = turns[f"lowerarm_{side}"] @ turn_x(arm.hand)


def chained(turns: dict[str, Matrix], body: Body) -> dict[str, Matrix]:
    """Where each bone begins (3; m), with the pelvis where it is at rest."""
    places = {"pelvis": body.joints["pelvis"].astype(float)}
    for bone in BONES[1:]:
        parent = PARENT[bone]
        places[bone] = places[parent] + turns[parent] @ (body.joints[bone] - body.joints[parent])
    return places


def posed(turns: dict[str, Matrix], places: dict[str, Matrix], shift_m: Matrix, kind: str) -> Pose:
    """The bones with all of the body moved (3; m)."""
    return Pose(np.stack([turns[bone] for bone in BONES]), np.stack([places[bone] + shift_m for bone in BONES]), kind)


def _lowest_of_foot(turns: dict[str, Matrix], places: dict[str, Matrix], body: Body, side: str) -> float:
    points = ((f"heel_{side}", f"foot_{side}"), (f"toe_{side}", f"ball_{side}"))
    return min(
        float((places[bone] + turns[bone] @ (body.joints[point] - body.joints[bone]))[1]) for point, bone in points
    )
