"""Lines for the terminal. One that is gone, a closed pipe or a full disk behind it loses the line and nothing else."""

from __future__ import annotations

import contextlib
import os
import sys


def say(text: str) -> None:
    """A line on standard output."""
    _put("stdout", text)


def warn(text: str) -> None:
    """A line on standard error, beginning with the program's name."""
    _put("stderr", f"runform: {text}")


def _put(name: str, text: str) -> None:
    stream = getattr(sys, name)
    if stream is None:  # started without one
        return
    try:
        try:
            print(text, file=stream, flush=True)
        except UnicodeEncodeError:
            print(
                text.encode(stream.encoding or "ascii", "replace").decode(stream.encoding or "ascii"),
                file=stream,
                flush=True,
            )
    except (OSError, ValueError):
        # The interpreter would flush it once more at its end, and fail.
        with contextlib.suppress(OSError):
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (it lasts as long as the program)
