"""Simulated runs through the coach: which cues, and when."""

from __future__ import annotations

import itertools
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live import config, resources, texts
from runform_live.coach.catalogue import catalogue_or_none, read_catalogue
from runform_live.coach.choice import Choice
from runform_live.coach.choosing import CueChooser
from runform_live.coach.judgement import certain_t, outside
from runform_live.coach.process import read_sounds
from runform_live.config import CoachSettings
from runform_live.errors import BadInput
from runform_live.messages import Band
from runform_live.programmes.schedule import has_feedback
from tests.makers import stance

STEP_S = 0.36
DROP = "pelvic_drop_mid_deg"


def settings(targets: dict[str, Band] | None = None, **changes: object) -> CoachSettings:
    bands = targets or {DROP: Band(high=6.0)}
    return msgspec.structs.replace(config.load().coach, **{"targets": bands, "target_from": "settings"} | changes)


def coach_for(targets: dict[str, Band] | None = None, **changes: object) -> CueChooser:
    return CueChooser(settings(targets, **changes), read_catalogue(resources.folder("configs") / "cues.toml"))


def run(
    coach: CueChooser, seconds: float, left: float, right: float, noise: float = 0.5, seed: int = 1, start: float = 0.0
) -> list[tuple[float, Choice]]:
    rng = np.random.default_rng(seed)
    said = []
    for k in range(int(seconds / STEP_S)):
        drop = (left if k % 2 == 0 else right) + rng.normal(0, noise)
        one = stance("left" if k % 2 == 0 else "right", start + k * STEP_S, drop, drop_level_deg=0.0)
        choice = coach.push(one)
        if choice is not None:
            said.append((one.toe_off_s, choice))
    return said


def test_a_runner_inside_the_band_hears_nothing() -> None:
    assert run(coach_for(), 120, 4.0, 4.5) == []


def test_a_side_outside_is_cued_on_that_side_not_more_often_than_every_ten_seconds() -> None:
    said = run(coach_for(), 60, 10.0, 3.0)
    assert 5 <= len(said) <= 6
    assert {(choice.kind, choice.name, choice.side) for _, choice in said} == {("cue", "belt_level", "left")}
    assert all(b - a >= 10.0 for (a, _), (b, _) in itertools.pairwise(said))
    assert "target high 6" in said[0][1].reason


def test_nothing_is_said_before_seven_stances_of_a_side() -> None:
    said = run(coach_for(), 20, 12.0, 12.0)
    assert said[0][0] >= 6 * 2 * STEP_S


def test_the_worse_side_is_cued_one_thing_at_a_time() -> None:
    said = run(coach_for(), 40, 8.0, 12.0)
    assert said[1][1].side == "right", "the first cue came before the right side had seven stances"


@pytest.mark.parametrize("seed", range(30))
def test_noise_about_the_edge_of_the_band_is_no_reason(seed: int) -> None:
    assert len(run(coach_for(), 300, 6.0, 6.0, noise=1.0, seed=seed)) <= 1


def test_a_degree_and_a_half_outside_is_heard_in_spite_of_noise() -> None:
    said = run(coach_for(), 60, 7.5, 3.0, noise=1.0)
    assert said and said[0][1].side == "left"


def test_unknown_values_are_left_out() -> None:
    coach = coach_for()
    for k in range(100):
        assert coach.push(stance("left", k * STEP_S, None)) is None


def test_after_a_pause_the_means_start_anew() -> None:
    coach = coach_for()
    assert run(coach, 10, 12.0, 12.0)
    coach.forget()
    assert run(coach, 4.0, 12.0, 12.0, start=30.0) == []


def test_a_pause_does_not_count_for_the_blocks_of_faded_feedback() -> None:
    without = coach_for(mode="faded", faded_blocks_s=[(30.0, 30.0)])
    run(without, 20, 3.0, 3.0)
    assert not without.times.given(20 + 15.0) and without.times.given(20.0)
    paused = coach_for(mode="faded", faded_blocks_s=[(30.0, 30.0)])
    run(paused, 20, 3.0, 3.0)
    run(paused, 1, 3.0, 3.0, start=120.0)
    assert paused.times.given(121.0 + 7.0) and not paused.times.given(121.0 + 12.0)


def test_the_mode_can_be_changed_during_the_run() -> None:
    coach = coach_for(mode="off")
    assert run(coach, 30, 12.0, 12.0) == []
    coach.times.mode = "bandwidth"
    assert run(coach, 5, 12.0, 12.0, start=30.0)


