"""Damages a session folder in many ways, and reads it with everything that reads one.

`python -m tests.session.mutations --count 5000 --seed 7` tries so many and prints what went wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import math
import os
import random
import re
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from runform_live import config, metrics, texts
from runform_live.cli import printing
from runform_live.cli.main import main
from runform_live.dashboard.review_recording import Recording
from runform_live.errors import RunformError
from runform_live.export import clip
from runform_live.messages import SIDES, CoachState
from runform_live.session import poses, schema, stances
from runform_live.session.earlier import earlier_runs
from runform_live.session.landmarks import landmarks_of
from runform_live.session.pictures import find
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from tests.makers import flat, standing, video
from tests.makers import stances as run_of

FILES = (schema.SESSION, schema.SUMMARY, schema.STANCES, schema.EVENTS, schema.POSES, schema.VIDEO)
FRAMES = 40
STANCES = 120  # of 36 s: there are first and last thirds, and blocks with and without feedback
LONGEST_S = 20.0  # of one reader; far more than it takes, far less than for ever
DEEP = 5000
SAID_EVERY = 100  # mutations: how far the work is
Mutation = Callable[[Path, random.Random], str]
VALUES = (
    "null", "true", "3", "-1", "0", "0.5", "1e308", "1e400", "-1e308", "NaN", "Infinity", "9" * 5000, '""', '"x"', "[]", "{}",
    '"' + "y" * 300_000 + '"', "[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP, "[null]", '["left"]', "[[1]]",
    '"\\u001b[2J\\u202e"', '"<script>alert(1)</script>"', '"../x.mkv"', '"/etc/passwd"', '"\\ud800"', "[1, 2, 3]", '{"left": null}',
    '"left"', '"posterior"', '"2026-13-45T99:00:00+99:99"', '"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"',
)  # fmt: skip
CELLS = (
    "inf",
    "-inf",
    "nan",
    "",
    "x",
    "1e308",
    "-5",
    "1_0",
    "\x00",
    "z" * 140_000,
    '"',
    "٣",
    " 4 ",
    "1e-400",
    "\x1b[2J",
    "2.5",
    "1e7",
)


# -- sound folders ------------------------------------------------------------------------------------------------


def sound(parent: Path) -> dict[str, Path]:
    """Folders that every reader reads: one with a video, one of a film, one that was cut off."""
    film = video(parent / "film.mp4", [flat(value=40 + 5 * k) for k in range(FRAMES)])
    recorded, analysed, cut = (parent / name for name in ("recorded", "analysed", "cut"))
    for folder, source in ((recorded, "0"), (analysed, str(film)), (cut, "0")):
        folder.mkdir()
        record = SessionRecord(folder, source, config.load(), "live" if source == "0" else "analyze")
        record.opened(96, 128, 30.0)
        if source == "0":
            record.record()
        for frame in range(FRAMES):
            record.pose(frame + 1, frame / 30, standing(centre=(64.0, 40.0)) / 8)
            record.picture(frame + 1, frame / 30, flat(value=40 + 5 * frame))
        for one in run_of(STANCES, step_s=0.3):
            record.coach(CoachState(muted=False, sound="", gives_feedback=one.midstance_s > 24.0))
            record.stance(msgspec.structs.replace(one, drop_level_deg=1.0, adduction_level_deg=1.0, lean_level_deg=0.5))
            record.time_s = one.toe_off_s
        record.event("note", "hello")
        record.event("cue", "left hip")
        if folder == cut:
            record.abandon()
        else:
            record.finish("stopped")
    return {folder.name: folder for folder in (recorded, analysed, cut)}


# -- readers ------------------------------------------------------------------------------------------------------


class TooLong(Exception):
    """A reader hangs."""


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TooLong(f"over {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def said_by(words: list[str]) -> tuple[int, str, str]:
    """Exit status and both streams of a command."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(words)
    return status, out.getvalue(), err.getvalue()


