"""Which frames a slow stage gets, and in which order what came comes out."""

from __future__ import annotations

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from runform_live import controls
from runform_live.messages import End, Frame, Message
from runform_live.runtime.bus import Received
from runform_live.runtime.frame_queue import (
    HELD_UP_S,
    MOST_AT_START_S,
    MOST_HELD_UP_S,
    MOST_S,
    START_S,
    STRICT_S,
    FrameQueue,
)


class Bus:
    """What came, and a clock."""

    def __init__(self, *messages: Message) -> None:
        self.now_s = 0.0
        self.came = deque(Received(message, [], 0) for message in messages)
        self.waits_s: list[float] = []

    def receive(self, wait_s: float) -> Received | None:
        self.waits_s.append(wait_s)
        return self.came.popleft() if self.came else None

    def waiting(self) -> FrameQueue:
        return FrameQueue(self.receive, lambda: self.now_s)


def frame(number: int, stamp_s: float = 0.0) -> Frame:
    return Frame(frame=number, time_s=stamp_s, stamp_s=stamp_s, height_px=2, width_px=2)


def numbers(waiting: FrameQueue, times: int) -> list[tuple[int, int] | None]:
    """(frame, missed) of the next messages."""
    out: list[tuple[int, int] | None] = []
    for _ in range(times):
        received = waiting.take(0.2)
        assert received is None or isinstance(received.message, Frame)
        out.append(None if received is None else (received.message.frame, received.missed))
    return out


def test_frames_that_wait_a_moment_are_all_handled_in_their_order() -> None:
    bus = Bus(frame(1), frame(2), frame(3))
    bus.now_s = MOST_S
    assert numbers(bus.waiting(), 4) == [(1, 0), (2, 0), (3, 0), None]


def past_the_start(bus: Bus) -> FrameQueue:
    """A queue that has handled frame 1 at the time -START_S."""
    bus.came.append(Received(frame(1, -START_S), [], 0))
    waiting = bus.waiting()
    assert numbers(waiting, 1) == [(1, 0)]
    return waiting


def comes(bus: Bus, **stamps_s: float) -> None:
    """Frames by their names ("f2" is frame 2)."""
    bus.came = deque(Received(frame(int(name[1:]), stamp_s), [], 0) for name, stamp_s in stamps_s.items())


def test_frames_that_waited_too_long_are_skipped_for_newer_ones_and_counted() -> None:
    bus = Bus()
    waiting = past_the_start(bus)
    comes(bus, f2=0.0, f3=0.01, f4=0.10, f5=0.11)
    bus.now_s = 0.02 + MOST_HELD_UP_S
    assert numbers(waiting, 2) == [(4, 2), (5, 0)]


def test_a_stage_that_was_held_up_for_a_moment_catches_up_with_all_frames() -> None:
    bus = Bus()
    waiting = past_the_start(bus)
    comes(bus, f2=0.0, f3=0.02, f4=0.04)
    bus.now_s = MOST_HELD_UP_S
    assert numbers(waiting, 3) == [(2, 0), (3, 0), (4, 0)]


def test_a_stage_that_does_not_catch_up_soon_keeps_frames_no_longer_waiting_than_usual() -> None:
    bus = Bus()
    waiting = past_the_start(bus)
    late_s = MOST_S + 0.01
    comes(bus, f2=0.0, f3=HELD_UP_S, f4=HELD_UP_S + 0.02, f5=HELD_UP_S + 0.1)
    bus.now_s = late_s
    assert numbers(waiting, 1) == [(2, 0)]
    bus.now_s = late_s + HELD_UP_S
    assert numbers(waiting, 1) == [(3, 0)]
    bus.now_s = late_s + HELD_UP_S + 0.02
    assert numbers(waiting, 1) == [(5, 1)]


