"""Figures on pictures of people, clothes and rooms that were never trained on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from .batches import Pictures, batch
from .loss import LIMB_HIP_WIDTHS, tilt_deg
from .network import Frontal
from .plan import Plan
from .tensors import Targets, to_tensors

AT_ONCE = 6  # films
# Share of its usual length from which a limb counts: a leg that swings is foreshortened, and is not measured
STRAIGHT = 0.75


def limb_errors_deg(plan: Plan, found: Tensor, target: Tensor, seen: Tensor) -> Tensor:
    """Errors of the thigh and of hip-knee-ankle (legs, 2; deg) of all legs that are about straight. found, target: (n, labels, 2 or more)."""
    joints = torch.tensor([plan.pair(joint) for joint in ("hip", "knee", "ankle")])
    measured, true = (points[:, joints, :2].diff(dim=1) for points in (found, target))  # (n, thigh and shank, sides, 2)
    turned, exact = (torch.rad2deg(torch.atan2(limbs[..., 0], limbs[..., 1])) for limbs in (measured, true))
    errors = turned - exact
    width = (target[:, joints[0, 1]] - target[:, joints[0, 0]]).norm(dim=1)
    long = true.norm(dim=3) > STRAIGHT * LIMB_HIP_WIDTHS * width[:, None, None]
    straight = seen[:, joints].all(dim=1) & long.all(dim=1)
    return torch.stack([errors[:, 0], errors[:, 1] - errors[:, 0]], dim=2)[straight]


@dataclass
class _Gathered:
    """What is gathered film by film."""

    measured: list[Tensor] = field(default_factory=list)  # tilt of the hips' line (deg)
    true: list[Tensor] = field(default_factory=list)
    inside: list[Tensor] = field(default_factory=list)  # whether its error is within one sigma
    off: list[Tensor] = field(default_factory=list)  # distance of each landmark (px), NaN where it is not seen
    view_right: list[Tensor] = field(default_factory=list)
    own: list[Tensor] = field(default_factory=list)  # errors without the film's mean error (deg)
    slopes: list[float] = field(default_factory=list)  # of each film: the share of a turn that is seen
    levels: list[float] = field(default_factory=list)  # of each film: error in motion against standing (deg)
    limbs: list[Tensor] = field(default_factory=list)  # as `limb_errors_deg`


@torch.no_grad()
def figures_of(network: Frontal, pictures: Pictures, size: tuple[int, int], device: torch.device) -> dict[str, float]:
    """Figures of a network on pictures, as inputs of this size (width, height).

    tilt_: the tilt of the pelvis over all pictures. own_: the same without each film's mean error. level_: the error in motion against
    standing. follows_sd: how much the share of a turn that is seen scatters from film to film.
    """
    network.eval()
    plan, gathered = pictures.plan, _Gathered()
    for start in range(0, len(pictures.films), AT_ONCE):
        films = pictures.films[start : start + AT_ONCE]
        picture, targets = to_tensors(batch(pictures, films, size, None), device)
        landmarks, view = network(picture)
        _gather(gathered, plan, landmarks, view, targets, len(films))
    return _summarised(gathered, plan, size)


def _gather(gathered: _Gathered, plan: Plan, found: Tensor, view: Tensor, targets: Targets, films: int) -> None:
    hips, target = plan.pair("hip"), targets.points
    measured, true = tilt_deg(found, hips), tilt_deg(target, hips)
    width = (target[:, hips[1]] - target[:, hips[0]]).norm(dim=1)
    sigma_deg = torch.rad2deg(torch.hypot(found[:, hips[0], 2], found[:, hips[1], 2]) / width)
    gathered.inside.append(((measured - true).abs() < sigma_deg).float().cpu())
    off = (found[..., :2] - target).norm(dim=2)
    gathered.off.append(torch.where(targets.seen > 0, off, torch.nan).cpu())
    gathered.view_right.append(((view[:, 0] > 0) == (targets.behind > 0.5)).float().cpu())
    gathered.measured.append(measured.cpu())
    gathered.true.append(true.cpu())
    if "left_knee" in plan.labels:
        gathered.limbs.append(limb_errors_deg(plan, found, target, targets.seen > 0).cpu())
    for number in range(films):
        mine = targets.film == number
        error, swing = (measured - true)[mine], true[mine] - true[mine].mean()
        moving = targets.moving[mine]
        gathered.own.append((error - error.mean()).cpu())
        gathered.slopes.append(float(1 + (swing * error).sum() / swing.square().sum()))
        gathered.levels.append(float(error[moving].mean() - error[~moving].mean()))


def _summarised(gathered: _Gathered, plan: Plan, size: tuple[int, int]) -> dict[str, float]:
    measured, true = torch.cat(gathered.measured).numpy(), torch.cat(gathered.true).numpy()
    each_px = torch.cat(gathered.off).nanmedian(dim=0).values * (plan.input_px[1] / size[1])
    figures = {
        "tilt_rmse_deg": float(np.sqrt(np.mean((measured - true) ** 2))),
        "tilt_median_deg": float(np.median(np.abs(measured - true))),
        "tilt_slope": float(np.polyfit(true, measured, 1)[0]),
        "own_rmse_deg": float(torch.cat(gathered.own).square().mean().sqrt()),
        "own_slope": float(np.median(gathered.slopes)),
        "follows_sd": float(np.std(np.clip(gathered.slopes, 0, 2))),
        "level_rmse_deg": float(np.sqrt(np.nanmean(np.square(gathered.levels)))),
        "within_one_sigma": float(torch.cat(gathered.inside).mean()),
        "hip_px": float(each_px[list(plan.pair("hip"))].mean()),
        "median_px": float(each_px.mean()),
        "view": float(torch.cat(gathered.view_right).mean()),
    }
    if gathered.limbs:
        spread = torch.cat(gathered.limbs).clamp(-30, 30).square().mean(dim=0).sqrt()
        figures |= {"thigh_rmse_deg": float(spread[0]), "fppa_rmse_deg": float(spread[1])}
    return figures
