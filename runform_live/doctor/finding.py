"""One answer of the doctor."""

from __future__ import annotations

from typing import Literal

import msgspec

State = Literal["good", "poor", "missing"]


class Finding(msgspec.Struct, frozen=True):
    """What was looked at, how it is, what was seen, and what to do (empty where nothing need be done)."""

    part: str
    state: State
    seen: str
    advice: str = ""
    figures: dict[str, float] = {}
