"""Encryption in the terminal: the passphrase typed without an echo, and sessions sealed once they are over."""

from __future__ import annotations

import contextlib
import getpass
import sys
from collections.abc import Mapping
from pathlib import Path

from runform_live.cli import terminal
from runform_live.encryption import keys, passphrase
from runform_live.encryption.passphrase import What
from runform_live.errors import BadInput, RunformError
from runform_live.file_names import shown

PROMPTS: Mapping[What, str] = {
    "key": "Passphrase", "new key": "New passphrase", "archive": "Passphrase of the archive",
}  # fmt: skip
NOT_ALL = "not all sessions could be encrypted"


def ask_in_terminal() -> None:
    """From now on a person at this terminal is asked for the passphrase where one is needed."""
    passphrase.take_standard_input()
    passphrase.ask_with(lambda what: typed(f"{PROMPTS[what]}: "))


def typed(prompt: str) -> str | None:
    """What a person types without an echo; None where nobody can, or they type nothing."""
    try:
        if sys.stdin is None or not sys.stdin.isatty():
            return None
        return getpass.getpass(prompt, stream=sys.stderr) or None
    except (EOFError, OSError, ValueError):  # the terminal is gone
        return None


def new(what: What) -> str:
    """A new passphrase, typed twice, or from the file that the environment names for it. Raises BadInput.

    what: "key" for the first one of this installation, "new key" for the one that takes its place.
    """
    first = passphrase.from_file(what)
    if first is None:
        prompt = PROMPTS["new key" if what == "key" else what]
        first = typed(f"{prompt}: ")
        if first is None:
            raise BadInput(
                f"no {prompt.lower()} was given; type it in a terminal, or name a file with it in {passphrase.FILES[what]}"
            )
        passphrase.refuse_weak(first)
        if typed(f"{prompt} once more: ") != first:
            raise BadInput("the two passphrases differ; nothing was changed")
    passphrase.refuse_weak(first)
    return first


def unlock_for(parent: Path) -> None:
    """Ask for the passphrase where there are sealed sessions under a folder. Raises WrongPassphrase; without one they stay locked."""
    from runform_live.session import sealed

    if not keys.is_unlocked() and any(map(sealed.is_sealed, sealed.sessions_in(parent))):
        with contextlib.suppress(BadInput):
            keys.identity()


def seal_waiting(parent: Path) -> None:
    """Seal the marked sessions under a folder that are over. What cannot be sealed is said in a line, and stays readable."""
    from runform_live.session import sealed

    try:
        for line in sealed.seal_waiting(parent).troubles:
            terminal.warn(f"{NOT_ALL}: {line}")
    except (RunformError, OSError) as trouble:
        terminal.warn(f"{NOT_ALL}: {trouble}")


def tell_of_plain(file: Path) -> None:
    """Say it where a file that was just written lies plain in the folder of a sealed session."""
    from runform_live.session import sealed

    if sealed.is_sealed(file.parent):
        terminal.warn(f"{shown(file)} is not encrypted until the next start; --out keeps one elsewhere")
