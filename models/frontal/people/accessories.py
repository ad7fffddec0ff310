"""What is worn besides clothes: belts and pouches, straps and guards, shoes, socks and hair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from .base_mesh import base
from .body import Body
from .cloth import Cloth
from .garments import GARMENTS, fitted, read_fit, shell
from .looks import colour, draw_pattern
from .skinning import arm_share, sharpened


def draw_belt(rng: np.random.Generator, body: Body, hip: float, waist: float) -> Cloth:
    """A running belt between the hips and the waist (heights in m)."""
    at = rng.uniform(hip + 0.05, waist + 0.03)
    return shell(rng, body, "belt", at - rng.uniform(0.01, 0.03), at + rng.uniform(0.01, 0.03), 0.4,
                  puff_m=rng.uniform(0.015, 0.045))  # fmt: skip


def draw_bands(rng: np.random.Generator, body: Body, hip: float, knee: float) -> list[Cloth]:
    """One to three straps, braces or guards about the thighs, soft or stiff (heights in m)."""
    out = []
    for _ in range(int(rng.integers(1, 4))):
        at, wide = rng.uniform(knee - 0.08, hip + 0.06), rng.uniform(0.01, 0.08)
        band = shell(rng, body, "band", at - wide, at + wide, 0.4, puff_m=float(rng.choice((0.004, rng.uniform(0.01, 0.04)))),
                      fold_m=rng.uniform(0, 0.01))  # fmt: skip
        stiff = sharpened(band.weights, float(np.exp(rng.uniform(0, 1.8))))
        out.append(replace(band, vee=float(rng.choice((0.0, rng.normal(0, 0.5)))), weights=stiff))
    return out


def draw_pouch(rng: np.random.Generator, body: Body, belt: Cloth) -> Cloth:
    """A box (a telephone, a flask) that hangs from a belt and moves with the body under it."""
    shared = base()
    up = (belt.lowest + belt.highest) / 2
    near = np.flatnonzero((np.abs(body.vertices[:, 1] - up) < 0.03) & (arm_share(shared.weights) < 0.1))
    at = int(rng.choice(near))
    out = body.vertices[at] * np.array([1.0, 0.0, 1.0])
    out = out / max(float(np.linalg.norm(out)), 1e-6)
    aside = np.array([out[2], 0.0, -out[0]])
    wide, high, deep = rng.uniform(0.025, 0.08), rng.uniform(0.03, 0.09), rng.uniform(0.01, 0.03)
    middle = body.vertices[at] + out * (belt.puff_m + deep) - np.array([0.0, rng.uniform(-0.2, 0.9) * high, 0.0])
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * (wide, high, deep)
    sides = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])
    placed = middle + corners @ np.stack([aside, [0.0, 1.0, 0.0], out])
    faces = np.concatenate([np.array([[0, 1, 2], [0, 2, 3]]) + 4 * side for side in range(6)]).astype(np.int32)
    weights = sparse.csr_matrix(np.repeat(shared.weights[at].toarray(), 24, axis=0))
    return Cloth(placed[sides.ravel()].astype(np.float32), faces, weights, "pouch", ((9.0, colour(rng)),),
                 seed=float(rng.uniform(0, 100)), shine=float(rng.uniform(0, 0.6)), pattern=draw_pattern(rng))  # fmt: skip


def draw_shoes(rng: np.random.Generator, body: Body) -> Cloth:
    """One of the six pairs of shoes, its sole in a colour of its own."""
    shoes = sorted(path.stem for path in (GARMENTS / "clothes").glob("shoes*.mhclo"))
    fit = read_fit(f"clothes/{rng.choice(shoes)}")
    sole = float(rng.uniform(0.0, 0.035))
    return Cloth(fitted(fit, body), fit.faces, fit.weights, "shoes", ((sole, colour(rng)), (9.0, colour(rng))),
                 puff_m=float(rng.uniform(0, 0.006)), shine=float(rng.uniform(0, 0.6)), pattern=draw_pattern(rng))  # fmt: skip


def draw_hair(rng: np.random.Generator, body: Body) -> Cloth:
    """One of the ten heads of hair, from black to fair."""
    hairs = sorted(path.stem for path in (GARMENTS / "hair").glob("*.mhclo"))
    fit = read_fit(f"hair/{rng.choice(hairs)}")
    shade = np.array([0.35, 0.25, 0.18], np.float32) * rng.uniform(0.05, 1.8) + rng.uniform(0, 0.15)
    return Cloth(fitted(fit, body), fit.faces, fit.weights, "hair", ((9.0, shade.astype(np.float32)),),
                 puff_m=float(rng.uniform(0, 0.02)), shine=0.3, pattern=(5, 1.0, shade * 0.6))  # fmt: skip
