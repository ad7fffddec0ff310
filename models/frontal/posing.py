"""Poses: running, walking and standing, with the pelvis, the trunk and each leg drawn independently of the phase of gait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from body import BONES, PARENT, Array, Body

# Sagittal angles (deg) by phase of the stride from initial contact; running after Novacheck 1998 (Gait Posture 7:77),
# walking after Winter 1991. Hip flexion against the vertical, knee flexion, ankle dorsiflexion.
RUN_PHASE = np.array([0.0, 0.15, 0.36, 0.50, 0.65, 0.82, 1.0])
RUN = np.array([[30, 20, -10, -3, 24, 40, 30], [14, 42, 14, 68, 102, 55, 14], [4, 22, -20, -8, 0, 4, 4]], float)
WALK_PHASE = np.array([0.0, 0.15, 0.40, 0.62, 0.73, 0.87, 1.0])
WALK = np.array([[25, 20, -10, 0, 18, 28, 25], [4, 18, 8, 42, 62, 28, 4], [0, 4, 10, -18, -2, 2, 0]], float)


def turn_x(deg: float) -> npt.NDArray[np.float64]:
    a = np.radians(deg)
    return np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])


def turn_y(deg: float) -> npt.NDArray[np.float64]:
    a = np.radians(deg)
    return np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])


def turn_z(deg: float) -> npt.NDArray[np.float64]:
    a = np.radians(deg)
    return np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])


def swing(rest: npt.NDArray[np.floating], wanted: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """The smallest rotation that takes one direction to another."""
    a = rest / np.linalg.norm(rest)
    b = wanted / np.linalg.norm(wanted)
    axis = np.cross(a, b)
    cos = float(a @ b)
    if cos < -0.9999:
        return turn_x(180)
    skew = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + skew + skew @ skew / (1 + cos)


@dataclass(frozen=True)
class Pose:
    """Where each bone is: rotation against rest and the place of its head (metres, body frame)."""

    turns: npt.NDArray[np.float64]  # (bones, 3, 3)
    places: npt.NDArray[np.float64]  # (bones, 3)
    kind: str


def _cycle(phase: float, at: npt.NDArray[np.float64], curves: npt.NDArray[np.float64]) -> list[float]:
    return [float(np.interp(phase % 1.0, at, curve)) for curve in curves]


def draw_pose(rng: np.random.Generator, body: Body, kind: str | None = None) -> Pose:
    """A pose at random. Pelvic obliquity is half normal, half uniform over +-18 deg, whatever the phase."""
    kind = kind or str(rng.choice(("run", "walk", "stand"), p=(0.55, 0.1, 0.35)))
    joints = body.joints
    phase = rng.uniform()
    spread = 1.0 if kind != "stand" else 0.35
    oblique = float(rng.normal(0, 6)) if rng.uniform() < 0.5 else float(rng.uniform(-18, 18))
    if kind == "stand":
        oblique = float(rng.normal(0, 2.5)) if rng.uniform() < 0.7 else oblique
    pelvis = turn_y(rng.normal(0, 7 * spread)) @ turn_z(oblique) @ turn_x(rng.normal(6, 6))
    turns: dict[str, npt.NDArray[np.float64]] = {"pelvis": pelvis}
    lean = (
        turn_y(rng.normal(0, 8 * spread)) @ turn_z(rng.normal(0, 4)) @ turn_x(rng.normal(8 if kind == "run" else 2, 5))
    )
    for bone, share in (("spine_01", 0.35), ("spine_02", 0.7), ("spine_03", 1.0)):
        blended = (1 - share) * pelvis + share * lean
        u, _, v = np.linalg.svd(blended)
        turns[bone] = u @ v
    head = turn_y(rng.normal(0, 12)) @ turn_x(rng.normal(5, 10))
    turns["neck_01"] = turns["spine_03"] @ turn_x(rng.normal(5, 5))
    turns["head"] = head
    for side, sign in (("l", 1.0), ("r", -1.0)):
        at = phase + (0.0 if side == "l" else 0.5)
        if kind == "run":
            hip, knee, ankle = _cycle(at, RUN_PHASE, RUN)
        elif kind == "walk":
            hip, knee, ankle = _cycle(at, WALK_PHASE, WALK)
        else:
            hip, knee, ankle = rng.normal(2, 3), abs(rng.normal(3, 4)), rng.normal(2, 3)
        if kind != "stand":
            hip, knee, ankle = (
                hip + rng.normal(0, 6),
                max(0.0, knee * rng.uniform(0.8, 1.2) + rng.normal(0, 5)),
                ankle + rng.normal(0, 6),
            )
        adduct = rng.normal(4 if kind != "stand" else -1, 4.5 if kind != "stand" else 4)
        rest = joints[f"calf_{side}"] - joints[f"thigh_{side}"]
        wanted = turn_z(-sign * adduct) @ turn_x(-hip) @ np.array([0.0, -1.0, 0.0])
        spin = turn_y(sign * rng.normal(0, 8) + np.degrees(np.arctan2(pelvis[0, 2], pelvis[2, 2])))
        thigh = swing(rest, wanted) @ spin
        turns[f"thigh_{side}"] = thigh
        calf = thigh @ turn_x(knee) @ turn_z(sign * rng.normal(1, 4.5))
        turns[f"calf_{side}"] = calf
        turns[f"foot_{side}"] = calf @ turn_y(sign * rng.normal(6, 7)) @ turn_x(-ankle) @ turn_z(rng.normal(0, 5))
        toes = max(0.0, 30 - 60 * abs((at % 1.0) - 0.34) / 0.2) if kind == "run" else 0.0
        turns[f"ball_{side}"] = turns[f"foot_{side}"] @ turn_x(-toes)
        _arm(rng, turns, joints, side, sign, kind, at)
    return _chain(turns, body, kind, rng)


def _arm(
    rng: np.random.Generator,
    turns: dict[str, npt.NDArray[np.float64]],
    joints: dict[str, Array],
    side: str,
    sign: float,
    kind: str,
    phase: float,
) -> None:
    chest = turns["spine_03"]
    turns[f"clavicle_{side}"] = chest @ turn_z(sign * rng.normal(0, 5))
    rest = joints[f"lowerarm_{side}"] - joints[f"upperarm_{side}"]
    if kind == "stand" and rng.uniform() < 0.8:
        flex, abduct, elbow = rng.normal(0, 8), rng.uniform(4, 35), rng.uniform(2, 40)
    elif rng.uniform() < 0.1:  # hands anywhere, before the hips too
        flex, abduct, elbow = rng.uniform(-40, 90), rng.uniform(0, 70), rng.uniform(0, 130)
    else:
        flex = -10 - 32 * np.cos(2 * np.pi * (phase - 0.05)) * (1 if kind == "run" else 0.5) + rng.normal(0, 8)
        abduct, elbow = rng.uniform(4, 35), rng.normal(88, 18) if kind == "run" else rng.uniform(5, 50)
    wanted = chest @ turn_z(sign * abduct) @ turn_x(-flex) @ np.array([0.0, -1.0, 0.0])
    upper = swing(rest, wanted)
    turns[f"upperarm_{side}"] = upper
    # The forearm bends forward and somewhat inward, in the world's directions.
    forearm_rest = joints[f"hand_{side}"] - joints[f"lowerarm_{side}"]
    axis_out = turn_y(-sign * rng.uniform(0, 45))
    direction = chest @ turn_z(sign * abduct) @ axis_out @ turn_x(-flex - elbow) @ np.array([0.0, -1.0, 0.0])
    turns[f"lowerarm_{side}"] = swing(forearm_rest, direction)
    turns[f"hand_{side}"] = turns[f"lowerarm_{side}"] @ turn_x(rng.normal(0, 15))


def _chain(turns: dict[str, npt.NDArray[np.float64]], body: Body, kind: str, rng: np.random.Generator) -> Pose:
    places = {"pelvis": body.joints["pelvis"].astype(float)}
    for bone in BONES[1:]:
        parent = PARENT[bone]
        places[bone] = places[parent] + turns[parent] @ (body.joints[bone] - body.joints[parent])
    lowest = np.inf
    for side in "lr":
        for point, bone in ((f"heel_{side}", f"foot_{side}"), (f"toe_{side}", f"ball_{side}")):
            at = places[bone] + turns[bone] @ (body.joints[point] - body.joints[bone])
            lowest = min(lowest, float(at[1]))
    lift = rng.uniform(0, 0.06) if kind == "run" and rng.uniform() < 0.3 else 0.0
    shift = np.array([rng.normal(0, 0.04), lift - lowest, rng.normal(0, 0.1)])
    return Pose(np.stack([turns[bone] for bone in BONES]), np.stack([places[bone] + shift for bone in BONES]), kind)


def skin(points: Array, weights: object, body: Body, pose: Pose) -> Array:
    """Move points (n, 3) with the bones: linear blend skinning."""
    heads = np.stack([body.joints[bone] for bone in BONES])
    offsets = pose.places - np.einsum("bij,bj->bi", pose.turns, heads)
    rows = np.concatenate([pose.turns, offsets[:, :, None]], axis=2).reshape(len(BONES), 12)
    blended = np.asarray(weights @ rows).reshape(-1, 3, 4)  # type: ignore[operator]
    moved = np.einsum("nij,nj->ni", blended[:, :, :3], points) + blended[:, :, 3]
    return moved.astype(np.float32)


def move_joint(name: str, bone: str, body: Body, pose: Pose) -> npt.NDArray[np.float64]:
    at = BONES.index(bone)
    return pose.places[at] + pose.turns[at] @ (body.joints[name] - body.joints[bone])
