"""Where clothes get their surface: garments of the MakeHuman collection (CC0) fitted to a body, or shells over its skin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .base_mesh import Array, base
from .body import Body
from .cloth import Cloth
from .looks import colour, draw_pattern

GARMENTS = Path(__file__).resolve().parents[1] / "garments"


@dataclass(frozen=True)
class Fit:
    """How a garment lies on the base mesh (the format is explained in garments/README.md)."""

    anchors: npt.NDArray[np.int64]  # (n, 3) base vertices of each vertex
    shares: Array  # (n, 3) their weights
    offsets: Array  # (n, 3)
    scales: tuple[tuple[int, int, float], ...]  # for x, y, z: two base vertices and their distance on the base mesh
    faces: npt.NDArray[np.int32]  # (m, 3)
    weights: sparse.csr_matrix  # (n, bones)


@cache
def read_fit(name: str) -> Fit:
    """A garment by its path under garments/, without ending."""
    index, share, offsets, scales = _read_anchors(GARMENTS / f"{name}.mhclo")
    count = len(index)
    rows = np.repeat(np.arange(count), 3)
    pick = sparse.coo_matrix((share.ravel(), (rows, index.ravel())), (count, len(base().vertices))).tocsr()
    faces = _read_faces(GARMENTS / f"{name}.obj")
    return Fit(index, share, offsets, scales, faces, (pick @ base().weights).tocsr())


def _read_anchors(path: Path) -> tuple[npt.NDArray[np.int64], Array, Array, tuple[tuple[int, int, float], ...]]:
    """Anchors, shares, offsets and scales of a fit file."""
    anchors, shares, offsets, scales = [], [], [], {}
    reading = False
    for line in path.read_text().splitlines():
        parts = line.split()
        if not parts:
            continue
        if parts[0] in ("x_scale", "y_scale", "z_scale"):
            scales[parts[0][0]] = (int(parts[1]), int(parts[2]), float(parts[3]))
        elif parts[0] == "verts":
            reading = True
        elif reading and len(parts) == 9:
            anchors.append([int(part) for part in parts[:3]])
            shares.append([float(part) for part in parts[3:6]])
            offsets.append([float(part) for part in parts[6:]])
        elif reading and len(parts) == 1 and parts[0].lstrip("-").isdigit():
            anchors.append([int(parts[0])] * 3)
            shares.append([1.0, 0.0, 0.0])
            offsets.append([0.0, 0.0, 0.0])
        elif reading and not parts[0].lstrip("-").replace(".", "").isdigit():
            reading = parts[0] == "material" or parts[0] == "vertexboneweights_file" or parts[0] == "max_pole"
    in_order = tuple(scales[axis] for axis in "xyz")
    return np.asarray(anchors), np.asarray(shares, np.float32), np.asarray(offsets, np.float32), in_order


def _read_faces(path: Path) -> npt.NDArray[np.int32]:
    faces: list[list[int]] = []
    for line in path.read_text().splitlines():
        if line.startswith("f "):
            corners = [int(part.split("/")[0]) - 1 for part in line.split()[1:]]
            faces.extend([corners[0], corners[i], corners[i + 1]] for i in range(1, len(corners) - 1))
    return np.asarray(faces, np.int32)


def fitted(fit: Fit, body: Body) -> Array:
    """The garment's vertices (n, 3; m) on a body at rest."""
    at = body.vertices
    size = np.array(
        [abs(at[a, axis] - at[b, axis]) / distance for axis, (a, b, distance) in enumerate(fit.scales)], np.float32
    )
    return np.asarray((at[fit.anchors] * fit.shares[:, :, None]).sum(axis=1) + fit.offsets * size)


def shell(
    rng: np.random.Generator, body: Body, part: str, lowest: float, highest: float, widest: float, *, puff_m: float,
    flare_m: float = 0.0, fold_m: float = 0.0, sag_m: float = 0.0,
) -> Cloth:  # fmt: skip
    """The body's own surface as a layer of cloth. The lengths (m) are those of `Cloth`; colour and pattern are drawn at random."""
    shared = base()
    return Cloth(
        body.vertices, shared.faces, shared.weights, part, ((9.0, colour(rng)),), lowest, highest, widest,
        float(rng.normal(0, 0.03)), puff_m, flare_m, fold_m, sag_m, float(rng.uniform(0, 100)), float(rng.uniform(0, 0.5)),
        draw_pattern(rng),
    )  # fmt: skip
