"""A person's own programmes as files: copied, changed, kept and removed."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any

import msgspec

from runform_live import tables, toml_text
from runform_live.errors import BadInput, reason_of
from runform_live.file_names import shown
from runform_live.programmes import files
from runform_live.programmes.plan import Programme
from runform_live.safe_files import make_folders, write_atomically

LONGEST_NAME = 60


def is_own(name: str) -> bool:
    """Whether it is a person's own programme, which can be changed."""
    return not os.path.lexists(files.shipped_folder() / f"{name}.toml")


def free_name(name: str) -> str:
    """A name for a copy that no programme has yet: NAME_2, NAME_3 and so on."""
    known = set(files.names())
    stem = name.rpartition("_")[0] if name.rpartition("_")[2].isdecimal() else name
    tried = (f"{stem[: LONGEST_NAME - 4]}_{number}" for number in itertools.count(2))
    return next(one for one in tried if one not in known)


def check(programme: Programme) -> None:
    """BadInput says in a line what could not stand in a file: a number out of its range, blocks that are longer than the training."""
    where = f"programme {programme.name}"
    files.check(where, tables.fitted(where, values(programme), files.Written, files.MORE))


def of_values(name: str, values: dict[str, Any]) -> Programme:
    """A programme from what stands in its file. Raises BadInput, in a line."""
    where = f"programme {tables.shown(name)}"
    if not files.is_name(name):
        raise BadInput(f"{where} is no name of a programme")
    return files.programme(name, tables.fitted(where, values, files.Written, files.MORE), where)


def take_in(programme: Programme) -> tuple[str, bool]:
    """Keep a programme that comes from another computer. The name that it has here, and whether it was written just now.

    The very same one is not kept twice. Another one of that name stays as it is, and the new one gets a free name. Raises BadInput.
    """
    if programme.name in files.names():
        if values(files.load(programme.name)) == values(programme):
            return programme.name, False
        programme = msgspec.structs.replace(programme, name=free_name(programme.name))
    save(programme)
    return programme.name, True


def save(programme: Programme) -> Path:
    """Keep a person's own programme, in place of what it was. Raises BadInput, and then nothing is written."""
    path = _path(programme.name)
    check(programme)
    try:
        make_folders(path.parent)
        write_atomically(path, toml_text.text(values(programme)).encode())
    except OSError as trouble:
        raise BadInput(f"programme {shown(path)} cannot be written ({reason_of(trouble)})") from None
    return path


def remove(name: str) -> None:
    """Remove a person's own programme. Raises BadInput."""
    path = _path(name)
    try:
        path.unlink()
    except OSError as trouble:
        raise BadInput(f"programme {shown(path)} cannot be removed ({reason_of(trouble)})") from None


def _path(name: str) -> Path:
    folder = files.own_folder()
    if folder is None:
        raise BadInput("this account has no home folder to keep programmes in; set XDG_CONFIG_HOME to a folder")
    if not is_own(name):
        raise BadInput(f"programme {name} ships with the program and stays as it is; copy it")
    if not files.is_name(name):
        raise BadInput(
            f"{tables.shown(name)} is no name of a programme: letters, digits, - and _, {LONGEST_NAME} at most"
        )
    return folder / f"{name}.toml"


def values(programme: Programme) -> dict[str, Any]:
    """As it stands in a file."""
    written = files.Written(
        session=list(programme.sessions), source=list(programme.sources), title=programme.title, about=programme.about,
        ask_pain=list(programme.ask_pain),
    )  # fmt: skip
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(written))
    return found
