"""Which session is next."""

from __future__ import annotations

from datetime import date

import pytest

from runform_live.errors import BadInput
from runform_live.programmes import DoneSession, is_completed, load, next_session, session_at
from tests.programmes.making import planned

PROGRAMME = load("two_weeks")
MONDAY = date(2026, 3, 2)


def test_the_first_session_comes_first_and_on_any_day() -> None:
    found = next_session(PROGRAMME, [])
    assert found is not None
    assert (found.number, found.due, found.begun) == (1, None, False)
    assert found.session == PROGRAMME.sessions[0]


def test_the_next_one_is_due_so_many_days_after_the_last() -> None:
    found = next_session(PROGRAMME, [DoneSession(2, date(2026, 3, 4), True), DoneSession(1, MONDAY, True)])
    assert found is not None
    assert (found.number, found.due) == (3, date(2026, 3, 6))


def test_a_session_that_was_interrupted_is_still_the_next_one() -> None:
    found = next_session(PROGRAMME, [DoneSession(1, MONDAY, True), DoneSession(2, date(2026, 3, 3), False)])
    assert found is not None
    assert (found.number, found.due, found.begun) == (2, date(2026, 3, 3), True)


def test_a_session_that_was_left_out_comes_before_later_ones() -> None:
    found = next_session(PROGRAMME, [DoneSession(1, MONDAY, True), DoneSession(3, date(2026, 3, 5), True)])
    assert found is not None
    assert found.number == 2


def test_after_the_last_one_there_is_none() -> None:
    assert next_session(PROGRAMME, [DoneSession(number, MONDAY, True) for number in range(1, 9)]) is None


def test_held_every_time_when_due_the_days_are_those_of_the_plan() -> None:
    held: list[DoneSession] = []
    while (found := next_session(PROGRAMME, held)) is not None:
        day = found.due or MONDAY
        assert (day - MONDAY).days + 1 == PROGRAMME.day(found.number)
        held.append(DoneSession(found.number, day, True))
    assert len(held) == 8


def test_a_session_that_was_interrupted_goes_on_from_the_furthest_point() -> None:
    done = [DoneSession(1, MONDAY, False, 700.0), DoneSession(1, MONDAY, False, 300.0)]
    found = next_session(PROGRAMME, done)
    assert found is not None
    assert (found.begun, found.ran_s, found.left_s) == (True, 700.0, 500.0)


def test_a_session_that_was_completed_is_repeated_from_its_beginning() -> None:
    found = session_at(PROGRAMME, [DoneSession(1, MONDAY, False, 700.0), DoneSession(1, MONDAY, True, 1200.0)], 1)
    assert (found.begun, found.ran_s) == (False, 0.0)


@pytest.mark.parametrize("number", [0, 9, -1])
def test_there_are_no_other_sessions(number: int) -> None:
    with pytest.raises(BadInput, match=f"programme two_weeks has no session {number}; its sessions are 1 to 8"):
        session_at(PROGRAMME, [], number)


@pytest.mark.parametrize(
    ("length_min", "ran_s", "completed"),
    [(20.0, 1200.0, True), (20.0, 1185.0, True), (20.0, 1184.9, False), (2.0, 114.0, True), (2.0, 113.9, False)],
)
def test_a_session_is_completed_but_for_15_s_or_a_twentieth(length_min: float, ran_s: float, completed: bool) -> None:
    session = planned(training_min=length_min, warm_up_min=0.0, retention_min=0.0)
    assert is_completed(session, ran_s) is completed
