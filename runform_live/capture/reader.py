"""Reads a source in its own thread, so that the stage never waits for a camera, a network or a disk.

The thread opens the source, reads it and puts what happened into a small queue. For a camera or a stream, new pictures replace old
ones that nobody fetched. A file is read as fast as its pictures are fetched, and no picture is lost.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from runform_live.capture.source_info import FilmEnd, SourceInfo
from runform_live.errors import BadInput
from runform_live.messages import Picture

REOPEN_S = 1.0  # from a loss to the next attempt to open the source
MOST_WAITING = 3  # pictures in the queue
# After this time without a readable picture a camera counts as lost; a single damaged picture does not count
UNREADABLE_S = 0.5
RETRY_S = 0.02


class Source(Protocol):
    """What an open camera, stream or file must offer."""

    info: SourceInfo

    def read(self) -> tuple[float, Picture] | None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """The source is open."""

    info: SourceInfo


@dataclass(frozen=True, slots=True, eq=False)
class PictureRead:
    """A picture and its time (s): the monotonic clock for a camera or a stream, the time since the first picture for a file."""

    time_s: float
    picture: Picture


@dataclass(frozen=True, slots=True)
class Lost:
    """A camera or stream gives no pictures any more. The reader tries to open it again."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The source cannot be opened. The reader tries a camera or stream again, and reports this once for each loss."""

    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A file has no more pictures."""

    film: FilmEnd


@dataclass(frozen=True, slots=True)
class _Broke:
    """The reading thread failed with an unexpected error."""

    trouble: Exception


Event = Opened | PictureRead | Lost | Failed | Ended


class Reader:
    """One thread that reads one source. No method waits for the source."""

    def __init__(self, open_source: Callable[[], Source], live: bool) -> None:
        """open_source: raises BadInput where there is nothing to read. live: a camera or a stream, not a file."""
        self._open, self._live = open_source, live
        self._changed = threading.Condition()
        self._events: deque[Event | _Broke] = deque()
        self._closing = threading.Event()
        self._called_s: float | None = None
        self._source: Source | None = None  # the newest one that was open
        self.overtaken = 0  # pictures that were replaced by newer ones
        self._thread = threading.Thread(target=self._run, name="reader", daemon=True)
        self._thread.start()

    def next(self, wait_s: float) -> Event | None:
        """The oldest event; None if there is none within wait_s. An error of the reading thread is raised here."""
        with self._changed:
            self._changed.wait_for(lambda: self._events, wait_s)
            if not self._events:
                return None
            event = self._events.popleft()
            self._changed.notify_all()
        if isinstance(event, _Broke):
            raise event.trouble
        return event

    def drop_the_past(self) -> bool:
        """Of a camera or a stream: drop what came before anybody wanted it, except that it is open. A file's pictures wait.

        False: it could not be opened up to now, and is to be opened anew.
        """
        if not self._live:
            return True
        with self._changed:
            kept = [event for event in self._events if not isinstance(event, PictureRead)]
            opened = [number for number, event in enumerate(kept) if isinstance(event, Opened)]
            self._events = deque(kept[opened[-1] :] if opened else kept)
            self.overtaken = 0
            return not any(isinstance(event, Failed) for event in self._events)

    def blocked_s(self) -> float:
        """How long the thread has been in its present call to the source."""
        called_s = self._called_s
        return 0.0 if called_s is None else time.monotonic() - called_s

    def film(self) -> FilmEnd:
        """What was found wrong with a file up to now."""
        return FilmEnd() if self._source is None else _end_of(self._source)

    def close(self, wait_s: float = 0.0) -> bool:
        """Ask the thread to close the source and drop its pictures; True if the thread has ended within wait_s."""
        self._closing.set()
        with self._changed:
            self._events.clear()
            self._changed.notify_all()
        self._thread.join(wait_s)
        return not self._thread.is_alive()

    # -- the thread -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            failed = False
            while not self._closing.is_set():
                source = self._opened(failed)
                failed = source is None
                if source is not None:
                    self._read_all(source)
                if not self._live:
                    return
                self._closing.wait(REOPEN_S)
        except Exception as trouble:
            self._put(_Broke(trouble))

    def _opened(self, failed_before: bool) -> Source | None:
        self._called_s = time.monotonic()
        try:
            source = self._open()
        except BadInput as trouble:
            if not failed_before:
                self._put(Failed(str(trouble)))
            return None
        finally:
            self._called_s = None
        self._source = source
        self._put(Opened(source.info))
        return source

    def _read_all(self, source: Source) -> None:
        try:
            while not self._closing.is_set() and (read := self._read(source)) is not None:
                self._put(PictureRead(*read))
            self._put(Lost() if self._live else Ended(_end_of(source)))
        finally:
            source.close()

    def _read(self, source: Source) -> tuple[float, Picture] | None:
        """The next picture. A live source that gives none is asked again for UNREADABLE_S."""
        until_s = time.monotonic() + (UNREADABLE_S if self._live else 0.0)
        while True:
            self._called_s = time.monotonic()
            try:
                read = source.read()
            finally:
                self._called_s = None
            if read is not None or time.monotonic() >= until_s or self._closing.wait(RETRY_S):
                return read

    def _put(self, event: Event | _Broke) -> None:
        with self._changed:
            if isinstance(event, PictureRead):
                self._make_room()
            if not self._closing.is_set():
                self._events.append(event)
            self._changed.notify_all()

    def _make_room(self) -> None:
        if not self._live:
            self._changed.wait_for(lambda: self._closing.is_set() or len(self._events) < MOST_WAITING)
            return
        pictures = [event for event in self._events if isinstance(event, PictureRead)]
        if len(pictures) >= MOST_WAITING:
            self._events.remove(pictures[0])
            self.overtaken += 1


def _end_of(source: Source) -> FilmEnd:
    """How a file ended. Cameras and streams do not say."""
    end: Callable[[], FilmEnd] | None = getattr(source, "end", None)
    return FilmEnd() if end is None else end()
