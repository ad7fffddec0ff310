"""Where the passphrase comes from: a file that the environment names, or whoever can ask a person.

Asking is the caller's own: a terminal or a window sets `ask_with`. Nobody is asked twice in one process.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Literal

from runform_live.errors import BadInput, reason_of

FILE = "RUNFORM_PASSPHRASE_FILE"  # a path; a pipe such as /dev/fd/3 is good too
STDIN = "-"  # in place of a path: the first line of standard input, see `take_standard_input`
SHORTEST = 8  # characters of a new one
MOST_BYTES = 4096

What = Literal["key", "archive"]  # whose passphrase: of this installation, or of one archive
Ask = Callable[[What], str | None]  # None: the person would not say

_ask: Ask | None = None
_taken: str | None = None  # what standard input said
_silent: ContextVar[bool] = ContextVar("silent", default=False)


def ask_with(ask: Ask | None) -> None:
    """From now on a person is asked by this function; None: nobody can be asked."""
    global _ask
    _ask = ask


def take_standard_input() -> None:
    """Read the passphrase from standard input, where the environment says so. The children of this process have another one: they are not told."""
    global _taken
    if os.environ.get(FILE) == STDIN:
        del os.environ[FILE]
        with contextlib.suppress(OSError, ValueError, AttributeError):
            _taken = sys.stdin.buffer.readline(MOST_BYTES).decode().rstrip("\r\n") or None


@contextlib.contextmanager
def nobody_asked() -> Iterator[None]:
    """For the block in which a passphrase would be welcome, but is not worth a question."""
    before = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(before)


def can_ask() -> bool:
    """Whether a person would be asked now."""
    return _ask is not None and not _silent.get()


def asked(what: What = "key") -> str | None:
    """What the person says; None where nobody can be asked, or they would not say."""
    return _ask(what) or None if _ask is not None and can_ask() else None


def from_file() -> str | None:
    """The first line of the file that the environment names; None where it names none. Raises BadInput."""
    name = os.environ.get(FILE, "")
    if not name:
        return _taken
    try:
        with open(name, "rb") as file:
            raw = file.readline(MOST_BYTES)
        text = raw.decode().rstrip("\r\n")
    except (OSError, ValueError) as trouble:
        raise BadInput(
            f"the file in {FILE} cannot be read ({reason_of(trouble)}); name one that holds the passphrase"
        ) from None
    if not text:
        raise BadInput(f"the file in {FILE} is empty; its first line must be the passphrase")
    return text


def refuse_weak(text: str) -> None:
    """Raise BadInput for a new passphrase that is too short."""
    if len(text) < SHORTEST:
        raise BadInput(f"the passphrase is too short; take at least {SHORTEST} characters, better four words or more")
