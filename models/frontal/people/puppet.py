"""A second make of body: tubes about a skeleton, with clothes that are wider tubes. It shares nothing of the base mesh's surface.

So a network cannot rely on buttocks and seams of the first make, but only on where limbs and trunk must be.
`blocks` are coarse, square puppets. They are kept for validation and are never trained on.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from .base_mesh import BONES
from .body import MARKS, Body, draw_body
from .cloth import Cloth, hung_bottom, hung_top
from .looks import colour, skin_tone
from .tubes import (
    UP,
    Loft,
    Part,
    Ring,
    ball,
    cloth_of,
    draw_arms,
    draw_foot,
    draw_head,
    draw_seat,
    leg_part,
    stiff,
    trunk_part,
)


def draw_puppet(rng: np.random.Generator, blocks: bool = False) -> tuple[Body, list[Cloth]]:
    """A body of tubes, and its layers: the skin first, then the clothes from the inside out."""
    body = _skeleton(rng, draw_body(rng))
    ring = Ring(int(rng.integers(4, 7)), rng.uniform(4, 9)) if blocks else Ring(20, rng.uniform(1.8, 3.2))
    torso = _torso(rng, body)
    limbs = _legs(rng, body)
    seats = [draw_seat(rng, ring, body, side) for side in "lr"] if rng.uniform() < 0.85 else []
    skin = [trunk_part(ring, body, torso), *(leg_part(ring, body, limbs[side], side) for side in "lr"), *seats]
    skin += draw_arms(rng, ring, body, 1.0) + [draw_head(rng, ring, body)]
    clothes = [_bottom(rng, ring, body, torso, limbs, seats), _top(rng, ring, body, torso)]
    if rng.uniform() < 0.25:
        clothes.reverse()
    shoes = cloth_of([draw_foot(rng, ring, body, side) for side in "lr"], "shoes", colour(rng), rng)
    tone = colour(rng) if blocks else skin_tone(rng)
    layers = [cloth_of(skin, "skin", tone, rng), *clothes, shoes, *_things(rng, body, torso)]
    return _marked(body, torso), layers


def _skeleton(rng: np.random.Generator, body: Body) -> Body:
    """The body with other distances between its hips, between its shoulders, and another length of its legs."""
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
    """The trunk from below the crotch to the head."""
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
    """Both legs from above the hip to the ankle: "l" and "r"."""
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


def _bottom(
    rng: np.random.Generator, ring: Ring, body: Body, torso: Loft, limbs: dict[str, Loft], seats: list[Part]
) -> Cloth:
    """Shorts, tights or trousers: wider tubes about the seat and a part of the legs."""
    loose = abs(rng.normal(0, 0.018)) + 0.003
    flare = rng.uniform(0, 0.05) if loose > 0.012 else 0.0
    length = rng.uniform(0.2, 0.5) if rng.uniform() < 0.5 else rng.uniform(0.5, 0.95)
    waist = float(rng.uniform(body.joints["thigh_l"][1] + 0.05, body.joints["spine_02"][1] + 0.05))
    low = torso.centres[:, 1] < waist + 0.05
    parts = [trunk_part(ring, body, Loft(torso.centres[low], torso.axes[low] + loose))]
    for side in "lr":
        covered = max(3, int(length * len(limbs[side].centres)))
        wider = loose + flare * np.linspace(0, 1, covered) ** 1.5
        loft = Loft(limbs[side].centres[:covered], limbs[side].axes[:covered] + wider[:, None])
        parts.append(leg_part(ring, body, loft, side))
    for seat in seats:
        middle = seat.vertices.mean(axis=0)
        parts.append(replace(seat, vertices=middle + (seat.vertices - middle) * (1 + loose / 0.07)))
    joined = replace(cloth_of(parts, "bottom", colour(rng), rng), highest=waist, tilt=float(rng.normal(0, 0.03)))
    return hung_bottom(rng, joined, 0.35) if loose > 0.015 else joined


def _top(rng: np.random.Generator, ring: Ring, body: Body, torso: Loft) -> Cloth:
    """A shirt or jacket. Sleeves and hem are of any length."""
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
    parts = [trunk_part(ring, body, Loft(line, radii + loose + (flare * down)[:, None]))]
    parts += draw_arms(rng, ring, body, 1.2 + 8 * loose, int(rng.integers(0, 3)))
    joined = cloth_of(parts, "top", colour(rng), rng)
    return hung_top(rng, joined, loose + flare)


def _things(rng: np.random.Generator, body: Body, torso: Loft) -> list[Cloth]:
    """Up to three pockets, pouches or bottles, anywhere about hips and thighs."""
    out = []
    hip_y = float(body.joints["thigh_l"][1])
    for _ in range(int(rng.choice(4, p=(0.5, 0.25, 0.15, 0.1)))):
        y = float(rng.uniform(hip_y - 0.25, hip_y + 0.12))
        near = int(np.argmin(np.abs(torso.centres[:, 1] - y)))
        turn = rng.uniform(0, 2 * np.pi)
        at = torso.centres[near] + np.array([np.cos(turn), 0, np.sin(turn)]) * np.insert(torso.axes[near], 1, 0)
        at[1] = y
        bone = "pelvis" if y > hip_y - 0.05 else "thigh_l" if at[0] > 0 else "thigh_r"
        shape = ball(Ring(8, rng.uniform(2, 6)), at, rng.uniform((0.02, 0.02, 0.01), (0.05, 0.07, 0.03)))
        out.append(cloth_of([stiff(shape, bone)], "thing", colour(rng), rng))
    return out


def _marked(body: Body, torso: Loft) -> Body:
    """The body with its surface landmarks: placed by the hip joints, on the tube of the trunk."""
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
        near = int(np.argmin(np.abs(torso.centres[:, 1] - y)))
        middle, (wide, deep) = torso.centres[near], torso.axes[near]
        x, z = {"psis": (0.045, -deep * 0.95), "asis": (abs(hip[0]) * 1.15, deep * 0.8), "trochanter": (wide, 0.0),
                "c7": (0.0, -deep)}[name.split("_")[-1]]  # fmt: skip
        marks.append([sign * x, y, middle[2] + z])
    return replace(body, marks=np.array(marks, np.float32), mark_weights=sparse.csr_matrix(weights))
