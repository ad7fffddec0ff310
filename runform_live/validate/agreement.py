"""How measured stances agree with true ones: matches, bias, limits of agreement, slope, event errors, coverage."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from runform_live.gait.instrument import Instrument
from runform_live.messages import SIDES, Side, Stance
from runform_live.validate.truth import Clip, TrueStance

NEAREST_S = 0.12


@dataclass(frozen=True, slots=True)
class Matched:
    """Measured against true stances of one clip."""

    clip: str
    pairs: list[tuple[TrueStance, Stance]]
    missed: int
    extra: int


def match(clip: Clip, measured: Sequence[Stance]) -> Matched:
    """Pair each true stance with the nearest measured one of its side within 0.12 s of midstance."""
    free = list(measured)
    pairs = []
    for true in clip.stances:
        near = [s for s in free if s.side == true.side and abs(s.midstance_s - true.midstance_s) <= NEAREST_S]
        if near:
            best = min(near, key=lambda s: abs(s.midstance_s - true.midstance_s))
            free.remove(best)
            pairs.append((true, best))
    first_s, last_s = clip.span_s
    extra = sum(1 for s in free if s.initial_contact_s >= first_s and s.toe_off_s <= last_s)
    return Matched(clip.name, pairs, len(clip.stances) - len(pairs), extra)


@dataclass(frozen=True, slots=True)
class MetricAgreement:
    """One metric; None where nothing was measured. Errors are measured minus true, in the metric's unit."""

    n: int
    withheld: int
    bias: dict[Side, float | None]
    rmse: float | None
    slope: float | None
    loa_low: float | None
    loa_high: float | None
    covered: int = 0  # sides whose 95% interval holds the true mean
    intervals: int = 0  # sides that had an interval
    half_width: float | None = None


@dataclass(frozen=True, slots=True)
class EventAgreement:
    """Error of an event's time (ms): median of the absolute error, and the worst."""

    median_ms: float | None
    worst_ms: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """All figures of one clip, or of several together."""

    name: str
    found: int
    missed: int
    extra: int
    metrics: dict[str, MetricAgreement]
    initial_contact: EventAgreement
    toe_off: EventAgreement
    cadence_error_percent: float | None
    # Metric -> error of each side's mean, as it would be at the usual doubt.
    side_biases: dict[str, list[float]] = field(default_factory=dict)


def agree(
    name: str,
    matched: Sequence[Matched],
    metrics: Sequence[str],
    instrument: Instrument,
    cadence_error_percent: float | None = None,
) -> Agreement:
    """Figures of several clips together."""
    pairs = [pair for one in matched for pair in one.pairs]
    biases: dict[str, list[float]] = {}
    found = {}
    for metric in metrics:
        found[metric], biases[metric] = _metric(matched, metric, instrument)
    return Agreement(
        name,
        len(pairs),
        sum(one.missed for one in matched),
        sum(one.extra for one in matched),
        found,
        _event([s.initial_contact_s - t.initial_contact_s for t, s in pairs]),
        _event([s.toe_off_s - t.toe_off_s for t, s in pairs]),
        cadence_error_percent,
        biases,
    )


def _event(errors_s: Sequence[float]) -> EventAgreement:
    if not errors_s:
        return EventAgreement(None, None)
    sizes = [abs(error) * 1e3 for error in errors_s]
    return EventAgreement(median(sizes), max(sizes))


def _metric(matched: Sequence[Matched], metric: str, instrument: Instrument) -> tuple[MetricAgreement, list[float]]:
    true, measured, withheld = [], [], 0
    errors: dict[Side, list[float]] = {"left": [], "right": []}
    side_errors: list[float] = []
    covered = intervals = 0
    halves = []
    for one in matched:
        for side in SIDES:
            mine = [(t, s) for t, s in one.pairs if s.side == side and metric in t.metrics]
            seen = [(t, s) for t, s in mine if getattr(s, metric) is not None]
            stances = [s for _, s in seen]
            known = [(t.metrics[metric], getattr(s, metric)) for t, s in seen]
            withheld += len(mine) - len(known)
            if not known:
                continue
            true += [t for t, _ in known]
            measured += [s for _, s in known]
            errors[side] += [s - t for t, s in known]
            true_mean = math.fsum(t for t, _ in known) / len(known)
            got = instrument.estimate(metric, stances)
            assert got is not None
            side_errors.append((got.mean - true_mean) / instrument.share(metric, stances))
            if got.ci95_low is not None and got.ci95_high is not None:
                intervals += 1
                covered += got.ci95_low <= true_mean <= got.ci95_high
                halves.append((got.ci95_high - got.ci95_low) / 2)
    differences = [m - t for t, m in zip(true, measured, strict=True)]
    bias = {side: math.fsum(values) / len(values) if values else None for side, values in errors.items()}
    if not differences:
        return MetricAgreement(0, withheld, bias, None, None, None, None), side_errors
    n = len(differences)
    mean = math.fsum(differences) / n
    rmse = math.sqrt(math.fsum(d * d for d in differences) / n)
    sd = math.sqrt(math.fsum((d - mean) ** 2 for d in differences) / (n - 1)) if n > 1 else 0.0
    return (
        MetricAgreement(
            n, withheld, bias, rmse, _slope(true, measured), mean - 1.96 * sd, mean + 1.96 * sd, covered, intervals,
            math.fsum(halves) / len(halves) if halves else None,
        ),
        side_errors,
    )  # fmt: skip


def _slope(true: Sequence[float], measured: Sequence[float]) -> float | None:
    """Least-squares slope of measured on true; None where the truth hardly varies (SD under 0.75)."""
    n = len(true)
    mean = math.fsum(true) / n
    spread = math.fsum((t - mean) ** 2 for t in true)
    if n < 3 or spread / n < 0.75**2:
        return None
    return math.fsum((t - mean) * m for t, m in zip(true, measured, strict=True)) / spread
