"""Processes of stages that load their libraries before anybody knows what is to be run. It takes a second; this module itself loads at once."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable

from runform_live.runtime import seed
from runform_live.runtime.child import KILL_S, Child, Spawned

STAGE_PROGRAM = ("runform_live.runtime.stage_loop", "main")
SLOWEST_FIRST = ("pose", "gait", "session", "capture", "coach")  # to load


class Prepared:
    """They wait until `take` gives one of them away, or `close` ends them."""

    def __init__(self, stages: Iterable[str] = SLOWEST_FIRST) -> None:
        self._seed: seed.Seed | None = None
        self._waiting: dict[str, Child] = {}
        with contextlib.suppress(OSError):  # the supervisor finds out that there is no room
            self._seed = seed.Seed() if seed.can_grow() else None
            for stage in stages:
                self._waiting[stage] = self._start(stage)

    def take(self, stage: str) -> Child:
        """The process of a stage: the one that waits, or a new one. Raises OSError where the system starts no more processes."""
        child = self._waiting.pop(stage, None)
        return child if child is not None and child.alive else self._start(stage)

    def _start(self, stage: str) -> Child:
        if self._seed is not None and self._seed.alive:
            with contextlib.suppress(OSError):
                return self._seed.grow(stage)
        return Spawned((*STAGE_PROGRAM, stage))

    def close(self) -> None:
        """End those that nobody has taken."""
        if self._seed is not None:
            self._seed.close()
            self._seed = None
        for child in self._waiting.values():
            child.close_pipe()
            child.kill()
        until_s = time.monotonic() + KILL_S
        for child in self._waiting.values():
            child.wait(until_s - time.monotonic())
        self._waiting.clear()
