"""Simulated runs through the coach: which cues, and when."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from runform_live import config, resources
from runform_live.coach.cues import Choice, Coach, outside, read_catalogue
from runform_live.coach.sound import decode
from runform_live.config import Band, CoachSettings
from runform_live.errors import BadInput
from tests.makers import stance

STEP_S = 0.36


def coach_for(**targets: Band) -> Coach:
    settings = CoachSettings(10.0, 7, 0.8, dict(targets) or {"pelvic_drop_mid_deg": Band(high=6.0)})
    return Coach(settings, 10, read_catalogue(resources.folder("configs") / "cues.toml"))


def run(
    coach: Coach, seconds: float, left: float, right: float, noise: float = 0.5, seed: int = 1, start: float = 0.0
) -> list[tuple[float, Choice]]:
    rng = np.random.default_rng(seed)
    given = []
    for k in range(int(seconds / STEP_S)):
        drop = (left if k % 2 == 0 else right) + rng.normal(0, noise)
        one = stance("left" if k % 2 == 0 else "right", start + k * STEP_S, drop)
        choice = coach.push(one)
        if choice is not None:
            given.append((one.toe_off_s, choice))
    return given


def test_a_runner_inside_the_band_hears_nothing() -> None:
    assert run(coach_for(), 120, 4.0, 4.5) == []


def test_a_side_outside_is_cued_on_that_side_not_more_often_than_every_ten_seconds() -> None:
    given = run(coach_for(), 60, 10.0, 3.0)
    assert 5 <= len(given) <= 6
    assert {choice.side for _, choice in given} == {"left"}
    assert all(b - a >= 10.0 for (a, _), (b, _) in itertools.pairwise(given))
    assert given[0][1].text == "Keep your belt level - left leg"
    assert "target high 6" in given[0][1].reason


def test_nothing_is_said_before_seven_stances_of_a_side() -> None:
    given = run(coach_for(), 20, 12.0, 12.0)
    assert given[0][0] >= 6 * 2 * STEP_S


def test_the_worse_side_is_cued_one_thing_at_a_time() -> None:
    given = run(coach_for(), 30, 7.5, 12.0)
    assert given[1][1].side == "right", "the first cue came before the right side had seven stances"


def test_noise_about_the_edge_of_the_band_is_no_reason() -> None:
    cues = [len(run(coach_for(), 300, 6.0, 6.0, noise=1.0, seed=seed)) for seed in range(10)]
    assert np.mean(cues) <= 8, "of at most 30 that the pause would allow"


def test_unknown_values_are_left_out() -> None:
    coach = coach_for()
    for k in range(100):
        assert coach.push(stance("left", k * STEP_S, None)) is None


def test_after_a_pause_the_means_start_anew() -> None:
    coach = coach_for()
    assert run(coach, 10, 12.0, 12.0)
    coach.forget()
    assert run(coach, 4.0, 12.0, 12.0, start=30.0) == []


def test_a_metric_without_a_sentence_for_its_direction_is_not_cued() -> None:
    coach = coach_for(knee_valgus_mid_deg=Band(low=5.0))
    assert run(coach, 30, 4.0, 4.0) == []


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


def test_every_cue_has_its_sounds_for_both_sides() -> None:
    folder = resources.folder("configs")
    catalogue = read_catalogue(folder / "cues.toml")
    for directions in catalogue.values():
        for cue in directions.values():
            for side in ("left", "right"):
                samples = decode(folder / "sounds" / f"{cue.sound.format(side=side)}.flac")
                assert len(samples) > 8000
                assert np.abs(samples.astype(int)).max() > 3000, "it can be heard"


def test_a_typo_in_the_cue_file_is_named(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "cues.toml"
    path.write_text('[pelvic_dropp_mid_deg.high]\ntext = "x"\nsound = "y"\n')
    with pytest.raises(BadInput, match="pelvic_dropp_mid_deg"):
        read_catalogue(path)
    path.write_text('[pelvic_drop_mid_deg.high]\ntext = "x"\n')
    with pytest.raises(BadInput, match="sound"):
        read_catalogue(path)


def test_every_metric_with_a_default_target_can_be_cued() -> None:
    catalogue = read_catalogue(resources.folder("configs") / "cues.toml")
    for metric, band in config.load().coach.targets.items():
        assert band.high is None or "high" in catalogue[metric]
