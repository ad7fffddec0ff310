"""The coach stage: what it says and what a successor says."""

from __future__ import annotations

import time
from typing import ClassVar

import msgspec
import numpy as np
import pytest

from runform_live import config, controls
from runform_live.coach import process
from runform_live.coach.process import CoachStage, create
from runform_live.config import Config
from runform_live.messages import Band, CoachState, Cue, End, Feedback, GaitState, MarkedBlock, Message, RunPhase
from runform_live.runtime.bus import Buffer, Received
from runform_live.runtime.stage import StageSetup
from tests.makers import stance

DROP = "pelvic_drop_mid_deg"
STEP_S = 0.36


class Speaker:
    """Stands in for the sound device: plays at once and remembers what."""

    made: ClassVar[list[Speaker]] = []

    def __init__(self, volume: float) -> None:
        self.volume, self.rows, self.tones, self.beats_spm = volume, 0, 0, None
        self.trouble, self.busy, self.started_s = "", False, None
        Speaker.made.append(self)

    def play(self, *_: np.ndarray, side: object = None) -> bool:
        self.rows, self.started_s = self.rows + 1, time.monotonic()
        return True

    def play_placed(self, *_: np.ndarray) -> bool:
        self.tones += 1
        return True

    def beat(self, per_minute: float | None) -> None:
        self.beats_spm = per_minute

    def set_volume(self, volume: float) -> None:
        self.volume = volume

    def tend(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture(autouse=True)
def _no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "Speaker", Speaker)
    monkeypatch.setattr(process, "read_sounds", lambda _: ({}, ""))
    Speaker.made = []


def settings(**changes: object) -> Config:
    whole = config.load()
    coach = msgspec.structs.replace(
        whole.coach, **{"targets": {DROP: Band(high=6.0)}, "target_from": "settings"} | changes
    )
    return msgspec.structs.replace(whole, coach=coach)


def coach_stage(sent: list[Message], state: bytes = b"", **changes: object) -> CoachStage:
    """A stage whose runner has stood still for the level line, or a successor with this state."""

    def send(message: Message, *_: Buffer) -> None:
        sent.append(message)

    stage = create(StageSetup("coach", {}, settings(**changes), "demo", state=state, restarted=bool(state)), send)
    if not state:
        stage.handle(gait(-1.0, "before"))
    return stage


def received(message: Message) -> Received:
    return Received(message, [], 0)  # type: ignore[arg-type]


END = received(End(stage="gait"))


def stances(first: int, last: int, late_s: float = 0.0, left: float = 10.0) -> list[Received]:
    """Stances of a runner with too much drop on the left, as they are seen now, or were late_s ago."""
    stamp_s = time.monotonic() - late_s
    return [
        received(stance(("left", "right")[k % 2], k * STEP_S, (left, 3.0)[k % 2], stamp_s=stamp_s))
        for k in range(first, last)
    ]


def gait(time_s: float, phase: RunPhase, calibrated: bool = True) -> Received:
    return received(
        GaitState(
            time_s=time_s,
            stamp_s=0.0,
            activity="running",
            view="posterior",
            calibrated=calibrated,
            level_deg=0.0,
            level_sd_deg=0.1 if calibrated else None,
            cadence_spm=167.0,
            phase=phase,
        )
    )


def play(stage: CoachStage, messages: list[Received]) -> None:
    for message in messages:
        stage.handle(message)


def cues(sent: list[Message]) -> list[Cue]:
    """Without what the clock of the test made of them."""
    return [msgspec.structs.replace(message, latency_s=None) for message in sent if isinstance(message, Cue)]


def shown(stage: CoachStage, sent: list[Message]) -> CoachState:
    stage.idle()
    return [message for message in sent if isinstance(message, CoachState)][-1]


