"""How a quantity is read by a person: its name, unit, precision and uncertainty. Every number on screen passes here."""

from __future__ import annotations

import math
from dataclasses import dataclass

from runform_live import texts

UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class Quantity:
    """Name as in the field, the unit behind the number, decimals, and one sentence on what it is."""

    name: str
    unit: str
    decimals: int
    meaning: str


QUANTITIES: dict[str, Quantity] = {
    "pelvic_drop_mid_deg": Quantity(
        "Pelvic drop, midstance", "°", 1, "How far the pelvis is lower on the swing side when the trunk is lowest"
    ),
    "pelvic_drop_peak_deg": Quantity("Pelvic drop, peak", "°", 1, "The largest pelvic drop within stance"),
    "hip_adduction_mid_deg": Quantity(
        "Hip adduction, midstance", "°", 1, "How far the stance thigh leans towards the midline, against the pelvis"
    ),
    "hip_adduction_peak_deg": Quantity("Hip adduction, peak", "°", 1, "The largest hip adduction within stance"),
    "knee_valgus_mid_deg": Quantity(
        "Knee valgus (FPPA), midstance", "°", 1, "How far the knee is inside the line from hip to ankle; a projection"
    ),
    "knee_valgus_peak_deg": Quantity("Knee valgus (FPPA), peak", "°", 1, "The largest knee valgus within stance"),
    "trunk_lean_mid_deg": Quantity(
        "Trunk lean, midstance", "°", 1, "How far the trunk leans over the stance leg, seen from behind"
    ),
    "contact_time_s": Quantity("Contact time", " s", 3, "From initial contact to toe off"),
    "step_width_hip": Quantity(
        "Step width", " hip widths", 2, "Distance across between one foot and the next; negative where they cross over"
    ),
}

PELVIS_LINES: dict[str, str] = {
    "hip_joint_centres": "the hip joint centres",
    "psis_markers": "the markers over the PSIS",
}


def flag_words(flag: str) -> str:
    """What a flag of summary.json says to a person, in English; a flag that no catalogue knows as it is."""
    said, _ = texts.load(texts.FALLBACK)
    return said(f"flag.{flag}") if said.has(f"flag.{flag}") else flag


def number(metric: str, value: float | None) -> str:
    """A value with its unit; unknown as a dash, never as 0."""
    if value is None or math.isnan(value):
        return UNKNOWN
    quantity = QUANTITIES[metric]
    text = f"{value:.{quantity.decimals}f}"
    if float(text) == 0.0:
        text = text.lstrip("-")
    return text + quantity.unit


def without_words(text: str) -> str:
    """A number whose unit is said elsewhere (the column's or the row's head), without it where it is a word."""
    return text.replace(" hip widths", "")


def half_interval(metric: str, low: float, high: float) -> str:
    """Half the width of a 95% interval, as "± 1.2°"."""
    quantity = QUANTITIES[metric]
    return f"± {(high - low) / 2:.{quantity.decimals}f}{quantity.unit}"


def difference(metric: str, value: float, low: float | None, high: float | None) -> str:
    """A signed difference with its interval, as "+1.2° (-0.3 to +2.7)"."""
    quantity = QUANTITIES[metric]
    text = f"{value:+.{quantity.decimals}f}{quantity.unit}"
    if low is None or high is None:
        return text
    return f"{text} ({low:+.{quantity.decimals}f} … {high:+.{quantity.decimals}f})"


def with_interval(metric: str, mean: float | None, low: float | None, high: float | None) -> str:
    """A mean with half the width of its 95% interval, or the mean alone where there is none."""
    text = number(metric, mean)
    if mean is None or low is None or high is None:
        return text
    quantity = QUANTITIES[metric]
    return f"{text} ± {(high - low) / 2:.{quantity.decimals}f}"


def cadence(value: float | None) -> str:
    return UNKNOWN if value is None or math.isnan(value) else f"{value:.0f} steps/min"
