"""Which sentence belongs to which metric and direction, and in which gait it may be said (configs/cues.toml)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from runform_live import resources, tables
from runform_live.errors import BadInput
from runform_live.messages import Gait
from runform_live.tables import Settings

Direction = Literal["low", "high"]


class CueRule(Settings, frozen=True):
    """What is said of a metric outside its target. say: the name of a sentence under [cue] of a language."""

    say: Annotated[str, Meta(pattern=r"^\w{1,60}\Z")]
    gaits: Annotated[tuple[Gait, ...], Meta(min_length=1, max_length=2)] = ("run",)


Catalogue = dict[str, dict[Direction, CueRule]]  # metric -> direction


def rule_for(cues: Catalogue, metric: str, direction: Direction, gait: Gait) -> CueRule | None:
    """What is said of a metric that is outside its target on this side of it; None where nothing may be said in this gait."""
    found = cues.get(metric, {}).get(direction)
    return found if found is not None and gait in found.gaits else None


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
