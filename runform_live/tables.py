"""TOML files that people may edit: read with one line that says what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from runform_live.errors import BadInput
from runform_live.messages import METRICS

Shape = TypeVar("Shape")


def read(what: str, path: Path, shape: type[Shape]) -> Shape:
    """A TOML file of that shape; BadInput names what is wrong in it, beginning with `what` it is ("cues")."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=shape)
    except OSError as trouble:
        raise BadInput(f"{what} {path} cannot be read: {trouble.strerror}") from None
    except msgspec.ValidationError as trouble:
        raise BadInput(f"{what} {path}: {trouble}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as trouble:
        raise BadInput(f"{what} {path} is not valid TOML: {trouble}") from None


def check_metrics(where: str, metrics: Iterable[str]) -> None:
    """BadInput where one of them is no metric; `where` they stand, as "cues FILE"."""
    for metric in metrics:
        if metric not in METRICS:
            raise BadInput(f"{where}: there is no metric {metric!r}; known are {', '.join(METRICS)}")
