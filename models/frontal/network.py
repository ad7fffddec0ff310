"""The frontal network: a small pyramid trained from nothing on pictures made here.

Input (n, 3, 192, 192) RGB 0..1. Outputs: landmarks (n, 19, 3: x, y, sigma; input px) by integral regression over 48 x 48
(Sun et al. 2018, ECCV), and the view (n, 1: logit that the person is seen from behind). "left" and "right" are the picture's sides.
"""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

INPUT_PX = 192
CELLS = 48
LANDMARKS = 19
WIDTHS = (24, 48, 96, 160, 192)  # at strides 2 to 32
PYRAMID = 64


def block(given: int, wanted: int, stride: int = 1) -> nn.Sequential:
    """Depthwise 5x5, then pointwise; normalised, so that it learns from nothing."""
    return nn.Sequential(
        nn.Conv2d(given, given, 5, stride, 2, groups=given, bias=False),
        nn.BatchNorm2d(given),
        nn.Conv2d(given, wanted, 1, bias=False),
        nn.BatchNorm2d(wanted),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = block(width, width)

    def forward(self, maps: Tensor) -> Tensor:
        return maps + self.inner(maps)


class Frontal(nn.Module):
    """Five scales down, three up, one map a landmark."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, WIDTHS[0], 3, 2, 1, bias=False), nn.BatchNorm2d(WIDTHS[0]), nn.ReLU(inplace=True)
        )
        self.down = nn.ModuleList(
            nn.Sequential(block(a, b, 2), *(Residual(b) for _ in range(2 if b > 48 else 1)))
            for a, b in itertools.pairwise(WIDTHS)
        )
        self.lateral = nn.ModuleList(nn.Conv2d(width, PYRAMID, 1) for width in WIDTHS[1:])
        self.up = nn.ModuleList(block(PYRAMID, PYRAMID) for _ in range(3))
        self.head = nn.Sequential(Residual(PYRAMID), nn.Conv2d(PYRAMID, LANDMARKS, 1))
        self.doubt = nn.Linear(WIDTHS[-1] + LANDMARKS, LANDMARKS)
        self.view = nn.Linear(WIDTHS[-1], 1)
        nn.init.zeros_(self.doubt.weight)
        nn.init.constant_(self.doubt.bias, 1.0)
        self.register_buffer("cells", (torch.arange(CELLS, dtype=torch.float32) + 0.5) * (INPUT_PX / CELLS))

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        landmarks, view, _ = self.with_maps(picture)
        return landmarks, view

    def with_maps(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The outputs and the maps (n, 19, 48, 48; logits) from which the landmarks were read: training also looks there."""
        maps = self.stem(picture * 4.0 - 2.0)
        scales = []
        for step in self.down:
            maps = step(maps)
            scales.append(maps)
        merged = self.lateral[-1](scales[-1])
        for level in (2, 1, 0):
            merged = nnf.interpolate(merged, scale_factor=2.0, mode="nearest") + self.lateral[level](scales[level])
            merged = self.up[level](merged)
        logits = self.head(merged)
        share = torch.softmax(logits.flatten(2), dim=2).view_as(logits)
        across, down = share.sum(dim=2), share.sum(dim=3)
        x, y = (across * self.cells).sum(dim=2), (down * self.cells).sum(dim=2)
        spread = (across * self.cells.square()).sum(2) - x.square() + (down * self.cells.square()).sum(2) - y.square()
        whole = scales[-1].mean(dim=(2, 3))
        doubt = self.doubt(torch.cat([whole, torch.log(spread.clamp_min(0.1))], dim=1))
        sigma = torch.exp(doubt.clamp(-3.0, 4.0))
        return torch.stack([x, y, sigma], dim=2), self.view(whole), logits
