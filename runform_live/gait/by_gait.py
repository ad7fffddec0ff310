"""Running and walking kept apart: which gait a session is mainly of, and the stances of one gait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runform_live.messages import Gait, Stance


def main_gait(stances: Iterable[Stance]) -> Gait:
    """The gait of a session's main figures: running, unless all its stances are of walking. Running where there is no stance."""
    return main_of(one.gait for one in stances)


def main_of(gaits: Iterable[Gait]) -> Gait:
    """The same of the gaits of stances, or of sessions."""
    return "walk" if set(gaits) == {"walk"} else "run"


def of_gait(stances: Sequence[Stance], gait: Gait) -> list[Stance]:
    """The stances of one gait, in their order."""
    return [one for one in stances if one.gait == gait]


def of_main_gait(stances: Sequence[Stance]) -> list[Stance]:
    """The stances of the main gait, in their order."""
    return of_gait(stances, main_gait(stances))
