"""A whole run read against one level line.

During a run the level line changes: the optical flow tells better and better where level is in motion, and without a stand the line follows
the strides. A stance is measured against the line of its time, so that the first and the last stances of a run are read against different
lines. On rendered runs this alone moved a mean of ten stances by 0.7 deg. Once a run is over, all of it is read against the mean of its lines.

A line by strides takes a true asymmetry for a tilt of the camera; a line by standing does not. The two are never averaged. Where a runner
stood still at some time, the lines from then on hold for the whole run.

Running and walking have a line each. A network may see a pelvis in another tilt in each of them, and by strides the line takes the asymmetry of that
gait.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from runform_live.messages import GAITS, Gait, GaitState, Stance
from runform_live.metrics import LEVEL_COLUMN, LevelColumn

SAME_DEG = 5e-4  # less than the last digit of the files


def calibrated_since(state: GaitState, was_calibrated: bool, before_s: float | None) -> float | None:
    """Since when (s) the level line is one by standing, after this state; before_s: after the state before. It is kept when the line is lost."""
    return state.time_s if state.calibrated and not was_calibrated else before_s


def on_one_level(stances: Sequence[Stance], calibrated_from_s: float | None = None) -> list[Stance]:
    """The stances, each read against the mean level line of all stances of its gait that the camera saw from the same place.

    stances: with their sides as they are named now. calibrated_from_s: when the newest stand gave a line where there was none by standing;
    None: nobody stood. The mean is over the lines of stances since then, if a place of the camera has any; if it has some of the other gait alone,
    over those. A stance that does not know what its
    line took stays as it is. A run that was read against one line already does not change.
    """
    out = list(stances)
    for part in dict.fromkeys(LEVEL_COLUMN.values()):
        places: dict[int, list[int]] = {}
        for at, stance in enumerate(out):
            if getattr(stance, part) is not None:
                places.setdefault(stance.camera_moves, []).append(at)
        for place in places.values():
            since = [at for at in place if calibrated_from_s is not None and out[at].midstance_s >= calibrated_from_s]
            means = {}
            for gait in GAITS:
                used = _of(gait, since, out) or since or _of(gait, place, out)
                # Seen from the other leg, the same line has the other sign.
                means[gait] = math.fsum(_sign(out[at]) * getattr(out[at], part) for at in used) / max(len(used), 1)
            for at in place:
                out[at] = _moved(out[at], part, _sign(out[at]) * means[out[at].gait])
    return out


def _of(gait: Gait, places: Sequence[int], stances: Sequence[Stance]) -> list[int]:
    """Those of the places whose stance is of that gait."""
    return [at for at in places if stances[at].gait == gait]


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
