"""A client as one file: a zip archive of client.json and the session folders. Made here, taken in elsewhere."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from runform_live import doors, file_names, programmes
from runform_live.clinic import clients, folders
from runform_live.clinic.archive_mark import (
    FORMAT,
    MOST_RECORDS_BYTES,
    MOST_SESSIONS,
    RECORDS,
    VERSION,
    ClientRecord,
    EnrolmentRecord,
    Records,
    SessionRecord,
    Version,
)
from runform_live.clinic.database import Database
from runform_live.clinic.staging import staged
from runform_live.clinic.tables import Client, Enrolment, Exported, LinkedSession
from runform_live.errors import BadInput, RunformError, reason_of
from runform_live.programmes import own
from runform_live.safe_files import OWNER_FILE, make_folders, sync_folder
from runform_live.session import lock, outputs, schema
from runform_live.session.disk import FULL
from runform_live.session.info_file import read_info
from runform_live.session.new_folder import new_folder

PACKED = (".json", ".jsonl", ".csv", ".html", ".arrow")  # the rest is packed already: films, pictures, Parquet
MOST_FILES = 1_000_000
MOST_TIMES = 200  # that the content may be larger than the archive; tables and texts pack to a tenth or so
SMALL_BYTES = 64 << 20  # never too much
CHUNK_BYTES = 1 << 20
_PLACE = re.compile(rf"sessions/([1-9][0-9]{{0,5}})/((?:{schema.PICTURES}/)?[^/]+)")


# -- making one ---------------------------------------------------------------------------------------------------


def export(database: Database, pseudonym: str, file: Path) -> list[Path]:
    """Write the archive of a client, beside `file` first. The session folders that are lost and so are not in it.

    The database remembers the archive, so that erasing the client takes it away as well. Raises BadInput.
    """
    with database.reading() as session:
        client = clients.find(session, pseudonym)
        linked = clients.sessions_of(session, client)
        enrolments = session.scalars(select(Enrolment).where(Enrolment.client_id == client.id)).all()
    found: list[LinkedSession] = []
    lost: list[LinkedSession] = []
    for one in linked:
        (found if _is_there(one) else lost).append(one)
    for one in found:
        if lock.is_written(one.folder):
            raise BadInput(f"{one.folder} is still written; end that run first")
    with outputs.replacing(file) as scratch:
        with outputs.writing(file):
            scratch.chmod(OWNER_FILE)
        with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED) as archive:
            records = _records(client, found, lost, enrolments)
            archive.writestr(RECORDS, msgspec.json.format(msgspec.json.encode(records), indent=2) + b"\n")
            for number, one in enumerate(found, 1):
                _pack(archive, one.folder, number)
    with database.writing() as session:
        session.merge(Exported(file=folders.place(file), client_id=client.id))
    return [one.folder for one in lost]


def _is_there(one: LinkedSession) -> bool:
    info = folders.known(one.folder)
    return info is not None and one.session_id in (None, info.id)


def _records(
    client: Client, found: list[LinkedSession], lost: list[LinkedSession], enrolments: Sequence[Enrolment]
) -> Records:
    known = {name: getattr(client, name) for name in clients.DETAILS}
    sessions = [
        SessionRecord(file_names.shown(one.folder.name), number, one.session_id) for number, one in enumerate(found, 1)
    ]
    sessions += [SessionRecord(file_names.shown(one.folder.name), None, one.session_id) for one in lost]
    followed = [EnrolmentRecord(one.id, one.programme, one.began, one.ended) for one in enrolments]
    record = ClientRecord(client.id, client.pseudonym, **known)
    enrolled = tuple(sorted(followed, key=lambda one: one.began))
    return Records(FORMAT, VERSION, record, tuple(sessions), enrolled, _own_programmes(enrolled))


def _own_programmes(enrolled: Sequence[EnrolmentRecord]) -> dict[str, dict[str, Any]]:
    """What stands in the files of those programmes that do not ship. One that is gone, or is damaged, cannot be handed on."""
    found = {}
    for name in sorted({one.programme for one in enrolled}):
        if own.is_own(name):
            with contextlib.suppress(BadInput):
                found[name] = own.values(programmes.load(name))
    return found


def _pack(archive: zipfile.ZipFile, folder: Path, number: int) -> None:
    for name in folders.files(folder):
        kind = zipfile.ZIP_DEFLATED if name.endswith(PACKED) else zipfile.ZIP_STORED
        inside = zipfile.ZipInfo(f"sessions/{number}/{file_names.shown(name)}")
        inside.compress_type, inside.external_attr = kind, (stat.S_IFREG | OWNER_FILE) << 16
        inside.file_size = (folder / name).stat().st_size
        with (folder / name).open("rb") as source, archive.open(inside, "w") as packed:
            shutil.copyfileobj(source, packed, CHUNK_BYTES)


# -- taking one in ------------------------------------------------------------------------------------------------


def take_in(database: Database, file: Path, parent: Path, pseudonym: str | None = None) -> Client:
    """Add the client of an archive, with the session folders under `parent`. All of it, or nothing.

    pseudonym: another one than in the archive. Raises BadInput, in a line, for an archive that cannot be used.
    """
    doors.refuse_endless(file)
    if not doors.exists(file):
        raise BadInput(f"{file}: there is no such file")
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_strange_packing(archive, file)
            records = _read_records(archive, file)
            members = _checked(archive, file)
            _refuse_known(database, records.client, pseudonym)
            with staged(parent) as staging:
                _unpack(archive, file, members, staging)
                return _put(database, records, staging, parent, pseudonym)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as trouble:
        raise BadInput(
            f"{file} is damaged, or no archive of a client ({file_names.shown(str(trouble)[:100])}); copy it again"
        ) from None
    except OSError as trouble:
        if trouble.errno in FULL:
            raise BadInput(f"the disk is full; nothing of {file} was taken in: free some space") from None
        raise BadInput(f"{file} cannot be taken in ({reason_of(trouble)})") from None


def _refuse_strange_packing(archive: zipfile.ZipFile, file: Path) -> None:
    """This program packs in two ways. Each other one has errors of its own, and no archive of a client needs it. Raises BadInput."""
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in archive.infolist()):
        raise BadInput(f"{file} was packed by another program; take the archive as it was exported")


def _read_records(archive: zipfile.ZipFile, file: Path) -> Records:
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


def _checked(archive: zipfile.ZipFile, file: Path) -> list[tuple[zipfile.ZipInfo, int, str]]:
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
        members.append((info, int(found[1]), found[2]))
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


def _refuse_known(database: Database, client: ClientRecord, pseudonym: str | None) -> None:
    """Before anything is unpacked: whether the client is here already."""
    with database.reading() as session:
        known = session.get(Client, client.id)
        if known is not None:
            raise BadInput(f"this client is here already, as {known.pseudonym!r}")
        wanted = pseudonym or client.pseudonym
        if clients.is_taken(session, wanted):
            raise BadInput(
                f"there is another client {file_names.shown(wanted[:80])!r} here; give this one another name with --pseudonym"
            )


def _unpack(
    archive: zipfile.ZipFile, file: Path, members: list[tuple[zipfile.ZipInfo, int, str]], staging: Path
) -> None:
    needed, free = sum(info.file_size for info, *_ in members), shutil.disk_usage(staging).free
    if needed > free:
        raise BadInput(
            f"the disk is full: {file} needs {needed >> 20} MiB and {free >> 20} are free; nothing was taken in"
        )
    for info, number, name in members:
        path = staging / str(number) / name
        make_folders(path.parent)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), OWNER_FILE)
        with os.fdopen(handle, "wb") as target, archive.open(info) as source:
            left = info.file_size
            while chunk := source.read(CHUNK_BYTES):
                left -= len(chunk)
                if left < 0:
                    raise BadInput(
                        f"{file}: {file_names.shown(info.filename)} is larger than it says; nothing was taken in"
                    )
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())


def _put(database: Database, records: Records, staging: Path, parent: Path, pseudonym: str | None) -> Client:
    """Move the unpacked folders to their places and write the records. Where either fails, both are undone."""
    put: list[Path] = []
    kept: list[str] = []
    try:
        with database.writing() as session:
            client = _client(session, records.client, pseudonym)
            _enrol(session, client, records.enrolments, _take_in_programmes(records, kept))
            for one in records.sessions:
                if one.number is not None:
                    put.append(_moved(staging / str(one.number), parent, one.name))
                    clients.link(session, client, put[-1])
            if any(not path.name.startswith(".") for path in staging.iterdir()):  # its lock is hidden
                raise BadInput(f"{RECORDS} does not name all sessions that are in the archive; nothing was taken in")
        return client
    except BaseException:
        for folder in put:
            shutil.rmtree(folder, ignore_errors=True)
        for name in kept:
            with contextlib.suppress(BadInput):
                own.remove(name)
        raise


def _take_in_programmes(records: Records, kept: list[str]) -> dict[str, str]:
    """Keep the programmes that come with the client: name there -> name here. `kept` gets the names of those that are new here. Raises BadInput."""
    here = {}
    for name, values in records.programmes.items():
        here[name], is_new = own.take_in(own.of_values(name, values))
        if is_new:
            kept.append(here[name])
    return here


def _client(session: Session, record: ClientRecord, pseudonym: str | None) -> Client:
    details = {name: getattr(record, name) for name in clients.DETAILS}
    client = clients.add(session, pseudonym or record.pseudonym, **details)
    client.id = record.id
    session.flush()
    return client


def _enrol(session: Session, client: Client, records: tuple[EnrolmentRecord, ...], here: Mapping[str, str]) -> None:
    """The programmes that the client follows, and followed; `here` are the names of those with another name here. Raises BadInput where that cannot be."""
    numbers = {one.id for one in records}
    if len(numbers) < len(records) or sum(one.ended is None for one in records) > 1:
        raise BadInput(f"{RECORDS} is damaged: a client follows one programme at a time; nothing was taken in")
    if any(session.get(Enrolment, number) is not None for number in numbers):
        raise BadInput(f"{RECORDS} is damaged: another client follows the same programme by it; nothing was taken in")
    for one in records:
        name = here.get(one.programme, one.programme)
        session.add(Enrolment(id=one.id, client_id=client.id, programme=name, began=one.began, ended=one.ended))
    session.flush()


def _moved(folder: Path, parent: Path, name: str) -> Path:
    """The session's folder at its place. Raises BadInput where it holds no session."""
    try:
        read_info(folder)
    except RunformError as trouble:
        raise BadInput(
            f"session {file_names.shown(name[:80])} of the archive cannot be used ({_without_place(str(trouble), folder)}); nothing was taken in"
        ) from None
    place = new_folder(parent, name)
    try:
        if os.name == "nt":
            place.rmdir()  # Windows replaces no folder
        os.replace(folder, place)
    except OSError:
        with contextlib.suppress(OSError):
            place.rmdir()
        raise
    with contextlib.suppress(OSError):
        sync_folder(parent)
    return place


def _without_place(trouble: str, folder: Path) -> str:
    """The words without the place to which it was unpacked."""
    return trouble.replace(f"{folder}{os.sep}", "").replace(str(folder), "it")
