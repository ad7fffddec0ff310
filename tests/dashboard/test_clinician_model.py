"""What the clinician's window shows and asks for."""

from __future__ import annotations

import msgspec
import pytest

from runform_live import config, controls
from runform_live.dashboard import number_model, status_model
from runform_live.dashboard.clinician_model import SURE_S, ClinicianModel
from runform_live.dashboard.feedback_model import with_mode
from runform_live.messages import AtBlock, CoachState, Feedback, GaitState, Health, MarkedBlock, Message, RunState
from runform_live.runtime.run_so_far import RunSoFar, unpacked
from tests.makers import stances


def model(*messages: Message, language: str = "en") -> ClinicianModel:
    settings = config.load()
    screen = msgspec.structs.replace(settings.screen, language=language)
    found = ClinicianModel(msgspec.structs.replace(settings, screen=screen))
    found.begin((), 0.0)
    for message in messages:
        found.take(message, 0.0)
    return found


def gait(time_s: float) -> GaitState:
    return GaitState(
        time_s=time_s, stamp_s=0.0, activity="running", view="posterior", calibrated=True, level_deg=0.0,
        level_sd_deg=0.1, cadence_spm=167.0, phase="running", ran_s=time_s,
    )  # fmt: skip


def coach(**changes: object) -> CoachState:
    return CoachState(**({"muted": False, "sound": ""} | changes))  # type: ignore[arg-type]


# -- notes --------------------------------------------------------------------------------------------------------


def test_a_note_is_of_the_time_when_its_first_letter_was_typed() -> None:
    found = model(gait(61.0))
    found.typed("l")
    assert found.note_words() == "Note at 1:01"
    found.take(gait(66.0), 0.0)
    found.typed("left arm")
    found.save_note()
    assert found.take_requests() == [controls.AddNote(text="left arm", at_s=61.0)]
    assert found.draft == "" and found.note_words() == "Notes"
    assert found.take_requests() == [], "a request is sent once"


def test_a_field_that_was_emptied_begins_a_new_note() -> None:
    found = model(gait(61.0))
    found.typed("x")
    found.typed("")
    found.take(gait(70.0), 0.0)
    found.typed("y")
    found.save_note()
    assert [request.at_s for request in found.take_requests()] == [70.0]


@pytest.mark.parametrize("draft", ["", "   "])
def test_an_empty_note_is_not_sent(draft: str) -> None:
    found = model(gait(61.0))
    found.typed(draft)
    found.save_note()
    assert found.take_requests() == []


def test_a_note_is_shown_once_the_main_process_tells_it_and_the_newest_is_first() -> None:
    found = model(gait(61.0))
    assert found.noted_words() == "No notes yet"
    found.take(controls.AddNote(text="second", at_s=50.0), 0.0)
    found.take(controls.AddNote(text="first", at_s=9.6), 0.0)
    found.take(controls.MarkBlock(feedback=False, at_s=55.0), 0.0)
    assert found.noted_words() == "0:55  block without feedback begins\n0:50  second\n0:10  first"


# -- blocks -------------------------------------------------------------------------------------------------------


def test_a_block_begins_now_and_is_shown_once_the_coach_has_obeyed() -> None:
    found = model(gait(61.0), coach())
    found.begin_block(False)
    assert found.take_requests() == [controls.MarkBlock(feedback=False, at_s=61.0)]
    assert not found.in_block and found.block_words() == "No block marked by hand"
    found.take(coach(marked=MarkedBlock(False, 61.0), gives_feedback=False), 0.0)
    found.take(gait(75.0), 0.0)
    assert found.in_block and found.block_words() == "Block without feedback,\nfor 0:14 min"
    found.end_block()
    assert found.take_requests() == [controls.MarkBlock(feedback=None, at_s=75.0)]
    found.take(coach(marked=MarkedBlock(None, 75.0)), 0.0)
    assert not found.in_block


def test_without_a_block_there_is_none_to_end() -> None:
    found = model(gait(61.0), coach())
    found.end_block()
    assert found.take_requests() == []


