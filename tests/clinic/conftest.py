"""The same tests on a file (SQLite) and on a PostgreSQL server, which is started here where there is one on the machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from runform_live.clinic.database import Database


def _program(name: str) -> str | None:
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(places[-1]) if places else None)


@pytest.fixture(scope="session")
def server() -> Iterator[URL]:
    """A PostgreSQL server of its own, in a temporary folder, reached by a socket alone."""
    initdb, control = _program("initdb"), _program("pg_ctl")
    if initdb is None or control is None:
        pytest.skip("there is no PostgreSQL server on this machine (Debian: postgresql)")
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed")
    as_other: list[str] = []
    folder = Path(tempfile.mkdtemp(prefix="runform-pg-", dir="/tmp"))
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = next((name for name in ("postgres", "nobody") if _is_user(name)), None)
        if user is None or shutil.which("setpriv") is None:
            pytest.skip("PostgreSQL does not run as root, and there is no other user to run it as")
        import pwd  # only where there are such users

        found = pwd.getpwnam(user)
        os.chown(folder, found.pw_uid, found.pw_gid)
        as_other = ["setpriv", f"--reuid={found.pw_uid}", f"--regid={found.pw_gid}", "--clear-groups"]
    data = folder / "data"

    def run(*words: str) -> None:
        done = subprocess.run([*as_other, *words], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    run(initdb, "-D", str(data), "-U", "clinic", "-A", "trust", "--no-sync", "-E", "UTF8")
    log = folder / "log"
    control_words = [control, "-D", str(data), "-l", str(log), "-w"]
    started = subprocess.run(
        [*as_other, *control_words, "-o", f"-k {folder} -c listen_addresses='' -c fsync=off", "start"],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert started.returncode == 0, log.read_text()
    try:
        yield URL.create("postgresql+psycopg", username="clinic", database="postgres", query={"host": str(folder)})
    finally:
        run(control, "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _is_user(name: str) -> bool:
    try:
        import pwd

        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return URL.create("sqlite+pysqlite", database=str(tmp_path / "records" / "clinic.sqlite"))
    url: URL = request.getfixturevalue("server")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def database(empty: URL) -> Iterator[Database]:
    """A database of the newest schema, with nobody in it."""
    with Database(empty) as opened:
        yield opened
