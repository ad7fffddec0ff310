"""The program in the menu of a desktop."""

from __future__ import annotations

import plistlib
import re
import shlex
import shutil
import struct
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import cv2
import numpy as np
import pytest

from runform_live import texts
from runform_live.cli.main import main
from runform_live.desktop import entry, icon

LANGUAGES = {name: texts.load(name)[0] for name in texts.languages()}
COMMAND = ["/opt/my python/bin/python", "-P", "-c", "print('100% \"$HOME\" `x` \\\\')"]


def exec_words(line: str) -> list[str]:
    """The arguments of an Exec key as the specification reads them: first the escapes of a value, then the quotes, then %%."""
    value = line.removeprefix("Exec=").replace("\\\\", "\\")
    quoted = re.findall(r'"((?:\\.|[^"\\])*)"', value)
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in quoted]


def test_a_desktop_entry_has_a_comment_in_each_language_and_no_terminal(tmp_path: Path) -> None:
    picture, made = entry.linux_items(tmp_path, COMMAND, LANGUAGES)
    lines = made.content.decode().splitlines()
    assert made.path == tmp_path / "applications" / "runform_live.desktop"
    assert "Terminal=false" in lines
    assert any(line.startswith("Comment[de]=Misst") for line in lines)
    assert f"Icon={picture.path}" in lines


def test_a_command_with_all_reserved_characters_is_read_back_as_it_was(tmp_path: Path) -> None:
    lines = entry.linux_items(tmp_path, COMMAND, LANGUAGES)[-1].content.decode().splitlines()
    assert exec_words(next(line for line in lines if line.startswith("Exec="))) == COMMAND


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is not installed")
def test_the_desktops_own_validator_finds_nothing(tmp_path: Path) -> None:
    made = entry.linux_items(tmp_path, COMMAND, LANGUAGES)[-1]
    path = tmp_path / made.path.name
    path.write_bytes(made.content)
    told = subprocess.run(["desktop-file-validate", str(path)], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (0, "")


def test_the_command_starts_this_package_from_anywhere_and_without_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / "queue.py").write_text("raise SystemExit('the wrong module')\n")
    command = entry.start_command(sys.executable, Path(__file__).parents[2])
    command[-1] = command[-1].replace("main([])", "main(['--version'])")
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env={"PATH": ""})
    assert ended.returncode == 0
    assert ended.stdout.startswith("runform_live")


def test_on_windows_the_python_without_a_console_is_started() -> None:
    command = entry.start_command(r"C:\Program Files\Python\python.exe", Path("x"))
    assert command[0] == str(PureWindowsPath(r"C:\Program Files\Python\pythonw.exe"))


def test_a_windows_shortcut_gets_its_values_by_the_environment() -> None:
    link = entry.shortcut(Path("AppData"))
    words, more = entry.shortcut_command(link, ["C:\\py thon.exe", "-c", "a 'b' $c"], Path("i.ico"), "words")
    assert link.parts[-4:] == ("Windows", "Start Menu", "Programs", "runform live.lnk")
    assert more["RUNFORM_ARGUMENTS"] == "-c \"a 'b' $c\""
    assert more["RUNFORM_TARGET"] == "C:\\py thon.exe"
    assert not any("py thon" in word for word in words)
    assert all(f"$env:{name}" in words[-1] for name in more)


def test_a_macos_bundle_names_its_script_and_its_icon(tmp_path: Path) -> None:
    about, picture, script = entry.macos_items(tmp_path, COMMAND)
    read = plistlib.loads(about.content)
    assert script.path.name == read["CFBundleExecutable"]
    assert picture.path.stem == read["CFBundleIconFile"]
    assert script.executable
    assert shlex.split(script.content.decode().splitlines()[-1]) == ["exec", *COMMAND]


def test_the_icons_of_all_systems_hold_the_same_picture() -> None:
    content = icon.png()
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    assert picture.shape == (icon.SIZE_PX, icon.SIZE_PX, 4)
    assert icon.ico().endswith(content)
    assert struct.unpack("<I", icon.ico()[14:18]) == (len(content),)
    assert icon.icns().endswith(content)
    assert struct.unpack(">I", icon.icns()[4:8]) == (len(icon.icns()),)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path


def test_what_is_installed_is_removed_and_nothing_else(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = data / "applications" / "other.desktop"
    other.parent.mkdir()
    other.write_text("[Desktop Entry]\n")
    assert main(["desktop", "install"]) == 0
    assert main(["desktop", "install"]) == 0, "once more: it is renewed"
    assert (data / "applications" / "runform_live.desktop").is_file()
    assert main(["desktop", "remove"]) == 0
    left = [
        path for path in data.rglob("*") if path.is_file() and path.name != "mimeinfo.cache"
    ]  # that is the desktop's
    assert left == [other]
    capsys.readouterr()
    assert main(["desktop", "remove"]) == 0
    assert capsys.readouterr().out == "runform live was not in your menu\n"


def test_an_entry_of_somebody_else_is_neither_replaced_nor_removed(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = data / "applications" / "runform_live.desktop"
    path.parent.mkdir()
    path.write_text("[Desktop Entry]\n")
    for what in ("install", "remove"):
        assert main(["desktop", what]) == 2
        assert "was made by something else" in capsys.readouterr().err
    assert path.read_text() == "[Desktop Entry]\n"
    assert not (data / "icons").exists()
