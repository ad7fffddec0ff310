"""What the loop of a batch asks of whatever measures the films: processes of this computer, or a cluster."""

from __future__ import annotations

from typing import Protocol

from runform_live.batch.process import Answer, Task
from runform_live.errors import RunformError


class Gone(RunformError):
    """Nothing can be measured any more: the cluster is gone."""


class Executor(Protocol):
    """Measures films. All calls come from one thread. A film is known by its number."""

    def free(self) -> int:
        """How many more films could be measured at the moment."""

    def begin(self, number: int, task: Task) -> None:
        """Measure a film. `heard` then gives its answers; the last of them is one of `process.Last`."""

    def heard(self, wait_s: float) -> list[tuple[int, Answer]]:
        """What was answered since the last call. If that is nothing, wait so long for something. Raises Gone."""

    def ask_to_end(self, kill: bool) -> None:
        """Stop what is being measured: nothing of it stays. kill: do not wait for it. May be called many times."""

    def close(self) -> None:
        """Nothing more will be measured."""
