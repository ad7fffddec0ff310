"""Figures on pictures of people, clothes and rooms that were never trained on."""

from __future__ import annotations

import numpy as np
import torch
from loss import ends_of, shares, tilt_deg
from network import Frontal
from pictures import Pictures, batch

AT_ONCE = 6  # people


@torch.no_grad()
def figures_of(network: Frontal, pictures: Pictures, size: tuple[int, int], device: torch.device) -> dict[str, float]:
    """Tilt of the pelvis over all pictures, and (`own_`) what is left of it when each person's constant error is taken off.

    The constant is the mean error while the person stands still, where people are filmed, else over all pictures.
    """
    network.eval()
    plan = pictures.plan
    hips = ends_of(plan, "hip")
    measured, true, inside, error, correct, own, slopes, leans, people_of = [], [], [], [], [], [], [], [], []
    for start in range(0, len(pictures.people), AT_ONCE):
        people = pictures.people[start : start + AT_ONCE]
        picture, target, seen, behind, lean, whose, level, referred = batch(pictures, people, size, None).tensors(
            device
        )
        scales = network.scales(picture)
        found, view, _ = network.read(scales, network.first_as_reference(scales, referred))
        m, t = tilt_deg(found, hips), tilt_deg(target, hips)
        width = (target[:, hips[1]] - target[:, hips[0]]).norm(dim=1)
        sigma_deg = torch.rad2deg(torch.hypot(found[:, hips[0], 2], found[:, hips[1], 2]) / width)
        inside.append(((m - t).abs() < sigma_deg).float().cpu())
        away = (found[..., :2] - target).norm(dim=2)
        error.append(torch.where(seen > 0, away, torch.nan).cpu())
        correct.append(((view[:, 0] > 0) == (behind > 0.5)).float().cpu())
        measured.append(m.cpu())
        true.append(t.cpu())
        leans.append(lean.cpu())
        people_of.append(whose.cpu() + start)
        for person in range(len(people)):
            at, still = whose == person, (whose == person) & (level > 0)
            off, swing = (m - t)[at] - (m - t)[still].mean(), t[at] - t[still].mean()
            own.append(off.cpu())
            slopes.append(float(1 + (swing * off).sum() / swing.square().sum()))
    follows = shares(*(torch.cat(parts) for parts in (measured, true, leans, people_of)))
    m, t = torch.cat(measured).numpy(), torch.cat(true).numpy()
    each = torch.cat(error).nanmedian(dim=0).values * (plan.input_px[1] / size[1])
    return {
        "tilt_rmse_deg": float(np.sqrt(np.mean((m - t) ** 2))), "tilt_median_deg": float(np.median(np.abs(m - t))),
        "tilt_slope": float(np.polyfit(t, m, 1)[0]), "own_rmse_deg": float(torch.cat(own).square().mean().sqrt()),
        "own_slope": float(np.median(slopes)), "slope_at_one_lean": float(follows[0]), "share_of_lean": float(follows[1]),
        "within_one_sigma": float(torch.cat(inside).mean()),
        "hip_px": float(each[list(hips)].mean()), "median_px": float(each.mean()), "view": float(torch.cat(correct).mean()),
    }  # fmt: skip
