"""The settings of the camera: [capture] in the settings file."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from runform_live.tables import Settings


class CaptureSettings(Settings, frozen=True):
    """Picture size and frame rate that the camera is asked for."""

    width_px: Annotated[int, Meta(ge=160, le=7680)]
    height_px: Annotated[int, Meta(ge=120, le=4320)]
    frame_rate_hz: Annotated[float, Meta(ge=5, le=1000)]
