"""The door of a session folder: what is read from it is a plain file of bearable size, of the right types, or it is refused in a line.

A folder may come from anywhere. A pipe or a device in place of a file would hang its reader, a link may lead out of the folder, and a
file of a few kilobytes may ask for gigabytes of memory. A sealed file (NAME.age) is opened by the name that it has when it is plain.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from runform_live import doors
from runform_live.encryption import sealed_file
from runform_live.errors import BadInput, reason_of
from runform_live.file_names import shown
from runform_live.session import schema

MIB = 1 << 20
MOST_BYTES = {
    schema.SESSION: 8 * MIB,
    schema.SUMMARY: 8 * MIB,
    schema.EVENTS: 32 * MIB,
    schema.STANCES: 64 * MIB,  # some 500,000 stances: two days of running
    schema.POSES: 4096 * MIB,
    schema.POSES_LOG: 4096 * MIB,
}
BOM = b"\xef\xbb\xbf"  # some editors put it in front
RESTORE = "restore it from a copy"
AGAIN = "restore it from a copy, or analyse the session's video again"
SEALED_SHARE = 1.02  # what a sealed file may be larger than its content: 16 bytes in 64 KiB, and its head
LONGEST = 300  # characters of a text that comes from a file and is shown in a line

Shape = TypeVar("Shape")


def clean(text: str, longest: int = LONGEST) -> str:
    """A text from a file as it may stand in a line of a terminal or a window: no control characters, and not endless."""
    plain = shown(text[: longest + 1])
    return plain if len(plain) <= longest else plain[:longest] + "…"


def check(path: Path, most_bytes: int | None = None) -> None:
    """Whether a file of a folder may be opened: a plain file, in its folder, and not too large.

    Raises FileNotFoundError where there is nothing of that name, and BadInput, in a line, for all else.
    """
    most = MOST_BYTES.get(path.name, 0) if most_bytes is None else most_bytes
    place = _place(path)
    _check(place, most if place == path else int(most * SEALED_SHARE))


def _place(path: Path) -> Path:
    """Where the content of a file lies: there, or sealed beside it. Raises BadInput."""
    try:
        return sealed_file.where(path)
    except (OSError, ValueError) as trouble:
        raise _unreadable(path, trouble) from None


def _check(path: Path, most: int) -> None:
    try:
        found = path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            raise BadInput(f"{path} is a link that leads nowhere; {RESTORE}") from None
        raise
    except (OSError, ValueError) as trouble:
        raise _unreadable(path, trouble) from None
    if kind := doors.kind(found.st_mode):
        raise BadInput(f"{path} is {kind} and no file; {RESTORE}")
    if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
        raise BadInput(f"{path} is a link that leads out of its folder; put the file itself there")
    if most and found.st_size > most:
        raise BadInput(f"{path} is too large ({found.st_size // MIB} MiB; at most {most // MIB}); {RESTORE}")


def content(path: Path, most_bytes: int | None = None) -> bytes:
    """All of a file. Raises FileNotFoundError where there is none, and BadInput, in a line, where it cannot be read.

    Of a sealed one also Locked and WrongPassphrase.
    """
    try:
        return _content(path, most_bytes)
    except FileNotFoundError:
        return _content(path, most_bytes)  # another program may just have sealed or unsealed it


def _content(path: Path, most_bytes: int | None) -> bytes:
    check(path, most_bytes)
    most = MOST_BYTES.get(path.name, 64 * MIB) if most_bytes is None else most_bytes
    place = _place(path)
    if place == path:
        return _bytes(path, most)[:most]
    return sealed_file.content(_bytes(place, int(most * SEALED_SHARE)), place)[:most]


def opened(path: Path) -> BinaryIO:
    """A file to read and to seek in; a sealed one is held in memory. Raises OSError, and what `content` raises."""
    check(path)
    return path.open("rb") if _place(path) == path else io.BytesIO(content(path))


def _bytes(path: Path, most: int) -> bytes:
    """The file, as far as one byte more than it may have."""
    try:
        # Not to wait for a pipe that took the file's place in between.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            # Python sets so much memory aside as it is asked for, and some files may have gigabytes.
            return file.read(min(most, os.fstat(handle).st_size) + 1)
    except FileNotFoundError:
        raise
    except OSError as trouble:
        raise _unreadable(path, trouble) from None


def text(path: Path, missing: str | None = None) -> str:
    """The text of a file; `missing` where there is none, unless that is None. Raises BadInput, in a line."""
    try:
        return content(path).removeprefix(BOM).decode()
    except FileNotFoundError:
        if missing is not None:
            return missing
        raise BadInput(f"{path} is missing; the session is incomplete: analyse its video again") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} is damaged (it is not UTF-8); {AGAIN}") from None


def decoded(path: Path, shape: type[Shape], advice: str) -> Shape:
    """A JSON file as that shape, its types and ranges checked.

    Raises FileNotFoundError where there is none, and BadInput with what is wrong and `advice`.
    """
    raw = content(path).removeprefix(BOM)
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as trouble:
        raise BadInput(f"{path} is damaged ({clean(reason_of(trouble))}); {advice}") from None


def _unreadable(path: Path, trouble: Exception) -> BadInput:
    return BadInput(f"{path} cannot be read ({reason_of(trouble)}); {RESTORE}")
