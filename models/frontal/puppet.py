"""A second make of body: tubes lofted about a skeleton, with clothes that are wider tubes. Nothing of the base mesh's surface.

What a network learns of the first make's buttocks and seams is not to be found here: only where limbs and trunk must be.
`blocks` are coarse and square; they are kept for validation and never trained on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from body import BONES, MARKS, Body, draw_body
from scipy import sparse
from wardrobe import Cloth, colour, draw_pattern, hung_bottom, hung_top, skin_tone

Array = npt.NDArray[np.float64]
UP, ACROSS, AHEAD = np.eye(3)[1], np.eye(3)[0], np.eye(3)[2]


@dataclass(frozen=True)
class Make:
    """How rings are drawn: corners, and the exponent of the superellipse (2 is round)."""

    corners: int
    square: float


@dataclass(frozen=True)
class Part:
    vertices: Array  # (n, 3)
    faces: npt.NDArray[np.int64]  # (m, 3)
    weights: npt.NDArray[np.float32]  # (n, bones)


@dataclass(frozen=True)
class Loft:
    """Rings along a line: centres (n, 3) and half axes (n, 2: across, ahead)."""

    centres: Array
    axes: Array


def draw_puppet(rng: np.random.Generator, blocks: bool = False) -> tuple[Body, list[Cloth]]:
    """A body of tubes and all that it shows: skin first, then clothes from the inside out."""
    body = _skeleton(rng, draw_body(rng))
    make = Make(int(rng.integers(4, 7)), rng.uniform(4, 9)) if blocks else Make(20, rng.uniform(1.8, 3.2))
    torso = _torso(rng, body)
    limbs = _legs(rng, body)
    seats = [_seat(rng, make, body, side) for side in "lr"] if rng.uniform() < 0.85 else []
    skin = [_trunk_part(make, body, torso), *(_leg_part(make, body, limbs[side], side) for side in "lr"), *seats]
    skin += _arms(rng, make, body, 1.0) + [_head(rng, make, body)]
    clothes = [_bottom(rng, make, body, torso, limbs, seats), _top(rng, make, body, torso)]
    if rng.uniform() < 0.25:
        clothes.reverse()
    shoes = _cloth([_foot(rng, make, body, side) for side in "lr"], "shoes", colour(rng), rng)
    tone = colour(rng) if blocks else skin_tone(rng)
    layers = [_cloth(skin, "skin", tone, rng), *clothes, shoes, *_things(rng, body, torso)]
    return _marked(body, torso), layers


def _skeleton(rng: np.random.Generator, body: Body) -> Body:
    """The joints of a body with its hips, shoulders and legs set apart anew."""
    joints = {name: at.astype(float) for name, at in body.joints.items()}
    hips, shoulders, legs = rng.uniform(0.8, 1.3), rng.uniform(-0.02, 0.02), rng.uniform(0.92, 1.08)
    wider, higher = (hips - 1) * abs(joints["thigh_l"][0]), (legs - 1) * joints["thigh_l"][1]
    for name, at in joints.items():
        if name[:-2] in ("thigh", "calf", "foot", "ball", "heel", "toe"):
            at[0] += np.sign(at[0]) * wider
            at[1] *= legs
        else:
            at[1] += higher
        if name[:-2] in ("upperarm", "lowerarm", "hand"):
            at[0] += np.sign(at[0]) * shoulders
    return replace(body, joints={name: at.astype(np.float32) for name, at in joints.items()})


def _torso(rng: np.random.Generator, body: Body) -> Loft:
    j = {name: at.astype(float) for name, at in body.joints.items()}
    hip_y, hip_x, shoulder_x = j["thigh_l"][1], abs(j["thigh_l"][0]), abs(j["upperarm_l"][0])
    waist_y, neck_y = j["spine_02"][1], j["neck_01"][1]
    wide = hip_x + rng.uniform(0.055, 0.11)
    keys = np.array([hip_y - 0.09, hip_y - 0.03, hip_y + 0.05, (hip_y + waist_y) / 2 + 0.03, waist_y, j["spine_03"][1] + 0.06,
                     j["upperarm_l"][1] - 0.02, neck_y, j["head"][1]])  # fmt: skip
    across = np.array([wide * 0.55, wide * 0.97, wide, wide * rng.uniform(0.8, 0.98), wide * rng.uniform(0.68, 0.9),
                       shoulder_x * rng.uniform(0.78, 0.98), shoulder_x * 0.98, 0.07, 0.055])  # fmt: skip
    deep = np.array([0.06, *rng.uniform(0.085, 0.14, 5), rng.uniform(0.07, 0.1), 0.06, 0.055])
    ahead = np.array([j["thigh_l"][2]] * 4 + [j["spine_02"][2]] * 2 + [j["neck_01"][2]] * 3)
    at = np.linspace(keys[0], keys[-1], 30)
    centres = np.column_stack([np.zeros(30), at, np.interp(at, keys, ahead)])
    return Loft(centres, np.column_stack([np.interp(at, keys, across), np.interp(at, keys, deep)]))


def _legs(rng: np.random.Generator, body: Body) -> dict[str, Loft]:
    shares = np.array([0, 0.12, 0.3, 0.48, 0.55, 0.68, 0.85, 1.0])
    radii = (
        rng.uniform(0.065, 0.105)
        * np.array([0.75, 1, 0.93, 0.7, 0.62, 0.7, 0.5, 0.45])
        * np.exp(rng.normal(0, 0.06, 8))
    )
    deep = rng.uniform(0.9, 1.15)
    at = np.linspace(0, 1, 30)
    out = {}
    for side in "lr":
        hip, knee, ankle = (body.joints[f"{bone}_{side}"].astype(float) for bone in ("thigh", "calf", "foot"))
        corners = np.array([hip + 0.06 * UP, hip, knee, ankle])
        line = np.column_stack([np.interp(at, [0, 0.1, 0.52, 1.0], corners[:, i]) for i in range(3)])
        r = np.interp(at, shares, radii)
        out[side] = Loft(line, np.column_stack([r, r * deep]))
    return out


def _rings(make: Make, loft: Loft, u: Array = ACROSS, v: Array = AHEAD) -> tuple[Array, npt.NDArray[np.int64]]:
    """Vertices and faces of a closed tube; u and v are the directions of its two half axes."""
    count, k = len(loft.centres), make.corners
    turn = 2 * np.pi * (np.arange(k) + 0.5) / k
    cos, sin = np.cos(turn), np.sin(turn)
    reach = (np.abs(cos) ** make.square + np.abs(sin) ** make.square) ** (-1 / make.square)
    across = loft.axes[:, :1, None] * (reach * cos)[None, :, None] * u
    ahead = loft.axes[:, 1:, None] * (reach * sin)[None, :, None] * v
    ring = (loft.centres[:, None] + across + ahead).reshape(-1, 3)
    i, m = (part.ravel() for part in np.meshgrid(np.arange(count - 1), np.arange(k), indexing="ij"))
    a, b = i * k + m, i * k + (m + 1) % k
    rim, after, top = np.arange(k), (np.arange(k) + 1) % k, (count - 1) * k
    faces = np.concatenate([
        np.column_stack([a, b, a + k]), np.column_stack([b, b + k, a + k]),
        np.column_stack([np.full(k, count * k), after, rim]), np.column_stack([np.full(k, count * k + 1), rim + top, after + top]),
    ])  # fmt: skip
    return np.concatenate([ring, loft.centres[:1], loft.centres[-1:]]), faces


def _rising(at: Array, low: float, high: float) -> Array:
    return np.clip((at - low) / (high - low), 0, 1)


def _trunk_part(make: Make, body: Body, loft: Loft) -> Part:
    vertices, faces = _rings(make, loft)
    chain = ("pelvis", "spine_01", "spine_02", "spine_03", "neck_01", "head")
    starts = [float(body.joints["thigh_l"][1]) + 0.06, *(float(body.joints[bone][1]) + 0.02 for bone in chain[2:])]
    weights = np.zeros((len(vertices), len(BONES)), np.float32)
    left = np.ones(len(vertices))
    for bone, start in zip(chain[:-1], starts, strict=True):
        above = _rising(vertices[:, 1], start - 0.04, start + 0.05)
        weights[:, BONES.index(bone)] = left * (1 - above)
        left = left * above
    weights[:, BONES.index("head")] = left
    return Part(vertices, faces, weights)


def _leg_weights(body: Body, y: Array, side: str) -> npt.NDArray[np.float32]:
    hip, knee = float(body.joints[f"thigh_{side}"][1]), float(body.joints[f"calf_{side}"][1])
    weights = np.zeros((len(y), len(BONES)), np.float32)
    pelvis, calf = 0.8 * _rising(y, hip - 0.07, hip + 0.07), _rising(-y, -knee - 0.035, -knee + 0.035)
    for bone, share in (("pelvis", pelvis), (f"calf_{side}", calf), (f"thigh_{side}", 1 - pelvis - calf)):
        weights[:, BONES.index(bone)] = share
    return weights


def _leg_part(make: Make, body: Body, loft: Loft, side: str) -> Part:
    vertices, faces = _rings(make, loft)
    return Part(vertices, faces, _leg_weights(body, vertices[:, 1], side))


def _stiff(shape: tuple[Array, npt.NDArray[np.int64]], bone: str) -> Part:
    weights = np.zeros((len(shape[0]), len(BONES)), np.float32)
    weights[:, BONES.index(bone)] = 1.0
    return Part(*shape, weights)


def _ball(make: Make, centre: Array, half: Array) -> tuple[Array, npt.NDArray[np.int64]]:
    up = np.linspace(-0.98, 0.98, 9)
    wide = np.sqrt(1 - up**2)
    return _rings(make, Loft(centre + (up * half[1])[:, None] * UP, np.column_stack([wide * half[0], wide * half[2]])))


def _seat(rng: np.random.Generator, make: Make, body: Body, side: str) -> Part:
    """A buttock: an ellipsoid that hangs between pelvis and thigh."""
    centre = body.joints[f"thigh_{side}"] + np.array([0, rng.uniform(-0.04, 0.02), -rng.uniform(0.04, 0.08)])
    vertices, faces = _ball(make, centre, rng.uniform((0.06, 0.07, 0.06), (0.085, 0.1, 0.09)))
    return Part(vertices, faces, _leg_weights(body, vertices[:, 1], side))


def _arms(rng: np.random.Generator, make: Make, body: Body, larger: float, bones: int = 3) -> list[Part]:
    """Upper arms, forearms and hands: a stiff tube each, from the shoulder so many bones down."""
    j = {name: at.astype(float) for name, at in body.joints.items()}
    thick = rng.uniform(0.035, 0.055) * larger
    parts = []
    for side in "lr":
        shoulder, elbow, wrist = j[f"upperarm_{side}"], j[f"lowerarm_{side}"], j[f"hand_{side}"]
        ends = (shoulder, elbow, wrist, wrist + 0.65 * (wrist - elbow))
        shapes = (("upperarm", (1.15, 1, 0.85)), ("lowerarm", (0.85, 0.9, 0.6)), ("hand", (0.65, 0.9, 0.4)))
        for at, (bone, radii) in enumerate(shapes[:bones]):
            line = ends[at + 1] - ends[at]
            u = np.cross(line, AHEAD)
            u /= np.linalg.norm(u)
            v = np.cross(line, u) / np.linalg.norm(line)
            share = np.linspace(0, 1, 7)
            r = thick * np.interp(share, [0, 0.5, 1], radii)
            loft = Loft(ends[at] + share[:, None] * line, np.column_stack([r, r]))
            parts.append(_stiff(_rings(make, loft, u, v), f"{bone}_{side}"))
    return parts


def _head(rng: np.random.Generator, make: Make, body: Body) -> Part:
    centre = body.joints["head"] + np.array([0, 0.09, 0.02])
    return _stiff(_ball(make, centre, rng.uniform((0.07, 0.11, 0.08), (0.1, 0.14, 0.11))), "head")


def _foot(rng: np.random.Generator, make: Make, body: Body, side: str) -> Part:
    heel, toe = body.joints[f"heel_{side}"].astype(float), body.joints[f"toe_{side}"].astype(float)
    ahead = (toe - heel) / np.linalg.norm(toe - heel)
    at = np.linspace(0, 1, 9)
    larger = rng.uniform(1.0, 1.25)
    high = np.interp(at, [0, 0.25, 0.6, 1], [0.055, 0.07, 0.04, 0.02]) * larger
    wide = np.interp(at, [0, 0.3, 0.75, 1], [0.03, 0.034, 0.045, 0.03]) * larger
    reach = float(np.linalg.norm(toe - heel)) + 0.04
    centres = heel + (at * reach - 0.01)[:, None] * ahead + (high - 0.015)[:, None] * UP
    u = np.cross(UP, ahead)
    return _stiff(_rings(make, Loft(centres, np.column_stack([wide, high])), u / np.linalg.norm(u), UP), f"foot_{side}")


def _bottom(
    rng: np.random.Generator, make: Make, body: Body, torso: Loft, limbs: dict[str, Loft], seats: list[Part]
) -> Cloth:
    """Shorts, tights or trousers: wider tubes about the seat and as much of the legs as they cover."""
    loose = abs(rng.normal(0, 0.018)) + 0.003
    flare = rng.uniform(0, 0.05) if loose > 0.012 else 0.0
    length = rng.uniform(0.2, 0.5) if rng.uniform() < 0.5 else rng.uniform(0.5, 0.95)
    waist = float(rng.uniform(body.joints["thigh_l"][1] + 0.05, body.joints["spine_02"][1] + 0.05))
    low = torso.centres[:, 1] < waist + 0.05
    parts = [_trunk_part(make, body, Loft(torso.centres[low], torso.axes[low] + loose))]
    for side in "lr":
        covered = max(3, int(length * len(limbs[side].centres)))
        wider = loose + flare * np.linspace(0, 1, covered) ** 1.5
        loft = Loft(limbs[side].centres[:covered], limbs[side].axes[:covered] + wider[:, None])
        parts.append(_leg_part(make, body, loft, side))
    for seat in seats:
        middle = seat.vertices.mean(axis=0)
        parts.append(replace(seat, vertices=middle + (seat.vertices - middle) * (1 + loose / 0.07)))
    joined = replace(_cloth(parts, "bottom", colour(rng), rng), highest=waist, tilt=float(rng.normal(0, 0.03)))
    return hung_bottom(rng, joined, 0.35) if loose > 0.015 else joined


def _top(rng: np.random.Generator, make: Make, body: Body, torso: Loft) -> Cloth:
    """A shirt or jacket with sleeves of any length, hanging down as far as it likes."""
    loose = abs(rng.normal(0, 0.015)) + 0.004
    hem = float(rng.uniform(body.joints["thigh_l"][1] - 0.15, body.joints["spine_02"][1]))
    centres, axes = torso.centres, torso.axes.copy()
    widest = int(np.argmax(axes[:8, 0]))
    axes[:widest] = axes[widest]  # cloth bridges the crotch
    keep = (centres[:, 1] > hem) & (centres[:, 1] < float(body.joints["neck_01"][1]))
    line, radii = centres[keep], axes[keep]
    if line[0, 1] - hem > 0.02:
        line = np.concatenate([[[0, hem, line[0, 2]]], line])
        radii = np.concatenate([radii[:1], radii])
    down = np.clip((line[-1, 1] - line[:, 1]) / 0.6, 0, 1)
    flare = rng.uniform(0, 0.03)
    parts = [_trunk_part(make, body, Loft(line, radii + loose + (flare * down)[:, None]))]
    parts += _arms(rng, make, body, 1.2 + 8 * loose, int(rng.integers(0, 3)))
    joined = _cloth(parts, "top", colour(rng), rng)
    return hung_top(rng, joined, loose + flare)


def _things(rng: np.random.Generator, body: Body, torso: Loft) -> list[Cloth]:
    """Pockets, pouches, bottles: lumps that need not be the same on both sides."""
    out = []
    hip_y = float(body.joints["thigh_l"][1])
    for _ in range(int(rng.choice(4, p=(0.5, 0.25, 0.15, 0.1)))):
        y = float(rng.uniform(hip_y - 0.25, hip_y + 0.12))
        ring = int(np.argmin(np.abs(torso.centres[:, 1] - y)))
        turn = rng.uniform(0, 2 * np.pi)
        at = torso.centres[ring] + np.array([np.cos(turn), 0, np.sin(turn)]) * np.insert(torso.axes[ring], 1, 0)
        at[1] = y
        bone = "pelvis" if y > hip_y - 0.05 else "thigh_l" if at[0] > 0 else "thigh_r"
        shape = _ball(Make(8, rng.uniform(2, 6)), at, rng.uniform((0.02, 0.02, 0.01), (0.05, 0.07, 0.03)))
        out.append(_cloth([_stiff(shape, bone)], "thing", colour(rng), rng))
    return out


def _marked(body: Body, torso: Loft) -> Body:
    """The surface landmarks: where they lie against the hip joints, on the tube of the trunk."""
    hip = body.joints["thigh_l"].astype(float)
    weights = np.zeros((len(MARKS), len(BONES)), np.float32)
    marks = []
    for row, name in enumerate(MARKS):
        sign = 1.0 if name.startswith("left") else -1.0
        weights[row, BONES.index("spine_03" if name == "c7" else "pelvis")] = 1.0
        y = {
            "psis": hip[1] + 0.075,
            "asis": hip[1] + 0.095,
            "trochanter": hip[1],
            "c7": float(body.joints["neck_01"][1]),
        }[name.split("_")[-1]]
        ring = int(np.argmin(np.abs(torso.centres[:, 1] - y)))
        middle, (wide, deep) = torso.centres[ring], torso.axes[ring]
        x, z = {"psis": (0.045, -deep * 0.95), "asis": (abs(hip[0]) * 1.15, deep * 0.8), "trochanter": (wide, 0.0),
                "c7": (0.0, -deep)}[name.split("_")[-1]]  # fmt: skip
        marks.append([sign * x, y, middle[2] + z])
    return replace(body, marks=np.array(marks, np.float32), mark_weights=sparse.csr_matrix(weights))


def _cloth(parts: list[Part], part: str, tone: npt.NDArray[np.float32], rng: np.random.Generator) -> Cloth:
    """Several parts as one layer."""
    starts = np.cumsum([0, *(len(p.vertices) for p in parts[:-1])])
    return Cloth(
        np.concatenate([p.vertices for p in parts]).astype(np.float32),
        np.concatenate([p.faces + start for p, start in zip(parts, starts, strict=True)]).astype(np.int32),
        sparse.csr_matrix(np.concatenate([p.weights for p in parts])), part, ((9.0, tone),),
        fold_m=0.0 if part in ("skin", "thing") else float(rng.uniform(0, 0.006)), seed=float(rng.uniform(0, 100)),
        shine=float(rng.uniform(0, 0.5)), pattern=draw_pattern(rng) if part != "skin" else (0, 1.0, tone),
    )  # fmt: skip
