"""Flight time and duty factor from contacts that are known."""

from __future__ import annotations

import math

import msgspec
import pytest

from runform_live.messages import Gait, Stance
from runform_live.report import timing
from tests.makers import stance


def run(
    step_s: float, contact_s: float, count: int = 6, sigma_s: float | None = None, gait: Gait = "run"
) -> list[Stance]:
    return [
        stance(
            "left" if k % 2 == 0 else "right", k * step_s, initial_contact_s=k * step_s - 0.1,
            toe_off_s=k * step_s - 0.1 + contact_s, contact_time_s=contact_s, contact_sigma_s=sigma_s, gait=gait,
        )
        for k in range(count)
    ]  # fmt: skip


def value(found: timing.Timing | None) -> float:
    assert found is not None
    return found.value


def half(found: timing.Timing | None) -> float:
    assert found is not None and found.half is not None
    return found.half


def test_a_runner_is_in_the_air_between_two_steps() -> None:
    assert value(timing.flight_s(run(0.36, 0.25))) == pytest.approx(0.11)
    assert value(timing.duty_factor(run(0.36, 0.25))) == pytest.approx(0.25 / 0.72)


def test_vertical_stiffness_is_that_of_a_half_sine() -> None:
    """68 kg, 0.25 s on the ground and 0.11 s in the air: 1.51 kN, 6.4 cm."""
    force_n = 68 * 9.81 * math.pi / 2 * (0.11 / 0.25 + 1)
    sinks_m = force_n * 0.25**2 / (68 * math.pi**2) - 9.81 * 0.25**2 / 8
    assert value(timing.vertical_stiffness(run(0.36, 0.25))) == pytest.approx(force_n / sinks_m / 68 / 1000)


def test_a_walker_has_both_feet_on_the_ground_and_no_spring() -> None:
    walk = run(0.5, 0.62, gait="walk")
    assert value(timing.flight_s(walk)) == pytest.approx(-0.12)
    assert value(timing.duty_factor(walk)) == pytest.approx(0.62)
    assert timing.vertical_stiffness(walk) is None


def test_the_interval_is_that_of_the_contact_time() -> None:
    stances = run(0.36, 0.25, 40, sigma_s=0.01)
    assert half(timing.flight_s(stances)) == pytest.approx(1.96 * 0.01)
    assert half(timing.duty_factor(stances)) == pytest.approx(1.96 * 0.01 / 0.72)
    assert half(timing.vertical_stiffness(stances)) == pytest.approx(0.022, abs=0.001)
    spread = [*run(0.36, 0.25, 20, sigma_s=0.01), *(msgspec.structs.replace(
        one, toe_off_s=one.toe_off_s + 0.02, contact_time_s=0.27) for one in run(0.36, 0.25, 40, sigma_s=0.01)[20:])]  # fmt: skip
    assert half(timing.flight_s(spread)) > 1.96 * 0.01


def test_a_figure_that_could_be_anything_is_withheld() -> None:
    assert timing.flight_s(run(0.36, 0.25, 40, sigma_s=0.06)) is None
    assert timing.duty_factor(run(0.36, 0.25, 40, sigma_s=0.06)) is not None


def test_stances_whose_feet_were_not_seen_tell_nothing() -> None:
    unseen = [msgspec.structs.replace(one, contact_time_s=None) for one in run(0.36, 0.25)]
    assert timing.flight_s(unseen) is None and timing.duty_factor(unseen) is None


def test_a_step_from_walking_to_running_belongs_to_neither() -> None:
    both = [*run(0.36, 0.25, 1), *run(0.36, 0.25, 2, gait="walk")[1:]]
    assert timing.flight_s(both) is None


def test_a_missed_step_and_a_pause_count_for_nothing() -> None:
    steps = run(0.36, 0.25, 12)
    with_gaps = [*steps[:3], *steps[4:8], *run(0.36, 0.25)]
    assert value(timing.flight_s([*steps[:3], *steps[4:]])) == pytest.approx(0.11), "two left stances are no neighbours"
    late = [stance(one.side, one.midstance_s + 9.0, initial_contact_s=one.initial_contact_s + 9.0, toe_off_s=one.toe_off_s + 9.0,
                   contact_time_s=0.25) for one in with_gaps[-6:]]  # fmt: skip
    assert value(timing.flight_s([*steps, *late])) == pytest.approx(0.11)


def test_one_stance_alone_tells_nothing() -> None:
    assert timing.flight_s(run(0.36, 0.25, 1)) is None
    assert timing.duty_factor([]) is None