def test_a_metric_without_a_sentence_for_its_direction_is_not_cued() -> None:
    assert run(coach_for({"knee_valgus_mid_deg": Band(low=5.0)}), 30, 4.0, 4.0) == []


def test_praise_once_when_the_cued_side_is_back_inside() -> None:
    coach = coach_for()
    assert run(coach, 20, 9.0, 3.0)
    after = run(coach, 60, 4.0, 3.0, start=20.0)
    assert [choice.kind for _, choice in after].count("praise") == 1
    assert next(choice for _, choice in after if choice.kind == "praise").side == "left"
    silent = coach_for(praise=False)
    run(silent, 20, 9.0, 3.0)
    assert all(choice.kind == "cue" for _, choice in run(silent, 60, 4.0, 3.0, start=20.0))


def test_off_says_nothing() -> None:
    assert run(coach_for(mode="off"), 120, 15.0, 15.0) == []


def test_constant_speaks_of_what_is_outside_without_being_sure() -> None:
    said = run(coach_for(mode="constant"), 120, 6.3, 3.0, noise=1.0)
    assert len([c for _, c in said if c.kind == "cue"]) >= 6
    assert len(run(coach_for(), 120, 6.3, 3.0, noise=1.0)) < len(said)


def test_summary_speaks_once_a_block() -> None:
    said = run(coach_for(mode="summary", summary_every_s=60.0), 200, 10.0, 3.0)
    assert [choice.kind for _, choice in said] == ["summary"] * 3
    assert {choice.name for _, choice in said} == {"belt_level"}
    good = run(coach_for(mode="summary", summary_every_s=60.0), 100, 3.0, 3.0)
    assert [(choice.name, choice.side) for _, choice in good] == [("block_good", None)]


def test_faded_feedback_is_silent_in_the_blocks_without() -> None:
    said = run(coach_for(mode="faded", faded_blocks_s=[(30.0, 30.0), (10.0, 50.0)]), 240, 12.0, 3.0)
    assert said
    for at_s, _ in said:
        since_s = at_s + 0.12
        assert since_s < 30.2 or 60 <= since_s < 70.2 or 120 <= since_s < 130.2 or 180 <= since_s < 190.2


@given(st.floats(0, 1e4), st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), max_size=4))
def test_feedback_blocks_equal_walking_through_them(at_s: float, blocks: list[tuple[float, float]]) -> None:
    left, number = at_s, 0
    if blocks and sum(blocks[-1]) > 1:
        while left >= sum(blocks[min(number, len(blocks) - 1)]):
            left -= sum(blocks[min(number, len(blocks) - 1)])
            number += 1
        with_s = blocks[min(number, len(blocks) - 1)][0]
        if min(abs(left - with_s), abs(left), abs(sum(blocks[min(number, len(blocks) - 1)]) - left)) > 1e-6:
            assert has_feedback(at_s, blocks) == (left < with_s)
    if not blocks:
        assert has_feedback(at_s, blocks)


def test_a_baseline_becomes_the_target_after_a_minute() -> None:
    coach = coach_for(target_from="baseline", baseline_change_deg=2.0)
    assert run(coach, 58, 9.0, 6.0) == [], "no target, no cue"
    said = run(coach, 60, 9.0, 6.0, start=59.0)
    assert coach.targets.bands[DROP].high == pytest.approx(7.0, abs=0.3)
    assert said and {choice.side for _, choice in said} == {"left"}


def test_a_rest_does_not_count_for_the_minute_of_a_baseline() -> None:
    coach = coach_for(target_from="baseline", baseline_change_deg=2.0)
    run(coach, 7, 9.0, 6.0)
    run(coach, 1, 9.0, 6.0, start=67.0)
    assert coach.targets.bands == {}, "seven seconds of running and a minute of rest are no minute"
    run(coach, 50, 9.0, 6.0, start=69.0)
    assert coach.targets.bands == {}
    run(coach, 4, 9.0, 6.0, start=119.2)
    assert coach.targets.bands[DROP].high == pytest.approx(7.0, abs=0.3)