def test_a_stage_that_is_too_slow_is_trusted_to_catch_up_again_only_after_a_while() -> None:
    bus = Bus()
    waiting = past_the_start(bus)
    late_s, again_s = MOST_S + 0.01, MOST_HELD_UP_S + 0.01
    comes(bus, f2=0.0, f3=again_s)
    bus.now_s = again_s
    assert numbers(waiting, 1) == [(3, 1)]
    comes(bus, f4=1.0, f5=1.0 + late_s)
    bus.now_s = 1.0 + late_s
    assert numbers(waiting, 1) == [(5, 1)]
    afterwards_s = bus.now_s + STRICT_S
    comes(bus, f6=afterwards_s, f7=afterwards_s + late_s)
    bus.now_s = afterwards_s + late_s
    assert numbers(waiting, 2) == [(6, 0), (7, 0)]


def test_a_frame_that_is_late_after_a_gap_begins_a_new_hold_up() -> None:
    bus = Bus()
    waiting = past_the_start(bus)
    late_s = MOST_S + 0.01
    for number, stamp_s in ((1, 10.0), (2, 10.0 + 3 * HELD_UP_S), (3, 10.1 + 3 * HELD_UP_S)):  # nothing came meanwhile
        bus.came.append(Received(frame(number, stamp_s), [], 0))
        bus.came.append(Received(frame(number + 10, stamp_s), [], 0))
        bus.now_s = stamp_s + late_s
        assert numbers(waiting, 2) == [(number, 0), (number + 10, 0)], "nothing is skipped"


def test_the_first_frames_wait_until_the_start_is_caught_up_with_but_not_for_ever() -> None:
    bus = Bus(frame(1, 0.0), frame(2, 0.03), frame(3, 0.06), frame(4, 0.1))
    waiting = bus.waiting()
    bus.now_s = MOST_AT_START_S
    assert numbers(waiting, 2) == [(1, 0), (2, 0)]
    bus.now_s = 0.07 + MOST_AT_START_S
    assert numbers(waiting, 1) == [(4, 1)]


def test_the_newest_frame_is_handled_however_old_it_is() -> None:
    bus = Bus(frame(1), frame(2))
    bus.now_s = 9.0
    assert numbers(bus.waiting(), 2) == [(2, 1), None]


def test_what_a_person_asks_for_does_not_wait_for_frames_but_the_end_does() -> None:
    bus = Bus(frame(1), controls.SetPaused(paused=True), frame(2), End(stage="capture"), frame(3))
    waiting = bus.waiting()
    came = [waiting.take(0.2) for _ in range(5)]
    kinds = [type(received.message).__name__ for received in came if received is not None]
    assert kinds == ["SetPaused", "Frame", "Frame", "End", "Frame"]


def test_it_waits_only_while_it_has_nothing() -> None:
    bus = Bus(frame(1), frame(2))
    waiting = bus.waiting()
    waiting.take(0.2)
    assert bus.waits_s == [0.2, 0.0, 0.0]
    waiting.take(0.2)
    waiting.take(0.2)
    assert bus.waits_s[3:] == [0.0, 0.2]


@given(st.lists(st.floats(0.0, 0.2), max_size=30), st.floats(0.0, 0.3))
def test_every_frame_is_handled_or_counted_as_missed(gaps_s: list[float], takes_s: float) -> None:
    """A stage that takes so long for each frame."""
    stamps_s = [sum(gaps_s[:at]) for at in range(len(gaps_s))]
    to_come = deque(frame(number + 1, stamp_s) for number, stamp_s in enumerate(stamps_s))
    bus = Bus()
    waiting, handled, missed = bus.waiting(), [], 0
    for _ in range(2 * len(stamps_s) + 2):
        while to_come and to_come[0].stamp_s <= bus.now_s:
            bus.came.append(Received(to_come.popleft(), [], 0))
        received = waiting.take(0.2)
        if received is None:
            bus.now_s = to_come[0].stamp_s if to_come else bus.now_s
            continue
        assert isinstance(received.message, Frame)
        handled.append(received.message.frame)
        missed += received.missed
        bus.now_s += takes_s
    assert handled == sorted(set(handled)) and len(handled) + missed == len(stamps_s)
    assert not stamps_s or handled[-1] == len(stamps_s)
