"""One catalogue a language: no key missing, no placeholder lost, no key in the code that no catalogue has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runform_live import texts
from runform_live.dashboard import keys
from runform_live.errors import BadInput

PACKAGE = Path(texts.__file__).parent
ENGLISH = texts.read(texts.folder() / "en.toml").table


@pytest.mark.parametrize("language", texts.languages())
def test_a_language_has_the_keys_and_placeholders_of_english(language: str) -> None:
    table = texts.read(texts.folder() / f"{language}.toml").table
    assert set(table) == set(ENGLISH)
    for key, sentence in table.items():
        names = sorted(re.findall(r"{(\w+)", sentence))
        assert names == sorted(re.findall(r"{(\w+)", ENGLISH[key])), key


def test_every_key_that_the_code_names_is_there() -> None:
    named = set()
    for path in PACKAGE.rglob("*.py"):
        named |= set(re.findall(r"""(?:texts|said)\(\s*"([\w.]+)\"""", path.read_text(encoding="utf-8")))
    assert named, "the pattern finds the calls"
    assert named <= set(ENGLISH)


def test_every_key_of_every_page_has_its_word() -> None:
    named = {f"{page}.keys.{name}" for page, line in keys.PAGES.items() for name in line}
    assert named == {key for key in ENGLISH if ".keys." in key}


def test_an_unknown_language_is_said_and_english_is_used() -> None:
    found, trouble = texts.load("xx")
    assert found.language == "en"
    assert "'xx'" in trouble and "de" in trouble


def test_a_damaged_language_file_is_said_and_english_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "en.toml").write_bytes((texts.folder() / "en.toml").read_bytes())
    (tmp_path / "fr.toml").write_text('[cue\nx = "y"')
    monkeypatch.setattr(texts, "folder", lambda: tmp_path)
    found, trouble = texts.load("fr")
    assert found.language == "en" and "fr.toml" in trouble
    (tmp_path / "fr.toml").write_text("[cue]\nx = 3")
    with pytest.raises(BadInput, match="cue.x"):
        texts.read(tmp_path / "fr.toml")
