"""A computer on which encryption is on. The key pair is made once: its passphrase takes seconds to try, on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from runform_live.encryption import keys, library, passphrase, plain_copies
from runform_live.session import sealed
from tests.session.test_reader import begun

pyrage_decrypt = pytest.importorskip("pyrage").passphrase.decrypt
WORDS = "four words or more"


@cache
def pair() -> dict[str, bytes]:
    """The files of a key pair whose passphrase is WORDS."""
    keys.turn_on(WORDS)
    return {path.name: path.read_bytes() for path in keys.folder().iterdir()}


def put_pair() -> None:
    """The key pair lies in the settings folder; this process has not opened it."""
    files = pair()
    keys.folder().mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (keys.folder() / name).write_bytes(content)
    keys.forget()


@cache
def _tried(sealed: bytes, words: str) -> bytes | Exception:
    """What a passphrase opens: tried once, for each try takes seconds."""
    try:
        return pyrage_decrypt(sealed, words)
    except Exception as trouble:
        return trouble


def _decrypt(sealed: bytes, words: str) -> bytes:
    found = _tried(bytes(sealed), words)
    if isinstance(found, Exception):
        raise found
    return found


@pytest.fixture
def encrypted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Encryption is on, and nobody has given the passphrase."""
    for variable in passphrase.FILES.values():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(library.load().passphrase, "decrypt", _decrypt)
    put_pair()
    yield
    keys.forget()
    passphrase.ask_with(None)
    plain_copies.remove_own()


def finished(folder: Path) -> Path:
    """A session of 20 stances with a video, over and plain."""
    folder.mkdir(parents=True)
    with begun(folder) as record:
        record.event("note", "hello")
        record.finish("stopped")
    return folder


def sealed_session(folder: Path) -> Path:
    assert sealed.seal(finished(folder))
    return folder


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
