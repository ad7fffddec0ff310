"""Archives of a client, the database of the records, truth folders, and files that age has written."""

from __future__ import annotations

import json
import random
import shutil
import stat
import warnings
import zipfile
from pathlib import Path

from sqlalchemy import URL

from runform_live.clinic import archive_export, archive_import, archive_records, client_sessions, clients
from runform_live.clinic.database import Database
from runform_live.encryption import keys, library, sealed_file
from runform_live.programmes import own
from runform_live.session import door, schema
from runform_live.validate.truth import read_clips
from tests.clinic.makers import added, kept
from tests.fuzz import bytes_damage, shaped_damage
from tests.fuzz.target import Target, copied, each, in_file
from tests.makers import DATA

ARCHIVE, DATABASE = "p07.zip", "clinic.sqlite"
NAMES = (
    "../out", "/tmp/out", "sessions/../../out", "sessions/1/../../../out", "sessions\\1\\x", "C:/out", "sessions/1/con", "sessions/1/nul.txt",
    "sessions/1/" + "n" * 300, "sessions/1/\u202exjs.exe", "sessions/1/a\0b", "sessions/1/.hidden", "sessions/1/x. ", "sessions/1/pictures/../../x",
    "sessions/0/x", "sessions/999999999/x", "sessions/1/a/b/c", "", "sessions/1/", "client.json", "CLIENT.JSON", "sessions/1/session.json", "~/x",
    "sessions/\u0661/x", "sessions/1/aux.csv", "sessions/1/x:stream", "//server/share/x", "sessions/1/\udcff",
)  # fmt: skip
MODES = (
    stat.S_IFLNK | 0o777,
    stat.S_IFCHR | 0o666,
    stat.S_IFIFO | 0o666,
    stat.S_IFDIR | 0o755,
    stat.S_IFREG | 0o4777,
    stat.S_IFSOCK,
)


def make_archive(sound: Path) -> None:
    """A client with two sessions and a programme, exported."""
    with Database(URL.create("sqlite", database=str(sound / DATABASE))) as database:
        client = added(database, "P07", name="Ada", height_m=1.72, notes="a")
        for name in ("one", "two"):
            folder = kept(sound / name, clients.person(client))
            with database.writing() as session:
                client_sessions.link(session, client, folder)
        archive_export.export(database, "P07", sound / ARCHIVE)
    for name in ("one", "two"):
        shutil.rmtree(sound / name)
    (sound / DATABASE).unlink()
    with Database(URL.create("sqlite", database=str(sound / DATABASE))):
        pass


def take_in(case: Path) -> None:
    """Taken in by another computer; whatever was refused left nothing behind."""
    parent = case / "there"
    shutil.rmtree(Path(str(own.files.own_folder())), ignore_errors=True)
    archive_records.client_of(case / ARCHIVE)
    with Database(URL.create("sqlite", database=str(case / DATABASE))) as database:
        try:
            archive_import.take_in(database, case / ARCHIVE, parent)
        except BaseException:
            left = [path.name for path in parent.iterdir()] if parent.exists() else []
            with database.reading() as session:
                assert not left and not clients.listing(session), f"left behind: {left}"
            raise


