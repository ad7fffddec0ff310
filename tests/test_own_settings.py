"""A person's own settings file, written by the window."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from runform_live import config, own_settings, toml_text
from runform_live.errors import BadInput

LIMIT = ("coach", "targets", "pelvic_drop_mid_deg", "high")


def saved(path: Path) -> object:
    return msgspec.toml.decode(path.read_bytes())


def test_only_what_differs_is_written_and_the_file_holds_from_then_on(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    settings = own_settings.save({("coach", "volume"): 0.5, ("screen", "language"): "en"}, path)
    assert settings.coach.volume == 0.5
    assert saved(path) == {"coach": {"volume": 0.5}}
    assert config.load(path) == settings


def test_what_is_back_as_delivered_leaves_the_file_and_other_keys_stay(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[coach]\nvolume = 0.5\npraise = true\n[screen]\nlight = true\n")
    own_settings.save({("coach", "volume"): own_settings.DELIVERED, ("screen", "light"): False}, path)
    assert saved(path) == {"coach": {"praise": True}}


def test_the_persons_own_file_is_found_in_their_settings_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    own_settings.save({("screen", "light"): True})
    assert config.load().screen.light
    assert (tmp_path / "runform_live" / "config.toml").is_file()


def test_a_refused_value_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[coach]\nvolume = 0.5\n")
    with pytest.raises(BadInput, match=r"volume in \[coach\] is 1\.5; it must be between 0 and 1"):
        own_settings.save({("coach", "volume"): 1.5}, path)
    assert path.read_text() == "[coach]\nvolume = 0.5\n"


def test_a_file_with_a_typo_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[coach]\nvolune = 0.5\n")
    with pytest.raises(BadInput, match="unknown key `volune`"):
        own_settings.save({("screen", "light"): True}, path)
    assert path.read_text() == "[coach]\nvolune = 0.5\n"


def test_a_limit_that_is_changed_does_not_change_where_targets_come_from(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert own_settings.save({LIMIT: 5.0}, path).coach.target_from == "baseline"


def test_limits_of_a_file_that_does_not_say_so_are_meant_also_after_a_change(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[coach.targets.pelvic_drop_mid_deg]\nhigh = 4.0\n")
    assert own_settings.save({LIMIT: 5.0}, path).coach.target_from == "settings"
    assert own_settings.save({("coach", "target_from"): "baseline"}, path).coach.target_from == "baseline"


def test_a_folder_that_cannot_be_written_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        own_settings.save({("screen", "light"): True}, tmp_path / "file" / "config.toml")


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"a": 1, "b": -0.5, "c": True, "d": 'quo"te \\ and\nline \x7f é', "e": [[180, 0], [1.5, 2]], "f": []},
        {"top": 1, "section": {"x": 1, "deeper": {"y": 2}}, "another": {"z": 3}},
        {"session": [{"days": 1, "blocks": [[1, 2]]}, {"days": 2}], "with space": {"ä": 1}},
        {"mixed": [1, {"x": 2}], "big": 1e300, "inf": float("inf")},
    ],
)
def test_what_is_written_as_toml_is_read_back_as_it_was(values: dict[str, object]) -> None:
    assert msgspec.toml.decode(toml_text.text(values)) == values
