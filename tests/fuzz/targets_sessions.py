"""Files of a session folder, read by all that reads one without a window."""

from __future__ import annotations

import functools
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from runform_live import file_names
from runform_live.cli import printing
from runform_live.clinic import folders, scan
from runform_live.export import json as as_json
from runform_live.session import analysed, events, schema
from runform_live.session.earlier import earlier_runs
from runform_live.session.landmarks import landmarks_of
from runform_live.session.pictures import find
from runform_live.session.reader import read
from tests.fuzz import bytes_damage, shaped_damage
from tests.fuzz.bytes_damage import Damaged
from tests.fuzz.target import How, Target, each
from tests.session import mutations

KINDS = ("recorded", "analysed", "cut")


def make(sound: Path) -> None:
    """Sessions with a video, of a film, and one that was cut off."""
    mutations.sound(sound)


def put(sound: Path, case: Path) -> None:
    for kind in KINDS:
        shutil.copytree(sound / kind, case / kind)


def read_all(case: Path) -> None:
    for folder in sorted(one for one in case.iterdir() if one.is_dir()):
        each(functools.partial(_read_again, folder), functools.partial(_read, folder))


def _read(folder: Path) -> None:
    session = read(folder)
    each(
        session.poses, session.until_s, functools.partial(landmarks_of, session), functools.partial(printing.summary, session),
        functools.partial(as_json.export, session),
    )  # fmt: skip
    pictures = find(session).pictures
    if pictures is not None:
        try:
            for time_s in (0.0, 1.0, 0.4):
                pictures.at(time_s)
        finally:
            pictures.close()


def _read_again(folder: Path) -> None:
    """What looks at a folder without the reader of sessions, and so before it completes one."""
    kept = scan.of(folder)
    assert kept.trouble is None or file_names.shown(kept.trouble) == kept.trouble
    folders.known(folder)
    analysed.under(folder.parent)
    earlier_runs(folder.parent, "pelvic_drop_mid_deg", "hip_joint_centres", None, 5)
    events.read(folder / schema.EVENTS, cut_off=True)


def in_one(name: str, how: How, kinds: tuple[str, ...] = KINDS) -> Callable[[Path, Path, random.Random], str]:
    """Damage to a file of one of the sessions."""

    def damage(sound: Path, case: Path, chance: random.Random) -> str:
        kind = chance.choice(kinds)
        shutil.copytree(sound / kind, case / kind)
        content, done = how((sound / kind / name).read_bytes(), chance)
        (case / kind / name).write_bytes(content)
        return f"{kind}: {done}"

    return damage


def in_parquet(sound: Path, case: Path, chance: random.Random) -> str:
    """A sound container with a wrong inside, or bytes of it."""
    kind = chance.choice(KINDS[:2])
    shutil.copytree(sound / kind, case / kind)
    path = case / kind / schema.POSES
    if chance.random() < 0.4:
        content, done = bytes_damage.binary(path.read_bytes(), chance)
        path.write_bytes(content)
        return done
    if chance.random() < 0.5:
        return mutations.parquet(case / kind, chance)
    table = pq.read_table(path)
    row, column = chance.randrange(table.num_rows), chance.randrange(table.num_columns)
    values = table.column(column).to_pylist()
    values[row] = (
        chance.choice((None, float("nan"), float("inf"), -1e308, 0.0, 1e30))
        if column
        else chance.choice((None, -1, 0, 2**62))
    )
    try:
        made = table.set_column(column, table.column_names[column], [values])
    except (TypeError, OverflowError, ValueError):
        made = table.slice(0, row)
    pq.write_table(made, path, compression=chance.choice(("zstd", "snappy", "gzip", "none", "lz4", "brotli")))
    return f"{table.column_names[column]} of row {row} is {values[row]}"


def in_log(sound: Path, case: Path, chance: random.Random) -> str:
    shutil.copytree(sound / "cut", case / "cut")
    path = case / "cut" / schema.POSES_LOG
    if chance.random() < 0.4:
        return mutations.log(case / "cut", chance)
    content, done = bytes_damage.binary(path.read_bytes(), chance)
    path.write_bytes(content)
    return done


def in_picture(sound: Path, case: Path, chance: random.Random) -> str:
    """A picture that was kept of a film which is gone; or the recorded video."""
    pictures = sorted((sound / "analysed" / schema.PICTURES).glob("*.jpg"))
    if not pictures or chance.random() < 0.5:
        return in_one(schema.VIDEO, bytes_damage.binary, ("recorded", "cut"))(sound, case, chance)
    shutil.copytree(sound / "analysed", case / "analysed")
    chosen = case / "analysed" / schema.PICTURES / chance.choice(pictures).name
    content, done = bytes_damage.binary(chosen.read_bytes(), chance)
    chosen.write_bytes(content)
    return done


def anything(sound: Path, case: Path, chance: random.Random) -> str:
    """No file, another kind of file, files exchanged: what tests/session/mutations.py does."""
    kind = chance.choice(KINDS)
    shutil.copytree(sound / kind, case / kind)
    return chance.choice((mutations.no_file, mutations.exchanged, mutations.playlist, mutations.json_key))(
        case / kind, chance
    )


def by_commands(case: Path) -> None:
    """Reports, exports, comparisons and the model of the review window."""
    spare = case / "spare"
    spare.mkdir()
    chance = random.Random(sum(path.lstat().st_size for path in case.rglob("*")))
    for folder in sorted(one for one in case.iterdir() if one.is_dir() and one != spare):
        shutil.copytree(case.parent / "sound" / "recorded", spare / "sound", dirs_exist_ok=True)
        names = tuple(sorted(chance.sample(sorted(mutations.READERS), 2)))
        wrong = mutations.wrong_with(folder, spare, names)
        assert not wrong, wrong


def _lines(content: bytes, chance: random.Random) -> Damaged:
    return shaped_damage.in_lines_of_json(content, chance)


def by_any(sound: Path, case: Path, chance: random.Random) -> str:
    """Any of the damages above."""
    return chance.choice(
        (
            in_one(schema.SESSION, shaped_damage.in_json),
            in_one(schema.SUMMARY, shaped_damage.in_json, KINDS[:2]),
            in_one(schema.STANCES, shaped_damage.in_table),
            in_one(schema.EVENTS, _lines),
            in_parquet,
            anything,
        )
    )(sound, case, chance)


SESSIONS = (
    Target("session.json", make, in_one(schema.SESSION, shaped_damage.in_json), read_all, put, weight=2.0),
    Target("summary.json", make, in_one(schema.SUMMARY, shaped_damage.in_json, KINDS[:2]), read_all, put, weight=1.5),
    Target("stances.csv", make, in_one(schema.STANCES, shaped_damage.in_table), read_all, put, weight=1.5),
    Target("events.jsonl", make, in_one(schema.EVENTS, _lines), read_all, put),
    Target("poses.parquet", make, in_parquet, read_all, put, weight=1.5),
    Target("poses.arrow", make, in_log, read_all, put),
    Target("pictures, video", make, in_picture, read_all, put),
    Target("session folder", make, anything, read_all, put),
    Target("commands on a session", make, by_any, by_commands, put, weight=0.5),
)
