"""Which sentence belongs to which metric and direction (configs/cues.toml)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from runform_live import resources
from runform_live.errors import BadInput
from runform_live.messages import METRICS

Direction = Literal["low", "high"]
Catalogue = dict[str, dict[Direction, str]]  # metric -> direction -> name of a sentence under [cue] of a language


def read_catalogue(path: Path) -> Catalogue:
    """The cues of a TOML file; BadInput names what is wrong in it."""
    try:
        catalogue = msgspec.toml.decode(path.read_bytes(), type=Catalogue)
    except OSError as trouble:
        raise BadInput(f"cues {path} cannot be read: {trouble.strerror}") from None
    except msgspec.DecodeError as trouble:
        raise BadInput(f"cues {path}: {trouble}") from None
    for metric in catalogue:
        if metric not in METRICS:
            raise BadInput(f"cues {path}: there is no metric {metric!r}; known are {', '.join(METRICS)}")
    return catalogue


def catalogue_or_none(path: Path) -> tuple[Catalogue, str]:
    """The cues, and what is wrong with their file: a run goes on without cues, and says so."""
    try:
        return read_catalogue(path), ""
    except BadInput as trouble:
        return {}, str(trouble)


def shipped() -> tuple[Catalogue, str]:
    """The cues of configs/cues.toml, and what is wrong with that file."""
    return catalogue_or_none(resources.folder("configs") / "cues.toml")