WISHES = (
    controls.SetMuted(muted=True),
    controls.SetVolume(volume=0.25),
    controls.SetTargets(source="chosen", bands={DROP: Band(high=3.0)}),
    controls.Train(metric="knee_valgus_mid_deg"),
    controls.SetFeedback(feedback=Feedback(mode="faded", stance_tones=True, metronome_percent=5.0)),
)
# Stances that came before.
MOMENTS = {"standing": 0, "first steps": 3, "run": 60, "after the camera was pushed": 90, "in a pause": 130}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_successor_gives_the_cues_that_were_still_to_come(moment: str) -> None:
    def run(handed_over: int) -> list[Message]:
        sent: list[Message] = []
        stage = coach_stage(sent)
        for number, message in enumerate((*stances(0, 130), *stances(180, 300))):
            if number == handed_over:
                stage = coach_stage(sent, stage.state_bytes())
            stage.handle(message)
            if number % 3 == 0:
                stage.handle(gait(number * STEP_S, "running"))
            if number == 129:
                stage.handle(gait(129.5 * STEP_S, "paused"))
        return sent

    undisturbed = run(-1)
    assert len(cues(undisturbed)) > 7 and all(cue.audible for cue in cues(undisturbed))
    assert cues(run(MOMENTS[moment])) == cues(undisturbed)


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_was_chosen_in_the_window_is_still_chosen(moment: str) -> None:
    sent: list[Message] = []
    stage = coach_stage(sent)
    play(stage, stances(0, MOMENTS[moment]))
    for wish in WISHES:
        stage.control(wish)
    before = shown(stage, sent)
    assert (before.muted, before.volume, before.feedback.mode, before.trained) == (
        True,
        0.25,
        "faded",
        "knee_valgus_mid_deg",
    )
    successor = coach_stage(sent, stage.state_bytes())
    assert shown(successor, sent) == before
    assert Speaker.made[-1].volume == 0.25


def test_a_baseline_that_has_begun_does_not_begin_anew_in_a_successor() -> None:
    wish = controls.SetTargets(source="baseline", bands={DROP: Band()})
    sent: list[Message] = []
    stage = coach_stage(sent)
    stage.control(wish)
    play(stage, stances(0, 100))
    successor = coach_stage(sent, stage.state_bytes())
    play(successor, stances(100, 180))
    assert shown(successor, sent).targets == {DROP: Band(high=8.0)}, "a minute from the wish, not from the restart"


@pytest.mark.parametrize("target_from", ["settings", "baseline", "none"])
def test_the_first_minute_is_watched_and_told_whatever_the_target_comes_from(target_from: str) -> None:
    sent: list[Message] = []
    assert shown(coach_stage(sent, target_from=target_from), sent).reference_left_s == 60.0
    stage = coach_stage(sent, target_from=target_from)
    play(stage, stances(0, 100))
    half = shown(stage, sent)
    ran_s = 99 * STEP_S + 0.26  # from the first contact to the last toe off
    assert half.reference_s is None and half.reference_left_s == pytest.approx(60.0 - ran_s)
    successor = coach_stage(sent, stage.state_bytes(), target_from=target_from)
    play(successor, stances(100, 180))
    told = shown(successor, sent)
    assert told.reference_s is not None and told.reference_left_s == 0.0
    first_s, last_s = told.reference_s
    assert first_s == pytest.approx(-0.12) and last_s - first_s == pytest.approx(60.0, abs=STEP_S)


def test_with_the_settings_that_ship_the_target_is_two_degrees_below_the_first_minute() -> None:
    sent: list[Message] = []
    stage = create(StageSetup("coach", {}, config.load(), "demo"), lambda message, *_: sent.append(message))
    begun = shown(stage, sent)
    assert begun.target_from == "baseline" and begun.targets == {}
    play(stage, stances(0, 180, left=7.0))
    told = shown(stage, sent)
    assert told.targets == {DROP: Band(high=5.0)} and told.target_from == "baseline"
    stage.control(controls.Train(metric="knee_valgus_mid_deg"))
    assert shown(stage, sent).targets == {"knee_valgus_mid_deg": Band(high=0.0)}, "by the same minute"
    stage.control(controls.SetTargets(source="baseline", bands={DROP: Band()}))
    again = shown(stage, sent)
    assert again.targets == {} and again.reference_s is None and again.reference_left_s == 60.0


def test_the_window_hears_of_the_target_as_soon_as_the_minute_is_over() -> None:
    sent: list[Message] = []
    stage = coach_stage(sent, target_from="baseline")
    for one in stances(0, 180):
        stage.handle(one)
        stage.idle()
        told = [message for message in sent if isinstance(message, CoachState)][-1]
        if one.message.toe_off_s >= 60.0 - 0.12:  # type: ignore[attr-defined]
            break
    assert told.targets == {DROP: Band(high=8.0)}


