"""How well a change is measured: the same runners on several days."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from runform_live.messages import SIDES
from runform_live.metrics import ANGLES
from runform_live.validate.agreement import Matched, difference, side_means
from runform_live.validate.truth import ClipInfo

Kind = Literal["the same clothes before the same camera in the same light", "the same clothes", "other clothes"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class ChangeErrors:
    """Of a metric, measured minus true change from one day to another, as it would be at the usual doubt."""

    sides: list[float]
    differences: list[float]


def change_errors(matched: Sequence[Matched], kind: Kind) -> dict[str, ChangeErrors]:
    """By metric, of all pairs of days of this kind of all runners who are there more than once."""
    out: dict[str, ChangeErrors] = {}
    for metric in ANGLES:
        sides: list[float] = []
        differences: list[float] = []
        for first, then in _pairs(matched, kind):
            before, after = side_means(first, metric), side_means(then, metric)
            sides.extend(
                after[side].usual_error - before[side].usual_error for side in SIDES if side in before and side in after
            )
            apart = difference(first, metric), difference(then, metric)
            if apart[0] is not None and apart[1] is not None:
                differences.append(apart[1].usual_error - apart[0].usual_error)
        if sides:
            out[metric] = ChangeErrors(sides, differences)
    return out


def _kind(first: ClipInfo, then: ClipInfo) -> Kind:
    if first.outfit != then.outfit:
        return "other clothes"
    if first.setup != then.setup:
        return "the same clothes"
    return "the same clothes before the same camera in the same light"


def _pairs(matched: Sequence[Matched], kind: Kind) -> Iterator[tuple[Matched, Matched]]:
    for first, then in itertools.combinations(matched, 2):
        infos = first.clip.info, then.clip.info
        if infos[0].runner and infos[0].runner == infos[1].runner and _kind(*infos) == kind:
            yield first, then
