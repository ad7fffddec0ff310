"""Before, running, paused: found from the steps alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.gait.run_phase import PAUSE_S, RunPhases, RunPhasesState, RunTime
from tests.makers import stance


def walked(
    spells: list[tuple[float, bool]], phases: RunPhases | None = None
) -> tuple[RunPhases, list[tuple[str, float]]]:
    """Spells of (seconds, running) at 10 looks a second; the phases in turn with their beginnings."""
    phases, look, seen = phases or RunPhases(), 0, []
    for seconds, running in spells:
        for _ in range(round(seconds * 10)):
            phases.push(look / 10, running)
            if not seen or seen[-1][0] != phases.phase:
                seen.append((phases.phase, phases.since_s))
            look += 1
    return phases, seen


def test_a_run_with_a_pause() -> None:
    phases, seen = walked([(5, False), (20, True), (10, False), (30, True), (9, False)])
    assert [phase for phase, _ in seen] == ["before", "running", "paused", "running", "paused"]
    assert [since_s for _, since_s in seen] == pytest.approx([0.0, 5.0, 24.9, 35.0, 64.9])
    assert phases.ran_s == pytest.approx(49.8)


def test_walking_between_two_runs_is_no_pause_and_does_not_count_as_running() -> None:
    phases, seen = RunPhases(), []
    for look in range(400):
        time_s = look / 10
        phases.push(time_s, running=5 <= time_s < 15 or 25 <= time_s < 30, walking=time_s < 5 or 15 <= time_s < 25)
        seen.append(phases.phase)
    assert seen[0] == "running" and seen[299] == "running" and seen[-1] == "paused"
    assert phases.ran_s == pytest.approx(9.9 + 4.9)


def test_a_stumble_is_no_pause() -> None:
    phases, seen = walked([(10, True), (PAUSE_S - 0.2, False), (10, True)])
    assert [phase for phase, _ in seen] == ["running"]
    assert phases.ran_s == pytest.approx(20 + PAUSE_S - 0.3)


def test_after_a_restart_the_time_goes_on() -> None:
    phases, seen = walked([(4, False), (10, True)], RunPhases(RunPhasesState("paused", -5.0, 100.0, -5.0)))
    assert [phase for phase, _ in seen] == ["paused", "running"]
    assert phases.ran_s == pytest.approx(109.9)


@given(st.lists(st.tuples(st.floats(0.5, 20), st.booleans()), max_size=8))
def test_the_time_run_never_exceeds_the_time_passed(spells: list[tuple[float, bool]]) -> None:
    phases, seen = walked(spells)
    passed_s = sum(round(seconds * 10) for seconds, _ in spells) / 10
    assert 0.0 <= phases.ran_s <= passed_s
    assert ("before" in {phase for phase, _ in seen[1:]}) is False


def test_the_time_of_running_goes_from_stance_to_stance_without_the_pauses() -> None:
    clock = RunTime()
    assert clock.at(5.0) == 0.0, "nobody has run yet"
    for midstance_s in (10.0, 10.4, 10.8, 13.0, 60.0, 60.4):
        clock.push(stance(midstance_s=midstance_s))
    # A stance begins 0.12 s before its midstance and ends 0.14 s after it: 3.26 s of the first bout, with a stumble, and 0.66 s.
    assert clock.at(60.54) == pytest.approx(3.26 + 0.66)
