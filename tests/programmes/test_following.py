"""Which session is next."""

from __future__ import annotations

from datetime import date

from runform_live.programmes import Held, load, next_session

PROGRAMME = load("two_weeks")
MONDAY = date(2026, 3, 2)


def test_the_first_session_comes_first_and_on_any_day() -> None:
    found = next_session(PROGRAMME, [])
    assert found is not None
    assert (found.number, found.due, found.begun) == (1, None, False)
    assert found.session == PROGRAMME.sessions[0]


def test_the_next_one_is_due_so_many_days_after_the_last() -> None:
    found = next_session(PROGRAMME, [Held(2, date(2026, 3, 4), True), Held(1, MONDAY, True)])
    assert found is not None
    assert (found.number, found.due) == (3, date(2026, 3, 6))


def test_a_session_that_was_interrupted_is_still_the_next_one() -> None:
    found = next_session(PROGRAMME, [Held(1, MONDAY, True), Held(2, date(2026, 3, 3), False)])
    assert found is not None
    assert (found.number, found.due, found.begun) == (2, date(2026, 3, 3), True)


def test_a_session_that_was_left_out_comes_before_later_ones() -> None:
    found = next_session(PROGRAMME, [Held(1, MONDAY, True), Held(3, date(2026, 3, 5), True)])
    assert found is not None
    assert found.number == 2


def test_after_the_last_one_there_is_none() -> None:
    assert next_session(PROGRAMME, [Held(number, MONDAY, True) for number in range(1, 9)]) is None


def test_held_every_time_when_due_the_days_are_those_of_the_plan() -> None:
    held: list[Held] = []
    while (found := next_session(PROGRAMME, held)) is not None:
        day = found.due or MONDAY
        assert (day - MONDAY).days + 1 == PROGRAMME.day(found.number)
        held.append(Held(found.number, day, True))
    assert len(held) == 8
