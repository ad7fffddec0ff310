"""Which files of a folder are films."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from runform_live.session.reader import is_session

# The file names of cameras, telephones and screen recorders end so. A film with another ending is measured if it is named itself.
ENDINGS = frozenset(
    [".3gp", ".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".ogv", ".webm", ".wmv"]
)  # fmt: skip


def films_under(folder: Path) -> Iterator[Path | OSError]:
    """The films in a folder and below it, by name. A sub-folder that cannot be read gives its error instead.

    Hidden files are left out, and session folders, which hold films of their own. Links to folders are not followed.
    """
    troubles: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=troubles.append):
        yield from troubles
        troubles.clear()
        here = Path(place)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not holds_session(here / name))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in ENDINGS:
                yield here / name
    yield from troubles


def holds_session(folder: Path) -> bool:
    """Whether a folder is a session; False where it cannot be read."""
    try:
        return is_session(folder)
    except OSError:
        return False
