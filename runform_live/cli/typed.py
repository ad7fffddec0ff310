"""Lines that a person types into the terminal while a command goes on."""

from __future__ import annotations

import os
import select
import sys


def lines() -> list[str]:
    """The lines since the last call; never waits.

    None where standard input is no terminal, where the command runs in the background, and on Windows, where a terminal cannot be asked so.
    """
    try:
        number = sys.stdin.fileno()
        if not os.isatty(number) or os.tcgetpgrp(number) != os.getpgrp():
            return []
        if not select.select([number], [], [], 0.0)[0]:
            return []
        return os.read(number, 4096).decode(errors="replace").splitlines()
    except (AttributeError, OSError, ValueError):  # no standard input, no such call on this system, or closed
        return []
