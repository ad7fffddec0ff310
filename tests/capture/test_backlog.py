"""Which stages a file waits for, and how long."""

from __future__ import annotations

from runform_live.capture.backlog import GONE_S, NO_ANSWER_S, Backlog

BOTH = ("pose", "recorder")
AHEAD = 4


def sent(backlog: Backlog, frame: int, seconds: float, from_s: float) -> int:
    """The number of the last frame after so many seconds of sending whenever it may be."""
    for turn in range(round(seconds / 0.01)):
        if not backlog.must_wait(BOTH, frame, AHEAD, from_s + turn * 0.01):
            frame += 1
    return frame


def test_a_file_waits_for_the_slowest() -> None:
    backlog = Backlog(BOTH, 0)
    assert sent(backlog, 0, 1.0, 0.0) == AHEAD
    backlog.answered("recorder", AHEAD)
    assert sent(backlog, AHEAD, 1.0, 1.0) == AHEAD
    backlog.answered("pose", 1)
    assert sent(backlog, AHEAD, 1.0, 2.0) == AHEAD + 1


def test_a_stage_that_is_not_named_is_not_waited_for() -> None:
    backlog = Backlog(BOTH, 0)
    backlog.answered("pose", 100)
    assert not backlog.must_wait(("pose",), 100, AHEAD, 0.0)
    assert backlog.must_wait(BOTH, 100, AHEAD, 0.0)


def test_a_stage_that_is_restarted_gets_a_frame_to_answer_to_and_misses_few() -> None:
    backlog = Backlog(BOTH, 0)
    backlog.answered("recorder", 10**6)
    backlog.answered("pose", 100)
    assert sent(backlog, 100, NO_ANSWER_S, 0.0) == 100 + AHEAD
    last = sent(backlog, 100 + AHEAD, 1.0, NO_ANSWER_S)
    assert 100 + AHEAD + 1 <= last <= 100 + AHEAD + 3
    backlog.answered("pose", last)
    assert sent(backlog, last, 1.0, NO_ANSWER_S + 1.0) == last + AHEAD, "as before"


def test_a_stage_that_does_not_come_back_holds_nobody_up_until_it_answers() -> None:
    backlog = Backlog(BOTH, 0)
    backlog.answered("pose", 10**6)
    frame = sent(backlog, 0, GONE_S + 1.0, 0.0)
    assert sent(backlog, frame, 1.0, GONE_S + 1.0) == frame + 100, "at every turn"
    frame += 100
    backlog.answered("recorder", frame)
    assert sent(backlog, frame, 1.0, GONE_S + 2.0) == frame + AHEAD


def test_the_other_stage_is_not_taken_for_dead_because_it_had_nothing_to_do() -> None:
    backlog = Backlog(BOTH, 0)
    backlog.answered("recorder", 100)
    frame = sent(backlog, 100, 2 * GONE_S, 0.0)
    backlog.answered("pose", frame)
    backlog.answered("recorder", frame)
    assert not backlog.must_wait(BOTH, frame, AHEAD, 1000.0)
    assert sent(backlog, frame, 1.0, 1000.0) == frame + AHEAD
