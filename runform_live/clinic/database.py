"""The database of the clinic's records: where it is, how it is opened, and its schema brought up to date.

It is a file in the user's data folder (SQLite), or a server that RUNFORM_DATABASE_URL names.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from runform_live import doors, places
from runform_live.errors import BadInput, reason_of
from runform_live.optional_parts import how_to_add
from runform_live.resources import PACKAGE
from runform_live.safe_files import OWNER_FILE, make_folders

VARIABLE = "RUNFORM_DATABASE_URL"
FILE = "clinic.sqlite"
REVISIONS = ("0001", "0002", "0003", "0004")  # the schemas, oldest first
BUSY_S = 20.0  # that a program waits for another one that writes
CONNECT_S = 5
_VERSIONS = "alembic_version"
_SERVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "sqlite": "sqlite+pysqlite"}
_MIGRATION_LOCK = 0x52756E66  # any number that is always the same


class Database:
    """An opened database of the newest schema. Raises BadInput, in a line, where that cannot be had.

    Transactions are kept or undone as a whole. Two programs may use it at once.
    """

    def __init__(self, url: URL | None = None) -> None:
        """url: None takes the server that the environment names, else the file in the user's data folder."""
        self.url = place() if url is None else _with_driver(url)
        self._engine = _engine(self.url)
        # SQLite takes the lock of a writer at the beginning. A transaction that first reads could not wait for it later.
        self._writer = self._engine.execution_options(writes=True)
        try:
            with self._told():
                self._upgrade()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that changes nothing. What was read can be used after it."""
        with self._told(), Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is kept where the block ends well, else undone."""
        with self._told(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def tidy(self) -> None:
        """Leave nothing of what was erased in files beside the database."""
        if self.url.get_backend_name() == "sqlite":
            with contextlib.suppress(exc.SQLAlchemyError), self._engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (exc.SQLAlchemyError, UnicodeEncodeError) as trouble:
            raise BadInput(_in_a_line(self.url, trouble)) from None

    def _upgrade(self) -> None:
        """Make the tables of an empty database, and bring those of an earlier version up to date."""
        with self._engine.connect() as connection:
            if _revision(connection, self.url) == REVISIONS[-1]:
                return
        with self._writer.begin() as connection:
            if self.url.get_backend_name() == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATION_LOCK})
            if _revision(connection, self.url) != REVISIONS[-1]:  # another program may have done it meanwhile
                _migrate(connection)


def in_memory() -> Database:
    """An empty database that is gone when it is closed, for this thread alone."""
    return Database(URL.create("sqlite+pysqlite"))


def _migrate(connection: Connection) -> None:
    from alembic import command  # only where there is something to do: it takes a while to load
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection, url: URL) -> str | None:
    """The schema that the database has; None where it is empty. Raises BadInput where it is not ours, or newer."""
    tables = inspect(connection).get_table_names()
    if _VERSIONS not in tables:
        if tables:
            raise BadInput(f"{shown(url)} holds tables of another program; {_ELSEWHERE}")
        return None
    found = connection.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalars().all()  # noqa: S608 (a constant)
    if not found:
        return None
    if len(found) > 1 or found[0] not in REVISIONS:
        raise BadInput(f"{shown(url)} was written by a newer runform_live; update the program")
    return str(found[0])


# -- where it is --------------------------------------------------------------------------------------------------

_ELSEWHERE = f"name another database in {VARIABLE}"


def shown(url: URL) -> str:
    """Where the records are, without a password."""
    if url.get_backend_name() == "sqlite":
        return f"the database {url.database or 'in memory'}"
    return f"the database {url.render_as_string(hide_password=True)}"


def place() -> URL:
    """The server that the environment names, else the file in the user's data folder. Raises BadInput."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return _with_driver(_parsed(named))
    base = places.data_home()
    if base is None:
        raise BadInput(f"this account has no home folder to keep records in; {_ELSEWHERE}")
    return URL.create("sqlite+pysqlite", database=str(base / PACKAGE / FILE))


def is_there() -> bool:
    """Whether there may be records: False only where the database is a file that does not exist yet. Raises BadInput."""
    url = place()
    return url.get_backend_name() != "sqlite" or not url.database or Path(url.database).exists()


def _parsed(named: str) -> URL:
    try:
        return make_url(named)
    except (exc.ArgumentError, ValueError):
        raise BadInput(f"{VARIABLE} is no address of a database; write postgresql://USER@HOST/NAME") from None


def _with_driver(url: URL) -> URL:
    """The address with the driver that is used for it. Raises BadInput for a kind of server that is not known."""
    kind = url.drivername.split("+", 1)[0]
    if kind not in _SERVERS:
        raise BadInput(f"{VARIABLE} names a database of the kind {kind}; sqlite and postgresql are known")
    return url if "+" in url.drivername else url.set(drivername=_SERVERS[kind])


# -- opening ------------------------------------------------------------------------------------------------------


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _file_engine(url)
    try:
        return create_engine(url, connect_args={"connect_timeout": CONNECT_S}, pool_pre_ping=True)
    except ImportError:
        raise BadInput(f"{shown(url)} needs the package psycopg; {how_to_add('postgresql')}") from None
    except exc.SQLAlchemyError as trouble:
        raise BadInput(_in_a_line(url, trouble)) from None


def _file_engine(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        _make_private(Path(url.database), url)
    engine = create_engine(url, connect_args={"timeout": BUSY_S})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _make_private(path: Path, url: URL) -> None:
    """Make the file where there is none: only its owner may read it. Raises BadInput."""
    doors.refuse_endless(path, _ELSEWHERE)
    if doors.is_folder(path):
        raise BadInput(f"{shown(url)} is a folder; {_ELSEWHERE}")
    try:
        make_folders(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_FILE))
    except (OSError, ValueError) as trouble:
        raise BadInput(f"{shown(url)} cannot be opened ({reason_of(trouble)}); {_ELSEWHERE}") from None


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    """What holds for each connection to a file."""
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so, also before a table is made
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten
    _keep_a_log(connection)


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """WAL: readers and a writer do not wait for each other. Two programs that both switch to it do; SQLite does not wait by itself."""
    until = time.monotonic() + BUSY_S
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")  # a network drive without it goes on as it was
            return
        except sqlite3.OperationalError as trouble:
            if "locked" not in str(trouble) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _begin(connection: Connection) -> None:
    writes: Any = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


# -- what went wrong ----------------------------------------------------------------------------------------------

_WORDS = {
    "not a database": f"is no database; move it away, or {_ELSEWHERE}",
    "malformed": "is damaged; restore it from a copy",
    "disk is full": "cannot be written: the disk is full; free some space",
    "readonly": "must not be written; make it writable",
    "locked": "is held by another program; close that, and try again",
    "unable to open": f"cannot be opened; {_ELSEWHERE}",
}


def _in_a_line(url: URL, trouble: Exception) -> str:
    cause = trouble.orig if isinstance(trouble, exc.DBAPIError) and trouble.orig is not None else trouble
    said = " ".join(str(cause).split())
    if url.get_backend_name() == "sqlite":
        for words, plain in _WORDS.items():
            if words in said:
                return f"{shown(url)} {plain}"
    if isinstance(trouble, exc.OperationalError) and url.get_backend_name() != "sqlite":
        return f"{shown(url)} cannot be reached ({said[:200]}); start the server, or change {VARIABLE}"
    return f"{shown(url)} refuses ({said[:200]})"
