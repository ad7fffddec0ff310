"""Names of files and folders, as people and systems give them: any bytes but NUL and the separator.

A name has four forms. `pathlib` and the system take it as it is (bytes that are no UTF-8 are lone surrogates there, as in
`os.fsdecode`). `storable` makes a text of it that JSON, msgpack and Parquet take, and `native` turns that back without loss.
`shown` is one line for a person. `for_ffmpeg` is an address that FFmpeg takes for a file, whatever the name looks like.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from pathlib import Path

from runform_live.errors import BadInput

# A name never holds NUL, so NUL and four hexadecimal digits can stand for a unit that is no character.
_MARK = "\0"
_SURROGATE = re.compile("[\ud800-\udfff]")
_STORED = re.compile(_MARK + "([0-9a-f]{4})")
_BYTE = 0xDC00  # plus a byte: how Python holds a byte that is no UTF-8

# Characters that move the cursor, colour the screen or turn the reading direction. Marks of direction are among them.
_UNSHOWN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

LONGEST_NAME_BYTES = 140  # of a session folder; the file systems with the shortest names take 143
_WINDOWS_REFUSES = re.compile(r'[<>:"/\\|?*]')
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)", re.IGNORECASE)
NAMELESS = "session"


def storable(name: str | os.PathLike[str]) -> str:
    """The name as text that can be encoded; `native` gives the name back. Of a usual name it is the name itself."""
    text = os.fspath(name)
    if not text.isascii() and sys.platform != "win32":
        text = os.fsencode(text).decode("utf-8", "surrogateescape") if _encodes(text) else text
    return _SURROGATE.sub(lambda found: f"{_MARK}{ord(found[0]):04x}", text)


def native(stored: str) -> str:
    """The name that `storable` was given, as the system takes it. Of a usual name it is the name itself."""
    text = _STORED.sub(lambda found: chr(int(found[1], 16)), stored)
    if text.isascii() or sys.platform == "win32":
        return text
    try:
        return os.fsdecode(text.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:  # not from here
        return text


def _encodes(text: str) -> bool:
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return True


def shown(name: str | os.PathLike[str]) -> str:
    r"""The name in one line, safe on a terminal: what cannot be shown is written as \n, \x1b, \xe9 or \u202e."""
    return _UNSHOWN.sub(lambda found: _escaped(found[0]), _with_units(storable(name)))


def shown_lines(text: str) -> str:
    """The same for a text of several lines: its line ends stay."""
    return "\n".join(shown(line) for line in text.split("\n"))


def _with_units(text: str) -> str:
    """Stored units as lone surrogates again, for all that is shown."""
    return _STORED.sub(lambda found: chr(int(found[1], 16)), text) if _MARK in text else text


def _escaped(unit: str) -> str:
    number = ord(unit)
    if _BYTE + 0x80 <= number <= _BYTE + 0xFF:
        number -= _BYTE
    return _SHORT.get(unit) or (f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}")


def for_ffmpeg(path: str | os.PathLike[str]) -> str:
    """The address of a file for FFmpeg, which takes `a:b.mp4` for a protocol called a."""
    return f"file:{os.fspath(path)}"


def path_given(text: str) -> Path:
    """A path as somebody typed it, "~" expanded. Raises BadInput where it is empty or its "~somebody" is not here."""
    if not text:
        raise BadInput("a name is empty; give the path of a file or folder")
    first = re.split(r"[/\\]" if os.name == "nt" else "/", text, maxsplit=1)[0]
    if not first.startswith("~"):
        return Path(text)
    if first != "~" and os.path.lexists(first):
        return Path(text)  # a file of that name, as editors make them
    try:
        return Path(text).expanduser()
    except RuntimeError:
        who = "the home folder is not known" if first == "~" else f"there is no user {first[1:]!r}"
        raise BadInput(f"{text}: {who}; write the path out, or ./{text} for a file of that name") from None


def folder_name(stem: str) -> str:
    """A name for a session folder after a film's: in characters that can be shown, short enough for every file system."""
    text = _UNSHOWN.sub("_", _with_units(storable(stem)))
    text = _cut(text.lstrip(". "), LONGEST_NAME_BYTES).rstrip(". ") or NAMELESS
    return native(f"{text}_" if is_device_on_windows(text) else text)


def is_device_on_windows(name: str) -> bool:
    """Whether Windows takes a file of that name for a device, in any folder and with any ending."""
    return _WINDOWS_DEVICE.match(name) is not None


def portable(name: str) -> str:
    """The name without the characters that Windows and its file systems refuse."""
    return _WINDOWS_REFUSES.sub("_", name)


def _cut(text: str, most_bytes: int) -> str:
    """The beginning of a text, of whole characters with their accents, in so many bytes of UTF-8."""
    if len(text.encode()) <= most_bytes:
        return text
    kept = text.encode()[:most_bytes].decode("utf-8", "ignore")
    while kept and (_joins(text[len(kept)]) or kept[-1] == "\u200d"):
        kept = kept[:-1]
    return kept


def _joins(character: str) -> bool:
    """Whether it belongs to the character before it: an accent, a variant, a joined emoji."""
    return (
        character in "\u200d\ufe0e\ufe0f"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or unicodedata.combining(character) > 0
    )


def temporary_for(name: str) -> str:
    """The beginning of the name of a temporary file beside one of that name; never longer than the file system takes."""
    return f".{_cut(_UNSHOWN.sub('_', _with_units(name)), LONGEST_NAME_BYTES)}."
