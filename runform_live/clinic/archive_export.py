"""A client as one file, written: a zip archive of client.json and the session folders."""

from __future__ import annotations

import contextlib
import shutil
import stat
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from runform_live import file_names, programmes
from runform_live.clinic import client_sessions, clients, folders
from runform_live.clinic.archive_records import (
    FORMAT,
    RECORDS,
    VERSION,
    ClientRecord,
    EnrolmentRecord,
    Records,
    SessionRecord,
)
from runform_live.clinic.database import Database
from runform_live.clinic.tables import Client, Enrolment, Exported, LinkedSession
from runform_live.encryption import keys, plain_copies, sealed_file
from runform_live.errors import BadInput
from runform_live.programmes import own
from runform_live.safe_files import OWNER_FILE
from runform_live.session import lock, outputs

PACKED = (".json", ".jsonl", ".csv", ".html", ".arrow")  # the rest is packed already: films, pictures, Parquet
CHUNK_BYTES = 1 << 20


def export(database: Database, pseudonym: str, file: Path, words: str | None = None) -> list[Path]:
    """Write the archive of a client, beside `file` first. The session folders that are lost and so are not in it.

    It is encrypted by the passphrase `words`, where there is one, else to the key of this installation, where encryption is on. The database remembers the archive, so that erasing the client takes it away as well. Raises BadInput.
    """
    with database.reading() as session:
        client = clients.find(session, pseudonym)
        linked = client_sessions.sessions_of(session, client)
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
        records = _records(client, found, lost, enrolments)
        if words is None and not keys.is_on():
            _write(scratch, records, found)
        else:
            with plain_copies.scratch(sum(_size_bytes(one.folder) for one in found)) as plain:
                _write(plain, records, found)
                sealed_file.encrypt(plain, scratch, words)
    with database.writing() as session:
        session.merge(Exported(file=folders.place(file), client_id=client.id))
    return [one.folder for one in lost]


def _write(file: Path, records: Records, found: Sequence[LinkedSession]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(RECORDS, msgspec.json.format(msgspec.json.encode(records), indent=2) + b"\n")
        for number, one in enumerate(found, 1):
            _pack(archive, one.folder, number)


def _size_bytes(folder: Path) -> int:
    return sum(sealed_file.where(folder / name).stat().st_size for name in folders.files(folder))


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
        with plain_copies.taken(folder / name) as plain:
            inside.file_size = plain.stat().st_size
            with plain.open("rb") as source, archive.open(inside, "w") as packed:
                shutil.copyfileobj(source, packed, CHUNK_BYTES)
