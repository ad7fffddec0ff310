"""A person at the program: sees what the windows show, and has a mouse and a keyboard."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
from PIL import ImageGrab

from runform_live.dashboard.theme import DESIGN_PX
from runform_live.home import files
from tests.running import STANDIN, Standin, wait_until

SOON_S = 30.0


class Person:
    """Starts `runform` on a virtual screen. Widgets are named by their tags, as the program names them."""

    def __init__(
        self, display: str, folder: Path, camera: Standin | None = None, *, words: Sequence[str] = (), **environment: str
    ) -> None:  # fmt: skip
        """words: of the command line; none opens the home window."""
        self.shown_in = folder / "shown"
        self.shown_in.mkdir(parents=True, exist_ok=True)
        self.clicks = 0
        paths = os.pathsep.join(path for path in (str(STANDIN), os.environ.get("PYTHONPATH", "")) if path)
        self.environment = {
            **os.environ, **(camera.environment() if camera else {}), "PYTHONPATH": paths, "DISPLAY": display,
            "LIBGL_ALWAYS_SOFTWARE": "1", "RUNFORM_SHOWN": str(self.shown_in), **environment,
        }  # fmt: skip
        self._log = (folder / "log.txt").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "runform_live", *words], env=self.environment, stdout=self._log, stderr=self._log
        )

    # -- what is seen -------------------------------------------------------------------------------------------------

    def widgets(self) -> dict[str, dict[str, Any]]:
        """Everything that the windows show now, of all processes that live."""
        found: dict[str, dict[str, Any]] = {}
        for path in sorted(self.shown_in.glob("*.json"), key=lambda path: path.stat().st_mtime):
            if psutil.pid_exists(int(path.stem)):
                with contextlib.suppress(OSError, json.JSONDecodeError):
                    found |= json.loads(path.read_text(encoding="utf-8"))
        return found

    def words(self, tag: str) -> str:
        """What stands in a widget; empty where it is not shown."""
        return str(self.widgets().get(tag, {}).get("words", ""))

    def sees(self, tag: str, words: str = "", seconds: float = SOON_S) -> None:
        """Wait until a widget is shown, and its words hold these."""
        shown = wait_until(lambda: tag in self.widgets() and words in self.words(tag), seconds)
        assert shown, f"{tag} ({words!r}); there are {sorted(self.widgets())}; it says {self.words(tag)!r}"

    def misses(self, tag: str, seconds: float = SOON_S) -> None:
        """Wait until a widget is shown no more."""
        assert wait_until(lambda: tag not in self.widgets(), seconds), tag

    # -- what is done -------------------------------------------------------------------------------------------------

    def click(self, tag: str, seconds: float = SOON_S) -> None:
        """Click into the middle of a widget, once the window shows the same for half a second: people look before they click."""
        self.sees(tag, seconds=seconds)
        before: set[str] = set()
        for _ in range(10):
            now = set(self.widgets())
            if now == before and tag in now:
                break
            before = now
            time.sleep(0.5)
        self.click_at(*self.widgets()[tag]["at"])

    def click_at(self, x: float, y: float) -> None:
        """Dear PyGui takes a press in one frame and its release in another."""
        self.clicks += 1
        self._xdotool(
            "mousemove", round(x), round(y), "sleep", 0.25, "mousedown", 1, "sleep", 0.2, "mouseup", 1, "sleep", 0.2
        )

    def press(self, key: str) -> None:
        """A key, as xdotool names it."""
        self._xdotool("key", key)

    def type(self, tag: str, words: str) -> None:
        """Click into a field and type."""
        self.click(tag)
        self._xdotool("type", "--delay", 60, words)
        self._xdotool("sleep", 0.3)

    def picks(self, tag: str, row: int) -> None:
        """Open a drop-down list and click its row, counted from 0."""
        field = self.widgets()[tag]
        self.click(tag)
        height = field["high"][1] - field["low"][1]
        self.click_at(field["at"][0], field["high"][1] + height * (0.5 + 0.78 * row) + 4)

    def accepts_file(self) -> None:
        """Click OK in the file dialog, which lies in the middle of a window of 1280x720: at its foot, on the left."""
        time.sleep(1.0)  # Dear PyGui does not tell when a dialog is there
        width, height = DESIGN_PX
        self.click_at((width - files.WIDTH) / 2 + 22, (height + files.HEIGHT) / 2 - 20)

    def picks_ending(self, row: int, rows: int) -> None:
        """Choose a row of the list of endings in the file dialog, which opens upwards, at its foot, on the right."""
        time.sleep(1.0)
        width, height = DESIGN_PX
        x, y = (width + files.WIDTH) / 2 - 12, (height + files.HEIGHT) / 2 - 48
        self.click_at(x, y)
        time.sleep(1.0)
        self.click_at(x - 100, y - 28 - 23 * (rows - 1 - row))

    def _xdotool(self, *words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], env=self.environment, check=True, capture_output=True)

    def photographs(self, path: Path) -> None:
        """The whole screen as a PNG."""
        ImageGrab.grab(xdisplay=self.environment["DISPLAY"]).save(path)

    def said(self) -> str:
        """All that was printed."""
        return Path(self._log.name).read_text(encoding="utf-8", errors="replace")

    def leaves(self) -> None:
        """Whatever happened: nothing of it lives on."""
        with contextlib.suppress(psutil.Error):
            for each in [*psutil.Process(self.process.pid).children(recursive=True), psutil.Process(self.process.pid)]:
                with contextlib.suppress(psutil.Error):
                    each.kill()
        self.process.wait()
        self._log.close()
