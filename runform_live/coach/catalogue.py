"""Which sentence belongs to which metric and direction (configs/cues.toml)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from runform_live import resources, tables
from runform_live.errors import BadInput

Direction = Literal["low", "high"]
Catalogue = dict[str, dict[Direction, str]]  # metric -> direction -> name of a sentence under [cue] of a language


def read_catalogue(path: Path) -> Catalogue:
    """The cues of a TOML file; BadInput names what is wrong in it."""
    catalogue = tables.read("cues", path, Catalogue)
    tables.check_metrics(f"cues {path}", catalogue)
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
