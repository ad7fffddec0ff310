"""The key pair of this computer and the public keys of the computers that it knows: `runform keys`.

Both lie in the folder `keys` of the settings, for their owner alone: `own.json` with the pair, `known.json` with the others. A known
computer may connect to what `runform serve` offers here, and is believed where this computer connects to it. Nothing else uses the keys.

People see a public key as groups of letters and digits that every shell and every telephone takes, with three bytes to check them.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import zmq
from msgspec import Meta
from zmq.utils import z85

from runform_live import places
from runform_live.errors import BadInput, reason_of
from runform_live.file_names import shown
from runform_live.runtime.keys import Keys
from runform_live.safe_files import as_json, make_folders, write_atomically
from runform_live.session.lock import WAIT_S, FolderLock

OWN, KNOWN = "own.json", "known.json"
LOCK = ".lock"  # held by the command that changes a file
MOST_BYTES = 64 << 10
MOST_KNOWN = 100
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
KEY_BYTES, CHECK_BYTES = 32, 3
GROUP = 4  # letters and digits between two dashes
LETTERS = (KEY_BYTES + CHECK_BYTES) * 8 // 5

Z85 = Annotated[str, Meta(min_length=40, max_length=40)]
_Kind = TypeVar("_Kind", bound=msgspec.Struct)


class OwnKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The pair of this computer, and what the others call it."""

    name: str
    public: Z85
    secret: Z85


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The computers that this one knows: name and public key."""

    computers: dict[str, Z85] = {}


# -- how a person sees a key --------------------------------------------------------------------------------------


def spelled(public: str) -> str:
    """A public key (Z85) in groups of letters and digits, such as abcd-efgh-..."""
    raw = z85.decode(public.encode())
    text = base64.b32encode(raw + _check(raw)).decode().lower()
    return "-".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def read_key(text: str) -> str:
    """The public key (Z85) that a person typed; dashes, spaces and capitals do not matter. Raises BadInput."""
    letters = re.sub(r"[\s-]", "", text).upper()
    if len(letters) != LETTERS:
        raise BadInput(
            f"the public key has {len(letters)} letters and digits instead of {LETTERS}; copy the line that `runform keys show` prints there"
        )
    try:
        raw = base64.b32decode(letters)
    except (binascii.Error, ValueError):
        raise BadInput("this is no public key; copy the line that `runform keys show` prints there") from None
    key, check = raw[:KEY_BYTES], raw[KEY_BYTES:]
    if check != _check(key):
        raise BadInput("the public key has a mistake in it; compare it with what `runform keys show` prints there")
    return z85.encode(key).decode()


def _check(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:CHECK_BYTES]


def checked_name(text: str) -> str:
    """A name for a computer. Raises BadInput."""
    if NAME.fullmatch(text) is None:
        raise BadInput(
            f"{shown(text[:80])!r} is no name for a computer; use up to 32 letters, digits, dots, - and _, such as treadmill-1"
        )
    return text


# -- the pair of this computer ------------------------------------------------------------------------------------


def folder() -> Path:
    """Where the keys lie. Raises BadInput for an account without a home folder."""
    base = places.config_home()
    if base is None:
        raise BadInput("this account has no home folder to keep a key in; set XDG_CONFIG_HOME to a folder of its own")
    return base / places.PACKAGE / "keys"


def make_own(name: str, again: bool = False) -> OwnKey:
    """Make the pair of this computer. again: in place of the one that is there. Raises BadInput."""
    if not zmq.has("curve"):
        raise BadInput("this ZeroMQ cannot encrypt; install pyzmq from PyPI")
    path = folder() / OWN
    public, secret = zmq.curve_keypair()
    made = OwnKey(checked_name(name), public.decode(), secret.decode())
    with _alone():
        if os.path.lexists(path) and not again:
            raise BadInput(
                "this computer has a key already, see `runform keys show`; `runform keys new NAME --again` replaces it"
            )
        _write(path, made)
    return made


def own() -> OwnKey:
    """The pair of this computer. Raises BadInput where there is none, or others may read it."""
    path = folder() / OWN
    if not os.path.lexists(path):
        raise BadInput("this computer has no key yet; make one with `runform keys new NAME`")
    found = _read(path, OwnKey, "make a new one with `runform keys new NAME --again`")
    try:
        public = zmq.curve_public(found.secret.encode())
    except (zmq.ZMQError, ValueError):
        public = b""
    if public.decode() != found.public or NAME.fullmatch(found.name) is None:
        raise _damaged(path, "make a new one with `runform keys new NAME --again`")
    return found


def keys(server_public: str = "") -> Keys:
    """For a socket of this computer. server_public: of the computer that it connects to. Raises BadInput."""
    pair = own()
    return Keys(pair.public, pair.secret, server_public or pair.public, tuple(known().values()))


# -- the others ---------------------------------------------------------------------------------------------------


def known() -> dict[str, str]:
    """Names and public keys (Z85) of the computers that this one knows. Raises BadInput for a damaged file."""
    return _known_in(folder() / KNOWN)


def _known_in(path: Path) -> dict[str, str]:
    if not os.path.lexists(path):
        return {}
    advice = "remove it, and allow the other computers again"
    found = _read(path, Known, advice).computers
    if len(found) > MOST_KNOWN or not all(NAME.fullmatch(name) and _is_key(key) for name, key in found.items()):
        raise _damaged(path, advice)
    return found


def allow(name: str, public: str) -> None:
    """Know a computer from now on. public: Z85. Raises BadInput where another one has this name, or this one another name."""
    checked_name(name)
    with _alone():
        before = known()
        if before.get(name, public) != public:
            raise BadInput(f"{name} is known with another key; `runform keys remove {name}` forgets that one")
        if named := next((other for other, key in before.items() if key == public and other != name), None):
            raise BadInput(f"this key is known as {named} already")
        if len(before) >= MOST_KNOWN and name not in before:
            raise BadInput(
                f"{MOST_KNOWN} computers are known, and no more can be; remove some with `runform keys remove NAME`"
            )
        _write(folder() / KNOWN, Known({**before, name: public}))


def remove(name: str) -> None:
    """Forget a computer. Raises BadInput where it is not known."""
    with _alone():
        before = known()
        if name not in before:
            raise BadInput(f"no computer {shown(name[:80])!r} is known; `runform keys list` shows those that are")
        _write(folder() / KNOWN, Known({other: key for other, key in before.items() if other != name}))


def key_of(name: str) -> str:
    """The public key (Z85) of a known computer. Raises BadInput."""
    found = known().get(name)
    if found is None:
        raise BadInput(
            f"no computer {shown(name[:80])!r} is known here; type the line that `runform keys show` prints there"
        )
    return found


class Allowed:
    """Which public keys are let in now, as the file says it: somebody who is removed while a camera is served is out at once.

    A file that cannot be read lets nobody in.
    """

    def __init__(self) -> None:
        self._path = folder() / KNOWN
        self._stamp: tuple[int, int, int] | None = None
        self._names: dict[str, str] = {}

    def name_of(self, public: str) -> str | None:
        """What the computer with this key (Z85) is called; None: it is not known."""
        self._look()
        return self._names.get(public)

    def has(self, name: str) -> bool:
        """Whether a computer of this name is known."""
        self._look()
        return name in self._names.values()

    def _look(self) -> None:
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
            if stamp != self._stamp:
                self._names = {key: name for name, key in _known_in(self._path).items()}
                self._stamp = stamp
        except (OSError, BadInput):
            self._stamp, self._names = None, {}


# -- files --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """No other command changes the files meanwhile: one of two at once would take back what the other did. Raises BadInput."""
    lock = FolderLock(folder(), LOCK)
    try:
        make_folders(folder())
    except OSError as trouble:
        raise _cannot_be_written(folder(), trouble) from None
    if not lock.take(WAIT_S):
        raise BadInput("another `runform keys` changes the keys just now; try again when it is done")
    try:
        yield
    finally:
        lock.release()


def _is_key(text: str) -> bool:
    try:
        return len(z85.decode(text.encode())) == KEY_BYTES and spelled(text) != ""
    except (ValueError, KeyError, binascii.Error):
        return False


def _read(path: Path, kind: type[_Kind], advice: str) -> _Kind:
    try:
        with path.open("rb") as file:
            if os.name != "nt" and os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise BadInput(
                    f"{shown(path)} is open to other users of this computer; close it with: chmod 600 {shown(path)}"
                )
            content = file.read(MOST_BYTES)
        return msgspec.json.decode(content, type=kind)
    except OSError as trouble:
        raise BadInput(f"{shown(path)} cannot be read ({reason_of(trouble)})") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _damaged(path, advice) from None


def _damaged(path: Path, advice: str) -> BadInput:
    return BadInput(f"{shown(path)} is damaged; {advice}")


def _write(path: Path, content: msgspec.Struct) -> None:
    try:
        write_atomically(path, as_json(content))
    except OSError as trouble:
        raise _cannot_be_written(path, trouble) from None


def _cannot_be_written(path: Path, trouble: OSError) -> BadInput:
    return BadInput(f"{shown(path)} cannot be written ({reason_of(trouble)}); make its folder writable")
