"""The frontal networks: a small pyramid that is trained from nothing on generated pictures.

Input (n, 3, height, width) RGB 0..1, of the plan's size or of any multiple of 32. Outputs: landmarks (n, labels, 3: x, y, sigma; px of
the input) by integral regression over cells of 4 px (Sun et al. 2018, ECCV), and the view (n, 1: logit of "seen from behind"). "left" and
"right" are sides of the picture. The sigma of a hip is that of its height against the other hip's, because the tilt of their line is
what is measured. The other sigmas are of the landmark's place.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from .plan import Plan

CELL_PX = 4
WIDTHS = (24, 32, 48, 80, 128)  # channels at strides 2 to 32
PYRAMID = 48  # channels of the way up


class Answers(NamedTuple):
    """What a network answers to n pictures. Training also looks at the maps from which the landmarks were read."""

    landmarks: Tensor  # (n, labels, 3: x, y, sigma; px)
    view: Tensor  # (n, 1; logit)
    maps: Tensor  # (n, labels, rows, columns; logits)


def block(given: int, wanted: int, stride: int = 1) -> nn.Sequential:
    """A dense 3x3 convolution, normalised. On a CPU it trains and runs faster than its count of multiplications suggests."""
    return nn.Sequential(
        nn.Conv2d(given, wanted, 3, stride, 1, bias=False), nn.BatchNorm2d(wanted), nn.ReLU(inplace=True)
    )


class Residual(nn.Module):
    """Two convolutions whose result is added to what they got."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = block(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))
        self.sum: nn.Module = nn.Identity()  # eight_bit.py rounds here

    def forward(self, maps: Tensor) -> Tensor:
        return self.sum(nnf.relu(maps + self.second(self.first(maps))))


class Frontal(nn.Module):
    """Five scales down, three up, one map for each landmark.

    The names of the parts are names in the exported files (`restore.py` reads them): renaming one makes those files unreadable.
    """

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
        self.sums = nn.ModuleList(nn.Identity() for _ in self.up)  # here as well
        self.head = nn.Sequential(Residual(PYRAMID), nn.Conv2d(PYRAMID, landmarks, 1))
        self.doubt = nn.Sequential(  # the sigmas
            nn.Linear(WIDTHS[-1] + landmarks, 64), nn.ReLU(inplace=True), nn.Linear(64, landmarks)
        )
        self.view = nn.Linear(WIDTHS[-1], 1)
        nn.init.zeros_(self.doubt[2].weight)
        nn.init.constant_(self.doubt[2].bias, 1.0)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        answers = self.with_maps(picture)
        return answers.landmarks, answers.view

    def with_maps(self, picture: Tensor) -> Answers:
        maps = self.stem(centred(picture))
        scales = []
        for step in self.down:
            maps = step(maps)
            scales.append(maps)
        merged = self.lateral[-1](scales[-1])
        for level in (2, 1, 0):
            merged = nnf.interpolate(merged, scale_factor=2.0, mode="nearest") + self.lateral[level](scales[level])
            merged = self.up[level](self.sums[level](merged))
        logits = self.head(merged).float()
        whole = scales[-1].mean(dim=(2, 3))
        share = torch.softmax(logits.flatten(2), dim=2).view_as(logits)
        x, across = _expected(share.sum(dim=2))
        y, down = _expected(share.sum(dim=3))
        # The sigmas are computed from features and from the width of the maps. They do not teach them: they would blur the maps.
        seen = torch.cat([whole.float(), torch.log((across + down).clamp_min(0.1))], dim=1).detach()
        sigma = torch.exp(self.doubt(seen).float().clamp(-3.0, 5.0))
        return Answers(torch.stack([x, y, sigma], dim=2), self.view(whole).float(), logits)


def centred(picture: Tensor) -> Tensor:
    """A picture from -2 to 2 instead of 0 to 1, as the first convolution takes it."""
    return picture * 4.0 - 2.0


def _expected(share: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (px) and variance (px squared) of shares (n, landmarks, cells) that add up to one."""
    cells = (torch.arange(share.shape[2], dtype=torch.float32, device=share.device) + 0.5) * CELL_PX
    mean = (share * cells).sum(dim=2)
    return mean, (share * cells.square()).sum(dim=2) - mean.square()
