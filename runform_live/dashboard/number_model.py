"""The large number of each side as plain values: mean, interval, how it stands to its target, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from runform_live import quantities
from runform_live.coach import judgement
from runform_live.dashboard import change_model
from runform_live.dashboard.change_model import ChangeWords
from runform_live.dashboard.model import NAMES, DashboardModel
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES, Estimate
from runform_live.messages import SIDES, Side

Judgement = Literal["unknown", "provisional", "inside", "above", "below"]
MARKS: dict[Judgement, str] = {"inside": "✓", "above": "▲", "below": "▼"}


@dataclass(frozen=True, slots=True)
class SideCard:
    """One side's large number."""

    value: str
    interval: str
    judgement: Judgement
    words: str
    mean: float | None
    low: float | None = None  # of the 95% interval
    high: float | None = None
    zone: tuple[float | None, float | None] = (None, None)  # of the target, on the scale of the mean


def target_words(model: DashboardModel, metric: str) -> str:
    """The band in force. One from the first minute asks for a change, which the cards tell."""
    if model.in_other_gait and model.has_targets:
        return model.texts(f"live.target_of_{model.target_gait}")
    target = model.target(metric)
    low, high = target.ends
    if model.target_from == "baseline" and not target.is_open:
        return model.texts("live.target_first")
    if low is not None and high is not None:
        return model.texts("live.target_band", low=low, high=high)
    if high is not None:
        return model.texts("live.target_high", high=high)
    if low is not None:
        return model.texts("live.target_low", low=low)
    waits = model.target_from == "baseline"
    return model.texts("live.target_baseline") if waits else model.texts("live.target_none")


def trained_name(model: DashboardModel) -> str:
    metric = model.trained
    return model.texts(f"live.{NAMES[metric]}") if metric in NAMES else quantities.name(metric, model.texts)


def trained_words(model: DashboardModel) -> str:
    """What the large numbers are."""
    return model.texts("live.trained", name=trained_name(model), count=model.config.gait.rolling_stances)


def card(model: DashboardModel, side: Side, metric: str | None = None) -> SideCard:
    """The large number of a side: rolling mean, interval, and how it stands to its target."""
    metric = metric or model.trained
    found = model.estimate(side, metric)
    if found is None:
        return SideCard(quantities.UNKNOWN, "", "unknown", model.texts("live.no_stance"), None)
    value = quantities.number(metric, found.mean, said=model.texts)
    interval = ""
    if found.ci95_low is not None and found.ci95_high is not None:
        interval = quantities.half_interval(metric, found.ci95_low, found.ci95_high, said=model.texts)
    verdict, words = _judge(model, side, found, metric)
    zone = _zone(model, side, found.mean, metric)
    return SideCard(value, interval, verdict, words, found.mean, found.ci95_low, found.ci95_high, zone)


def _zone(model: DashboardModel, side: Side, mean: float, metric: str) -> tuple[float | None, float | None]:
    """Where the target lies on the scale of this mean: one from the first minute is as far from it as the change is from the wanted one."""
    low, high = model.target(metric).ends
    if model.target_from != "baseline":
        return low, high
    first_mean, change = model.since_first.mean(side, metric), model.since_first.change(side, metric)
    if first_mean is None or change is None or change.value is None:
        return None, None
    by = mean - judgement.mean_of(first_mean, change.value)
    return (None if low is None else low + by), (None if high is None else high + by)


def _judge(model: DashboardModel, side: Side, found: Estimate, metric: str) -> tuple[Judgement, str]:
    if found.n < FEWEST_STANCES:
        return "provisional", model.texts("live.few", count=found.n, needed=FEWEST_STANCES)
    target, mean = model.target(metric), found.mean
    first_mean = model.since_first.mean(side, metric) if model.target_from == "baseline" else None
    if first_mean is not None and not target.is_open:
        change = model.since_first.change(side, metric)
        if change is None or change.provisional:
            count = change.now if change is not None else 0
            return "provisional", model.texts("live.few", count=count, needed=FEWEST_STANCES)
        if change.value is None:
            return "unknown", model.texts("live.not_judged")
        mean = judgement.mean_of(first_mean, change.value)
    if target.is_open:
        return "inside", ""
    missed = judgement.outside(target, mean)
    verdict: Judgement = "inside" if missed is None else "above" if missed[0] == "high" else "below"
    return verdict, model.texts(f"live.{verdict}") if first_mean is None else _wanted(
        model, verdict, first_mean, metric
    )


def _wanted(model: DashboardModel, verdict: Judgement, first_mean: float, metric: str) -> str:
    """Which change a target from the first minute asks for. Its limit would not fit to the number where the level line is another one."""
    low, high = model.target(metric).ends
    limit = low if high is None or (verdict == "below" and low is not None) else high
    wanted = (limit or 0.0) - first_mean
    key = "less" if wanted < 0.0 else "more"
    if (wanted < 0.0) == (limit == low):
        key = f"at_most_{key}"
    by = quantities.number(metric, abs(wanted), said=model.texts)
    return f"{MARKS[verdict]} {model.texts(f'live.wanted_{key}', by=by)}"


def certainty_words(model: DashboardModel) -> str:
    """Why a change is surer than the number itself; empty where neither is known."""
    by, halves = model.config.coach.baseline_change_deg, two_certainties(model)
    if halves is None:
        return ""
    mean, change = (quantities.number(model.trained, half, said=model.texts) for half in halves)
    return model.texts("guide.certainty", mean=mean, by=by, change=change)


def two_certainties(model: DashboardModel) -> tuple[float, float] | None:
    """Usual halves of the 95% intervals of a large number and of the wanted change of it; None where they were not measured."""
    by, count = model.config.coach.baseline_change_deg, model.config.gait.rolling_stances
    return change_model.two_certainties(model.model_used, model.trained, count, by)


def worse_mean(model: DashboardModel) -> float | None:
    """The larger rolling mean of the trained metric in the gait of the targets; None where none is known."""
    if model.in_other_gait:
        return None
    means = [found.mean for side in SIDES if (found := model.estimate(side, model.trained)) is not None]
    return max(means, default=None)


def change_words(model: DashboardModel, side: Side) -> ChangeWords:
    """What is said under the large number of how it changed since the first minute; nothing in the other gait."""
    if model.in_other_gait:
        return ChangeWords("", "")
    return change_model.on_card(model.since_first, side, model.trained, model.texts)
