"""Lines that a person types into the terminal while a command goes on."""

from __future__ import annotations

import os
import select
import sys

from runform_live import portable

if sys.platform != "win32":  # where a terminal cannot be asked without waiting
    import termios


def can_answer() -> bool:
    """Whether a person can type into this command: not where standard input is no terminal, in the background, or on Windows."""
    return _terminal() is not None


def drop_waiting() -> None:
    """Forget what was typed before now, whole lines and a begun one: it is no answer to a question that comes now."""
    number = _terminal()
    if sys.platform != "win32" and number is not None:
        try:
            termios.tcflush(number, termios.TCIFLUSH)
        except termios.error:  # the terminal has just gone
            return


def lines() -> list[str]:
    """The lines since the last call; never waits. None where nobody can answer."""
    number = _terminal()
    try:
        if number is None or not select.select([number], [], [], 0.0)[0]:
            return []
        return os.read(number, 4096).decode(errors="replace").splitlines()
    except (OSError, ValueError):  # closed
        return []


def _terminal() -> int | None:
    """The number of standard input, where it is a terminal that this command has to itself."""
    if sys.platform == "win32" or portable.only():
        return None
    try:
        number = sys.stdin.fileno()
        return number if os.isatty(number) and os.tcgetpgrp(number) == os.getpgrp() else None
    except (AttributeError, OSError, ValueError):  # no standard input, or closed
        return None
