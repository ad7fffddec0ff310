"""How long a start takes, each in a process of its own: loading the command line, and a live run until its first picture is on the screen."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from runform_live import isolated
from runform_live.config import Config
from runform_live.errors import RunformError
from runform_live.runtime.figure import Bar, Figure

if TYPE_CHECKING:
    from runform_live.dashboard.window import Window

ROUNDS = 3  # after one that fills the caches
LOAD = "import time; began = time.monotonic(); import runform_live.cli.main; print(began, time.monotonic())"
PATIENCE_S = 60.0


def measure(settings: Config, picture: bool) -> list[Figure]:
    """picture: also the first picture of a live run of the demo, for which there must be a screen. Raises RunformError."""
    found = [Figure("command line loaded", "s", _rounds([sys.executable, "-c", LOAD]), Bar(0.2, least=False))]
    if picture:
        words = isolated.command(__name__, "main")
        first = _rounds(words, msgspec.json.encode(settings), whole=True)
        found.append(Figure("live run, first picture on the screen", "s", first, Bar(2.0, least=False)))
    return found


def _rounds(words: list[str], told: bytes = b"", whole: bool = False) -> tuple[float, ...]:
    return tuple([_once(words, told, whole) for _ in range(1 + ROUNDS)][1:])


def _once(words: list[str], told: bytes, whole: bool) -> float:
    """Seconds between the two times (s, of the clock that all processes share) that a process prints. whole: from the start of the process on."""
    started_s = time.monotonic()
    done = subprocess.run(
        words, input=told, env=isolated.environment(), capture_output=True, timeout=PATIENCE_S, check=False
    )
    try:
        began_s, ended_s = map(float, done.stdout.split()[-2:])
        return ended_s - (started_s if whole else began_s)
    except ValueError:
        lines = done.stderr.decode(errors="replace").splitlines()
        raise RunformError(f"the start could not be measured: {lines[-1] if lines else 'nothing was told'}") from None


def main() -> None:
    """Start as `runform live` does, print when this function began and when the first picture was on the screen, and end."""
    began_s = time.monotonic()
    from runform_live.cli.main import parser
    from runform_live.runtime.prepared import Prepared

    with closing(Prepared()) as prepared, tempfile.TemporaryDirectory(prefix="runform-bench-") as folder:
        parser(["live"])
        from runform_live.doctor import graphics

        graphics.begin_to_try_screen()
        from runform_live.cli import live_run  # noqa: F401 (loaded as the command does)
        from runform_live.runtime import live

        settings = msgspec.json.decode(sys.stdin.buffer.read(), type=Config)
        graphics.need_screen("measure where there is one")
        setup = live.setup_for("demo", settings, Path(folder), record_video=True, as_camera=True)
        windows: list[Window] = []

        def opened() -> live.Show:
            from runform_live.dashboard.window import Window

            window = Window(settings, record_video=True)
            windows.append(window)
            return lambda supervisor: window(supervisor) and not window.pictures_drawn

        live.run(setup, prepared=prepared, opens=opened)
        shown_s = windows[0].first_picture_s
        windows[0].close()
        print(began_s, shown_s)
