"""Verbs of `runform` that the home window starts as programs of their own: a run, the review, a report. No Dear PyGui here."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from runform_live import file_names, isolated
from runform_live.encryption import passphrase

if TYPE_CHECKING:
    from runform_live.home.services import Home


@dataclass(slots=True)
class Ended:
    """How a program of its own ended."""

    status: int
    last_line: str  # of what it printed


class Programs:
    """Those that run now, and what each of them is told. All is called from the thread that draws."""

    def __init__(self, home: Home) -> None:
        self.running: list[subprocess.Popen[str]] = []
        self._home = home
        self._passphrase: str | None = None  # that was typed in the window: they need it too

    def know_passphrase(self, words: str) -> None:
        """The passphrase of the open key was typed here: programs of their own, started from now on, get it too."""
        self._passphrase = words

    def start(self, *words: str, done: Callable[[Ended], object] | None = None) -> subprocess.Popen[str]:
        """Start a verb of `runform` as a program of its own, such as `start("review", folder)`. `done` hears how it ended.

        It reads the same settings file. Where nobody listens, a bad end is told at the foot; who listens asks `ended_well`.
        """
        verb, *more = words
        settings = [] if self._home.file is None else [f"--config={self._home.file}"]
        program = subprocess.Popen(
            isolated.command("runform_live.cli.main", "main", verb, *settings, *more),
            env=isolated.environment() | ({} if self._passphrase is None else {passphrase.FILE: passphrase.STDIN}),
            stdin=subprocess.DEVNULL if self._passphrase is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self.running.append(program)
        if program.stdin is not None:
            with contextlib.suppress(OSError):  # it has ended already
                assert isinstance(program.stdin, TextIOWrapper)
                program.stdin.buffer.write(f"{self._passphrase}\n".encode())  # UTF-8, whatever the system's encoding
                program.stdin.close()

        def finish(ended: Ended) -> None:
            self.running.remove(program)
            if done is not None:
                self._home.try_(partial(done, ended))
            else:
                self.ended_well(ended, verb)

        def listen() -> None:
            last = ""
            assert program.stdout is not None
            for line in program.stdout:
                last = line.strip() or last
            ended = Ended(program.wait(), last)
            self._home.later(lambda: finish(ended))

        threading.Thread(target=listen, daemon=True).start()
        return program

    def ended_well(self, ended: Ended, verb: str) -> bool:
        """Whether a program of its own did what it was asked for. Else its last line is told at the foot."""
        if ended.status:
            self._home.tell(ended.last_line or self._home.said("home.died", verb=verb), warns=True)
        return ended.status == 0

    def write_and_open(self, file: Path, verb: str, *words: str) -> None:
        """Have a program write a page, and show it in the browser."""

        def written(ended: Ended) -> None:
            if self.ended_well(ended, verb):
                self._home.tell(self._home.said("home.sessions.written", file=file_names.shown(file)))
                webbrowser.open(file.resolve().as_uri())

        self._home.tell(self._home.said("home.sessions.writing"))
        self.start(verb, *words, done=written)