def command(*words: str) -> Callable[[Path, Path], str]:
    """A verb; what is wrong with how it ended."""

    def reader(folder: Path, spare: Path) -> str:
        status, out, err = said_by([word.format(folder=folder, parent=folder.parent, spare=spare) for word in words])
        if status not in (0, 1 if words[0] == "sessions" else 0, 2):
            return f"exit status {status}: {err[:200]}"
        if status == 2 and err.count("\n") != 1:
            return f"not one line: {err[:200]!r}"
        if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out + err):
            return f"control characters in {(out + err)[:200]!r}"
        return "nan or inf in the figures" if not status and re.search(r"\b(nan|inf)\b", out) else ""

    return reader


def report(folder: Path, spare: Path) -> str:
    wrong = command("report", "{folder}", "--out", "{spare}/r.html")(folder, spare)
    page = spare / "r.html"
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    page.unlink(missing_ok=True)
    return wrong or ("a script in the report" if "<script" in text else "nan in it" if ">nan" in text else "")


def review(folder: Path, spare: Path) -> str:
    """All that the review window asks of its model."""
    with contextlib.suppress(RunformError):
        session = read(folder)
        if not session.poses().num_rows:
            return ""
        found = Recording(session)
        model, said = found.model, texts.load("de")[0]
        marks, middles = model.marks(), [model.midstance_near(side) for side in SIDES]
        assert all(math.isfinite(mark.from_s) for mark in marks)
        for move in (
            lambda: model.jump_worst(0),
            lambda: model.step_stance(1),
            lambda: model.step(5),
            lambda: model.seek(1.0),
        ):
            move()
            found.drawn(model.frame)
            found.runner(model.frame, (40, 60))
            model.stance_here()
        for one in middles:
            assert one is None or model.value_words(one, said)
        assert all(len(words) < 300 for _, words in (*model.cues(), *model.notes))
        found.found.why(said)
        if found.pictures is not None:
            found.pictures.close()
    return ""


def cut_clip(folder: Path, spare: Path) -> str:
    with contextlib.suppress(RunformError):
        session = read(folder)
        found = find(session)
        if found.pictures is not None:
            clip.write(spare / "c.mp4", found.pictures, *landmarks_of(session), 0.2, 0.4)
            found.pictures.close()
    return ""


def summary(folder: Path, spare: Path) -> str:
    with contextlib.suppress(RunformError):
        printing.summary(read(folder))
    earlier_runs(folder.parent, "pelvic_drop_mid_deg", "hip_joint_centres", None, 5)
    return ""


READERS: dict[str, Callable[[Path, Path], str]] = {
    "sessions list": command("sessions", "list", "--in", "{parent}"),
    "report": report,
    "export csv": command("export", "{folder}", "--to", "csv", "--out", "{spare}/x.csv"),
    "export json": command("export", "{folder}", "--to", "json", "--out", "{spare}/x.json"),
    "export trc": command("export", "{folder}", "--to", "trc", "--height", "170", "--out", "{spare}/x.trc"),
    "export mot": command("export", "{folder}", "--to", "mot", "--out", "{spare}/x.mot"),
    "export c3d": command("export", "{folder}", "--to", "c3d", "--out", "{spare}/x.c3d"),
    "compare": command("compare", "{folder}", "{spare}/sound"),
    "compare within": command("compare", "{folder}"),
    "compare parts": command("compare", "{folder}", "--parts", "0-10", "0:12-0:30"),
    "review": review,
    "export clip": cut_clip,
    "summary": summary,
}


def wrong_with(folder: Path, spare: Path, only: tuple[str, ...] = tuple(READERS)) -> list[str]:
    """What the readers do wrong: a traceback, a hang, more than one line, a figure that is none."""
    found = []
    for name in only:
        try:
            with at_most(LONGEST_S):
                wrong = READERS[name](folder, spare)
        except BaseException as trouble:
            if isinstance(trouble, KeyboardInterrupt):
                raise
            at = trouble.__traceback__
            while at is not None and at.tb_next is not None:
                at = at.tb_next
            place = f"{Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}" if at else ""
            wrong = f"{type(trouble).__name__} at {place}: {str(trouble)[:160]}"
        if wrong:
            found.append(f"{name}: {wrong}")
    return found


# -- mutations ----------------------------------------------------------------------------------------------------


def flipped(folder: Path, chance: random.Random) -> str:
    path = folder / chance.choice(_there(folder))
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 1, 3, 20))):
        if content:
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return f"bits of {path.name}"


