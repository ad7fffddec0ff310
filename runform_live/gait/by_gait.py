"""Running and walking kept apart: which gait a session is mainly of, and the stances of one gait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runform_live.gait.uncertainty.statistics import FEWEST_STANCES
from runform_live.messages import SIDES, Gait, Stance


def main_gait(stances: Iterable[Stance]) -> Gait:
    """The gait of a session's main figures, see `main_of_counts`."""
    stances = list(stances)
    ran = [sum(one.gait == "run" and one.side == side for one in stances) for side in SIDES]
    return main_of_counts(ran, len(stances) - sum(ran))


def main_of_counts(ran: Sequence[int], walked: int) -> Gait:
    """The same of how many stances of running each side has, and of walking both have.

    Running, unless it has too few stances of a side for a mean and more of them are of walking. Running where there is no stance.
    """
    return "walk" if min(ran) < FEWEST_STANCES and sum(ran) < walked else "run"


def main_of(gaits: Iterable[Gait]) -> Gait:
    """The gait of several sessions: running, unless all of them are of walking."""
    return "walk" if set(gaits) == {"walk"} else "run"


def of_gait(stances: Sequence[Stance], gait: Gait) -> list[Stance]:
    """The stances of one gait, in their order."""
    return [one for one in stances if one.gait == gait]


def of_main_gait(stances: Sequence[Stance]) -> list[Stance]:
    """The stances of the main gait, in their order."""
    return of_gait(stances, main_gait(stances))
