"""From the time stamps of a film to times that only grow, and how much of that had to be guessed.

A film's clock may start anew in the middle (joined recordings), jump, stand still or be missing. A time is taken as it stands
wherever it can be true; what cannot is placed from its neighbours, and counted.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

USUAL_S = 1 / 30
BACK_S = 0.5  # further back than this the clock started anew; less is one picture out of its order
AHEAD_S = 1.0  # further ahead the next picture is waited for: it tells a pause from a single wrong stamp
PAUSE_S = 600.0  # a longer one is no pause but another clock
MOST_HELD = 8  # pictures without a time of their own, before they are placed by the usual step
LEAST_STEP = 0.6  # of the usual step: pictures that would be closer than this are the same one, repeated
STEPS_KEPT = 31

T = TypeVar("T")


@dataclass(slots=True)
class ClockRepairs:
    """How much of a film's clock could not be taken as it stands."""

    restarts: int = 0  # the clock started anew, or jumped by more than any pause
    guessed: int = 0  # pictures without a time that can be true, placed from their neighbours
    left_out: int = 0  # pictures that repeat the time of another, or come too late

    def __bool__(self) -> bool:
        return bool(self.restarts or self.guessed or self.left_out)

    def counts(self) -> dict[str, int]:
        """As they are written into events.jsonl; empty where nothing was repaired."""
        return dataclasses.asdict(self) if self else {}

    def words(self) -> str:
        """A part of a sentence; empty where nothing was repaired."""
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
    """Gives each item (a decoded frame) its time (s, from 0 at the first). Items may wait for the next ones, never longer."""

    def __init__(self, usual_step_s: float | None = None) -> None:
        """usual_step_s: from picture to picture, as the film says; None: not known."""
        self._promised_s = usual_step_s
        self._steps_s: deque[float] = deque(maxlen=STEPS_KEPT)
        self._stamp_s: float | None = None  # the last one that was believed
        self._zero_s = 0.0  # the stamp at time 0, in the clock that runs now
        self._last_s: float | None = None  # time of the last item that was given out
        self._held: list[tuple[T, bool]] = []  # without a time of their own; True: they repeat a stamp
        self._odd: tuple[T, float] | None = None  # a stamp that jumps, until the next one tells what it means
        self.repairs = ClockRepairs()

    def times(self, items: Iterable[tuple[float | None, T]]) -> Iterator[tuple[float, T]]:
        """(time_s, item) of (stamp_s, item), in their order; what repeats a moment is left out."""
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
        """The first stamp of a clock: one usual step after the last picture, where there was one."""
        time_s = 0.0 if self._last_s is None else self._last_s + self._usual_s()
        self._stamp_s, self._zero_s = stamp_s, stamp_s - time_s
        yield self._given(time_s, item)

    def _goes_on(self, stamp_s: float, item: T) -> Iterator[tuple[float, T]]:
        """A stamp that can be true."""
        assert self._stamp_s is not None and self._last_s is not None
        step_s, time_s = stamp_s - self._stamp_s, stamp_s - self._zero_s
        if step_s <= AHEAD_S:
            self._steps_s.append(step_s / (1 + sum(not repeats for _, repeats in self._held)))
        yield from self._place_held(time_s if step_s <= AHEAD_S else None)
        if time_s <= self._last_s:  # guessed times ran ahead
            time_s = self._last_s + 0.5 * self._usual_s()
            self.repairs.guessed += 1
        self._stamp_s = stamp_s
        yield self._given(time_s, item)

    def _judge_odd(self, stamp_s: float | None) -> Iterator[tuple[float, T]]:
        """What a jump meant, now that the next stamp is known."""
        assert self._odd is not None and self._stamp_s is not None
        item, odd_s = self._odd
        as_before = stamp_s is not None and 0.0 < stamp_s - self._stamp_s <= AHEAD_S
        as_odd = stamp_s is not None and 0.0 < stamp_s - odd_s <= AHEAD_S
        if as_before and not as_odd:
            self._odd = None  # the clock goes on as before: that one stamp was wrong
            yield from self._hold(item, repeats=False)
        else:
            yield from self._settle_odd()

    def _settle_odd(self) -> Iterator[tuple[float, T]]:
        """The jump is one: a pause, or another clock."""
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
        """Spread the items that have no time of their own: evenly up to the next known time, else by the usual step.

        A repeated stamp is mostly the same picture once more, and is left out. Where the rate of the film has room for it, or where
        the clock stands still, it is a picture of its own.
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
