"""Figures on pictures of people, clothes and rooms that were never trained on."""

from __future__ import annotations

import numpy as np
import torch
from loss import LIMB_HIP_WIDTHS, ends_of, tilt_deg
from network import Frontal, Plan
from pictures import Pictures, batch
from torch import Tensor

AT_ONCE = 6  # films
STRAIGHT = 0.75  # of a limb's length: a leg that swings is foreshortened and nobody measures it


def limb_errors_deg(plan: Plan, found: Tensor, target: Tensor, seen: Tensor) -> Tensor:
    """Error of thigh and of hip-knee-ankle (legs, 2) of the legs of these pictures (n, labels, 2 or more) that are about straight."""
    joints = torch.tensor([ends_of(plan, joint) for joint in ("hip", "knee", "ankle")])
    measured, true = (points[:, joints, :2].diff(dim=1) for points in (found, target))  # (n, thigh and shank, sides, 2)
    turned, exact = (torch.rad2deg(torch.atan2(limbs[..., 0], limbs[..., 1])) for limbs in (measured, true))
    errors = turned - exact
    width = (target[:, joints[0, 1]] - target[:, joints[0, 0]]).norm(dim=1)
    long = true.norm(dim=3) > STRAIGHT * LIMB_HIP_WIDTHS * width[:, None, None]
    straight = seen[:, joints].all(dim=1) & long.all(dim=1)
    return torch.stack([errors[:, 0], errors[:, 1] - errors[:, 0]], dim=2)[straight]


@torch.no_grad()
def figures_of(network: Frontal, pictures: Pictures, size: tuple[int, int], device: torch.device) -> dict[str, float]:
    """Tilt of the pelvis over all pictures; (`own_`) what is left of it when each film's mean error is taken off, (`level_`) how
    far it is off in motion against standing, and (`follows_`) how much the share that is seen of a turn scatters from film to film."""
    network.eval()
    plan = pictures.plan
    hips = ends_of(plan, "hip")
    measured, true, inside, error, correct, own, slopes, levels, limbs = ([] for _ in range(9))
    for start in range(0, len(pictures.films), AT_ONCE):
        films = pictures.films[start : start + AT_ONCE]
        picture, target, seen, behind, moving, film = batch(pictures, films, size, None).tensors(device)
        found, view = network(picture)
        m, t = tilt_deg(found, hips), tilt_deg(target, hips)
        width = (target[:, hips[1]] - target[:, hips[0]]).norm(dim=1)
        sigma_deg = torch.rad2deg(torch.hypot(found[:, hips[0], 2], found[:, hips[1], 2]) / width)
        inside.append(((m - t).abs() < sigma_deg).float().cpu())
        off = (found[..., :2] - target).norm(dim=2)
        error.append(torch.where(seen > 0, off, torch.nan).cpu())
        correct.append(((view[:, 0] > 0) == (behind > 0.5)).float().cpu())
        measured.append(m.cpu())
        if "left_knee" in plan.labels:
            limbs.append(limb_errors_deg(plan, found, target, seen > 0).cpu())
        true.append(t.cpu())
        for number in range(len(films)):
            mine = film == number
            of, swing = (m - t)[mine], t[mine] - t[mine].mean()
            own.append((of - of.mean()).cpu())
            slopes.append(float(1 + (swing * of).sum() / swing.square().sum()))
            levels.append(float(of[moving[mine]].mean() - of[~moving[mine]].mean()))
    m, t = torch.cat(measured).numpy(), torch.cat(true).numpy()
    each = torch.cat(error).nanmedian(dim=0).values * (plan.input_px[1] / size[1])
    figures = {
        "tilt_rmse_deg": float(np.sqrt(np.mean((m - t) ** 2))), "tilt_median_deg": float(np.median(np.abs(m - t))),
        "tilt_slope": float(np.polyfit(t, m, 1)[0]), "own_rmse_deg": float(torch.cat(own).square().mean().sqrt()),
        "own_slope": float(np.median(slopes)), "follows_sd": float(np.std(np.clip(slopes, 0, 2))),
        "level_rmse_deg": float(np.sqrt(np.nanmean(np.square(levels)))), "within_one_sigma": float(torch.cat(inside).mean()),
        "hip_px": float(each[list(hips)].mean()), "median_px": float(each.mean()), "view": float(torch.cat(correct).mean()),
    }  # fmt: skip
    if limbs:
        spread = torch.cat(limbs).clamp(-30, 30).square().mean(dim=0).sqrt()
        figures |= {"thigh_rmse_deg": float(spread[0]), "fppa_rmse_deg": float(spread[1])}
    return figures
