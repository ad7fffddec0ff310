"""Whose work this program is made of: what ships with it, and the packages that it needs, each with its licence.

What ships stands in the file NOTICE. The packages are looked up where they are installed, with what their own metadata say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

from runform_live import resources

PROGRAM = "runform_live"
FOR_DEVELOPERS = ("test", "conversion", "training")  # optional groups that nobody who uses the program installs
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?([^;]*);?(.*)")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
_LICENCE_FILE = re.compile(r"licen[cs]e|copying|notice|copyright", re.IGNORECASE)
_LONGEST_NAME = 80  # a longer field holds the licence itself

# What is not permissive, and why the program can need it all the same.
NOT_PERMISSIVE = {
    "psycopg": "only where records lie on a PostgreSQL server (the optional group postgresql)",
    "psycopg-binary": "only where records lie on a PostgreSQL server (the optional group postgresql)",
}
# What lies in the packages' own files under another licence than theirs. It is installed with the package and not part of this program.
CARRIED = {
    "av": "FFmpeg (LGPL-3.0-or-later), x264 and x265 (GPL-2.0-or-later), GnuTLS and Nettle (LGPL), GMP (LGPL), LAME (LGPL): whoever "
    "passes this package on must keep to these, those of x264 and x265 for the whole of it",
    "opencv-python": "FFmpeg (LGPL-2.1-or-later) and, on Linux, Qt 5 (LGPL-3.0) and libgfortran (GPL-3.0 with the GCC runtime exception)",
    "numpy": "libgfortran and libquadmath (GPL-3.0 and LGPL-2.1, with the GCC runtime exception); OpenBLAS (BSD-3-Clause)",
    "pyzmq": "libzmq (MPL-2.0), libsodium (ISC)",
    "matplotlib": "the fonts DejaVu (Bitstream Vera licence), STIX (OFL-1.1) and Computer Modern (Bakoma licence)",
    "font-source-sans-pro": "the font Source Sans Pro (OFL-1.1)",
}


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package.

    licence: as its metadata name it; "" where they do not. reason: why a package that is not permissive can be needed. carried: what lies
    in its files under other licences.
    """

    name: str
    version: str
    licence: str
    reason: str
    carried: str
    texts: tuple[tuple[str, str], ...]  # name of a file, and what stands in it


def notice() -> str:
    """What ships with the program, and whose it is. Raises BadInput where the file is missing."""
    return resources.file("NOTICE").read_text(encoding="utf-8")


def own_licence() -> str:
    """The licence of the program. Raises BadInput where the file is missing."""
    return resources.file("LICENSE").read_text(encoding="utf-8")


def packages(program: str = PROGRAM) -> list[Package]:
    """The packages that the program needs, and those of its optional groups that are here, by name.

    None where the program itself is not installed (its folder alone was named on the path).
    """
    found: dict[str, Package] = {}
    try:
        own = distribution(program)
    except PackageNotFoundError:
        return []
    groups = set(own.metadata.get_all("Provides-Extra") or ()) - set(FOR_DEVELOPERS)
    waiting = list(_needed(own, groups))
    while waiting:
        name, extras = waiting.pop()
        try:
            one = distribution(name)
        except PackageNotFoundError:  # of another system, or of an optional group that is not installed
            continue
        key = _plain(one.metadata["Name"])
        if key not in found:
            found[key] = _package(one)
            waiting += _needed(one, extras)
        elif extras:
            waiting += [each for each in _needed(one, extras) if _plain(each[0]) not in found]
    return [found[key] for key in sorted(found)]


def _needed(one: Distribution, groups: set[str]) -> Iterator[tuple[str, set[str]]]:
    """Names and groups of the packages that one needs, with those of its own optional groups that are named."""
    for line in one.requires or ():
        matched = _REQUIREMENT.match(line)
        if matched is None:
            continue
        name, extras, _, condition = matched.groups()
        asked = _EXTRA.search(condition)
        if asked is None or asked[1] in groups:
            yield name, {extra.strip() for extra in (extras or "").split(",") if extra.strip()}


def _package(one: Distribution) -> Package:
    name, texts = one.metadata["Name"], tuple(_texts(one))
    key = _plain(name)
    reason, carried = NOT_PERMISSIVE.get(key, ""), CARRIED.get(key, "")
    return Package(name, one.version, licence_of(one), reason, carried, texts)


def licence_of(one: Distribution) -> str:
    """The licence's name: of the metadata, else the first line of its text; "" where neither names it."""
    if expression := _field(one, "License-Expression"):
        return expression
    named = _field(one, "License")
    if named and "\n" not in named and len(named) <= _LONGEST_NAME:
        return named
    sorts = [each for each in one.metadata.get_all("Classifier") or () if each.startswith("License ::")]
    if sorts:
        return ", ".join(each.rpartition("::")[2].strip() for each in sorts)
    lines = (line.strip() for _, text in _texts(one) for line in text.splitlines())
    first = next((line for line in lines if line), "")
    return first if len(first) <= _LONGEST_NAME else ""


def _field(one: Distribution, name: str) -> str:
    return str(next(iter(one.metadata.get_all(name) or ()), "")).strip()


def _texts(one: Distribution) -> Iterator[tuple[str, str]]:
    """The texts of licences and notices among a package's files."""
    seen = set()
    for path in one.files or ():
        if not _LICENCE_FILE.search(path.name) or PurePosixPath(path).suffix in (".py", ".pyc", ".h", ".c", ".cpp"):
            continue
        try:
            text = Path(str(path.locate())).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if text not in seen:
            seen.add(text)
            yield path.name, text


def _plain(name: str) -> str:
    """A package's name as all its spellings have it in common."""
    return re.sub(r"[-_.]+", "-", name).lower()
