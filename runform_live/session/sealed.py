"""Sealed session folders: which files are sealed, when, and how all of them become plain again.

A session is plain while it is written, for a crash must cost no second of it. A hidden mark in its folder says that it is to be sealed. That is
done when the run is over, or by the next program that looks through the folder of sessions (`seal_waiting`).
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from runform_live.encryption import keys, plain_copies, sealed_file
from runform_live.errors import BadInput, RunformError, reason_of
from runform_live.file_names import shown
from runform_live.session import making, schema
from runform_live.session.info_file import read_info
from runform_live.session.lock import FolderLock, is_reported, is_written
from runform_live.session.reader import is_own, is_session, read
from runform_live.session.recording import is_video_name
from runform_live.session.seal_mark import MARK

OF_THE_RECORD = frozenset(
    {schema.SUMMARY, schema.STANCES, schema.EVENTS, schema.POSES, schema.POSES_LOG, schema.SESSION}
)
REPORT_S = 3600.0  # longer than a report is written
DAMAGED = ".damaged"  # in the names of files that a writer put aside

Tell = Callable[[Path], None]


def is_sealed(folder: Path) -> bool:
    """Whether a session is sealed; half of its files may be so where sealing was broken off."""
    return sealed_file.is_sealed(folder / schema.SESSION)


def seal(folder: Path) -> bool:
    """Seal a session that is over; one that was cut off is completed first. False where a living process writes it or makes its report.

    A finished one whose maker was killed before it had its name is left alone too (see `making.let_go`): without the passphrase nobody
    could tell any more whose name it is to get. session.json goes last. Raises BadInput, in a line, where something cannot be sealed: that
    stays plain and readable.
    """
    with making.let_go(folder) as free:
        return free and _seal(folder)


def _seal(folder: Path) -> bool:
    if is_written(folder) or is_reported(folder):
        return False
    if not is_own(folder):
        raise BadInput(f"{shown(folder)} belongs to another user, who must seal it")
    if not is_sealed(folder) and read_info(folder).ended is None and read(folder).running:
        return False
    return _changed(folder, sealed=True)


def unseal(folder: Path) -> bool:
    """Make a sealed session plain again. False where a living process uses it. Raises Locked, WrongPassphrase, BadInput."""
    return not is_written(folder) and _changed(folder, sealed=False)


def _changed(folder: Path, sealed: bool) -> bool:
    lock = FolderLock(folder)
    if not lock.take():
        return False
    try:
        keys.recipient() if sealed else keys.identity()
        is_tidy = _tidy(folder)
        if sealed and not is_sealed(folder):
            making.keep_id(folder)
        for path in plain_files(folder) if sealed else sealed_files(folder):
            sealed_file.seal(path) if sealed else sealed_file.unseal(path)
        if not sealed:
            (folder / making.ID).unlink(missing_ok=True)
        if is_tidy:
            (folder / MARK).unlink(missing_ok=True)
    except OSError as trouble:
        word = "encrypted" if sealed else "decrypted"
        raise BadInput(f"{shown(folder)} cannot be {word} ({reason_of(trouble)}); nothing of it is lost") from None
    finally:
        lock.release()
    return True


def plain_files(folder: Path) -> list[Path]:
    """The files of a session that can be sealed, session.json last. What else a person put there, and links, are not among them."""
    return sorted((path for path in _files(folder) if _is_kept(path)), key=_order)


def sealed_files(folder: Path) -> list[Path]:
    """The plain names of the files that are sealed, session.json last."""
    named = (sealed_file.plain_name(path) for path in _files(folder) if path.name.endswith(sealed_file.SUFFIX))
    return sorted(filter(_is_kept, named), key=_order)


def _order(path: Path) -> tuple[bool, str]:
    return path.name == schema.SESSION, str(path)


def _is_kept(path: Path) -> bool:
    return _is_of_record(path) or path.name in schema.REPORTS.values() or path.parent.name == schema.PICTURES


def _is_of_record(path: Path) -> bool:
    return path.name in OF_THE_RECORD or is_video_name(path.name) or DAMAGED in path.name


def _files(folder: Path) -> Iterator[Path]:
    """The plain files in a session's folder and among its pictures."""
    for path in folder.iterdir():
        mode = path.lstat().st_mode
        if path.name == schema.PICTURES and stat.S_ISDIR(mode):
            yield from (one for one in path.iterdir() if stat.S_ISREG(one.lstat().st_mode) and _is_shown(one))
        elif stat.S_ISREG(mode) and _is_shown(path):
            yield path


def _is_shown(path: Path) -> bool:
    return not path.name.startswith(".")


def _tidy(folder: Path) -> bool:
    """Take away the temporary files of a writer that was killed. False where one stays for now.

    Reports are written without the lock, and theirs are plain: only one that nobody has changed for a while is nobody's.
    """
    is_tidy = True
    pictures = folder / schema.PICTURES
    inside = list(pictures.iterdir()) if pictures.is_dir() and not pictures.is_symlink() else []
    for path in [*folder.iterdir(), *inside]:
        name = path.with_name(path.name[1:].rpartition(".")[0] or path.name)
        if _is_shown(path) or not stat.S_ISREG((found := path.lstat()).st_mode):
            continue
        if name.name.endswith(sealed_file.SUFFIX) or _is_of_record(name):
            path.unlink()
        elif _is_kept(name):
            if found.st_mtime > time.time() - REPORT_S:
                is_tidy = False
            else:
                path.unlink()
    return is_tidy


# -- many ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """What became of many sessions: changed, left alone (already so, or written at the moment), and why others could not be."""

    changed: int
    left: int
    troubles: tuple[str, ...] = ()


def seal_waiting(parent: Path, tell: Tell = lambda _: None) -> Done:
    """Seal the sessions under a folder that were marked and are over; also remove plain copies that killed processes left."""
    plain_copies.remove_stale()
    if not keys.is_on():
        return Done(0, 0)
    return _each([folder for folder in sessions_in(parent) if os.path.lexists(folder / MARK)], seal, tell)


def seal_all(folders: list[Path], tell: Tell = lambda _: None) -> Done:
    """Seal all of these sessions that are not."""
    return _each([folder for folder in folders if plain_files(folder)], seal, tell)


def unseal_all(folders: list[Path], tell: Tell = lambda _: None) -> Done:
    """Unseal all of these sessions that are sealed."""
    return _each([folder for folder in folders if sealed_files(folder)], unseal, tell)


def _each(folders: list[Path], do: Callable[[Path], bool], tell: Tell) -> Done:
    changed, left, troubles = 0, 0, []
    for folder in folders:
        tell(folder)
        try:
            if do(folder):
                changed += 1
            else:
                left += 1
        except keys.WrongPassphrase:
            raise
        except (RunformError, OSError) as trouble:
            troubles.append(str(trouble))
    return Done(changed, left, tuple(troubles))


def sessions_in(parent: Path) -> list[Path]:
    """The session folders directly under a folder; none where it cannot be listed. Links are not followed."""
    found = []
    with contextlib.suppress(OSError), os.scandir(parent) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.is_dir(follow_symlinks=False) and is_session(Path(entry.path)):
                    found.append(Path(entry.path))
    return sorted(found)
