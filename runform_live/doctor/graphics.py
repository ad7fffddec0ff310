"""Graphics: a window of its own process is opened and drawn for a moment."""

from __future__ import annotations

import os
import subprocess
import sys

from runform_live.doctor.finding import Finding

FRAMES = 40
SLOW_HZ = 15.0
PATIENCE_S = 30.0
_PROBE = f"""
import time
import dearpygui.dearpygui as dpg
dpg.create_context()
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


def has_screen() -> bool:
    """Whether there is a screen to open a window on (Linux says so; other systems have one)."""
    linux = sys.platform.startswith("linux")
    return not linux or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def check() -> Finding:
    """Open a window and count its frames."""
    if not has_screen():
        return Finding("graphics", "missing", "there is no screen", "log in at a screen, or measure with --no-window")
    try:
        done = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True, timeout=PATIENCE_S)
        rate_hz = float(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        advice = "install a graphics driver with OpenGL 3 (Debian: libgl1-mesa-dri), or use --no-window"
        return Finding("graphics", "poor", "a window cannot be drawn", advice)
    figures = {"rate_hz": rate_hz}
    if rate_hz < SLOW_HZ:
        return Finding("graphics", "poor", f"a window with {rate_hz:.0f} frames/s", "use a smaller window", figures)
    return Finding("graphics", "good", f"a window with {rate_hz:.0f} frames/s", "", figures)