def test_a_successor_knows_whether_there_is_a_level_line() -> None:
    for calibrated, sides in ((True, {"left"}), (False, {None})):
        sent: list[Message] = []
        stage = coach_stage(sent)
        stage.handle(gait(0.0, "running", calibrated))
        successor = coach_stage(sent, stage.state_bytes())
        for k in range(40):
            successor.handle(received(stance(("left", "right")[k % 2], k * STEP_S, (20.0, 3.0)[k % 2])))
        assert {cue.side for cue in cues(sent)} == sides


def test_a_change_is_judged_by_the_errors_of_the_network() -> None:
    sent: list[Message] = []
    stage = coach_stage(sent, target_from="baseline")
    for k in range(220):
        stage.handle(received(stance(("left", "right")[k % 2], k * STEP_S, (7.0, 3.0)[k % 2], drop_level_deg=0.0)))
    first = cues(sent)[0]
    assert first.side == "left" and "than in the first minute" in first.reason and "scatter alone" not in first.reason


def test_held_by_hand_it_stays_held() -> None:
    sent: list[Message] = []
    stage = coach_stage(sent)
    stage.control(controls.SetPaused(paused=True))
    successor = coach_stage(sent, stage.state_bytes())
    play(successor, stances(0, 100))
    assert cues(sent) == []
    successor.control(controls.SetPaused(paused=False))
    play(successor, stances(50, 100))
    assert cues(sent) == [], "stances of the pause that come again do not count"
    play(successor, stances(100, 150))
    assert cues(sent)


def to_the_first_cue(sent: list[Message]) -> tuple[bytes, int]:
    """The state just before the stance that leads to the first cue, and that stance's number."""
    stage, number = coach_stage(sent), 0
    while True:
        state = stage.state_bytes()
        stage.handle(stances(number, number + 1)[0])
        if cues(sent):
            return state, number
        number += 1


@pytest.mark.parametrize(("late_s", "audible"), [(0.3, True), (2.0, False), (12.0, False)])
def test_a_cue_about_a_stance_that_comes_again_is_not_spoken_later_than_a_second(late_s: float, audible: bool) -> None:
    sent: list[Message] = []
    state, number = to_the_first_cue(sent)
    successor = coach_stage(sent, state)
    play(successor, stances(number, number + 1, late_s))
    first, again = cues(sent)
    assert again == msgspec.structs.replace(first, audible=audible)
    assert Speaker.made[-1].rows == int(audible)
    play(successor, stances(number + 1, number + 25))
    assert len(cues(sent)) == 2, "it was said: the pause after a cue holds"


def test_stances_that_the_state_contains_are_not_coached_twice() -> None:
    sent: list[Message] = []
    stage = coach_stage(sent)
    play(stage, stances(0, 40))
    before = cues(sent)
    successor = coach_stage(sent, stage.state_bytes())
    play(successor, stances(0, 40))
    assert cues(sent) == before and successor.handled == 0
    assert successor.state_bytes() == stage.state_bytes()


def test_old_stances_give_no_tone_and_new_ones_do() -> None:
    sent: list[Message] = []
    stage = coach_stage(sent, stance_tones=True)
    successor = coach_stage(sent, stage.state_bytes(), stance_tones=True)
    play(successor, stances(0, 6, late_s=3.0))
    assert Speaker.made[-1].tones == 0
    play(successor, stances(6, 12))
    assert Speaker.made[-1].tones == 6


@pytest.mark.parametrize("learnt", [20, 60, 100], ids=["at first", "while it learns", "while it beats"])
def test_the_metronome_knows_the_cadence_that_it_learnt(learnt: int) -> None:
    sent: list[Message] = []
    stage = coach_stage(sent, metronome_percent=10.0)
    play(stage, stances(0, learnt, left=3.0))
    successor = coach_stage(sent, stage.state_bytes(), metronome_percent=10.0)
    assert (Speaker.made[-1].beats_spm is None) == (learnt < 90)
    play(successor, stances(learnt, 84, left=3.0))
    assert (Speaker.made[-1].beats_spm is None) == (learnt < 84)
    play(successor, stances(max(learnt, 84), 110, left=3.0))
    assert Speaker.made[-1].beats_spm == pytest.approx(1.1 * 60 / STEP_S)
    muted = coach_stage(sent, muted_after(successor), metronome_percent=10.0)
    play(muted, stances(110, 300, left=3.0))
    coach_stage(sent, muted.state_bytes(), metronome_percent=10.0)
    assert Speaker.made[-1].beats_spm is None, "it knows the cadence and is muted"


