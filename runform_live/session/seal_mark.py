"""The hidden mark in a session's folder that says: seal it when it is over."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from runform_live.encryption import keys
from runform_live.safe_files import OWNER_FILE

MARK = ".to-be-sealed"


def mark(folder: Path) -> None:
    """Have a session sealed later. Nothing happens where encryption is off. A folder that takes no mark is no trouble: it stays plain."""
    if keys.is_on():
        put(folder)


def put(folder: Path) -> None:
    """The same where encryption is off here: a computer where it is on is to seal it."""
    with contextlib.suppress(OSError):
        os.close(os.open(folder / MARK, os.O_WRONLY | os.O_CREAT, OWNER_FILE))
