"""Which exercises a report names, and for which leg (configs/exercises.toml)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from runform_live import resources, tables
from runform_live.report.findings import Findings
from runform_live.report.rules import Source

FIRST = 3  # exercises on page one
Count = Annotated[int, Meta(ge=1, le=100)]


class Exercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One exercise; its words are [exercise.NAME] of a language.

    metrics: the angles that it is for. muscles: groups of configs/report/muscles.toml that work in it, as the sources measured.
    repetitions: on each leg, the fewest and the most. dose_basis: "practice" where no trial tested this dose.
    """

    name: str
    metrics: Annotated[list[str], Meta(min_length=1)]
    muscles: Annotated[list[str], Meta(min_length=1)]
    sets: Annotated[int, Meta(ge=1, le=10)]
    repetitions: tuple[Count, Count]
    days_a_week: Annotated[int, Meta(ge=1, le=7)]
    dose_basis: Literal["practice", "trial"]
    source: Source
    dose_source: str = ""


class Exercises(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The exercises, hardest first."""

    exercise: list[Exercise]

    def plan(self, found: Findings) -> list[Exercise]:
        """Those for what was found, in their order; none where nothing was found for sure, or both sides are alike."""
        if not found.leads_to_exercises:
            return []
        return [one for one in self.exercise if not set(found.metrics).isdisjoint(one.metrics)]


def read(path: Path) -> Exercises:
    """The exercises of a TOML file; BadInput names what is wrong in it."""
    found = tables.read("exercises", path, Exercises)
    tables.check_metrics(f"exercises {path}", (metric for one in found.exercise for metric in one.metrics))
    for at, one in enumerate(found.exercise):
        fewest, most = one.repetitions
        if fewest > most:
            must = "the first number must not be larger than the second"
            raise tables.misfit(f"exercises {path}", ("exercise", at, "repetitions"), [fewest, most], must)
        if one.dose_basis == "trial" and not one.dose_source:
            must = 'with dose_basis = "trial" it must name the trial'
            raise tables.misfit(f"exercises {path}", ("exercise", at, "dose_source"), one.dose_source, must)
    return found


def shipped() -> Exercises:
    return read(resources.folder("configs") / "exercises.toml")
