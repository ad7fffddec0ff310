"""A batch on the device that trains."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .batches import Batch


@dataclass(frozen=True)
class Targets:
    """What a network should answer, as in `Batch`."""

    points: Tensor  # (n, labels, 2; px)
    seen: Tensor  # (n, labels) 0 or 1
    behind: Tensor  # (n,) 0 or 1
    moving: Tensor  # (n,) bool
    film: Tensor  # (n,) from 0


def to_tensors(batch: Batch, device: torch.device | str = "cpu") -> tuple[Tensor, Targets]:
    """Pictures (n, 3, height, width) from 0 to 1, and what a network should answer."""
    pictures = torch.from_numpy(batch.pictures).to(device).permute(0, 3, 1, 2).float().div_(255)
    targets = (batch.points, batch.seen, batch.behind, batch.moving, batch.film)
    return pictures, Targets(*(torch.from_numpy(part).to(device) for part in targets))
