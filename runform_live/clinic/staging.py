"""The hidden folder into which an archive is unpacked, beside the sessions, and what a crash left of earlier ones."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from runform_live.safe_files import make_folder, make_folders
from runform_live.session.lock import RUN, WAIT_S, FolderLock

_NAME = re.compile(r"\.import-[0-9a-f]{16}")
YOUNG_S = 10.0  # the lock of one so young may not be taken yet
UNLOCKED_S = 86_400.0  # without a lock, as on a drive that knows none, only age tells that nobody uses it


@contextlib.contextmanager
def staged(parent: Path) -> Iterator[Path]:
    """A folder beside the sessions to unpack into; it is gone in the end. It is locked, so that nobody takes it for a stale one."""
    make_folders(parent)
    remove_stale(parent)
    folder = parent / f".import-{secrets.token_hex(8)}"
    make_folder(folder)
    lock = FolderLock(folder, RUN)
    try:
        lock.take(WAIT_S)
        yield folder
    finally:
        lock.release()  # Windows removes no open file
        shutil.rmtree(folder, ignore_errors=True)


def remove_stale(parent: Path) -> None:
    """Remove the folders of broken off imports under `parent`: they hold clients' data. What cannot be removed stays."""
    with contextlib.suppress(OSError, ValueError), os.scandir(parent) as entries:
        found = [Path(entry.path) for entry in entries if _NAME.fullmatch(entry.name) and _is_plain(entry)]
        for folder in found:
            if _is_stale(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_plain(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _is_stale(folder: Path) -> bool:
    """Whether no living process unpacks into it."""
    age_s = time.time() - folder.stat().st_mtime
    lock = FolderLock(folder, RUN)
    if age_s < YOUNG_S:
        return False
    if not (folder / RUN).exists():
        return age_s > UNLOCKED_S
    if not lock.take():
        return False
    lock.release(remove=False)
    return not lock.unknown or age_s > UNLOCKED_S
