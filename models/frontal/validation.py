"""Figures on pictures of people, clothes and rooms that were never trained on."""

from __future__ import annotations

import numpy as np
import torch
from loss import ends_of, tilt_deg
from network import Frontal
from pictures import Pictures, batch

AT_ONCE = 6  # people


@torch.no_grad()
def figures_of(network: Frontal, pictures: Pictures, size: tuple[int, int], device: torch.device) -> dict[str, float]:
    """Tilt of the pelvis over all pictures, and (`own_`) what is left of it when each person's mean error is taken off."""
    network.eval()
    plan = pictures.plan
    hips = ends_of(plan, "hip")
    measured, true, inside, error, correct, own, slopes = [], [], [], [], [], [], []
    for start in range(0, len(pictures.people), AT_ONCE):
        people = pictures.people[start : start + AT_ONCE]
        picture, target, seen, behind, whose = batch(pictures, people, size, None).tensors(device)
        found, view = network(picture)
        m, t = tilt_deg(found, hips), tilt_deg(target, hips)
        width = (target[:, hips[1]] - target[:, hips[0]]).norm(dim=1)
        sigma_deg = torch.rad2deg(torch.hypot(found[:, hips[0], 2], found[:, hips[1], 2]) / width)
        inside.append(((m - t).abs() < sigma_deg).float().cpu())
        off = (found[..., :2] - target).norm(dim=2)
        error.append(torch.where(seen > 0, off, torch.nan).cpu())
        correct.append(((view[:, 0] > 0) == (behind > 0.5)).float().cpu())
        measured.append(m.cpu())
        true.append(t.cpu())
        for person in range(len(people)):
            of = (m - t)[whose == person]
            own.append((of - of.mean()).cpu())
            swing = t[whose == person] - t[whose == person].mean()
            slopes.append(float(1 + (swing * of).sum() / swing.square().sum()))
    m, t = torch.cat(measured).numpy(), torch.cat(true).numpy()
    each = torch.cat(error).nanmedian(dim=0).values * (plan.input_px[1] / size[1])
    return {
        "tilt_rmse_deg": float(np.sqrt(np.mean((m - t) ** 2))), "tilt_median_deg": float(np.median(np.abs(m - t))),
        "tilt_slope": float(np.polyfit(t, m, 1)[0]), "own_rmse_deg": float(torch.cat(own).square().mean().sqrt()),
        "own_slope": float(np.median(slopes)), "within_one_sigma": float(torch.cat(inside).mean()),
        "hip_px": float(each[list(hips)].mean()), "median_px": float(each.mean()), "view": float(torch.cat(correct).mean()),
    }  # fmt: skip
