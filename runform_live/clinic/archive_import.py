"""The client of an archive, taken in with all sessions: all of it, or nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from runform_live import doors, file_names
from runform_live.clinic import archive_check, client_sessions, clients
from runform_live.clinic.archive_check import Member
from runform_live.clinic.archive_records import (
    RECORDS,
    ClientRecord,
    EnrolmentRecord,
    Records,
)
from runform_live.clinic.database import Database
from runform_live.clinic.staging import staged
from runform_live.clinic.tables import Client, Enrolment
from runform_live.encryption import plain_copies, sealed_file
from runform_live.errors import BadInput, RunformError, reason_of
from runform_live.programmes import own
from runform_live.safe_files import OWNER_FILE, make_folders, sync_folder
from runform_live.session.disk import FULL
from runform_live.session.info_file import read_info
from runform_live.session.new_folder import new_folder
from runform_live.session.seal_mark import mark

CHUNK_BYTES = 1 << 20


def take_in(
    database: Database, file: Path, parent: Path, pseudonym: str | None = None, words: str | None = None
) -> Client:  # fmt: skip
    """Add the client of an archive, with the session folders under `parent`. All of it, or nothing.

    pseudonym: another one than in the archive. words: the passphrase of its own that an archive may have; None: it is asked for. Raises BadInput, in a line, for an archive that cannot be used.
    """
    doors.refuse_endless(file)
    if not doors.exists(file):
        raise BadInput(f"{file}: there is no such file")
    try:
        sealed = sealed_file.begins_sealed(file)
    except OSError as trouble:
        raise BadInput(f"{file} cannot be read ({reason_of(trouble)})") from None
    if not sealed:
        return _take_in(database, file, parent, pseudonym)
    with plain_copies.decrypted(file, words) as plain:
        try:
            return _take_in(database, plain, parent, pseudonym)
        except BadInput as trouble:
            raise BadInput(str(trouble).replace(str(plain), str(file))) from None


def _take_in(database: Database, file: Path, parent: Path, pseudonym: str | None) -> Client:
    try:
        with zipfile.ZipFile(file) as archive:
            archive_check.refuse_strange_packing(archive, file)
            records = archive_check.read_records(archive, file)
            members = archive_check.checked_members(archive, file)
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


def _unpack(archive: zipfile.ZipFile, file: Path, members: list[Member], staging: Path) -> None:
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
                    client_sessions.link(session, client, put[-1])
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
        mark(place)
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
