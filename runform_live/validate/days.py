"""How well a change is measured: the same runners on several days, each day before another camera in another light."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runform_live.messages import METRICS, SIDES
from runform_live.validate.agreement import Matched, difference, side_means


@dataclass(frozen=True, slots=True)
class ChangeErrors:
    """Of a metric, measured minus true change from one day to another, as it would be at the usual doubt."""

    sides: list[float]
    differences: list[float]


def change_errors(matched: Sequence[Matched], same_clothes: bool) -> dict[str, ChangeErrors]:
    """By metric, of all pairs of days of all runners who are there more than once."""
    out: dict[str, ChangeErrors] = {}
    for metric in METRICS:
        sides: list[float] = []
        differences: list[float] = []
        for first, then in _pairs(matched, same_clothes):
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


def _pairs(matched: Sequence[Matched], same_clothes: bool) -> Iterator[tuple[Matched, Matched]]:
    known = [one for one in matched if one.clip.runner]
    for first, then in itertools.combinations(known, 2):
        if first.clip.runner == then.clip.runner and (first.clip.outfit == then.clip.outfit) == same_clothes:
            yield first, then
