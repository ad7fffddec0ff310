"""A stage that was started anew gets what it listens to, since its state, and no more."""

from __future__ import annotations

import math

import msgspec

from runform_live import controls
from runform_live.messages import CoachState, Cue, End, Frame, Message, Recorder
from runform_live.runtime.recent_messages import KEPT_S, OVERLAP_S, RecentMessages


def cue(time_s: float) -> Cue:
    return Cue(time_s=time_s, text="", reason="", metric="", side=None, audible=False, latency_s=None)


def said(recent: RecentMessages, stage: str, since_s: float = -math.inf, control_seq: int = 0) -> list[Message]:
    return [message for message, _ in recent.missed_by(stage, since_s, control_seq)]


def test_only_what_the_stage_listens_to_comes_in_the_order_of_arrival() -> None:
    recent = RecentMessages()
    coach = CoachState(muted=False, sound="")
    for at_s, message in enumerate((cue(1.0), coach, End(stage="pose"), End(stage="coach"))):
        recent.add(message, (b"x",), float(at_s))
    assert said(recent, "session") == [cue(1.0), coach, End(stage="pose"), End(stage="coach")]
    assert said(recent, "gait") == [End(stage="pose")]
    assert said(recent, "capture") == []


def test_what_came_before_the_state_is_left_out_but_for_an_overlap() -> None:
    recent = RecentMessages()
    for number in range(10):
        recent.add(cue(number), (), float(number))
    times_s = [message.time_s for message in said(recent, "session", 6.0) if isinstance(message, Cue)]
    assert times_s == [6.0 - OVERLAP_S, 6.0, 7.0, 8.0, 9.0]


def test_controls_are_told_once_each() -> None:
    record, pause = controls.SetRecording(recording=True), controls.SetPaused(paused=True)
    recent = RecentMessages()
    for seq, control in enumerate((controls.Start(), record, pause), start=1):
        recent.add(msgspec.structs.replace(control, seq=seq), (), 0.0)
    repeated = [msgspec.structs.replace(message, seq=0) for message in said(recent, "gait", 100.0, control_seq=1)]
    assert repeated == [record, pause], "by their number alone, whenever they were said"


def test_pictures_and_the_recorders_word_are_not_remembered() -> None:
    recent = RecentMessages()
    recent.add(Frame(frame=1, time_s=0.0, stamp_s=0.0, height_px=1, width_px=1), (b"x",), 0.0)
    recent.add(Recorder(frame=1, recorded=1, not_taken=0, folder=""), (), 0.0)
    assert said(recent, "session") == said(recent, "capture") == []


def test_what_is_too_old_is_forgotten() -> None:
    recent = RecentMessages()
    recent.add(cue(0.0), (), 0.0)
    recent.add(cue(1.0), (), KEPT_S + 0.5)
    assert said(recent, "session") == [cue(1.0)]
