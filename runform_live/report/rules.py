"""What the report may say, as data with a source each: configs/report/*.toml. Nothing is decided in here."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from runform_live import resources, tables
from runform_live.messages import Gait

FOLDER = "report"  # of configs/
Source = Annotated[str, Meta(min_length=1, max_length=500)]
Degrees = Annotated[float, Meta(ge=-90, le=90)]
Spread = Annotated[float, Meta(ge=0, le=90)]
BAND_SDS = 2.0  # to each side of a norm's mean: 19 of 20 people of a normal distribution
SEPARATOR = "; "  # between two sources in one text

Table = TypeVar("Table", bound=msgspec.Struct)


class Alike(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How small left minus right must be for both sides to be called alike."""

    metric: str
    detectable_deg: Spread
    source: Source


class BothAbove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Above what both means must surely lie for both sides to show the pattern. finding: the angle that the finding then rests on."""

    metric: str
    finding: str
    above_deg: Degrees
    gaits: list[Gait]
    source: Source


class FindingRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """configs/report/findings.toml."""

    metrics: Annotated[list[str], Meta(min_length=1)]
    source: Annotated[list[Source], Meta(min_length=1)]
    strength_alone: Annotated[list[Source], Meta(min_length=1)]
    alike: list[Alike]
    both: list[BothAbove]

    def alike_of(self, metric: str) -> Alike | None:
        return next((one for one in self.alike if one.metric == metric), None)


class Norm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What healthy runners have; without a mean and an SD there is no agreed norm."""

    metric: str
    gaits: list[Gait]
    source: Source
    mean_deg: Degrees | None = None
    sd_deg: Spread | None = None

    @property
    def band(self) -> tuple[float, float] | None:
        """Lowest and highest angle of the drawn band; None where there is no norm."""
        if self.mean_deg is None or self.sd_deg is None:
            return None
        return self.mean_deg - BAND_SDS * self.sd_deg, self.mean_deg + BAND_SDS * self.sd_deg


class MuscleRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A muscle group that a finding may point to, or of which a film from behind or in front tells nothing."""

    name: str
    told: Literal["suggested", "not_seen"]
    metrics: list[str]
    source: Source


class CueRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to think of, and when it makes sense."""

    name: str
    metrics: list[str]
    gaits: list[Gait]
    source: Source


class _Norms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    norm: list[Norm]


class _Muscles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    muscle: list[MuscleRule]


class _Cues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cue: list[CueRule]


class Rules(msgspec.Struct, frozen=True):
    """All of them."""

    findings: FindingRules
    norms: tuple[Norm, ...]
    muscles: tuple[MuscleRule, ...]
    cues: tuple[CueRule, ...]


def read(folder: Path) -> Rules:
    """The rules of a folder with findings.toml, norms.toml, muscles.toml and cues.toml; BadInput names what is wrong in them."""
    findings = _read(folder, "findings", FindingRules)
    norms, muscles, cues = _read(folder, "norms", _Norms), _read(folder, "muscles", _Muscles), _read(folder, "cues", _Cues)  # fmt: skip
    _check(folder, "findings", findings.metrics)
    _check(folder, "findings", (rule.metric for rule in findings.alike))
    _check(folder, "findings", (rule.metric for rule in findings.both))
    for at, rule in enumerate(findings.both):
        if rule.finding not in findings.metrics:
            where = f"report rules {_path(folder, 'findings')}"
            raise tables.misfit(where, ("both", at, "finding"), rule.finding, tables.one_of(findings.metrics))
    _check(folder, "norms", (rule.metric for rule in norms.norm))
    _check(folder, "muscles", (metric for rule in muscles.muscle for metric in rule.metrics))
    _check(folder, "cues", (metric for rule in cues.cue for metric in rule.metrics))
    return Rules(findings, tuple(norms.norm), tuple(muscles.muscle), tuple(cues.cue))


@cache
def shipped() -> Rules:
    return read(resources.folder("configs") / FOLDER)


def sources(text: str) -> list[str]:
    """The single sources of a text with one or more."""
    return text.split(SEPARATOR)


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.toml"


def _read(folder: Path, name: str, shape: type[Table]) -> Table:
    return tables.read("report rules", _path(folder, name), shape)


def _check(folder: Path, name: str, metrics: Iterable[str]) -> None:
    tables.check_metrics(f"report rules {_path(folder, name)}", metrics)
