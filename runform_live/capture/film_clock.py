"""Turns the time stamps of a film into times that only grow, and counts what had to be repaired.

The clock of a film may restart in the middle (joined recordings), jump, stand still or be missing. A stamp that can be true is used as
it is. Any other picture gets a time between its neighbours, and is counted.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

USUAL_S = 1 / 30
# A larger step back is a restarted clock. A smaller one is a single picture out of order.
BACK_S = 0.5
# After a larger step ahead, the next picture decides whether it was a pause or a single wrong stamp.
AHEAD_S = 1.0
# A larger step ahead is no pause, but another clock.
PAUSE_S = 600.0
# This many pictures without a time of their own are held; then they are placed at the usual step.
MOST_HELD = 8
# Pictures closer together than this share of the usual step are one picture, repeated.
LEAST_STEP = 0.6
# The usual step is the median of the last steps.
STEPS_KEPT = 31

T = TypeVar("T")


@dataclass(slots=True)
class ClockRepairs:
    """What was repaired of the clock of a film."""

    restarts: int = 0  # the clock restarted, or jumped by more than any pause
    guessed: int = 0  # pictures without a possible time, placed between their neighbours
    left_out: int = 0  # pictures that repeat the time of another one, or come too late

    def __bool__(self) -> bool:
        return bool(self.restarts or self.guessed or self.left_out)

    def counts(self) -> dict[str, int]:
        """As written to events.jsonl. Empty where nothing was repaired."""
        return dataclasses.asdict(self) if self else {}

    def words(self) -> str:
        """Part of a sentence for a person. Empty where nothing was repaired."""
        said = []
        if self.restarts:
            said.append(
                f"its clock starts anew {_times(self.restarts)}, and the times go on one picture after the last"
            )
        if self.guessed:
            said.append(f"the times of {_pictures(self.guessed)} are guessed from those beside them")
        if self.left_out:
            said.append(f"{_pictures(self.left_out)} with a time that was there already left out")
        return "; ".join(said)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"


class FilmClock(Generic[T]):
    """Gives each item (a decoded frame) its time (s, 0 for the first one). An item may have to wait for the next few."""

    def __init__(self, usual_step_s: float | None = None) -> None:
        """usual_step_s: time between two pictures according to the film. None: unknown."""
        self._promised_s = usual_step_s
        self._steps_s: deque[float] = deque(maxlen=STEPS_KEPT)
        self._stamp_s: float | None = None  # the last one that was used
        self._zero_s = 0.0  # the stamp at time 0, on the present clock
        self._last_s: float | None = None  # the last time that was given
        self._held: list[tuple[T, bool]] = []  # without a time of their own. True: its stamp is a repeated one
        self._odd: tuple[T, float] | None = None  # an item whose stamp jumps, until the next one shows why
        self.repairs = ClockRepairs()

    def times(self, items: Iterable[tuple[float | None, T]]) -> Iterator[tuple[float, T]]:
        """(time_s, item) for (stamp_s, item), in the same order. Repeated pictures are left out."""
        for stamp_s, item in items:
            yield from self._take(stamp_s, item)
        if self._odd is not None:
            yield from self._settle_odd()
        yield from self._place_held(None)

    def _usual_s(self) -> float:
        if len(self._steps_s) >= 3:
            return sorted(self._steps_s)[len(self._steps_s) // 2]
        return self._promised_s or USUAL_S

    def _take(self, stamp_s: float | None, item: T) -> Iterator[tuple[float, T]]:
        if self._odd is not None:
            yield from self._judge_odd(stamp_s)
        if stamp_s is None:
            yield from self._hold(item, repeats=False)
        elif self._stamp_s is None:
            yield from self._place_held(None)
            yield from self._begin_clock(stamp_s, item)
        elif not -BACK_S <= stamp_s - self._stamp_s <= AHEAD_S:
            self._odd = item, stamp_s
        elif stamp_s <= self._stamp_s:
            yield from self._hold(item, repeats=True)
        else:
            yield from self._goes_on(stamp_s, item)

    def _begin_clock(self, stamp_s: float, item: T) -> Iterator[tuple[float, T]]:
        """The first stamp of a clock. Its time is one usual step after the last picture, or 0."""
        time_s = 0.0 if self._last_s is None else self._last_s + self._usual_s()
        self._stamp_s, self._zero_s = stamp_s, stamp_s - time_s
        yield self._given(time_s, item)

    def _goes_on(self, stamp_s: float, item: T) -> Iterator[tuple[float, T]]:
        """Use a stamp that can be true."""
        assert self._stamp_s is not None and self._last_s is not None
        step_s, time_s = stamp_s - self._stamp_s, stamp_s - self._zero_s
        if step_s <= AHEAD_S:
            self._steps_s.append(step_s / (1 + sum(not repeats for _, repeats in self._held)))
        yield from self._place_held(time_s if step_s <= AHEAD_S else None)
        if time_s <= self._last_s:  # the guessed times went too far
            time_s = self._last_s + 0.5 * self._usual_s()
            self.repairs.guessed += 1
        self._stamp_s = stamp_s
        yield self._given(time_s, item)

    def _judge_odd(self, stamp_s: float | None) -> Iterator[tuple[float, T]]:
        """Decide what a jump was, now that the next stamp is known."""
        assert self._odd is not None and self._stamp_s is not None
        item, odd_s = self._odd
        as_before = stamp_s is not None and 0.0 < stamp_s - self._stamp_s <= AHEAD_S
        as_odd = stamp_s is not None and 0.0 < stamp_s - odd_s <= AHEAD_S
        if as_before and not as_odd:
            self._odd = None  # the clock goes on as before, so this one stamp was wrong
            yield from self._hold(item, repeats=False)
        else:
            yield from self._settle_odd()

    def _settle_odd(self) -> Iterator[tuple[float, T]]:
        """The jump was a pause, or the clock is another one."""
        assert self._odd is not None and self._stamp_s is not None
        (item, odd_s), self._odd = self._odd, None
        if AHEAD_S < odd_s - self._stamp_s <= PAUSE_S:
            yield from self._goes_on(odd_s, item)
            return
        yield from self._place_held(None)
        self.repairs.restarts += 1
        yield from self._begin_clock(odd_s, item)

    def _hold(self, item: T, repeats: bool) -> Iterator[tuple[float, T]]:
        self._held.append((item, repeats))
        if len(self._held) >= MOST_HELD:
            yield from self._place_held(None)

    def _place_held(self, until_s: float | None) -> Iterator[tuple[float, T]]:
        """Give times to the items that have none: evenly spaced up to the next known time, or at the usual step.

        A repeated stamp usually means the same picture again, which is left out. It is a picture of its own if the frame rate leaves room
        for it, or if the clock stands still.
        """
        held, self._held = self._held, []
        usual_s = self._usual_s()
        begin_s = -usual_s if self._last_s is None else self._last_s
        span_s = None if until_s is None or until_s <= begin_s else until_s - begin_s
        if span_s is None:
            own = len(held) >= MOST_HELD
        else:
            own = span_s / (len(held) + 1) >= LEAST_STEP * (self._promised_s or usual_s)
        kept = [item for item, repeats in held if own or not repeats]
        self.repairs.left_out += len(held) - len(kept)
        self.repairs.guessed += len(kept)
        step_s = usual_s if span_s is None else span_s / (len(kept) + 1)
        for number, item in enumerate(kept, start=1):
            yield self._given(begin_s + number * step_s, item)

    def _given(self, time_s: float, item: T) -> tuple[float, T]:
        self._last_s = time_s
        return time_s, item