def overwritten(folder: Path, chance: random.Random) -> str:
    path = folder / chance.choice(_there(folder))
    content = path.read_bytes()
    at, length = chance.randrange(len(content) or 1), chance.choice((1, 8, 100))
    filler = chance.choice((b"\0", b"\xff", b"9", b"[", b'"', b"\n", b","))
    path.write_bytes(content[:at] + filler * length + content[at + length :])
    return f"{length} bytes {filler!r} in {path.name}"


def truncated(folder: Path, chance: random.Random) -> str:
    path = folder / chance.choice(_there(folder))
    content = path.read_bytes()
    path.write_bytes(content[: chance.choice((0, 1, 3, chance.randrange(len(content) or 1)))])
    return f"{path.name} is shorter"


def exchanged(folder: Path, chance: random.Random) -> str:
    one, other = chance.sample(_there(folder), 2)
    content = (folder / one).read_bytes()
    (folder / one).write_bytes((folder / other).read_bytes())
    (folder / other).write_bytes(content)
    return f"{one} and {other} exchanged"


def _there(folder: Path) -> list[str]:
    """The names of the plain files, in an order that does not change."""
    return sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def json_value(folder: Path, chance: random.Random) -> str:
    """A value of another type, or out of all proportion, at any key of a JSON file."""
    name = chance.choice([one for one in (schema.SESSION, schema.SUMMARY) if (folder / one).is_file()])
    whole = json.loads((folder / name).read_text())
    place = chance.choice(list(_places(whole)))
    value = chance.choice(VALUES)
    _set(whole, place, "@@")
    (folder / name).write_text(json.dumps(whole).replace('"@@"', value))
    return f"{name} {place} = {value[:40]}"


def json_key(folder: Path, chance: random.Random) -> str:
    """A key is gone, or has another name."""
    name = chance.choice([one for one in (schema.SESSION, schema.SUMMARY) if (folder / one).is_file()])
    whole = json.loads((folder / name).read_text())
    place = chance.choice([place for place in _places(whole) if isinstance(place[-1], str)])
    inner = whole
    for part in place[:-1]:
        inner = inner[part]
    value = inner.pop(place[-1])
    new = chance.choice(("", "x" * 5000, "\x1b", "metric", "\u202e"))
    if new:
        inner[new] = value
    (folder / name).write_text(json.dumps(whole))
    return f"{name} {place} is now {new[:20]!r}"


def event(folder: Path, chance: random.Random) -> str:
    lines = (folder / schema.EVENTS).read_text().splitlines()
    one: dict[str, Any] = json.loads(chance.choice(lines))
    key, value = chance.choice(list(one)), chance.choice(VALUES)
    line = json.dumps(one | {key: "@@"}).replace('"@@"', value)
    if chance.random() < 0.3:
        line = value
    lines.insert(chance.randrange(len(lines) + 1), line)
    (folder / schema.EVENTS).write_text("\n".join(lines) + "\n")
    return f"event {key} = {value[:40]}"


def csv_cell(folder: Path, chance: random.Random) -> str:
    """A cell of any column; as often of one that holds whole numbers."""
    path = folder / schema.STANCES
    rows = [line.split(",") for line in path.read_text().splitlines()]
    row, column, value = chance.randrange(len(rows)), chance.randrange(len(rows[0])), chance.choice(CELLS)
    if chance.random() < 0.5:
        column = rows[0].index(chance.choice(sorted(stances.COUNTS)))
    rows[row][column] = value
    path.write_text("\n".join(",".join(cells) for cells in rows) + "\n")
    return f"cell {row}, {column} = {value[:20]!r}"


