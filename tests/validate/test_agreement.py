from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from runform_live.errors import BadInput
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import GAITS, Gait, Stance
from runform_live.validate.agreement import agree, match
from runform_live.validate.run import error_lines, lines
from runform_live.validate.true_stance import TrueStance
from runform_live.validate.truth import Clip, ClipInfo, read_clips
from tests.makers import stance

METRIC = "pelvic_drop_mid_deg"
UNKNOWN = InstrumentErrors({})


def truth(drops: list[float]) -> Clip:
    stances = [
        TrueStance(
            "left" if k % 2 == 0 else "right", 1 + 0.36 * k - 0.12, 1 + 0.36 * k, 1 + 0.36 * k + 0.14, {METRIC: d}
        )
        for k, d in enumerate(drops)
    ]
    return Clip("clip", Path("clip.mp4"), stances)


def measured(drops: list[float | None], late_s: float = 0.0) -> list:
    return [stance("left" if k % 2 == 0 else "right", 1 + 0.36 * k + late_s, d) for k, d in enumerate(drops)]


def test_bias_rmse_and_slope_of_a_known_instrument() -> None:
    drops = [2.0, 4.0, 6.0, 8.0, 10.0, 12.0]
    found = agree("x", [match(truth(drops), measured([0.5 * d + 1 for d in drops]), UNKNOWN)], [METRIC])
    metric = found.metrics[METRIC]
    assert metric.slope == pytest.approx(0.5)
    assert metric.bias["left"] == pytest.approx(1 - 0.5 * 6)
    assert metric.rmse == pytest.approx(math.sqrt(55 / 6))
    assert (found.found, found.missed, found.extra) == (6, 0, 0)


def test_missed_extra_and_wrong_side_stances_are_counted() -> None:
    clip = truth([3.0] * 6)
    seen = measured([3.0] * 6)
    del seen[2]
    seen.append(stance("left", 1.36, 3.0))  # a right stance called left
    found = match(clip, seen, UNKNOWN)
    assert (len(found.pairs), found.missed, found.extra) == (5, 1, 1)


def test_stances_before_and_after_the_known_span_are_neither_right_nor_wrong() -> None:
    seen = [*measured([3.0] * 4), stance("right", 0.3, 3.0), stance("left", 9.0, 3.0)]
    assert match(truth([3.0] * 4), seen, UNKNOWN).extra == 0


def test_event_errors_in_milliseconds() -> None:
    found = agree("x", [match(truth([3.0] * 5), measured([3.0] * 5, 0.02), UNKNOWN)], [METRIC])
    assert found.initial_contact.median_ms == pytest.approx(20)
    assert found.toe_off.worst_ms == pytest.approx(20)


def test_coverage_counts_sides_whose_interval_holds_the_truth() -> None:
    clip = truth([5.0] * 8)
    near = match(clip, measured([5.5] * 8), InstrumentErrors({METRIC: 0.5}))
    assert agree("x", [near], [METRIC]).metrics[METRIC].covered == 2
    far = match(clip, measured([7.5] * 8), InstrumentErrors({METRIC: 0.5}))
    metric = agree("x", [far], [METRIC]).metrics[METRIC]
    assert (metric.covered, metric.intervals) == (0, 2)
    assert metric.half_width == pytest.approx(0.98)


def test_the_error_of_left_minus_right_is_measured_on_its_own() -> None:
    """A level line that is 1 degree wrong: each side is 1 degree off, the difference 2."""
    clip = truth([5.0] * 8)
    seen = match(clip, measured([6.0, 4.0] * 4), InstrumentErrors({METRIC: 0.8}))
    found = agree("x", [seen], [METRIC])
    metric = found.metrics[METRIC]
    assert (metric.covered, metric.intervals) == (2, 2)
    assert metric.difference_rms == pytest.approx(2.0)
    assert (metric.difference_covered, metric.differences) == (1, 1), "1.96 * 0.8 * sqrt(2) = 2.2"
    assert found.difference_biases[METRIC] == pytest.approx([2.0])
    sure = match(clip, measured([6.0, 4.0] * 4), InstrumentErrors({METRIC: 0.8}, difference_sd={METRIC: 0.9}))
    narrow = agree("x", [sure], [METRIC]).metrics[METRIC]
    assert (narrow.difference_covered, narrow.differences) == (0, 1)
    half = match(clip, measured([5.0, None] * 4), InstrumentErrors({METRIC: 0.8}))
    one_sided = agree("x", [half], [METRIC]).metrics[METRIC]
    assert (one_sided.difference_rms, one_sided.differences) == (None, 0)


def test_withheld_values_are_counted_not_scored() -> None:
    found = agree("x", [match(truth([5.0] * 4), measured([5.0, None, 5.0, None]), UNKNOWN)], [METRIC])
    assert (found.metrics[METRIC].n, found.metrics[METRIC].withheld) == (2, 2)


