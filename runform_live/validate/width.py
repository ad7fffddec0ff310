"""The true step width of a clip, from its exact landmarks: NAME.frames.csv."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from runform_live.body import OTHER
from runform_live.messages import SIDES
from runform_live.validate.true_stance import TrueStance

METRIC = "step_width_hip"
NEAR_S = 0.05  # about midstance: a foot's place is its mean
COLUMNS = ("time_s", *(f"{side}_{joint}_{axis}_px" for side in SIDES for joint in ("ankle", "hip") for axis in "xy"))

Columns = Mapping[str, npt.NDArray[np.float64]]


def with_step_width(stances: Sequence[TrueStance], seen: Columns) -> list[TrueStance]:
    """The stances, with the metric where the one before is of the other side; as the segmenter defines it.

    stances: in time order. seen: COLUMNS of every frame.
    """
    wide = hip_width_px(seen)
    way = np.sign(np.median(seen["right_hip_x_px"] - seen["left_hip_x_px"]))  # -1: seen from in front
    out = list(stances[:1])
    for before, stance in itertools.pairwise(stances):
        out.append(stance)
        if before.side != OTHER[stance.side]:
            continue
        place = {one.side: _mean(seen, f"{one.side}_ankle_x_px", one.midstance_s) for one in (before, stance)}
        during = (seen["time_s"] >= before.midstance_s) & (seen["time_s"] <= stance.toe_off_s)
        across = way * (place["right"] - place["left"]) / float(np.mean(wide[during])) if during.any() else np.nan
        if np.isfinite(across):
            out[-1] = dataclasses.replace(stance, metrics=stance.metrics | {METRIC: float(across)})
    return out


def hip_width_px(seen: Columns) -> npt.NDArray[np.float64]:
    """The length of the hip line in every frame."""
    return np.hypot(seen["left_hip_x_px"] - seen["right_hip_x_px"], seen["left_hip_y_px"] - seen["right_hip_y_px"])


def _mean(seen: Columns, column: str, at_s: float) -> float:
    near = np.abs(seen["time_s"] - at_s) <= NEAR_S
    return float(np.mean(seen[column][near])) if near.any() else float("nan")