def csv_shape(folder: Path, chance: random.Random) -> str:
    path = folder / schema.STANCES
    text = path.read_text()
    lines = text.splitlines()
    kind = chance.choice(
        ("bom", "crlf", "utf-16", "latin", "twice", "gone", "extra", "long", "semicolon", "order", "quote")
    )
    column = chance.randrange(len(metrics.STANCE_COLUMNS))
    content = {
        "bom": lambda: b"\xef\xbb\xbf" + text.encode(),
        "crlf": lambda: text.replace("\n", "\r\n").encode(),
        "utf-16": lambda: text.encode("utf-16"),
        "latin": lambda: text.encode().replace(b"left", b"l\xe4ft"),
        "twice": lambda: "\n".join(f"{line},{line.split(',')[column]}" for line in lines).encode(),
        "gone": lambda: "\n".join(",".join(line.split(",")[:column] + line.split(",")[column + 1 :]) for line in lines).encode(),
        "extra": lambda: "\n".join(f"{line},7" for line in lines).encode(),
        "long": lambda: (text + "7," * 100 + "\n").encode(),
        "semicolon": lambda: text.replace(",", ";").encode(),
        "order": lambda: "\n".join([lines[0], *reversed(lines[1:])]).encode(),
        "quote": lambda: (text + '"').encode(),
    }[kind]()  # fmt: skip
    path.write_bytes(content)
    return f"stances.csv: {kind}"


def parquet(folder: Path, chance: random.Random) -> str:
    """A sound parquet file of the wrong content."""
    rows = FRAMES
    columns: dict[str, Any] = {
        "frame": pa.array(range(1, rows + 1), pa.int64()),
        "time_s": pa.array(np.arange(rows) / 30, pa.float64()),
        **{name: pa.array(np.full(rows, 20.0), pa.float32()) for name in poses.POSE_SCHEMA.names[2:]},
    }
    name = chance.choice(list(columns))
    kind = chance.choice(
        (
            "gone",
            "nan",
            "null",
            "text",
            "list",
            "zero",
            "back",
            "huge",
            "inf",
            "bomb",
            "extra",
            "integer",
            "bool",
            "time",
        )
    )
    match kind:
        case "gone":
            del columns[name]
        case "nan":
            columns["time_s"] = pa.array(np.where(np.arange(rows) == chance.randrange(rows), np.nan, np.arange(rows)))
        case "null":
            columns[name] = pa.nulls(rows, columns[name].type)
        case "text":
            columns[name] = pa.array(["x"] * rows)
        case "list":
            columns[name] = pa.array([[1.0] * (k % 3) for k in range(rows)])
        case "zero":
            columns = {key: column.slice(0, 0) for key, column in columns.items()}
        case "back":
            columns["time_s"] = pa.array(np.arange(rows)[::-1] / 30)
        case "huge":
            columns[name] = pa.array(np.full(rows, chance.choice((1e30, -1e30, 1e9, 2**40))))
        case "inf":
            columns[name] = pa.array(np.full(rows, chance.choice((np.inf, -np.inf))))
        case "bomb":
            count = 5_000_000
            columns = {key: pa.array(np.zeros(count), column.type) for key, column in list(columns.items())[:3]}
        case "extra":
            columns["another"] = pa.array(["x"] * rows)
        case "integer":
            columns[name] = pa.array(range(rows), pa.int16())
        case "bool":
            columns[name] = pa.array([True] * rows)
        case "time":
            columns["time_s"] = pa.array(range(rows), pa.timestamp("ns"))
    path = folder / schema.POSES
    _take_away(path)
    pq.write_table(pa.table(columns), path, compression="zstd")
    return f"poses.parquet: {kind} {name}"


def log(folder: Path, chance: random.Random) -> str:
    """A log of the wrong content, in place of the poses."""
    path = folder / schema.POSES_LOG
    times_s = [k / 30 for k in range(FRAMES)]
    kind = chance.choice(("nan", "back", "list", "types", "torn", "inf", "bits"))
    points = np.full((FRAMES, len(poses.LANDMARKS), 3), 20.0)
    if kind == "nan":
        times_s[chance.randrange(FRAMES)] = math.nan
    if kind == "back":
        times_s[chance.randrange(FRAMES)] = -3.0
    if kind == "inf":
        points[chance.randrange(FRAMES)] = math.inf
    content = poses.log_head() + poses.log_batch(list(range(1, FRAMES + 1)), times_s, points)
    if kind in ("list", "types"):
        values = pa.array([[1.0] * (k % 3) for k in range(FRAMES)]) if kind == "list" else pa.array(["x"] * FRAMES)
        other = pa.table({"frame": pa.array(range(FRAMES)), "time_s": pa.array(times_s), "values": values})
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, other.schema) as writer:
            writer.write_table(other)
        content = sink.getvalue().to_pybytes()
    if kind == "torn":
        content = content[: chance.randrange(len(content))]
    if kind == "bits":
        damaged = bytearray(content)
        for _ in range(10):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        content = bytes(damaged)
    path.write_bytes(content)
    if chance.random() < 0.5:
        _take_away(folder / schema.POSES)
    return f"poses.arrow: {kind}"


