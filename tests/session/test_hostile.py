"""A session folder may be damaged, or made to do harm: every reader says in a line what is wrong with which file, or reads it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from runform_live.cli.main import main
from runform_live.errors import BadInput
from runform_live.report import build as report
from runform_live.session import door, events, poses, schema
from runform_live.session.kept_pictures import KeptPictures, unpacked
from runform_live.session.pictures import find
from runform_live.session.reader import read
from tests.session import mutations
from tests.session.mutations import FRAMES, READERS, STANCES, sound, tried, wrong_with

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return sound(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def folder(whole: dict[str, Path], tmp_path: Path) -> Path:
    """A finished session with a video."""
    return shutil.copytree(whole["recorded"], tmp_path / "run")


def refused(folder: Path, name: str, capsys: pytest.CaptureFixture[str], verb: str = "report") -> str:
    """The one line that is said of a damaged file, which it names."""
    capsys.readouterr()
    assert main([verb, str(folder)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1, err
    assert str(folder / name) in err
    assert len(err) < 600
    return err


@posix
def test_no_reader_fails_on_damaged_folders(tmp_path: Path) -> None:
    wrong = [(what, found) for what, found in tried(80, 1, tmp_path) if found]
    assert wrong == []


def test_all_readers_read_what_is_sound(whole: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(whole["recorded"], tmp_path / "sound")
    for folder in whole.values():
        assert wrong_with(folder, tmp_path, tuple(READERS)) == []


@pytest.mark.parametrize(
    "value", ["null", "[]", "1e308", "1e400", "NaN", "true", '"' + "x" * 300_000 + '"', "[" * 5000]
)
@pytest.mark.parametrize(
    "key",
    [
        "schema_version",
        "id",
        "started",
        "view",
        "model",
        "config",
        "calibration",
        "videos",
        "slowed",
        "flags",
        "targets",
    ],
)
def test_a_value_of_another_type_in_session_json_is_named(
    folder: Path, key: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if (key, value) in (("targets", "null"), ("videos", "[]"), ("flags", "[]")):
        pytest.skip("this is sound")
    path = folder / schema.SESSION
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: "@@"}).replace('"@@"', value))
    assert "damaged" in refused(folder, schema.SESSION, capsys)


@pytest.mark.parametrize(
    "changes",
    [
        {"targets": {"no_such_metric": [None, 3.0]}},
        {"targets": {"pelvic_drop_mid_deg": [5.0, 3.0]}},
        {"trained_metric": "no_such_metric"},
        {"target_from": "nowhere"},
        {"reference_s": [60.0, 0.0]},
        {"config": {"coach": {"baseline_change_deg": "2"}}},
        {"config": {"coach": None}},
        {"config": {"coach": {"targets": {"pelvic_drop_mid_deg": 5}}}},
        {"config": {"coach": {"targets": {"no_such_metric": {"high": 5}}}}},
        {"started": "yesterday"},
        {"started": "0001-01-01T00:00:00+14:00"},
        {"videos": [{"file": "../video.mkv", "start_s": 0.0}]},
        {"slowed": 0},
        {"height_px": -1},
    ],
)
def test_a_value_without_sense_in_session_json_is_named(
    folder: Path, changes: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / schema.SESSION
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    assert "damaged" in refused(folder, schema.SESSION, capsys)


@pytest.mark.parametrize(
    "line",
    [
        "[1]", "null", '"cue"', "{}", '{"kind": "cue"}', '{"kind": "cue", "time_s": "1"}', '{"kind": "cue", "time_s": NaN}',
        '{"kind": "cue", "time_s": 1e400}', '{"kind": 1, "time_s": 1}', '{"kind": "cue", "time_s": 1, "text": [1]}', "[" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_event_is_named_with_its_line(folder: Path, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / schema.EVENTS
    path.write_text(f"{line}\n{path.read_text()}")
    assert "line 1" in refused(folder, schema.EVENTS, capsys)


@pytest.mark.parametrize("cell", ["inf", "-inf", "nan", "", "x", "1e300", "1_0", "z" * 140_000, '"', "\0"])
def test_what_is_no_number_in_stances_csv_is_named_with_its_line(
    folder: Path, cell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / schema.STANCES
    rows = [line.split(",") for line in path.read_text().splitlines()]
    rows[3][2] = cell
    path.write_text("\n".join(",".join(row) for row in rows) + "\n")
    assert "damaged" in refused(folder, schema.STANCES, capsys)


def test_a_table_that_went_through_a_spreadsheet_is_read(folder: Path) -> None:
    before = read(folder)
    path = folder / schema.STANCES
    lines = path.read_text().splitlines()
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([lines[0], *reversed(lines[1:]), "", ""]).encode())
    assert read(folder).stances == before.stances


@pytest.mark.parametrize("kind", ["a column twice", "a column less", "UTF-16", "semicolons", "a cell more"])
def test_a_table_of_another_shape_is_named(folder: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / schema.STANCES
    text = path.read_text()
    lines = text.splitlines()
    path.write_bytes(
        {
            "a column twice": "\n".join(f"{line},{line.split(',')[4]}" for line in lines).encode(),
            "a column less": "\n".join(line.split(",", 1)[1] for line in lines).encode(),
            "UTF-16": text.encode("utf-16"),
            "semicolons": text.replace(",", ";").encode(),
            "a cell more": f"{text}{lines[-1]},7\n".encode(),
        }[kind]
    )
    refused(folder, schema.STANCES, capsys)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("sides", "left", "pelvic_drop_mid_deg", "mean"), 5.1),
        (("sides", "left", "pelvic_drop_mid_deg", "sd"), 1.0),
        (("sides", "left", "pelvic_drop_mid_deg", "n"), 99),
        (("sides", "left", "pelvic_drop_mid_deg", "n"), 0),
        (("sides", "left", "knee_valgus_mid_deg", "ci95_low"), 50.0),
        (("sides", "left", "knee_valgus_mid_deg", "ci95_low"), None),
        (("symmetry", "knee_valgus_mid_deg", "difference"), 3.0),
        (("symmetry", "knee_valgus_mid_deg", "ci95_high"), None),
    ],
)
def test_a_figure_that_is_not_of_the_stances_is_made_anew_from_them(
    folder: Path, place: tuple[str, ...], value: float | None
) -> None:
    right = read(folder).summary
    path = folder / schema.SUMMARY
    summary = json.loads(path.read_text())
    inner = summary
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = value
    path.write_text(json.dumps(summary))
    made = read(folder).summary
    assert "summary_made_anew" in made.flags and "summary_made_anew" not in right.flags
    assert (made.sides, made.symmetry) == (right.sides, right.symmetry)


def test_a_row_that_somebody_takes_out_costs_that_stance_alone(folder: Path) -> None:
    before = read(folder)
    path = folder / schema.STANCES
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:1] + lines[2:]))
    after = read(folder)
    assert len(after.stances) == len(before.stances) - 1
    assert "summary_made_anew" in after.summary.flags
    side = before.stances[0].side
    assert after.summary.sides[side]["pelvic_drop_mid_deg"].n == before.summary.sides[side]["pelvic_drop_mid_deg"].n - 1


def points(rows: int = FRAMES, **changes: pa.Array) -> pa.Table:
    columns = {
        "frame": pa.array(range(1, rows + 1), pa.int64()),
        "time_s": pa.array(np.arange(rows) / 30),
        **{name: pa.array(np.full(rows, 20.0), pa.float32()) for name in poses.POSE_SCHEMA.names[2:]},
    }
    return pa.table(columns | changes)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (points().drop_columns("left_hip_x_px"), "no column left_hip_x_px"),
        (points(time_s=pa.array(np.where(np.arange(FRAMES) == 7, np.nan, np.arange(FRAMES)))), "row 8 "),
        (points(time_s=pa.nulls(FRAMES, pa.float64())), "row 1 "),
        (points(time_s=pa.array(np.arange(FRAMES)[::-1] / 30)), "row 2 "),
        (points(frame=pa.nulls(FRAMES, pa.int64())), "row 1 "),
        (points(left_hip_x_px=pa.array(["x"] * FRAMES)), ""),
        (points(left_hip_x_px=pa.array([[1.0]] * FRAMES)), ""),
        (points(left_hip_x_px=pa.array(np.full(FRAMES, np.inf))), "row 1 "),
        (points(left_hip_x_px=pa.array(np.full(FRAMES, 1e30))), "row 1 "),
        (points(5_000_000).select(["frame", "time_s"]), "no column"),
    ],
)  # fmt: skip
def test_poses_of_another_shape_are_named(folder: Path, table: pa.Table, reason: str) -> None:
    pq.write_table(table, folder / schema.POSES)
    with pytest.raises(BadInput, match=f"poses.parquet is missing or damaged .*{reason}"):
        read(folder).poses()
    assert report.build(folder).read_text().count("data:image/jpeg") == 0, "and the report is written without pictures"


def test_poses_with_other_numbers_of_the_same_meaning_are_read(folder: Path) -> None:
    pq.write_table(
        points(left_hip_x_px=pa.array(range(FRAMES), pa.int16()), more=pa.array(["x"] * FRAMES)), folder / schema.POSES
    )
    assert read(folder).poses().schema == poses.POSE_SCHEMA
    pq.write_table(points(0), folder / schema.POSES)
    assert read(folder).poses().num_rows == 0


def test_a_table_that_would_fill_the_memory_is_not_read(folder: Path) -> None:
    count = 13_000_000
    with pq.ParquetWriter(folder / schema.POSES, pa.schema([("frame", pa.int64())]), compression="zstd") as out:
        out.write_table(pa.table({"frame": pa.array(np.zeros(count, np.int64))}))
    assert (folder / schema.POSES).stat().st_size < 1 << 20
    with pytest.raises(BadInput, match="13000000 frames"):
        read(folder).poses()


@posix
@pytest.mark.parametrize(
    "name", [schema.SESSION, schema.SUMMARY, schema.STANCES, schema.EVENTS, schema.POSES, schema.VIDEO]
)
@pytest.mark.parametrize("kind", ["a pipe", "a device", "a folder", "a link out", "a loop", "5 GiB"])
def test_what_is_no_file_of_the_folder_is_not_opened(
    folder: Path, name: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / name
    path.unlink()
    match kind:
        case "a pipe":
            os.mkfifo(path)
        case "a device":
            path.symlink_to("/dev/zero")
        case "a folder":
            path.mkdir()
        case "a link out":
            path.symlink_to("/etc/hostname")
        case "a loop":
            path.symlink_to(path)
        case "5 GiB":
            path.touch()
            os.truncate(path, 5 << 30)
    if name in (schema.POSES, schema.VIDEO):
        assert main(["report", str(folder)]) == 0
        assert "data:image/jpeg" not in (folder / schema.REPORT).read_text()
    else:
        refused(folder, name, capsys)
    capsys.readouterr()
    listed = main(["sessions", "list", "--in", str(folder.parent)])
    # A list is made from session.json, summary.json and the stances alone.
    assert listed == (0 if name in (schema.POSES, schema.VIDEO, schema.EVENTS) else 1)
    assert capsys.readouterr().out.startswith("run: ")


def test_what_a_text_holds_is_shown_and_not_obeyed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "<script>alert(1)</script>\x1b[2J\u202e"
    path = folder / schema.SESSION
    info = json.loads(path.read_text())
    info |= {"software": evil, "ended": evil, "flags": [evil], "id": evil}
    info["model"]["name"] = evil
    path.write_text(json.dumps(info))
    with (folder / schema.EVENTS).open("a") as file:
        file.write(json.dumps({"kind": "cue", "time_s": 1.0, "text": evil, "reason": evil}) + "\n")
    summary = json.loads((folder / schema.SUMMARY).read_text())
    (folder / schema.SUMMARY).write_text(json.dumps(summary | {"flags": [evil]}))
    page = report.build(folder).read_text()
    assert "<script" not in page and "&lt;script" in page
    assert "\x1b" not in page and "\u202e" not in page
    assert main(["sessions", "list", "--in", str(folder.parent)]) == 0
    assert main(["export", str(folder), "--to", "csv", "--out", str(folder.parent / "x.csv")]) == 0
    told = capsys.readouterr().out + (folder.parent / "x.csv").read_text()
    assert "\x1b" not in told and "\u202e" not in told


def test_pictures_that_would_fill_the_memory_are_not_unpacked(folder: Path) -> None:
    head = b"\xff\xd8\xff\xc0\x00\x11\x08" + b"\xff\xff\xff\xff" + b"\x03" + bytes(20)
    assert unpacked(head) is None
    assert unpacked(b"") is None and unpacked(b"\xff\xd8") is None and unpacked(b"\x89PNG" + bytes(100)) is None
    (folder / schema.PICTURES).mkdir()
    (folder / schema.PICTURES / "1.0000.jpg").write_bytes(head)
    (folder / schema.PICTURES / "nan.jpg").write_bytes(b"x")
    (folder / schema.PICTURES / "2.0000.jpg").mkdir()
    kept = KeptPictures(folder)
    assert kept.times_s == [1.0, 2.0] and kept.at(1.0) is None and kept.at(2.0) is None


def test_a_line_of_a_text_is_bounded() -> None:
    assert door.clean("a\nb\x1b[31mc\u202ed") == r"a\nb\x1b[31mc\u202ed"
    assert len(door.clean("x" * 10_000)) == door.LONGEST + 1


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that others can reach; those of pytest are this user's alone."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_somebody_elses_session_is_read_and_nothing_in_it_is_changed(
    whole: dict[str, Path], tmp_path: Path, open_to_all: Path
) -> None:
    """A session that was cut off, owned by root and readable for all, seen by another user."""
    parent = open_to_all
    folder = shutil.copytree(whole["cut"], parent / "cut")
    for path in (parent, folder):
        path.chmod(0o755)
    for path in folder.iterdir():
        path.chmod(0o644)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (parent / "lost+found").mkdir(0o700)
    script = (
        "import os\n"
        "from pathlib import Path\n"
        "from runform_live.cli.main import main\n"
        "from runform_live.session.reader import read\n"
        # All is loaded before the change: the other need not see the program's files.
        f"read(Path({str(shutil.copytree(whole['cut'], tmp_path / 'own'))!r})).poses()\n"
        "main(['sessions', 'list', '--in', '/'])\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        f"session = read(Path({str(folder)!r}))\n"
        "print(session.info.ended, len(session.stances), session.poses().num_rows > 30)\n"
        f"raise SystemExit(main(['sessions', 'list', '--in', {str(folder.parent)!r}]))\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    lines = told.stdout.splitlines()[-3:]
    assert lines[0] == f"interrupted {STANCES} True", told.stderr
    assert lines[1] == "lost+found: session.json cannot be read (Permission denied); restore it from a copy"
    assert lines[2].startswith("cut: ") and lines[2].endswith("interrupted")
    assert told.returncode == 1 and "1 of 2 entries could not be read" in told.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("end", "kept"),
    [('{"kind": "no', 2), ('{"kind": "note", "time_s": 2.0, "text": "ä"}', 3), ('{"kind": "note", "text": "ä"}', 2), ("  ", 2), ("\n", 2)],
    ids=["cut off", "without its newline", "no event", "blanks", "an empty line"],
)  # fmt: skip
def test_a_note_after_a_torn_or_odd_last_line_leaves_the_session_readable(folder: Path, end: str, kept: int) -> None:
    before = [one.get("text") for one in read(folder).events]
    with (folder / schema.EVENTS).open("a", encoding="utf-8") as file:
        file.write(end)
    for text in ("one", "two"):
        events.add(folder, "note", 1.0, text)
    assert [one.get("text") for one in read(folder).events] == [*before, *["ä"] * (kept - 2), "one", "two"]


@pytest.fixture
def analysed(whole: dict[str, Path], tmp_path: Path) -> Path:
    """A finished session of a film."""
    shutil.copy(whole["analysed"].parent / "film.mp4", tmp_path)
    return shutil.copytree(whole["analysed"], tmp_path / "analysed")


def set_info(folder: Path, **changes: object) -> None:
    path = folder / schema.SESSION
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize("size", [{"height_px": 1}, {"width_px": 1}, {"height_px": 16, "width_px": 16_384}])
def test_a_size_that_shows_no_runner_gives_no_picture_and_no_failure(
    analysed: Path, tmp_path: Path, size: dict[str, int]
) -> None:
    assert find(read(analysed)).pictures is not None
    set_info(analysed, **size)
    shutil.copytree(analysed, tmp_path / "sound")
    assert wrong_with(analysed, tmp_path, tuple(READERS)) == []
    assert "pixels, as session.json says, show no runner" in str(find(read(analysed)).missing)


def test_a_size_that_would_fill_the_memory_is_refused(analysed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_info(analysed, height_px=65_536, width_px=65_536)
    assert "height_px" in refused(analysed, schema.SESSION, capsys)


@pytest.mark.parametrize("rate_hz", [1e-300, 0.0, 0.99, 1000.1])
def test_a_rate_that_nobody_can_have_given_is_refused(
    analysed: Path, capsys: pytest.CaptureFixture[str], rate_hz: float
) -> None:
    set_info(analysed, frame_rate_given_hz=rate_hz)
    assert "frame_rate_given_hz" in refused(analysed, schema.SESSION, capsys)


PYTHONS_OWN = ("zip()", "codec", "set_int_max_str_digits", "recursion", "could not convert", "Expecting")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (schema.STANCES, "1,5,2", "cells where line 1 names"),
        (schema.STANCES, "left", "cells where line 1 names"),
        (schema.EVENTS, '{"kind": "note", "time_s": ' + "9" * 5000 + "}", "a number with thousands of digits"),
        (schema.EVENTS, "[" * 100_000, "nested too deeply"),
        (schema.EVENTS, '{"kind" "note"}', "no JSON"),
    ],
    ids=["decimal commas", "short", "digits", "deep", "no colon"],
)
def test_a_damaged_line_is_told_in_plain_words(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, words: str
) -> None:
    first, *others = (folder / name).read_text().splitlines()
    (folder / name).write_text("\n".join([first, content, *others]) + "\n")
    err = refused(folder, name, capsys)
    assert words in err
    assert "line 2" in err
    assert not any(one in err for one in PYTHONS_OWN)


def test_a_cell_that_is_no_number_is_told_with_its_column(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / schema.STANCES
    header, first, *others = path.read_text().splitlines()
    cells = first.split(",")
    cells[header.split(",").index("midstance_s")] = "1.0s"
    path.write_text("\n".join([header, ",".join(cells), *others]) + "\n")
    assert "midstance_s is no number: 1.0s" in refused(folder, schema.STANCES, capsys)


def test_a_video_without_a_name_is_told_as_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_info(folder, videos=[{"file": "", "start_s": 0.0}])
    assert "an empty name is no video of this folder" in refused(folder, schema.SESSION, capsys)


@posix
def test_the_tool_that_damages_folders_says_now_and_then_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [("0 recorded: x", ["report: y"])] + [("z", [])] * 149
    monkeypatch.setattr(mutations, "tried", lambda *_: iter(found))
    mutations.run(["--count", "150"])
    assert capsys.readouterr().out.splitlines() == [
        "0 recorded: x",
        "    report: y",
        "100 of 150 mutations, 1 went wrong",
        "150 mutations, 1 went wrong",
    ]


def set_summary(folder: Path, place: tuple[str, ...], value: object) -> None:
    path = folder / schema.SUMMARY
    whole = json.loads(path.read_text())
    part = whole
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    path.write_text(json.dumps(whole))


WIDE = ("sides", "left", "knee_valgus_mid_deg", "ci95_high")


@pytest.mark.parametrize(
    ("place", "value"),
    [(("view",), "anterior"), (("calibrated",), True), (("cadence_spm",), 99.0), (("cadence_spm",), None), (WIDE, 89.0)],
    ids=["view", "calibrated", "cadence", "no cadence", "interval"],
)  # fmt: skip
def test_a_summary_that_contradicts_its_session_is_made_anew(
    folder: Path, place: tuple[str, ...], value: object
) -> None:
    before = read(folder).summary
    assert "summary_made_anew" not in before.flags
    set_summary(folder, place, value)
    after = read(folder).summary
    assert "summary_made_anew" in after.flags
    assert (after.view, after.calibrated, after.cadence_spm, after.sides) == (
        before.view,
        before.calibrated,
        before.cadence_spm,
        before.sides,
    )


def test_intervals_of_another_version_stay_as_it_made_them(folder: Path) -> None:
    high = read(folder).summary.sides["left"]["knee_valgus_mid_deg"].ci95_high
    assert high is not None
    set_summary(folder, WIDE, high + 0.5)
    set_info(folder, software="runform_live 0.1.0")
    assert "summary_made_anew" not in read(folder).summary.flags


def test_a_row_that_stands_there_twice_counts_once(folder: Path) -> None:
    before = read(folder)
    path = folder / schema.STANCES
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[1], lines[5]]) + "\n")
    after = read(folder)
    assert after.stances == before.stances
    assert after.summary == before.summary


@pytest.mark.parametrize("name", [schema.POSES_LOG, schema.POSES, schema.STANCES])
def test_a_small_file_takes_little_memory_though_it_may_be_large(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes(1000))
    tracemalloc.start()
    try:
        assert door.content(tmp_path / name) == bytes(1000)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
