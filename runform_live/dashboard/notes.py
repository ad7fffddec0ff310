"""What callbacks of Dear PyGui want, noted for the thread that draws.

Dear PyGui calls back from a thread of its own. A callback only adds a note here; what it asks for is done between two frames, in the order of
the notes. So nothing changes while a page is built or shown.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from functools import partial
from typing import ParamSpec

Note = Callable[[], object]
P = ParamSpec("P")


class Notes:
    """A queue between the two threads."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Note] = queue.SimpleQueue()

    def add(self, note: Note) -> None:
        """From any thread."""
        self._waiting.put(note)

    def later(self, do: Callable[P, object]) -> Callable[P, None]:
        """A callback that only notes `do`, with what the callback is called with."""
        return lambda *given, **named: self.add(partial(do, *given, **named))

    def take(self) -> Iterator[Note]:
        """What was noted until now, oldest first. What is noted meanwhile waits for the next call."""
        for _ in range(self._waiting.qsize()):
            yield self._waiting.get_nowait()
