"""The settings of the camera: [capture] in the settings file."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from runform_live.tables import Settings

# What a person may say about a film: how many pictures a second it plays, and how many times slower than life.
FRAME_RATE_HZ, SLOWED = (1.0, 1000.0), (1.0, 40.0)
CAMERA_HEIGHT_CM = 0.0, 300.0  # of the lens above the belt


class CaptureSettings(Settings, frozen=True):
    """Picture size and frame rate that the camera is asked for."""

    width_px: Annotated[int, Meta(ge=160, le=7680)]
    height_px: Annotated[int, Meta(ge=120, le=4320)]
    frame_rate_hz: Annotated[float, Meta(ge=5, le=1000)]
