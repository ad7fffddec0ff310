"""An archive from anywhere, checked before anything of it is unpacked."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from pathlib import Path
from typing import NamedTuple

import msgspec

from runform_live import file_names
from runform_live.clinic.archive_records import (
    FORMAT,
    MOST_RECORDS_BYTES,
    MOST_SESSIONS,
    RECORDS,
    VERSION,
    Records,
    Version,
)
from runform_live.errors import BadInput, reason_of
from runform_live.session import schema

MOST_FILES = 1_000_000
MOST_TIMES = 200  # the content may have so many times the size of the archive; tables and texts pack to about a tenth
SMALL_BYTES = 64 << 20  # content up to this size is always allowed
_PLACE = re.compile(rf"sessions/([1-9][0-9]{{0,5}})/((?:{schema.PICTURES}/)?[^/]+)")


class Member(NamedTuple):
    """A file of a session in an archive."""

    info: zipfile.ZipInfo
    number: int  # of the session in the archive
    name: str  # its place in the session folder


def refuse_strange_packing(archive: zipfile.ZipFile, file: Path) -> None:
    """Refuse files that are packed in a way that this program does not use: reading them can fail in ways of its own. Raises BadInput."""
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in archive.infolist()):
        raise BadInput(f"{file} was packed by another program; take the archive as it was exported")


def read_records(archive: zipfile.ZipFile, file: Path) -> Records:
    """client.json of the archive. Raises BadInput where it is missing, damaged, or of a newer version."""
    try:
        info = archive.getinfo(RECORDS)
    except KeyError:
        raise BadInput(f"{file} is no archive of a client: {RECORDS} is missing") from None
    if info.file_size > MOST_RECORDS_BYTES:
        raise BadInput(f"{file}: {RECORDS} is too large")
    if info.flag_bits & 1:
        raise BadInput(f"{file} has a password; take that off first")
    raw = archive.read(RECORDS)
    try:
        version = msgspec.json.decode(raw, type=Version)
        if version.format == FORMAT and version.version > VERSION:
            raise BadInput(f"{file} was written by a newer runform_live; update the program")
        records = msgspec.json.decode(raw, type=Records)
    except (msgspec.MsgspecError, ValueError, RecursionError) as trouble:
        raise BadInput(f"{file}: {RECORDS} is damaged ({file_names.shown(reason_of(trouble)[:200])})") from None
    if records.format != FORMAT:
        raise BadInput(f"{file} is no archive of a client")
    return records


def checked_members(archive: zipfile.ZipFile, file: Path) -> list[Member]:
    """The files of sessions: each with the session's number and its place in the folder. Raises BadInput for any other file."""
    members, seen, infos = [], set(), archive.infolist()
    if len(infos) > MOST_FILES:
        raise BadInput(f"{file} holds {len(infos)} files; at most {MOST_FILES} can be")
    for info in infos:
        name = info.filename
        if info.flag_bits & 1:
            raise BadInput(f"{file} has a password; take that off first")
        if name.casefold() in seen:
            raise BadInput(f"{file} holds {file_names.shown(name)} twice")
        seen.add(name.casefold())
        _refuse_climbing(file, info)
        if info.is_dir() or name == RECORDS:
            continue
        found = _PLACE.fullmatch(name)
        if found is None or int(found[1]) > MOST_SESSIONS:
            raise BadInput(f"{file} holds {file_names.shown(name)}, which is no part of an archive of a client")
        members.append(Member(info, int(found[1]), found[2]))
    size, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    on_disk = file.stat().st_size
    if packed > on_disk or size > max(SMALL_BYTES, MOST_TIMES * on_disk):
        raise BadInput(f"{file} says that it holds {size >> 20} MiB, which is no honest size; nothing was taken in")
    return members


def _refuse_climbing(file: Path, info: zipfile.ZipInfo) -> None:
    """A name must lead to a plain file inside, on every system. Raises BadInput."""
    name = info.filename
    parts = name.removesuffix("/").split("/")
    bad = (
        name.startswith("/")
        or "\\" in name
        or ":" in name.split("/")[0]
        or any(one in ("", ".", "..") for one in parts)
    )
    if bad:
        raise BadInput(f"{file} holds {file_names.shown(name)}, which leads out of the archive; nothing was taken in")
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BadInput(f"{file} holds {file_names.shown(name)}, which is a link or a device; nothing was taken in")
    if file_names.shown(name) != name or any(one.startswith(".") or one != one.rstrip(". ") for one in parts):
        raise BadInput(
            f"{file} holds {file_names.shown(name)}, a name that not every system takes; nothing was taken in"
        )
    if os.name == "nt" and any(
        file_names.portable(one) != one or file_names.is_device_on_windows(one) for one in parts
    ):
        raise BadInput(
            f"{file} holds {file_names.shown(name)}, a name that Windows does not take; nothing was taken in"
        )
