"""One catalogue a language: no key missing, no placeholder lost, no key in the code that no catalogue has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from runform_live import config, texts
from runform_live.cli.main import main
from runform_live.dashboard import keys
from runform_live.errors import BadInput
from tests.session.mutations import sound

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
        counted = re.findall(r"""(?:texts|said)\.counted\(\s*"([\w.]+)\"""", path.read_text(encoding="utf-8"))
        named |= {*counted, *(f"{key}_one" for key in counted)}
    assert {"home.encryption.sealed_one", "home.locked.opening"} <= named, "the patterns find the calls"
    assert named <= set(ENGLISH)


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("en", 0, "0 sessions were encrypted."), ("en", 1, "1 session was encrypted."), ("en", 2, "2 sessions were encrypted."),
        ("de", 1, "1 Sitzung wurde verschlüsselt."), ("de", 2, "2 Sitzungen wurden verschlüsselt."),
    ],
)  # fmt: skip
def test_one_thing_is_no_several_things(language: str, count: int, words: str) -> None:
    assert texts.load(language)[0].counted("home.encryption.sealed", count) == words


def test_every_key_of_every_page_has_its_word() -> None:
    named = {f"{page}.keys.{key.name}" for page in keys.PAGES for key in keys.buttons(page)}
    assert named == {key for key in ENGLISH if ".keys." in key and not key.startswith(texts.THIRD)}


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


class Secret:
    """A value with something in it that no sentence may show."""

    key = "hidden"

    def __str__(self) -> str:
        return "shown"


WRONG = [
    "Lift {nme}", "Lift {0}", "Lift {}", "Lift {", "Lift }", "Lift {leg.key}", "Lift {leg.__class__}", "Lift {leg[key]}", "Lift {leg!x}",
    "Lift {leg:999999999}", "Lift {leg:{leg}}", "Lift {leg:.2f}", "Lift {leg", "Lift {leg:>9}", "Lift { leg }", "Lift {leg:%}",
]  # fmt: skip


@pytest.mark.parametrize("sentence", WRONG)
def test_a_sentence_that_cannot_be_filled_is_shown_as_it_stands_and_said(sentence: str) -> None:
    said = texts.Texts("xx", {"cue.lift": sentence})
    assert said("cue.lift", leg=Secret()) == sentence
    assert said("cue.lift", leg=Secret()) == sentence
    assert "cue.lift cannot be filled" in said.trouble and "more" not in said.trouble


@pytest.mark.parametrize(
    ("sentence", "filled"),
    [("Lift {leg}", "Lift shown"), ("{{leg}} {leg!s}", "{leg} shown"), ("", ""), ("{n:.1f}° +{n:.0f}%", "1.2° +1%"), ("{n:g}", "1.25"),
     ("\u202bארך {leg}\u202c", "\u202bארך shown\u202c"), ("línea\n{leg}", "línea\nshown")],
)  # fmt: skip
def test_a_right_sentence_is_filled(sentence: str, filled: str) -> None:
    said = texts.Texts("xx", {"cue.lift": sentence})
    assert said("cue.lift", leg=Secret(), n=1.25) == filled
    assert said.trouble == ""


def test_a_sentence_that_is_missing_is_named_by_its_key() -> None:
    assert texts.Texts("en", {})("cue.lift") == "cue.lift"


@pytest.fixture
def languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of languages with the English that ships; what was read before is forgotten."""
    (tmp_path / "en.toml").write_bytes((texts.folder() / "en.toml").read_bytes())
    monkeypatch.setattr(texts, "folder", lambda: tmp_path)
    texts.load.cache_clear()
    yield tmp_path
    texts.load.cache_clear()


def test_a_wrong_name_in_one_sentence_of_a_language_is_said_and_the_others_are_used(languages: Path) -> None:
    (languages / "fr.toml").write_text(
        "[leg]\nleft = 'gauche'\nright = ' '\n[cue]\npraise = 'Bien, {jambe}'\nother = 'x'"
    )
    found, trouble = texts.load("fr")
    assert found.language == "fr" and found("leg.left") == "gauche"
    assert found("leg.right") == ENGLISH["leg.right"], "an empty sentence is none"
    assert found("cue.praise", leg="x") == "Bien, {jambe}"
    assert "fr.toml: cue.praise cannot be filled" in trouble


@pytest.mark.parametrize(
    "content",
    [b"[cue]\npraise = 3", b"[[cue]]\npraise = 'a'", b"cue = ['a']", b"\xff\xfe\x00", b"[cue]\npraise = '" + b"x" * 3000 + b"'",
     b"[" + b".".join([b"a"] * 5000) + b"]\nb = 'c'"],
    ids=["number", "list of tables", "list", "no text", "endless", "deep"],
)  # fmt: skip
def test_a_language_of_another_shape_gives_way_to_english(languages: Path, content: bytes) -> None:
    (languages / "fr.toml").write_bytes(content)
    found, trouble = texts.load("fr")
    assert found.language == "en" and "fr.toml" in trouble and "\n" not in trouble


def test_a_sentence_that_is_a_table_leaves_english_in_its_place(languages: Path) -> None:
    (languages / "fr.toml").write_text("[cue.praise]\nx = 'y'")
    assert texts.load("fr")[0]("cue.praise", leg="left leg") == ENGLISH["cue.praise"].format(leg="left leg")


def test_a_damaged_english_is_said_when_the_settings_are_read(languages: Path) -> None:
    (languages / "en.toml").write_text("[cue\n")
    with pytest.raises(BadInput, match="en.toml is not valid TOML"):
        config.load()


def test_a_damaged_language_file_says_that_english_is_used(languages: Path) -> None:
    (languages / "fr.toml").write_text("[cue\n")
    assert texts.load("fr")[1].endswith("; English is used")


def test_a_wrong_name_in_english_is_said_at_the_end_of_the_command(
    languages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "made").mkdir()
    folder = sound(tmp_path / "made")["analysed"]
    english = (languages / "en.toml").read_text(encoding="utf-8")
    (languages / "en.toml").write_text(
        english.replace("{value} (at {time} min)", "{valeu} (at {time} min)"), encoding="utf-8"
    )
    texts.load.cache_clear()
    assert main(["report", str(folder), "--out", str(tmp_path / "r.html")]) == 0
    err = capsys.readouterr().err
    assert "language en: report.figure.caption cannot be filled" in err
    assert "{valeu} (at" in (tmp_path / "r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("sign", ["", "decimal_sign = ''\n"])
def test_a_language_without_a_decimal_sign_writes_a_point(languages: Path, sign: str) -> None:
    (languages / "fr.toml").write_text(f"{sign}[leg]\nleft = 'gauche'")
    assert texts.load("fr")[0].decimal_sign == "."
