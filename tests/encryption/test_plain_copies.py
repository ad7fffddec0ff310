"""Plain copies of sealed films: where they lie, and that none is left for ever."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from runform_live.encryption import by_passphrase, keys, plain_copies
from tests.encryption.makers import WORDS, encrypted, sealed_session

assert encrypted  # a fixture
pytestmark = pytest.mark.usefixtures("encrypted")


@pytest.fixture(autouse=True)
def place(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place for plain copies."""
    folder = tmp_path_factory.mktemp("temp")
    monkeypatch.setattr(plain_copies, "places", lambda: [folder])
    return folder


def taken(folder: Path) -> Path:
    sealed_session(folder)
    keys.unlock(WORDS)
    return plain_copies.take(folder / "video.mkv")


def test_a_film_that_is_still_open_at_the_end_is_removed_at_the_next_start(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = taken(tmp_path / "run")
    unlink = os.unlink

    def refuse_open(path: str | Path, *, dir_fd: int | None = None) -> None:
        if Path(path).name == film.name:
            raise PermissionError("it is open")  # as Windows says
        unlink(path, dir_fd=dir_fd)

    with monkeypatch.context() as windows:
        windows.setattr(os, "unlink", refuse_open)
        plain_copies.remove_own()
    assert film.exists() and (film.parent / plain_copies.LOCK).exists()
    plain_copies.remove_stale()
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(("age_s", "stays"), [(0.0, True), (3600.0, False)])
def test_a_folder_without_a_lock_is_one_that_is_just_made_or_one_whose_removal_was_cut_off(
    place: Path, age_s: float, stays: bool
) -> None:
    folder = place / f"runform-plain-{'0' * 16}"
    folder.mkdir()
    (folder / "video.mkv").touch()
    os.utime(folder, (time.time() - age_s,) * 2)
    plain_copies.remove_stale()
    assert folder.exists() == stays


def test_a_copy_goes_to_the_disk_where_memory_is_short(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(plain_copies, "places", lambda: [memory, place])
    monkeypatch.setattr(plain_copies, "MEMORY", memory)
    monkeypatch.setattr(by_passphrase, "memory_bytes", lambda _: 0)  # to open the key takes some, too
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=plain_copies.SPARE_BYTES))
    assert taken(tmp_path / "run").parent.parent == place
    assert list(memory.iterdir()) == []
