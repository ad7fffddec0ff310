"""What a report says: the words and figures that its parts hand to the page. There is no HTML, PDF or layout in here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["one_side", "both_sides", "level", "unsure", "unknown"]


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise as a card of the page. Its drawing is configs/exercises/NAME.svg."""

    name: str
    title: str
    how: str
    dose: str
    harder: str  # the next step, once it is easy
    easier: str
    side: str  # which leg to emphasise; empty: both alike
    why: str
    source: str
    muscles: str = ""  # names of the groups that work in it, in one line


@dataclass(frozen=True, slots=True)
class Cue:
    """What to think of while running; `source` is a reference."""

    words: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class RunnerPart:
    """Page one, in plain words. An empty line is left out."""

    verdict: Verdict
    which_side: str  # one short sentence, the headline of the report
    how_far: str
    how_sure: str
    changed: str  # in this run
    next_step: str
    cue: Cue | None
    exercises: tuple[Exercise, ...]  # the three to begin with; none where no finding leads to one
    exercises_note: str = ""  # where the dose comes from, and when to stop; empty without exercises


@dataclass(frozen=True, slots=True)
class NormComparison:
    """One metric of the triad beside what healthy runners have."""

    metric: str
    name: str
    left: str
    right: str
    norm: str  # with its spread, in words
    told: str  # how left and right stand to it
    note: str  # what the figure can and cannot say
    source: str
    left_value: float | None
    right_value: float | None
    norm_low: float | None  # of the drawn band
    norm_high: float | None


@dataclass(frozen=True, slots=True)
class Muscle:
    """A muscle group that the pattern may point to. The words suggest; they do not diagnose."""

    name: str
    why: str
    source: str
    suggested: bool = True  # False: a film from behind or in front tells nothing of it, and `why` says so


@dataclass(frozen=True, slots=True)
class ClinicianPart:
    """What stands behind page one."""

    findings: tuple[str, ...]
    triad: tuple[NormComparison, ...]
    muscles: tuple[Muscle, ...]
    muscles_note: str
    exercises: tuple[Exercise, ...]  # the whole plan, in its order
    cues: tuple[Cue, ...]
    limits: tuple[str, ...]  # of this measurement, whole sentences
    next_film: tuple[str, ...]  # what to film next time
    references: tuple[str, ...]  # of all that is named, each once
    exercises_note: str = ""  # where the dose comes from, and what strength does not do; or why no exercise is named


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One angle of one side (or of left minus right) in two sessions."""

    metric: str
    name: str
    side: str  # as the head of a column
    before: str
    after: str
    change: str
    detectable: str  # what a change must exceed to be called one
    call: str  # whether it is one, in words


@dataclass(frozen=True, slots=True)
class BeforeAndAfter:
    """Two sessions on one report."""

    headline: str  # whether the finding is another one; empty where one session is of running and the other of walking
    sentences: tuple[str, ...]  # what changed in the angle that decides, a sentence a side
    rows: tuple[ChangeRow, ...]
    walking: tuple[ChangeRow, ...]  # of what was walked beside a run; empty where one of them has none
    notes: tuple[str, ...]  # why something is not compared, and what the figures mean
