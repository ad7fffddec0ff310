"""The frontal networks: a small pyramid trained from nothing on pictures made here; one for the whole body, one for the pelvis.

Input (n, 3, height, width) RGB 0..1, of the plan's size or any multiple of 32. Outputs: landmarks (n, labels, 3: x, y, sigma;
input px) by integral regression over cells of 4 px (Sun et al. 2018, ECCV), and the view (n, 1: logit of "seen from behind").
"left" and "right" are the picture's sides. The sigma of a hip is that of its height against the other hip's, because it is the
tilt of their line that is measured; the other sigmas are of the landmark's place.

The pelvis network also looks at a reference: the same person, in the same clothes, before the same camera, standing still. Where
the joints lie under cloth can only be guessed; how far the cloth has turned since can be seen. What it makes of the reference is
one map a scale to lay beside its own, and keys with which its own cells are compared near and far (the correlation of Dosovitskiy
et al. 2015, ICCV). Nought in all of these means that there is no reference.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

CELL_PX = 4
WIDTHS = (24, 32, 48, 80, 128)  # at strides 2 to 32
DEPTHS = (1, 1, 2, 2)
PYRAMID = 48
COMPARED = 1  # the scale whose cells (8 px) are compared
KEYS = 32  # numbers a cell
FAR = 3  # cells each way


@dataclass(frozen=True)
class Plan:
    """What a network sees and tells."""

    input_px: tuple[int, int]  # width, height
    half_px: tuple[int, int]  # about half of it, in multiples of 32, for the first part of the training
    labels: tuple[str, ...]
    compares: bool = False  # with a reference


def _both(*joints: str) -> tuple[str, ...]:
    return tuple(f"{side}_{joint}" for joint in joints for side in ("left", "right"))


_PELVIS = ("hip", "psis", "asis", "trochanter")
PLANS = {  # by framing; the hips are 32 px apart in the first, 40 in the second
    "body": Plan((160, 288), (96, 160), (*_both("shoulder", *_PELVIS, "knee", "ankle", "heel", "toe"), "c7")),
    "pelvis": Plan((128, 128), (64, 64), _both(*_PELVIS), compares=True),
}


def block(given: int, wanted: int, stride: int = 1) -> nn.Sequential:
    """Dense 3x3 convolutions: on a processor they train and run faster than their count of multiplications tells."""
    return nn.Sequential(
        nn.Conv2d(given, wanted, 3, stride, 1, bias=False), nn.BatchNorm2d(wanted), nn.ReLU(inplace=True)
    )


class Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = block(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, maps: Tensor) -> Tensor:
        return nnf.relu(maps + self.second(self.first(maps)))


@dataclass(frozen=True)
class Reference:
    """What the network makes of the pictures of some people who stand still."""

    beside: list[Tensor]  # (people, PYRAMID, rows, columns) a scale
    keys: Tensor  # (people, KEYS, rows x columns of the scale COMPARED)

    def where(self, known: Tensor) -> Reference:
        """Nought for the people (people,) who have none."""
        return Reference([maps * known[:, None, None, None] for maps in self.beside], self.keys * known[:, None, None])


@cache
def _near(rows: int, columns: int) -> Tensor:
    """Numbers (cells, (2 FAR + 1) squared) of the cells about each cell; of those outside the one after the last."""
    row, column = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    reach = torch.arange(-FAR, FAR + 1)
    down, across = torch.meshgrid(reach, reach, indexing="ij")
    y, x = row.reshape(-1, 1) + down.reshape(1, -1), column.reshape(-1, 1) + across.reshape(1, -1)
    inside = (y >= 0) & (y < rows) & (x >= 0) & (x < columns)
    return torch.where(inside, y * columns + x, rows * columns)


class Comparison(nn.Module):
    """The pyramid's view of a reference beside its own view."""

    def __init__(self) -> None:
        super().__init__()
        self.beside = nn.ModuleList(nn.Conv2d(width, PYRAMID, 1, bias=False) for width in WIDTHS[1:])
        width = WIDTHS[1 + COMPARED]
        self.key, self.query = (nn.Conv2d(width, KEYS, 1, bias=False) for _ in range(2))
        self.likeness = nn.Sequential(block((2 * FAR + 1) ** 2, PYRAMID), nn.Conv2d(PYRAMID, PYRAMID, 1, bias=False))
        self.joined = nn.ModuleList(  # at all scales but the finest; added to what was joined
            nn.Sequential(block(PYRAMID, PYRAMID), nn.Conv2d(PYRAMID, PYRAMID, 3, 1, 1, bias=False)) for _ in WIDTHS[2:]
        )
        for last in (*self.beside, self.likeness[1], *(join[1] for join in self.joined)):
            nn.init.zeros_(last.weight)  # begins as if there were no reference

    def reference(self, scales: list[Tensor]) -> Reference:
        beside = [convolve(maps) for convolve, maps in zip(self.beside, scales, strict=True)]
        return Reference(beside, self._unit(self.key(scales[COMPARED])).flatten(2))

    def alike(self, own: Tensor, keys: Tensor) -> Tensor:
        """How alike each own cell (n, width, rows, columns) and the cells about it in its person's reference are, as a map."""
        n, _, rows, columns = own.shape
        cells, people = rows * columns, keys.shape[0]
        query = self._unit(self.query(own)).view(people, n // people, KEYS, cells).transpose(2, 3)
        every = query.reshape(people, -1, KEYS) @ keys.to(
            query.dtype
        )  # all cells with all: cheaper than to copy the near ones
        every = nnf.pad(every.view(n, cells, cells), (0, 1))
        near = _near(rows, columns).to(own.device).expand(n, -1, -1)
        return self.likeness(every.gather(2, near).transpose(1, 2).reshape(n, -1, rows, columns))

    @staticmethod
    def _unit(cells: Tensor) -> Tensor:
        return cells / cells.square().sum(dim=1, keepdim=True).add(1e-3).sqrt()


class Frontal(nn.Module):
    """Five scales down, three up, one map a landmark."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        landmarks = len(plan.labels)
        self.stem = block(3, WIDTHS[0], 2)
        self.down = nn.ModuleList(
            nn.Sequential(block(a, b, 2), *(Residual(b) for _ in range(depth)))
            for (a, b), depth in zip(itertools.pairwise(WIDTHS), DEPTHS, strict=True)
        )
        self.lateral = nn.ModuleList(nn.Conv2d(width, PYRAMID, 1) for width in WIDTHS[1:])
        self.up = nn.ModuleList(block(PYRAMID, PYRAMID) for _ in range(3))
        self.head = nn.Sequential(Residual(PYRAMID), nn.Conv2d(PYRAMID, landmarks, 1))
        self.doubt = nn.Sequential(
            nn.Linear(WIDTHS[-1] + landmarks, 64), nn.ReLU(inplace=True), nn.Linear(64, landmarks)
        )
        self.view = nn.Linear(WIDTHS[-1], 1)
        nn.init.zeros_(self.doubt[2].weight)
        nn.init.constant_(self.doubt[2].bias, 1.0)
        self.comparison = Comparison() if plan.compares else None

    def forward(self, picture: Tensor, reference: Reference | None = None) -> tuple[Tensor, Tensor]:
        """reference: of the people whose pictures (n) these are, each one's in a row and as many of each."""
        landmarks, view, _ = self.read(self.scales(picture), reference)
        return landmarks, view

    def scales(self, picture: Tensor) -> list[Tensor]:
        """The features (n, width, rows, columns) at strides 4 to 32."""
        maps = self.stem(picture * 4.0 - 2.0)
        scales = []
        for step in self.down:
            maps = step(maps)
            scales.append(maps)
        return scales

    def first_as_reference(self, scales: list[Tensor], known: Tensor) -> Reference | None:
        """Of each person's pictures (people x as many of each) the first, where `known` (people,) is one."""
        if self.comparison is None:
            return None
        people = len(known)
        return self.comparison.reference([maps.view(people, -1, *maps.shape[1:])[:, 0] for maps in scales]).where(known)

    def read(self, scales: list[Tensor], reference: Reference | None) -> tuple[Tensor, Tensor, Tensor]:
        """The outputs and the maps (n, labels, rows, columns; logits) from which the landmarks were read: training also looks there."""
        sides = [lateral(maps) for lateral, maps in zip(self.lateral, scales, strict=True)]
        if self.comparison is not None:
            assert reference is not None
            each = scales[0].shape[0] // reference.keys.shape[0]
            sides = [
                side + (beside if each == 1 else beside.repeat_interleave(each, dim=0))
                for side, beside in zip(sides, reference.beside, strict=True)
            ]
            sides[COMPARED] = sides[COMPARED] + self.comparison.alike(scales[COMPARED], reference.keys)
            sides[1:] = [side + join(side) for join, side in zip(self.comparison.joined, sides[1:], strict=True)]
        merged = sides[-1]
        for level in (2, 1, 0):
            merged = nnf.interpolate(merged, scale_factor=2.0, mode="nearest") + sides[level]
            merged = self.up[level](merged)
        logits = self.head(merged).float()
        whole = scales[-1].mean(dim=(2, 3))
        share = torch.softmax(logits.flatten(2), dim=2).view_as(logits)
        x, across = _expected(share.sum(dim=2))
        y, down = _expected(share.sum(dim=3))
        # The doubt sees the features and the breadth of the maps, but does not teach them: it would rather blur them.
        seen = torch.cat([whole.float(), torch.log((across + down).clamp_min(0.1))], dim=1).detach()
        sigma = torch.exp(self.doubt(seen).float().clamp(-3.0, 5.0))
        return torch.stack([x, y, sigma], dim=2), self.view(whole).float(), logits


def _expected(share: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and variance (px) of shares (n, landmarks, cells) that add up to one."""
    cells = (torch.arange(share.shape[2], dtype=torch.float32, device=share.device) + 0.5) * CELL_PX
    mean = (share * cells).sum(dim=2)
    return mean, (share * cells.square()).sum(dim=2) - mean.square()
