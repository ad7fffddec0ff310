"""How measured stances agree with true ones: matches, bias, limits of agreement, slope, event errors, coverage."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from runform_live.gait.by_gait import of_gait
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import SIDES, BodyShares, Gait, Side, Stance
from runform_live.validate.true_stance import TrueStance
from runform_live.validate.truth import Clip

NEAREST_S = 0.12


@dataclass(frozen=True, slots=True)
class Matched:
    """Measured against true stances of one clip and one gait. clip: with the true stances of that gait alone."""

    clip: Clip
    pairs: list[tuple[TrueStance, Stance]]
    missed: int
    extra: int
    instrument: InstrumentErrors
    body: BodyShares | None = None  # of the newest stand
    gait: Gait = "run"

    @property
    def calibrated(self) -> bool:
        return self.instrument.level_sd_deg is not None


def match(clip: Clip, measured: Sequence[Stance], instrument: InstrumentErrors, gait: Gait = "run") -> Matched:
    """Pair each true stance of that gait with the nearest measured one of its gait and side within 0.12 s of midstance.

    clip, measured: with the stances of both gaits. One that is read as of the other gait is missed in its own and extra in the other.
    instrument: the errors that the product would tell beside these figures.
    """
    free = of_gait(measured, gait)
    of_this = clip.of_gait(gait)
    pairs = []
    for true in of_this.stances:
        near = [s for s in free if s.side == true.side and abs(s.midstance_s - true.midstance_s) <= NEAREST_S]
        if near:
            best = min(near, key=lambda s: abs(s.midstance_s - true.midstance_s))
            free.remove(best)
            pairs.append((true, best))
    first_s, last_s = clip.span_s
    extra = sum(1 for s in free if s.initial_contact_s >= first_s and s.toe_off_s <= last_s)
    return Matched(of_this, pairs, len(of_this.stances) - len(pairs), extra, instrument, gait=gait)


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
    side_rms: float | None = None  # of the errors of the sides' means
    difference_rms: float | None = None  # over clips, of the error of left minus right
    difference_covered: int = 0  # clips whose 95% interval of left minus right holds the truth
    differences: int = 0  # clips that had one


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
    not_calibrated: int  # clips; they are in no figure of a side's mean that is read against the level line
    # Metric -> error of each side's mean, and of each clip's left minus right, as it would be at the usual doubt.
    side_biases: dict[str, list[float]] = field(default_factory=dict)
    difference_biases: dict[str, list[float]] = field(default_factory=dict)


def agree(
    name: str,
    matched: Sequence[Matched],
    metrics: Sequence[str],
    cadence_error_percent: float | None = None,
) -> Agreement:
    """Figures of several clips together."""
    pairs = [pair for one in matched for pair in one.pairs]
    sides = {metric: [m for one in matched for m in side_means(one, metric).values()] for metric in metrics}
    differences = {metric: [d for one in matched if (d := difference(one, metric))] for metric in metrics}
    return Agreement(
        name,
        len(pairs),
        sum(one.missed for one in matched),
        sum(one.extra for one in matched),
        {metric: _metric(pairs, metric, sides[metric], differences[metric]) for metric in metrics},
        _event([s.initial_contact_s - t.initial_contact_s for t, s in pairs]),
        _event([s.toe_off_s - t.toe_off_s for t, s in pairs]),
        cadence_error_percent,
        sum(not one.calibrated for one in matched),
        {metric: [mean.usual_error for mean in means] for metric, means in sides.items()},
        {metric: [mean.usual_error for mean in means] for metric, means in differences.items()},
    )


def _event(errors_s: Sequence[float]) -> EventAgreement:
    if not errors_s:
        return EventAgreement(None, None)
    sizes = [abs(error) * 1e3 for error in errors_s]
    return EventAgreement(median(sizes), max(sizes))


@dataclass(frozen=True, slots=True)
class MeanError:
    """Of a mean, or the difference of two, against its truth."""

    error: float
    usual_error: float  # as it would be at the usual doubt
    interval: tuple[float, float] | None  # of the error: it covers the truth where it holds 0


def _mean(error: float, share: float, value: float, low: float | None, high: float | None) -> MeanError:
    interval = None if low is None or high is None else (error + low - value, error + high - value)
    return MeanError(error, error / share, interval)


def _known(one: Matched, metric: str, side: Side) -> tuple[list[Stance], float]:
    """The stances of a side whose metric was measured, and the true mean of these."""
    pairs = [(t, s) for t, s in one.pairs if s.side == side and metric in t.metrics and getattr(s, metric) is not None]
    true = [t.metrics[metric] for t, _ in pairs]
    return [s for _, s in pairs], math.fsum(true) / len(true) if true else math.nan


def side_means(one: Matched, metric: str) -> dict[Side, MeanError]:
    """Of the sides that were measured."""
    out: dict[Side, MeanError] = {}
    for side in SIDES:
        stances, true = _known(one, metric, side)
        got = one.instrument.estimate(metric, stances)
        if got is not None and one.instrument.levels(metric):
            share = one.instrument.share(metric, stances)
            out[side] = _mean(got.mean - true, share, got.mean, got.ci95_low, got.ci95_high)
    return out


def difference(one: Matched, metric: str) -> MeanError | None:
    """Left minus right; None where one of the sides was not measured."""
    (left, true_left), (right, true_right) = (_known(one, metric, side) for side in SIDES)
    got = one.instrument.symmetry(metric, left, right)
    if got is None:
        return None
    share = one.instrument.difference_share(metric, left, right)
    error = got.difference - (true_left - true_right)
    return _mean(error, share, got.difference, got.ci95_low, got.ci95_high)


def _covered(means: Sequence[MeanError]) -> tuple[int, int]:
    """How many intervals hold the truth, and how many there are."""
    intervals = [mean.interval for mean in means if mean.interval is not None]
    return sum(low <= 0.0 <= high for low, high in intervals), len(intervals)


def _metric(
    pairs: Sequence[tuple[TrueStance, Stance]],
    metric: str,
    sides: Sequence[MeanError],
    differences: Sequence[MeanError],
) -> MetricAgreement:
    mine = [(t.metrics[metric], s) for t, s in pairs if metric in t.metrics]
    known = [(true, value, s.side) for true, s in mine if (value := getattr(s, metric)) is not None]
    withheld = len(mine) - len(known)
    bias: dict[Side, float | None] = {}
    for side in SIDES:
        errors = [value - true for true, value, of in known if of == side]
        bias[side] = math.fsum(errors) / len(errors) if errors else None
    if not known:
        return MetricAgreement(0, withheld, bias, None, None, None, None)
    errors = [value - true for true, value, _ in known]
    n = len(errors)
    mean = math.fsum(errors) / n
    sd = math.sqrt(math.fsum((e - mean) ** 2 for e in errors) / (n - 1)) if n > 1 else 0.0
    halves = [(m.interval[1] - m.interval[0]) / 2 for m in sides if m.interval is not None]
    return MetricAgreement(
        n, withheld, bias, rms(errors), _slope([true for true, _, _ in known], [value for _, value, _ in known]),
        mean - 1.96 * sd, mean + 1.96 * sd, *_covered(sides), math.fsum(halves) / len(halves) if halves else None,
        rms([side.error for side in sides]) if sides else None, rms([d.error for d in differences]) if differences else None,
        *_covered(differences),
    )  # fmt: skip


def rms(errors: Sequence[float]) -> float:
    """Root mean square; of errors of different bodies what a card keeps as SD."""
    return math.sqrt(math.fsum(e * e for e in errors) / len(errors))


def _slope(true: Sequence[float], measured: Sequence[float]) -> float | None:
    """Least-squares slope of measured on true; None where the truth hardly varies (SD under 0.75)."""
    n = len(true)
    mean = math.fsum(true) / n
    spread = math.fsum((t - mean) ** 2 for t in true)
    if n < 3 or spread / n < 0.75**2:
        return None
    return math.fsum((t - mean) * m for t, m in zip(true, measured, strict=True)) / spread
