"""Which lowest points of the trunk are midstances of running: told by what follows them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from runform_live.gait.lows import KEPT, Lows, SeenLow

FLIES, VAULTS = 6.0, -4.0  # log odds of a usual step of running and of walking


def lows_of(own: Sequence[float], passed_s: float = 0.4) -> Lows:
    """A first lowest point, and one after each of these steps."""
    lows = Lows()
    for number, odds in enumerate((math.nan, *own)):
        first = math.isnan(odds)
        time = math.inf if first else passed_s
        lows.push(SeenLow(number * passed_s, time, 0.1, 0.1, 0.0, 0.0 if first else odds))
    return lows


@pytest.mark.parametrize(
    ("own", "runs_from"),
    [
        ((FLIES, FLIES, FLIES), 0),
        ((VAULTS, VAULTS, FLIES), 2),  # the low before the first flight is a midstance
        ((FLIES, FLIES, VAULTS), 3),  # after the newest one nothing is known yet
        ((FLIES, -1.5, FLIES, -1.5), 0),  # a runner who sinks little in every other step
        ((VAULTS, -1.0, FLIES, FLIES), 2),  # the last step of walking rises more
        ((VAULTS, 1.0), 2),  # one step in doubt is told as the walk before
        ((VAULTS, 1.0, FLIES), 1),  # and as the run after, once that is there
    ],
)
def test_the_run_that_goes_on_begins_before_its_first_flight(own: tuple[float, ...], runs_from: int) -> None:
    assert lows_of(own).runs_from() == runs_from


def test_a_walk_begins_after_the_last_flight() -> None:
    assert lows_of((FLIES, FLIES, VAULTS, VAULTS)).vaults_from() == 2
    assert lows_of((VAULTS, VAULTS)).vaults_from() == 0
    assert lows_of((VAULTS, FLIES)).vaults_from() == 2


def test_a_long_time_without_a_low_begins_anew() -> None:
    lows = lows_of((FLIES, FLIES))
    lows.push(SeenLow(9.0, 8.2, 0.1, 0.1, 0.0, VAULTS))
    assert [low.time_s for low in lows.seen] == [9.0]


def test_no_more_lows_are_kept_than_are_looked_at() -> None:
    assert len(lows_of([FLIES] * 30).seen) == KEPT
