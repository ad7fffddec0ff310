"""What a client held of a programme: held, begun, on time, late."""

from __future__ import annotations

from runform_live import programmes
from runform_live.messages import Prescribed
from runform_live.progress.adherence import adherence, followed
from runform_live.progress.point import Point
from tests.progress.makers import point

PROGRAMME = programmes.load("two_weeks")
DAYS_AFTER = [one.days_after for one in PROGRAMME.sessions]
WHOLE_S = [one.length_s for one in PROGRAMME.sessions]


def session(number: int, day: float, ran_s: float | None = None, before_s: float = 0.0, enrolment: str = "a") -> Point:
    found = point([], day, programme=Prescribed(PROGRAMME.name, number, before_s, enrolment))
    return Point(found.info, found.summary, ran_s=WHOLE_S[number - 1] - before_s if ran_s is None else ran_s)


def on_its_day(count: int) -> list[Point]:
    return [session(number, float(sum(DAYS_AFTER[:number]))) for number in range(1, count + 1)]


def test_sessions_on_the_days_that_the_programme_names_are_on_time() -> None:
    found = adherence(on_its_day(8), PROGRAMME)
    assert (found.planned, found.held, found.on_time, found.late) == (8, 8, 8, 0)
    assert [one.place for one in found.sittings] == list(range(8))


def test_a_late_session_moves_those_after_it_and_only_it_is_late() -> None:
    points = on_its_day(4)
    moved = [points[0], *(session(k, float(sum(DAYS_AFTER[:k]) + 3)) for k in (2, 3, 4))]
    found = adherence(moved, PROGRAMME)
    assert [one.days_late for one in found.sittings] == [0, 3, 0, 0]
    assert (found.held, found.on_time, found.late) == (4, 3, 1)


def test_a_session_that_was_broken_off_is_not_held_until_the_rest_is_run() -> None:
    begun = [session(1, 0.0, ran_s=300.0)]
    assert adherence(begun, PROGRAMME).held == 0
    found = adherence([*begun, session(1, 1.0, before_s=300.0)], PROGRAMME)
    assert (found.held, len(found.sittings), found.sittings[0].place) == (1, 1, 1)


def test_free_runs_and_an_earlier_enrolment_do_not_count() -> None:
    earlier = [session(1, 0.0, enrolment="old"), session(2, 2.0, enrolment="old")]
    found = adherence([*earlier, point([], 20.0), session(1, 30.0)], PROGRAMME)
    assert [(one.number, one.place) for one in found.sittings] == [(1, 3)]
    assert followed([*earlier, point([], 20.0)]) == Prescribed(PROGRAMME.name, 2, 0.0, "old")
    assert followed([point([], 20.0)]) is None


def test_a_session_whose_length_nobody_knows_is_begun() -> None:
    one = session(1, 0.0)
    assert adherence([Point(one.info, one.summary)], PROGRAMME).held == 0
