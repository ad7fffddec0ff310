"""How tones and stances are matched; the measurement itself is a benchmark."""

from __future__ import annotations

import pytest

from runform_live.runtime.audible import latencies_ms


def test_each_stance_is_matched_with_the_first_tone_after_it() -> None:
    assert latencies_ms([1.0, 1.36, 1.72], [1.1, 1.45, 1.9]) == pytest.approx([100.0, 90.0, 180.0])


def test_a_stance_without_a_tone_is_left_out() -> None:
    assert latencies_ms([1.0, 5.0], [1.05, 9.0]) == pytest.approx([50.0])
    assert latencies_ms([1.0], []) == []


def test_a_tone_before_the_frame_is_not_its_tone() -> None:
    assert latencies_ms([2.0], [1.99, 2.08]) == pytest.approx([80.0])


def test_a_tone_after_the_next_stance_is_not_the_one_before_its() -> None:
    assert latencies_ms([1.0, 1.07, 1.4], [1.04, 1.45]) == pytest.approx([40.0, 50.0]), "the second had none"
    assert latencies_ms([1.0, 1.0], [1.06]) == pytest.approx([60.0]), "two stances of one frame have one tone"
