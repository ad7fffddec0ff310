"""A window in a process of its own, without stages behind it, for tests that look at it and press its keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.running import wait_until

# A window without stages behind it. It tells what is asked for, and in which thread, and where each named item is on the screen.
BEGIN = """
import json, sys, threading, time
from pathlib import Path
import dearpygui.dearpygui as dpg
import msgspec
from runform_live import config
from runform_live.dashboard.window import Window
from runform_live.messages import Band, CoachState
from runform_live.runtime import topology

folder = Path(sys.argv[1])
settings = config.load()
screen = msgspec.structs.replace(settings.screen, guide=False, language=sys.argv[2])
settings = msgspec.structs.replace(settings, screen=screen)
window = Window(settings, False)
window.model.take(CoachState(muted=False, sound="", targets={"pelvic_drop_mid_deg": Band(high=6.0)}), 0.0)

def named(control):
    # Which request it is, and what it switches on or off.
    switched = [str(getattr(control, name)) for name in ("paused", "muted", "recording") if hasattr(control, name)]
    return " ".join([type(control).__name__, *switched])

class Nobody:
    endpoints, ends_in_s, restarted, ending = {topology.PREVIEWS: f"ipc://{folder}/socket"}, None, [], False
    keys = None
    asked = []
    def messages_with_buffers(self, wait_s):
        time.sleep(wait_s)
        return []
    def ask(self, control):
        self.asked.append(named(control))

threads = set()
told = window.model.asked
def asked(control):
    threads.add(threading.current_thread() is threading.main_thread())
    told(control)
window.model.asked = asked
nobody = Nobody()

def tell(name, value):
    (folder / "part").write_text(json.dumps(value))
    (folder / "part").replace(folder / name)

def places(*tags):
    return {tag: [(a + b) // 2 for a, b in zip(dpg.get_item_rect_min(tag), dpg.get_item_rect_max(tag))] for tag in tags}
"""


class Driven:
    """A script in a process of its own, which tells values by files."""

    def __init__(self, display: str, folder: Path, script: str, language: str = "en") -> None:
        self.folder, self.environment = folder, {**os.environ, "DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", BEGIN + script, str(folder), language], env=self.environment
        )

    def told(self, name: str, seconds: float = 60.0) -> Any:
        assert wait_until(lambda: (self.folder / name).exists() or self.process.poll() is not None, seconds), name
        return json.loads((self.folder / name).read_text())

    def xdotool(self, *words: object) -> str:
        return subprocess.run(
            ["xdotool", *map(str, words)], env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def click(self, place: list[int]) -> None:
        """Dear PyGui takes a press in one frame and its release in another."""
        self.xdotool("mousemove", *place, "sleep", 0.2, "mousedown", 1, "sleep", 0.2, "mouseup", 1)

    def ask_to_close(self) -> None:
        """As a window manager does when the cross of a window is clicked."""
        subprocess.run([sys.executable, "-m", "tests.window.closing", self.xdotool("search", "--name", "runform live").split()[0]],
                       env=self.environment, check=True)  # fmt: skip
