"""Whose work the program is made of: all that ships is named, and what it needs may be used."""

from __future__ import annotations

import contextlib
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest

from runform_live import licences, resources
from runform_live.cli.main import main
from runform_live.errors import BadInput
from runform_live.pose import cards

ROOT = Path(licences.__file__).parents[1]
# Names of permissive licences, as SPDX has them and as packages write them.
PERMISSIVE = {
    "0BSD", "Apache 2.0", "Apache License 2.0", "Apache Software License", "Apache-2.0", "BSD", "BSD 3-Clause License", "3-Clause BSD License",
    "BSD License", "BSD 2-Clause License", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "HPND", "ISC", "ISC License (ISCL)", "LLVM-exception", "MIT", "MIT License",
    "MIT-0", "MIT-CMU", "OFL-1.1", "PSF-2.0", "Python Software Foundation License", "SIL OFL 1.1", "The MIT License (MIT)", "Unlicense", "Zlib",
}  # fmt: skip
# Libraries in a package's files that are not permissive: what their file names begin with, and what CARRIED must call them.
NAMED_AS = {
    "libavcodec": "FFmpeg", "avcodec": "FFmpeg", "libx264": "x264", "libx265": "x265", "libQt5": "Qt 5", "libgnutls": "GnuTLS",
    "libnettle": "Nettle", "libgmp": "GMP", "libmp3lame": "LAME", "libzmq": "libzmq", "libgfortran": "libgfortran",
    "libquadmath": "GCC runtime", "opencv_videoio_ffmpeg": "FFmpeg",
}  # fmt: skip
# What is locked and not permissive, and why it may be.
LOCKED = {
    "pathspec": "MPL-2.0, of the program that builds the wheel",
    "hypothesis": "MPL-2.0, of the tests",
    "pypdfium2": "BSD-3-Clause and Apache-2.0, with those of what PDFium is made of; of the tests",
    "psycopg": "LGPL-3.0, optional",
    "psycopg-binary": "LGPL-3.0, optional",
}
FOUND = licences.packages()


def is_permissive(licence: str) -> bool:
    words = re.split(r"\s+(?:AND|OR|WITH)\s+|,\s*", licence.strip())
    return bool(licence) and all(word in PERMISSIVE for word in words)


def locked(name: str) -> list[Distribution]:
    """The packages of a lock that are installed here; others are of other systems."""
    lines = (ROOT / ".ci" / "locks" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    names = [found[1] for line in lines if (found := re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", line))]
    assert len(names) > 40
    found = []
    for one in names:
        with contextlib.suppress(PackageNotFoundError):
            found.append(distribution(one))
    return found


@pytest.mark.parametrize("lock", ["run", "test"])
def test_what_is_locked_is_permissive_or_named_with_a_reason(lock: str) -> None:
    others = {
        one.metadata["Name"].lower(): told
        for one in locked(lock)
        if not is_permissive(told := licences.licence_of(one))
    }
    assert set(others) <= set(LOCKED), others
    assert [name for name, told in others.items() if re.search(r"AGPL|Affero|(?<!L)GPL", told)] == []


def test_every_package_that_the_program_needs_is_found() -> None:
    lines = distribution("runform_live").requires or []
    wanted = {re.split(r"[<>=!~;\[ ]", line)[0].lower() for line in lines if "extra ==" not in line and ";" not in line}
    names = {one.name.lower() for one in FOUND}
    assert len(wanted) >= 15
    assert wanted <= names
    assert {"llvmlite", "cffi", "mako"} <= names, "what those need is found too"
    assert not {"pytest", "mypy", "ruff", "hypothesis", "torch"} & names, "what only developers install is not"


@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.name)
def test_what_the_program_needs_is_permissive_or_named_with_a_reason(one: licences.Package) -> None:
    assert is_permissive(one.licence) or one.name.lower() in licences.NOT_PERMISSIVE, one.licence


def test_nothing_is_excused_that_need_not_be() -> None:
    excused = [one for one in FOUND if one.name.lower() in licences.NOT_PERMISSIVE]
    assert not any(is_permissive(one.licence) for one in excused)
    assert all("optional" in reason for reason in licences.NOT_PERMISSIVE.values()), "nobody must install one of these"


@pytest.mark.parametrize("name", [one.name for one in FOUND])
def test_libraries_of_other_licences_in_a_package_are_told(name: str) -> None:
    told = licences.CARRIED.get(name.lower(), "")
    files = {path.name for path in distribution(name).files or ()}
    wanted = {word for begin, word in NAMED_AS.items() if any(file.startswith(begin) for file in files)}
    assert [word for word in sorted(wanted) if word not in told] == []


def test_each_network_stands_in_the_notice() -> None:
    notice = " ".join(licences.notice().split())
    for card in cards.shipped():
        assert card.notice in notice
        assert card.licence in ("Apache-2.0", "CC0-1.0")


def test_everything_that_ships_lies_under_a_path_of_the_notice() -> None:
    named = [line for line in licences.notice().splitlines() if re.fullmatch(r"[\w./, ]+", line) and "/" in line]
    paths = tuple(path for line in named for path in line.split(", "))
    assert len(paths) >= 8
    data = [
        path for path in (ROOT / "runform_live").rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    data += [
        path for folder in ("configs", "models/blazepose") for path in (ROOT / folder).rglob("*") if path.is_file()
    ]
    assert len(data) > 60
    assert [path for path in data if not path.relative_to(ROOT).as_posix().startswith(paths)] == []


def test_the_command_prints_notices_and_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("runform_live\nCopyright")
    assert "blazepose-full: BlazePose, Apache-2.0. Copyright 2019-2023 The MediaPipe Authors." in out
    assert re.search(r"^  numpy \d+\.\d+\S*: BSD-3-Clause AND", out, re.MULTILINE)
    assert "in its files: FFmpeg (LGPL-3.0-or-later), x264 and x265 (GPL-2.0-or-later)" in out
    assert "Permission is hereby granted" not in out


def test_with_full_it_prints_the_whole_texts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences", "--full"]) == 0
    out = capsys.readouterr().out
    assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in out
    assert "Permission is hereby granted" in out
    assert "LICENSE_DEJAVU" in out, "the font that the windows use"
    without = [one.name for one in FOUND if not one.texts]
    assert set(without) <= {"flatbuffers", "pylsl"}, "these two ship none; their licences are named"


def test_a_program_whose_notice_was_removed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "files", lambda _: tmp_path / "runform_live")
    with pytest.raises(BadInput, match="the file NOTICE of runform_live is missing; install the program again"):
        licences.notice()


def test_a_program_that_is_not_installed_knows_no_packages() -> None:
    assert licences.packages("no-such-program-here") == []
