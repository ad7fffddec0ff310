"""A disk that does not take anything: one line, no exception, the figures are kept and written as soon as that can be."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from runform_live import config
from runform_live.session import schema
from runform_live.session.disk import RESERVE
from runform_live.session.lock import FolderLock
from runform_live.session.new_folder import new_folder
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from runform_live.session.stances import whole
from runform_live.session.video import readable
from tests.makers import stances as run_of
from tests.makers import standing
from tests.session.test_reader import gait

NOISE = np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8)


def run(record: SessionRecord, frames: int = 300) -> None:
    """So many frames at 30 frames/s, with a picture each that does not compress, and 20 stances."""
    waiting = run_of(20)
    for frame in range(frames):
        record.pose(frame + 1, frame / 30, standing())
        record.picture(frame + 1, frame / 30, np.roll(NOISE, frame, axis=1))
        if waiting and waiting[0].toe_off_s < frame / 30:
            record.stance(waiting.pop(0))
    record.gait(gait(time_s=frames / 30))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk, to be filled."""
    path = tmp_path / "disk"
    path.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(path)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)  # a video that broke off may still be open


def fill(disk: Path, leave_bytes: int) -> Path:
    """A file that leaves so much of the disk free."""
    path = disk / "filled"
    path.write_bytes(bytes(shutil.disk_usage(disk).free - leave_bytes))
    return path


@pytest.mark.parametrize("free_kb", [100, 300, 700, 1200])
def test_a_disk_that_is_nearly_full_at_the_start_costs_no_figure(disk: Path, free_kb: int) -> None:
    folder = new_folder(disk, "run")
    fill(disk, free_kb << 10)
    record = SessionRecord(folder, "0", config.load(), "live")
    record.record()
    run(record)
    assert record.trouble.startswith("the disk is full; the recording stopped")
    assert "free some space" in record.trouble
    summary = record.finish("stopped")
    assert summary.sides["left"]["pelvic_drop_mid_deg"].n == 10
    session = read(folder)
    assert len(session.stances) == 20, "the numbers have room when the pictures have not"
    assert session.info.ended == "stopped"
    assert "recording_stopped" in session.summary.flags
    assert session.summary == summary
    assert [event["kind"] for event in session.events].count("trouble") == 1
    assert ("poses_incomplete" in summary.flags) == (session.poses().num_rows < 300)


def test_poses_do_not_take_the_room_of_the_stances(disk: Path) -> None:
    folder = new_folder(disk, "run")
    fill(disk, 60 << 10)
    record = SessionRecord(folder, "0", config.load(), "live")
    run(record, 3000)
    record.finish("stopped")
    session = read(folder)
    assert len(session.stances) == 20
    assert session.info.ended == "stopped"


def test_when_pictures_have_filled_the_disk_the_stances_of_a_long_run_have_room(disk: Path) -> None:
    folder = new_folder(disk, "run")
    fill(disk, 1800 << 10)
    record = SessionRecord(folder, "0", config.load(), "live")
    record.record()
    run(record, 60)
    assert not record.pictures.recording
    for frame in range(60, 6000):
        record.pose(frame + 1, frame / 30, standing())
    for one in run_of(500):
        record.stance(one)
    record.abandon()
    session = read(folder)
    assert len(session.stances) == 500, "on the disk, although nothing could be finished"


def test_when_space_is_freed_everything_is_written_after_all(disk: Path) -> None:
    folder = new_folder(disk, "run")
    record = SessionRecord(folder, "0", config.load(), "live")
    filled = fill(disk, 0)
    (folder / RESERVE).unlink()
    (disk / "more").write_bytes(bytes(shutil.disk_usage(disk).free))
    run(record)
    assert record.trouble == "the disk is full; the figures are kept in memory and tried again; free some space"
    filled.unlink()
    summary = record.finish("stopped")
    assert record.trouble == ""
    session = read(folder)
    assert (folder / schema.STANCES).read_bytes() == whole(run_of(20))
    assert session.poses().num_rows == 300
    assert session.summary == summary
    assert "poses_incomplete" not in summary.flags


