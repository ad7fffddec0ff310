"""The entry in the menu of a desktop, so that a double click starts the program: which files it needs, where, and their content.

Linux: a desktop entry and an icon (freedesktop.org, Desktop Entry Specification, Icon Theme Specification). macOS: a small application
bundle in the person's own Applications. Windows: a shortcut in the start menu; the system itself writes it (`shortcut_command`).
"""

from __future__ import annotations

import plistlib
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Literal

from runform_live.desktop import icon
from runform_live.texts import Texts

System = Literal["linux", "macos", "windows"]
NAME = "runform live"
FILE = "runform_live"
OURS = "X-Runform-Live=true"  # marks the files of this program; no other file is overwritten or removed
IDENTIFIER = "org.runform.live"


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the entry. `mark`: bytes in it that show that this program wrote it; empty: its name is enough."""

    path: Path
    content: bytes
    executable: bool = False
    mark: bytes = b""


def system() -> System:
    """The system of this computer. All that is neither Windows nor macOS follows freedesktop.org."""
    if sys.platform == "win32":
        return "windows"
    return "macos" if sys.platform == "darwin" else "linux"


def start_command(python: str, package_folder: Path) -> list[str]:
    """The command that opens the home window without a terminal: this Python with this package, installed or in a working copy.

    On Windows pythonw.exe is the Python without a console.
    """
    if python.lower().endswith("python.exe"):
        python = str(PureWindowsPath(python).with_name("pythonw.exe"))
    code = f"import sys; sys.path.insert(0, {str(package_folder)!r}); from runform_live.cli.main import main; sys.exit(main([]))"
    return [python, "-P", "-c", code]


def linux_items(data_home: Path, command: list[str], said: Mapping[str, Texts]) -> list[Item]:
    """The desktop entry and its icon below the XDG data folder; said: the languages, English among them."""
    picture = data_home / "icons" / "hicolor" / f"{icon.SIZE_PX}x{icon.SIZE_PX}" / "apps" / f"{FILE}.png"
    others = [f"Comment[{name}]={_escaped(one('desktop.comment'))}" for name, one in said.items() if name != "en"]
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        "Version=1.0",
        f"Name={NAME}",
        f"Comment={_escaped(said['en']('desktop.comment'))}",
        *others,
        f"Exec={_escaped(' '.join(map(_argument, command)))}",
        f"Icon={_escaped(str(picture))}",
        "Terminal=false",
        "Categories=Science;MedicalSoftware;",
        OURS,
    ]
    entry = data_home / "applications" / f"{FILE}.desktop"
    text = "\n".join(lines) + "\n"
    return [Item(picture, icon.png()), Item(entry, text.encode(), mark=OURS.encode())]


def _argument(word: str) -> str:
    """One argument of an Exec key: quoted, its reserved characters escaped, and a percent sign doubled."""
    for letter in ("\\", '"', "`", "$"):
        word = word.replace(letter, f"\\{letter}")
    return f'"{word}"'.replace("%", "%%")


def _escaped(text: str) -> str:
    """A value of a desktop entry: backslashes and line ends are written with a backslash."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def macos_items(home: Path, command: list[str]) -> list[Item]:
    """An application bundle in ~/Applications."""
    contents = bundle(home) / "Contents"
    about = {
        "CFBundleName": NAME,
        "CFBundleDisplayName": NAME,
        "CFBundleIdentifier": IDENTIFIER,
        "CFBundlePackageType": "APPL",
        "CFBundleExecutable": FILE,
        "CFBundleIconFile": FILE,
        "NSCameraUsageDescription": "The camera films the runner; the pictures stay on this computer.",
    }
    script = f"#!/bin/sh\n# {OURS}\nexec {shlex.join(command)}\n"
    return [
        Item(contents / "Info.plist", plistlib.dumps(about), mark=IDENTIFIER.encode()),
        Item(contents / "Resources" / f"{FILE}.icns", icon.icns()),
        Item(contents / "MacOS" / FILE, script.encode(), executable=True, mark=OURS.encode()),
    ]


def bundle(home: Path) -> Path:
    return home / "Applications" / f"{NAME}.app"


def windows_icon(data_home: Path) -> Item:
    return Item(data_home / FILE / f"{FILE}.ico", icon.ico())


def shortcut(app_data: Path) -> Path:
    """Where the start menu looks for a person's own shortcuts; app_data: %APPDATA%."""
    return app_data / "Microsoft" / "Windows" / "Start Menu" / "Programs" / f"{NAME}.lnk"


# The values are passed in the environment, so that no path can be read as a part of the script.
SHORTCUT_SCRIPT = (
    "$s = (New-Object -ComObject WScript.Shell).CreateShortcut($env:RUNFORM_LNK); $s.TargetPath = $env:RUNFORM_TARGET; "
    "$s.Arguments = $env:RUNFORM_ARGUMENTS; $s.IconLocation = $env:RUNFORM_ICON; $s.Description = $env:RUNFORM_ABOUT; $s.Save()"
)


def shortcut_command(link: Path, command: list[str], picture: Path, about: str) -> tuple[list[str], dict[str, str]]:
    """The command that makes the shortcut (PowerShell, which every Windows has), and what to add to its environment."""
    from subprocess import list2cmdline

    words = ["powershell", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command", SHORTCUT_SCRIPT]
    return words, {
        "RUNFORM_LNK": str(link),
        "RUNFORM_TARGET": command[0],
        "RUNFORM_ARGUMENTS": list2cmdline(command[1:]),
        "RUNFORM_ICON": str(picture),
        "RUNFORM_ABOUT": about,
    }
