"""How an angle wanders over a long run: its trend a minute, as fatigue makes it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from runform_live.gait.change import WITHHOLD, Z95, Change, ChangeModel, between
from runform_live.gait.run_phase import RunTime
from runform_live.gait.statistics import t95
from runform_live.messages import Stance

SHORTEST_S = 300.0  # of running, from the first stance to the last one
PARTS = 10  # that a run is cut into: means of many stances, whose scatter about the line tells how sure it is
MINUTE_S = 60.0


def trend(model: ChangeModel, metric: str, stances: Sequence[Stance]) -> Change | None:
    """Change of one side's mean in a minute of running; None with under five minutes of it, or where too little is known.

    stances: of one side, in time order. The line is one of least squares through the means of PARTS equal parts; its interval joins
    their scatter about the line (slow wandering of the runner is in it) and what drifts from one end of the run to the other. Pauses
    do not tire: they count only for the drift, as light goes on to change.
    """
    seen = model.known(metric, stances)
    ran_s = _ran_s(stances)
    known = [(ran_s[at_s], value) for at_s, value in seen]
    if not known or known[-1][0] - known[0][0] < SHORTEST_S:
        return None
    reasons = between([], stances)
    if any(reason in WITHHOLD for reason in reasons):
        return Change(None, None, None, len(known), len(known), reasons)
    first_s, length_s = known[0][0], known[-1][0] - known[0][0]
    parts: list[list[tuple[float, float]]] = [[] for _ in range(PARTS)]
    for at_s, value in known:
        place = min(int((at_s - first_s) / length_s * PARTS), PARTS - 1)
        parts[place].append((at_s / MINUTE_S, value))
    points = [tuple(math.fsum(each) / len(part) for each in zip(*part, strict=True)) for part in parts if part]
    if len(points) < PARTS / 2:
        return None
    middle = [math.fsum(each) / len(points) for each in zip(*points, strict=True)]
    wide = math.fsum((at - middle[0]) ** 2 for at, _ in points)
    slope = math.fsum((at - middle[0]) * (value - middle[1]) for at, value in points) / wide
    left = math.fsum((value - middle[1] - slope * (at - middle[0])) ** 2 for at, value in points)
    scatter = math.sqrt(left / (len(points) - 2) / wide)
    drift = model.drift_sd(metric, stances, seen[-1][0] - seen[0][0], "absence" in reasons)
    share, share_sd = model.errors.share.get(metric, 1.0), model.errors.share_sd.get(metric)
    if drift is None or share_sd is None:
        return Change(slope, None, None, len(known), len(known), reasons)
    constant = math.hypot(drift / (length_s / MINUTE_S), share_sd * slope) / share
    half = math.hypot(t95(len(points) - 2) * scatter, Z95 * constant)
    return Change(slope, half, half, len(known), len(known), reasons)


def _ran_s(stances: Sequence[Stance]) -> dict[float, float]:
    """Seconds of running until each midstance, by its time (s)."""
    run_time, found = RunTime(), dict[float, float]()
    for one in stances:
        run_time.push(one)
        found[one.midstance_s] = run_time.at(one.midstance_s)
    return found
