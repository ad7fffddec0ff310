"""One answer of the doctor."""

from __future__ import annotations

from typing import Literal

import msgspec

from runform_live import texts
from runform_live.texts import Texts

State = Literal["good", "poor", "missing"]


def english() -> Texts:
    """The words of a finding where nobody chose a language."""
    return texts.load(texts.FALLBACK)[0]


class Finding(msgspec.Struct, frozen=True):
    """What was looked at, how it is, what was seen, and what to do (empty where nothing need be done)."""

    part: str
    state: State
    seen: str
    advice: str = ""
    figures: dict[str, float] = {}
