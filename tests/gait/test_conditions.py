"""Under which conditions a stance was measured: counts of what had happened before it."""

from __future__ import annotations

from runform_live import handover
from runform_live.gait.conditions import AWAY_S, Conditions, ConditionsState
from runform_live.messages import Stance
from tests.makers import stance


def counts(measured: Stance) -> tuple[int, int, int]:
    return measured.camera_moves, measured.view_doubts, measured.absences


def test_a_stance_counts_what_happened_before_its_midstance() -> None:
    conditions = Conditions()
    for time_s, found, unsure in ((0.0, True, False), (5.0, True, True), (6.0, True, False), (30.0, True, False)):
        conditions.push(time_s, found, unsure)
    conditions.camera_moved(40.0)
    assert [counts(conditions.of(stance(midstance_s=at_s))) for at_s in (4.0, 5.5, 29.0, 31.0, 41.0)] == [
        (0, 0, 0), (0, 1, 0), (0, 1, 0), (0, 1, 1), (1, 1, 1),
    ]  # fmt: skip


def test_a_view_that_was_never_sure_is_no_new_doubt() -> None:
    conditions = Conditions()
    for time_s, unsure in ((0.0, True), (1.0, True), (2.0, False), (3.0, True)):
        conditions.push(time_s, True, unsure)
    assert counts(conditions.of(stance(midstance_s=9.0))) == (0, 1, 0)


def test_a_runner_who_is_lost_for_a_moment_was_not_away() -> None:
    conditions = Conditions()
    for time_s, found in ((0.0, True), (1.0, False), (AWAY_S - 0.1, True), (2 * AWAY_S, True)):
        conditions.push(time_s, found, False)
    assert counts(conditions.of(stance(midstance_s=3 * AWAY_S))) == (0, 0, 1)


def test_a_successor_counts_on() -> None:
    conditions = Conditions()
    conditions.push(0.0, True, False)
    conditions.camera_moved(1.0)
    successor = Conditions(handover.decode(handover.encode(conditions.state()), ConditionsState))
    for one in (conditions, successor):
        one.push(2.0, True, True)
    assert successor.state() == conditions.state()
    assert counts(successor.of(stance(midstance_s=3.0))) == (1, 1, 0)


def test_it_says_when_somebody_is_back() -> None:
    conditions = Conditions()
    told = [(0.0, True), (5.0, False), (AWAY_S, True), (2 * AWAY_S - 0.1, True)]
    assert [conditions.push(time_s, found, False) for time_s, found in told] == [False, False, True, False]
