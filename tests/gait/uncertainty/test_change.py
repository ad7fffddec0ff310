"""A change within a run: what falls out of it, what its interval holds, and when it is withheld."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from runform_live.gait.cadence import cadence_change, cadence_spm
from runform_live.gait.uncertainty.change import Change, ChangeErrors, ChangeModel, between
from runform_live.gait.uncertainty.trend import trend
from runform_live.messages import Side, Stance
from tests.makers import stance

DROP, VALGUS = "pelvic_drop_mid_deg", "knee_valgus_mid_deg"
STRIDE_S = 0.72


def exact(**changed: object) -> ChangeModel:
    """An instrument that reads every change whole and drifts by nothing."""
    errors = {"share_sd": {DROP: 0.0, VALGUS: 0.0}, "drift_sd": {DROP: 0.0, VALGUS: 0.0},
              "drift_difference_sd": {DROP: 0.0, VALGUS: 0.0}}  # fmt: skip
    return ChangeModel(ChangeErrors(**(errors | changed)))  # type: ignore[arg-type]


def run(
    count: int, mean: float, side: Side = "left", from_s: float = 10.0, sd: float = 0.0, seed: int = 0, **more: object
) -> list[Stance]:
    """Stances of one side, a stride apart; by turns above and below the mean without a seed, at random with one."""
    chance = np.random.default_rng(seed)
    off = chance.normal(0.0, sd, count) if seed else sd * (-1.0) ** np.arange(count)
    level = {"drop_level_deg": 0.0, "adduction_level_deg": 0.0, "lean_level_deg": 0.0}
    return [stance(side, from_s + STRIDE_S * k, mean + float(off[k]), **(level | more)) for k in range(count)]


def found(change: Change | None) -> Change:
    assert change is not None
    return change


def test_what_is_wrong_all_through_a_run_is_in_no_change() -> None:
    change = found(exact().side(DROP, run(80, 6.0 + 1.7), run(10, 4.0 + 1.7, from_s=80.0)))
    assert change.value == pytest.approx(-2.0) and (change.before, change.now) == (80, 10)


def test_a_level_line_that_is_found_anew_changes_nothing() -> None:
    """What a new line takes from the drop stands beside it, and is put back."""
    before = run(80, 6.0, drop_level_deg=1.0)
    now = run(10, 4.5, from_s=80.0, drop_level_deg=2.5)
    assert found(exact().side(DROP, before, now)).value == pytest.approx(0.0)


def test_without_knowing_what_the_level_line_took_a_change_of_the_drop_is_unknown_and_one_of_the_knee_is_not() -> None:
    before, now = run(80, 6.0, drop_level_deg=None), run(10, 4.0, from_s=80.0, drop_level_deg=None)
    assert exact().side(DROP, before, now) is None
    assert found(exact().side(VALGUS, before, now)).value == pytest.approx(0.0)


def test_the_interval_is_that_of_two_means_where_nothing_else_is_unknown() -> None:
    """Stances by turns above and below: neighbours are not alike, and the usual correlation counts for little."""
    change = found(exact().side(DROP, run(400, 6.0, sd=1.0), run(100, 5.0, from_s=400.0, sd=1.0)))
    assert change.half == pytest.approx(1.96 * math.sqrt(1 / 400 + 1 / 100), rel=0.02)


def test_scatter_share_and_drift_are_joined() -> None:
    model = exact(share_sd={DROP: 0.1}, drift_sd={DROP: 0.3})
    apart = found(model.side(DROP, run(80, 6.0), run(10, 1.0, from_s=97.0 - 4.5 * STRIDE_S)))
    middles_s = 97.0 - (10.0 + 39.5 * STRIDE_S)
    assert apart.half == pytest.approx(1.96 * math.hypot(0.1 * 5.0, 0.3 * math.sqrt(middles_s / 60.0)), rel=1e-6)
    assert apart.needed == pytest.approx(3.29 * 0.3 * math.sqrt(middles_s / 60.0), rel=1e-6), "a share makes no change"


def test_a_share_that_is_usually_read_is_put_back() -> None:
    change = found(exact(share={DROP: 0.8}).side(DROP, run(80, 6.0), run(10, 4.0, from_s=80.0)))
    assert change.value == pytest.approx(-2.5)


def test_alike_neighbours_make_the_interval_wider() -> None:
    chance = np.random.default_rng(3)
    slow = np.zeros(400)
    for k in range(1, 400):
        slow[k] = 0.7 * slow[k - 1] + chance.normal(0.0, math.sqrt(1 - 0.7**2))
    alone = chance.normal(0.0, 1.0, 400)
    halves = []
    for noise in (slow, alone):
        stances = [
            msgspec.structs.replace(one, pelvic_drop_mid_deg=6.0 + float(off))
            for one, off in zip(run(400, 6.0), noise, strict=True)
        ]
        halves.append(found(exact().side(DROP, stances[:200], stances[200:])).half or 0.0)
    assert halves[0] / halves[1] == pytest.approx(math.sqrt(1.7 / 0.3), rel=0.25)


@pytest.mark.parametrize("correlation", [0.0, 0.4])
def test_of_a_hundred_intervals_of_ten_stances_about_ninety_five_hold_no_change(correlation: float) -> None:
    chance = np.random.default_rng(11)
    held, runs = 0, 600
    for _ in range(runs):
        noise = chance.normal(0.0, 1.0, 90)
        for k in range(1, 90):
            noise[k] = correlation * noise[k - 1] + math.sqrt(1 - correlation**2) * noise[k]
        stances = [
            msgspec.structs.replace(one, pelvic_drop_mid_deg=float(off))
            for one, off in zip(run(90, 0.0), noise, strict=True)
        ]
        change = found(exact().side(DROP, stances[:80], stances[80:]))
        held += abs(change.value or 0.0) <= (change.half or 0.0)
    assert 0.93 <= held / runs <= 0.97


def test_a_change_is_sure_only_where_it_would_be_so_after_every_stance() -> None:
    """One of 1 deg is outside of its interval of +-0.66 and is not sure; one of 1.5 deg is."""
    before = run(400, 6.0, sd=1.0)
    small, large = (found(exact().side(DROP, before, run(10, 6.0 - by, from_s=400.0, sd=1.0))) for by in (1.0, 1.5))
    assert (small.high or 0.0) < 0.0 and not small.sure
    assert large.sure
    assert not found(exact().side(DROP, before, run(6, 3.0, from_s=400.0, sd=1.0))).sure, "six stances are too few"


def test_left_minus_right_changes_by_the_difference_of_both() -> None:
    before = run(80, 6.0), run(80, 5.0, "right", 10.36)
    now = run(10, 4.0, from_s=80.0), run(10, 5.5, "right", 80.36)
    change = found(exact(drift_difference_sd={DROP: 0.4}).difference(DROP, before, now))
    assert change.value == pytest.approx(-2.5)
    assert change.half == pytest.approx(1.96 * 0.4 * math.sqrt((83.24 - 38.44) / 60.0), rel=1e-3)


@pytest.mark.parametrize(("count", "reason"), [("camera_moves", "camera"), ("view_doubts", "view")])
def test_where_the_camera_was_moved_or_the_sides_became_unsure_a_change_is_withheld(count: str, reason: str) -> None:
    change = found(exact().side(DROP, run(80, 6.0), run(10, 4.0, from_s=80.0, **{count: 1})))
    assert (change.withheld, change.value, change.half, change.sure) == (True, None, None, False)
    assert change.reasons == (reason,)


def test_who_has_been_away_is_compared_with_the_error_of_another_day() -> None:
    now = run(10, 4.0, from_s=80.0, absences=1)
    change = found(exact(return_sd={DROP: 1.0}).side(DROP, run(80, 6.0), now))
    assert change.value == pytest.approx(-2.0) and change.half == pytest.approx(1.96) and change.reasons == ("absence",)
    assert found(exact().side(DROP, run(80, 6.0), now)).half is None, "never measured"


def test_an_error_that_was_never_measured_gives_no_interval() -> None:
    change = found(ChangeModel(ChangeErrors()).side(DROP, run(80, 6.0, sd=1.0), run(10, 4.0, from_s=80.0, sd=1.0)))
    assert change.value == pytest.approx(-2.0) and change.half is None and not change.sure


def test_what_a_network_doubts_drifts_more() -> None:
    halves = [
        found(
            exact(drift_sd={DROP: 0.3}, sigma_deg=3.0).side(
                DROP, run(80, 6.0, pelvis_sigma_deg=sigma), run(10, 6.0, from_s=80.0, pelvis_sigma_deg=sigma)
            )
        ).half
        or 0.0
        for sigma in (3.0, 4.5)
    ]
    assert halves[1] / halves[0] == pytest.approx(1.5**1.75)


def test_the_cadence_changes_by_the_steps_and_not_by_a_stance_that_was_missed() -> None:
    def steps(from_s: float, step_s: float, count: int = 41) -> list[Stance]:
        return [stance("left" if k % 2 else "right", from_s + step_s * k) for k in range(count)]

    now = steps(60.0, 60 / 176)
    del now[20]
    change = found(cadence_change(steps(10.0, 60 / 160), now))
    assert change.value == pytest.approx(16.0) and change.half == pytest.approx(0.0, abs=1e-6)
    assert cadence_change(steps(10.0, 0.4), steps(60.0, 0.4, 1)) is None


def test_parts_that_were_filmed_alike_have_nothing_between_them() -> None:
    assert between(run(5, 1.0, camera_moves=1), run(5, 1.0, camera_moves=1)) == ()
    assert between([], []) == ()


def test_the_trend_of_a_run_of_ten_minutes_is_within_its_interval() -> None:
    stances = [
        msgspec.structs.replace(one, pelvic_drop_mid_deg=4.0 + 0.3 * one.midstance_s / 60.0 + float(off))
        for one, off in zip(run(833, 0.0), np.random.default_rng(5).normal(0.0, 1.0, 833), strict=True)
    ]
    change = found(trend(exact(), DROP, stances))
    assert change.low is not None and change.high is not None
    assert change.low < 0.3 < change.high and change.half is not None and change.half < 0.05
    assert trend(exact(), DROP, stances[:400]) is None, "under five minutes"


def test_a_trend_across_a_camera_that_was_moved_is_withheld() -> None:
    stances = [*run(420, 5.0), *run(420, 5.0, from_s=320.0, camera_moves=1)]
    assert found(trend(exact(), DROP, stances)).withheld


def test_the_flow_has_its_share_only_where_it_looked_in_both_parts() -> None:
    """Its word is on a lasting tilt: what it saw is taken off, with its share."""
    with_flow = exact(flow=0.25)
    before, now = run(80, 6.0, drop_flow_deg=0.0), run(10, 6.0, from_s=80.0, drop_flow_deg=2.0)
    assert found(with_flow.side(DROP, before, now)).value == pytest.approx(-0.5)
    unseen = run(10, 6.0, from_s=80.0, drop_flow_deg=None)
    assert found(with_flow.side(DROP, before, unseen)).value == pytest.approx(0.0)
    assert found(with_flow.side(VALGUS, before, now)).value == pytest.approx(0.0)


def test_the_cadence_of_slow_steps_is_that_of_all_of_them() -> None:
    """Some of the steps are longer than one that is known to be single; they are steps all the same."""
    chance = np.random.default_rng(3)

    def slow(from_s: float, step_s: float) -> list[Stance]:
        ends_s = from_s + np.cumsum(chance.normal(step_s, 0.015, 80))
        return [stance("left" if k % 2 else "right", float(at_s)) for k, at_s in enumerate(ends_s)]

    before, now = slow(10.0, 0.470), slow(80.0, 0.485)
    change = found(cadence_change(before, now))
    assert change.value == pytest.approx((cadence_spm(now) or 0.0) - (cadence_spm(before) or 0.0))
    assert change.low is not None and change.high is not None
    assert change.low < 60 / 0.485 - 60 / 0.470 < change.high
