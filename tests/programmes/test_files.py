"""Programmes of one's own, and what is said of a file that is wrong."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from runform_live import texts
from runform_live.errors import BadInput
from runform_live.programmes import Programme, load, names, own_folder, read, words
from tests.programmes.making import SESSION, home, own

__all__ = ["home"]
SAID, _ = texts.load("en")


def changed(line: str, other: str) -> str:
    """The text of a good programme with another line."""
    assert line in SESSION
    return SESSION.replace(line, other)


def test_a_programme_of_ones_own_lies_beside_the_settings(home: Path) -> None:
    own("hill", "title = 'Hill'\n" + SESSION)
    assert own_folder() == home / "runform_live" / "programmes"
    assert names() == ("home_six_weeks", "two_weeks", "hill")
    found = load("hill")
    assert (found.name, words(found, "title", SAID), words(found, "known", SAID)) == ("hill", "Hill", "")
    assert found.sources == () and found.ask_pain == ("before", "after")


def test_a_programme_without_a_title_is_called_by_its_name(home: Path) -> None:
    own("hill", SESSION)
    assert words(load("hill"), "title", SAID) == "hill"


def test_a_copy_of_a_shipped_file_under_another_name_has_the_same_sessions(home: Path) -> None:
    from runform_live import resources

    source = resources.folder("configs") / "programmes" / "two_weeks.toml"
    own("mine", source.read_text(encoding="utf-8"))
    assert load("mine").sessions == load("two_weeks").sessions


def test_a_file_of_ones_own_may_not_take_the_place_of_a_shipped_one(home: Path) -> None:
    own("two_weeks", SESSION)
    with pytest.raises(BadInput, match=r"two_weeks\.toml has the name of one that ships; give the file another name"):
        load("two_weeks")
    assert names() == ("home_six_weeks", "two_weeks")


@pytest.mark.parametrize("name", ["none", "", "../two_weeks", "/etc/passwd", "two_weeks.toml", "a\nb"])
def test_a_programme_that_is_not_there_is_said_with_those_that_are(home: Path, name: str) -> None:
    with pytest.raises(BadInput) as trouble:
        load(name)
    assert str(trouble.value) == f"there is no programme {name!r}; there are home_six_weeks, two_weeks"


def test_other_files_in_the_folder_are_no_programmes(home: Path) -> None:
    own("hill", SESSION).with_suffix(".toml~").write_text("x")
    own("a b", SESSION)
    assert names() == ("home_six_weeks", "two_weeks", "hill")


def test_an_account_without_a_home_folder_has_those_that_ship(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr("runform_live.places.home", lambda: None)
    assert names() == ("home_six_weeks", "two_weeks")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (changed("training_min = 15", "training_mins = 15"),
         "unknown key `training_mins` in [session.0]; configs/programmes/two_weeks.toml shows every key"),
        (changed("training_min = 15\n", ""), "training_min in [session.0] is missing; it must be a number between 1 and 120"),
        (changed("training_min = 15", "training_min = 0"), "training_min in [session.0] is 0; it must be between 1 and 120"),
        (changed("training_min = 15", "training_min = nan"), "training_min in [session.0] is nan; it must be between 1 and 120"),
        (changed("training_min = 15", "training_min = '15'"),
         "training_min in [session.0] is '15'; it must be a number between 1 and 120"),
        (changed("warm_up_min = 3", "warm_up_min = -3"), "warm_up_min in [session.0] is -3; it must be between 0 and 60"),
        (changed("retention_min = 2", "retention_min = 61"), "retention_min in [session.0] is 61; it must be between 0 and 60"),
        (changed("days_after = 0", "days_after = 1.5"),
         "days_after in [session.0] is 1.5; it must be a whole number between 0 and 60"),
        (changed("days_after = 0", "days_after = 2"),
         "days_after in [session.0] is 2; it must be 0: no session is before the first"),
        (changed("[[2, 1]]", "[[2, 1], [2]]"), "blocks_min[1] in [session.0] is a list; it must be a list of 2 values"),
        (changed("[[2, 1]]", "[]"), "blocks_min in [session.0] is an empty list; it must be a list of at least 1"),
        (changed("[[2, 1]]", "[[2, -1]]"), "blocks_min[0][1] in [session.0] is -1; it must be between 0 and 120"),
        (changed("[[2, 1]]", "[[2, 1], [0, 0]]"),
         "blocks_min[1] in [session.0] is two zeros; it is the last pair, which repeats, and must last some minutes"),
        (changed("[[2, 1]]", "[[0.1, 1]]"), "blocks_min[0][0] in [session.0] is 0.1; it must be 0 or at least 10 s"),
        (changed("[[2, 1]]", "[[15, 0], [0, 5]]"),
         "training_min in [session.0] is 15; it must be at least 20, the length of all pairs of blocks_min"),
        ("ask_pain = ['during']\n" + SESSION, "ask_pain[0] is 'during'; it must be \"after\" or \"before\""),
        ("sesion = 1\n" + SESSION, "unknown key `sesion` at the top; configs/programmes/two_weeks.toml shows every key"),
        ("title = 'x'\n", "session is missing; it must be a list of at least 1"),
        (SESSION + SESSION.replace("days_after = 0", "days_after = -1"),
         "days_after in [session.1] is -1; it must be between 0 and 60"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_key_and_value(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as trouble:
        read(path)
    assert str(trouble.value) == f"programme {path}: {said}"


def test_a_file_that_is_no_toml_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[[session\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"mine\.toml is not valid TOML"):
        read(path)


def test_a_programme_survives_being_written_down() -> None:
    programme = load("two_weeks")
    assert msgspec.json.decode(msgspec.json.encode(programme), type=Programme) == programme
