"""All that the commands print. A terminal that cannot show a character gets another; one that is gone loses the line and nothing else.

Control characters never reach the terminal: a name may hold any.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
import traceback
from typing import Literal, TextIO

from runform_live import addresses, file_names
from runform_live.errors import BadInput

# For a terminal without them; the rest is written as \xe9 or \u202e.
PLAIN = str.maketrans(
    {"°": " deg", "–": "-", "—": "-", "…": "...", "✓": "+", "✗": "x", "±": "+-", "×": "x", "µ": "u", "≥": ">=", "≤": "<=", "−": "-"}
)  # fmt: skip
WIDTH = 78
PIPE_CLOSED = (errno.EPIPE, errno.EINVAL, errno.ESHUTDOWN)  # Windows says EINVAL

_Stream = Literal["stdout", "stderr"]
_lost: dict[str, OSError | ValueError] = {}
_lock = threading.Lock()


def say(text: str) -> None:
    """One or more lines on standard output."""
    _put("stdout", f"{file_names.shown_lines(text)}\n")


def warn(text: str) -> None:
    """A line on standard error, beginning with the program's name. Addresses in it are masked."""
    _put("stderr", f"runform: {addresses.shown(text)}\n")


def trace(text: str) -> None:
    """Lines on standard error as they are, but for masked addresses: a traceback."""
    _put("stderr", file_names.shown_lines(addresses.masked(text)))


def trace_of(trouble: BaseException) -> None:
    """Where an error came from."""
    trace("".join(traceback.format_exception(trouble)))


def rewrite(text: str) -> None:
    """In place of the line before it on standard error, where that is a terminal: how far the work is. Empty: take it away."""
    if is_watched():
        line = addresses.shown(text)[:WIDTH]
        _put("stderr", f"\r{line:{WIDTH}s}\r{line}")


def is_watched() -> bool:
    """Whether standard error is a terminal, before which somebody may sit."""
    try:
        return sys.stderr is not None and sys.stderr.isatty()
    except ValueError:  # closed
        return False


def put_bytes(content: bytes) -> None:
    """A whole file on standard output, byte by byte. Raises BadInput where that is closed."""
    stream = sys.stdout
    if stream is None:
        raise BadInput("standard output is closed; name a file")
    try:
        raw = getattr(stream, "buffer", None)
        if raw is None:
            stream.write(content.decode("utf-8"))
        else:
            raw.write(content)
        stream.flush()
    except (OSError, ValueError) as trouble:
        _lost.setdefault("stdout", trouble)
        _give_up("stdout", stream)


def lost() -> OSError | ValueError | None:
    """Why a line for standard output was lost, since `begin`; None where none was, or its reader has had enough."""
    trouble = _lost.get("stdout")
    return None if isinstance(trouble, OSError) and trouble.errno in PIPE_CLOSED else trouble


def begin() -> None:
    """Before anything else is opened: the three standard streams exist, so that no file of ours ever gets the number of one."""
    _lost.clear()
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            with contextlib.suppress(OSError):
                opened = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
                if opened == number:
                    os.set_inheritable(opened, True)
                else:
                    os.close(opened)


def _put(name: _Stream, text: str) -> None:
    with _lock:
        stream = getattr(sys, name)
        if stream is None:  # started without one
            return
        try:
            stream.write(_for(stream, text))
            stream.flush()
        except (OSError, ValueError) as trouble:
            _lost.setdefault(name, trouble)
            _give_up(name, stream)


def _for(stream: TextIO, text: str) -> str:
    """The text in characters that the stream can write."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    except LookupError:
        return text.translate(PLAIN).encode("ascii", "backslashreplace").decode("ascii")
    return text


def _give_up(name: _Stream, stream: TextIO) -> None:
    """Write nowhere from now on. The interpreter would flush what is left in the old stream once more at its end, and fail."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)
        return
    with contextlib.suppress(OSError):
        setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (it lasts as long as the program)
