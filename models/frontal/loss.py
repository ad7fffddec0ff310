"""What the networks are taught: places, the pelvis of each runner, their own doubt."""

from __future__ import annotations

import torch
from network import CELL_PX, Plan
from torch import Tensor

BELL_CELLS = 1.0
OFFSET_SHARE = 0.3  # of what a film's errors have in common: standing still shows it, and it is taken off
LEVEL_SHARE = 1.0  # of what those of all running frames have in common against those of standing: no mean of many stances removes it
# Degrees for a runner whose pelvis is seen to tilt by nothing of what it does (squared below that).
SHRINK_WEIGHT = 30.0
LEAST_SPREAD_DEG = 3.0
# Where a thigh, a shank or a trunk ends counts by the angle that it turns them by: adduction, valgus and lean are read from it.
LIMB_HIP_WIDTHS = 2.3
LIMB_ENDS = ("shoulder", "hip", "knee", "ankle")
# Every line across the pelvis tilts with it; the hips' is the one that is measured.
PELVIS_LINES = ("hip", "psis", "asis", "trochanter")


def ends_of(plan: Plan, joint: str) -> tuple[int, int]:
    return plan.labels.index(f"left_{joint}"), plan.labels.index(f"right_{joint}")


def tilt_deg(points: Tensor, pair: tuple[int, int]) -> Tensor:
    across = points[:, pair[1], :2] - points[:, pair[0], :2]
    return torch.rad2deg(torch.atan2(across[:, 1], across[:, 0].clamp_min(1.0)))


def tilt_error_deg(found: Tensor, target: Tensor, pair: tuple[int, int]) -> Tensor:
    """Error (with its sign) of a line's tilt for small angles, from the height difference of its ends over its true length.

    The arctangent of the found points itself would have no bounded slope while they still lie on one spot.
    """
    found_rise = found[:, pair[1], 1] - found[:, pair[0], 1]
    true = target[:, pair[1]] - target[:, pair[0]]
    return torch.rad2deg((found_rise - true[:, 1]) / true.norm(dim=1).clamp_min(5.0))


def across_error_deg(plan: Plan, found: Tensor, target: Tensor, seen: Tensor) -> Tensor:
    """Mean sideways error of the ends of limbs and trunk, as the angle (deg) that it turns them by."""
    ends = [at for joint in LIMB_ENDS if f"left_{joint}" in plan.labels for at in ends_of(plan, joint)]
    hips = ends_of(plan, "hip")
    width = (target[:, hips[1]] - target[:, hips[0]]).norm(dim=1, keepdim=True).clamp_min(5.0)
    turned = torch.rad2deg((found[:, ends, 0] - target[:, ends, 0]).abs() / (LIMB_HIP_WIDTHS * width))
    return (turned.clamp_max(15) * seen[:, ends]).sum() / seen[:, ends].sum().clamp_min(1)


def film_loss(error: Tensor, true: Tensor, moving: Tensor, film: Tensor) -> Tensor:
    """What the errors (deg) in each film's pictures mean for a measurement of many of them.

    A single picture is read best by shrinking what is seen towards the usual, and that is what a network learns that is taught
    picture by picture; the mean of many pictures is then wrong by that share. So here the share itself is paid for, film by film;
    so is level in motion against level in standing; and a constant error, which standing still removes, is nearly free.
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
    """Cross entropy of each map against a small bell about its landmark.

    The expectation alone teaches slowly: every cell gets a tiny share of one error. Here each cell gets its own.
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
    """Gaussian likelihood of the error of the hips' heights against each other, for their two sigmas together."""
    rise = [points[:, hips[1], 1] - points[:, hips[0], 1] for points in (found.detach(), target)]
    variance = found[:, hips[0], 2].square() + found[:, hips[1], 2].square()
    return ((rise[0] - rise[1]).square() / variance + torch.log(variance)).mean()


def loss_of(
    plan: Plan,
    found: Tensor,
    view: Tensor,
    maps: Tensor,
    target: Tensor,
    seen: Tensor,
    behind: Tensor,
    moving: Tensor,
    film: Tensor,
) -> tuple[Tensor, dict[str, float]]:
    """Maps, distance of each landmark, tilts, the view; and likelihoods that teach the sigmas alone."""
    hips = ends_of(plan, "hip")
    distance = (found[..., :2] - target).abs().sum(dim=2)
    sigma = found[..., 2]
    count = seen.sum().clamp_min(1)
    own = seen.clone()
    own[:, hips] = 0
    likelihood = ((distance.detach() / sigma + 2 * torch.log(sigma)) * own).sum() / count
    likelihood = likelihood + hip_likelihood(found, target, hips)
    plain = (distance.clamp_max(60) * seen).sum() / count
    errors = {joint: tilt_error_deg(found, target, ends_of(plan, joint)) for joint in PELVIS_LINES}
    tilt = film_loss(errors["hip"], tilt_deg(target, hips), moving, film)
    tilt = tilt + 0.3 * torch.stack([error.abs().clamp_max(30).mean() for error in errors.values()]).mean()
    across = across_error_deg(plan, found, target, seen)
    side = torch.nn.functional.binary_cross_entropy_with_logits(view[:, 0], behind)
    total = map_loss(maps, target, seen) + 0.1 * plain + 0.05 * likelihood + 0.2 * side
    total = total + plan.tilt_weight * tilt + plan.across_weight * across
    return total, {
        "px": plain.item(),
        "tilt_deg": errors["hip"].abs().mean().item(),
        "across_deg": across.item(),
        "view": side.item(),
    }
