"""The result of one check of the doctor."""

from __future__ import annotations

from typing import Literal

import msgspec

from runform_live import texts
from runform_live.texts import Texts

State = Literal["good", "poor", "missing"]


def english() -> Texts:
    """The language of the findings if nobody chose one."""
    return texts.load(texts.FALLBACK)[0]


class Finding(msgspec.Struct, frozen=True):
    """What was checked, how it is, what was seen, and what to do (empty if nothing is needed)."""

    part: str
    state: State
    seen: str
    advice: str = ""
    figures: dict[str, float] = {}
