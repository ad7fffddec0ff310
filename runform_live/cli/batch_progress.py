"""How far each of the films is that are measured now, in one line that is rewritten on a terminal."""

from __future__ import annotations

from pathlib import Path

from runform_live.batch.run import Update
from runform_live.cli import terminal

SHOWN_NAME = 30  # characters of a film's name


class BatchProgress:
    def __init__(self, count: int) -> None:
        self._count, self._done = count, 0
        self._running: dict[int, Update] = {}

    def show(self, update: Update) -> None:
        """Take what became of a film, and write the line."""
        if update.last:
            self._done += 1
            self._running.pop(update.number, None)
        else:
            self._running[update.number] = update
        if self._running:
            films = ", ".join(map(_words, self._running.values()))
            terminal.rewrite(f"{self._done} of {self._count} done, {films}")

    def clear(self) -> None:
        """Take the line away, so that another can be written."""
        if self._running:
            terminal.rewrite("")


def _words(update: Update) -> str:
    name = Path(update.job.name).name[:SHOWN_NAME]
    return name if update.share is None else f"{name}: {update.share:.0%}"
