"""A whole run read against one level line.

The picture of the runner tells better and better where level is in motion, and without a stand the line follows the strides. Stances are
measured by what is known at their time, so that the first and the last ones of a run are read against different lines: on rendered
runs that alone moved a mean of ten stances by 0.7 deg. Once a run is over, all of it is read against the mean of these lines.

A line of strides takes a true asymmetry for a tilt of the camera, and one of standing does not. The two are never averaged: where
a runner stood still at some time, the lines from then on tell where level was all the time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from runform_live.messages import GaitState, Stance
from runform_live.metrics import LEVEL_COLUMN, LevelColumn

SAME_DEG = 5e-4  # finer than the files tell


def calibrated_since(state: GaitState, was_calibrated: bool, before_s: float | None) -> float | None:
    """Since when (s) the line is one of standing, as of this state; before_s: as of the state before. It is kept when the line is lost."""
    return state.time_s if state.calibrated and not was_calibrated else before_s


def on_one_level(stances: Sequence[Stance], calibrated_from_s: float | None = None) -> list[Stance]:
    """The stances, named as it holds now, each read against the mean level line of all that the camera saw from the same place.

    calibrated_from_s: when the newest stand gave a line where there was none of standing; None: nobody stood. Of each place, only the
    lines of stances since then make the mean, if there are any. Where a stance does not know what its line took, it stays as it is. On a
    run that was read against one line already, it changes nothing.
    """
    out = list(stances)
    for part in dict.fromkeys(LEVEL_COLUMN.values()):
        places: dict[int, list[int]] = {}
        for at, stance in enumerate(out):
            if getattr(stance, part) is not None:
                places.setdefault(stance.camera_moves, []).append(at)
        for group in places.values():
            used = [at for at in group if calibrated_from_s is not None and out[at].midstance_s >= calibrated_from_s]
            used = used or group
            # Seen from the other leg, the same line has the other sign.
            mean = math.fsum(_sign(out[at]) * getattr(out[at], part) for at in used) / len(used)
            for at in group:
                out[at] = _moved(out[at], part, _sign(out[at]) * mean)
    return out


def _sign(stance: Stance) -> float:
    return 1.0 if stance.side == "left" else -1.0


def _moved(stance: Stance, part: LevelColumn, now: float) -> Stance:
    more = getattr(stance, part) - now
    if abs(more) < SAME_DEG:
        return stance
    changes: dict[str, float] = {part: now}
    for metric in (name for name, column in LEVEL_COLUMN.items() if column == part):
        value = getattr(stance, metric)
        if value is not None:
            changes[metric] = value + more
    return msgspec.structs.replace(stance, **changes)
