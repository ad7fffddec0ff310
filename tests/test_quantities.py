"""How a figure is written for a person."""

from __future__ import annotations

import math

import pytest

from runform_live import quantities, texts
from runform_live.metrics import MAIN_METRIC


@pytest.mark.parametrize(
    ("metric", "figures", "words"),
    [
        (MAIN_METRIC, (-2.1, -2.7, -1.5), "-2.1° ± 0.6"),
        (MAIN_METRIC, (0.31, None, None), "+0.3°"),
        (MAIN_METRIC, (-0.04, -0.24, 0.16), "0.0° ± 0.2"),
        (MAIN_METRIC, (0.04, -0.16, 0.24), "0.0° ± 0.2"),
        (MAIN_METRIC, (-0.0, None, None), "0.0°"),
        (MAIN_METRIC, (None, None, None), "–"),
        (MAIN_METRIC, (math.nan, None, None), "–"),
        ("contact_time_s", (-0.0152, -0.0202, -0.0102), "-0.015 s ± 0.005"),
        ("step_width_hip", (0.05, 0.03, 0.07), "+0.05 ± 0.02"),
        (quantities.CADENCE, (1.53, 1.22, 1.84), "+1.5 /min ± 0.3"),
        (quantities.CADENCE, (-0.03, -0.33, 0.27), "0.0 /min ± 0.3"),
    ],
)
def test_a_change_has_a_sign_unless_it_is_a_zero(
    metric: str, figures: tuple[float | None, float | None, float | None], words: str
) -> None:
    assert quantities.signed(metric, *figures) == words


def test_a_trend_has_one_decimal_more() -> None:
    assert quantities.signed(MAIN_METRIC, 0.047, 0.015, 0.079, per_minute=True) == "+0.05° ± 0.03"
    assert quantities.number(MAIN_METRIC, 0.047, per_minute=True) == "0.05°"
    assert quantities.half_interval(MAIN_METRIC, 0.015, 0.079, per_minute=True) == "± 0.03°"


def test_a_figure_has_the_decimal_sign_of_the_language_and_a_point_on_the_command_line() -> None:
    german, english = texts.load("de")[0], texts.load("en")[0]
    metric = "pelvic_drop_mid_deg"
    assert quantities.with_interval(metric, 6.25, 5.0, 7.5, said=german) == "6,2° ± 1,2"
    assert quantities.with_interval(metric, 6.25, 5.0, 7.5, said=english) == "6.2° ± 1.2"
    assert quantities.with_interval(metric, 6.25, 5.0, 7.5) == "6.2° ± 1.2"
    assert quantities.signed(metric, -1.5, -2.0, -1.0, said=german) == "-1,5° ± 0,5"
    assert quantities.half_interval(metric, 5.0, 7.5, said=german) == "± 1,2°"
    assert quantities.size(metric, 1.5, said=german) == "1,5°"


def test_a_number_within_a_german_sentence_has_a_comma_and_a_file_name_keeps_its_points() -> None:
    german = texts.load("de")[0]
    assert "3,5 s" in german("review.note_row", time=3.5, text="v1.2")
    assert "v1.2" in german("review.note_row", time=3.5, text="v1.2")
