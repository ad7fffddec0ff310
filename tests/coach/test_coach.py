"""The coach of a run without sound and sockets: what it wants to be heard, and what a successor knows."""

from __future__ import annotations

import msgspec
import pytest

from runform_live import config, controls, handover
from runform_live.coach.catalogue import shipped
from runform_live.coach.choice import Choice
from runform_live.coach.coach import Coach, CoachHandover, Tone
from runform_live.messages import Band, Feedback
from runform_live.model_used import model_used
from tests.makers import stance

DROP = "pelvic_drop_mid_deg"
STEP_S = 0.36


def coach(state: CoachHandover | None = None, **changes: object) -> Coach:
    whole = config.load()
    settings = msgspec.structs.replace(
        whole.coach, **{"targets": {DROP: Band(high=6.0)}, "target_from": "settings"} | changes
    )
    return Coach(settings, shipped()[0], model_used(whole), handover=state)


def heard(runner: Coach, first: int, last: int, left: float = 3.0) -> list[Choice | Tone]:
    """What is heard of these steps; the right side always keeps its target."""
    found: list[Choice | Tone | None] = []
    for k in range(first, last):
        one = stance(("left", "right")[k % 2], k * STEP_S, (left, 3.0)[k % 2])
        if runner.counts(one):
            found.append(runner.push(one))
    return [one for one in found if one is not None]


def test_each_stance_has_its_tone_and_a_cue_goes_before_it() -> None:
    runner = coach(stance_tones=True)
    assert heard(runner, 0, 2) == [Tone(3.0, Band(high=6.0), "left"), Tone(3.0, Band(high=6.0), "right")]
    said = heard(runner, 2, 60, left=12.0)
    assert len(said) == 58 and [one.kind for one in said if isinstance(one, Choice)][:1] == ["cue"]


def test_muted_there_is_no_tone_and_no_beat_but_cues_are_still_chosen() -> None:
    runner = coach(stance_tones=True, metronome_percent=0.0)
    runner.take_request(controls.SetMuted(muted=True))
    said = heard(runner, 0, 100, left=12.0)
    assert said and all(isinstance(one, Choice) for one in said)
    assert runner.beats_per_minute is None and runner.muted


def test_stances_of_a_pause_and_repeats_do_not_count() -> None:
    runner = coach(stance_tones=True)
    assert len(heard(runner, 0, 4)) == 4 and heard(runner, 0, 4) == []
    runner.take_request(controls.SetPaused(paused=True))
    assert heard(runner, 4, 8) == []
    runner.take_request(controls.SetPaused(paused=False))
    assert heard(runner, 4, 8) == [], "they were of the pause"
    assert len(heard(runner, 8, 10)) == 2


def test_the_metronome_beats_faster_than_the_runners_own_cadence() -> None:
    runner = coach(metronome_percent=5.0)
    heard(runner, 0, 80)
    assert runner.beats_per_minute is None, "half a minute is not over"
    heard(runner, 80, 90)
    assert runner.beats_per_minute == pytest.approx(1.05 * 60 / STEP_S)
    runner.take_request(controls.SetFeedback(feedback=Feedback(metronome_percent=10.0)))
    assert runner.beats_per_minute is None, "it is learnt anew"


def test_a_successor_says_exactly_what_would_have_been_said() -> None:
    undisturbed, before = coach(stance_tones=True), coach(stance_tones=True)
    wanted = heard(undisturbed, 0, 120, left=12.0)
    said = heard(before, 0, 50, left=12.0)
    written = handover.encode(before.state())
    successor = coach(handover.decode(written, CoachHandover), stance_tones=True)
    assert said + heard(successor, 50, 120, left=12.0) == wanted
    assert successor.message("", "") == undisturbed.message("", "")


def test_the_end_comes_once_and_nothing_counts_after_it() -> None:
    runner = coach(stance_tones=True)
    assert runner.end() and not runner.end()
    assert heard(runner, 0, 4) == []
