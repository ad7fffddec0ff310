"""Which exercises a report names, and for which leg (configs/exercises.toml)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from runform_live import resources, tables
from runform_live.session.against import Against


class Exercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One exercise; its words are [exercise.NAME] of a language."""

    name: str
    source: str


class Exercises(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The exercises, hardest first, and the metrics that they are for."""

    metrics: list[str]
    exercise: list[Exercise]

    def wanted_by(self, ranked: Sequence[Against]) -> list[Against]:
        """Of a session's means those above their target that these exercises are for, the furthest first."""
        return [one for one in ranked if one.metric in self.metrics and one.direction == "high" and one.over > 0]


def read(path: Path) -> Exercises:
    """The exercises of a TOML file; BadInput names what is wrong in it."""
    found = tables.read("exercises", path, Exercises)
    tables.check_metrics(f"exercises {path}", found.metrics)
    return found


def shipped() -> Exercises:
    return read(resources.folder("configs") / "exercises.toml")
