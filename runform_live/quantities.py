"""How a quantity is read by a person: its name, unit, precision and uncertainty. Every number on screen passes here.

Windows and reports pass `said`, the language that they speak: it decides the decimal sign. Without it, as on the command line and in files, that is a point.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runform_live import metrics
from runform_live.messages import VIEW_UNSURE, WALKING, View
from runform_live.texts import Texts

UNKNOWN = "–"
CADENCE = "cadence_spm"


@dataclass(frozen=True, slots=True)
class Quantity:
    """The unit behind the number, and decimals; name and meaning are in the catalogue of the language ([quantity]).

    A trend has one decimal more: a minute changes little, and many minutes tell it well.
    """

    unit: str
    decimals: int
    change_decimals: int | None = None  # of a change, where it is known better than the value; None: as many


QUANTITIES: dict[str, Quantity] = {
    **{metric.name: Quantity(metric.symbol, metric.decimals) for metric in metrics.ALL},
    "step_width_cm": Quantity(" cm", 1),
    "vertical_oscillation_cm": Quantity(" cm", 1),
    CADENCE: Quantity(" /min", 0, 1),
    "flight_s": Quantity(" s", 3),
    "duty_factor": Quantity("", 2),  # of the stride
    "vertical_stiffness": Quantity(" kN/m/kg", 2),
}


def name(metric: str, said: Texts) -> str:
    """A quantity's name as in the field."""
    return said(f"quantity.{metric}")


def meaning(metric: str, said: Texts) -> str:
    """One sentence on what it is."""
    return said(f"meaning.{metric}")


def view_words(view: View, said: Texts) -> str:
    """From where the runner is seen."""
    return said("status.unknown_view" if view == "unknown" else f"status.{view}")


def said_of(flags: Collection[str], said: Texts) -> Texts:
    """The language for a recording with these flags: of walking it says so, and where left and right are not sure, no side is named for sure."""
    said = said.of_walking() if WALKING in flags else said
    return said.unsure_of_sides() if VIEW_UNSURE in flags else said


def flag_words(flag: str, said: Texts) -> str:
    """What a flag of summary.json says to a person; a flag that no catalogue knows as it is."""
    return said(f"flag.{flag}") if said.has(f"flag.{flag}") else flag


def events_in_words(events: Iterable[Mapping[str, Any]], said: Texts) -> list[str]:
    """What happened to the film's clock, as counts, for a person."""
    return [
        said("flag_detail.clock_repaired", **{word: event.get(word, 0) for word in ("restarts", "guessed", "left_out")})
        for event in events
        if event.get("kind") == "clock_repaired"
    ]


def clock(time_s: float) -> str:
    """A time or a duration in minutes and seconds, as "12:05"; halves of a second are rounded."""
    minutes, seconds = divmod(round(time_s), 60)
    return f"{minutes}:{seconds:02d}"


def number(metric: str, value: float | None, per_minute: bool = False, said: Texts | None = None) -> str:
    """A value with its unit; unknown as a dash, never as 0. per_minute: it is a trend."""
    if value is None or math.isnan(value):
        return UNKNOWN
    quantity = QUANTITIES[metric]
    return _written(_rounded(value, f".{quantity.decimals + per_minute}f"), said) + quantity.unit


def axis_unit(metric: str) -> str:
    """The unit behind a quantity's name, as ", °"; empty where there is none."""
    unit = QUANTITIES[metric].unit.strip()
    return f", {unit}" if unit else ""


def half_interval(
    metric: str, low: float | None, high: float | None, per_minute: bool = False, said: Texts | None = None
) -> str:
    """Half the width of a 95% interval, as "± 1.2°"; empty where it is not known. per_minute: of a trend."""
    if low is None or high is None:
        return ""
    quantity = QUANTITIES[metric]
    return _written(f"± {(high - low) / 2:.{quantity.decimals + per_minute}f}", said) + quantity.unit


def signed(
    metric: str,
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    per_minute: bool = False,
    said: Texts | None = None,
) -> str:
    """A change or a difference with half the width of its 95% interval, as "+1.2° ± 0.6", or alone where there is none.

    A zero has no sign; unknown is a dash. per_minute: it is a trend.
    """
    if value is None or math.isnan(value):
        return UNKNOWN
    quantity = QUANTITIES[metric]
    decimals = change_decimals(metric) + per_minute
    text = _written(_rounded(value, f"+.{decimals}f"), said) + quantity.unit
    return text if low is None or high is None else text + _written(f" ± {(high - low) / 2:.{decimals}f}", said)


def change_decimals(metric: str) -> int:
    """Decimals of a change."""
    quantity = QUANTITIES[metric]
    return quantity.decimals if quantity.change_decimals is None else quantity.change_decimals


def size(metric: str, size: float | None, said: Texts | None = None) -> str:
    """How large a change is, or half of its interval, without a sign; unknown is a dash."""
    if size is None or math.isnan(size):
        return UNKNOWN
    return _written(f"{size:.{change_decimals(metric)}f}", said) + QUANTITIES[metric].unit


def plain(value: float, said: Texts) -> str:
    """A number that a person has set, with as many decimals as it needs."""
    return _written(f"{value:g}", said)


def _written(figure: str, said: Texts | None) -> str:
    return figure if said is None else said.decimal(figure)


def _rounded(value: float, layout: str) -> str:
    """Without a sign where nothing but zeros is left."""
    text = format(value, layout)
    return text.lstrip("+-") if float(text) == 0.0 else text


def with_interval(
    metric: str, mean: float | None, low: float | None, high: float | None, said: Texts | None = None
) -> str:
    """A mean with half the width of its 95% interval, or the mean alone where there is none."""
    text = number(metric, mean, said=said)
    if mean is None or low is None or high is None:
        return text
    quantity = QUANTITIES[metric]
    return text + _written(f" ± {(high - low) / 2:.{quantity.decimals}f}", said)


def cadence(value: float | None) -> str:
    return number(CADENCE, value)
