"""What the networks are taught: where landmarks are, how the pelvis tilts, and how wrong they are themselves (sigma)."""

from __future__ import annotations

import torch
from torch import Tensor

from .network import CELL_PX, Answers
from .plan import PELVIS_JOINTS, Plan
from .tensors import Targets

BELL_CELLS = 1.0  # SD of the bell about a landmark in its map
# Weights of a film's errors (README.md, "What the networks are taught").
# Of the error that all pictures of a film have in common: standing still shows it, and it is taken off
OFFSET_SHARE = 0.3
LEVEL_SHARE = 1.0  # of the error of all running pictures against the standing ones: no mean of many stances removes it
SHRINK_WEIGHT = 30.0  # degrees that are paid for a pelvis whose tilt is not seen at all; for half of it a quarter
LEAST_SPREAD_DEG = 3.0  # a film whose pelvis turns by less says little about the share that is seen
# The sideways error of the end of a limb counts by the angle that it turns the limb by: adduction, valgus and lean are read from it.
LIMB_HIP_WIDTHS = 2.3  # length of thigh, shank or trunk
LIMB_ENDS = ("shoulder", "hip", "knee", "ankle")


def tilt_deg(points: Tensor, pair: tuple[int, int]) -> Tensor:
    """Tilt (n; deg) of the line through a pair of landmarks (n, labels, 2 or more): positive when it falls to the right."""
    across = points[:, pair[1], :2] - points[:, pair[0], :2]
    return torch.rad2deg(torch.atan2(across[:, 1], across[:, 0].clamp_min(1.0)))


def tilt_error_deg(found: Tensor, target: Tensor, pair: tuple[int, int]) -> Tensor:
    """Signed error (n; deg) of the tilt of a line for small angles: the height difference of its ends over its true length.

    The arctangent of the found points has no bounded slope while they lie on one spot, as they do at first.
    """
    found_rise = found[:, pair[1], 1] - found[:, pair[0], 1]
    true = target[:, pair[1]] - target[:, pair[0]]
    return torch.rad2deg((found_rise - true[:, 1]) / true.norm(dim=1).clamp_min(5.0))


def across_error_deg(plan: Plan, found: Tensor, target: Tensor, seen: Tensor) -> Tensor:
    """Mean sideways error of the ends of limbs and trunk, as the angle (deg) by which it turns them."""
    ends = [at for joint in LIMB_ENDS if f"left_{joint}" in plan.labels for at in plan.pair(joint)]
    hips = plan.pair("hip")
    width = (target[:, hips[1]] - target[:, hips[0]]).norm(dim=1, keepdim=True).clamp_min(5.0)
    turned = torch.rad2deg((found[:, ends, 0] - target[:, ends, 0]).abs() / (LIMB_HIP_WIDTHS * width))
    return (turned.clamp_max(15) * seen[:, ends]).sum() / seen[:, ends].sum().clamp_min(1)


def film_loss(error: Tensor, true: Tensor, moving: Tensor, film: Tensor) -> Tensor:
    """What the errors (n; deg) of the pictures of each film mean for a measurement of many pictures.

    A network that is taught picture by picture shrinks what it sees towards the usual, because that is best for a single picture. The
    mean of many pictures is then too small by that share. So this loss pays for the share itself, film by film, and for the level in
    motion against the level in standing. A constant error, which standing still removes, is nearly free.

    true: the true tilts (n; deg). moving: not standing (n). film: which film (n).
    """
    films = int(film.max()) + 1

    def mean(values: Tensor, of: Tensor) -> Tensor:
        sums = torch.zeros(2, films, device=values.device).index_add(1, film, torch.stack([values * of, of]))
        return sums[0] / sums[1].clamp_min(1)

    every, running = torch.ones_like(error), moving.float()
    offset = mean(error, every)
    own, swing = error - offset[film], true - mean(true, every)[film]
    shrink = mean(own * swing, every) / (mean(swing.square(), every) + LEAST_SPREAD_DEG**2)
    # In a film of one kind both means are nothing: its own mean was taken off.
    level = mean(own, running) - mean(own, 1 - running)
    return (
        own.abs().clamp_max(30).mean()
        + OFFSET_SHARE * offset.abs().mean()
        + LEVEL_SHARE * level.abs().clamp_max(30).mean()
        + SHRINK_WEIGHT * shrink.square().mean()
    )


