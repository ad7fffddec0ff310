"""The settings that a person can change in the window."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from runform_live import config, texts
from runform_live.errors import BadInput
from runform_live.home import settable, settings_model
from runform_live.home.services import Home
from runform_live.home.settable import GROUPS, SETTINGS, Setting
from runform_live.home.settings_model import SettingsModel

NAMED = {setting.name: setting for setting in SETTINGS}


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SettingsModel:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return SettingsModel(Home(config.load()))


def line(model: SettingsModel, name: str) -> settings_model.Line:
    model.choose_group(NAMED[name].group)
    return next(one for one in model.lines() if one.setting.name == name)


def own_file() -> object:
    path = config.own_file()
    assert path is not None
    return msgspec.toml.decode(path.read_bytes()) if path.exists() else None


def test_all_settings_that_ship_can_be_changed_in_the_window() -> None:
    def leaves(values: dict[str, object], place: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
        found = set()
        for key, value in values.items():
            found |= leaves(value, (*place, key)) if isinstance(value, dict) else {(*place, key)}
        return found

    assert leaves(config.delivered()) <= {path for one in SETTINGS for path in one.key_paths}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.name)
def test_every_setting_is_named_and_explained_in_both_languages(setting: Setting, language: str) -> None:
    said = texts.read(texts.folder() / f"{language}.toml")
    keys = [f"home.settings.{setting.name}", f"home.settings.about.{setting.name}"]
    assert all(said.has(key) for key in [*keys, *(f"home.settings.group.{group}" for group in GROUPS)])
    if setting.name == "mode":  # as everywhere in the windows
        assert all(said.has(f"feedback.title.{name}") for name in settable.choices_of(setting))
    if setting.name in ("target_from", "faded_blocks_s", "language", "lsl"):
        words = [f"home.settings.choice.{setting.name}.{name}" for name in settable.choices_of(setting)]
        assert all(said.has(key) for key in words)


@pytest.mark.parametrize("setting", [one for one in SETTINGS if one.kind == "number"], ids=lambda one: one.name)
def test_both_ends_of_every_slider_are_taken(model: SettingsModel, setting: Setting) -> None:
    low, high = settable.ends(setting)
    for value in (*setting.slider, low, high):
        assert low <= value <= high
        model.set(setting, value)
        model.keep()
        assert line(model, setting.name).value == pytest.approx(value)


@pytest.mark.parametrize("setting", [one for one in SETTINGS if one.kind == "choice"], ids=lambda one: one.name)
def test_every_choice_is_taken_and_shown_as_chosen(model: SettingsModel, setting: Setting) -> None:
    for name in settable.choices_of(setting):
        model.set(setting, name)
        assert line(model, setting.name).value == name


def test_a_value_out_of_range_is_refused_in_one_line_and_nothing_is_written(model: SettingsModel) -> None:
    with pytest.raises(BadInput, match="130 is out of range: it must be between 0 and 100 %"):
        model.set(NAMED["volume"], 130)
    model.keep()
    assert own_file() is None


def test_a_volume_is_told_in_percent_and_kept_as_a_share(model: SettingsModel) -> None:
    assert line(model, "volume").value == 80
    model.set(NAMED["volume"], 35)
    model.keep()
    assert own_file() == {"coach": {"volume": 0.35}}


def test_a_dragged_slider_is_written_once_it_is_kept(model: SettingsModel) -> None:
    for value in (10, 20, 30):
        model.set(NAMED["shortest_pause_s"], value)
    assert own_file() is None
    assert model.waits
    model.keep()
    assert own_file() == {"coach": {"shortest_pause_s": 30}}
    assert not model.waits


def test_back_as_delivered_leaves_nothing_in_the_file(model: SettingsModel) -> None:
    model.set(NAMED["picture_size"], "640 × 480")
    assert line(model, "picture_size").changed
    model.deliver(NAMED["picture_size"])
    assert own_file() == {}
    assert not line(model, "picture_size").changed


def test_a_metronome_that_is_switched_off_is_left_out(model: SettingsModel) -> None:
    model.set(NAMED["metronome_percent"], 5)
    model.keep()
    assert model.home.config.coach.metronome_percent == 5
    model.set(NAMED["metronome_percent"], None)
    model.keep()
    assert model.home.config.coach.metronome_percent is None


def test_a_picture_size_of_the_file_that_is_not_offered_is_shown_as_the_files_own(model: SettingsModel) -> None:
    path = config.own_file()
    assert path is not None
    path.parent.mkdir(parents=True)
    path.write_text("[capture]\nwidth_px = 800\n")
    model.home.config = config.load()
    shown = line(model, "picture_size")
    assert shown.value == settable.OWN
    assert settable.choices(shown.setting, shown.value)[-1] == settable.OWN


def test_another_language_is_spoken_at_once(model: SettingsModel) -> None:
    model.set(NAMED["language"], "de")
    assert model.home.said("home.settings.title") == "Einstellungen"


def test_a_group_is_delivered_only_after_asking(model: SettingsModel) -> None:
    model.set(NAMED["praise"], False)
    model.set(NAMED["light"], True)
    model.choose_group("feedback")
    model.all_delivered()
    model.home.answer(False)
    assert own_file() == {"coach": {"praise": False}, "screen": {"light": True}}
    model.all_delivered()
    model.home.answer(True)
    assert own_file() == {"screen": {"light": True}}


def test_a_settings_file_that_was_named_is_the_one_that_is_changed(model: SettingsModel, tmp_path: Path) -> None:
    file = tmp_path / "clinic.toml"
    file.write_text("[screen]\nlanguage = 'en'\n[coach]\nvolume = 0.5\n")
    model.home.file, model.home.config = file, config.load(file)
    model.opened()
    assert str(file) in model.home.words
    model.set(NAMED["light"], True)
    assert own_file() is None
    assert msgspec.toml.decode(file.read_bytes())["coach"] == {"volume": 0.5}
    assert model.home.config == config.load(file) and model.home.config.screen.light
    assert str(file) in model.home.words


def test_a_text_that_is_typed_is_written_once_the_person_is_done(model: SettingsModel) -> None:
    for typed in ("P", "Pr", "Praxis"):
        model.set(NAMED["clinic"], typed)
    assert own_file() is None and model.waits
    model.keep()
    assert own_file() == {"report": {"clinic": "Praxis"}}
    assert settable.shown(NAMED["clinic"], "Praxis", model.home.said) == "Praxis"


def test_a_text_that_is_too_long_is_refused_in_one_line(model: SettingsModel) -> None:
    model.set(NAMED["clinic"], "x" * 121)
    with pytest.raises(BadInput, match=r"clinic in \[report\] .* it must have 120 characters at most"):
        model.keep()
    assert own_file() is None
