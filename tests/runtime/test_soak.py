"""A long run is judged by its slope with an interval: what grows, what is flat, and what a short run cannot tell."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from runform_live.runtime import soak
from runform_live.runtime.soak import QUANTITIES, Quantity, Sample, Trend

MEMORY = QUANTITIES[0]
CLOCK = QUANTITIES[-1]


def samples(minutes: float, memory: Callable[[float], float], files: int | None = 100) -> list[Sample]:
    times_s = np.arange(0.0, 60.0 * minutes, 2.0)
    return [Sample(float(at_s), memory(float(at_s)), files, 40, 50.0, 0.0, int(at_s) // 60) for at_s in times_s]


def judgement(found: list[Sample], name: str) -> str:
    return next(one.judgement for one in soak.verdicts(found, 30 * len(found) * 2) if one.quantity.name == name)


def noise(seed: int = 1) -> Callable[[float], float]:
    chance = np.random.default_rng(seed)
    return lambda _at_s: 500.0 + float(chance.normal(0.0, 5.0))


def test_noise_over_an_hour_is_flat() -> None:
    assert judgement(samples(60, noise()), "memory") == "flat"


def test_what_grows_is_told_although_it_is_noisy() -> None:
    noisy = noise()
    assert judgement(samples(60, lambda at_s: noisy(at_s) + 100.0 * at_s / 3600.0), "memory") == "grows"


def test_a_step_in_the_middle_of_a_run_is_not_settled_and_not_flat() -> None:
    assert judgement(samples(60, lambda at_s: 500.0 if at_s < 1800.0 else 560.0), "memory") in ("grows", "not settled")


@pytest.mark.parametrize("at_s", [120.0, 240.0])
def test_one_file_opened_once_in_the_first_half_is_no_growth(at_s: float) -> None:
    once = [
        Sample(one.at_s, one.memory_mib, 100 + (one.at_s > at_s), one.threads, one.latency_ms, one.ahead_s, 0)
        for one in samples(10, noise())
    ]
    assert judgement(once, "open files") == "not settled"


def test_a_computer_that_skips_more_and_more_frames_falls_behind() -> None:
    def skipping(of: Callable[[float], float]) -> list[Sample]:
        return [
            Sample(at_s, 500.0, 100, 40, 50.0, 0.0, int(of(at_s))) for at_s in np.arange(0.0, 3600.0, 10.0).tolist()
        ]

    frames = 3600 * 30
    assert soak.falls_behind(skipping(lambda at_s: max(0.0, at_s - 2000.0) * 3.0), frames)
    assert not soak.falls_behind(skipping(lambda at_s: at_s * 3.0), frames)  # always too slow
    assert not soak.falls_behind(skipping(lambda _at_s: 0.0), frames)


def test_the_warm_up_does_not_count() -> None:
    assert judgement(samples(60, lambda at_s: 300.0 if at_s < 50.0 else 500.0), "memory") == "flat"


def test_a_short_noisy_run_is_not_settled() -> None:
    assert judgement(samples(3, noise()), "memory") == "not settled"


def test_what_the_system_does_not_say_is_unknown() -> None:
    assert judgement(samples(60, noise(), files=None), "open files") == "unknown"
    assert judgement([], "memory") == "unknown"


def test_one_file_more_for_every_loop_of_the_clip_grows() -> None:
    leaking = [
        Sample(one.at_s, one.memory_mib, 100 + int(one.at_s / 13), one.threads, one.latency_ms, one.ahead_s, 0)
        for one in samples(10, noise())
    ]
    assert judgement(leaking, "open files") == "grows"


def test_the_slope_is_that_of_the_line() -> None:
    times_s = np.arange(0.0, 3600.0, 10.0)
    found = soak.trend(times_s.tolist(), (7.0 + 3.0 * times_s / 3600.0).tolist())
    assert found is not None
    assert found.per_hour == pytest.approx(3.0)
    assert found.half == pytest.approx(0.0, abs=1e-6)


def test_its_interval_holds_no_slope_in_nineteen_of_twenty_runs_of_noise() -> None:
    chance = np.random.default_rng(3)
    times_s = np.arange(0.0, 3600.0, 2.0).tolist()
    held = 0
    for _ in range(400):
        found = soak.trend(times_s, chance.normal(0.0, 1.0, len(times_s)).tolist())
        assert found is not None
        held += abs(found.per_hour) <= found.half
    assert 0.92 <= held / 400 <= 0.98


@pytest.mark.parametrize(
    ("quantity", "per_hour", "half", "expected"),
    [
        (MEMORY, -500.0, 1.0, "flat"),
        (CLOCK, -500.0, 1.0, "grows"),
        (CLOCK, 500.0, 1.0, "grows"),
        (CLOCK, 1.0, 1.0, "flat"),
        (CLOCK, 1.0, 500.0, "not settled"),
        (MEMORY, 0.0, math.inf, "not settled"),
    ],
)
def test_less_memory_is_well_and_a_film_that_runs_ahead_or_behind_is_not(
    quantity: Quantity, per_hour: float, half: float, expected: str
) -> None:
    assert soak.judged(Trend(per_hour, half), quantity) == expected


def test_what_a_slow_computer_skips_says_nothing_of_latency_and_clock() -> None:
    late = [
        Sample(one.at_s, 500.0, 100, 40, 50.0 + one.at_s, -one.at_s, int(one.at_s))
        for one in samples(60, lambda _: 500.0)
    ]
    assert judgement(late, "latency") == judgement(late, "film against clock") == "too slow to tell"
    assert judgement(late, "memory") == "flat"


def test_the_table_has_a_row_for_each_five_minutes_with_the_frames_skipped_in_it() -> None:
    lines = soak.table(samples(12, lambda _: 500.0))
    assert [line.split()[0] for line in lines] == ["minutes", "0-5", "5-10", "10-12"]
    assert [line.split()[-1] for line in lines[1:]] == ["4", "5", "2"]
    assert lines[1].split()[1:4] == ["500.0", "100.0", "40.0"]


@pytest.mark.parametrize("seed", range(20))
def test_three_minutes_of_noise_are_no_sure_growth(seed: int) -> None:
    assert soak.sure_growth(samples(3, noise(seed)), 5400) == []


def test_a_rise_of_some_pictures_that_wait_is_no_sure_growth_of_three_minutes() -> None:
    busy = samples(3, lambda at_s: 500.0 + 15.0 * at_s / 180.0)
    assert judgement(busy, "memory") == "grows"
    assert soak.sure_growth(busy, 5400) == []


@pytest.mark.parametrize("name", ["memory", "open files"])
def test_what_leaks_in_each_round_of_the_clip_is_told_in_three_minutes(name: str) -> None:
    noisy = noise()
    leaking = [
        Sample(
            one.at_s,
            noisy(0.0) + (one.at_s / 5.0) * 2.7 * (name == "memory"),
            100 + int(one.at_s / 13) * (name != "memory"),
            40,
            50.0,
            0.0,
            0,
        )
        for one in samples(3, noise())
    ]
    assert [one.quantity.name for one in soak.sure_growth(leaking, 5400)] == [name]
