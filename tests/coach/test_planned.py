"""A run that is a session of a programme: feedback where the plan has it, through handovers and in a second recording."""

from __future__ import annotations

from collections.abc import Collection
from typing import get_args

import msgspec
import numpy as np
import pytest

from runform_live import config, controls, handover
from runform_live.coach.catalogue import shipped
from runform_live.coach.choice import Choice
from runform_live.coach.choosing import ChooserState, CueChooser
from runform_live.coach.feedback_times import course_of
from runform_live.coach.process import CoachStage, create
from runform_live.messages import AtBlock, Band, CoachState, Feedback, FeedbackMode, Message, Prescribed, Stance
from runform_live.programmes import Course, PlannedSession
from runform_live.runtime.bus import Buffer
from runform_live.runtime.stage import StageSetup
from tests.coach.test_process import Speaker, _no_device, gait, received, settings
from tests.makers import stance
from tests.programmes.making import planned

__all__ = ["_no_device"]

DROP = "pelvic_drop_mid_deg"
STEP_S = 0.36
MODES: tuple[FeedbackMode, ...] = get_args(FeedbackMode)
# 30 s of warm-up, 90 s of training (45 s with, 15 s without feedback), 30 s of retention.
PLAN = planned(training_min=1.5, blocks_min=((0.75, 0.25),), warm_up_min=0.5, retention_min=0.5)
BLOCKS = (
    ("warm_up", False), ("training", True), ("training", False), ("training", True), ("retention", False), (None, False)
)  # fmt: skip


def stances(seconds: float) -> list[Stance]:
    """A run with too much drop on the left, and a pause of 20 s after 60 s."""
    rng = np.random.default_rng(5)
    return [
        stance(
            "left" if k % 2 == 0 else "right",
            k * STEP_S + (20.0 if k * STEP_S > 60.0 else 0.0),
            (10.0 if k % 2 == 0 else 3.0) + rng.normal(0, 0.5),
            drop_level_deg=0.0,
        )
        for k in range(int(seconds / STEP_S))
    ]


def coach_for(mode: FeedbackMode, ran_before_s: float = 0.0, state: ChooserState | None = None) -> CueChooser:
    chosen = msgspec.structs.replace(
        config.load().coach, mode=mode, targets={DROP: Band(high=6.0)}, target_from="settings", summary_every_s=30.0
    )
    return CueChooser(
        chosen, shipped()[0], state, None, course_of(PLAN, ran_before_s, None if state is None else state.times)
    )


@pytest.mark.parametrize("mode", MODES)
def test_feedback_is_given_exactly_where_the_plan_has_it_unless_it_is_off(mode: FeedbackMode) -> None:
    coach, course = coach_for(mode), Course(PLAN)
    heard = []
    for one in stances(170.0):
        course.push(one)
        choice = coach.push(one)
        assert coach.times.position == course.position
        assert coach.times.given(one.toe_off_s) == (course.position.feedback and mode != "off")
        if choice is not None:
            heard.append(course.position.feedback)
    assert course.position.over
    assert all(heard) and bool(heard) == (mode != "off")


def test_a_second_recording_goes_on_in_the_block_where_the_first_one_stopped() -> None:
    coach = coach_for("bandwidth", ran_before_s=100.0)
    assert coach.times.position is not None and (coach.times.position.number, coach.times.position.ran_s) == (3, 100.0)
    assert coach.times.given(0.0)
    for one in stances(21.0):
        coach.push(one)
    assert coach.times.position.block is not None and coach.times.position.block.part == "retention"


def test_a_free_run_has_no_place() -> None:
    assert CueChooser(config.load().coach, shipped()[0]).times.position is None
    assert course_of(None, 0.0, None) is None


def coached(mode: FeedbackMode, handed_over: Collection[int] = ()) -> tuple[list[Choice | None], bytes]:
    coach, said = coach_for(mode, 12.5), list[Choice | None]()
    for number, one in enumerate(stances(160.0)):
        if number in handed_over:
            coach = coach_for(mode, 12.5, handover.decode(handover.encode(coach.state()), ChooserState))
        said.append(coach.push(one))
    return said, handover.encode(coach.state())


@pytest.mark.parametrize("mode", MODES)
def test_a_successor_goes_on_bit_for_bit(mode: FeedbackMode) -> None:
    undisturbed = coached(mode)
    assert coached(mode, {0, 1, 40, 84, 200, 333, 420}) == undisturbed


# -- the stage ----------------------------------------------------------------------------------------------------


def coach_stage(
    sent: list[Message], state: bytes = b"", plan: PlannedSession | None = PLAN, before_s: float = 0.0, **changes: object
) -> CoachStage:  # fmt: skip
    def send(message: Message, *_: Buffer) -> None:
        sent.append(message)

    prescribed = None if plan is None else Prescribed("short", 1, before_s)
    setup = StageSetup(
        "coach", {}, settings(**changes), "demo", state=state, restarted=bool(state), planned=plan, prescribed=prescribed
    )  # fmt: skip
    stage = create(StageSetup.from_bytes(setup.to_bytes()), send)
    if not state:
        stage.handle(gait(-1.0, "before"))
    return stage


