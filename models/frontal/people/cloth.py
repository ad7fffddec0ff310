"""One layer of clothing: its cuts, what it hides, how it stands off the body and how it hangs.

Heights, widths and distances are metres on the body at rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .base_mesh import Array
from .looks import Colour, Pattern
from .skinning import arm_share, hanging

HEM_M = 0.035  # width of a layer's hem, under which what lies below may still show
HANGS_FREE_M = 0.06  # cloth that stands off so far hardly touches the pelvis
CREEP_M, UNEVEN_M = 0.03, 0.015  # most that a garment slides in the course of a run, and most that its two sides differ
_HIDES_NOTHING = ("skin", "shoes", "hair", "socks", "belt", "thing", "band", "pouch")
_UNCUT_BY_TILT = ("skin", "shoes", "hair", "pouch")
_NO_SLEEVES = ("tights", "leggings", "shorts", "wide", "trousers", "skirt", "belt", "jacket", "bra", "socks", "band")


@dataclass(frozen=True)
class Cover:
    """What a layer hides of those under it. It holds at rest: what lies under a layer stays hidden, however both move."""

    lowest: float
    highest: float
    widest: float
    tilt: float
    sleeves: bool
    uneven: float = 0.0  # how much further up it has slid per metre to the left, as far as 0.2 m


@dataclass(frozen=True)
class Cloth:
    """One layer over (or instead of) the skin, at rest."""

    vertices: Array  # (n, 3)
    faces: npt.NDArray[np.int32]  # (m, 3)
    weights: sparse.csr_matrix  # (n, bones)
    part: str  # what it is: "skin", "shoes", "shorts" and so on
    zones: tuple[tuple[float, Colour], ...] = ()  # from below: the height up to which a colour reaches, and the colour
    lowest: float = -9.0  # cut away below this height
    highest: float = 9.0  # and above this one
    widest: float = 9.0  # and beyond this distance from the midline
    tilt: float = 0.0  # slope of both cuts: a waistband that does not follow the pelvis
    puff_m: float = 0.0  # how far it stands off
    flare_m: float = 0.0  # how much further at its lower end
    fold_m: float = 0.0  # depth of its folds
    sag_m: float = 0.0  # how far its middle sinks
    seed: float = 0.0
    shine: float = 0.0
    pattern: Pattern = field(default_factory=lambda: (0, 1.0, np.zeros(3, np.float32)))
    vee: float = 0.0  # slope of both cuts on either side of the midline: the edge of a brief, a chevron

    @property
    def cut_tilt(self) -> float:
        """The slope of its cuts; 0 for layers that are not cut."""
        return 0.0 if self.part in _UNCUT_BY_TILT else self.tilt

    @property
    def sleeveless(self) -> bool:
        """Whether it is cut away on the arms."""
        return self.part in _NO_SLEEVES


def covers_of(cloth: Cloth) -> tuple[Cover, ...]:
    """What the layer hides of those under it: all but its hem. A suit of two pieces has two covers and leaves the belly bare."""
    if cloth.part in _HIDES_NOTHING:
        return ()
    on_arms = arm_share(cloth.weights) > 0.5
    corners = cloth.vertices[cloth.faces[~on_arms[cloth.faces].all(axis=1)], 1]
    widest = min(cloth.widest, float(np.abs(cloth.vertices[:, 0]).max())) - HEM_M
    sleeves = bool(on_arms.any()) and not cloth.sleeveless
    return tuple(
        Cover(max(cloth.lowest, low) + HEM_M, min(cloth.highest, high) - HEM_M, widest, cloth.cut_tilt, sleeves)
        for low, high in pieces(corners.min(axis=1), corners.max(axis=1))
    )


def pieces(low: Array, high: Array) -> list[tuple[float, float]]:
    """Join the heights of faces, each from `low` (m) to `high` (m), to ranges without a gap."""
    out: list[tuple[float, float]] = []
    for k in np.argsort(low):
        if out and low[k] <= out[-1][1]:
            out[-1] = out[-1][0], max(out[-1][1], float(high[k]))
        else:
            out.append((float(low[k]), float(high[k])))
    return out


def faces_shown(cloth: Cloth, arm: Array, hidden_by: tuple[Cover, ...]) -> npt.NDArray[np.int32]:
    """The faces (k, 3) of a layer of which some part may be seen. The shader cuts those that are hidden in part.

    arm: each vertex' share of the arms (n). hidden_by: the covers of the layers over it.
    """
    across, up = cloth.vertices[:, 0], cloth.vertices[:, 1]
    height = up - cloth.cut_tilt * across - cloth.vee * np.abs(across)
    corners = height[cloth.faces]
    kept = (corners.max(axis=1) > cloth.lowest) & (corners.min(axis=1) < cloth.highest)
    kept &= (across[cloth.faces].min(axis=1) < cloth.widest) & (across[cloth.faces].max(axis=1) > -cloth.widest)
    if cloth.sleeveless:
        kept &= (arm[cloth.faces] <= 0.5).any(axis=1)
    for cover in hidden_by:
        at = up - cover.tilt * across
        hidden = (at > cover.lowest) & (at < cover.highest) & (np.abs(across) < cover.widest)
        if not cover.sleeves:
            hidden &= arm < 0.5
        kept &= ~hidden[cloth.faces].all(axis=1)
    return np.ascontiguousarray(cloth.faces[kept])


def hung_top(rng: np.random.Generator, cloth: Cloth, loose_m: float) -> Cloth:
    """A shirt or jacket over the hips. It does not follow the thighs, and follows the pelvis only as far as it touches it.

    loose_m: how far it stands off at its hem.
    """
    off_legs = {f"thigh_{side}": ("pelvis", float(rng.uniform(0.5, 1.0))) for side in "lr"}
    weights = hanging(cloth.weights, off_legs)
    share = float(rng.uniform(0.0, 0.9)) * min(max(loose_m - 0.01, 0.0) / HANGS_FREE_M, 1.0)
    return replace(cloth, weights=hanging(weights, {"pelvis": ("spine_02", share)}))


def hung_bottom(rng: np.random.Generator, cloth: Cloth, most: float) -> Cloth:
    """A skirt or wide shorts: held by the waist, moved by the thighs only in part. most: of the thighs' share that is lost."""
    share = float(rng.uniform(0.0, most))
    return replace(cloth, weights=hanging(cloth.weights, {f"thigh_{side}": ("pelvis", share) for side in "lr"}))


