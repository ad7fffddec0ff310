"""A file that is sealed: NAME.age in the place of NAME, encrypted to the key of this installation.

Where both are there, sealing or unsealing was broken off between its last two steps, or NAME was written anew: NAME is the one that counts.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from runform_live.encryption import by_passphrase, keys, library, passphrase
from runform_live.errors import BadInput
from runform_live.safe_files import replacing, sync_folder, write_atomically

SUFFIX = ".age"
HEAD = b"age-encryption.org/v1\n"
BY_PASSPHRASE = HEAD + b"-> scrypt "
CHUNK_BYTES = 1 << 20
MOST_BYTES_BY_PASSPHRASE = 1 << 30  # it is held in memory, some three times
_OS_ERROR = re.compile(r"\(os error ([0-9]+)\)")  # how Rust names an error of the system
RESTORE = "restore it from a copy"


class _Digest:
    """Where bytes go whose digest is wanted."""

    def __init__(self) -> None:
        self._sum, self.size_bytes = hashlib.sha256(), 0

    def write(self, piece: bytes) -> int:
        self._sum.update(piece)
        self.size_bytes += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""

    def value(self) -> tuple[int, bytes]:
        return self.size_bytes, self._sum.digest()


def sealed_name(path: Path) -> Path:
    """The name of a file when it is sealed."""
    return path.with_name(f"{path.name}{SUFFIX}")


def plain_name(path: Path) -> Path:
    """The name of a sealed file when it is plain; a plain name stays as it is."""
    return path.with_name(path.name.removesuffix(SUFFIX))


def where(path: Path) -> Path:
    """The file that holds the content of `path`: itself, or the sealed one where it alone is there."""
    if os.path.lexists(path):
        return path
    sealed = sealed_name(path)
    return sealed if os.path.lexists(sealed) else path


def is_sealed(path: Path) -> bool:
    """Whether the content of `path` is sealed."""
    return where(path) != path


def begins_sealed(path: Path) -> bool:
    """Whether a plain file of whatever name begins as what age has written. Raises OSError."""
    return _begins_with(path, HEAD)


def has_own_passphrase(path: Path) -> bool:
    """Whether a sealed file was sealed by a passphrase of its own, and not to a key. Raises OSError."""
    return _begins_with(path, BY_PASSPHRASE)


def _begins_with(path: Path, head: bytes) -> bool:
    if not stat.S_ISREG(path.stat().st_mode):
        return False
    with path.open("rb") as file:
        return file.read(len(head)) == head


# -- sealing --------------------------------------------------------------------------------------------------------


def seal(path: Path) -> None:
    """Put NAME.age in the place of NAME: written beside it, read back, renamed; then the plain one is removed.

    A crash leaves one of them, or both. Raises OSError, and BadInput where the key cannot be used or the file changed meanwhile.
    """
    with replacing(sealed_name(path)) as scratch:
        before = _state(path)
        encrypt(path, scratch)
        if _state(path) != before:
            raise BadInput(f"{path} changed while it was encrypted; it stays as it is")
    path.unlink()
    sync_folder(path.parent)


def _state(path: Path) -> tuple[int, int, int]:
    found = path.lstat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def encrypt(plain: Path, sealed: Path, words: str | None = None) -> None:
    """Encrypt a file into another one, and read that back. words: by this passphrase alone; None: to the key of this installation.

    The secret key is not needed to read it back: for this once the file is also encrypted to a second key, which is then forgotten.
    Raises OSError, BadInput.
    """
    pyrage = library.load()
    if words is not None:  # age allows no second key beside a passphrase; and pyrage takes such a file as a whole
        if plain.stat().st_size > MOST_BYTES_BY_PASSPHRASE:
            raise BadInput(
                f"by a passphrase of its own at most {MOST_BYTES_BY_PASSPHRASE >> 20} MiB can be encrypted; leave out --passphrase"
            )
        sealed.write_bytes(pyrage.passphrase.encrypt(plain.read_bytes(), words))
        if pyrage.passphrase.decrypt(sealed.read_bytes(), words) != plain.read_bytes():
            raise BadInput(f"{sealed} does not hold what was written; the disk may be damaged")
        return
    once = pyrage.x25519.Identity.generate()
    _run(pyrage, "encrypt", plain, sealed, [keys.recipient(), once.to_public()])
    written, read = _Digest(), _Digest()
    with plain.open("rb") as file:
        while piece := file.read(CHUNK_BYTES):
            written.write(piece)
    try:
        with sealed.open("rb") as file:
            pyrage.decrypt_io(file, read, [once])
    except (pyrage.DecryptError, OSError):
        read = _Digest()
    if written.value() != read.value():
        raise BadInput(
            f"{sealed} does not hold what was written; the disk may be damaged, and {plain.name} stays plain"
        )


def write(path: Path, content: bytes, sealed: bool) -> None:
    """Replace a file as a whole. sealed: it becomes NAME.age, and is never plain on the disk. Raises OSError, BadInput."""
    if not sealed:
        write_atomically(path, content)
        return
    write_atomically(sealed_name(path), library.load().encrypt(content, [keys.recipient()]))
    path.unlink(missing_ok=True)


# -- opening --------------------------------------------------------------------------------------------------------


def unseal(path: Path) -> None:
    """Put NAME in the place of NAME.age (path: the plain name). Raises OSError, Locked, WrongPassphrase, BadInput."""
    sealed = sealed_name(path)
    if not os.path.lexists(path):
        with replacing(path) as scratch:
            decrypt(sealed, scratch)
    sealed.unlink()
    sync_folder(path.parent)


def decrypt(sealed: Path, plain: Path) -> None:
    """Decrypt a file into another one, with the key of this installation. Raises OSError, Locked, WrongPassphrase, BadInput."""
    pyrage = library.load()
    with _told(pyrage, sealed):
        _run(pyrage, "decrypt", sealed, plain, [keys.identity()])


def decrypt_archive(sealed: Path, plain: Path, words: str | None = None) -> None:
    """Decrypt an archive into another file: by the passphrase of its own that it has, else with the key of this installation.

    words: that passphrase; None: it is looked for, or asked for. Raises what `decrypt` does.
    """
    if has_own_passphrase(sealed):
        words = words or passphrase.from_file("archive") or passphrase.asked("archive")
        plain.write_bytes(_by_passphrase(sealed, words))
    else:
        decrypt(sealed, plain)


def _by_passphrase(sealed: Path, words: str | None) -> bytes:
    if words is None:
        raise keys.Locked(f"{sealed} has a passphrase of its own: {keys.HOW.format(passphrase.FILES['archive'])}")
    if sealed.stat().st_size > 2 * MOST_BYTES_BY_PASSPHRASE:
        raise BadInput(f"{sealed} is too large to be opened by a passphrase")
    found = by_passphrase.opened(sealed.read_bytes(), words, sealed)
    if found is None:
        raise keys.WrongPassphrase("wrong passphrase; nothing was opened")
    return found


def content(raw: bytes, path: Path) -> bytes:
    """The content of a sealed file (raw: its bytes, path: its place). Raises Locked, WrongPassphrase, BadInput."""
    pyrage = library.load()
    with _told(pyrage, path):
        found: bytes = pyrage.decrypt(raw, [keys.identity()])
    return found


@contextlib.contextmanager
def _told(pyrage: Any, path: Path) -> Iterator[None]:
    """For a block that decrypts: what age cannot do is raised as a line for a person."""
    try:
        yield
    except pyrage.DecryptError as trouble:
        if str(trouble) == "No matching keys found":
            raise keys.Locked(
                f"locked: {path} was sealed with the key of another computer; copy the folder {keys.folder()} from there"
            ) from None
        raise BadInput(f"{path} is damaged (it cannot be decrypted); {RESTORE}") from None
    except OSError as trouble:
        if trouble.errno is not None:
            raise
        raise BadInput(f"{path} is damaged (it cannot be decrypted); {RESTORE}") from None


def _run(pyrage: Any, verb: str, source: Path, target: Path, keys_: Sequence[Any]) -> None:
    """pyrage's call for files, which is thrice as fast as the one for streams; it takes no name that is not UTF-8."""
    try:
        names = [os.fspath(one).encode().decode() for one in (source, target)]
    except UnicodeEncodeError:
        with source.open("rb") as opened, target.open("wb") as out:
            getattr(pyrage, f"{verb}_io")(opened, out, keys_)
        return
    try:
        getattr(pyrage, f"{verb}_file")(*names, keys_)
    except (OSError, pyrage.EncryptError, pyrage.DecryptError) as trouble:
        number = _OS_ERROR.search(str(trouble))
        if number is None:
            raise
        raise OSError(int(number[1]), os.strerror(int(number[1])), str(target)) from None
