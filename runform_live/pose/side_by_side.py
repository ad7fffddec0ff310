"""Who does the passes of a network side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")


class SideBySide(Protocol):
    """Does pieces of work at the same time as far as there are threads for it."""

    def do(self, work: Callable[[Given], Result], given: Sequence[Given]) -> list[Result]:
        """The results of the work for each of the given, in their order."""
        ...


class Pool:
    """Threads of its own, which wait for work."""

    __slots__ = ("_others",)

    def __init__(self, threads: int) -> None:
        """threads: with the caller's, which works as well."""
        self._others = ThreadPoolExecutor(threads - 1) if threads > 1 else None

    def do(self, work: Callable[[Given], Result], given: Sequence[Given]) -> list[Result]:
        if len(given) == 1 or self._others is None:
            return [work(one) for one in given]
        others = [self._others.submit(work, one) for one in given[1:]]
        return [work(given[0]), *(other.result() for other in others)]
