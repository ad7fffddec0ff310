"""What the source of a session is kept as, and which film is the one that was measured.

A film is opened for a session only where its size and its digests are those that were kept: a name alone may stand for another
person's film, or for one that the maker of a folder has no right to see.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Literal

from runform_live import file_names, texts
from runform_live.addresses import masked
from runform_live.capture.source_name import DEMO, is_file
from runform_live.errors import BadInput
from runform_live.session import door
from runform_live.session.schema import SessionInfo, SourceFile
from runform_live.texts import Texts

DIGEST_BYTES = 1 << 20  # from the beginning of a file, and from its end
DEMO_NAME = "demo"
LONGEST_NAME = 160  # characters of a name that are shown
Digests = tuple[int, str, str]  # size (bytes), SHA-256 of the beginning and of the end
NoFilmKind = Literal["unrecorded", "unknown", "unfinished", "other", "gone"]


def name_of(source: str) -> str:
    """The source as it is kept: an address without its password, a name that text files can hold."""
    return file_names.storable(source if is_file(source) else masked(source))


def described(source: str, folder: Path) -> SourceFile | None:
    """What the file of a source is known by to the session in `folder`; None of a camera, a stream and the demo."""
    if source == DEMO_NAME or not is_file(source):
        return None
    path = Path(file_names.native(source)).absolute()
    relative = _relative(path, folder)
    size_bytes, begin, end = digests(path) or (None, None, None)
    return SourceFile(
        path=file_names.storable(path),
        relative=None if relative is None else file_names.storable(relative),
        size_bytes=size_bytes,
        begin_sha256=begin,
        end_sha256=end,
    )


def unchanged(known: SourceFile) -> SourceFile:
    """The same after the file was read; without its digests where it changed meanwhile: it is still being written."""
    if known.size_bytes is None or _fits(_path(known.path), known):
        return known
    return SourceFile(known.path, known.relative, None, None, None)


class NoFilm(BadInput):
    """The pictures of the source cannot be shown. `kind` is the key of a sentence under "film" in the languages."""

    def __init__(self, kind: NoFilmKind, name: str) -> None:
        self.kind, self.name = kind, door.clean(file_names.shown(name), LONGEST_NAME)
        super().__init__(self.told(texts.load(texts.FALLBACK)[0]))

    def told(self, said: Texts) -> str:
        """The sentence in a language."""
        return said(f"film.{self.kind}", name=self.name)


def film_of(info: SessionInfo, folder: Path) -> Path:
    """The film that was measured, where it lies there. Raises NoFilm."""
    if info.source == DEMO_NAME and info.source_file is None:
        return DEMO
    known = info.source_file
    if known is None:
        raise NoFilm("unknown" if is_file(info.source) else "unrecorded", info.source)
    if known.size_bytes is None:
        raise NoFilm("unfinished", info.source)
    another = None
    for place in places(known, folder):
        if _fits(place, known):
            return place
        if another is None and _is_plain(place):
            another = place
    if another is not None:
        raise NoFilm("other", str(another))
    raise NoFilm("gone", info.source)


def places(known: SourceFile, folder: Path) -> Iterator[Path]:
    """Where the film may lie: as seen from the folder, which may have been moved with it, where it was, and beside the folder.

    On Windows no place is named that would connect this computer to another one (see `connects_on_windows`).
    """
    home = folder.resolve()
    path = _path(known.path)
    found = [path, home.parent / path.name, home / path.name]
    if known.relative is not None:
        found.insert(0, Path(os.path.normpath(home / _path(known.relative))))
    for place in found:
        if os.name != "nt" or not connects_on_windows(PureWindowsPath(place), PureWindowsPath(home)):
            yield place


def connects_on_windows(place: PureWindowsPath, home: PureWindowsPath) -> bool:
    r"""Whether a look at `place` may have Windows log in at another computer, one that the folder `home` does not lie on itself.

    That is so for \\computer\share and for the names of devices (\\?\, \\.\, \??\), which can stand for one.
    """
    if place.drive.casefold() != home.drive.casefold() and place.drive.startswith("\\"):
        return True
    return "?" in str(place)[len(place.drive) :]  # no file's name has one


def _path(stored: str) -> Path:
    return Path(file_names.native(stored))


def _relative(path: Path, folder: Path) -> str | None:
    try:
        return os.path.relpath(path.parent.resolve() / path.name, folder.resolve())
    except (ValueError, OSError, RuntimeError):  # on another drive; or a loop of links
        return None


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _fits(path: Path, known: SourceFile) -> bool:
    """Whether it is that file. One of another size is not even opened."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return False
    if not stat.S_ISREG(found.st_mode) or found.st_size != known.size_bytes:
        return False
    return digests(path) == (known.size_bytes, known.begin_sha256, known.end_sha256)


def digests(path: Path) -> Digests | None:
    """Size and digests of a plain file, as a SourceFile has them; None where it is none, or cannot be read."""
    if not _is_plain(path):
        return None
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            begin = file.read(DIGEST_BYTES)
            file.seek(max(0, size - DIGEST_BYTES))
            end = file.read(DIGEST_BYTES)
    except OSError:
        return None
    return size, hashlib.sha256(begin).hexdigest(), hashlib.sha256(end).hexdigest()
