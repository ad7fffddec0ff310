"""How wrong a change is said to be, on made runs whose truth and whose errors are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from runform_live.gait.uncertainty.change import ChangeErrors, ChangeModel
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import Stance
from runform_live.validate import change_card, change_claims, change_lines, changes
from runform_live.validate.agreement import Matched, match
from runform_live.validate.true_stance import TrueStance
from runform_live.validate.truth import Clip, ClipInfo
from tests.makers import stance

DROP = "pelvic_drop_mid_deg"
STEP_S = 0.36
REFERENCE_S = 22.5
MODEL = ChangeModel(
    ChangeErrors(share={DROP: 1.0}, share_sd={DROP: 0.1}, drift_sd={DROP: 0.2}, drift_difference_sd={DROP: 0.3})
)


def clip(true_change: float, read: float = 1.0, drift: float = 0.0, noise: float = 0.3, seed: int = 1) -> Matched:
    """64 s of a runner who changes once by so much on both sides. read: the share of it that is measured; drift: what is added after it."""
    rng = np.random.default_rng(seed)
    exact, found = [], []
    for number in range(int(60.0 / STEP_S)):
        at_s, side = 3.5 + STEP_S * number, ("left", "right")[number % 2]
        later = at_s > REFERENCE_S
        true = 5.0 + true_change * later
        seen = 6.5 + read * true_change * later + drift * later + float(rng.normal(0.0, noise))
        one = stance(side, at_s, seen)
        found.append(one)
        exact.append(TrueStance(one.side, one.initial_contact_s, one.midstance_s, one.toe_off_s, {DROP: true}))
    info = ClipInfo(reference_s=(3.3, REFERENCE_S))
    return match(Clip(f"run-{seed}", Path("x.mp4"), exact, info), found, InstrumentErrors({DROP: 1.0}))


def test_what_is_wrong_all_through_a_run_is_no_error_of_its_change() -> None:
    found = changes.agreement(list(changes.of_sides(clip(-3.0, noise=0.0), DROP, MODEL)))
    assert found.n > 10 and found.rmse == pytest.approx(0.0, abs=1e-9) and found.slope == pytest.approx(1.0)


def test_a_share_that_is_not_read_is_a_slope_and_what_drifts_is_an_error() -> None:
    found = changes.agreement(list(changes.of_sides(clip(-3.0, read=0.8, noise=0.0), DROP, MODEL)))
    assert found.slope == pytest.approx(0.8) and found.bias == pytest.approx(0.6)
    apart = changes.agreement(list(changes.of_differences(clip(0.0, drift=1.0, noise=0.0), DROP, MODEL)))
    assert apart.rmse == pytest.approx(0.0, abs=1e-9), "both sides drifted alike"


def test_a_clip_whose_light_and_cloth_hurry_has_wider_intervals() -> None:
    usual = clip(-3.0)
    hurried = replace(
        usual, clip=replace(usual.clip, info=msgspec.structs.replace(usual.clip.info, stands_for_s=600.0))
    )
    widths = [changes.agreement(list(changes.of_sides(one, DROP, MODEL))).half_width or 0.0 for one in (usual, hurried)]
    assert widths[1] > 1.5 * widths[0]


def test_what_the_card_keeps_is_what_the_runs_were_made_with() -> None:
    rng = np.random.default_rng(8)
    made = [
        clip(float(rng.uniform(-4, 4)), 0.8 + float(rng.normal(0, 0.05)), float(rng.normal(0, 0.5)), seed=seed)
        for seed in range(24)
    ]
    sides = [one for each in made for one in changes.of_sides(each, DROP, MODEL)]
    apart = [one for each in made for one in changes.of_differences(each, DROP, MODEL)]
    found = change_card.fitted(sides, apart, 1.0, 0.02)
    assert found.share == pytest.approx(0.8, abs=0.12)
    assert found.drift_sd * 0.6 == pytest.approx(0.5, abs=0.2), "some 35 s apart, it has grown to 0.6 of a minute's"
    assert found.drift_difference_sd is not None and found.drift_difference_sd < 0.1


def test_a_runner_above_a_target_is_told_and_one_who_meets_it_is_not() -> None:
    steady = clip(0.0, noise=0.5)
    above = change_claims.cued_after(steady, DROP, MODEL, 3.0)
    assert len(above) == 2 and all(after is not None and 7 <= after <= 12 for after in above)
    assert change_claims.cued_after(steady, DROP, MODEL, 0.0) == [None, None]
    assert change_claims.cued_after(clip(-3.0), DROP, MODEL, 3.0) == [], "a runner who changes is none to try it on"


def test_a_sure_change_that_is_none_is_counted_by_sides() -> None:
    assert change_claims.claimed(clip(0.0), DROP, MODEL) == (0, 2)
    assert change_claims.claimed(clip(0.0, drift=3.0), DROP, MODEL) == (2, 2)
    assert [after is not None for after in change_claims.sure_after(clip(0.0), DROP, MODEL)] == [True] * 4


def test_the_lines_name_every_figure_and_nothing_is_printed_of_runs_without_a_reference() -> None:
    text = "\n".join(change_lines.lines([clip(-3.0, seed=1), clip(0.0, seed=2)], MODEL))
    assert "changes within 2 runs" in text and "a sure change is claimed where there was none: on 0 of 2 sides" in text
    assert "the first cue comes after" in text
    short = clip(-3.0)
    few: list[Stance] = [found for _, found in short.pairs][:12]
    assert list(change_lines.lines([match(short.clip, few, InstrumentErrors({DROP: 1.0}))], MODEL)) == []
