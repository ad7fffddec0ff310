"""The programmes that there are: those that ship (configs/programmes/) and a person's own, beside their settings file."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from runform_live import config, resources, tables
from runform_live.errors import BadInput, reason_of
from runform_live.file_names import shown
from runform_live.programmes.plan import SHORTEST_BLOCK_S, PainMoment, PlannedSession, Programme
from runform_live.texts import Texts

FOLDER = "programmes"
MORE = "; configs/programmes/two_weeks.toml shows every key"
_NAME = re.compile(r"[\w-]{1,60}")


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A programme as it stands in its file. The name is that of the file."""

    session: Annotated[list[PlannedSession], Meta(min_length=1, max_length=100)]
    source: list[str] = []
    title: str = ""
    about: str = ""
    ask_pain: list[PainMoment] = msgspec.field(default_factory=lambda: ["before", "after"])


def shipped_folder() -> Path:
    return resources.folder("configs") / FOLDER


def own_folder() -> Path | None:
    """Where a person's own programmes lie, or would; None for an account without a home folder."""
    settings = config.own_file()
    return None if settings is None else settings.parent / FOLDER


def names() -> tuple[str, ...]:
    """The names of all programmes, those that ship first. Raises BadInput where a person's own folder cannot be read."""
    shipped = _in(shipped_folder())
    own = own_folder()
    return tuple(shipped + [name for name in (_in(own) if own else []) if name not in shipped])


def is_name(text: str) -> bool:
    """Whether a programme can have that name."""
    return _NAME.fullmatch(text) is not None


def load(name: str) -> Programme:
    """The programme of that name. BadInput says in a line that there is none, or which key of its file is wrong."""
    return read(path_of(name))


def path_of(name: str) -> Path:
    """The file of the programme of that name. BadInput says in a line that there is none."""
    known = names()
    if name not in known:
        raise BadInput(f"there is no programme {tables.shown(name)}; there are {', '.join(known)}")
    shipped, own = shipped_folder() / f"{name}.toml", own_folder()
    mine = None if own is None else own / f"{name}.toml"
    if mine is not None and os.path.lexists(mine):
        if os.path.lexists(shipped):
            raise BadInput(f"programme {shown(mine)} has the name of one that ships; give the file another name")
        return mine
    return shipped


def read(path: Path) -> Programme:
    """The programme of a file; BadInput names key and value of what is wrong in it."""
    return programme(path.stem, tables.read("programme", path, Written, MORE), f"programme {path}")


def programme(name: str, found: Written, where: str) -> Programme:
    """The programme of what stands in a file. where: what a message calls it. Raises BadInput."""
    check(where, found)
    return Programme(name, found.title, found.about, tuple(found.source), tuple(found.ask_pain), tuple(found.session))


def words(programme: Programme, key: str, said: Texts) -> str:
    """What a person reads of a programme: its "title", what it is "about", what is "known" of it and what is "unknown".

    The words of its own file come first, then those of the language. A title is never empty.
    """
    own = {"title": programme.title, "about": programme.about}.get(key, "")
    in_language = f"programme.{programme.name}.{key}"
    if own or said.has(in_language):
        return own or said(in_language)
    return programme.name if key == "title" else ""


def _in(folder: Path) -> list[str]:
    """The names of the programmes in a folder; none where there is no such folder."""
    try:
        return sorted(path.stem for path in folder.iterdir() if path.suffix == ".toml" and _NAME.fullmatch(path.stem))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as trouble:
        raise BadInput(f"{shown(folder)} cannot be listed ({reason_of(trouble)})") from None


def check(where: str, found: Written) -> None:
    """What no range can tell. Raises BadInput."""
    first = found.session[0].days_after
    if first:
        must = "it must be 0: no session is before the first"
        raise tables.misfit(where, ("session", 0, "days_after"), first, must)
    for at, session in enumerate(found.session):
        _check_blocks(where, at, session)


def _check_blocks(where: str, at: int, session: PlannedSession) -> None:
    """Of the session at position `at`: no block so short that nothing can be told of it, and none that is never reached."""
    for pair_at, pair in enumerate(session.blocks_min):
        for part_at, minutes in enumerate(pair):
            if 0 < 60.0 * minutes < SHORTEST_BLOCK_S:
                place = ("session", at, "blocks_min", pair_at, part_at)
                raise tables.misfit(where, place, minutes, f"it must be 0 or at least {SHORTEST_BLOCK_S:g} s")
    if not any(session.blocks_min[-1]):
        last = f"blocks_min[{len(session.blocks_min) - 1}] in [session.{at}]"
        raise BadInput(f"{where}: {last} is two zeros; it is the last pair, which repeats, and must last some minutes")
    all_min = sum(map(sum, session.blocks_min))
    if all_min > session.training_min + 1e-6:
        raise BadInput(
            f"{where}: training_min in [session.{at}] is {session.training_min:g}; it must be at least {all_min:g}, the length of all "
            "pairs of blocks_min"
        )
