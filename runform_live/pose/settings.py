"""What a person may set about the networks: [pose] of the settings."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from runform_live.pose.providers import Provider
from runform_live.tables import Settings

# Of stickers. `runform validate --markers` on a rendered clip: SD of the error of a side's mean, against the line through the exact PSIS.
MARKER_SD_DEG = {"pelvic_drop_mid_deg": 0.65, "pelvic_drop_peak_deg": 0.65}


class PoseSettings(Settings, frozen=True):
    """The landmark network by its name, its threads, whether PSIS stickers are worn, and what the networks run on."""

    network: str
    threads: Annotated[int, Meta(ge=1, le=64)]
    markers: bool
    provider: Provider = "cpu"
