"""A file as the age tool encrypts it by a passphrase, of which a try takes no time (https://age-encryption.org/v1).

The library chooses how long a try takes, and that is a second at least; hundreds of cases would take hours.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

WORK = 2  # logarithm of scrypt's N
_MASK = 0xFFFFFFFF


def sealed(plain: bytes, words: str) -> bytes:
    """plain: less than 64 KiB, so that it is one piece."""
    file_key, salt, nonce = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(16)
    wrap = hashlib.scrypt(words.encode(), salt=b"age-encryption.org/v1/scrypt" + salt, n=1 << WORK, r=8, p=1, dklen=32)
    head = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (
        _text(salt),
        WORK,
        _text(_locked(wrap, bytes(12), file_key)),
    )
    mark = hmac.digest(_derived(file_key, b"", b"header"), head, "sha256")
    piece = _locked(_derived(file_key, nonce, b"payload"), bytes(11) + b"\1", plain)
    return head + b" " + _text(mark) + b"\n" + nonce + piece


def _text(raw: bytes) -> bytes:
    return base64.b64encode(raw).rstrip(b"=")


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF with SHA-256 (RFC 5869), 32 bytes."""
    return hmac.digest(hmac.digest(salt or bytes(32), key, "sha256"), info + b"\1", "sha256")


def _locked(key: bytes, nonce: bytes, plain: bytes) -> bytes:
    """ChaCha20-Poly1305 without further data (RFC 8439)."""
    blocks = (_block(key, number, nonce) for number in range(1, len(plain) // 64 + 2))
    hidden = bytes(one ^ other for one, other in zip(plain, b"".join(blocks), strict=False))
    once = _block(key, 0, nonce)[:32]
    told = hidden + bytes(-len(hidden) % 16) + bytes(8) + len(hidden).to_bytes(8, "little")
    return hidden + _poly1305(once, told)


def _block(key: bytes, number: int, nonce: bytes) -> bytes:
    """64 bytes of the key stream of ChaCha20."""
    begun = b"expand 32-byte k" + key + number.to_bytes(4, "little") + nonce
    start = [int.from_bytes(begun[at : at + 4], "little") for at in range(0, 64, 4)]
    state = list(start)
    for _ in range(10):
        for k in range(4):
            _quarter(state, k, k + 4, k + 8, k + 12)
        for k in range(4):
            _quarter(state, k, 4 + (k + 1) % 4, 8 + (k + 2) % 4, 12 + (k + 3) % 4)
    return b"".join((one + two & _MASK).to_bytes(4, "little") for one, two in zip(state, start, strict=True))


def _quarter(state: list[int], a: int, b: int, c: int, d: int) -> None:
    for one, two, three, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        state[one] = state[one] + state[two] & _MASK
        turned = state[three] ^ state[one]
        state[three] = (turned << bits | turned >> (32 - bits)) & _MASK


def _poly1305(key: bytes, content: bytes) -> bytes:
    factor = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(content), 16):
        total = (total + int.from_bytes(content[at : at + 16] + b"\1", "little")) * factor % ((1 << 130) - 5)
    return (total + int.from_bytes(key[16:], "little") & (1 << 128) - 1).to_bytes(16, "little")
