"""Give the virtual screen of DISPLAY two outputs, one beside the other, and print where `screens` sees them and puts a second window."""

from __future__ import annotations

import ctypes
import ctypes.util
import json

from runform_live.dashboard import monitors
from runform_live.dashboard.monitors import Rectangle

OUTPUTS = {b"first": Rectangle(0, 0, 1280, 720), b"second": Rectangle(1280, 0, 1920, 1080)}
Int = ctypes.c_int


class Monitor(ctypes.Structure):
    """XRRMonitorInfo."""

    _fields_ = (
        ("name", ctypes.c_ulong), ("primary", Int), ("automatic", Int), ("outputs_count", Int), ("x", Int), ("y", Int),
        ("width", Int), ("height", Int), ("width_mm", Int), ("height_mm", Int), ("outputs", ctypes.c_void_p),
    )  # fmt: skip


def make_outputs() -> None:
    x11, xrandr = (ctypes.CDLL(ctypes.util.find_library(name)) for name in ("X11", "Xrandr"))
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.restype = x11.XInternAtom.restype = ctypes.c_ulong
    xrandr.XRRAllocateMonitor.restype = ctypes.POINTER(Monitor)
    xrandr.XRRSetMonitor.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.POINTER(Monitor)]
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    root = x11.XDefaultRootWindow(display)
    for name, place in OUTPUTS.items():
        monitor = xrandr.XRRAllocateMonitor(display, 0)
        one = monitor.contents
        one.name, one.primary = x11.XInternAtom(display, name, 0), place.x == 0
        one.x, one.y, one.width, one.height = place
        one.width_mm, one.height_mm = 300, 200
        xrandr.XRRSetMonitor(display, root, monitor)
    x11.XSync(display, 0)


if __name__ == "__main__":
    make_outputs()
    there = monitors.found()
    print(json.dumps([there, monitors.second(there, Rectangle(0, 0, 1280, 720), (1280, 720))]))
