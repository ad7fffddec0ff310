"""Names of files, of any kind that a system gives: nothing is lost, and nothing reaches a terminal that could harm it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec
import pytest

from runform_live import file_names
from runform_live.errors import BadInput

posix = pytest.mark.skipif(sys.platform == "win32", reason="names are bytes on POSIX only")
ODD = [
    b"caf\xe9.mp4",
    b"\xff\xfe",
    "Läufer 🏃🏽 e\u0301.mp4".encode(),
    b"a\nb\t\x1b[2J.mp4",
    b"a:b",
    b"%d %04d %s",
    b"'\"\\*?[x]",
    b"~nobody",
]


@posix
@pytest.mark.parametrize("name", ODD)
def test_a_name_is_stored_in_json_and_comes_back_byte_for_byte(name: bytes) -> None:
    stored = msgspec.json.decode(msgspec.json.encode(file_names.storable(os.fsdecode(name))))
    assert os.fsencode(file_names.native(stored)) == name


def test_a_usual_name_is_stored_as_it_is() -> None:
    assert file_names.storable("/Filme/läufer/run 1.mp4") == "/Filme/läufer/run 1.mp4"
    assert file_names.native("/Filme/läufer/run 1.mp4") == "/Filme/läufer/run 1.mp4"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("run.mp4", "run.mp4"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b2J", "\\x9b2J"),
        ("caf\udce9", "caf\\xe9"),
        ("\u202egpj.4pm", "\\u202egpj.4pm"),
        ("Läufer 🏃🏽 e\u0301", "Läufer 🏃🏽 e\u0301"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_cannot_be_shown_is_written_out(name: str, expected: str) -> None:
    assert file_names.shown(name) == expected


def test_a_stored_name_is_shown_as_the_name_itself() -> None:
    assert file_names.shown(file_names.storable("caf\udce9")) == "caf\\xe9"


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("run 1", "run 1"),
        ("a:b 'c' %d", "a:b 'c' %d"),
        ("a\nb\x1b[2J", "a_b_[2J"),
        ("caf\udce9", "caf_"),
        ("\u202egpj", "_gpj"),
        (".mp4", "mp4"),
        ("", "session"),
        (".", "session"),
        ("..", "session"),
        ("run. . ", "run"),
        ("CON", "CON_"),
        ("aux", "aux_"),
        ("com1.left", "com1.left_"),
        ("console", "console"),
    ],
)
def test_a_session_folder_is_named_after_its_film(stem: str, expected: str) -> None:
    assert file_names.folder_name(stem) == expected


def test_a_long_name_is_cut_in_bytes_between_characters() -> None:
    assert file_names.folder_name("x" * 251) == "x" * 140
    assert file_names.folder_name("é" * 125) == "é" * 70
    assert file_names.folder_name("x" * 139 + "é") == "x" * 139
    assert file_names.folder_name("x" * 139 + "e\u0301") == "x" * 139, "an accent stays with its letter"
    assert file_names.folder_name("x" * 136 + "🏃🏽") == "x" * 136, "and a tone of skin with its runner"
    assert len(os.fsencode(file_names.temporary_for("🏃" * 63) + "12345678")) <= 255


def test_what_windows_refuses_is_replaced_where_that_is_needed() -> None:
    assert file_names.portable('a:b<c>"d|e?f*g') == "a_b_c__d_e_f_g"


def test_a_tilde_is_expanded_and_a_file_that_begins_with_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    Path("~").mkdir()
    Path("~$run.mp4").touch()
    assert file_names.path_given("~") == tmp_path / "home"
    assert file_names.path_given("~/x") == tmp_path / "home" / "x"
    assert file_names.path_given("./~/x") == Path("~/x")
    assert file_names.path_given("a~/x~") == Path("a~/x~")
    assert file_names.path_given("~$run.mp4") == Path("~$run.mp4")


@pytest.mark.parametrize(("text", "words"), [("~nobody-here/x", "no user 'nobody-here'"), ("", "name is empty")])
def test_a_name_that_means_nothing_is_bad_input(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        file_names.path_given(text)


@posix
def test_a_name_means_the_same_file_where_the_system_knows_ascii_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python then gives the two bytes of a letter as two surrogates; stored, it is the letter."""
    assert file_names.storable("caf\udcc3\udca9") == "café"
    assert file_names.shown("caf\udcc3\udca9") == "café"