def draw_creep(rng: np.random.Generator) -> tuple[float, float]:
    """How far a garment has slid up at the end of a run: on the midline (m), and how much more per metre to the left."""
    uneven = float(rng.uniform(-UNEVEN_M, UNEVEN_M))
    most = CREEP_M - abs(uneven) / 2
    return float(rng.uniform(-most, most)), uneven / 0.3


def _down(cloth: Cloth) -> Array:
    """How far down the layer each vertex lies (n): 0 at its upper edge, 1 at its lower one."""
    span = max(min(cloth.highest, 2.0) - max(cloth.lowest, 0.0), 0.1)
    return np.asarray(np.clip((min(cloth.highest, 2.0) - cloth.vertices[:, 1]) / span, 0, 1), np.float32)


def stands_off(cloth: Cloth) -> Array:
    """How far each vertex may swing (n; m). The lower end of what hangs swings; a waistband does not."""
    down = _down(cloth)
    return np.asarray((cloth.puff_m * down + cloth.flare_m * down**1.5), np.float32)


def deformed(cloth: Cloth, normals: Array) -> Array:
    """The layer's vertices (n, 3) at rest, moved along their normals (n, 3): stood off the body, flared, folded and sagging."""
    at = cloth.vertices
    down = _down(cloth)
    s = cloth.seed
    folds = np.sin(38 * at[:, 0] + 9 * at[:, 1] + s) * np.sin(31 * at[:, 2] - 7 * at[:, 1] + 2 * s) + 0.6 * np.sin(
        17 * at[:, 1] + 23 * at[:, 0] * np.cos(s) + 19 * at[:, 2] * np.sin(s) + 3 * s
    )
    off = cloth.puff_m + cloth.flare_m * down**1.5 + cloth.fold_m * folds
    moved = at + np.maximum(off, 0.001)[:, None] * normals
    moved[:, 1] -= cloth.sag_m * np.sin(np.pi * down)
    return np.asarray(moved, np.float32)
