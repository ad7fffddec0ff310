"""Damage to any file: its bytes alone are known. Every function is given the content and a source of chance, and tells what it did."""

from __future__ import annotations

import random
from collections.abc import Callable

Damaged = tuple[bytes, str]
LONGEST_COPY = 1 << 20  # of a content that is doubled
FILLERS = (b"\0", b"\xff", b"\x7f", b"9", b"[", b'"', b"\n", b",", b"=", b"\x80")
HUGE_LENGTHS = tuple(
    value.to_bytes(width, order)  # type: ignore[arg-type]
    for width in (2, 4, 8)
    for value in ((1 << (8 * width)) - 1, (1 << (8 * width - 1)) - 1, 1 << (8 * width - 1), 0)
    for order in ("little", "big")
)
STRANGE_TEXT = (
    b"\0", "\u202e".encode(), "\u200f\u2066".encode(), b"\xed\xa0\x80", b"\xff\xfe", b"\xc0\xaf", "\U0001f9b5\u0301".encode(), b"\x1b[2J",
    "\u2028".encode(), "\ufeff".encode(), b"\r", b"\x1a", b"\x85", "\u0661".encode(),
)  # fmt: skip


def flipped(content: bytes, chance: random.Random) -> Damaged:
    changed = bytearray(content)
    count = chance.choice((1, 1, 2, 8, 64))
    for _ in range(count if content else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed), f"{count} bits flipped"


def cut_off(content: bytes, chance: random.Random) -> Damaged:
    length = chance.choice((0, 1, 4, len(content) // 2, max(0, len(content) - 1), chance.randrange(len(content) + 1)))
    return content[:length], f"cut off after {length} bytes"


def doubled(content: bytes, chance: random.Random) -> Damaged:
    at, length = _piece(content, chance)
    piece = content[at : at + length]
    times = chance.choice((1, 1, 2, max(1, min(1000, LONGEST_COPY // max(1, length)))))
    return content[:at] + piece * times + content[at:], f"{length} bytes at {at} repeated {times} times"


def taken_out(content: bytes, chance: random.Random) -> Damaged:
    at, length = _piece(content, chance)
    return content[:at] + content[at + length :], f"{length} bytes at {at} taken out"


def swapped(content: bytes, chance: random.Random) -> Damaged:
    first, second = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    third = min(len(content), second + (second - first))
    changed = content[:first] + content[second:third] + content[first:second] + content[third:]
    return changed, f"{first}:{second} and {second}:{third} swapped"


def overwritten(content: bytes, chance: random.Random) -> Damaged:
    at, length = chance.randrange(len(content) + 1), chance.choice((1, 4, 16, 200))
    filler = chance.choice(FILLERS)
    return content[:at] + filler * length + content[at + length :], f"{length} bytes {filler!r} at {at}"


def lengthened(content: bytes, chance: random.Random) -> Damaged:
    """A length, size or offset within the first or last bytes, or anywhere, is huge or 0."""
    value = chance.choice(HUGE_LENGTHS)
    near = chance.choice((64, 64, len(content)))
    at = min(len(content), chance.randrange(near + 1))
    if chance.random() < 0.3:
        at = max(0, len(content) - at - len(value))
    return content[:at] + value + content[at + len(value) :], f"{value!r} at {at}"


def strange_text(content: bytes, chance: random.Random) -> Damaged:
    at, added = chance.randrange(len(content) + 1), chance.choice(STRANGE_TEXT)
    return content[:at] + added + content[at:], f"{added!r} put in at {at}"


def other_coding(content: bytes, chance: random.Random) -> Damaged:
    """Ends of lines, marks and codings of other editors."""
    kind = chance.choice(("bom", "bom twice", "crlf", "cr", "utf-16", "utf-32", "utf-7", "latin"))
    match kind:
        case "bom":
            return b"\xef\xbb\xbf" + content, kind
        case "bom twice":
            return b"\xef\xbb\xbf" * 2 + content, kind
        case "crlf":
            return content.replace(b"\n", b"\r\n"), kind
        case "cr":
            return content.replace(b"\n", b"\r"), kind
        case "latin":
            return content.replace(b"e", b"\xe9", 3), kind
    return content.decode("utf-8", "replace").encode(kind), kind


def _piece(content: bytes, chance: random.Random) -> tuple[int, int]:
    at = chance.randrange(len(content) + 1)
    return at, min(len(content) - at, chance.choice((1, 16, 256, 4096, len(content))))


BINARY: tuple[Callable[[bytes, random.Random], Damaged], ...] = (
    flipped, flipped, cut_off, doubled, taken_out, swapped, overwritten, lengthened,
)  # fmt: skip
TEXT = (*BINARY, strange_text, strange_text, other_coding)


def binary(content: bytes, chance: random.Random) -> Damaged:
    """One kind of damage to a file that is no text."""
    return chance.choice(BINARY)(content, chance)


def text(content: bytes, chance: random.Random) -> Damaged:
    """One kind of damage to a text file."""
    return chance.choice(TEXT)(content, chance)
