"""Flight time and duty factor from contacts that are known."""

from __future__ import annotations

import pytest

from runform_live.report import timing
from tests.makers import stance


def run(step_s: float, contact_s: float, count: int = 6) -> list:
    return [
        stance(
            "left" if k % 2 == 0 else "right", k * step_s, initial_contact_s=k * step_s - 0.1,
            toe_off_s=k * step_s - 0.1 + contact_s, contact_time_s=contact_s,
        )
        for k in range(count)
    ]  # fmt: skip


def test_a_runner_is_in_the_air_between_two_steps() -> None:
    assert timing.flight_s(run(0.36, 0.25)) == pytest.approx(0.11)
    assert timing.duty_factor(run(0.36, 0.25)) == pytest.approx(0.25 / 0.72)


def test_a_walker_has_both_feet_on_the_ground() -> None:
    assert timing.flight_s(run(0.5, 0.62)) == pytest.approx(-0.12)
    assert timing.duty_factor(run(0.5, 0.62)) == pytest.approx(0.62)


def test_a_missed_step_and_a_pause_count_for_nothing() -> None:
    steps = run(0.36, 0.25, 12)
    with_gaps = [*steps[:3], *steps[4:8], *run(0.36, 0.25)]
    assert timing.flight_s([*steps[:3], *steps[4:]]) == pytest.approx(0.11), "two left stances are no neighbours"
    late = [stance(one.side, one.midstance_s + 9.0, initial_contact_s=one.initial_contact_s + 9.0, toe_off_s=one.toe_off_s + 9.0,
                   contact_time_s=0.25) for one in with_gaps[-6:]]  # fmt: skip
    assert timing.flight_s([*steps, *late]) == pytest.approx(0.11)


def test_one_stance_alone_tells_nothing() -> None:
    assert timing.flight_s(run(0.36, 0.25, 1)) is None
    assert timing.duty_factor([]) is None
