"""How surfaces move with the bones: skin weights, and changes to them for soft tissue and hanging cloth.

Skin weights are (vertices, bones); each row adds up to one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .base_mesh import BONES, Array
from .body import Body
from .posing import Matrix, Pose


def skin(points: Array, weights: sparse.csr_matrix, body: Body, pose: Pose) -> Array:
    """Move points (n, 3; m) from rest into a pose: linear blend skinning."""
    heads = np.stack([body.joints[bone] for bone in BONES])
    offsets = pose.places - np.einsum("bij,bj->bi", pose.turns, heads)
    rows = np.concatenate([pose.turns, offsets[:, :, None]], axis=2).reshape(len(BONES), 12)
    blended = np.asarray(weights @ rows).reshape(-1, 3, 4)
    moved = np.einsum("nij,nj->ni", blended[:, :, :3], points) + blended[:, :, 3]
    return np.asarray(moved, np.float32)


def move_joint(name: str, bone: str, body: Body, pose: Pose) -> Matrix:
    """Where a joint (3; m) that is carried by a bone lies in a pose."""
    at = BONES.index(bone)
    return np.asarray(pose.places[at] + pose.turns[at] @ (body.joints[name] - body.joints[bone]))


def sharpened(weights: sparse.csr_matrix, exponent: float) -> sparse.csr_matrix:
    """The weights raised to a power: above 1 a surface belongs more sharply to one bone, below 1 less."""
    out = sparse.csr_matrix(weights, dtype=np.float64)
    out.data = np.maximum(out.data, 0.0) ** exponent  # fitted garments have weights a little under 0
    total = np.asarray(out.sum(axis=1)).ravel()
    return sparse.csr_matrix(sparse.diags(1.0 / np.maximum(total, 1e-9)) @ out)


def yielding(weights: sparse.csr_matrix, vertices: Array, body: Body, up: float, down: float) -> sparse.csr_matrix:
    """Weights of soft tissue and cloth that give way: a share of what is the pelvis' goes to the trunk and to the thighs.

    up, down: the share (0..1) that is given away at the waist (to the trunk) and below the hips (to the nearer thigh).
    """
    hips = (body.joints["thigh_l"] + body.joints["thigh_r"]) / 2
    waist_y = float(body.joints["spine_01"][1])
    half_m = abs(float(body.joints["thigh_l"][0] - hips[0]))
    height = (vertices[:, 1] - float(hips[1])) / max(waist_y - float(hips[1]), half_m)  # 0 at the hips, 1 at the waist
    left = 1.0 / (1.0 + np.exp(-np.clip((vertices[:, 0] - float(hips[0])) / (0.3 * half_m), -30, 30)))
    to_trunk = up * np.clip(height, 0.0, 1.0)
    to_thighs = down * np.clip(0.5 - height, 0.0, 1.0)
    given = np.zeros((len(vertices), len(BONES)))
    given[:, BONES.index("pelvis")] = -to_trunk - to_thighs
    given[:, BONES.index("spine_01")] = to_trunk
    given[:, BONES.index("thigh_l")] = to_thighs * left
    given[:, BONES.index("thigh_r")] = to_thighs * (1.0 - left)
    own = weights[:, [BONES.index("pelvis")]].toarray()
    return sparse.csr_matrix(weights + sparse.csr_matrix(own * given))


def hanging(weights: sparse.csr_matrix, moves: dict[str, tuple[str, float]]) -> sparse.csr_matrix:
    """Weights of cloth that hangs. moves: bone -> (another bone, the share of the first bone's weights that goes to it)."""
    transfer = np.eye(len(BONES), dtype=np.float32)
    for bone, (other, share) in moves.items():
        row = transfer[BONES.index(bone)].copy()
        transfer[BONES.index(bone)] = (1 - share) * row
        transfer[BONES.index(bone), BONES.index(other)] += share
    return sparse.csr_matrix(weights @ transfer)


def arm_share(weights: sparse.csr_matrix) -> Array:
    """How much of each vertex (n) belongs to the arms. The hem of a shirt must not cut the hands beside it."""
    arms = [BONES.index(f"{bone}_{side}") for bone in ("upperarm", "lowerarm", "hand") for side in "lr"]
    return np.asarray(weights[:, arms].sum(axis=1), np.float32).ravel()


def normals(at: Array, faces: npt.NDArray[np.int32]) -> Array:
    """Smooth normals (n, 3) of a mesh with vertices `at` (n, 3) and triangles `faces` (m, 3)."""
    a, b, c = at[faces[:, 0]], at[faces[:, 1]], at[faces[:, 2]]
    across = np.cross(b - a, c - a)
    out = np.zeros_like(at)
    for axis in range(3):
        out[:, axis] = np.bincount(faces.ravel(), np.repeat(across[:, axis], 3), len(at))
    return np.asarray(out / (np.linalg.norm(out, axis=1, keepdims=True) + 1e-12), np.float32)
