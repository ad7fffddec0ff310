"""What the database holds. Every change here needs a migration in `migrations/versions/` and its name in `database.REVISIONS`."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, MetaData, String, Text, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from runform_live import file_names

_ESCAPE = "\x01"  # PostgreSQL takes no NUL, which marks bytes that are no UTF-8 in `file_names.storable`


class FolderPath(TypeDecorator[Path]):
    """The absolute path of a folder, whatever bytes its name holds."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Path | None, _dialect: Dialect) -> str | None:
        if value is None:
            return None
        return file_names.storable(value).replace(_ESCAPE, f"{_ESCAPE}1").replace("\0", f"{_ESCAPE}0")

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Path | None:
        if value is None:
            return None
        return Path(file_names.native(value.replace(f"{_ESCAPE}0", "\0").replace(f"{_ESCAPE}1", _ESCAPE)))


class Moment(TypeDecorator[datetime]):
    """A time with its offset, kept in UTC: SQLite knows no offsets."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    # Constraints have names, so that later migrations can change them on every server.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Client(Base):
    """A person who runs. What is None is not known."""

    __tablename__ = "client"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=lambda: str(uuid.uuid4()))
    pseudonym: Mapped[str] = mapped_column(String(80))
    pseudonym_key: Mapped[str] = mapped_column(
        String(240), unique=True
    )  # of `clients.key`: the same in any letter case
    name: Mapped[str | None] = mapped_column(String(200))
    height_m: Mapped[float | None]
    mass_kg: Mapped[float | None]
    sex: Mapped[str | None] = mapped_column(String(20))
    born: Mapped[date | None]
    painful_side: Mapped[str | None] = mapped_column(String(20))
    painful_place: Mapped[str | None] = mapped_column(String(200))
    notes: Mapped[str | None] = mapped_column(Text)
    consent_on: Mapped[date | None]  # the day on which they agreed that their data is kept
    created: Mapped[datetime] = mapped_column(Moment, default=now)


class LinkedSession(Base):
    """A session folder of a client. `session_id` and `started` are None until session.json is there."""

    __tablename__ = "linked_session"

    folder: Mapped[Path] = mapped_column(FolderPath, primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), index=True)
    session_id: Mapped[str | None] = mapped_column(String(200))
    started: Mapped[datetime | None] = mapped_column(Moment)


class Enrolment(Base):
    """A client follows a programme. Sessions belong to it by its id, which stands in session.json."""

    __tablename__ = "enrolment"
    __table_args__ = (
        Index(
            "uq_enrolment_running", "client_id", unique=True,
            sqlite_where=text("ended IS NULL"), postgresql_where=text("ended IS NULL"),
        ),  # a client follows one programme at a time
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=lambda: str(uuid.uuid4()))
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), index=True)
    programme: Mapped[str] = mapped_column(String(60))  # its name
    began: Mapped[datetime] = mapped_column(Moment, default=now)
    ended: Mapped[datetime | None] = mapped_column(Moment)  # another one took its place; None: it is followed


class Exported(Base):
    """An archive that was made of a client, so that erasing can take it away too."""

    __tablename__ = "exported"

    file: Mapped[Path] = mapped_column(FolderPath, primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), index=True)
    made: Mapped[datetime] = mapped_column(Moment, default=now)


class KeptSession(Base):
    """A session folder in the index (`clinic.index`). All of it stands in the folder too, and a scan makes it anew.

    Whose session it is stands in LinkedSession. What is None is not known.
    """

    __tablename__ = "kept_session"

    folder: Mapped[Path] = mapped_column(FolderPath, primary_key=True)
    parent: Mapped[Path] = mapped_column(FolderPath, index=True)
    stamp: Mapped[str] = mapped_column(Text)  # of `scan.stamp`: the same as long as the files are the same
    state: Mapped[str] = mapped_column(String(10))  # of scan.State
    trouble: Mapped[str | None] = mapped_column(Text)  # why it cannot be read, in a line
    session_id: Mapped[str | None] = mapped_column(String(400))
    started: Mapped[datetime | None] = mapped_column(Moment, index=True)
    utc_offset_s: Mapped[int | None]  # of the place where it was
    person: Mapped[str | None] = mapped_column(String(400))
    person_id: Mapped[str | None] = mapped_column(String(400), index=True)
    person_key: Mapped[str | None] = mapped_column(Text)  # of `clients.key`
    activity: Mapped[str | None] = mapped_column(String(10))
    left_deg: Mapped[float | None]  # mean pelvic drop of the left stances, and half its 95% interval
    left_half_deg: Mapped[float | None]
    right_deg: Mapped[float | None]
    right_half_deg: Mapped[float | None]
    flags: Mapped[str] = mapped_column(Text, default="")  # one a line
    stances: Mapped[int | None]
    ran_s: Mapped[float | None]
    walked_s: Mapped[float | None]
    programme: Mapped[str | None] = mapped_column(String(200))  # and which session of it; None: a free run
    number: Mapped[int | None]
    pain_before: Mapped[int | None]
    pain_after: Mapped[int | None]
    so_far_s: Mapped[float | None]  # of one that was running when it was read
    ended: Mapped[str | None] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text, default="")  # what a search finds it by, in small letters


class KeptContent(Base):
    """session.json and summary.json of an indexed session, packed. Apart from the list, which would be slow with them in it."""

    __tablename__ = "kept_content"

    folder: Mapped[Path] = mapped_column(
        FolderPath, ForeignKey("kept_session.folder", ondelete="CASCADE"), primary_key=True
    )
    info: Mapped[bytes] = mapped_column(LargeBinary)
    summary: Mapped[bytes] = mapped_column(LargeBinary)
