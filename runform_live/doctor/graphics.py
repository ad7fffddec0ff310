"""Graphics: a window of its own process is opened and drawn for a moment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache

from runform_live import isolated, places
from runform_live.doctor.finding import Finding, english
from runform_live.errors import BadInput
from runform_live.texts import Texts

FRAMES = 40
SLOW_HZ = 15.0
PATIENCE_S = 30.0
SHORT_PATIENCE_S = 15.0  # for a first window; a screen that has not answered by then never does
# If the window library cannot draw on the screen, it ends its process (SIGABRT). That must leave no core dump.
_BEGIN = """
import os, time
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, OSError, ValueError):
    pass
import dearpygui.dearpygui as dpg
dpg.create_context()
"""
_PROBE = f"""{_BEGIN}
with dpg.window(tag="main"):
    dpg.add_text("runform doctor")
dpg.create_viewport(title="runform doctor", width=1280, height=720)
dpg.setup_dearpygui()
dpg.show_viewport()
for _ in range(5):
    dpg.render_dearpygui_frame()
began = time.monotonic()
for _ in range({FRAMES}):
    dpg.render_dearpygui_frame()
print({FRAMES} / (time.monotonic() - began))
dpg.destroy_context()
"""
# Small, without a frame and out of sight: a person hardly sees it.
_SHORT_PROBE = f"""{_BEGIN}
dpg.create_viewport(title="runform", width=64, height=64, x_pos=-4000, y_pos=-4000, decorated=False)
dpg.setup_dearpygui()
dpg.show_viewport(minimized=True)
dpg.render_dearpygui_frame()
print("drawn", flush=True)
os._exit(0)
"""
_TROUBLES = {
    "Failed to open display": "the screen {screen} does not answer",
    "DISPLAY environment variable is missing": "the screen {screen} cannot be used (a Wayland desktop needs Xwayland)",
    "GLX extension not found": "the screen {screen} cannot draw with OpenGL",
    "Failed to create context": "the graphics driver of the screen {screen} is too old for a window",
}


def has_screen() -> bool:
    """Whether there may be a screen. Linux tells; other systems are taken to have one."""
    return not _is_linux() or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _is_linux() -> bool:
    return sys.platform.startswith("linux")


def begin_to_try_screen() -> None:
    """Begin what `screen_trouble` and `need_screen` wait for, where they are going to be asked."""
    if has_screen() and _is_linux():
        places.cache_for_graphics()
        _trying(_environment())


def _environment() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(isolated.environment().items()))


def screen_trouble() -> str:
    """Why no window can be opened here; empty if one can. The attempt is made in another process, because it may crash.

    It is made once for each process and environment, and only on Linux. Other systems can draw, and a person would see a window flash.
    """
    if not has_screen():
        return "there is no screen"
    if not _is_linux():
        return ""
    places.cache_for_graphics()
    return _found_trouble(_environment())


@cache
def _found_trouble(environment: tuple[tuple[str, str], ...]) -> str:
    values = dict(environment)
    screen = values.get("DISPLAY") or values.get("WAYLAND_DISPLAY")
    trying = _trying(environment)
    try:
        told, complaint = trying.communicate(timeout=SHORT_PATIENCE_S)
    except subprocess.TimeoutExpired:
        trying.kill()
        trying.communicate()
        return f"the screen {screen} does not answer"
    if told.strip() == "drawn":
        return ""
    for words, trouble in _TROUBLES.items():
        if words in complaint:
            return trouble.format(screen=screen)
    said = re.search(r"Glfw Error \d+: (.*)", complaint)
    return f"no window can be drawn on the screen {screen}" + (f" ({said[1]})" if said else "")


@cache
def _trying(environment: tuple[tuple[str, str], ...]) -> subprocess.Popen[str]:
    """The process that makes the attempt, once for each environment."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _SHORT_PROBE],
        env=dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
    )  # fmt: skip


def need_screen(instead: str) -> None:
    """Raise BadInput if no window can be opened. It says why, and what to do `instead`."""
    trouble = screen_trouble()
    if trouble:
        raise BadInput(f"{trouble}; {instead}; runform doctor says more")


def _tried(code: str, patience_s: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=isolated.environment(), capture_output=True, text=True, errors="replace", timeout=patience_s,
    )  # fmt: skip


def check(said: Texts | None = None) -> Finding:
    """Open a window and count its frames."""
    said = said or english()
    if not has_screen():
        return Finding("graphics", "missing", said("doctor.graphics.none"), said("doctor.graphics.log_in"))
    trouble = screen_trouble()
    if trouble:
        advice = said("doctor.graphics.log_in" if "does not answer" in trouble else "doctor.graphics.driver")
        return Finding("graphics", "missing", trouble, advice)
    try:
        rate_hz = float(_tried(_PROBE, PATIENCE_S).stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return Finding("graphics", "poor", said("doctor.graphics.not_drawn"), said("doctor.graphics.driver"))
    figures, seen = {"rate_hz": rate_hz}, said("doctor.graphics.drawn", rate=f"{rate_hz:.0f}")
    if rate_hz < SLOW_HZ:
        return Finding("graphics", "poor", seen, said("doctor.graphics.smaller"), figures)
    return Finding("graphics", "good", seen, "", figures)
