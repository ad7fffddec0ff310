"""Put the program into the menu of this computer's desktop, and take it away again."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from runform_live import file_names, isolated, places, texts
from runform_live.desktop import entry
from runform_live.desktop.entry import Item
from runform_live.errors import BadInput, RunformError, reason_of
from runform_live.safe_files import make_folders, write_atomically

PATIENCE_S = 30.0


def install() -> Path:
    """Make the entry, and return the name under which a person finds it. Raises BadInput with one line if it cannot be made."""
    items, link = _items(), _link()
    for item in items:
        _refuse_anothers(item)
    try:
        for item in items:
            make_folders(item.path.parent)
            write_atomically(item.path, item.content)
            if os.name != "nt":
                item.path.chmod(0o755 if item.executable else 0o644)
        if link is not None:
            make_folders(link.parent)
    except OSError as trouble:
        raise BadInput(
            f"{file_names.shown(trouble.filename or 'the entry')} cannot be written ({reason_of(trouble)})"
        ) from None
    if link is not None:
        _make_shortcut(link, items[0].path)
        return link
    _tell_desktop(items[-1].path)
    return entry.bundle(_home()) if entry.system() == "macos" else items[-1].path


def remove() -> bool:
    """Remove the entry, and return whether there was one. Raises BadInput if it cannot be removed."""
    items, link = _items(), _link()
    for item in items:
        _refuse_anothers(item)
    found = [one for one in (*(item.path for item in items), link) if one is not None and os.path.lexists(one)]
    try:
        for path in found:
            path.unlink()
        if entry.system() == "macos":
            for folder in ("Contents/Resources", "Contents/MacOS", "Contents", ""):
                with contextlib.suppress(OSError):  # the folder has other files in it
                    (entry.bundle(_home()) / folder).rmdir()
    except OSError as trouble:
        raise BadInput(
            f"{file_names.shown(trouble.filename or 'the entry')} cannot be removed ({reason_of(trouble)})"
        ) from None
    if found:
        _tell_desktop(items[-1].path)
    return bool(found)


def _items() -> list[Item]:
    command = entry.start_command(sys.executable, Path(isolated.ROOM).parent)
    match entry.system():
        case "macos":
            return entry.macos_items(_home(), command)
        case "windows":
            return [entry.windows_icon(_data_home())]
    return entry.linux_items(_data_home(), command, {name: texts.load(name)[0] for name in texts.languages()})


def _link() -> Path | None:
    """The shortcut; None on other systems than Windows."""
    if entry.system() != "windows":
        return None
    app_data = os.environ.get("APPDATA", "")
    if not app_data:
        raise BadInput("Windows does not say where the start menu is: the variable APPDATA is missing")
    return entry.shortcut(Path(app_data))


def _home() -> Path:
    found = places.home()
    if found is None:
        raise BadInput("this account has no home folder, and so no menu of its own")
    return found


def _data_home() -> Path:
    found = places.data_home()
    if found is None:
        raise BadInput("this account has no home folder, and so no menu of its own; set XDG_DATA_HOME to a folder")
    return found


def _refuse_anothers(item: Item) -> None:
    """Raise BadInput if another program wrote a file of that name."""
    if not item.mark or not os.path.lexists(item.path):
        return
    try:
        ours = item.mark in item.path.read_bytes()
    except OSError as trouble:
        raise BadInput(f"{file_names.shown(item.path)} cannot be read ({reason_of(trouble)})") from None
    if not ours:
        raise BadInput(f"{file_names.shown(item.path)} was made by something else; move it away first")


def _make_shortcut(link: Path, picture: Path) -> None:
    command = entry.start_command(sys.executable, Path(isolated.ROOM).parent)
    about = texts.load(texts.FALLBACK)[0]("desktop.comment")
    words, more = entry.shortcut_command(link, command, picture, about)
    try:
        ended = subprocess.run(
            words, env=os.environ | more, capture_output=True, text=True, errors="replace", timeout=PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise RunformError(f"PowerShell, which makes the shortcut, did not answer ({trouble})") from None
    if ended.returncode or not link.exists():
        raise RunformError(
            f"Windows did not make the shortcut: {(ended.stderr.strip() or 'no reason given').splitlines()[-1]}"
        )


def _tell_desktop(made: Path) -> None:
    """Refresh the menu at once, if there is a program for that. Without one, the desktop refreshes it later."""
    program = shutil.which("update-desktop-database") if entry.system() == "linux" else None
    if program is not None:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run([program, str(made.parent)], capture_output=True, timeout=PATIENCE_S, check=False)
