"""Cameras: which answer, which sizes and rates they really deliver, and how bright and sharp their picture is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from runform_live.capture.previews import camera_numbers
from runform_live.capture.sources import Camera
from runform_live.config import CaptureSettings
from runform_live.doctor.finding import Finding
from runform_live.errors import BadInput
from runform_live.picture_quality import BLURRED, BRIGHT, DARK, SLOW_HZ, brightness, sharpness

WATCH_S = 1.5
MODES = ((1280, 720), (1920, 1080), (640, 480))


def judge(part: str, width_px: int, height_px: int, rate_hz: float, bright: float, sharp: float) -> Finding:
    """What one mode of a camera is worth."""
    seen = f"{width_px}x{height_px}, {rate_hz:.0f} frames/s, brightness {100 * bright:.0f}%, sharpness {sharp:.0f}"
    advice = []
    if rate_hz < SLOW_HZ:
        advice.append("more light or a smaller picture makes it faster; 30 frames/s are needed")
    if bright < DARK:
        advice.append("turn on a light or open the curtains")
    if bright > BRIGHT:
        advice.append("turn the camera away from the lamp or the window")
    if sharp < BLURRED:
        advice.append("clean the lens and let it focus on the treadmill")
    figures = {
        "width_px": width_px,
        "height_px": height_px,
        "rate_hz": rate_hz,
        "brightness": bright,
        "sharpness": sharp,
    }
    return Finding(part, "poor" if advice else "good", seen, "; ".join(advice), figures)


def check(wished: CaptureSettings) -> Iterator[Finding]:
    """One finding for each mode of each camera that answers."""
    answered = False
    for number in camera_numbers():
        for width_px, height_px in MODES:
            mode = CaptureSettings(width_px, height_px, wished.frame_rate_hz)
            try:
                camera = Camera(number, mode)
            except BadInput as trouble:
                if (width_px, height_px) == MODES[0] and sys.platform.startswith("linux"):
                    yield Finding(f"camera {number}", "poor", str(trouble), "close other programs, plug it in again")
                break
            answered = True
            described = camera.described
            frames, picture, began_s = 0, None, time.monotonic()
            while time.monotonic() - began_s < WATCH_S and (read := camera.read()) is not None:
                frames, picture = frames + 1, read[1]
            rate_hz = frames / (time.monotonic() - began_s)
            camera.close()
            if picture is not None:
                name = f"camera {number}"
                yield judge(
                    name, described.width_px, described.height_px, rate_hz, brightness(picture), sharpness(picture)
                )
    if not answered:
        advice = "plug in a webcam; until then a video file can be measured: runform analyze FILE"
        yield Finding("cameras", "missing", "no camera answers", advice)
