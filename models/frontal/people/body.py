"""Bodies: the base mesh shaped at random, with joints and surface landmarks.

Body frame: metres, x to the person's left, y up, z forward. The person stands at rest with the feet near y = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .base_mesh import BONES, Array, Base, base, group_mean

METRES_PER_DECIMETRE = 0.1  # the base mesh is in decimetres

# Landmarks on the skin: posterior and anterior superior iliac spines, greater trochanters, the seventh cervical vertebra.
MARKS = (*(f"{side}_{name}" for name in ("psis", "asis", "trochanter") for side in ("left", "right")), "c7")
# Where they are looked for on the base mesh (decimetres): (outwards from the middle of the hips, above the hip joint, and whether
# at the back (-1), at the front (1) or at the side (0)). The trochanter is looked for 2 dm outwards of its own hip joint.
SURFACE = {"psis": (0.45, 0.75, -1), "asis": (1.15, 0.95, 1), "trochanter": (9.9, 0.0, 0)}


@dataclass(frozen=True)
class Body:
    """One person at rest."""

    vertices: Array  # (n, 3) with the helper vertices that garments are fitted to
    joints: dict[str, Array]  # each bone's head, and heel_l, heel_r, toe_l, toe_r
    marks: Array  # (7, 3) surface landmarks in the order of MARKS
    mark_weights: sparse.csr_matrix  # (7, bones) their skin weights


def draw_body(rng: np.random.Generator) -> Body:
    """A person drawn at random: sex, age, race, muscle, weight, height, and many local proportions."""
    shared = base()
    shape = shared.vertices.copy()
    _add_overall_shape(rng, shared, shape)
    _add_local_shapes(rng, shared, shape)
    shape *= METRES_PER_DECIMETRE
    body = np.unique(shared.faces)
    shape[:, 1] -= shape[body, 1].min()
    joints = {bone: group_mean(shared, shape, cube) for bone, cube in shared.heads.items()}
    for side in "lr":
        joints[f"heel_{side}"] = _heel(shape, side)
        joints[f"toe_{side}"] = group_mean(shared, shape, f"joint-{side}-toe-2-4")
    index = [surface_vertices()[name] for name in MARKS]
    return Body(shape.astype(np.float32), joints, shape[index].astype(np.float32), shared.weights[index])


def _add_overall_shape(rng: np.random.Generator, shared: Base, shape: Array) -> None:
    """Add sex, age, race, muscle, weight and height to a shape (n, 3; decimetres)."""
    woman = float(np.clip(rng.normal(0.5, 0.55), 0, 1))
    sexes = {"female": woman, "male": 1 - woman}
    ages = {"young": (young := float(rng.beta(2.5, 1))), "old": 1 - young}
    muscles = _between_neighbours(rng, ("minmuscle", "averagemuscle", "maxmuscle"))
    weights = _between_neighbours(rng, ("minweight", "averageweight", "maxweight"))
    races = dict(zip(("african", "asian", "caucasian"), rng.dirichlet((0.7, 0.7, 0.7)), strict=True))
    tall = rng.normal(0, 0.45)
    heights = {"maxheight" if tall > 0 else "minheight": min(abs(tall), 1.0)}
    for sex, of_sex in sexes.items():
        for age, of_age in ages.items():
            for race, of_race in races.items():
                shape += of_sex * of_age * of_race * shared.targets[f"{race}-{sex}-{age}"]
            for muscle, of_muscle in muscles.items():
                for weight, of_weight in weights.items():
                    share = of_sex * of_age * of_muscle * of_weight
                    if share > 1e-3:
                        shape += share * shared.targets[f"universal-{sex}-{age}-{muscle}-{weight}"]
                        for height, of_height in heights.items():
                            shape += share * of_height * shared.targets[f"{sex}-{age}-{muscle}-{weight}-{height}"]


def _add_local_shapes(rng: np.random.Generator, shared: Base, shape: Array) -> None:
    """Add forty local shapes at random; one of a side is added to the other side as well."""
    local = sorted(name for name in shared.targets if name.startswith("local/"))
    for name in rng.choice(local, size=40, replace=False):
        strength = abs(rng.normal(0, 0.35))
        shape += strength * shared.targets[name]
        if (name.startswith("local/l-") and (other := name.replace("local/l-", "local/r-")) in shared.targets) or (
            name.startswith("local/r-") and (other := name.replace("local/r-", "local/l-")) in shared.targets
        ):
            shape += strength * shared.targets[other]


def _between_neighbours(rng: np.random.Generator, names: tuple[str, ...]) -> dict[str, float]:
    """Shapes on a line, from least to most: a random place on it, as weights of the two neighbours. The middle is likelier."""
    at = rng.beta(2, 2) * (len(names) - 1)
    low = min(int(at), len(names) - 2)
    return {names[low]: 1 - (at - low), names[low + 1]: at - low}


@cache
def _foot_vertices(side: str) -> npt.NDArray[np.int64]:
    """Visible vertices that belong to a foot."""
    shared = base()
    column = shared.weights[:, BONES.index(f"foot_{side}")].toarray().ravel()
    visible = np.zeros(len(shared.vertices), bool)
    visible[np.unique(shared.faces)] = True
    return np.flatnonzero((column > 0.6) & visible)


def _heel(vertices: Array, side: str) -> Array:
    """The rearmost point (3) of the sole."""
    foot = vertices[_foot_vertices(side)]
    low = foot[foot[:, 1] < np.quantile(foot[:, 1], 0.4)]
    return np.asarray(low[low[:, 2] < np.quantile(low[:, 2], 0.1)].mean(axis=0))


@cache
def surface_vertices() -> dict[str, int]:
    """The vertex of each of MARKS. It is picked on the base mesh, and moves with the shape and the skin of each body."""
    shared = base()
    visible = np.unique(shared.faces)
    at = shared.vertices[visible]
    of_trunk = [BONES.index(bone) for bone in ("pelvis", "spine_01", "thigh_l", "thigh_r")]
    trunk = np.asarray(shared.weights[visible][:, of_trunk].sum(axis=1)).ravel() > 0.5
    hips = {side: group_mean(shared, shared.vertices, f"joint-{side}-upper-leg") for side in "lr"}
    middle = (hips["l"] + hips["r"]) / 2
    found: dict[str, int] = {}
    for side, sign, word in (("l", 1, "left"), ("r", -1, "right")):
        hip = hips[side]
        for name, (across, up, forward) in SURFACE.items():
            wanted_x = middle[0] + sign * across if name != "trochanter" else hip[0] + sign * 2.0
            distance = np.hypot(at[:, 0] - wanted_x, at[:, 1] - (hip[1] + up))
            right_half = (at[:, 2] - hip[2]) * forward > 0 if forward else np.abs(at[:, 2] - hip[2]) < 0.5
            cost = np.where(trunk & right_half, distance, np.inf)
            found[f"{word}_{name}"] = int(visible[int(cost.argmin())])
    neck = group_mean(shared, shared.vertices, "joint-neck")
    cost = np.where(at[:, 2] < neck[2], np.hypot(at[:, 0], at[:, 1] - neck[1]), np.inf)
    found["c7"] = int(visible[int(cost.argmin())])
    return found
