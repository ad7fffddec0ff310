"""The plots of a client's progress as plain values: a panel for each side, what is drawn in it, and the scale of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runform_live import quantities
from runform_live.dashboard import ticks
from runform_live.messages import Band
from runform_live.progress import words
from runform_live.progress.change import DIFFERENCE, Column
from runform_live.progress.series import Series, Value
from runform_live.texts import Texts

# Of the scale, so that noise does not fill it.
LEAST_REACH = {"contact_time_s": 0.02, "step_width_hip": 0.1}
LEAST_REACH_ELSE = 4.0  # of angles and cadence


@dataclass(frozen=True, slots=True)
class Mark:
    """A session's mean with its interval. arrow: what changed within the session, from where to where. hollow: it cannot be compared."""

    place: int
    value: float
    low: float | None
    high: float | None
    hollow: bool
    changed: bool  # against the baseline, for sure
    arrow: tuple[float, float] | None
    arrow_sure: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """One side over the sessions, in the metric's unit. band: place, low and high of what no change can be told within."""

    column: Column
    title: str
    marks: tuple[Mark, ...]
    baseline: float | None
    band: tuple[tuple[int, float, float], ...]
    target: Band


@dataclass(frozen=True, slots=True)
class Scale:
    """What both panels show, with the values of their lines."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]


def panels(series: Series, said: Texts) -> list[Panel]:
    """A plot for each side; one for what both legs make together. None where there is nothing to draw."""
    shown = [
        _panel(series, column, words.column_name(column, said)) for column in series.columns if column != DIFFERENCE
    ]
    return shown if any(panel.marks for panel in shown) else []


def scale(metric: str, panels: Sequence[Panel], said: Texts) -> Scale:
    """The same for all panels: all means with their intervals, the bands, the target."""
    ends = [end for panel in panels for end in _ends(panel)]
    middle = (min(ends) + max(ends)) / 2
    half = max((max(ends) - min(ends)) / 2 * 1.08, LEAST_REACH.get(metric, LEAST_REACH_ELSE) / 2)
    low, high = middle - half, middle + half
    labelled = ((value, quantities.number(metric, value, said=said)) for value in ticks.values(low, high))
    return Scale(low, high, tuple(labelled))


def _panel(series: Series, column: Column, title: str) -> Panel:
    values = series.columns[column]
    middle = None if series.baseline is None else values[series.baseline].measured.value
    band = []
    for place, one in enumerate(values):
        needed = None if one.change is None else one.change.needed
        if needed is not None and middle is not None:
            band.append((place, middle - needed, middle + needed))
    marks = [mark for place, one in enumerate(values) if (mark := _mark(place, one)) is not None]
    return Panel(column, title, tuple(marks), middle, tuple(band), series.target or Band())


def _mark(place: int, one: Value) -> Mark | None:
    measured = one.measured
    if measured.value is None:
        return None
    arrow, sure = None, False
    if one.within is not None and one.within.change is not None:
        half = one.within.change / 2
        arrow, sure = (measured.value - half, measured.value + half), one.within.sure
    call = None if one.change is None else one.change.call
    return Mark(
        place, measured.value, measured.low, measured.high, hollow=call == "cannot", changed=call == "changed", arrow=arrow,
        arrow_sure=sure,
    )  # fmt: skip


def _ends(panel: Panel) -> list[float]:
    found = [end for end in panel.target.ends if end is not None]
    for mark in panel.marks:
        found += [end for end in (mark.value, mark.low, mark.high, *(mark.arrow or ())) if end is not None]
    return found + [end for _, low, high in panel.band for end in (low, high)]
