"""One writer of a session folder: the lock, who sees it, and that it dies with its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runform_live.session import lock
from runform_live.session.lock import FolderLock, is_written

HOLDER = """
import sys, time
from pathlib import Path
from runform_live.session.lock import FolderLock
lock = FolderLock(Path(sys.argv[1]), sys.argv[2])
assert lock.take()
print("held", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("name", [lock.RUN, lock.WRITE])
def test_a_lock_is_seen_by_others_and_dies_with_its_process(tmp_path: Path, name: str) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path), name], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    assert is_written(tmp_path)
    assert not FolderLock(tmp_path, name).take(), "one at a time"
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()
    assert not is_written(tmp_path)
    assert FolderLock(tmp_path, name).take()


def test_a_successor_waits_for_its_dying_predecessor(tmp_path: Path) -> None:
    short = HOLDER.replace("time.sleep(60)", "time.sleep(0.3)")
    holder = subprocess.Popen(
        [sys.executable, "-c", short, str(tmp_path), lock.WRITE], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    assert not FolderLock(tmp_path).take()
    assert FolderLock(tmp_path).take(wait_s=20)
    holder.communicate()


def test_the_supervisors_lock_lasts_as_long_as_the_run_and_leaves_nothing(tmp_path: Path) -> None:
    with lock.run(tmp_path):
        assert is_written(tmp_path)
        writer = FolderLock(tmp_path)
        assert writer.take(), "the supervisor and the writer do not stand in each other's way"
        writer.release()
        assert is_written(tmp_path)
    assert not is_written(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_looking_leaves_nothing_and_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    assert not is_written(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert FolderLock(tmp_path / "none").take(), "there is nobody to wait for"
    assert not is_written(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_folder_that_takes_no_lock_is_written_by_nobody() -> None:
    assert FolderLock(Path("/proc")).take()
    assert not is_written(Path("/proc"))
