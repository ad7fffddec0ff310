"""Which films were analysed into the session folders of a place."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from runform_live.errors import RunformError
from runform_live.session import door, schema
from runform_live.session import source as source_of
from runform_live.session.info_file import read_info
from runform_live.session.lock import is_written
from runform_live.session.reader import CUT_OFF, is_session
from runform_live.session.schema import SessionInfo, SourceFile
from runform_live.value_ranges import Word

BY = "analyze"


class _Gist(msgspec.Struct):
    """What of session.json tells whether it may be of a certain film; all else is read only then."""

    recorded_by: Word
    source_file: SourceFile | None = None


class OfFilm(NamedTuple):
    """The sessions in which one film was analysed."""

    finished: list[tuple[Path, SessionInfo]]  # the newest analysis last
    unfinished: list[Path]  # broken off: by Ctrl-C, a power cut, a crash
    written: list[Path]  # a living process analyses it now


class Analysed:
    """The analysed films under a folder of sessions, found by their content, wherever they lie by now."""

    def __init__(self, sizes: Mapping[int, Iterable[Path]]) -> None:
        """sizes: size of a film in bytes -> the session folders of films of that size."""
        self._by_size = sizes

    def of(self, digests: source_of.Digests) -> OfFilm:
        """The sessions of the film with that content."""
        found = OfFilm([], [], [])
        for folder in self._by_size.get(digests[0], ()):
            with contextlib.suppress(OSError, RunformError):
                info = read_info(folder)
                known = info.source_file
                if known is None or (known.size_bytes, known.begin_sha256, known.end_sha256) != digests:
                    continue
                if is_finished(info):
                    found.finished.append((folder, info))
                elif is_written(folder):
                    found.written.append(folder)
                else:
                    found.unfinished.append(folder)
        found.finished.sort(key=lambda one: (one[1].measured or one[1].started, one[0].name))
        return found


def under(parent: Path) -> Analysed:
    """The films whose sessions lie directly under `parent`. What cannot be read is left out; of no such folder there are none."""
    sizes: dict[int, list[Path]] = {}
    with contextlib.suppress(OSError):
        for folder in sorted(parent.iterdir()):
            with contextlib.suppress(OSError, RunformError):
                if not is_session(folder):
                    continue
                gist = door.decoded(folder / schema.SESSION, _Gist, door.RESTORE)
                known = gist.source_file
                if gist.recorded_by == BY and known is not None and known.size_bytes is not None:
                    sizes.setdefault(known.size_bytes, []).append(folder)
    return Analysed(sizes)


def is_finished(info: SessionInfo) -> bool:
    """Whether a session reached its end; else it was broken off, or goes on."""
    return info.ended not in (None, CUT_OFF)


def may_be_finished(folder: Path) -> bool:
    """Whether a folder may hold a session that reached its end. Only what is known to hold none may be removed unasked.

    A session that cannot be read, because it is sealed, damaged or out of reach, may well be finished.
    """
    try:
        return is_session(folder) and is_finished(read_info(folder))
    except (RunformError, OSError, ValueError):
        return True
