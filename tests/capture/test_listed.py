"""Which cameras a system lists: Linux by its files, the others by a library or not at all."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import cv2
import pytest

from runform_live import portable
from runform_live.capture import listed


@pytest.fixture
def linux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of a Linux system without cameras."""
    monkeypatch.delenv(portable.SWITCH, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("dev", "names"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(listed, "DEVICES", tmp_path / "dev")
    monkeypatch.setattr(listed, "NAMES", tmp_path / "names")
    return tmp_path


def test_linux_names_its_cameras(linux: Path) -> None:
    for number in (10, 2, 0):
        (linux / "dev" / f"video{number}").touch()
    (linux / "dev" / "video-dec").touch()
    (linux / "names" / "video2").mkdir()
    (linux / "names" / "video2" / "name").write_text("HD Pro Webcam C920\n")
    assert listed.cameras() == {0: "", 2: "HD Pro Webcam C920", 10: ""}
    assert listed.numbers() == [0, 2, 10]


def test_linux_without_a_camera_lists_none(linux: Path) -> None:
    assert listed.cameras() == {}


@pytest.mark.parametrize(("platform", "way"), [("win32", cv2.CAP_MSMF), ("darwin", cv2.CAP_AVFOUNDATION)])
def test_other_systems_are_asked_by_the_library(monkeypatch: pytest.MonkeyPatch, platform: str, way: int) -> None:
    library = ModuleType(listed.LISTS)

    def enumerate_cameras(asked: int) -> list[SimpleNamespace]:
        assert asked == way, "the numbers are those by which OpenCV opens them"
        return [SimpleNamespace(index=1, name="Phone"), SimpleNamespace(index=0, name="FaceTime HD")]

    library.enumerate_cameras = enumerate_cameras  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, listed.LISTS, library)
    monkeypatch.setattr(sys, "platform", platform)
    assert listed.cameras() == {0: "FaceTime HD", 1: "Phone"}


@pytest.mark.parametrize("trouble", ["missing", "failing"])
def test_where_the_library_does_not_help_the_first_numbers_are_tried(
    monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    def enumerate_cameras(_asked: int) -> None:
        raise OSError("the driver hangs")

    library = SimpleNamespace(enumerate_cameras=enumerate_cameras) if trouble == "failing" else None
    monkeypatch.setitem(sys.modules, listed.LISTS, library)  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "platform", "win32")
    assert listed.cameras() == dict.fromkeys(range(6), "")


def test_the_switch_tries_numbers_on_linux_too(linux: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (linux / "dev" / "video0").touch()
    monkeypatch.setenv(portable.SWITCH, "1")
    assert listed.numbers() == [0, 1, 2, 3, 4, 5]
