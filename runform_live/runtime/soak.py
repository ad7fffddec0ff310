"""Whether a long run stays as it began: memory, open files and threads, latency, and the film's time against the clock.

Each is told by its slope over the whole run, with a 95% interval, and not by its first against its last minutes. Neighbouring samples are
no independent ones, so the slope is that of the means of BLOCKS equal parts of the run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from runform_live.gait.uncertainty.statistics import t95

BLOCKS = 12
WARM_UP_S = 60.0  # libraries load and caches fill; at most a third of the run
TABLE_S = 300.0  # of a row of the table
MOST_SKIPPED = 0.005  # share of the frames; beyond, a film falls behind because the computer is too slow
Judgement = Literal["flat", "grows", "not settled", "unknown", "too slow to tell"]


@dataclass(frozen=True, slots=True)
class Sample:
    """What was found at one moment; None: this system does not say."""

    at_s: float  # since the beginning of the run
    memory_mib: float | None  # of all processes, without what they may share with others
    descriptors: int | None  # open files, sockets among them (Windows: handles)
    threads: int | None
    latency_ms: (
        float | None
    )  # from a frame's stamp to its stance on the screen; without a window to the end of its work in the gait stage
    ahead_s: float | None  # the film's time less the clock, since the first sample
    skipped: int  # frames, up to now


@dataclass(frozen=True, slots=True)
class Quantity:
    """What must not grow. bound: by how much it may in an hour, of which nobody would notice anything in a day.

    noise: by how much it may differ between two minutes of a sound run, see `sure_growth`.
    """

    name: str
    unit: str
    bound_per_hour: float
    noise: float
    of: Callable[[Sample], float | None]
    both_ways: bool = False  # it must not shrink either
    in_time: bool = False  # it is told only by a computer that keeps up


# A run keeps its stances: about 10,000 an hour of some 1.5 KB in each of the processes that show or save them.
MEMORY_PER_HOUR_MIB = 40.0
QUANTITIES = (
    Quantity("memory", "MiB", MEMORY_PER_HOUR_MIB, 20.0, lambda one: one.memory_mib),
    Quantity("open files", "", 1.0, 3.0, lambda one: one.descriptors),
    Quantity("threads", "", 1.0, 2.0, lambda one: one.threads),
    Quantity("latency", "ms", 5.0, 25.0, lambda one: one.latency_ms, in_time=True),
    Quantity(
        "film against clock",
        "ms",
        50.0,
        100.0,
        lambda one: None if one.ahead_s is None else 1e3 * one.ahead_s,
        True,
        True,
    ),
)


@dataclass(frozen=True, slots=True)
class Trend:
    """Change per hour, with half of its 95% interval."""

    per_hour: float
    half: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of one quantity."""

    quantity: Quantity
    trend: Trend | None
    judgement: Judgement

    def words(self) -> str:
        """In a line."""
        unit = f" {self.quantity.unit}" if self.quantity.unit else ""
        if self.trend is None:
            return f"{self.quantity.name:20s} unknown"
        bound = f"{'within ' if self.quantity.both_ways else 'at most '}{self.quantity.bound_per_hour:g}"
        return f"{self.quantity.name:20s} {self.trend.per_hour:+8.1f} ± {self.trend.half:.1f}{unit} an hour ({bound}): {self.judgement}"


def settled(samples: Sequence[Sample]) -> list[Sample]:
    """Those after the warm-up."""
    if not samples:
        return []
    begin_s = min(WARM_UP_S, samples[-1].at_s / 3)
    return [one for one in samples if one.at_s >= begin_s]


def trend(times_s: Sequence[float], values: Sequence[float]) -> Trend | None:
    """The slope of values (n,) over times (n,); None where there are too few. Least squares on the means of BLOCKS parts of equal length."""
    times, found = np.asarray(times_s, float), np.asarray(values, float)
    if len(times) < BLOCKS or times[-1] <= times[0]:
        return None
    part = np.minimum((BLOCKS * (times - times[0]) / (times[-1] - times[0])).astype(int), BLOCKS - 1)
    kept = np.unique(part)
    if len(kept) < 4:
        return None
    hours = np.array([times[part == one].mean() for one in kept]) / 3600.0
    means = np.array([found[part == one].mean() for one in kept])
    away = hours - hours.mean()
    spread = float(away @ away)
    slope = float(away @ means) / spread
    left = means - means.mean() - slope * away
    freedom = len(kept) - 2
    half = t95(freedom) * math.sqrt(float(left @ left) / freedom / spread)
    return Trend(slope, half)