def test_a_block_with_feedback_turns_it_on_where_it_is_off_altogether() -> None:
    found = model(gait(61.0), coach(feedback=Feedback("off")))
    found.begin_block(True)
    assert found.take_requests() == [
        with_mode("bandwidth", coach(feedback=Feedback("off")), found.texts),
        controls.MarkBlock(feedback=True, at_s=61.0),
    ]
    found = model(gait(61.0), coach(feedback=Feedback("summary")))
    found.begin_block(True)
    assert found.take_requests() == [controls.MarkBlock(feedback=True, at_s=61.0)], (
        "another kind of feedback stays as it is"
    )


def test_the_block_of_a_planned_session_is_told_with_its_time_left() -> None:
    at = AtBlock(part="training", feedback=True, number=2, blocks=5, left_s=249.2, ran_s=100.0, length_s=900.0)
    found = model(gait(61.0), coach(block=at))
    assert found.programme_words() == "Block 2 of 5: With feedback, 4:10 left"
    assert model(gait(61.0), coach()).programme_words() == "", "a free run"
    over = msgspec.structs.replace(at, part=None, feedback=False)
    assert model(coach(block=over, gives_feedback=False)).programme_words() == found.texts("block.done")


# -- pause and end ------------------------------------------------------------------------------------------------


def test_pause_and_end_are_asked_twice() -> None:
    found = model()
    found.press_end(0.0)
    assert found.take_requests() == [] and found.end_words(1.0) == "Really end the run?"
    found.press_end(SURE_S)
    assert found.take_requests() == [controls.Stop()] and found.end_words(SURE_S) == "End the run"
    found.press_pause(10.0)
    assert found.take_requests() == [] and found.pause_words(11.0) == "Really pause?"
    found.press_pause(11.0)
    assert found.take_requests() == [controls.SetPaused(paused=True)]


def test_the_second_press_does_not_count_too_late_nor_after_another_button() -> None:
    found = model()
    found.press_end(0.0)
    found.press_end(SURE_S + 0.1)
    assert found.take_requests() == []
    found.press_pause(6.0)
    found.press_end(6.5)
    assert found.take_requests() == []


def test_a_pause_of_either_window_is_known_and_ends_with_one_press() -> None:
    found = model(controls.SetPaused(paused=True))
    assert found.pause_words(0.0) == "Go on"
    found.press_pause(0.0)
    assert found.take_requests() == [controls.SetPaused(paused=False)]


# -- opened late --------------------------------------------------------------------------------------------------


def test_a_window_that_opens_late_shows_what_one_shows_that_was_there_from_the_beginning() -> None:
    messages: list[Message] = [gait(0.5), coach(), *stances(30)[:12], controls.AddNote(text="stiff", at_s=3.0)]
    messages += [
        controls.SetPaused(paused=True),
        *stances(30)[12:20],
        controls.SetPaused(paused=False),
        *stances(30)[20:],
    ]
    messages += [
        gait(12.0),
        coach(feedback=Feedback("faded"), marked=MarkedBlock(True, 9.0)),
        RunState(ends_in_s=7.0, ending=False),
    ]
    messages += [
        Health(stage="pose", pid=1, handled=9, dropped=0, rate_hz=30.0, lag_ms=14.0, state="", memory_mib=90.0)
    ]
    there, so_far = model(*messages), RunSoFar()
    for message in messages:
        so_far.note(message)
    late = model()
    late.typed("half a no")
    late.begin(unpacked(so_far.packed()), 0.0)
    assert late.draft == "half a no", "a note that is being typed stays"
    for side in ("left", "right"):
        assert number_model.card(late.run, side) == number_model.card(there.run, side)  # type: ignore[arg-type]
        assert late.run.trend(side) == there.run.trend(side)  # type: ignore[arg-type]
    assert late.run.stances == there.run.stances == 22
    assert late.noted_words() == there.noted_words() and late.block_words() == there.block_words()
    assert status_model.status(late.run, 0.0) == status_model.status(there.run, 0.0)
    assert late.run.health_of("pose") == there.run.health_of("pose")


def test_it_speaks_of_the_runner_to_somebody_who_watches() -> None:
    for language, words in (("en", "Paused"), ("de", "Pause")):
        assert (
            status_model.status(model(gait(1.0), controls.SetPaused(paused=True), language=language).run, 0.0).words
            == words
        )
