"""Whose archive a file is: read without unpacking it."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from runform_live import doors

FORMAT, VERSION = "runform_live client", 1
RECORDS = "client.json"
MOST_RECORDS_BYTES = 8 << 20
MOST_SESSIONS = 100_000

Text = Annotated[str, Meta(max_length=10_000)]


class ClientRecord(msgspec.Struct, frozen=True):
    """A client in an archive. Ranges are checked when the client is added."""

    id: Annotated[str, Meta(min_length=1, max_length=36, pattern="^[0-9a-f-]+$")]
    pseudonym: Text
    name: Text | None = None
    height_m: float | None = None
    mass_kg: float | None = None
    sex: Text | None = None
    born: date | None = None
    painful_side: Text | None = None
    painful_place: Text | None = None
    notes: Text | None = None
    consent_on: date | None = None


class SessionRecord(msgspec.Struct, frozen=True):
    """A session in an archive: `sessions/NUMBER/` holds its files; None where the folder was lost."""

    name: Text  # of its folder
    number: Annotated[int, Meta(ge=1, le=MOST_SESSIONS)] | None
    session_id: Text | None = None


class Records(msgspec.Struct, frozen=True):
    """client.json of an archive."""

    format: Text
    version: int
    client: ClientRecord
    sessions: Annotated[tuple[SessionRecord, ...], Meta(max_length=MOST_SESSIONS)] = ()


class Version(msgspec.Struct, frozen=True):
    """What every version of client.json has."""

    format: Text = ""
    version: int = 0


def client_of(file: Path) -> str | None:
    """The id of the client whose archive it is; None where it is none, or is gone."""
    try:
        if file.is_symlink() or not file.is_file():
            return None
        doors.refuse_endless(file)
        with zipfile.ZipFile(file) as archive:
            if archive.getinfo(RECORDS).file_size > MOST_RECORDS_BYTES:
                return None
            records = msgspec.json.decode(archive.read(RECORDS), type=Records)
    except Exception:  # whatever is wrong with a file from anywhere: it is not ours
        return None
    return records.client.id if records.format == FORMAT else None
