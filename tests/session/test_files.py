"""Files that grow although the disk refuses, and the thread that syncs them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from runform_live.safe_files import sync_folder, write_atomically
from runform_live.session.disk_sync import DiskSync
from runform_live.session.growing_file import GrowingFile
from tests.running import wait_until


def test_what_the_disk_does_not_take_waits_and_comes_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = GrowingFile(tmp_path / "a.txt")
    file.add(b"one\n")
    file.write()
    room = 3
    real = os.write

    def nearly_full(handle: int, data: bytes) -> int:
        nonlocal room
        if not room:
            raise OSError(errno.ENOSPC, "full")
        part, room = data[:room], 0
        return real(handle, part)

    monkeypatch.setattr(os, "write", nearly_full)
    for line in (b"second\n", b"third\n"):
        file.add(line)
        with pytest.raises(OSError, match="full"):
            file.write()
    assert (tmp_path / "a.txt").read_bytes() == b"one\nsec"
    monkeypatch.undo()
    file.write()
    assert (tmp_path / "a.txt").read_bytes() == b"one\nsecond\nthird\n"
    assert file.waiting == b""
    assert file.sound
    file.close()


def test_a_removed_file_is_noticed_and_what_comes_later_waits(tmp_path: Path) -> None:
    file = GrowingFile(tmp_path / "a.txt")
    file.add(b"one\n")
    file.write()
    (tmp_path / "a.txt").unlink()
    file.add(b"two\n")
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            file.write()
    assert file.waiting == b"two\n"
    assert not file.sound
    file.close()


def test_what_changed_is_synced_with_the_names_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink().name if Path("/proc/self/fd").exists() else "")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    (tmp_path / "a.txt").write_bytes(b"x")
    syncer = DiskSync(tmp_path)
    syncer.changed(tmp_path / "a.txt")
    syncer.replace(tmp_path / "b.json", b"{}")
    assert wait_until(lambda: len(synced) >= 4, 10), "without being asked"
    if synced[0]:
        assert {"a.txt", tmp_path.name} <= set(synced)
    assert (tmp_path / "b.json").read_bytes() == b"{}"
    assert syncer.troubles() == {}
    syncer.close()


def test_trouble_with_syncing_is_told_and_tried_again(tmp_path: Path) -> None:
    syncer = DiskSync(tmp_path)
    syncer.changed(tmp_path / "gone")
    syncer.replace(tmp_path / "no" / "b.json", b"{}")
    syncer.flush()
    assert set(syncer.troubles()) == {tmp_path / "gone", tmp_path / "no" / "b.json"}
    (tmp_path / "no").mkdir()
    (tmp_path / "gone").write_bytes(b"")
    syncer.flush()
    assert syncer.troubles() == {}
    assert (tmp_path / "no" / "b.json").read_bytes() == b"{}"
    syncer.changed(tmp_path / "other")
    syncer.flush()
    syncer.forget(tmp_path / "other")
    assert syncer.troubles() == {}
    syncer.close()


def test_an_atomic_write_leaves_the_old_file_when_it_fails(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_atomically(path, b"old")
    with pytest.raises(TypeError):
        write_atomically(path, "text")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]
    sync_folder(tmp_path)
