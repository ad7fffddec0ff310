"""A person who is drawn in many poses, fast: what does not change from frame to frame is computed once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from ..people.base_mesh import BONES, Array
from ..people.cloth import Cover
from ..people.person import Person, Worn
from ..people.posing import Pose
from ..rendering.drawing import Layer, Look
from ..rendering.layers import layers_of

SHIRTS = ("bra", "tight", "shirt", "long", "hoodie", "top")


@dataclass(frozen=True)
class _Moving:
    """One layer, with what its movement needs."""

    worn: Worn
    layer: Layer  # in the pose that it was draped in
    moves: sparse.csr_matrix  # (vertices, 4 * bones): places at rest times skin weights
    around: sparse.csr_matrix  # (vertices, faces): which faces a vertex belongs to
    hangs: Array  # (n, 3; m) how it lies against the body
    slides: Array  # (n, 3; m) how far its vertices have moved when it has crept all the way


class Figure:
    """A person whose cloth lies against the body as `rng` says, in the upright pose and in all others alike."""

    def __init__(self, rng: np.random.Generator, person: Person, upright: Pose) -> None:
        self._person = person
        self._heads = np.stack([person.body.joints[bone] for bone in BONES])
        pairs = zip(person.layers, layers_of(rng, person, upright), strict=True)
        self._layers = [self._prepared(worn, layer, upright) for worn, layer in pairs]

    def layers(self, pose: Pose, crept: float = 0.0, sweat: float = 1.0) -> list[Layer]:
        """What is to be drawn in a pose. crept: the share of its way that cloth has slid. sweat: factor of the shirt's colours."""
        rows = self._rows(pose)
        return [self._moved(moving, rows, crept, sweat) for moving in self._layers]

    def _prepared(self, worn: Worn, layer: Layer, upright: Pose) -> _Moving:
        cloth, at, faces = worn.cloth, worn.at, worn.cloth.faces
        spread = np.concatenate([at, np.ones((len(at), 1))], axis=1)
        moves = sparse.csr_matrix(
            sparse.hstack([sparse.diags(spread[:, axis]) @ cloth.weights for axis in range(4)]), dtype=np.float32
        )
        around = sparse.csr_matrix(
            (np.ones(faces.size, np.float32), (faces.ravel(), np.repeat(np.arange(len(faces)), 3))),
            (len(at), len(faces)),
        )
        slides = np.zeros_like(at)
        if (
            self._person.made_of_tubes
        ):  # their cloth has edges of its own; a mesh's is cut out of its surface, and its cuts move
            slides[:, 1] = worn.creep[0] + worn.creep[1] * np.clip(at[:, 0], -0.15, 0.15)
        hangs = layer.at - (moves @ self._rows(upright)).astype(np.float32)
        return _Moving(worn, layer, moves, around, hangs, slides)

    def _rows(self, pose: Pose) -> Array:
        """The bones' transforms as the columns of `moves` want them (4 * bones, 3)."""
        offsets = pose.places - np.einsum("bij,bj->bi", pose.turns, self._heads)
        rows = np.concatenate([pose.turns, offsets[:, :, None]], axis=2)  # (bones, 3, 4)
        return np.ascontiguousarray(rows.transpose(2, 0, 1).reshape(-1, 3), np.float32)

    def _moved(self, moving: _Moving, rows: Array, crept: float, sweat: float) -> Layer:
        worn, layer = moving.worn, moving.layer
        at = moving.moves @ rows + moving.hangs
        look, hidden_by = layer.look, layer.hidden_by
        if crept:
            if not self._person.made_of_tubes:
                look = replace(look, slid=(crept * worn.creep[0], crept * worn.creep[1]))
            elif worn.creep != (0.0, 0.0):
                at += crept * moving.slides
            pairs = zip(hidden_by, worn.creep_over, strict=True)
            hidden_by = tuple(_slid(cover, crept, creep) for cover, creep in pairs)
        if sweat != 1.0:
            look = _darkened(look, worn.cloth.part, sweat)
        return replace(layer, at=at, normal=_normals(at, moving), look=look, hidden_by=hidden_by)


def _darkened(look: Look, part: str, factor: float) -> Look:
    """The look with darker colours, of a shirt or of a suit's upper part; of everything else as it is."""
    if part in SHIRTS:
        look = replace(look, low_colour=np.asarray(look.low_colour) * factor)
    elif "suit" not in part:
        return look
    return replace(look, high_colour=np.asarray(look.high_colour) * factor, second=np.asarray(look.second) * factor)


def _normals(at: Array, moving: _Moving) -> Array:
    """Smooth normals (n, 3) of a layer whose vertices have moved to `at` (n, 3)."""
    faces = moving.layer.faces
    a = at[faces[:, 0]]
    u, v = at[faces[:, 1]] - a, at[faces[:, 2]] - a
    across = np.empty_like(u)
    for axis, one, two in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        across[:, axis] = u[:, one] * v[:, two] - u[:, two] * v[:, one]
    out: Array = moving.around @ across
    return np.asarray(out / (np.sqrt(np.einsum("ij,ij->i", out, out))[:, None] + 1e-12))


def _slid(cover: Cover, crept: float, creep: tuple[float, float]) -> Cover:
    up, uneven = crept * creep[0], crept * creep[1]
    return replace(cover, lowest=cover.lowest + up, highest=cover.highest + up, uneven=uneven)
