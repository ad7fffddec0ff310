"""Figures of speed: their median, their spread, their bar, and how they are told."""

from __future__ import annotations

import sys

import msgspec
import pytest

from runform_live.errors import BadInput
from runform_live.runtime.benchmark import mediapipe_hz
from runform_live.runtime.figure import Bar, Figure, over

OURS, THEIRS = Figure("ours", "frames/s", (80.0, 90.0, 70.0)), Figure("theirs", "frames/s", (40.0, 30.0, 35.0))


def test_a_ratio_is_taken_round_by_round() -> None:
    ratio = over("ratio", OURS, THEIRS, Bar(2.0))
    assert ratio.rounds == (2.0, 3.0, 2.0) and ratio.median == 2.0 and ratio.met


@pytest.mark.parametrize(
    ("bar", "met"), [(Bar(80.0), True), (Bar(81.0), False), (Bar(80.0, least=False), True), (None, None)]
)
def test_the_median_is_held_against_the_bar(bar: Bar | None, met: bool | None) -> None:
    assert Figure("", "", OURS.rounds, bar).met is met


def test_a_person_reads_median_spread_unit_and_a_missed_bar() -> None:
    words = Figure("ours", "frames/s", OURS.rounds, Bar(100.0)).line().split()
    assert words == ["ours", "80.00", "frames/s", "70.00", "to", "90.00", "(bar:", "at", "least", "100,", "missed)"]


def test_another_program_reads_every_round() -> None:
    written = msgspec.json.decode(msgspec.json.encode(OURS.written()))
    assert (written["median"], written["low"], written["high"], written["rounds"]) == (
        80.0,
        70.0,
        90.0,
        [80.0, 90.0, 70.0],
    )
    assert written["bar"] is None and written["met"] is None


@pytest.mark.parametrize("python", [sys.executable, "/no/such/python"])
def test_a_python_without_mediapipe_is_refused_in_one_line(python: str) -> None:
    with pytest.raises(BadInput, match=r"^--beside .*$"):
        mediapipe_hz(python, "film.mp4")
