"""The figures of a report: their size, their letters, what they say to those who do not see them, and that they share a page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from runform_live import quantities, texts
from runform_live.gait.stance import ANGLES
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import Band, Stance
from runform_live.report import figures, intervals, stance_figure
from runform_live.report.content import NormComparison
from runform_live.report.curves import PERCENT, MeanCurve, StanceCurves
from runform_live.report.figure_sheet import LETTERS_PT, WIDTH_MM, alt_of, legend_above, new_axes, new_figure
from runform_live.report.figures import Happened
from runform_live.session.figures import Summary
from runform_live.session.summary import summarise
from runform_live.texts import Texts
from tests.makers import stance, stances
from tests.report.makers import DROP, MODEL, part, session, stances_over

ENGLISH, GERMAN = texts.load("en")[0], texts.load("de")[0]
NO_TARGET = Band()
FEEDBACK = Happened([(300.0, 600.0)], [(0.0, 300.0)], [310.0, 330.0])
LARGEST_BYTES = 150_000


def twenty_minutes() -> list[Stance]:
    return stances_over(1200.0)


def summary_of(found: Sequence[Stance]) -> Summary:
    return summarise(found, InstrumentErrors(MODEL.instrument_sd_deg, None, 0.0), True, "posterior", ())


def curves(*sides: str) -> StanceCurves:
    """The drop of each side is a parabola from 1 deg to 5 deg at half of the stance and back."""
    mean = 5.0 - 4.0 * ((PERCENT - 50.0) / 50.0) ** 2
    one = MeanCurve(8, mean, np.full(len(PERCENT), 0.8))
    return StanceCurves({metric: dict.fromkeys(sides, one) for metric in ANGLES}, 50.0)  # type: ignore[misc]


def norm(left: float | None = 8.0, low: float | None = 2.0, high: float | None = 7.0) -> NormComparison:
    return NormComparison(
        DROP, "Pelvic drop", "8.0° ± 1.0", "4.0° ± 1.0", "4.5° ± 2.5", "", "", "", left, 4.0, low, high
    )


def all_of(said: Texts) -> dict[str, str]:
    """Every figure once."""
    found = twenty_minutes()
    summary = summary_of(found)
    return {
        "curve": stance_figure.stance_curve(curves("left", "right"), ANGLES[:1], said),
        "curves": stance_figure.stance_curve(curves("left", "right"), ANGLES[:3], said),
        "time": figures.over_time(found, DROP, Band(high=5.0), said, FEEDBACK),
        "norms": intervals.against_norms([norm()], summary.sides, said),
        "sides": intervals.sides(summary.sides, said),
        "symmetry": intervals.symmetry(summary.symmetry, said),
    }


@cache
def drawn(language: str) -> dict[str, str]:
    return all_of(texts.load(language)[0])


NAMES = ("curve", "curves", "time", "norms", "sides", "symmetry")
EACH = [(language, name) for language in ("en", "de") for name in NAMES]


@pytest.mark.parametrize(("language", "name"), EACH)
def test_a_figure_has_the_width_of_the_page_and_no_small_letter(language: str, name: str) -> None:
    svg = drawn(language)[name]
    width_pt = re.search(r' width="([\d.]+)pt"', svg)
    assert width_pt is not None and float(width_pt[1]) == pytest.approx(WIDTH_MM / 25.4 * 72)
    letters_pt = [100 * float(scale) for scale in re.findall(r"scale\(([\d.]+) -[\d.]+\)", svg)]
    assert letters_pt and min(letters_pt) >= LETTERS_PT


@pytest.mark.parametrize(("language", "name"), EACH)
def test_a_figure_of_a_run_of_20_minutes_is_small(language: str, name: str) -> None:
    assert len(drawn(language)[name].encode()) < LARGEST_BYTES


@pytest.mark.parametrize("language", ["en", "de"])
def test_figures_on_one_page_share_no_name_and_no_style(language: str) -> None:
    names: list[str] = []
    for svg in drawn(language).values():
        found = [one.get("id") for one in ElementTree.fromstring(svg).iter()]
        mine = [name for name in found if name is not None]
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) == set(mine), (
            "each name is used, and each used name is there"
        )
        names += mine
        assert "<style" not in svg and "<metadata" not in svg and "<!--" not in svg
    assert len(names) == len(set(names))


def test_the_same_figure_is_the_same_text() -> None:
    assert all_of(ENGLISH) == drawn("en")


def test_left_and_right_differ_without_colour() -> None:
    both, left = (
        stance_figure.stance_curve(curves(*sides), ANGLES[:1], ENGLISH) for sides in (("left", "right"), ("left",))
    )
    for pattern, what in ((r"stroke-dasharray: [\d.]+,[\d.]+; stroke-dashoffset: 0; stroke: #d55e00", "line"), (r"<pattern", "hatch")):  # fmt: skip
        assert re.search(pattern, both), what
        assert not re.search(pattern, left), what


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (3, 3), (7, 2)])
def test_a_legend_has_no_more_columns_than_have_room(count: int, columns: int) -> None:
    figure = new_figure(60.0)
    (axes,) = new_axes(figure)
    for number in range(count):
        axes.plot([0, 1], label=f"{'a name that is long' if count > 3 else 'a name'} and is no. {number}")
    legend_above(figure, axes)
    (legend,) = figure.legends
    assert legend.get_window_extent().width <= figure.bbox.width
    figure.draw_without_rendering()
    assert len({round(text.get_window_extent().x0) for text in legend.get_texts()}) == columns


# -- what they say ------------------------------------------------------------------------------------------------


def test_the_words_of_a_curve_are_its_ends_and_its_highest_point() -> None:
    words = alt_of(stance_figure.stance_curve(curves("left"), ANGLES[:1], ENGLISH))
    assert words == "Pelvic drop over the stance phase, mean of each side. Left: 1.0° at initial contact, 5.0° at most (at 50%), 1.0° at toe off."  # fmt: skip


@pytest.mark.parametrize("said", [ENGLISH, GERMAN])
def test_the_words_of_the_session_are_the_means_of_the_summary(said: Texts) -> None:
    found = twenty_minutes()
    words, summary = alt_of(figures.over_time(found, DROP, NO_TARGET, said)), summary_of(found)
    for side in ("left", "right"):
        mean = quantities.number(DROP, summary.sides[side][DROP].mean, said=said)
        assert f"{said(f'report.{side}')}: {mean}" in words


def test_the_words_of_differences_are_those_of_the_table() -> None:
    summary = summary_of(stances(60, 8.0, 3.0))
    one = summary.symmetry[DROP]
    told = quantities.signed(DROP, one.difference, one.ci95_low, one.ci95_high)
    assert f"{quantities.name(DROP, ENGLISH)}: {told}." in alt_of(intervals.symmetry(summary.symmetry, ENGLISH))


@pytest.mark.parametrize("said", [ENGLISH, GERMAN])
def test_where_left_and_right_are_not_sure_no_figure_names_one_for_sure(said: Texts) -> None:
    unsure = said.unsure_of_sides()
    for name, svg in all_of(unsure).items():
        words = alt_of(svg).lower()
        for side in (said("report.left").lower(), said("report.right").lower()):
            assert not re.search(rf"\b{side}\b(?! ?\?)", words), (name, words)  # fmt: skip


# -- what is not known --------------------------------------------------------------------------------------------


def test_unknown_differences_are_said_to_be_unknown_and_not_drawn_as_0() -> None:
    summary = summary_of([stance("left", 1.0 + 0.7 * k) for k in range(9)])
    svg = intervals.symmetry(summary.symmetry, ENGLISH)
    assert quantities.UNKNOWN in alt_of(svg)
    assert "#222222" not in svg, "no mark is drawn"


@pytest.mark.parametrize(
    "found", [[], [stance("left", 1.0, None)], [stance("left", 1.0)]], ids=["none", "unknown", "one"]
)
def test_figures_of_no_stance_and_of_one_are_drawn(found: list[Stance]) -> None:
    summary = summary_of(found)
    for svg in (
        figures.over_time(found, DROP, NO_TARGET, ENGLISH),
        intervals.sides(summary.sides, ENGLISH),
        intervals.symmetry(summary.symmetry, ENGLISH),
        stance_figure.stance_curve(StanceCurves({}, float("nan")), ANGLES[:3], ENGLISH),
    ):
        ElementTree.fromstring(svg)


def test_a_metric_without_a_norm_or_a_value_has_no_band_or_mark() -> None:
    sides = summary_of(twenty_minutes()).sides
    with_band, without = (intervals.against_norms([one], sides, ENGLISH) for one in (norm(), norm(low=None, high=None)))
    assert "<pattern" in with_band and "<pattern" not in without
    assert "#0072b2" in with_band and "#0072b2" not in intervals.against_norms([norm(left=None)], sides, ENGLISH)


# -- blocks and cues ----------------------------------------------------------------------------------------------


def test_blocks_and_cues_of_a_session_are_those_of_its_events() -> None:
    found = session(twenty_minutes(), part("last"))
    events = [
        {"kind": "feedback_on", "time_s": 100.0},
        {"kind": "cue", "time_s": 140.0, "text": "left hip"},
        {"kind": "feedback_off", "time_s": 400.0},
        {"kind": "cue", "time_s": 120.0, "text": "left hip"},
    ]
    happened = figures.happened_in(replace(found, events=events))
    assert list(happened.with_feedback_s) == [(100.0, 400.0)]
    assert list(happened.without_feedback_s) == [(400.0, found.stances[-1].toe_off_s)]
    assert list(happened.cues_s) == [120.0, 140.0]


def test_a_run_without_blocks_and_cues_has_no_strip() -> None:
    found = twenty_minutes()
    plain = figures.over_time(found, DROP, NO_TARGET, ENGLISH)
    assert "<pattern" not in plain
    assert "<pattern" in figures.over_time(found, DROP, NO_TARGET, ENGLISH, FEEDBACK)
