"""From a film's time stamps to times that only grow."""

from __future__ import annotations

from itertools import pairwise

import pytest

from runform_live.capture.film_clock import ClockRepairs, FilmClock

STEP_S = 1 / 30


def timed(stamps: list[float | None], usual_s: float | None = STEP_S) -> tuple[list[tuple[float, int]], ClockRepairs]:
    """Times and numbers of the items that are kept."""
    clock: FilmClock[int] = FilmClock(usual_s)
    return list(clock.times((stamp, number) for number, stamp in enumerate(stamps))), clock.repairs


def regular(count: int, first_s: float = 0.0) -> list[float | None]:
    return [first_s + number * STEP_S for number in range(count)]


def times_of(found: list[tuple[float, int]]) -> list[float]:
    return [time_s for time_s, _ in found]


def test_a_clock_that_only_grows_is_taken_as_it_stands() -> None:
    stamps: list[float | None] = [5.0, 5.033, 5.1, 5.125, 5.4, 5.41, 30.41, 30.44]
    found, repairs = timed(stamps)
    assert times_of(found) == [stamp - 5.0 for stamp in stamps if stamp is not None]
    assert not repairs and repairs.words() == ""


def test_a_picture_that_guessed_times_overtook_is_guessed_too() -> None:
    stamps: list[float | None] = [*regular(3), *[None] * 8, *regular(20, 8 * STEP_S)]
    found, repairs = timed(stamps)
    times = times_of(found)
    assert all(later > earlier for earlier, later in pairwise(times))
    moved = sum(stamp is None or abs(time_s - stamp) > 1e-6 for time_s, stamp in zip(times, stamps, strict=True))
    assert moved > 8 and repairs == ClockRepairs(guessed=moved)


@pytest.mark.parametrize("first_s", [-3.0, -0.033, 95443.7, 1e6])
def test_the_first_picture_is_at_zero_wherever_the_clock_begins(first_s: float) -> None:
    found, repairs = timed(regular(10, first_s))
    assert times_of(found) == pytest.approx([number * STEP_S for number in range(10)], abs=1e-6)
    assert not repairs


@pytest.mark.parametrize("then_s", [0.0, -40.0, 5.0, 90000.0])
def test_a_clock_that_starts_anew_goes_on_one_picture_after_the_last(then_s: float) -> None:
    found, repairs = timed(regular(300, 3.0) + regular(300, then_s))
    assert times_of(found) == pytest.approx([number * STEP_S for number in range(600)], abs=1e-6)
    assert [number for _, number in found] == list(range(600))
    assert repairs == ClockRepairs(restarts=1)
    assert "starts anew once" in repairs.words()


def test_it_may_start_anew_again_and_again() -> None:
    found, repairs = timed(regular(40) * 5)
    assert times_of(found) == pytest.approx([number * STEP_S for number in range(200)], abs=1e-6)
    assert repairs == ClockRepairs(restarts=4)


@pytest.mark.parametrize("pause_s", [0.5, 2.0, 25.0, 500.0])
def test_a_pause_is_believed(pause_s: float) -> None:
    found, repairs = timed(regular(30) + regular(30, 1.0 + pause_s))
    assert found[30][0] == pytest.approx(1.0 + pause_s)
    assert not repairs


@pytest.mark.parametrize("wrong_s", [0.0, 31.0, 5000.0, -7.0])
def test_one_wrong_stamp_is_placed_between_its_neighbours(wrong_s: float) -> None:
    stamps = regular(60, 1.0)
    stamps[30] = wrong_s
    found, repairs = timed(stamps)
    assert times_of(found) == pytest.approx([number * STEP_S for number in range(60)], abs=1e-6)
    assert repairs == ClockRepairs(guessed=1)


@pytest.mark.parametrize("missing", [range(30, 31), range(20, 25), range(3), range(57, 60), range(60)])
def test_missing_stamps_are_placed_between_their_neighbours(missing: range) -> None:
    stamps = [None if number in missing else stamp for number, stamp in enumerate(regular(60))]
    found, repairs = timed(stamps)
    assert times_of(found) == pytest.approx([number * STEP_S for number in range(60)], abs=1e-6)
    assert repairs == ClockRepairs(guessed=len(missing))


def test_a_repeated_picture_is_left_out() -> None:
    stamps = regular(30)
    stamps[10:10] = [stamps[9]]
    found, repairs = timed(stamps)
    assert [number for _, number in found] == [number for number in range(31) if number != 10]
    assert times_of(found) == pytest.approx([number * STEP_S for number in range(30)], abs=1e-6)
    assert repairs == ClockRepairs(left_out=1)


def test_pictures_of_which_two_share_each_stamp_are_all_used() -> None:
    found, repairs = timed([number // 2 * 2 * STEP_S for number in range(60)])
    assert times_of(found)[:59] == pytest.approx([number * STEP_S for number in range(59)], abs=1e-6)
    assert repairs == ClockRepairs(guessed=29, left_out=1)


def test_a_clock_that_stands_still_is_replaced_by_the_films_rate() -> None:
    found, repairs = timed([0.0] * 61)
    times_s = times_of(found)
    assert times_s == pytest.approx([number * STEP_S for number in range(len(times_s))], abs=1e-6)
    assert len(times_s) == 57 and repairs == ClockRepairs(guessed=56, left_out=4)


def test_two_pictures_out_of_their_order_are_put_right_without_a_step_back() -> None:
    stamps = regular(30)
    stamps[10], stamps[11] = stamps[11], stamps[10]
    found, repairs = timed(stamps)
    steps_s = [b - a for a, b in pairwise(times_of(found))]
    assert min(steps_s) > 0.4 * STEP_S and repairs
    assert found[-1][0] == pytest.approx(29 * STEP_S)


def test_the_usual_step_is_learnt_where_the_film_does_not_say_its_rate() -> None:
    stamps = [number / 120 for number in range(120)] * 2
    found, _ = timed(list(stamps), usual_s=None)
    assert times_of(found) == pytest.approx([number / 120 for number in range(240)], abs=1e-6)


def test_nothing_gives_nothing() -> None:
    assert timed([])[0] == []


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_stamps_are_times_only_grow_and_every_picture_is_counted(seed: int) -> None:
    import random

    chance = random.Random(seed)
    stamps = [
        chance.choice([None, number * STEP_S, 0.0, chance.uniform(-100, 100), chance.uniform(-1e9, 1e9)])
        for number in range(500)
    ]
    found, repairs = timed(stamps)
    times_s = times_of(found)
    assert all(a < b for a, b in pairwise(times_s))
    assert [number for _, number in found] == sorted(number for _, number in found)
    assert len(found) + repairs.left_out == 500
    assert times_s[0] == 0.0