def told(stage: CoachStage, sent: list[Message]) -> CoachState:
    stage.control(controls.SetRecording(recording=True))  # any wish is answered at once
    stage.idle()
    return [message for message in sent if isinstance(message, CoachState)][-1]


def test_every_block_is_told_at_once_with_its_time() -> None:
    sent: list[Message] = []
    stage = coach_stage(sent)
    stage.idle()
    for one in stances(160.0):
        stage.handle(received(one))
        stage.idle()  # within the second only what must be told at once
    found = [message for message in sent if isinstance(message, CoachState)]
    blocks = [state.block for state in found if state.block is not None]
    assert len(blocks) == len(found)
    first = {one.number if one.part else 6: one for one in reversed(blocks)}
    assert [(first[number].part, first[number].feedback) for number in range(1, 7)] == list(BLOCKS)
    assert (first[1].left_s, first[1].ran_s, first[1].length_s, first[1].blocks) == (30.0, 0.0, 150.0, 5)
    assert first[2].left_s == pytest.approx(45.0, abs=STEP_S)
    assert (first[6].over, first[6].left_s, first[6].number) == (True, 0.0, 5)
    assert [state.gives_feedback for state in found] == [block.feedback for block in blocks]


def test_a_free_run_tells_no_block() -> None:
    sent: list[Message] = []
    assert told(coach_stage(sent, plan=None), sent).block is None


def test_with_feedback_off_the_blocks_are_told_and_none_has_feedback() -> None:
    sent: list[Message] = []
    stage = coach_stage(sent, mode="off")
    for one in stances(50.0):
        stage.handle(received(one))
    state = told(stage, sent)
    assert state.block is not None and (state.block.number, state.block.feedback, state.gives_feedback) == (
        2,
        True,
        False,
    )


@pytest.mark.parametrize("cut", [0, 1, 90, 250, 440])
def test_a_successor_stage_is_in_the_same_block_whatever_is_repeated_to_it(cut: int) -> None:
    run = [received(one) for one in stances(160.0)]
    sent: list[Message] = []
    stage = coach_stage(sent, before_s=7.25)
    for message in run[:cut]:
        stage.handle(message)
    successor = coach_stage(sent, stage.state_bytes(), before_s=7.25)
    for message in run[max(0, cut - 20) : cut]:  # told again
        successor.handle(message)
    assert told(successor, sent).block == told(stage, sent).block
    for message in run[cut:]:
        stage.handle(message)
        successor.handle(message)
    assert told(successor, sent).block == told(stage, sent).block
    assert successor.state_bytes() == stage.state_bytes()


def test_a_second_recording_tells_what_is_left() -> None:
    sent: list[Message] = []
    block = told(coach_stage(sent, before_s=100.0), sent).block
    assert block == AtBlock("training", True, 4, 5, 20.0, 100.0, 150.0)


def test_the_metronome_is_silent_in_blocks_without_feedback() -> None:
    sent: list[Message] = []
    stage = coach_stage(sent, metronome_percent=0.0)
    speaker, beats = Speaker.made[-1], []
    for one in stances(160.0):
        stage.handle(received(one))
        block = told(stage, sent).block
        assert block is not None
        beats.append((block.number, speaker.beats_spm is not None))
    assert [number for number in range(1, 6) if (number, True) in beats] == [2, 4]
    assert (4, False) not in beats, "the cadence is known by then"


def beats(stage: CoachStage) -> bool:
    """Whether the metronome of that stage or of its successor beats."""
    handed_over = coach_stage([], stage.state_bytes(), metronome_percent=0.0)
    successor, own = Speaker.made.pop(), Speaker.made[-1]
    assert handed_over.state_bytes() == stage.state_bytes()
    assert (successor.beats_spm is None) == (own.beats_spm is None)
    return own.beats_spm is not None


@pytest.mark.parametrize(("seconds", "planned_feedback"), [(60.0, True), (80.0, False)])
def test_a_block_that_a_person_marked_decides_of_the_metronome_too(seconds: float, planned_feedback: bool) -> None:
    stage = coach_stage([], metronome_percent=0.0)
    for one in stances(seconds):
        stage.handle(received(one))
    assert beats(stage) is planned_feedback
    stage.control(controls.MarkBlock(feedback=not planned_feedback))
    assert beats(stage) is not planned_feedback
    stage.control(controls.MarkBlock(feedback=planned_feedback))
    assert beats(stage) is planned_feedback
    stage.control(controls.MarkBlock(feedback=not planned_feedback))
    stage.control(controls.MarkBlock(feedback=None))
    assert beats(stage) is planned_feedback, "the plan decides again"


def test_with_feedback_off_the_metronome_is_silent_until_it_is_on_again() -> None:
    stage = coach_stage([], metronome_percent=0.0)
    for one in stances(60.0):
        stage.handle(received(one))
    stage.control(controls.SetFeedback(feedback=Feedback(mode="off", metronome_percent=0.0)))
    assert not beats(stage)
    stage.control(controls.SetFeedback(feedback=Feedback(mode="bandwidth", metronome_percent=0.0)))
    assert beats(stage), "the cadence is still known"
