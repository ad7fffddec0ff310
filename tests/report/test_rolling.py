"""The line of a plot of changes: where it is, where it has gaps, and how many points it has."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from runform_live.gait.uncertainty.change import ChangeModel
from runform_live.messages import Stance
from runform_live.report.rolling import MOST_POINTS, WINDOW, rolling, rolling_means, thinned
from tests.makers import stance
from tests.report.makers import DROP, FIRST, MODEL, stances_over


def left(stances: list[Stance]) -> list[Stance]:
    return [stance for stance in stances if stance.side == "left"]


def test_the_line_begins_after_the_first_part_and_shows_the_change_with_its_interval() -> None:
    (bout,) = rolling(MODEL.within_run(), DROP, left(stances_over(200.0)), FIRST)
    assert 70.0 < bout.times_s[0] < 76.0 and 190.0 < bout.times_s[-1] < 200.0
    assert bout.values == pytest.approx([-2.3] * len(bout.values), abs=0.6)
    assert all(0.3 < half < 1.5 for half in bout.halves)


def test_it_is_what_the_change_model_says_of_the_same_stances() -> None:
    stances = left(stances_over(200.0))
    (bout,) = rolling(MODEL.within_run(), DROP, stances, FIRST)
    reference = [stance for stance in stances if stance.midstance_s <= 70.0]
    window = [stance for stance in stances if stance.midstance_s > 70.0][:WINDOW]
    change = MODEL.within_run().side(DROP, reference, window)
    assert change is not None
    assert (bout.values[0], bout.halves[0]) == (change.value, change.half)


def test_a_pause_is_a_gap_and_no_mean_reaches_across_it() -> None:
    bouts = rolling(MODEL.within_run(), DROP, left(stances_over(300.0, pause_s=(150.0, 170.0))), FIRST)
    assert len(bouts) == 2
    assert bouts[0].times_s[-1] < 150.0 and bouts[1].times_s[0] > 170.0


def test_what_was_run_before_the_first_part_is_a_line_of_its_own() -> None:
    later = msgspec.structs.replace(FIRST, spans_s=((100.0, 160.0),))
    bouts = rolling(MODEL.within_run(), DROP, left(stances_over(300.0)), later)
    assert [bout.times_s[-1] < 100.0 for bout in bouts] == [True, False]
    assert bouts[1].times_s[0] > 160.0


def test_the_line_ends_where_the_camera_was_moved() -> None:
    moved = [
        msgspec.structs.replace(stance, camera_moves=int(stance.midstance_s > 150.0))
        for stance in left(stances_over(300.0))
    ]
    (bout,) = rolling(MODEL.within_run(), DROP, moved, FIRST)
    assert 140.0 < bout.times_s[-1] < 150.0


def test_a_long_run_has_a_bounded_number_of_points_from_its_first_to_its_last() -> None:
    stances = left(stances_over(3600.0))
    (bout,) = rolling(MODEL.within_run(), DROP, stances, FIRST)
    assert len(bout.times_s) == MOST_POINTS
    last = [stance.midstance_s for stance in stances[-WINDOW:]]
    assert bout.times_s[-1] == pytest.approx(sum(last) / WINDOW)


def test_without_the_errors_of_a_network_there_is_a_line_and_no_interval() -> None:
    (bout,) = rolling(msgspec.structs.replace(MODEL, within_run_share_sd={}).within_run(), DROP, left(stances_over(200.0)), FIRST)  # fmt: skip
    assert all(map(math.isnan, bout.halves)) and not any(map(math.isnan, bout.values))


def test_a_first_part_without_a_value_gives_no_line() -> None:
    stances = [
        msgspec.structs.replace(stance, drop_level_deg=None) if stance.midstance_s < 71.0 else stance
        for stance in left(stances_over(200.0))
    ]
    model: ChangeModel = MODEL.within_run()
    assert rolling(model, DROP, stances, FIRST) == []
    assert rolling(model, DROP, [], FIRST) == []
    assert rolling(model, DROP, left(stances_over(75.0)), FIRST) == []


def test_the_rolling_mean_of_a_side_is_of_so_many_stances_and_never_over_a_pause() -> None:
    found = [stance("left", 0.7 * k + (100.0 if k >= 20 else 0.0), float(k)) for k in range(40)]
    first, second = rolling_means(found, DROP)
    assert first.values == [k + 4.5 for k in range(11)], "windows of 10"
    assert second.values == [k + 4.5 for k in range(20, 31)]
    assert first.times_s[0] == pytest.approx(0.7 * 4.5)


@pytest.mark.parametrize("count", [0, 1, 9])
def test_fewer_stances_than_a_window_have_no_rolling_mean(count: int) -> None:
    assert rolling_means([stance("left", 0.7 * k) for k in range(count)], DROP) == []


@pytest.mark.parametrize(("count", "left"), [(0, 0), (1, 1), (10, 10), (11, 6), (3000, 10)])
def test_things_are_thinned_evenly_to_what_is_asked_for(count: int, left: int) -> None:
    found = thinned(range(count), 10)
    assert len(found) == left
    assert len(set(np.diff(found).tolist())) <= 1
