"""The key pair of an installation: made, switched off and on, opened by its passphrase alone."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from runform_live.encryption import by_passphrase, keys, library, passphrase, sealed_file
from runform_live.errors import BadInput
from tests.encryption.makers import WORDS, encrypted

assert encrypted  # a fixture
pytestmark = pytest.mark.usefixtures("encrypted")


def test_a_wrong_passphrase_opens_nothing_and_nobody_is_asked_twice() -> None:
    asked: list[str] = []

    def ask(what: str) -> str:
        asked.append(what)
        return "another one"

    passphrase.ask_with(ask)
    for _ in range(2):
        with pytest.raises(keys.WrongPassphrase, match="^wrong passphrase; nothing was opened$") as told:
            keys.identity()
        assert told.value.exit_status == 2
    assert asked == ["key"]


def test_without_a_passphrase_it_is_locked_and_can_be_opened_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(keys.Locked, match="^locked: give the passphrase"):
        keys.identity()
    (tmp_path / "words").write_text(f"{WORDS}\n")
    monkeypatch.setenv(passphrase.FILE, str(tmp_path / "words"))
    assert keys.identity() is keys.identity()


def test_nobody_is_asked_where_it_is_not_worth_a_question() -> None:
    passphrase.ask_with(lambda _: pytest.fail("it asked"))
    with passphrase.nobody_asked(), pytest.raises(keys.Locked):
        keys.identity()


def test_a_file_without_a_passphrase_is_refused_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(passphrase.FILE, str(tmp_path / "gone"))
    with pytest.raises(BadInput, match="cannot be read"):
        keys.identity()
    (tmp_path / "gone").write_text("\n")
    with pytest.raises(BadInput, match="is empty"):
        keys.identity()


def test_the_key_is_its_owners_and_holds_no_secret_in_plain_text() -> None:
    assert {path.name for path in keys.folder().iterdir()} == {"identity.age", "recipient.txt"}
    assert b"SECRET" not in (keys.folder() / keys.IDENTITY).read_bytes()
    if os.name != "nt":
        keys.unlock(WORDS)
        keys.change_passphrase("another passphrase")
        assert stat.S_IMODE((keys.folder() / keys.IDENTITY).stat().st_mode) == 0o600


def test_off_keeps_the_key_and_on_again_takes_the_same(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"data")
    sealed_file.seal(tmp_path / "a")
    keys.turn_off()
    assert not keys.is_on() and keys.is_made()
    with pytest.raises(BadInput, match="already"):
        keys.turn_on("yet another one")
    keys.unlock(WORDS)
    keys.turn_on_again()
    sealed_file.unseal(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"data"


def test_another_passphrase_opens_what_was_sealed_before(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"data")
    sealed_file.seal(tmp_path / "a")
    keys.unlock(WORDS)
    keys.change_passphrase("another passphrase")
    keys.forget()
    with pytest.raises(keys.WrongPassphrase):
        keys.unlock(WORDS)
    keys.unlock("another passphrase")
    sealed_file.unseal(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"data"


def test_a_key_that_was_encrypted_badly_never_takes_the_place_of_the_good_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = library.load().passphrase
    encrypt = pair.encrypt
    monkeypatch.setattr(pair, "encrypt", lambda plain, words: encrypt(plain, words)[:-1])
    keys.unlock(WORDS)
    with pytest.raises(BadInput, match="cannot be opened as it was encrypted; nothing was changed"):
        keys.change_passphrase("another passphrase")
    keys.forget()
    keys.unlock(WORDS)
    assert {path.name for path in keys.folder().iterdir()} == {"identity.age", "recipient.txt"}


def test_a_key_that_the_disk_did_not_keep_never_takes_the_place_of_the_good_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", lambda path, content: write(path, content[:-1]))
    keys.unlock(WORDS)
    with pytest.raises(BadInput, match="cannot be written whole"):
        keys.change_passphrase("another passphrase")
    keys.forget()
    keys.unlock(WORDS)
    assert {path.name for path in keys.folder().iterdir()} == {"identity.age", "recipient.txt"}


def test_the_passphrase_of_the_key_is_never_taken_for_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, what in enumerate(passphrase.FILES):
        assert passphrase.from_file(what) is None
        (tmp_path / str(number)).write_text(f"words {number}\n")
        monkeypatch.setenv(passphrase.FILES[what], str(tmp_path / str(number)))
        assert passphrase.from_file(what) == f"words {number}"


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(BadInput, match="too short"):
        passphrase.refuse_weak("1234567")


def test_nothing_is_sealed_to_a_key_whose_secret_half_is_lost(tmp_path: Path) -> None:
    (keys.folder() / keys.IDENTITY).unlink()
    (tmp_path / "a").write_bytes(b"data")
    with pytest.raises(BadInput, match="nobody could read"):
        sealed_file.seal(tmp_path / "a")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[:-1], lambda raw: raw[:40], lambda raw: raw[:0], lambda raw: raw[:-9] + bytes(9)]
)
def test_a_damaged_sealed_file_is_told_from_a_locked_one(tmp_path: Path, damage: object) -> None:
    (tmp_path / "a").write_bytes(b"data" * 1000)
    sealed_file.seal(tmp_path / "a")
    keys.unlock(WORDS)
    raw = (tmp_path / "a.age").read_bytes()
    with pytest.raises(BadInput, match="damaged") as told:
        sealed_file.content(damage(raw), tmp_path / "a.age")  # type: ignore[operator]
    assert not isinstance(told.value, keys.Locked)


def test_without_the_package_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    (tmp_path / "a").write_bytes(b"data")
    with pytest.raises(BadInput, match=r"docs/install\.md, Optional parts"):
        sealed_file.seal(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"data"


@pytest.mark.parametrize(
    ("work", "line"),
    [(40, "needs 1048576 GiB of free memory"), (41, "takes this computer too long")],
)
def test_a_key_that_takes_too_much_to_open_is_said_and_not_taken_for_damaged(
    monkeypatch: pytest.MonkeyPatch, work: int, line: str
) -> None:
    path = keys.folder() / keys.IDENTITY
    path.write_bytes(re.sub(rb"(-> scrypt \S+) \d+", rb"\1 %d" % work, path.read_bytes(), count=1))
    if work == 41:
        monkeypatch.setattr(by_passphrase, "memory_bytes", lambda _: 0)
    with pytest.raises(BadInput, match=line):
        keys.unlock(WORDS)


def test_a_size_below_a_gibibyte_is_said_in_mebibytes(monkeypatch: pytest.MonkeyPatch) -> None:
    path = keys.folder() / keys.IDENTITY
    path.write_bytes(re.sub(rb"(-> scrypt \S+) \d+", rb"\1 18", path.read_bytes(), count=1))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=100 << 20))
    with pytest.raises(BadInput, match="needs 256 MiB of free memory"):
        keys.unlock(WORDS)
