"""Where a passphrase comes from: a file that the environment names, or whoever can ask a person.

Each passphrase has a variable of its own, so that none is ever taken for another. Asking is the caller's own: a terminal or a window
sets `ask_with`. Nobody is asked twice in one process.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Literal

from runform_live.errors import BadInput, reason_of

SHORTEST = 8  # characters of a new one
MOST_BYTES = 4096

What = Literal[
    "key", "new key", "archive"
]  # which passphrase: of this installation, its next one, or that of one archive
FILES: Mapping[What, str] = {  # a variable's value is a path; a pipe such as /dev/fd/3 is good too
    "key": "RUNFORM_PASSPHRASE_FILE",
    "new key": "RUNFORM_NEW_PASSPHRASE_FILE",
    "archive": "RUNFORM_ARCHIVE_PASSPHRASE_FILE",
}
FILE = FILES["key"]
STDIN = "-"  # in place of the path of FILE: the first line of standard input, see `take_standard_input`
Ask = Callable[[What], str | None]  # None: the person would not say

_ask: Ask | None = None
_taken: str | None = None  # what standard input said
_silent: ContextVar[bool] = ContextVar("silent", default=False)


def ask_with(ask: Ask | None) -> None:
    """From now on a person is asked by this function; None: nobody can be asked."""
    global _ask
    _ask = ask


def take_standard_input() -> None:
    """Read the passphrase of the key from standard input, where the environment says so. The children of this process have another standard
    input: those that start from now on are not told, and the stages of a run, which have started, do not ask.

    Raises BadInput where it is no UTF-8.
    """
    global _taken
    if os.environ.get(FILE) != STDIN:
        return
    del os.environ[FILE]
    try:
        raw = sys.stdin.buffer.readline(MOST_BYTES)
    except (OSError, ValueError, AttributeError):  # there is no standard input
        return
    try:
        _taken = raw.decode().rstrip("\r\n") or None
    except UnicodeDecodeError:
        raise BadInput("the passphrase on standard input is not UTF-8; have it written as UTF-8") from None


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


def from_file(what: What = "key") -> str | None:
    """The first line of the file that the environment names for this passphrase; None where it names none. Raises BadInput."""
    variable = FILES[what]
    name = os.environ.get(variable, "")
    if not name or (what == "key" and name == STDIN):
        return _taken if what == "key" else None
    try:
        with open(name, "rb") as file:
            raw = file.readline(MOST_BYTES)
        text = raw.decode().rstrip("\r\n")
    except (OSError, ValueError) as trouble:
        raise BadInput(
            f"the file in {variable} cannot be read ({reason_of(trouble)}); name one that holds the passphrase"
        ) from None
    if not text:
        raise BadInput(f"the file in {variable} is empty; its first line must be the passphrase")
    return text


def refuse_weak(text: str) -> None:
    """Raise BadInput for a new passphrase that is too short."""
    if len(text) < SHORTEST:
        raise BadInput(f"the passphrase is too short; take at least {SHORTEST} characters, better four words or more")
