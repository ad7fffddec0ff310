"""Cameras: which answer, which sizes and rates they really deliver, and how bright and sharp their picture is."""

from __future__ import annotations

import time
from collections.abc import Iterator

from runform_live import portable
from runform_live.capture import listed
from runform_live.capture.settings import CaptureSettings
from runform_live.capture.sources import Camera
from runform_live.doctor.finding import Finding, english
from runform_live.errors import BadInput
from runform_live.picture_quality import BLURRED, BRIGHT, DARK, SLOW_HZ, brightness, sharpness
from runform_live.texts import Texts

WATCH_S = 1.5
MODES = ((1280, 720), (1920, 1080), (640, 480))


def judge(
    part: str, width_px: int, height_px: int, rate_hz: float, bright: float, sharp: float, said: Texts | None = None
) -> Finding:
    """Judge one mode of a camera: its rate, brightness and sharpness."""
    said = said or english()
    seen = said(
        "doctor.camera.mode", width=width_px, height=height_px, rate=f"{rate_hz:.0f}", bright=f"{100 * bright:.0f}", sharp=f"{sharp:.0f}"
    )  # fmt: skip
    advice = []
    if rate_hz < SLOW_HZ:
        advice.append(said("doctor.camera.slow"))
    if bright < DARK:
        advice.append(said("doctor.camera.dark"))
    if bright > BRIGHT:
        advice.append(said("doctor.camera.bright"))
    if sharp < BLURRED:
        advice.append(said("doctor.camera.blurred"))
    figures = {
        "width_px": width_px,
        "height_px": height_px,
        "rate_hz": rate_hz,
        "brightness": bright,
        "sharpness": sharp,
    }
    return Finding(part, "poor" if advice else "good", seen, "; ".join(advice), figures)


def check(wished: CaptureSettings, said: Texts | None = None) -> Iterator[Finding]:
    """One finding for each mode of each camera that answers."""
    said = said or english()
    answered = False
    for number, own_name in listed.cameras().items():
        name = f"camera {number} ({own_name})" if own_name else f"camera {number}"
        for width_px, height_px in MODES:
            mode = CaptureSettings(width_px, height_px, wished.frame_rate_hz)
            try:
                camera = Camera(number, mode)
            except BadInput as trouble:
                if (width_px, height_px) == MODES[0] and (own_name or portable.is_linux()):  # it is there
                    yield Finding(name, "poor", str(trouble), said("doctor.camera.busy"))
                break
            answered = True
            info = camera.info
            frames, picture, began_s = 0, None, time.monotonic()
            while time.monotonic() - began_s < WATCH_S and (read := camera.read()) is not None:
                frames, picture = frames + 1, read[1]
            rate_hz = frames / (time.monotonic() - began_s)
            camera.close()
            if picture is not None:
                yield judge(
                    name,
                    info.width_px,
                    info.height_px,
                    rate_hz,
                    brightness(picture),
                    sharpness(picture),
                    said,
                )
    if not answered:
        yield Finding("cameras", "missing", said("doctor.camera.none"), said("doctor.camera.plug_in"))
