"""Which frames a slow stage gets, and in which order what came comes out."""

from __future__ import annotations

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from runform_live import controls
from runform_live.messages import End, Frame, Message
from runform_live.runtime.bus import Received
from runform_live.runtime.frame_queue import MOST_AT_START_S, MOST_S, START_S, FrameQueue


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


def test_frames_that_waited_too_long_are_skipped_for_newer_ones_and_counted() -> None:
    bus = Bus(frame(1, -START_S))
    waiting = bus.waiting()
    assert numbers(waiting, 1) == [(1, 0)]
    bus.came = deque(
        Received(frame(number, stamp_s), [], 0) for number, stamp_s in ((2, 0.0), (3, 0.01), (4, 0.10), (5, 0.11))
    )
    bus.now_s = 0.02 + MOST_S
    assert numbers(waiting, 2) == [(4, 2), (5, 0)]


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
