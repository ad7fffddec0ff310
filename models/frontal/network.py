"""The frontal networks: a small pyramid trained from nothing on pictures made here; one for the whole body, one for the pelvis.

Input (n, 3, height, width) RGB 0..1, of the plan's size or any multiple of 32. Outputs: landmarks (n, labels, 3: x, y, sigma;
input px) by integral regression over cells of 4 px (Sun et al. 2018, ECCV), and the view (n, 1: logit of "seen from behind").
"left" and "right" are the picture's sides. The sigma of a hip is that of its height against the other hip's, because it is the
tilt of their line that is measured; the other sigmas are of the landmark's place.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

CELL_PX = 4
WIDTHS = (24, 32, 48, 80, 128)  # at strides 2 to 32
PYRAMID = 48


@dataclass(frozen=True)
class Plan:
    """What a network sees and tells."""

    input_px: tuple[int, int]  # width, height
    half_px: tuple[int, int]  # about half of it, in multiples of 32, for the first part of the training
    labels: tuple[str, ...]
    tilt_weight: float  # a degree of the pelvis against one natural unit of the maps
    across_weight: float  # and a degree by which a limb is turned
    depths: tuple[int, ...] = (1, 2, 3, 3)  # residual blocks at strides 4 to 32


def _both(*joints: str) -> tuple[str, ...]:
    return tuple(f"{side}_{joint}" for joint in joints for side in ("left", "right"))


_PELVIS = ("hip", "psis", "asis", "trochanter")
PLANS = {  # by framing; the hips are 32 px apart in the first, 40 in the second
    "body": Plan((160, 288), (96, 160), (*_both("shoulder", *_PELVIS, "knee", "ankle", "heel", "toe"), "c7"), 0.1, 0.9),
    "pelvis": Plan((128, 128), (64, 64), _both(*_PELVIS), 0.3, 0.3),
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


class Frontal(nn.Module):
    """Five scales down, three up, one map a landmark."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        landmarks = len(plan.labels)
        self.stem = block(3, WIDTHS[0], 2)
        self.down = nn.ModuleList(
            nn.Sequential(block(a, b, 2), *(Residual(b) for _ in range(depth)))
            for (a, b), depth in zip(itertools.pairwise(WIDTHS), plan.depths, strict=True)
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

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        landmarks, view, _ = self.with_maps(picture)
        return landmarks, view

    def with_maps(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The outputs and the maps (n, labels, rows, columns; logits) from which the landmarks were read: training also looks there."""
        maps = self.stem(picture * 4.0 - 2.0)
        scales = []
        for step in self.down:
            maps = step(maps)
            scales.append(maps)
        merged = self.lateral[-1](scales[-1])
        for level in (2, 1, 0):
            merged = nnf.interpolate(merged, scale_factor=2.0, mode="nearest") + self.lateral[level](scales[level])
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
