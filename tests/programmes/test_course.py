"""Where in a session a runner is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live import handover
from runform_live.gait.run_phase import RunTime
from runform_live.programmes import Course, CourseState, PlannedSession, load
from runform_live.programmes.schedule import has_feedback
from tests.programmes.making import planned, run

SHORT = planned(training_min=1.5, blocks_min=((0.5, 0.25),), warm_up_min=0.5, retention_min=0.5)


def switches(session: PlannedSession, rate_hz: float | None = None, step_s: float = 0.375) -> list[tuple[float, bool]]:
    """When feedback begins and ends in a run through a session: s of running, and whether it is on from then."""
    course = Course(session)
    told = [(0.0, course.position.feedback)]
    for one in run(session.length_s + 5.0, rate_hz=rate_hz, step_s=step_s):
        course.push(one)
        if course.position.feedback != told[-1][1]:
            told.append((course.ran_s, course.position.feedback))
    return told


def test_before_the_first_stance_one_is_at_the_beginning() -> None:
    place = Course(SHORT).position
    assert (place.ran_s, place.number, place.feedback, place.left_s, place.over) == (0.0, 0, False, 30.0, False)


def test_a_session_is_walked_through_block_by_block_and_ends() -> None:
    course, seen = Course(SHORT), []
    for one in run(160.0):
        course.push(one)
        place = course.position
        if not seen or seen[-1][0] != place.number:
            seen.append((place.number, place.block.part if place.block else None, place.feedback))
    assert seen == [
        (0, "warm_up", False), (1, "training", True), (2, "training", False), (3, "training", True), (4, "training", False),
        (5, "retention", False), (6, None, False),
    ]  # fmt: skip
    assert course.position.over and course.position.left_s == 0.0


def test_how_long_a_block_still_lasts() -> None:
    course = Course(SHORT)
    for one in run(40.0):
        course.push(one)
    assert course.position.number == 1
    assert course.position.left_s == pytest.approx(60.0 - course.ran_s)


def test_a_pause_does_not_count_and_the_clock_never_goes_back() -> None:
    course, told = Course(SHORT), [0.0]
    for one in (*run(29.5), *run(10.0, from_s=300.0)):
        course.push(one)
        told.append(course.ran_s)
    assert all(later >= earlier for earlier, later in pairwise(told))
    assert 38.0 < course.ran_s < 40.0


def test_a_stance_that_was_counted_already_is_left_out() -> None:
    course, stances = Course(SHORT), list(run(40.0))
    for one in stances:
        course.push(one)
    before = handover.encode(course.state())
    for one in stances:
        course.push(one)
    assert handover.encode(course.state()) == before


@pytest.mark.parametrize("cut", [0, 1, 77, 240, 330, 420])
def test_a_successor_goes_on_bit_for_bit(cut: int) -> None:
    stances = list(run(160.0, step_s=0.3601))
    undisturbed, first = Course(SHORT), Course(SHORT)
    for one in stances[:cut]:
        undisturbed.push(one)
        first.push(one)
    successor = Course(SHORT, handover.decode(handover.encode(first.state()), CourseState))
    assert successor.position == undisturbed.position
    for one in stances[cut:]:
        undisturbed.push(one)
        successor.push(one)
        assert successor.position == undisturbed.position
    assert handover.encode(successor.state()) == handover.encode(undisturbed.state())


def test_an_interrupted_session_goes_on_in_a_new_recording_and_with_a_successor() -> None:
    first = Course(SHORT)
    for one in run(50.0):
        first.push(one)
    resumed = Course.resumed(SHORT, first.ran_s)
    assert resumed.position == first.position
    for one in run(20.0):
        resumed.push(one)
    successor = Course(SHORT, resumed.state())
    assert successor.position == resumed.position and resumed.position.number == 2
    assert resumed.ran_s == pytest.approx(first.ran_s + 19.75, abs=0.4)


def test_frame_rates_do_not_move_the_switches() -> None:
    exact = switches(SHORT)
    assert [on for _, on in exact] == [False, True, False, True, False]
    # A step of 0.375 s and its contact of 0.25 s are whole frames at 24 and at 240 frames/s.
    assert switches(SHORT, 24.0) == switches(SHORT, 240.0) == exact


@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 60.0, 240.0])
def test_every_switch_lies_within_a_step_of_its_block(rate_hz: float) -> None:
    session = load("two_weeks").sessions[4]
    ends_s = [block.from_s for block in session.blocks() if block.feedback or block.part == "training"]
    ends_s = [at_s for at_s in ends_s if at_s > 0]
    step_s = 0.353
    told = [at_s for at_s, _ in switches(session, rate_hz, step_s)[1:]]
    assert len(told) == len(ends_s) == 18
    assert all(0.0 <= at_s - end_s <= step_s + 2 / rate_hz for at_s, end_s in zip(told, ends_s, strict=True))


parts = st.one_of(st.just(0.0), st.floats(0.2, 5.0))


@given(st.lists(st.tuples(parts, parts), min_size=1, max_size=4), st.floats(0.0, 1795.0))
def test_a_training_has_feedback_where_faded_feedback_has_it(pairs_min: list[tuple[float, float]], at_s: float) -> None:
    session = planned(30.0, tuple(pairs_min), warm_up_min=0.0, retention_min=0.0)
    pairs_s = [(60.0 * with_min, 60.0 * without_min) for with_min, without_min in pairs_min]
    place = Course.resumed(session, at_s).position
    edges_s = [edge_s for block in session.blocks() for edge_s in (block.from_s, block.until_s)]
    if min(abs(at_s - edge_s) for edge_s in edges_s[1:]) > 1e-6:
        assert place.feedback == has_feedback(at_s, pairs_s)


def test_between_stances_it_says_what_the_coach_says_at_a_toe_off() -> None:
    pairs_min = ((1.0, 0.0), (0.5, 0.5), (0.25, 0.75))
    session = planned(20.0, pairs_min, warm_up_min=0.0, retention_min=0.0)
    course, run_time = Course(session), RunTime()
    pairs_s = [(60.0 * one, 60.0 * other) for one, other in pairs_min]
    for one in (*run(200.0), *run(400.0, from_s=260.0)):
        course.push(one)
        run_time.push(one)
        assert course.position.feedback == has_feedback(run_time.at(one.toe_off_s), pairs_s)
