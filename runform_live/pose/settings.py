"""What a person may set about the networks: [pose] of the settings."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from runform_live.tables import Settings


class PoseSettings(Settings, frozen=True):
    """The landmark network by its name, how many threads it runs in, and whether PSIS stickers are worn."""

    network: str
    threads: Annotated[int, Meta(ge=1, le=64)]
    markers: bool
