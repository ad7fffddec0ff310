"""A stage that was started anew hears what it has missed before what is new."""

from __future__ import annotations

from runform_live import controls
from runform_live.messages import CaughtUp, End, Frame, Message
from runform_live.runtime.bus import Received
from runform_live.runtime.repeats_first import LONGEST_S, RepeatsFirst


def direct(message: Message) -> Received:
    return Received(message, [], 0)


def repeat(message: Message) -> Received:
    return Received(message, [], 0, again=True)


def names(received: list[Received]) -> list[str]:
    return [each.message.stage for each in received if isinstance(each.message, End)]


def test_repeats_come_first_then_what_came_meanwhile_then_the_rest() -> None:
    repeats_first = RepeatsFirst(10.0, restarted=True)
    assert names(list(repeats_first.order(direct(End(stage="new")), 10.1))) == []
    assert names(list(repeats_first.order(repeat(End(stage="old")), 10.2))) == ["old"]
    assert repeats_first.catching_up(10.2)
    assert names(list(repeats_first.order(repeat(CaughtUp(stage="gait")), 10.3))) == ["new"]
    assert not repeats_first.catching_up(10.3)
    assert names(list(repeats_first.order(direct(End(stage="newer")), 10.4))) == ["newer"]


def test_a_stage_that_starts_for_the_first_time_waits_for_nothing() -> None:
    repeats_first = RepeatsFirst(10.0, restarted=False)
    assert names(list(repeats_first.order(direct(End(stage="new")), 10.0))) == ["new"]


def test_a_frame_never_waits() -> None:
    frame = Frame(frame=1, time_s=0.0, stamp_s=0.0, height_px=1, width_px=1)
    assert [each.message for each in RepeatsFirst(0.0, restarted=True).order(direct(frame), 0.1)] == [frame]


def test_without_repeats_the_stage_goes_on_after_a_while() -> None:
    repeats_first = RepeatsFirst(10.0, restarted=True)
    assert list(repeats_first.order(direct(End(stage="new")), 10.1)) == []
    assert names(list(repeats_first.order(None, 10.0 + LONGEST_S))) == ["new"]


def test_a_wish_to_end_does_not_wait_for_repeats() -> None:
    repeats_first = RepeatsFirst(10.0, restarted=True)
    for wish in (controls.Stop(), controls.Finish()):
        assert [each.message for each in repeats_first.order(direct(wish), 10.1)] == [wish]
    assert list(repeats_first.order(direct(controls.SetRecording(recording=True)), 10.1)) == []
