"""The threads of one analysis share out their work, so that no more of them work at a time than there are cores.

With a thread for each kind of work there are more threads than cores. The system then lets the ones that everything waits for stand in a
queue, often on one core while the other one has nothing to do: on two cores a frame lost 4 of 14 ms. Here a thread that would wait for
another one does what somebody else has offered instead.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")
Item = TypeVar("Item")
Job = Callable[[], None]

FRAMES_AHEAD = 3  # that are decoded, or searched for the runner, before the next thread takes them


class _Offered(Generic[Given, Result]):
    """A piece of work that any thread may do."""

    __slots__ = ("_error", "_given", "_result", "_work", "done")

    def __init__(self, work: Callable[[Given], Result], given: Given) -> None:
        self._work, self._given = work, given
        self._result: list[Result] = []
        self._error: BaseException | None = None
        self.done = False

    def do(self) -> None:
        try:
            self._result.append(self._work(self._given))
        except KeyboardInterrupt:  # it is meant for this thread; who offered the work does it again
            raise
        except BaseException as trouble:  # for the thread that has offered it
            self._error = trouble
        self.done = True

    def result(self) -> Result:
        if self._error is not None:
            raise self._error
        return self._result[0]


class Crew:
    """Threads that do one another's work while they would wait. `helpers` more have no other work."""

    def __init__(self, helpers: int = 0) -> None:
        self.changed = threading.Condition()
        self._offered: deque[_Offered[object, object]] = deque()
        self._sources: list[MadeAhead[object]] = []
        self.broken = False  # the caller of `ahead` has left: nothing more is wanted, and what it took from others may stay undone
        self._closed = False
        self._helpers = [threading.Thread(target=self._help, daemon=True) for _ in range(helpers)]
        for helper in self._helpers:
            helper.start()

    def _help(self) -> None:
        self.until(lambda: self._closed)

    def close(self) -> None:
        """End the helpers. What is offered afterwards is done by who offers it."""
        with self.changed:
            self._closed = True
            self.changed.notify_all()
        for helper in self._helpers:
            helper.join()

    def do(self, work: Callable[[Given], Result], given: Sequence[Given]) -> list[Result]:
        """The results of the work for each of the given, in their order. All but the first are offered to the other threads."""
        if len(given) == 1:
            return [work(given[0])]
        others = [_Offered(work, one) for one in given[1:]]
        with self.changed:
            self._offered.extend(others)  # type: ignore[arg-type]  # a thread that does it need not know what it is
            self.changed.notify_all()
        try:
            first = work(given[0])
        finally:
            for other in others:
                self._end(other)
        return [first, *(other.result() for other in others)]

    def _end(self, piece: _Offered[Given, Result]) -> None:
        """Do what nobody has begun; else wait for it."""
        with self.changed:
            if piece in self._offered:
                self._offered.remove(piece)  # type: ignore[arg-type]
            else:
                while not piece.done and not self.broken:
                    self.changed.wait()
        if not piece.done:
            piece.do()

    def until(self, ready: Callable[[], bool], own: MadeAhead[Item] | None = None) -> None:
        """Come back when it is ready (asked under the lock `changed`), and work meanwhile. own: what this thread waits for, if it can make it."""
        while True:
            with self.changed:
                if ready():
                    return
                job = (own and own.claimed()) or self._next_job()
                if job is None:
                    self.changed.wait()
                    continue
            job()

    def _next_job(self) -> Job | None:
        if self._offered:
            return self._doing(self._offered.popleft())
        return next((job for source in self._sources if (job := source.claimed()) is not None), None)

    def _doing(self, piece: _Offered[object, object]) -> Job:
        def do() -> None:
            piece.do()
            with self.changed:
                self.changed.notify_all()

        return do

    def made_ahead(self, items: Iterable[Item], most: int = FRAMES_AHEAD) -> MadeAhead[Item]:
        """The items, each made by a thread that has time."""
        source = MadeAhead(iter(items), self, most)
        with self.changed:
            self._sources.append(source)  # type: ignore[arg-type]
            self.changed.notify_all()
        return source


class MadeAhead(Generic[Item]):
    """Iterates over items that any thread of a crew makes, one at a time. The last thing that it gives is the fault of their maker."""

    def __init__(self, items: Iterator[Item], crew: Crew, most: int) -> None:
        self._items, self._crew, self._most = items, crew, most
        self._made: deque[Item] = deque()
        self._maker: int | None = None  # the thread that makes one now
        self._end: BaseException | None = None  # StopIteration, or a fault

    def claimed(self) -> Job | None:
        """The making of the next item, where there is room for it and nobody makes one; under the crew's lock."""
        if self._maker is not None or self._end is not None or len(self._made) >= self._most:
            return None
        self._maker = threading.get_ident()
        return self._make

    def _make(self) -> None:
        try:
            made, end = [next(self._items)], None
        except BaseException as trouble:  # handed to the thread that takes the items
            made, end = [], trouble
        with self._crew.changed:
            self._made.extend(made)
            self._end, self._maker = self._end or end, None
            self._crew.changed.notify_all()
        if isinstance(end, KeyboardInterrupt):
            raise end  # it is meant for this thread

    def make_one(self) -> None:
        """Make the next item now, where there is room for it and nobody makes one."""
        with self._crew.changed:
            job = self.claimed()
        if job is not None:
            job()

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        self._crew.until(self._is_told, self)
        with self._crew.changed:
            if self._made:
                item = self._made.popleft()
                self._crew.changed.notify_all()
                return item
        raise self._end or StopIteration

    def _is_told(self) -> bool:
        return bool(self._made) or (self._end is not None and self._maker is None) or self._crew.broken

    def close(self) -> None:
        """No more items are made. One that another thread makes is waited for; one of this thread was broken off."""
        with self._crew.changed:
            self._end = self._end or StopIteration()
            while self._maker not in (None, threading.get_ident()):
                self._crew.changed.wait()
            self._made.clear()
        if isinstance(self._items, Generator):
            self._items.close()


def ahead(items: Iterable[Item], crew: Crew, most: int = FRAMES_AHEAD) -> Generator[Item, None, None]:
    """The items, each made in a thread of its own while the caller works on those before. most: so many wait for the caller."""
    waiting: deque[Item] = deque()
    ends: list[BaseException | None] = []

    def make() -> None:
        source, end = iter(items), None
        try:
            for item in source:
                crew.until(lambda: crew.broken or len(waiting) < most)
                if crew.broken:
                    break
                with crew.changed:
                    waiting.append(item)
                    crew.changed.notify_all()
        except BaseException as trouble:  # handed to the caller's thread
            end = trouble
        finally:
            if isinstance(source, Generator):
                source.close()  # in this thread: what it works ahead of ends as well
            with crew.changed:
                ends.append(end)
                crew.changed.notify_all()

    thread = threading.Thread(target=make, daemon=True)
    thread.start()
    try:
        while True:
            crew.until(lambda: bool(waiting or ends))
            with crew.changed:
                item = waiting.popleft() if waiting else None
                crew.changed.notify_all()
            if item is None:
                if ends[0] is not None:
                    raise ends[0]
                return
            yield item
    finally:
        with crew.changed:
            crew.broken = True
            crew.changed.notify_all()
        thread.join()
