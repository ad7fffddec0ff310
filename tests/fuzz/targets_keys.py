"""Files with keys: of this computer and of those that it knows, of encryption, and archives with a passphrase of their own."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from runform_live.encryption import keys, library, sealed_file
from runform_live.encryption.keys import WrongPassphrase
from runform_live.runtime import peers
from tests.fuzz import age_file, bytes_damage, shaped_damage
from tests.fuzz.bytes_damage import Damaged
from tests.fuzz.target import Target, each, in_file

WORDS, ARCHIVE = "four words or more", "p07.zip"
WORKS = (0, 1, 2, 9, 10, 17, 22, 23, 40, 63, 64, 99, 4294967296)  # 22 takes 4 GiB, more than a case may


@contextmanager
def computer(folder: Path) -> Iterator[None]:
    """What is read here are the settings in this folder."""
    with mock.patch.dict(os.environ, {"XDG_CONFIG_HOME": str(folder)}):
        try:
            yield
        finally:
            keys.forget()


def at(place: Callable[[], Path], name: str) -> str:
    """Where a file lies within the settings."""
    there = Path(__file__).parent
    with computer(there):
        return str((place() / name).relative_to(there))


OWN, KNOWN = at(peers.folder, peers.OWN), at(peers.folder, peers.KNOWN)
IDENTITY, RECIPIENT = at(keys.folder, keys.IDENTITY), at(keys.folder, keys.RECIPIENT)


def make_peers(sound: Path) -> None:
    """A computer that knows three others."""
    with computer(sound):
        public = [peers.make_own("desk", again=True).public for _ in range(4)]
        for name, key in zip(("treadmill", "lab-1", "b"), public, strict=False):
            peers.allow(name, key)


def read_peers(case: Path) -> None:
    """Everything that is believed has a name and a key; and a damaged file lets nobody in."""
    with computer(case):
        allowed = peers.Allowed()
        each(peers.own, peers.known, peers.keys, lambda: peers.key_of("treadmill"), lambda: peers.remove("lab-1"))
        for name, key in peers.known().items():
            assert peers.checked_name(name) == name and peers.read_key(peers.spelled(key)) == key
            assert allowed.name_of(key) is not None


def make_key(sound: Path) -> None:
    """The key pair of an installation."""
    made = library.load().x25519.Identity.generate()
    with computer(sound):
        keys.folder().mkdir(parents=True)
    (sound / IDENTITY).write_bytes(age_file.sealed(f"# a key\n{made}\n".encode(), WORDS))
    (sound / RECIPIENT).write_text(f"{made.to_public()}\n")


def read_key(case: Path) -> None:
    with computer(case):
        each(keys.recipient, lambda: keys.unlock(WORDS))


def in_age_file(content: bytes, chance: random.Random) -> Damaged:
    """The file, its first lines, or how much work it says that a try takes."""
    kind = chance.random()
    if kind < 0.3:
        work = b"%d" % chance.choice(WORKS)
        return re.sub(rb"(-> scrypt \S+) \d+", rb"\1 " + work, content, count=1), f"work of {work!r}"
    if kind < 0.6:
        end = content.index(b"\n---") + 60
        head, done = bytes_damage.text(content[:end], chance)
        return head + content[end:], f"head: {done}"
    return bytes_damage.binary(content, chance)


def in_identity(sound: Path, case: Path, chance: random.Random) -> str:
    """Damage to the file, or to the key within."""
    if chance.random() < 0.7:
        return in_file(IDENTITY, in_age_file)(sound, case, chance)
    inner = library.load().passphrase.decrypt((sound / IDENTITY).read_bytes(), WORDS)
    damaged, done = bytes_damage.text(inner, chance)
    in_file(IDENTITY, lambda *_: (age_file.sealed(damaged[: 1 << 15], WORDS), done))(sound, case, chance)
    return f"within: {done}"


def make_own_passphrase(sound: Path) -> None:
    (sound / f"{ARCHIVE}.age").write_bytes(age_file.sealed(b"an archive" * 50, WORDS))


def read_own_passphrase(case: Path) -> None:
    sealed_file.decrypt_archive(case / f"{ARCHIVE}.age", case / ARCHIVE, WORDS)


KEYS = (
    Target("key of this computer", make_peers, in_file(OWN, shaped_damage.in_json), read_peers),
    Target("keys of other computers", make_peers, in_file(KNOWN, shaped_damage.in_json), read_peers),
    Target("secret key (age)", make_key, in_identity, read_key, allowed=(WrongPassphrase,)),
    Target("public key (age)", make_key, in_file(RECIPIENT, bytes_damage.text), read_key, weight=0.5),
    Target(
        "archive by a passphrase",
        make_own_passphrase,
        in_file(f"{ARCHIVE}.age", in_age_file),
        read_own_passphrase,
        weight=0.5,
    ),
)