def judged(found: Trend | None, quantity: Quantity, later: Trend | None = None) -> Judgement:
    """flat: all of the interval lies within the bound. grows: all of it lies beyond, and so does the slope of the second half, for one step
    of the first half is no growth. Else the run was too short to tell. later: the second half; None: it is not looked at.
    """
    if found is None:
        return "unknown"
    change = abs(found.per_hour) if quantity.both_ways else found.per_hour
    if change + found.half <= quantity.bound_per_hour:
        return "flat"
    goes_on = later is None or (abs(later.per_hour) if quantity.both_ways else later.per_hour) > quantity.bound_per_hour
    return "grows" if change - found.half > quantity.bound_per_hour and goes_on else "not settled"


def keeps_up(samples: Sequence[Sample], frames: int) -> bool:
    """Whether the computer was quick enough: hardly a frame was skipped."""
    return bool(samples) and samples[-1].skipped <= MOST_SKIPPED * frames


def falls_behind(samples: Sequence[Sample], frames: int) -> bool:
    """Whether a computer that was quick enough in the first third of such a run was not in the last one."""
    after = settled(samples)
    if len(after) < BLOCKS:
        return False
    third_s = (after[-1].at_s - after[0].at_s) / 3.0
    first = [one.skipped for one in after if one.at_s <= after[0].at_s + third_s]
    last = [one.skipped for one in after if one.at_s >= after[-1].at_s - third_s]
    most = MOST_SKIPPED * frames * third_s / max(after[-1].at_s, 1.0)
    return first[-1] - first[0] <= most < last[-1] - last[0]


def verdicts(samples: Sequence[Sample], frames: int) -> list[Verdict]:
    """Of each quantity, in a run of so many frames."""
    found, in_time = [], keeps_up(samples, frames)
    for quantity in QUANTITIES:
        known = [(one.at_s, value) for one in settled(samples) if (value := quantity.of(one)) is not None]
        slope = _trend_of(known)
        later = _trend_of(known[len(known) // 2 :])
        told = "too slow to tell" if quantity.in_time and slope and not in_time else judged(slope, quantity, later)
        found.append(Verdict(quantity, slope, told))
    return found


def sure_growth(samples: Sequence[Sample], frames: int) -> list[Verdict]:
    """What a run of some minutes tells for sure. The bounds of an hour are smaller than the noise of minutes: 40 MiB an hour are 1.3 MiB in two
    minutes, and eight pictures that wait are 20. So the least growth that the interval allows must exceed the noise over the run.

    It finds one open file for each round of the clip, and one picture that is kept in five seconds.
    """
    after = settled(samples)
    hours = (after[-1].at_s - after[0].at_s) / 3600.0 if after else 0.0

    def least(one: Verdict) -> float:
        if one.trend is None:
            return 0.0
        change = abs(one.trend.per_hour) if one.quantity.both_ways else one.trend.per_hour
        return (change - one.trend.half) * hours

    return [one for one in verdicts(samples, frames) if one.judgement == "grows" and least(one) > one.quantity.noise]


def _trend_of(known: Sequence[tuple[float, float]]) -> Trend | None:
    return trend([at_s for at_s, _ in known], [value for _, value in known])


def table(samples: Sequence[Sample], row_s: float = TABLE_S) -> list[str]:
    """A line for each row_s of the run: the mean of each quantity, and the 95th percentile of the latency."""
    lines = [
        f"{'minutes':>9s} {'MiB':>7s} {'files':>6s} {'threads':>8s} {'ms':>7s} {'p95 ms':>7s} {'clock ms':>9s} {'skipped':>8s}"
    ]
    before = 0
    for begin_s in np.arange(0.0, samples[-1].at_s if samples else 0.0, row_s):
        part = [one for one in samples if begin_s <= one.at_s < begin_s + row_s]
        if not part:
            continue
        ms = [one.latency_ms for one in part if one.latency_ms is not None]
        high = f"{np.percentile(ms, 95):7.1f}" if ms else f"{'-':>7s}"
        skipped = part[-1].skipped - before
        before = part[-1].skipped
        means = [_mean(quantity, part, width) for quantity, width in zip(QUANTITIES, (7, 6, 8, 7, 9), strict=True)]
        minutes = f"{begin_s / 60:g}-{min(begin_s + row_s, samples[-1].at_s) / 60:.0f}"
        lines.append(f"{minutes:>9s} {' '.join(means[:4])} {high} {means[4]} {skipped:8d}")
    return lines


def _mean(quantity: Quantity, part: Sequence[Sample], width: int) -> str:
    known = [value for one in part if (value := quantity.of(one)) is not None]
    return f"{np.mean(known):{width}.1f}" if known else f"{'-':>{width}s}"