def in_archive(sound: Path, case: Path, chance: random.Random) -> str:
    """The archive packed anew with other names, kinds, sizes or contents; or its bytes damaged."""
    copied(sound, case)
    path = case / ARCHIVE
    kind = chance.random()
    if kind < 0.35:
        content, done = bytes_damage.binary(path.read_bytes(), chance)
        path.write_bytes(content)
        return done
    with zipfile.ZipFile(sound / ARCHIVE) as old:
        members = [(info, old.read(info)) for info in old.infolist()]
    at = chance.randrange(len(members))
    info, content = members[at]
    comment = b""
    if kind < 0.6:
        info = zipfile.ZipInfo(chance.choice(NAMES))
        if chance.random() < 0.4:
            info.external_attr = chance.choice(MODES) << 16
        members.insert(chance.randrange(len(members) + 1), (info, chance.choice((content, b"/etc/passwd", b""))))
        done = f"{info.filename[:40]!r} of mode {info.external_attr >> 16:o} added"
    elif kind < 0.85:
        at = 0 if chance.random() < 0.6 else at
        info, content = members[at]
        inner = shaped_damage.in_json if info.filename.endswith(".json") else bytes_damage.binary
        content, done = inner(content, chance)
        members[at] = info, content
        done = f"{info.filename}: {done}"
    elif kind < 0.9:
        del members[at]
        done = f"{info.filename} is gone"
    elif kind < 0.95:
        members[at] = info, bytes(chance.choice((1 << 20, 80 << 20)))
        done = f"{info.filename} is of zeros"
    else:
        comment, done = b"x" * 60_000, "a long comment"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as new:
        warnings.simplefilter("ignore")
        new.comment = comment
        for each_info, each_content in members:
            try:
                made = zipfile.ZipInfo(each_info.filename)
                made.external_attr, made.compress_type = each_info.external_attr, chance.choice((0, 8, 8, 12, 14))
                new.writestr(made, each_content)
            except (UnicodeEncodeError, ValueError):
                continue
    if chance.random() < 0.15:  # what it says of itself is not what it holds
        whole = bytearray(path.read_bytes())
        found = whole.find(b"PK\x01\x02")
        offset = found + chance.choice((8, 10, 20, 24, 28, 30, 42))
        whole[offset : offset + 4] = chance.choice((b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\xff\xff\xff\xff"))
        path.write_bytes(whole)
        done += f"; directory changed at {offset - found}"
    return done


def open_database(case: Path) -> None:
    with Database(URL.create("sqlite", database=str(case / DATABASE))) as database:
        with database.reading() as session:
            for client in clients.listing(session):
                client_sessions.sessions_of(session, client)
        with database.writing() as session:
            clients.add(session, "P99")


def make_truth(sound: Path) -> None:
    for path in DATA.iterdir():
        shutil.copy(path, sound)
    (sound / "demo.mp4").write_bytes(b"a film")
    told = {
        "runner": "a",
        "outfit": 1,
        "setup": 2,
        "view": "posterior",
        "reference_s": [0.0, 10.0],
        "stands_for_s": 20.0,
        "stands_off_m": 0.01,
    }
    (sound / "demo.json").write_text(json.dumps(told))


def read_truth(case: Path) -> None:
    each(lambda: read_clips(case), lambda: read_clips(case, psis=True))


def in_truth(sound: Path, case: Path, chance: random.Random) -> str:
    name = chance.choice(("demo.stances.csv", "demo.stances.csv", "demo.frames.csv", "demo.json"))
    how = shaped_damage.in_json if name.endswith(".json") else shaped_damage.in_table
    return f"{name}: {in_file(name, how)(sound, case, chance)}"


def make_sealed(sound: Path) -> None:
    """A key pair that is open in this process, and a file that it sealed."""
    made = library.load().x25519.Identity.generate()
    keys._remember(made)
    (sound / schema.STANCES).write_bytes(b"side,midstance_s\nleft,1.0\n" * 3000)

    (sound / f"{schema.STANCES}.age").write_bytes(
        library.load().encrypt((sound / schema.STANCES).read_bytes(), [made.to_public()])
    )
    (sound / schema.STANCES).unlink()


def read_sealed(case: Path) -> None:
    path = case / schema.STANCES
    each(
        lambda: door.content(path),
        lambda: door.text(path, ""),
        lambda: sealed_file.decrypt(sealed_file.sealed_name(path), case / "plain"),
    )
    with door.opened(path) as opened:
        opened.read()


CLINIC = (
    Target("archive of a client", make_archive, in_archive, take_in, weight=2.0),
    Target("records (SQLite)", make_archive, in_file(DATABASE, bytes_damage.binary), open_database),
    Target("truth of validate", make_truth, in_truth, read_truth),
    Target("sealed file (age)", make_sealed, in_file(f"{schema.STANCES}.age", bytes_damage.binary), read_sealed),
)
