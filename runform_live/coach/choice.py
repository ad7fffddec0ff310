"""Something to say: the name of its sentence, what it is about, and the reason in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from runform_live.coach.catalogue import Direction
from runform_live.coach.judgement import JudgedMean
from runform_live.messages import Side


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to say now. The sentence and its sounds are found by `name` (configs/languages, under [cue])."""

    kind: Literal["cue", "praise", "summary"]
    name: str
    metric: str
    side: Side | None
    reason: str
    one_side: bool = False  # it is about one side, but left and right are not sure, so that none is named


@dataclass(frozen=True, slots=True)
class About:
    """What a sentence is about. sides: both, where they cannot be told apart."""

    metric: str
    sides: tuple[Side, ...]
    sure_of_sides: bool

    @property
    def named(self) -> Side | None:
        """The side, where it may be named."""
        return self.sides[0] if len(self.sides) == 1 and self.sure_of_sides else None

    @property
    def words(self) -> str:
        return f"{self.metric} {self.named or 'one side'}"


def cue(about: About, name: str, judged: JudgedMean, direction: Direction, limit: float) -> Choice:
    """Say that a side misses its target. limit: the end of the band that it misses."""
    reason = f"{about.words}: {judged.words}, {judged.target_words(direction, limit)}"
    return Choice("cue", name, about.metric, about.named, reason, about.named is None)


def praise(about: About, judged: JudgedMean) -> Choice:
    """Say that what was cued is back inside its band."""
    reason = f"{about.words}: back inside, {judged.words}"
    return Choice("praise", "praise", about.metric, about.named, reason, about.named is None)


def summary_of(worst: Choice) -> Choice:
    """The worst of a block, said at its end."""
    return replace(worst, kind="summary")


def all_inside(metric: str) -> Choice:
    """Say at the end of a block that all targets were met."""
    return Choice("summary", "block_good", metric, None, "all targets met in this block")