def test_a_recording_is_begun_again_where_there_is_room_again(disk: Path) -> None:
    folder = new_folder(disk, "run")
    record = SessionRecord(folder, "0", config.load(), "live")
    filled = fill(disk, 50 << 10)
    record.record()
    run(record, 60)
    assert not record.pictures.recording
    assert "recording stopped" in record.trouble
    filled.unlink()
    record.record()
    assert record.trouble == ""
    for frame in range(60, 70):
        record.picture(frame + 1, frame / 30, NOISE)
    record.finish("stopped")
    session = read(folder)
    found = [readable(folder / part.file) for part in session.info.videos]
    assert [one.frames for one in found if one] == [part.frames for part in session.info.videos]
    assert session.info.frames_recorded == sum(one.frames for one in found if one) >= 10


def test_a_removed_folder_is_said_and_its_figures_come_back(tmp_path: Path) -> None:
    folder = new_folder(tmp_path, "run")
    record = SessionRecord(folder, "0", config.load(), "live")
    record.record()
    run(record, 100)
    while folder.exists():  # session.json may just be replaced
        shutil.rmtree(folder, ignore_errors=True)
    for frame in range(100, 200):
        record.pose(frame + 1, frame / 30, standing())
        record.picture(frame + 1, frame / 30, NOISE)
    for one in run_of(40)[20:]:
        record.stance(one)
    assert "the session folder or a file in it was removed" in record.trouble
    summary = record.finish("stopped")
    assert "poses_incomplete" in summary.flags
    session = read(folder)
    assert len(session.stances) == len(run_of(40)) - 20 + len([one for one in run_of(20) if one.toe_off_s < 99 / 30])
    assert session.info.videos == ()
    assert session.summary == summary


def test_a_disk_that_refuses_everything_leaves_the_figures_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = SessionRecord(tmp_path, "0", config.load(), "live")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def refuse(*_args: object, **_more: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    for name in ("write", "replace"):
        monkeypatch.setattr(os, name, refuse)
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    run(record)
    assert record.trouble.startswith("the session folder cannot be written any more; the figures are kept in memory")
    summary = record.finish("stopped")
    assert summary.sides["right"]["pelvic_drop_mid_deg"].n == 10
    assert record.trouble == (
        "the session folder cannot be written any more; not all of the session could be written; make it writable"
    )
    monkeypatch.undo()
    assert (tmp_path / schema.STANCES).read_bytes() == before[schema.STANCES]


READ_ONLY = """
import os, sys
from pathlib import Path
from runform_live import config
from runform_live.session.record import SessionRecord
from tests.session.test_disk import run
folder, settings = Path(sys.argv[1]), config.load()
SessionRecord(folder / "before", "0", settings, "live").finish("all is loaded")
if os.getuid() == 0:  # who may write everywhere
    os.setgid(65534)
    os.setuid(65534)
record = SessionRecord(folder, "0", settings, "live")
run(record, 200)
folder.chmod(0o555)
record.opened(96, 128, 12.0)
summary = record.finish("stopped")
print(record.trouble)
print(summary.sides["left"]["pelvic_drop_mid_deg"].n)
"""


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="rights are another matter on Windows")
def test_a_folder_made_read_only_keeps_what_it_has_and_the_run_goes_on() -> None:
    root = Path(tempfile.mkdtemp())
    try:
        folder = root / "run"
        (folder / "before").mkdir(parents=True)
        root.chmod(0o777)
        if os.getuid() == 0:
            os.chown(folder, 65534, 65534)
        done = subprocess.run([sys.executable, "-c", READ_ONLY, str(folder)], capture_output=True, text=True)
        assert done.stderr == ""
        line, count = done.stdout.splitlines()
        assert line.startswith("the session folder cannot be written any more; not all of the session could be written")
        assert int(count) == 8
        folder.chmod(0o755)
        session = read(folder)
        assert session.info.ended == "interrupted"
        assert len(session.stances) == 16, "what was open could be written on"
        assert session.poses().num_rows == 200
    finally:
        shutil.rmtree(root)


def test_a_second_writer_keeps_its_hands_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runform_live.session.writer.WAIT_S", 0.05)
    other = FolderLock(tmp_path)
    assert other.take()
    with SessionRecord(tmp_path, "0", config.load(), "live") as record:
        run(record, 100)
        assert record.trouble.startswith("another program writes this session")
        assert record.finish("stopped").sides["left"]["pelvic_drop_mid_deg"].n > 0
    assert [path.name for path in tmp_path.iterdir()] == [".write.lock"]
    other.release()


def test_a_version_in_words_is_in_session_json(tmp_path: Path) -> None:
    with SessionRecord(tmp_path, "0", config.load(), "live") as record:
        record.finish("stopped")
    assert json.loads((tmp_path / schema.SESSION).read_text())["schema_version"] == schema.SESSION_VERSION