def no_file(folder: Path, chance: random.Random) -> str:
    """Something else than a file, or none."""
    name = chance.choice((*FILES, schema.PICTURES, schema.POSES_LOG))
    path = folder / name
    _take_away(path)
    kinds = [
        "gone",
        "folder",
        "pipe",
        "socket",
        "link to nothing",
        "loop",
        "link out",
        "zero",
        "sparse",
        "empty",
        "secret",
    ]
    kind = chance.choice(kinds)
    match kind:
        case "folder":
            path.mkdir()
            (path / "x").write_text("x")
        case "pipe":
            os.mkfifo(path)
        case "socket":
            with socket.socket(socket.AF_UNIX) as listening, _inside(folder):
                listening.bind(name)
        case "link to nothing":
            path.symlink_to(folder / "nothing")
        case "loop":
            path.symlink_to(path)
        case "link out":
            path.symlink_to("/etc/passwd")
        case "zero":
            path.symlink_to("/dev/zero")
        case "sparse":
            path.touch()
            os.truncate(path, 5 << 30)
        case "empty":
            path.touch()
        case "secret":
            path.write_text("x")
            path.chmod(0)
    return f"{name}: {kind}"


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """A socket's name must be short."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def playlist(folder: Path, chance: random.Random) -> str:
    """A video that is a list of other files."""
    target = folder.parent / "film.mp4"
    text = chance.choice(
        (
            f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\n{target}\n#EXT-X-ENDLIST\n",
            f"ffconcat version 1.0\nfile {target}\n",
        )
    )
    _take_away(folder / schema.VIDEO)
    (folder / schema.VIDEO).write_text(text)
    return "video.mkv is a list"


def _take_away(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _places(whole: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ()
    for key, value in items:
        yield (*place, key)
        yield from _places(value, (*place, key))


def _set(whole: Any, place: tuple[Any, ...], value: Any) -> None:
    for part in place[:-1]:
        whole = whole[part]
    whole[place[-1]] = value


MUTATIONS: tuple[Mutation, ...] = (
    flipped, overwritten, truncated, exchanged, json_value, json_value, json_value, json_key, event, csv_cell, csv_shape, parquet,
    log, no_file, no_file, playlist,
)  # fmt: skip


def tried(
    count: int, seed: int, parent: Path, readers: tuple[str, ...] | None = None
) -> Iterator[tuple[str, list[str]]]:
    """So many mutations: what was done, and what the readers did wrong. readers: None takes two of them by chance."""
    chance = random.Random(seed)
    whole = sound(parent)
    spare = parent / "spare"
    spare.mkdir()
    shutil.copytree(whole["recorded"], spare / "sound")
    for number in range(count):
        which = chance.choice(list(whole))
        place = parent / "tried" / which
        shutil.rmtree(place.parent, ignore_errors=True)
        shutil.copytree(whole[which], place)
        done = []
        for _ in range(chance.choice((1, 1, 1, 2))):
            with contextlib.suppress(OSError, ValueError, IndexError, KeyError, TypeError, RecursionError):
                done.append(chance.choice(MUTATIONS)(place, chance))
        chosen = readers or tuple(chance.sample(list(READERS), 2))
        yield f"{number} {which}: {'; '.join(done)}", wrong_with(place, spare, chosen)


def run(words: list[str] | None = None) -> None:
    """Print what went wrong at once, and a count now and then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(words)
    bad = done = 0
    with tempfile.TemporaryDirectory() as folder:
        for what, wrong in tried(chosen.count, chosen.seed, Path(folder), tuple(READERS)):
            bad, done = bad + bool(wrong), done + 1
            for one in wrong:
                print(f"{what}\n    {one}", flush=True)
            if done % SAID_EVERY == 0:
                print(f"{done} of {chosen.count} mutations, {bad} went wrong", flush=True)
    print(f"{done} mutations, {bad} went wrong", flush=True)


if __name__ == "__main__":
    run()
