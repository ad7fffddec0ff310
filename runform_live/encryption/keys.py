"""The key pair of this installation. Whoever records needs the public half alone; whoever reads needs the passphrase.

Both halves lie in the folder `encryption` of the settings, as files of the age tool: `identity.age` holds the secret half, encrypted by
the passphrase (scrypt); `recipient.txt` holds the public half, and is there only while encryption is switched on.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from runform_live import places
from runform_live.encryption import by_passphrase, library, passphrase
from runform_live.errors import BadInput, RunformError, reason_of
from runform_live.safe_files import make_folders, replacing, sync_file, sync_folder, write_atomically

IDENTITY, RECIPIENT = "identity.age", "recipient.txt"
MOST_BYTES = 64 << 10
LOCKED = "locked: give the passphrase"
HOW = f"{LOCKED} when it is asked for in a terminal, or in a file that {{}} names"


class Locked(BadInput):
    """A sealed file that cannot be opened now: nobody gave the passphrase, or the key is another computer's."""


class WrongPassphrase(RunformError):
    """The passphrase does not open the key. It is no BadInput, so that nobody takes it for a damaged session."""

    exit_status = 2


class _Opened:
    """The secret key of this process, once the passphrase was given."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.identity: Any = None
        self.trouble: RunformError | None = None  # why there is none; nobody is asked again


_opened = _Opened()


def folder() -> Path:
    """Where the key pair lies. Raises BadInput for an account without a home folder."""
    base = places.config_home()
    if base is None:
        raise BadInput("this account has no home folder to keep a key in; set XDG_CONFIG_HOME to a folder of its own")
    return base / places.PACKAGE / "encryption"


def is_on() -> bool:
    """Whether sessions are sealed on this installation."""
    try:
        return (folder() / RECIPIENT).is_file()
    except (BadInput, OSError):
        return False


def is_made() -> bool:
    """Whether there is a secret key, also where encryption is switched off by now."""
    try:
        return (folder() / IDENTITY).is_file()
    except (BadInput, OSError):
        return False


def turn_on(words: str) -> None:
    """Make a key pair and switch encryption on. Raises BadInput where there is a pair already, or it cannot be kept."""
    passphrase.refuse_weak(words)
    if is_made():
        raise BadInput(f"there is a key in {folder()} already; its passphrase switches encryption on")
    made = library.load().x25519.Identity.generate()
    _keep(made, words)
    _remember(made)
    turn_on_again()


def turn_on_again() -> None:
    """Switch encryption on with the key pair that is there. Raises Locked, WrongPassphrase, BadInput."""
    _write(folder() / RECIPIENT, f"{identity().to_public()}\n".encode())


def turn_off() -> None:
    """Switch encryption off. The secret key stays: copies of sessions and archives may need it. Raises BadInput."""
    try:
        (folder() / RECIPIENT).unlink(missing_ok=True)
        sync_folder(folder())
    except OSError as trouble:
        raise BadInput(f"{folder() / RECIPIENT} cannot be removed ({reason_of(trouble)})") from None


def change_passphrase(new: str) -> None:
    """Encrypt the secret key by another passphrase; what is sealed stays as it is.

    Raises Locked, WrongPassphrase, and BadInput, also for the passphrase that the key has already.
    """
    passphrase.refuse_weak(new)
    secret = identity()
    if _plain(_content(folder() / IDENTITY), new) is not None:
        raise BadInput("that is the passphrase already; nothing was changed")
    _keep(secret, new)


def recipient() -> Any:
    """The public key to seal with. Raises BadInput, in a line, where encryption is off or half of the key pair is lost."""
    pyrage = library.load()
    if not is_on():
        if _opened.identity is not None:  # a sealed session is changed that was sealed before
            return _opened.identity.to_public()
        raise BadInput("encryption is off on this computer; `runform encryption on` switches it on")
    if not is_made():
        raise BadInput(f"{folder() / IDENTITY} is missing, so nobody could read what is sealed; restore it from a copy")
    try:
        return pyrage.x25519.Recipient.from_str(_content(folder() / RECIPIENT).decode().strip())
    except (pyrage.RecipientError, UnicodeDecodeError):
        raise BadInput(f"{folder() / RECIPIENT} is damaged; `runform encryption on` writes it again") from None


def identity() -> Any:
    """The secret key; the passphrase is asked for once in a process. Raises Locked, WrongPassphrase, BadInput."""
    with _opened.lock:
        if _opened.identity is None:
            if _opened.trouble is not None:
                raise _opened.trouble
            words = passphrase.from_file()
            if words is None and is_made():
                words = passphrase.asked()
            try:
                _opened.identity = _unlocked_by(words)
            except RunformError as trouble:
                if words is not None or passphrase.can_ask():
                    _opened.trouble = trouble
                raise
        return _opened.identity


def unlock(words: str) -> None:
    """Open the key with a passphrase that a person gave in a window. Raises WrongPassphrase, BadInput."""
    _remember(_unlocked_by(words))


def is_unlocked() -> bool:
    """Whether this process can read what is sealed, without asking anybody."""
    return _opened.identity is not None


def forget() -> None:
    """Lock again: the next reader must give the passphrase anew."""
    with _opened.lock:
        _opened.identity = _opened.trouble = None


def _remember(identity: Any) -> None:
    with _opened.lock:
        _opened.identity, _opened.trouble = identity, None


def _unlocked_by(words: str | None) -> Any:
    if not is_made():
        raise Locked(
            f"locked: this computer has no key for it; copy the folder {folder()} from the computer that sealed it"
        )
    pyrage = library.load()
    if words is None:
        raise Locked(HOW.format(passphrase.FILE))
    text = by_passphrase.opened(_content(folder() / IDENTITY), words, folder() / IDENTITY)
    if text is None:
        raise WrongPassphrase("wrong passphrase; nothing was opened")
    try:
        return pyrage.x25519.Identity.from_str(text.decode().strip().splitlines()[-1])
    except (pyrage.IdentityError, UnicodeDecodeError, IndexError):
        raise BadInput(f"{folder() / IDENTITY} is damaged; restore it from a copy") from None


def _plain(sealed: bytes, words: str) -> bytes | None:
    """What a passphrase opens; None where it opens nothing."""
    try:
        return by_passphrase.opened(sealed, words, folder() / IDENTITY)
    except BadInput:
        return None


def _keep(identity: Any, words: str) -> None:
    """Write the secret key. It takes the place of the file before it only once it was opened, and read back from the disk."""
    path, plain = folder() / IDENTITY, f"{identity}\n".encode()
    sealed = library.load().passphrase.encrypt(plain, words)
    if _plain(sealed, words) != plain:
        raise BadInput("the key cannot be opened as it was encrypted; nothing was changed")
    try:
        make_folders(path.parent)
        with replacing(path) as scratch:
            scratch.write_bytes(sealed)
            sync_file(scratch)
            if scratch.read_bytes() != sealed:
                raise BadInput(f"{path} cannot be written whole; the disk may be damaged, and nothing was changed")
    except OSError as trouble:
        raise _cannot_be_written(path, trouble) from None


def _write(path: Path, content: bytes) -> None:
    try:
        make_folders(path.parent)
        write_atomically(path, content)
    except OSError as trouble:
        raise _cannot_be_written(path, trouble) from None


def _cannot_be_written(path: Path, trouble: OSError) -> BadInput:
    return BadInput(f"{path} cannot be written ({reason_of(trouble)}); make its folder writable")


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as trouble:
        raise BadInput(f"{path} cannot be read ({reason_of(trouble)}); restore it from a copy") from None
