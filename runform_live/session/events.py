"""events.jsonl: one line an event."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from runform_live.encryption import sealed_file
from runform_live.errors import BadInput, reason_of
from runform_live.safe_files import sync_file
from runform_live.session import door, schema
from runform_live.session.lock import FolderLock, is_written

Event = dict[str, Any]
MOST_S = 1e9
MOST_TEXT = 2000  # characters
TEXTS = ("text", "reason")


def line(kind: str, time_s: float, **details: Any) -> str:
    """One line, without its end."""
    return json.dumps({"kind": kind, "time_s": round(time_s, 4), **details})


def as_line(event: Event) -> str:
    """An event that was read, as the line that it was."""
    return json.dumps(event)


def whole(lines: Sequence[str]) -> bytes:
    """The whole file."""
    return "".join(one + "\n" for one in lines).encode()


def read(path: Path, cut_off: bool = False) -> list[Event]:
    """All events. A torn last line is left out; the file of a session that was not finished (cut_off) may be missing.

    Each has a `kind` and a `time_s`; its texts are without control characters. Raises BadInput for a damaged file.
    """
    text = door.text(path, "" if cut_off else None)
    lines = text.split("\n")  # not at other ends of lines: those may stand in a text
    events = []
    for number, one in enumerate(lines, start=1):
        if not one.strip():
            continue  # an editor may leave an empty line
        try:
            events.append(_event(one))
        except (ValueError, RecursionError) as trouble:
            if number < len(lines):
                reason = door.clean(reason_of(trouble), 100)
                raise BadInput(f"{path} is damaged in line {number} ({reason}); {door.AGAIN}") from None
    return events


def _event(one: str) -> Event:
    """One line. Raises ValueError, RecursionError."""
    event = json.loads(one)
    if not isinstance(event, dict):
        raise ValueError("no event")
    kind, time_s = event.get("kind"), event.get("time_s")
    if not isinstance(kind, str):
        raise ValueError("no kind of event")
    if isinstance(time_s, bool) or not isinstance(time_s, int | float) or not -MOST_S <= time_s <= MOST_S:
        raise ValueError("no time of an event")
    for name in TEXTS:
        if not isinstance(event.get(name, ""), str):
            raise ValueError(f"{name} is no text")
    return {name: door.clean(value, MOST_TEXT) if isinstance(value, str) else value for name, value in event.items()}


def _to_last_whole_line(file: BinaryIO) -> None:
    """Make the file, opened to be appended to, end with a whole line."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    torn = file.read(size).rpartition(b"\n")[2]
    if not torn:
        return
    try:
        _event(torn.removeprefix(door.BOM).decode())
    except (ValueError, RecursionError):
        file.truncate(size - len(torn))
    else:
        file.write(b"\n")


def _append(file: BinaryIO, added: str) -> None:
    _to_last_whole_line(file)
    file.write(added.encode() + b"\n")


def add(folder: Path, kind: str, time_s: float, text: str) -> None:
    """Add an event to a finished session. Raises BadInput where the session is still running or cannot be written.

    A last line that was cut off is taken away first, and one that only lacks its end gets it: a note appended to either would damage both.
    """
    path = folder / schema.EVENTS
    with contextlib.suppress(FileNotFoundError):
        door.check(path)  # a link would be written through
    lock = FolderLock(folder)
    if is_written(folder) or not lock.take():
        raise BadInput("the session is still running; add the note when it has ended")
    try:
        if sealed_file.is_sealed(path):
            kept = io.BytesIO(door.content(path))
            _append(kept, line(kind, time_s, text=text))
            sealed_file.write(path, kept.getvalue(), sealed=True)
            return
        with path.open("a+b") as out:
            _append(out, line(kind, time_s, text=text))
        sync_file(path)
    except OSError as trouble:
        raise BadInput(f"cannot write {path} ({trouble.strerror}); the note is not kept") from None
    finally:
        lock.release()
