from __future__ import annotations

from pathlib import Path

import pytest

from runform_live import config, resources
from runform_live.errors import BadInput


def test_the_defaults_are_complete_and_valid() -> None:
    assert config.load().coach.targets["pelvic_drop_mid_deg"].high == 6.0


def test_a_file_of_ones_own_needs_only_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[coach.targets.pelvic_drop_mid_deg]\nlow = 1.0\nhigh = 4.0\n")
    found = config.load(path)
    assert found.coach.targets["pelvic_drop_mid_deg"] == config.Band(1.0, 4.0)
    assert found.coach.volume == config.load().coach.volume


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[coach]\nvolumee = 1\n", r"unknown key `volumee` in \[coach\]"),
        ("colour = 1\n", "unknown key `colour` at the top"),
        ('[pose]\nthreads = "two"\n', r"Expected `int`.*pose.threads"),
        ("[coach.targets.hip_drop]\nhigh = 3.0\n", "no metric 'hip_drop'"),
        ("[coach\n", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(BadInput, match=words):
        config.load(path)


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        config.load(tmp_path / "none.toml")


def test_the_persons_own_file_is_read_from_the_usual_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    place = config.own_file()
    place.parent.mkdir()
    place.write_text("[gait]\nrolling_stances = 6\n")
    assert config.load().gait.rolling_stances == 6


def test_the_settings_of_the_demo_are_good_and_set_a_target_that_its_runner_misses() -> None:
    settings = config.load(resources.folder("configs") / "demo.toml")
    assert settings.coach.mode == "constant"
    assert settings.coach.targets["pelvic_drop_mid_deg"].high == 3.0