def test_no_slope_where_the_truth_does_not_vary() -> None:
    level = match(truth([5.0] * 6), measured([5.0] * 6), UNKNOWN)
    assert agree("x", [level], [METRIC]).metrics[METRIC].slope is None


def test_a_clip_without_calibration_is_in_no_sides_mean_but_in_the_stances() -> None:
    """What its strides take for level takes a true difference away: no error of a network."""
    clip = truth([10.0, 2.0] * 4)
    seen = match(clip, measured([6.0, 6.0] * 4), InstrumentErrors({METRIC: 0.8}, level_sd_deg=None))
    found = agree("x", [seen], [METRIC])
    metric = found.metrics[METRIC]
    assert (found.not_calibrated, metric.n, metric.rmse) == (1, 8, 4.0)
    assert (metric.intervals, metric.side_rms, metric.difference_rms) == (0, None, None)
    assert found.side_biases[METRIC] == found.difference_biases[METRIC] == []


def test_a_folder_without_truth_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such folder"):
        read_clips(tmp_path / "none")
    with pytest.raises(BadInput, match="no clip"):
        read_clips(tmp_path)
    (tmp_path / "a.mp4").write_bytes(b"")
    (tmp_path / "a.stances.csv").write_text("side,midstance_s\nleft,x\n")
    with pytest.raises(BadInput, match="damaged"):
        read_clips(tmp_path)


def test_the_error_of_a_view_is_that_of_its_clips() -> None:
    instrument = InstrumentErrors({METRIC: 1.0})
    filmed = [
        match(replace(truth([4.0] * 6), info=ClipInfo(view=view)), measured([4.0 + error] * 6), instrument)
        for view, error in (("posterior", 1.0), ("posterior", 7.0), ("anterior", -3.0), ("", 9.0))
    ]
    lines = list(error_lines(agree("all", filmed, [METRIC]), filmed))
    assert f"{METRIC}, error of a side's mean seen from behind: 5.00 deg (4 sides)" in lines
    assert f"{METRIC}, error of a side's mean seen from in front: 3.00 deg (2 sides)" in lines


def walker(drops: list[float | None], gait: Gait = "walk") -> list[Stance]:
    """Stances of walking at the midstances of `truth`."""
    return [msgspec.structs.replace(one, gait=gait, double_support_s=0.12) for one in measured(drops)]


def true_walker(count: int) -> Clip:
    clip = truth([4.0] * count)
    known = {METRIC: 4.0, "double_support_s": 0.10}
    return replace(clip, stances=[replace(one, gait="walk", metrics=known) for one in clip.stances])


def test_walking_and_running_are_matched_apart() -> None:
    ran, walked = truth([3.0] * 6), true_walker(6)
    later = [
        replace(
            one, initial_contact_s=one.initial_contact_s + 9, midstance_s=one.midstance_s + 9, toe_off_s=one.toe_off_s + 9
        )
        for one in walked.stances
    ]  # fmt: skip
    both = replace(ran, stances=[*ran.stances, *later])
    seen = [
        *measured([3.0] * 6),
        *(msgspec.structs.replace(one, midstance_s=one.midstance_s + 9) for one in walker([4.5] * 6)),
    ]
    running, walking = (match(both, seen, UNKNOWN, gait) for gait in GAITS)
    assert [(len(one.pairs), one.missed, one.extra) for one in (running, walking)] == [(6, 0, 0), (6, 0, 0)]
    assert agree("x", [walking], [METRIC]).metrics[METRIC].rmse == pytest.approx(0.5)
    assert agree("x", [running], [METRIC]).metrics[METRIC].rmse == pytest.approx(0.0)


def test_a_stance_read_as_of_the_other_gait_is_missed_in_one_and_extra_in_the_other() -> None:
    seen = [*walker([4.0] * 5), *walker([4.0] * 6, "run")[5:]]
    walking, running = (match(true_walker(6), seen, UNKNOWN, gait) for gait in ("walk", "run"))
    assert (len(walking.pairs), walking.missed, walking.extra) == (5, 1, 0)
    assert (len(running.pairs), running.missed, running.extra) == (0, 0, 1)


def test_the_worst_clip_is_named_for_all_clips_together_alone() -> None:
    found = agree("all-day-7", [match(true_walker(8), walker([4.0] * 8), UNKNOWN, "walk")], [METRIC])
    assert not any("worst clip" in line for line in lines(found))
    assert any("(worst clip)" in line for line in lines(found, together=True))


def test_the_table_of_walking_tells_double_support_in_milliseconds() -> None:
    matched = match(true_walker(8), walker([4.0] * 8), UNKNOWN, "walk")
    found = agree("x, walking", [matched], [METRIC, "double_support_s"])
    (line,) = (line for line in lines(found) if "double_support" in line)
    assert line.split()[:5] == ["double_support", "(ms)", "8", "20.00", "20.00"]
