"""Files that are made at a place that a person names: a plain file is replaced as a whole, all else is refused and stays."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import sys
from pathlib import Path

import pytest

from runform_live.errors import BadInput
from runform_live.session import outputs, schema
from runform_live.session.reader import read
from tests.session.mutations import sound

posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes, devices and modes of POSIX")
as_user = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")


def everything(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_is_made_and_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    outputs.write(tmp_path / "a.csv", b"one")
    outputs.write(tmp_path / "a.csv", b"two")
    assert (tmp_path / "a.csv").read_bytes() == b"two"
    assert everything(tmp_path) == {"a.csv"}


def test_a_name_of_255_bytes_can_be_written(tmp_path: Path) -> None:
    name = "é" * 125 + ".html"
    outputs.write(tmp_path / name, b"one")
    assert everything(tmp_path) == {name}


@posix
@pytest.mark.parametrize("kind", ["pipe", "socket", "link", "link to nowhere", "link to itself", "folder"])
def test_what_is_no_plain_file_is_refused_and_stays(tmp_path: Path, kind: str) -> None:
    place, other = tmp_path / "out", tmp_path / "other"
    other.write_bytes(b"kept")
    server = socket.socket(socket.AF_UNIX)
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        server.bind(str(place))
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to({"link": other, "link to nowhere": tmp_path / "none", "link to itself": place}[kind])
    before = os.lstat(place)
    with pytest.raises(BadInput, match=f"is a {kind.split()[0]}.*only a plain file is replaced: name another place"):
        outputs.write(place, b"new")
    server.close()
    after = os.lstat(place)
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert other.read_bytes() == b"kept"
    assert everything(tmp_path) == {"out", "other"}


@posix
def test_a_report_in_a_session_is_its_owners_alone_and_elsewhere_as_the_umask_says(tmp_path: Path) -> None:
    (tmp_path / "session").mkdir()
    (tmp_path / "session" / "session.json").touch()
    before = os.umask(0o027)
    try:
        outputs.write(tmp_path / "session" / "report.html", b"page")
        outputs.write(tmp_path / "report.html", b"page")
        (tmp_path / "shared.html").touch()
        (tmp_path / "shared.html").chmod(0o664)
        outputs.write(tmp_path / "shared.html", b"page")
    finally:
        os.umask(before)
    modes = [
        stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("session/report.html", "report.html", "shared.html")
    ]
    assert modes == [0o600, 0o640, 0o664]


@posix
def test_a_device_is_refused_also_for_root() -> None:
    before = os.lstat(os.devnull)
    with pytest.raises(BadInput, match="is a device"):
        outputs.write(Path(os.devnull), b"new")
    assert os.lstat(os.devnull).st_ino == before.st_ino


def test_a_place_that_is_not_there_is_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="there is no folder"):
        outputs.refuse(tmp_path / "none" / "a.csv")
    with pytest.raises(BadInput, match="there is no folder"):
        outputs.refuse(tmp_path / "file" / "a.csv")
    with pytest.raises(BadInput, match="cannot write"):
        outputs.refuse(tmp_path / ("x" * 300))
    for folder in (tmp_path, Path(), Path("..")):
        with pytest.raises(BadInput, match="is a folder"):
            outputs.refuse(folder)


@as_user
def test_a_file_or_folder_that_must_not_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").touch(0o400)
    with pytest.raises(BadInput, match="must not be written"):
        outputs.refuse(tmp_path / "a")
    tmp_path.chmod(0o500)
    with pytest.raises(BadInput, match="Permission denied"):
        outputs.refuse(tmp_path / "b")
    tmp_path.chmod(0o700)


def test_an_input_is_not_replaced_under_any_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "film.mkv").write_bytes(b"film")
    os.link(tmp_path / "film.mkv", tmp_path / "same.mkv")
    for name in ("film.mkv", "same.mkv"):
        with pytest.raises(BadInput, match="is what is read"):
            outputs.write(tmp_path / name, b"new", inputs=[tmp_path / "film.mkv"])
    assert (tmp_path / "film.mkv").read_bytes() == b"film"


def test_what_was_there_stays_when_the_work_fails(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def fail() -> None:
        with outputs.replacing(tmp_path / "a") as scratch:
            scratch.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (tmp_path / "a").read_bytes() == b"old"
    assert everything(tmp_path) == {"a"}


@posix
def test_a_pipe_that_comes_during_the_work_stays(tmp_path: Path) -> None:
    def write() -> None:
        with outputs.replacing(tmp_path / "a") as scratch:
            scratch.write_bytes(b"new")
            os.mkfifo(tmp_path / "a")

    with pytest.raises(BadInput, match="is a pipe"):
        write()
    assert stat.S_ISFIFO(os.lstat(tmp_path / "a").st_mode)
    assert everything(tmp_path) == {"a"}


def test_a_fault_of_what_is_read_is_not_told_as_one_of_the_place(tmp_path: Path) -> None:
    def write() -> None:
        with outputs.replacing(tmp_path / "a"):
            (tmp_path / "gone.mp4").read_bytes()

    with pytest.raises(FileNotFoundError, match=r"gone\.mp4"):
        write()
    assert everything(tmp_path) == set()


def test_a_fault_of_the_temporary_file_is_told_as_one_of_the_place(tmp_path: Path) -> None:
    def write() -> None:
        with outputs.replacing(tmp_path / "a") as scratch:
            raise PermissionError(13, "Permission denied", str(scratch))

    with pytest.raises(BadInput, match=r"cannot write .*a \(Permission denied\); name another place"):
        write()
    assert everything(tmp_path) == set()


@posix
def test_a_full_disk_is_told_in_a_line_and_leaves_nothing(tmp_path: Path) -> None:
    def write() -> None:
        with outputs.replacing(tmp_path / "a"):
            raise OSError(28, "No space left on device")

    with pytest.raises(BadInput, match=r"cannot write .*a \(No space left on device\); name another place"):
        write()
    assert everything(tmp_path) == set()


def test_a_kept_picture_is_not_replaced_by_a_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "run"
    shutil.copytree(sound(tmp_path)["analysed"], folder)
    home = folder / schema.PICTURES
    home.mkdir()
    (home / "1.0000.jpg").write_bytes(b"kept")
    session = read(folder)
    monkeypatch.chdir(home)
    for place in (home / "1.0000.jpg", Path("1.0000.jpg"), folder / "pictures" / ".." / "pictures" / "1.0000.jpg"):
        with pytest.raises(BadInput, match="is a file of a session"):
            outputs.refuse_in(session, place)
    assert everything(home) == {"1.0000.jpg"}
    outputs.refuse_in(session, tmp_path / "1.0000.jpg")
