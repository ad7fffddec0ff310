"""Whose archive a file is: read without unpacking it."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from runform_live import doors
from runform_live.encryption import keys, plain_copies, sealed_file

FORMAT, VERSION = "runform_live client", 2  # 1: without programmes; it is read all the same
RECORDS = "client.json"
MOST_RECORDS_BYTES = 8 << 20
MOST_SESSIONS = 100_000
MOST_ENROLMENTS = 10_000

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


class EnrolmentRecord(msgspec.Struct, frozen=True):
    """A programme that the client follows, or followed until `ended`."""

    id: Annotated[str, Meta(pattern=r"^[0-9a-f-]{1,36}\Z")]
    programme: Annotated[str, Meta(pattern=r"^[\w-]{1,60}\Z")]
    began: Annotated[datetime, Meta(tz=True)]
    ended: Annotated[datetime, Meta(tz=True)] | None = None


class Records(msgspec.Struct, frozen=True):
    """client.json of an archive."""

    format: Text
    version: int
    client: ClientRecord
    sessions: Annotated[tuple[SessionRecord, ...], Meta(max_length=MOST_SESSIONS)] = ()
    enrolments: Annotated[tuple[EnrolmentRecord, ...], Meta(max_length=MOST_ENROLMENTS)] = ()
    # Of those programmes the ones that do not ship: name -> what stands in its file. They are checked when they are taken in.
    programmes: Annotated[dict[Text, dict[str, Any]], Meta(max_length=MOST_ENROLMENTS)] = {}


class Version(msgspec.Struct, frozen=True):
    """What every version of client.json has."""

    format: Text = ""
    version: int = 0


def client_of(file: Path) -> str | None:
    """The id of the client whose archive it is; None where it is none, is gone, or has a passphrase of its own.

    Raises Locked, WrongPassphrase where it is encrypted to the key of an installation.
    """
    try:
        if file.is_symlink() or not file.is_file() or sealed_file.has_own_passphrase(file):
            return None
        if sealed_file.begins_sealed(file):
            with plain_copies.decrypted(file) as plain:
                return client_of(plain)
        doors.refuse_endless(file)
        with zipfile.ZipFile(file) as archive:
            if archive.getinfo(RECORDS).file_size > MOST_RECORDS_BYTES:
                return None
            records = msgspec.json.decode(archive.read(RECORDS), type=Records)
    except (keys.Locked, keys.WrongPassphrase):
        raise
    except Exception:  # whatever is wrong with a file from anywhere: it is not ours
        return None
    return records.client.id if records.format == FORMAT else None
