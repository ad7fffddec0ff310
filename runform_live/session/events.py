"""events.jsonl: one line an event."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runform_live.errors import BadInput
from runform_live.session import schema
from runform_live.session.files import sync_file, text_of
from runform_live.session.lock import FolderLock, is_written

Event = dict[str, Any]


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

    Raises BadInput for a damaged file.
    """
    lines = text_of(path, "" if cut_off else None).splitlines()
    events = []
    for number, one in enumerate(lines, start=1):
        try:
            event = json.loads(one)
            if not isinstance(event, dict):
                raise ValueError
            events.append(event)
        except ValueError:
            if number < len(lines):
                raise BadInput(f"{path} is damaged in line {number}") from None
    return events


def add(folder: Path, kind: str, time_s: float, text: str) -> None:
    """Add an event to a finished session. Raises BadInput where the session is still running or cannot be written."""
    lock = FolderLock(folder)
    if is_written(folder) or not lock.take():
        raise BadInput("the session is still running; add the note when it has ended")
    path = folder / schema.EVENTS
    try:
        with path.open("a", encoding="utf-8") as out:
            out.write(line(kind, time_s, text=text) + "\n")
        sync_file(path)
    except OSError as trouble:
        raise BadInput(f"cannot write {path} ({trouble.strerror}); the note is not kept") from None
    finally:
        lock.release()
