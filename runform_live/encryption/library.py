"""The library that encrypts: age (https://age-encryption.org/v1) by pyrage, an optional package."""

from __future__ import annotations

from typing import Any

from runform_live.errors import BadInput
from runform_live.optional_parts import how_to_add

MISSING = f"encryption needs the package pyrage; {how_to_add('encryption')}"


def load() -> Any:
    """The module pyrage. Raises BadInput, in a line, where it is not installed."""
    try:
        import pyrage
    except ImportError:
        raise BadInput(MISSING) from None
    return pyrage
