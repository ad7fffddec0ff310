"""The trend of an angle over a long run, a minute of running: what fatigue changes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from runform_live.gait.run_phase import RunTime
from runform_live.gait.uncertainty.change import WITHHOLD, Change, ChangeModel, between
from runform_live.gait.uncertainty.statistics import Z95, t95
from runform_live.messages import Stance

SHORTEST_S = 300.0  # of running, from the first stance to the last one
PARTS = 10  # of a run. Each gives a mean of many stances; how these means scatter about the line tells how sure it is
MINUTE_S = 60.0


def trend(model: ChangeModel, metric: str, stances: Sequence[Stance]) -> Change | None:
    """Change of one side's mean in a minute of running; None with under five minutes of it, or where too little is known.

    stances: of one side, in time order. A line of least squares goes through the means of PARTS equal parts of the run. Its interval joins the
    scatter of these means about the line, which holds slow wandering of the runner, and the drift from one end of the run to the other.
    Pauses do not tire, so they count only for the drift: light goes on to change in them.
    """
    seen, ran_s = model.known(metric, stances), _ran_s(stances)
    known = [(ran_s[at_s], value) for at_s, value in seen]
    if not known or known[-1][0] - known[0][0] < SHORTEST_S:
        return None
    reasons, count = between([], stances), len(known)
    if any(reason in WITHHOLD for reason in reasons):
        return Change(None, None, None, count, count, reasons)
    points = _means_of_parts(known)
    if len(points) < PARTS / 2:
        return None
    slope, slope_sd = _line(points)
    drift = model.drift_sd(metric, stances, seen[-1][0] - seen[0][0], "absence" in reasons)
    share, share_sd = model.errors.share.get(metric, 1.0), model.errors.share_sd.get(metric)
    if drift is None or share_sd is None:
        return Change(slope, None, None, count, count, reasons)
    length_s = known[-1][0] - known[0][0]
    constant = math.hypot(drift / (length_s / MINUTE_S), share_sd * slope) / share
    half = math.hypot(t95(len(points) - 2) * slope_sd, Z95 * constant)
    return Change(slope, half, half, count, count, reasons)


def _means_of_parts(known: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Mean time (min) and mean value of each part of the run that has stances; known: seconds of running, and value."""
    first_s, length_s = known[0][0], known[-1][0] - known[0][0]
    parts: list[list[tuple[float, float]]] = [[] for _ in range(PARTS)]
    for at_s, value in known:
        place = min(int((at_s - first_s) / length_s * PARTS), PARTS - 1)
        parts[place].append((at_s / MINUTE_S, value))
    return [_mean(part) for part in parts if part]


def _mean(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    across, up = zip(*points, strict=True)
    return math.fsum(across) / len(points), math.fsum(up) / len(points)


def _line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Slope of the line of least squares through points, and its standard error."""
    across, up = _mean(points)
    wide = math.fsum((x - across) ** 2 for x, _ in points)
    slope = math.fsum((x - across) * (y - up) for x, y in points) / wide
    left = math.fsum((y - up - slope * (x - across)) ** 2 for x, y in points)
    return slope, math.sqrt(left / (len(points) - 2) / wide)


def _ran_s(stances: Sequence[Stance]) -> dict[float, float]:
    """Seconds of running until each midstance, by its time (s)."""
    run_time, found = RunTime(), dict[float, float]()
    for one in stances:
        run_time.push(one)
        found[one.midstance_s] = run_time.at(one.midstance_s)
    return found
