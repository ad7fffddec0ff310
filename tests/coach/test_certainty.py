"""How sure the coach is: of a change since the first minute, and of a mean against a limit in degrees."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import msgspec
import numpy as np
import pytest

from runform_live import config
from runform_live.coach.catalogue import shipped
from runform_live.coach.choice import Choice
from runform_live.coach.choosing import CueChooser
from runform_live.gait.uncertainty.change import ChangeErrors, ChangeModel
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import Band, Naming, Stance
from tests.makers import stance

DROP = "pelvic_drop_mid_deg"
STEP_S = 0.36
MINUTE = 168  # stances: a little more than a minute
RUNS = 20
CHANGES = ChangeModel(
    ChangeErrors(share={DROP: 1.0}, share_sd={DROP: 0.1}, drift_sd={DROP: 0.3}, return_sd={DROP: 0.5})
)
Means = tuple[float, float]


def coach(changes: ChangeModel | None = CHANGES, **settings: object) -> CueChooser:
    """With the settings that ship: bandwidth feedback, the target from the first minute."""
    return CueChooser(msgspec.structs.replace(config.load().coach, **settings), shipped()[0], None, changes)


def absolute(instrument: InstrumentErrors, **settings: object) -> CueChooser:
    """With a limit of 6 deg that a clinician has given."""
    found = coach(target_from="settings", targets={DROP: Band(high=6.0)}, **settings)
    found.measured_with(instrument)
    return found


def steps(means: Means, first: int, last: int, noise: Iterator[float] | None = None, **changes: object) -> list[Stance]:
    """Stances first to last of a runner with these means (left, right; deg)."""
    return [
        stance(("left", "right")[k % 2], k * STEP_S, means[k % 2] + next(noise or iter((0.0,))),
               **{"drop_level_deg": 0.0} | changes)
        for k in range(first, last)
    ]  # fmt: skip


def scatter(seed: int, sd: float = 1.0, correlation: float = 0.2) -> Iterator[float]:
    """Deviations (deg) of stances, left and right by turns, where neighbours of a side are alike."""
    rng, last = np.random.default_rng(seed), [0.0, 0.0]
    while True:
        for side in (0, 1):
            last[side] = correlation * last[side] + math.sqrt(1 - correlation**2) * rng.normal(0, sd)
            yield last[side]


def tell(coach: CueChooser, stances: list[Stance]) -> list[tuple[int, Choice]]:
    """What is said, and after how many of these stances a side."""
    said = [(number // 2 + 1, coach.push(one)) for number, one in enumerate(stances)]
    return [(count, choice) for count, choice in said if choice is not None]


def after_a_minute(means: Means = (6.0, 6.0), noise: Iterator[float] | None = None, **settings: object) -> CueChooser:
    """A coach that has just seen the first minute."""
    found = coach(**settings)
    assert tell(found, steps(means, 0, MINUTE, noise)) == [], "the first minute is watched"
    assert found.targets.first.over
    return found


@pytest.mark.parametrize("inside_s", [0.0, 120.0], ids=["from the end of the minute on", "after two minutes inside"])
def test_three_degrees_above_a_target_from_the_first_minute_are_told_within_ten_stances_a_side(inside_s: float) -> None:
    told = []
    for seed in range(RUNS):
        noise = scatter(seed)
        runner, begins = after_a_minute(noise=noise), MINUTE + 2 * int(inside_s / STEP_S / 2)
        tell(runner, steps((3.0, 3.0), MINUTE, begins, noise))
        told.append(next((count for count, _ in tell(runner, steps((7.0, 7.0), begins, begins + 60, noise))), 99))
    assert np.median(told) <= 10, f"median {np.median(told)} stances a side, of {RUNS} runs: {sorted(told)}"
    assert min(told) >= 4, "stances of the minute itself do not count"


def test_a_runner_who_just_meets_the_target_hears_no_cue_in_ten_minutes() -> None:
    cued = []
    for seed in range(RUNS):
        noise = scatter(seed + 500)
        runner = after_a_minute(noise=noise)
        limit = runner.targets.bands[DROP].high
        assert limit is not None
        said = tell(runner, steps((limit, limit), MINUTE, MINUTE + int(600 / STEP_S), noise))
        cued.append(any(choice.kind == "cue" for _, choice in said))
    assert np.mean(cued) <= 0.05, f"a cue in {np.mean(cued):.0%} of {RUNS} runs"


def test_the_target_is_two_degrees_less_on_the_side_that_drops_further_and_of_the_trained_angle_only() -> None:
    runner = after_a_minute((8.0, 5.0))
    assert runner.targets.source == "baseline" and runner.targets.bands == {DROP: Band(high=6.0)}
    said = tell(runner, steps((8.0, 5.0), MINUTE, MINUTE + 60))
    assert {choice.side for _, choice in said} == {"left"}, "the right side is inside already"


def test_the_reason_of_a_cue_tells_the_change_its_interval_and_what_is_wanted() -> None:
    runner = after_a_minute(noise=scatter(1))
    _, choice = tell(runner, steps((5.6, 2.0), MINUTE, MINUTE + 200, scatter(2)))[0]
    assert re.fullmatch(
        rf"{DROP} left: 0\.\d deg (less|more) than in the first minute \(\+- \d\.\d, \d+ stances; sure beyond \d\.\d\), "
        r"target \d\.\d deg less",
        choice.reason,
    ), choice.reason


@pytest.mark.parametrize("mode", ["bandwidth", "constant", "summary"])
@pytest.mark.parametrize("happened", ["camera_moves", "view_doubts"])
def test_after_the_camera_moved_or_the_view_became_unsure_nothing_is_said_of_a_change(happened: str, mode: str) -> None:
    runner = after_a_minute(mode=mode, summary_every_s=20.0)
    assert tell(runner, steps((9.0, 9.0), MINUTE, MINUTE + 200, **{happened: 1})) == []


def test_a_view_that_is_unsure_from_the_start_leaves_the_change_and_names_no_side() -> None:
    unsure = Naming("posterior", unsure=True)
    runner = coach()
    said = tell(runner, steps((6.0, 3.0), 0, 220, naming=unsure))
    assert said and all(choice.side is None and choice.one_side for _, choice in said)
    assert not re.search("left|right", said[0][1].reason)


def test_who_comes_back_to_the_treadmill_is_judged_with_a_wider_interval() -> None:
    assert tell(after_a_minute(), steps((4.9, 4.9), MINUTE, MINUTE + 60))
    assert not tell(after_a_minute(), steps((4.9, 4.9), MINUTE, MINUTE + 60, absences=1))
    assert tell(after_a_minute(), steps((7.0, 7.0), MINUTE, MINUTE + 60, absences=1))


def test_praise_is_for_a_change_that_is_sure() -> None:
    def praised(means: Means) -> list[Choice]:
        runner, noise = after_a_minute(noise=scatter(3)), scatter(4)
        assert tell(runner, steps((7.0, 3.0), MINUTE, MINUTE + 30, noise))
        after = tell(runner, steps(means, MINUTE + 30, MINUTE + 110, noise))
        return [choice for _, choice in after if choice.kind == "praise"]

    assert praised((3.7, 3.0)) == [], "inside, but not for sure"
    (word,) = praised((1.5, 3.0))
    assert word.side == "left" and "less than in the first minute" in word.reason


def test_a_pause_begins_the_means_anew_and_leaves_the_first_minute() -> None:
    runner = after_a_minute()
    span_s = runner.targets.first.span_s
    tell(runner, steps((9.0, 9.0), MINUTE, MINUTE + 12))
    runner.forget()
    said = tell(runner, steps((9.0, 9.0), MINUTE + 100, MINUTE + 120))
    assert said[0][0] == 7 and runner.targets.first.span_s == span_s


def test_another_trained_angle_gets_its_target_from_the_same_minute() -> None:
    runner = after_a_minute()
    runner.train("knee_valgus_mid_deg")
    assert runner.targets.bands == {"knee_valgus_mid_deg": Band(high=0.0)}, "2 deg less than the 2 of the made stances"
    runner.train(DROP)
    assert runner.targets.bands == {DROP: Band(high=4.0)}


def test_chosen_again_the_first_minute_is_a_new_one() -> None:
    runner = after_a_minute()
    before = runner.targets.first.span_s
    runner.aim("baseline", {})
    assert runner.targets.bands == {} and runner.targets.first.span_s is None
    tell(runner, steps((9.0, 9.0), MINUTE, 2 * MINUTE + 2))
    after = runner.targets.first.span_s
    assert before is not None and after is not None and after[0] > before[1]
    assert runner.targets.bands == {DROP: Band(high=7.0)}


def test_with_a_limit_of_a_clinician_the_first_minute_is_watched_too_and_not_the_target() -> None:
    runner = absolute(InstrumentErrors({DROP: 1.3}))
    tell(runner, steps((4.0, 4.0), 0, MINUTE))
    assert runner.targets.first.over and runner.targets.bands == {DROP: Band(high=6.0)}
    runner.train("knee_valgus_mid_deg")
    assert runner.targets.bands == {DROP: Band(high=6.0)}


@pytest.mark.parametrize(("above", "told"), [(1.0, False), (4.0, True)])
def test_a_limit_in_degrees_is_missed_for_sure_beyond_the_error_of_the_instrument(above: float, told: bool) -> None:
    said = tell(absolute(InstrumentErrors({DROP: 1.3})), steps((6.0 + above, 3.0), 0, 300, scatter(5, sd=0.5)))
    assert bool(said) == told
    for _, choice in said:
        assert choice.side == "left" and re.search(
            r"mean \d+\.\d of \d+ stances \(\+- 2\.\d\), target high 6", choice.reason
        )


def test_where_the_error_of_a_network_was_never_measured_the_scatter_alone_counts_and_the_reason_says_so() -> None:
    said = tell(absolute(InstrumentErrors({})), steps((7.0, 3.0), 0, 60))
    assert said and "by their scatter alone" in said[0][1].reason
    bare = coach(changes=None)
    assert tell(bare, steps((6.0, 6.0), 0, MINUTE)) == []
    said = tell(bare, steps((5.0, 3.0), MINUTE, MINUTE + 60))
    assert said and said[0][1].side == "left" and "by their scatter alone" in said[0][1].reason


def test_where_nobody_stood_still_both_legs_together_are_judged_and_none_is_named() -> None:
    """What is not level is added to one leg and taken from the other: 10 and 3 deg may be 6.5 and 6.5."""
    no_level = InstrumentErrors({DROP: 1.0}, level_sd_deg=None)
    assert tell(absolute(no_level), steps((10.0, 3.0), 0, 60)) == []
    (_, choice), *_ = tell(absolute(no_level), steps((10.0, 8.0), 0, 60))
    assert choice.side is None and choice.one_side
    assert "mean 9.0 of both legs, as nobody stood still for the level line (+- 2.0), target high 6" in choice.reason
    levelled = tell(absolute(InstrumentErrors({DROP: 1.0}, level_sd_deg=0.2)), steps((10.0, 3.0), 0, 60))
    assert {choice.side for _, choice in levelled} == {"left"}


def test_praise_after_a_cue_for_both_legs_is_for_both() -> None:
    runner = absolute(InstrumentErrors({DROP: 1.0}, level_sd_deg=None))
    assert tell(runner, steps((10.0, 8.0), 0, 20))
    said = tell(runner, steps((4.0, 5.0), 20, 100))
    assert [(choice.kind, choice.side) for _, choice in said] == [("praise", None)]


def test_a_block_is_not_called_good_where_a_mean_lies_outside_though_not_for_sure() -> None:
    def said(left: float) -> list[str]:
        runner = absolute(InstrumentErrors({DROP: 1.3}), mode="summary", summary_every_s=30.0)
        return [choice.name for _, choice in tell(runner, steps((left, 3.0), 0, 100))]

    assert (said(5.0), said(7.0), said(10.0)) == (["block_good"], [], ["belt_level"])