def muted_after(stage: CoachStage) -> bytes:
    stage.control(controls.SetMuted(muted=True))
    return stage.state_bytes()


def test_a_pause_of_the_run_that_comes_again_does_not_begin_anew() -> None:
    sent: list[Message] = []
    stage = coach_stage(sent)
    play(stage, [*stances(0, 10), gait(3.0, "running"), gait(3.5, "paused"), gait(20.0, "running"), *stances(60, 80)])
    successor = coach_stage(sent, stage.state_bytes())
    play(successor, [gait(3.0, "running"), gait(3.5, "paused"), gait(20.0, "running")])
    assert successor.state_bytes() == stage.state_bytes()


@pytest.mark.parametrize("text", ["", "coach"])
def test_it_ends_once(text: str) -> None:
    sent: list[Message] = []
    stage = coach_stage(sent)
    stage.control(controls.Finish(stage="gait"))
    assert sent == []
    stage.control(controls.Finish(stage=text))
    stage.handle(END)
    play(stage, stances(0, 60))
    successor = coach_stage(sent, stage.state_bytes())
    successor.handle(END)
    assert sent == [End(stage="coach")]


def test_the_end_of_the_gait_stage_is_its_end() -> None:
    sent: list[Message] = []
    play(coach_stage(sent), [END, END])
    assert sent == [End(stage="coach")]


def test_a_block_without_feedback_by_hand_is_silent_and_told_until_it_ends() -> None:
    sent: list[Message] = []
    stage = coach_stage(sent)
    stage.control(controls.MarkBlock(feedback=False, at_s=0.0))
    told = shown(stage, sent)
    assert told.marked == MarkedBlock(False, 0.0) and not told.gives_feedback
    play(stage, stances(0, 60))
    successor = coach_stage(sent, stage.state_bytes())
    play(successor, stances(60, 120))
    assert cues(sent) == [], "also after a restart"
    assert shown(successor, sent).marked == MarkedBlock(False, 0.0)
    successor.control(controls.MarkBlock(feedback=None, at_s=43.0))
    assert shown(successor, sent).gives_feedback and shown(successor, sent).marked == MarkedBlock(None, 43.0)
    play(successor, stances(120, 180))
    assert cues(sent) != []


def test_a_block_with_feedback_by_hand_goes_before_the_schedule() -> None:
    sent: list[Message] = []
    stage = coach_stage(sent, mode="faded", faded_blocks_s=[(0.0, 600.0)])
    play(stage, stances(0, 60))
    assert cues(sent) == [] and not shown(stage, sent).gives_feedback
    stage.control(controls.MarkBlock(feedback=True, at_s=21.0))
    play(stage, stances(60, 120))
    assert cues(sent) != [] and shown(stage, sent).gives_feedback
    count = len(cues(sent))
    stage.control(controls.MarkBlock(feedback=None, at_s=43.0))
    play(stage, stances(120, 180))
    assert len(cues(sent)) == count and not shown(stage, sent).gives_feedback


def test_an_end_without_a_block_is_nothing_and_blocks_never_go_back_in_time() -> None:
    sent: list[Message] = []
    stage = coach_stage(sent)
    stage.control(controls.MarkBlock(feedback=None, at_s=5.0))
    assert shown(stage, sent).marked is None
    stage.control(controls.MarkBlock(feedback=True, at_s=10.0))
    stage.control(controls.MarkBlock(feedback=False, at_s=9.0))
    block = shown(stage, sent).marked
    assert block is not None and block.feedback is False and block.since_s > 10.0


def test_the_metronome_is_silent_in_a_block_without_feedback_by_hand_and_where_the_schedule_has_none() -> None:
    stage = coach_stage([], metronome_percent=0.0)
    play(stage, stances(0, 100, left=3.0))
    assert Speaker.made[-1].beats_spm is not None
    stage.control(controls.MarkBlock(feedback=False))
    assert Speaker.made[-1].beats_spm is None
    faded = coach_stage([], metronome_percent=0.0, mode="faded", faded_blocks_s=[(40.0, 600.0)])
    heard = []
    for one in stances(0, 150, left=3.0):
        play(faded, [one])
        heard.append(Speaker.made[-1].beats_spm is not None)
    assert heard[100] and not heard[-1]
