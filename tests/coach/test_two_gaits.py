"""Runs with walking in them: everything that is heard is of one gait, and nothing is heard in the other one."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest

from runform_live import config, handover
from runform_live.coach.catalogue import shipped
from runform_live.coach.choice import Choice
from runform_live.coach.coach import Coach, CoachHandover, Tone
from runform_live.controls import SetTargets
from runform_live.messages import Activity, Band, Gait, GaitState, Stance
from runform_live.model_used import model_used
from runform_live.programmes import PlannedSession
from tests.makers import stance
from tests.programmes.making import planned

DROP, ADDUCTION = "pelvic_drop_mid_deg", "hip_adduction_mid_deg"
STEP_S: dict[Gait, float] = {"run": 0.36, "walk": 0.55}
TOO_MUCH = 12.0


def coach(
    state: CoachHandover | None = None, planned: PlannedSession | None = None, metric: str = DROP, **changes: object
) -> Coach:
    whole = config.load()
    targets = {metric: Band(high=6.0)}
    settings = msgspec.structs.replace(whole.coach, **{"targets": targets, "target_from": "settings"} | changes)
    return Coach(settings, shipped()[0], model_used(whole), planned, handover=state)


def steps(gait: Gait, from_s: float, until_s: float, left: float = TOO_MUCH) -> list[Stance]:
    """Stances of one gait, left first. In walking, both feet are down for 0.12 s."""
    found = []
    for k in range(int((until_s - from_s) / STEP_S[gait])):
        at_s, side = from_s + k * STEP_S[gait], "left" if k % 2 == 0 else "right"
        times = (
            {}
            if gait == "run"
            else {"initial_contact_s": at_s - 0.33, "toe_off_s": at_s + 0.34, "double_support_s": 0.12}
        )
        found.append(stance(side, at_s, left if side == "left" else 3.0, gait=gait, **times))  # type: ignore[arg-type]
    return found


def state(activity: Activity, time_s: float) -> GaitState:
    return GaitState(
        time_s=time_s, stamp_s=0.0, activity=activity, view="posterior", calibrated=True, level_deg=0.0,
        level_sd_deg=0.1, cadence_spm=None, phase="running",
    )  # fmt: skip


def heard(runner: Coach, stances: Iterable[Stance]) -> list[tuple[float, Choice | Tone]]:
    """When something is heard (s), and what. The gait stage says which gait goes on 0.4 s after each stance."""
    found = []
    for one in stances:
        if runner.counts(one) and (said := runner.push(one)) is not None:
            found.append((one.midstance_s, said))
        runner.take_gait(state("running" if one.gait == "run" else "walking", one.midstance_s + 0.4))
    return found


def test_walking_gives_no_cue_of_running() -> None:
    assert heard(coach(), steps("run", 0, 60)), "the same values are cued in running"
    assert heard(coach(), steps("walk", 0, 120)) == []


def test_walking_gives_no_tone_and_no_beat_of_running() -> None:
    runner = coach(stance_tones=True, metronome_percent=0.0)
    assert heard(runner, steps("walk", 0, 60)) == []
    assert runner.beats_per_minute is None


def test_run_walk_run_is_cued_while_running_only_and_never_by_the_walk_or_by_the_first_run() -> None:
    runner = coach()
    said = heard(runner, [*steps("run", 0, 30), *steps("walk", 30, 60, left=30.0), *steps("run", 60, 90)])
    assert {choice.kind for _, choice in said if isinstance(choice, Choice)} == {"cue"}
    assert [at_s for at_s, _ in said if 30 <= at_s < 60] == []
    again_s = min(at_s for at_s, _ in said if at_s >= 60)
    assert again_s >= 60 + 6 * 2 * STEP_S["run"], "seven stances of the side have come since the walk"


def test_a_walk_within_the_run_changes_nothing_that_is_said_of_a_good_run() -> None:
    runner = coach()
    assert heard(runner, [*steps("run", 0, 30, 3.0), *steps("walk", 30, 60), *steps("run", 60, 120, 3.0)]) == []


def test_the_last_stances_of_running_are_not_cued_once_somebody_walks() -> None:
    """A stance is told half a second after it was."""
    runner = coach()
    for one in steps("run", 0, 4.8):
        assert runner.counts(one) and runner.push(one) is None, "too few of them for a cue"
    runner.take_gait(state("walking", 5.0))
    for one in steps("run", 4.8, 20):
        assert runner.counts(one) and runner.push(one) is None


def test_tones_and_beats_go_on_when_somebody_runs_again() -> None:
    runner = coach(stance_tones=True, metronome_percent=0.0, mode="bandwidth")
    heard(runner, steps("run", 0, 40, 3.0))
    beats = runner.beats_per_minute
    assert beats == pytest.approx(60 / STEP_S["run"])
    heard(runner, steps("walk", 40, 80))
    assert runner.beats_per_minute is None
    again = steps("run", 80, 84, 3.0)
    assert [at_s for at_s, _ in heard(runner, again)] == [one.midstance_s for one in again[1:]], (
        "the first one is told while he walks"
    )
    assert runner.beats_per_minute == beats, "the cadence of running was learnt before"


def test_a_cadence_is_not_learnt_over_a_walk() -> None:
    runner = coach(metronome_percent=0.0)
    heard(runner, [*steps("run", 0, 20), *steps("walk", 20, 25), *steps("run", 25, 50)])
    assert runner.beats_per_minute is None, "under half a minute of running in a row"


def test_the_first_minute_is_of_running() -> None:
    runner = coach(target_from="baseline")
    heard(runner, steps("walk", 0, 90))
    assert runner.message("", "").reference_left_s == 60.0
    heard(runner, steps("run", 90, 130, 5.0))
    heard(runner, steps("walk", 130, 200, 20.0))
    heard(runner, steps("run", 200, 230, 5.0))
    told = runner.message("", "")
    assert told.reference_s is not None and told.reference_s[0] == pytest.approx(89.88)
    assert told.targets == {DROP: Band(high=3.0)}, "2 degrees less than in running, whatever was walked"
    assert told.target_gait == "run"


def test_a_target_that_was_set_for_walking_is_cued_in_walking_only() -> None:
    runner = coach(target_gait="walk", stance_tones=True)
    walked = heard(runner, steps("walk", 0, 60))
    assert {choice.name for _, choice in walked if isinstance(choice, Choice)} == {"belt_level"}
    assert any(isinstance(choice, Tone) for _, choice in walked)
    assert heard(runner, steps("run", 60, 120)) == []
    assert runner.message("", "").target_gait == "walk"


def test_a_cue_of_running_alone_is_not_given_for_a_target_of_walking() -> None:
    """ "Run with a gap between your knees"."""
    assert heard(coach(metric=ADDUCTION), steps("run", 0, 60))
    assert heard(coach(metric=ADDUCTION, target_gait="walk"), steps("walk", 0, 60)) == []


def test_the_metronome_of_walking_beats_at_the_cadence_of_walking() -> None:
    runner = coach(target_gait="walk", metronome_percent=0.0)
    heard(runner, steps("walk", 0, 40))
    assert runner.beats_per_minute == pytest.approx(60 / STEP_S["walk"])
    heard(runner, steps("run", 40, 80))
    assert runner.beats_per_minute is None


# 30 s of warm-up, 90 s of training with feedback, 30 s of retention.
PLAN = planned(training_min=1.5, blocks_min=((1.5, 0.0),), warm_up_min=0.5, retention_min=0.5)


def test_walking_before_a_planned_session_does_not_count_for_its_warm_up() -> None:
    runner = coach(planned=PLAN)
    assert heard(runner, steps("walk", 0, 120)) == []
    block = runner.message("", "").block
    assert block is not None and (block.part, block.ran_s, block.left_s) == ("warm_up", 0.0, 30.0)
    heard(runner, steps("run", 120, 149))
    block = runner.message("", "").block
    assert block is not None and block.part == "warm_up" and block.left_s == pytest.approx(1.3, abs=0.5)
    said = heard(runner, steps("run", 149, 200))
    assert said and min(at_s for at_s, _ in said) > 149


def test_a_walk_within_a_planned_session_stops_its_clock_and_says_nothing() -> None:
    runner = coach(planned=PLAN)
    heard(runner, steps("run", 0, 60))
    before = runner.message("", "").block
    assert before is not None and before.part == "training"
    assert heard(runner, steps("walk", 60, 160)) == []
    assert runner.message("", "").block == before
    assert heard(runner, steps("run", 160, 190))


def test_a_planned_session_is_of_running_whatever_the_settings_say() -> None:
    runner = coach(planned=PLAN, target_gait="walk", target_from="none")
    told = runner.message("", "")
    assert (told.target_gait, told.target_from, told.targets) == ("run", "none", {})


def test_bands_set_for_walking_are_not_held_against_the_running_of_a_planned_session() -> None:
    """The band ends at 6 degrees. The runner has 12 in the first minute, and so is to have 10."""
    runner = coach(planned=PLAN, target_gait="walk")
    assert heard(runner, steps("run", 0, 60)) == []
    told = runner.message("", "")
    assert (told.target_gait, told.target_from, told.targets) == ("run", "baseline", {})
    heard(runner, steps("run", 60, 70))
    assert runner.message("", "").targets == {DROP: Band(high=10.0)}


def test_bands_set_for_walking_are_not_chosen_again_within_a_planned_session() -> None:
    runner = coach(planned=PLAN, target_gait="walk", target_from="none")
    runner.take_request(SetTargets(source="settings", bands={}))
    told = runner.message("", "")
    assert (told.target_from, told.targets) == ("baseline", {})
    runner.take_request(SetTargets(source="chosen", bands={DROP: Band(high=5.0)}))
    assert runner.message("", "").targets == {DROP: Band(high=5.0)}


def test_the_faded_schedule_stands_still_during_a_walk_and_goes_on_after_it() -> None:
    """20 s with feedback, 20 s without, of running: 30 s are run before the walk and 30 s after it."""
    runner = coach(mode="faded", faded_blocks_s=[(20.0, 20.0)])
    given: list[tuple[float, bool]] = []
    for one in [*steps("run", 0, 30), *steps("walk", 30, 150), *steps("run", 150, 180)]:
        if runner.counts(one):
            runner.push(one)
        runner.take_gait(state("running" if one.gait == "run" else "walking", one.midstance_s + 0.4))
        now = runner.message("", "").gives_feedback
        if not given or given[-1][1] != now:
            given.append((one.midstance_s, now))
        if one.midstance_s == pytest.approx(90, abs=0.3):
            restarted = handover.decode(handover.encode(runner.state()), CoachHandover)
            successor = coach(restarted, mode="faded", faded_blocks_s=[(20.0, 20.0)])
            assert successor.message("", "").gives_feedback is False
    assert [on for _, on in given] == [True, False, True]
    assert [at_s for at_s, _ in given] == [0.0, pytest.approx(20, abs=0.5), pytest.approx(160, abs=0.8)]


@pytest.mark.parametrize("at", [10, 90, 120, 160, 190])
def test_a_successor_goes_on_exactly_within_either_gait(at: int) -> None:
    run = [*steps("run", 0, 36), *steps("walk", 36, 70), *steps("run", 70, 110)]
    changes = {"stance_tones": True, "metronome_percent": 5.0}
    undisturbed = coach(**changes)
    wanted = heard(undisturbed, run)
    before = coach(**changes)
    said = heard(before, run[:at])
    successor = coach(handover.decode(handover.encode(before.state()), CoachHandover), **changes)
    assert said + heard(successor, run[at:]) == wanted
    assert handover.encode(successor.state()) == handover.encode(undisturbed.state())
    assert successor.beats_per_minute == undisturbed.beats_per_minute
