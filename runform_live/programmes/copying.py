"""A programme of one's own, as a copy of another one that is then edited."""

from __future__ import annotations

import json
from pathlib import Path

from runform_live import tables, texts
from runform_live.errors import BadInput, reason_of
from runform_live.file_names import is_device_on_windows, shown
from runform_live.programmes import files
from runform_live.safe_files import make_folders, write_atomically
from runform_live.texts import Texts


def copy(name: str, new_name: str, said: Texts | None = None) -> Path:
    """Copy a programme, comments included, into the own folder. Where it is, to be edited.

    What people read of a shipped one stands in the language files; its title and what it is about are written into the copy, in the
    language of `said` (None: English). Raises BadInput where there is no such programme, the new name is taken or is no name, or the
    folder cannot be written.
    """
    source = files.path_of(name)
    programme = files.read(source)
    folder = _folder_for(new_name)
    if said is None:
        said, _ = texts.load(texts.FALLBACK)
    words = {key: files.words(programme, key, said) for key in ("title", "about")}
    missing = {key: text for key, text in words.items() if text and not getattr(programme, key)}
    lines = [f"{key} = {json.dumps(text, ensure_ascii=False)}\n" for key, text in missing.items()]
    path = folder / f"{new_name}.toml"
    try:
        make_folders(folder)
        write_atomically(path, ("".join(lines) + source.read_text(encoding="utf-8-sig")).encode())
    except (OSError, ValueError) as trouble:
        raise BadInput(f"programme {shown(path)} cannot be written ({reason_of(trouble)})") from None
    return path


def _folder_for(new_name: str) -> Path:
    """Where a programme of that name may be put. Raises BadInput."""
    folder = files.own_folder()
    if folder is None:
        raise BadInput("this account has no home folder to keep programmes in")
    if not files.is_name(new_name) or is_device_on_windows(new_name):
        raise BadInput(
            f"{tables.shown(new_name)} cannot be the name of a programme; take 1 to 60 letters, digits, - and _"
        )
    for taken in files.names():
        if taken.casefold() == new_name.casefold():  # one file on Windows and macOS
            raise BadInput(f"there is a programme {tables.shown(taken)} already; choose another name")
    return folder