def test_targets_chosen_during_the_run_count_from_then_on() -> None:
    coach = coach_for(target_from="none")
    assert run(coach, 60, 8.0, 8.0) == []
    coach.aim("chosen", {DROP: Band(high=4.0)})
    assert {choice.metric for _, choice in run(coach, 60, 8.0, 2.0, start=61.0)} == {DROP}
    coach.aim("baseline", {})
    assert run(coach, 50, 8.0, 8.0, start=122.0) == [], "the minute of a new baseline"
    run(coach, 20, 8.0, 8.0, start=173.0)
    assert coach.targets.bands[DROP].high == pytest.approx(6.0, abs=0.3)


def test_without_targets_one_just_watches() -> None:
    assert run(coach_for(target_from="none"), 120, 15.0, 15.0) == []


@pytest.mark.parametrize(("freedom", "want"), [(6, 5.93), (9, 4.77), (19, 3.88), (40, 3.55), (1000, 3.30)])
def test_certainty_by_students_t(freedom: int, want: float) -> None:
    assert certain_t(freedom) == pytest.approx(want, rel=0.03)


@pytest.mark.parametrize(
    ("band", "mean", "want"),
    [
        (Band(high=6.0), 7.0, ("high", 1.0)),
        (Band(high=6.0), 6.0, None),
        (Band(low=2.0), 0.5, ("low", 1.5)),
        (Band(), 99.0, None),
        (Band(1.0, 2.0), 1.5, None),
    ],
)
def test_bands(band: Band, mean: float, want: tuple[str, float] | None) -> None:
    assert outside(band, mean) == want


@pytest.mark.parametrize("language", texts.languages())
def test_every_cue_has_its_sentence_and_its_sounds_in_every_language(language: str) -> None:
    said, trouble = texts.load(language)
    assert not trouble
    sounds, trouble = read_sounds(language)
    assert not trouble
    catalogue = read_catalogue(resources.folder("configs") / "cues.toml")
    names = {rule.say for directions in catalogue.values() for rule in directions.values()} | {"praise"}
    for name in names:
        for side in ("left", "right"):
            assert said(f"leg.{side}") in said(f"cue.{name}", leg=said(f"leg.{side}"))
            samples = sounds[f"{name}_{side}"]
            assert len(samples) > 8000
            assert np.abs(samples).max() > 0.1, "it can be heard"
    assert len(sounds["block_good"]) > 8000


def test_a_typo_in_the_cue_file_is_named_and_the_run_goes_on(tmp_path: object) -> None:
    path = Path(str(tmp_path)) / "cues.toml"
    path.write_text('[pelvic_dropp_mid_deg.high]\nsay = "x"\n')
    with pytest.raises(BadInput, match="pelvic_dropp_mid_deg"):
        read_catalogue(path)
    path.write_text('[pelvic_drop_mid_deg.hihg]\nsay = "x"\n')
    found, trouble = catalogue_or_none(path)
    assert found == {} and "hihg" in trouble


@pytest.mark.parametrize(
    ("gaits", "named"), [('["jog"]', "jog"), ("[]", "gaits"), ('"run"', "gaits"), ('["run"]\nsays = "x"', "says")]
)
def test_a_cue_names_running_walking_or_both(tmp_path: Path, gaits: str, named: str) -> None:
    path = tmp_path / "cues.toml"
    path.write_text(f'[pelvic_drop_mid_deg.high]\nsay = "belt_level"\ngaits = {gaits}\n')
    with pytest.raises(BadInput, match=named):
        read_catalogue(path)


def test_a_cue_that_names_no_gait_is_of_running(tmp_path: Path) -> None:
    path = tmp_path / "cues.toml"
    path.write_text('[pelvic_drop_mid_deg.high]\nsay = "belt_level"\n')
    assert read_catalogue(path)["pelvic_drop_mid_deg"]["high"].gaits == ("run",)


def test_every_metric_with_a_default_target_can_be_cued() -> None:
    catalogue = read_catalogue(resources.folder("configs") / "cues.toml")
    for metric, band in config.load().coach.targets.items():
        assert band.high is None or "high" in catalogue[metric]


def test_a_damaged_sound_costs_one_cue_its_words_and_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "folder", lambda: tmp_path)
    (tmp_path / "en").mkdir()
    whole = resources.folder("configs") / "languages" / "en" / "praise_left.flac"
    (tmp_path / "en" / "praise_left.flac").write_bytes(whole.read_bytes())
    (tmp_path / "en" / "praise_right.flac").write_bytes(b"no sound")
    sounds, trouble = read_sounds("en")
    assert list(sounds) == ["praise_left"]
    assert "praise_right.flac" in trouble and trouble.endswith("this cue is a tone only")
