"""A session folder while a film is measured into it: hidden beside its place, and put there by one rename when it is whole.

The id of the session is known before it begins. Where the same film is measured a second time under the same id, because a computer was
lost or only seemed to be, the second one waits for the first, and takes its result if there is one. The lock dies with its process.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from runform_live import doors, file_names
from runform_live.errors import RunformError
from runform_live.safe_files import make_folders, sync_folder
from runform_live.session import door, schema
from runform_live.session.analysed import BY, is_finished, may_be_finished
from runform_live.session.info_file import read_info
from runform_live.session.lock import FolderLock
from runform_live.session.new_folder import cannot_write, full, make_empty, numbered
from runform_live.session.reader import is_session
from runform_live.value_ranges import Word

HIDDEN = ".measuring-"  # and the id: the folder; with LOCK: the file that is locked
LOCK = ".lock"
PROBE = ".probe"  # ends the name of a file by which the workers of a cluster tell that they see this place
ID = ".session-id"  # in a sealed session's folder: its id, which can be read without the passphrase
MOST_BYTES_OF_ID = 1000
LOCKED_S = 300.0  # a file server gives up the locks of a computer that is gone after about 90 s
LOOK_S = 0.1


class _Gist(msgspec.Struct):
    """What of session.json tells which session it is, and whether it is of a film."""

    id: Word
    recorded_by: Word = ""


class Making:
    """The folder of one session. Hold it (`held`) for as long as anything is done with it."""

    def __init__(self, parent: Path, session_id: str, stem: str) -> None:
        """stem: the film's name without its ending; the folder is named after it."""
        self.parent, self.id = parent, session_id
        self.folder = parent / f"{HIDDEN}{session_id}"
        self._names = [file_names.folder_name(stem)]
        if os.name == "nt":
            self._names = [file_names.portable(self._names[0])]
        elif file_names.portable(self._names[0]) != self._names[0]:
            self._names.append(file_names.portable(self._names[0]))  # for a drive that takes no ":" or "?"
        self._lock = FolderLock(parent, f"{HIDDEN}{session_id}{LOCK}")

    @contextlib.contextmanager
    def held(self, stop: Callable[[], bool] = lambda: False) -> Iterator[bool]:
        """Wait until nobody else makes this session. False if `stop` said yes before that. `parent` is made if need be.

        Raises RunformError if somebody else makes it for too long, and BadInput if nothing can be written there.
        """
        try:
            make_folders(self.parent)
        except OSError as trouble:
            raise cannot_write(self.parent, trouble) from None
        until_s = time.monotonic() + LOCKED_S
        while not (taken := self._lock.take(LOOK_S)) and not stop():
            if time.monotonic() > until_s:
                raise RunformError(f"{file_names.shown(self.folder)} is written by another program; try again later")
        try:
            yield taken
        finally:
            self._lock.release()

    def finished(self) -> Path | None:
        """Where the session is already, put there by whoever made it before. Raises BadInput if no name is left for it."""
        for wanted in self._names:
            for place in numbered(self.parent, wanted):
                if not os.path.lexists(place):
                    break
                if _id_of(place) == self.id:
                    return place
            else:
                raise full(self.parent, wanted)
        return None

    def finished_unnamed(self) -> bool:
        """Whether a predecessor finished the session in the hidden folder, and was killed before it had its name."""
        try:
            return is_session(self.folder) and is_finished(read_info(self.folder))
        except (OSError, RunformError):
            return False

    def begin(self) -> Path:
        """The hidden folder, new and empty. What a predecessor left in it goes. Raises BadInput if no folder can be made there."""
        shutil.rmtree(self.folder, ignore_errors=True)
        make_empty(self.folder)
        return self.folder

    def put_in_place(self) -> Path:
        """Give the folder its name, or the next one that is free. Raises BadInput if that cannot be done; the folder then stays."""
        trouble: OSError | None = None
        for wanted in self._names:
            for place in numbered(self.parent, wanted):
                if os.path.lexists(place):
                    continue
                try:
                    self.folder.rename(place)
                except OSError as refused:
                    if os.path.lexists(place):  # somebody else took the name meanwhile
                        continue
                    trouble = refused
                    break  # the drive does not take the name
                with contextlib.suppress(OSError):
                    sync_folder(self.parent)
                return place
        raise full(self.parent, self._names[0]) if trouble is None else cannot_write(self.parent, trouble)


def sweep(parent: Path) -> None:
    """Put in order what killed programs left: finished sessions get their names, and what was hardly begun goes.

    Sessions that were broken off stay. They are removed once their film is measured again. What is being made is left alone.
    """
    with contextlib.suppress(OSError):
        for path in sorted(parent.glob(f"{HIDDEN}*")):
            session_id = path.name.removeprefix(HIDDEN).removesuffix(LOCK)
            with contextlib.suppress(OSError, RunformError):
                _sweep(parent, session_id)


def _sweep(parent: Path, session_id: str) -> None:
    lock = FolderLock(parent, f"{HIDDEN}{session_id}{LOCK}")
    if not lock.take() or lock.unknown:
        return
    try:
        folder = parent / f"{HIDDEN}{session_id}"
        if not doors.is_folder(folder):
            if folder.name.endswith(PROBE):
                folder.unlink(missing_ok=True)
            return
        if not is_session(folder):
            shutil.rmtree(folder, ignore_errors=True)
            return
        info = read_info(folder)
        if is_finished(info):
            stem = Path(info.source_file.path if info.source_file else info.source).stem
            Making(parent, session_id, file_names.native(stem)).put_in_place()
    finally:
        lock.release()


@contextlib.contextmanager
def let_go(folder: Path) -> Iterator[bool]:
    """For the block: whether a session folder is nobody's to make any more, and none is made there meanwhile.

    A hidden folder is its maker's. Left by a killed one it is let go if its session was broken off; a finished one is given its name first
    (`sweep`), which takes reading it. Where the drive knows no locks nobody can tell.
    """
    if not folder.name.startswith(HIDDEN):
        yield True
        return
    lock = FolderLock(folder.parent, f"{folder.name}{LOCK}")
    taken = lock.take()
    try:
        yield taken and not lock.unknown and doors.is_folder(folder) and not may_be_finished(folder)
    finally:
        lock.release()


def keep_id(folder: Path) -> None:
    """Write down which session of a film a folder holds, before it is sealed. Only films are measured twice. Raises OSError, RunformError."""
    gist = door.decoded(folder / schema.SESSION, _Gist, door.RESTORE)
    if gist.recorded_by == BY:
        (folder / ID).write_text(gist.id, encoding="utf-8")


def _id_of(folder: Path) -> str | None:
    """The id of the session in a folder; None where there is none, or it cannot be told."""
    with contextlib.suppress(OSError, ValueError, RunformError):
        if not is_session(folder):
            return None
        try:
            return door.decoded(folder / schema.SESSION, _Gist, door.RESTORE).id
        except RunformError:  # sealed, and this computer lacks the passphrase, the key or the library
            return door.content(folder / ID, MOST_BYTES_OF_ID).decode()
    return None