def map_loss(maps: Tensor, target: Tensor, seen: Tensor) -> Tensor:
    """Cross entropy of each map (n, labels, rows, columns) against a small bell about its landmark (n, labels, 2; px).

    The expectation alone teaches slowly, because every cell gets a tiny share of one error. Here each cell gets its own.
    """
    rows, columns = ((torch.arange(n, device=maps.device) + 0.5) * CELL_PX for n in maps.shape[2:])
    width = BELL_CELLS * CELL_PX
    across = torch.exp(-0.5 * ((columns - target[..., :1]) / width) ** 2)
    down = torch.exp(-0.5 * ((rows - target[..., 1:]) / width) ** 2)
    bell = (down[..., :, None] * across[..., None, :]).flatten(2)
    bell = bell / bell.sum(dim=2, keepdim=True).clamp_min(1e-6)
    each = -(bell * torch.log_softmax(maps.flatten(2), dim=2)).sum(dim=2)
    return (each * seen).sum() / seen.sum().clamp_min(1)


def hip_likelihood(found: Tensor, target: Tensor, hips: tuple[int, int]) -> Tensor:
    """Negative log likelihood of the error of the hips' heights against each other, as Gaussian, for their two sigmas together."""
    rise = [points[:, hips[1], 1] - points[:, hips[0], 1] for points in (found.detach(), target)]
    variance = found[:, hips[0], 2].square() + found[:, hips[1], 2].square()
    return ((rise[0] - rise[1]).square() / variance + torch.log(variance)).mean()


def sigma_loss(plan: Plan, landmarks: Tensor, targets: Targets) -> Tensor:
    """Negative log likelihood that teaches the sigmas alone: of places (Laplace), and of the hips' heights (Gauss)."""
    hips = plan.pair("hip")
    distance = (landmarks[..., :2] - targets.points).abs().sum(dim=2).detach()
    sigma = landmarks[..., 2]
    others = targets.seen.clone()
    others[:, hips] = 0
    each = (distance / sigma + 2 * torch.log(sigma)) * others
    return each.sum() / targets.seen.sum().clamp_min(1) + hip_likelihood(landmarks, targets.points, hips)


def loss_of(plan: Plan, answers: Answers, targets: Targets) -> tuple[Tensor, dict[str, float]]:
    """The loss of a batch, and parts of it for the log (px, deg, and the view's cross entropy)."""
    hips, found, seen = plan.pair("hip"), answers.landmarks, targets.seen
    distance = (found[..., :2] - targets.points).abs().sum(dim=2)
    plain = (distance.clamp_max(60) * seen).sum() / seen.sum().clamp_min(1)
    # Every line across the pelvis tilts with it; the hips' is the one that is measured.
    errors = {joint: tilt_error_deg(found, targets.points, plan.pair(joint)) for joint in PELVIS_JOINTS}
    tilt = film_loss(errors["hip"], tilt_deg(targets.points, hips), targets.moving, targets.film)
    tilt = tilt + 0.3 * torch.stack([error.abs().clamp_max(30).mean() for error in errors.values()]).mean()
    across = across_error_deg(plan, found, targets.points, seen)
    view = torch.nn.functional.binary_cross_entropy_with_logits(answers.view[:, 0], targets.behind)
    total = map_loss(answers.maps, targets.points, seen) + 0.1 * plain + 0.05 * sigma_loss(plan, found, targets)
    total = total + 0.2 * view + plan.tilt_weight * tilt + plan.across_weight * across
    return total, {
        "px": plain.item(),
        "tilt_deg": errors["hip"].abs().mean().item(),
        "across_deg": across.item(),
        "view": view.item(),
    }
