"""Parts of a puppet's body: closed tubes about its bones. Each part is made of rings (superellipses) along a line.

Lengths are metres in the body frame (x to the person's left, y up, z forward).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .base_mesh import BONES
from .body import Body
from .cloth import Cloth
from .looks import Colour, draw_pattern

Array = npt.NDArray[np.float64]
UP, ACROSS, AHEAD = np.eye(3)[1], np.eye(3)[0], np.eye(3)[2]


@dataclass(frozen=True)
class Ring:
    """The shape of all rings of a puppet."""

    corners: int
    square: float  # exponent of the superellipse: 2 is round, more is squarer


@dataclass(frozen=True)
class Part:
    """A piece of surface with its skin weights."""

    vertices: Array  # (n, 3)
    faces: npt.NDArray[np.int64]  # (m, 3)
    weights: npt.NDArray[np.float32]  # (n, bones)


@dataclass(frozen=True)
class Loft:
    """Rings along a line."""

    centres: Array  # (n, 3)
    axes: Array  # (n, 2) half axes: across, ahead


def rings(ring: Ring, loft: Loft, u: Array = ACROSS, v: Array = AHEAD) -> tuple[Array, npt.NDArray[np.int64]]:
    """Vertices (n, 3) and faces (m, 3) of a closed tube. u and v (3) are the directions of its two half axes."""
    count, k = len(loft.centres), ring.corners
    turn = 2 * np.pi * (np.arange(k) + 0.5) / k
    cos, sin = np.cos(turn), np.sin(turn)
    reach = (np.abs(cos) ** ring.square + np.abs(sin) ** ring.square) ** (-1 / ring.square)
    across = loft.axes[:, :1, None] * (reach * cos)[None, :, None] * u
    ahead = loft.axes[:, 1:, None] * (reach * sin)[None, :, None] * v
    rim_points = (loft.centres[:, None] + across + ahead).reshape(-1, 3)
    i, m = (part.ravel() for part in np.meshgrid(np.arange(count - 1), np.arange(k), indexing="ij"))
    a, b = i * k + m, i * k + (m + 1) % k
    rim, after, top = np.arange(k), (np.arange(k) + 1) % k, (count - 1) * k
    faces = np.concatenate([
        np.column_stack([a, b, a + k]), np.column_stack([b, b + k, a + k]),
        np.column_stack([np.full(k, count * k), after, rim]), np.column_stack([np.full(k, count * k + 1), rim + top, after + top]),
    ])  # fmt: skip
    return np.concatenate([rim_points, loft.centres[:1], loft.centres[-1:]]), faces


def rising(at: Array, low: float, high: float) -> Array:
    """0 below `low`, 1 above `high`, linear between."""
    return np.clip((at - low) / (high - low), 0, 1)


def trunk_part(ring: Ring, body: Body, loft: Loft) -> Part:
    """The trunk with neck and head, or cloth about it: each height moves with the bone of the spine that is there."""
    vertices, faces = rings(ring, loft)
    chain = ("pelvis", "spine_01", "spine_02", "spine_03", "neck_01", "head")
    starts = [float(body.joints["thigh_l"][1]) + 0.06, *(float(body.joints[bone][1]) + 0.02 for bone in chain[2:])]
    weights = np.zeros((len(vertices), len(BONES)), np.float32)
    left = np.ones(len(vertices))
    for bone, start in zip(chain[:-1], starts, strict=True):
        above = rising(vertices[:, 1], start - 0.04, start + 0.05)
        weights[:, BONES.index(bone)] = left * (1 - above)
        left = left * above
    weights[:, BONES.index("head")] = left
    return Part(vertices, faces, weights)


def leg_weights(body: Body, y: Array, side: str) -> npt.NDArray[np.float32]:
    """Skin weights (n, bones) of what lies at heights `y` (n) of a leg."""
    hip, knee = float(body.joints[f"thigh_{side}"][1]), float(body.joints[f"calf_{side}"][1])
    weights = np.zeros((len(y), len(BONES)), np.float32)
    pelvis, calf = 0.8 * rising(y, hip - 0.07, hip + 0.07), rising(-y, -knee - 0.035, -knee + 0.035)
    for bone, share in (("pelvis", pelvis), (f"calf_{side}", calf), (f"thigh_{side}", 1 - pelvis - calf)):
        weights[:, BONES.index(bone)] = share
    return weights


def leg_part(ring: Ring, body: Body, loft: Loft, side: str) -> Part:
    """A leg, or cloth about it."""
    vertices, faces = rings(ring, loft)
    return Part(vertices, faces, leg_weights(body, vertices[:, 1], side))


def stiff(shape: tuple[Array, npt.NDArray[np.int64]], bone: str) -> Part:
    """A shape (vertices, faces) that moves with one bone alone."""
    weights = np.zeros((len(shape[0]), len(BONES)), np.float32)
    weights[:, BONES.index(bone)] = 1.0
    return Part(*shape, weights)


def ball(ring: Ring, centre: Array, half: Array) -> tuple[Array, npt.NDArray[np.int64]]:
    """Vertices and faces of an ellipsoid. half: its half axes (3)."""
    up = np.linspace(-0.98, 0.98, 9)
    wide = np.sqrt(1 - up**2)
    return rings(ring, Loft(centre + (up * half[1])[:, None] * UP, np.column_stack([wide * half[0], wide * half[2]])))


def draw_seat(rng: np.random.Generator, ring: Ring, body: Body, side: str) -> Part:
    """A buttock: an ellipsoid that moves in part with the pelvis and in part with the thigh."""
    centre = body.joints[f"thigh_{side}"] + np.array([0, rng.uniform(-0.04, 0.02), -rng.uniform(0.04, 0.08)])
    vertices, faces = ball(ring, centre, rng.uniform((0.06, 0.07, 0.06), (0.085, 0.1, 0.09)))
    return Part(vertices, faces, leg_weights(body, vertices[:, 1], side))


def draw_arms(rng: np.random.Generator, ring: Ring, body: Body, larger: float, bones: int = 3) -> list[Part]:
    """Both arms, or sleeves: a stiff tube for each of the first `bones` of upper arm, forearm and hand. larger: factor of the radius."""
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
            parts.append(stiff(rings(ring, loft, u, v), f"{bone}_{side}"))
    return parts


def draw_head(rng: np.random.Generator, ring: Ring, body: Body) -> Part:
    """The head without the neck."""
    centre = body.joints["head"] + np.array([0, 0.09, 0.02])
    return stiff(ball(ring, centre, rng.uniform((0.07, 0.11, 0.08), (0.1, 0.14, 0.11))), "head")


def draw_foot(rng: np.random.Generator, ring: Ring, body: Body, side: str) -> Part:
    """A foot in its shoe."""
    heel, toe = body.joints[f"heel_{side}"].astype(float), body.joints[f"toe_{side}"].astype(float)
    ahead = (toe - heel) / np.linalg.norm(toe - heel)
    at = np.linspace(0, 1, 9)
    larger = rng.uniform(1.0, 1.25)
    high = np.interp(at, [0, 0.25, 0.6, 1], [0.055, 0.07, 0.04, 0.02]) * larger
    wide = np.interp(at, [0, 0.3, 0.75, 1], [0.03, 0.034, 0.045, 0.03]) * larger
    reach = float(np.linalg.norm(toe - heel)) + 0.04
    centres = heel + (at * reach - 0.01)[:, None] * ahead + (high - 0.015)[:, None] * UP
    u = np.cross(UP, ahead)
    return stiff(rings(ring, Loft(centres, np.column_stack([wide, high])), u / np.linalg.norm(u), UP), f"foot_{side}")


def cloth_of(parts: list[Part], part: str, tone: Colour, rng: np.random.Generator) -> Cloth:
    """Several parts as one layer."""
    starts = np.cumsum([0, *(len(p.vertices) for p in parts[:-1])])
    return Cloth(
        np.concatenate([p.vertices for p in parts]).astype(np.float32),
        np.concatenate([p.faces + start for p, start in zip(parts, starts, strict=True)]).astype(np.int32),
        sparse.csr_matrix(np.concatenate([p.weights for p in parts])), part, ((9.0, tone),),
        fold_m=0.0 if part in ("skin", "thing") else float(rng.uniform(0, 0.006)), seed=float(rng.uniform(0, 100)),
        shine=float(rng.uniform(0, 0.5)), pattern=draw_pattern(rng) if part != "skin" else (0, 1.0, tone),
    )  # fmt: skip
