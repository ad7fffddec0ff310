"""The cadence, and what is known of its error."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from runform_live.gait.cadence import cadence_change, cadence_half_spm, cadence_of, cadence_spm
from runform_live.messages import Stance
from tests.makers import stance, stances


def at(*midstances_s: float) -> list[Stance]:
    return [
        stance(side, time_s) for side, time_s in zip(itertools.cycle(("left", "right")), midstances_s, strict=False)
    ]


def test_a_cadence_of_one_gap_has_no_interval() -> None:
    """Of three short gaps one is too short to be a step and one too long, so that one is left."""
    one_left = at(0.0, 0.04, 0.14, 0.54)
    assert cadence_spm(one_left) == pytest.approx(600.0)
    assert cadence_half_spm(one_left) is None
    assert cadence_change(one_left, at(*(10.0 + 0.36 * k for k in range(20)))) is None


def test_two_gaps_have_an_interval() -> None:
    half_spm = cadence_half_spm(at(0.0, 0.04, 0.14, 0.26, 0.66))
    assert half_spm is not None and half_spm > 0.0


def test_too_few_stances_have_neither_cadence_nor_interval() -> None:
    assert cadence_spm(at(0.0, 0.36, 0.72)) is None
    assert cadence_half_spm(at(0.0, 0.36, 0.72)) is None


def test_a_missed_stance_counts_as_two_steps_and_a_pause_is_left_out() -> None:
    row = [0.36 * number for number in range(10)]
    assert cadence_of(row) == pytest.approx(60 / 0.36)
    assert cadence_of(row[:5] + row[6:]) == pytest.approx(60 / 0.36)
    assert cadence_of(row + [at_s + 60.0 for at_s in row]) == pytest.approx(60 / 0.36)
    assert cadence_spm(at(*row)) == cadence_of(row)


def test_a_missed_stance_does_not_slow_the_cadence() -> None:
    some = stances(30)
    del some[7], some[18]
    assert cadence_spm(some) == pytest.approx(60 / 0.36, rel=1e-3)


def test_the_cadence_is_unknown_where_all_stances_have_missed_ones_between_them() -> None:
    assert cadence_spm(stances(30)[::3]) is None


def test_the_cadence_is_right_where_most_stances_have_missed_ones_between_them() -> None:
    some = [*stances(60)[:4], *stances(60)[6::3]]
    assert cadence_spm(some) == pytest.approx(60 / 0.36, rel=1e-3)


def walked(step_s: float, count: int = 30) -> list[Stance]:
    return [msgspec.structs.replace(one, gait="walk") for one in at(*(step_s * k for k in range(count)))]


@pytest.mark.parametrize("step_s", [0.45, 0.55, 0.75, 1.0])
def test_the_cadence_of_walking_is_known_at_any_usual_speed(step_s: float) -> None:
    assert cadence_spm(walked(step_s)) == pytest.approx(60.0 / step_s)


def test_a_stance_of_walking_that_was_missed_counts_as_a_step() -> None:
    rows = walked(0.55)
    del rows[7], rows[18]
    assert cadence_spm(rows) == pytest.approx(60.0 / 0.55)


def test_where_every_other_stance_of_walking_was_missed_two_of_a_side_are_two_steps() -> None:
    rows = walked(0.5, 40)
    kept = [one for place, one in enumerate(rows) if place % 2 == 0 or place < 8]
    assert cadence_spm(kept) == pytest.approx(120.0)
