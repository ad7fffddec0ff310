"""The second layer of the live screen as plain values: the table of all metrics, and how the stages are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runform_live import quantities
from runform_live.dashboard import change_model, number_model, status_model
from runform_live.dashboard.model import DETAILS, DashboardModel
from runform_live.messages import SIDES

STALE_S = 2.5


@dataclass(frozen=True, slots=True)
class DetailRow:
    """One line of the table: both sides' means, left minus right, and what changed on both sides since the first minute."""

    name: str
    left: str
    right: str = ""
    difference: str = ""
    left_change: str = ""
    right_change: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of the columns."""
        return (self.name, self.left, self.right, self.difference, self.left_change, self.right_change)


def rows(model: DashboardModel) -> list[DetailRow]:
    """The table: a line for each metric, and one for the cadence, which is of both sides."""
    found = []
    for metric, name in DETAILS:
        cards = [number_model.card(model, side, metric) for side in SIDES]
        left, right = (f"{card.value} {card.interval}".rstrip() for card in cards)
        changes = [change_model.in_table(model.since_first.change(side, metric), metric, model.texts) for side in SIDES]
        found.append(DetailRow(model.texts(f"live.{name}"), left, right, _difference(model, metric), *changes))
    cadence = change_model.in_table(model.since_first.cadence(), quantities.CADENCE, model.texts)
    found.append(DetailRow(model.texts("live.cadence"), status_model.cadence_words(model), left_change=cadence))
    return found


def _difference(model: DashboardModel, metric: str) -> str:
    """Left minus right with its interval."""
    both = model.symmetry(metric)
    if both is None:
        return quantities.UNKNOWN
    return quantities.signed(metric, both.difference, both.ci95_low, both.ci95_high, said=model.texts)


def heads(model: DashboardModel) -> DetailRow:
    """What stands above the columns."""
    left, right, symmetry = (model.texts(f"live.{key}") for key in ("left", "right", "symmetry"))
    return DetailRow("", left, right, symmetry, left, right)


def health_rows(model: DashboardModel, stages: Sequence[str], now_s: float) -> list[tuple[str, bool, str]]:
    """Per stage: name, whether it is well, and words."""
    found, said = [], model.texts
    for stage in stages:
        health = model.health_of(stage)
        if health is None:
            found.append((stage, False, said("status.stage_starting")))
            continue
        silent_s = model.silent_s(stage, now_s)
        if silent_s > STALE_S:
            found.append((stage, False, said("status.stage_silent", seconds=silent_s)))
            continue
        key = "status.stage_skipped" if health.dropped else "status.stage_well"
        found.append((stage, True, said(key, rate=health.rate_hz, lag=health.lag_ms, skipped=health.dropped)))
    return found
