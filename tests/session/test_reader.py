"""Readers change nothing that somebody writes, and read whatever a crash has left."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runform_live import config
from runform_live.errors import BadInput
from runform_live.messages import GaitState
from runform_live.session import events, lock, poses, schema, stances
from runform_live.session.disk_sync import EVERY_S
from runform_live.session.new_folder import new_folder
from runform_live.session.pictures import find
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from tests.makers import flat, standing
from tests.makers import stances as run_of


def gait(**changes: object) -> GaitState:
    values = {"time_s": 1.0, "stamp_s": 0.0, "activity": "running", "view": "posterior", "calibrated": True,
              "level_sd_deg": 0.1, "level_deg": 1.25, "cadence_spm": 166.0, "flags": ("low_light",)}  # fmt: skip
    return GaitState(**(values | changes))  # type: ignore[arg-type]


def begun(folder: Path) -> SessionRecord:
    """A session of 100 frames and 20 stances that goes on."""
    record = SessionRecord(folder, "0", config.load(), "live")
    record.opened(96, 128, 30.0)
    record.record()
    for frame in range(100):
        record.pose(frame + 1, frame / 30, standing())
        record.picture(frame + 1, frame / 30, flat())
    for one in run_of(20):
        record.stance(one)
    record.gait(gait())
    return record


def contents(folder: Path) -> dict[str, bytes]:
    """All files but those that the writer is just replacing."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".session")}


@pytest.fixture
def cut_off(tmp_path: Path) -> Path:
    """What a crash leaves."""
    folder = new_folder(tmp_path, "run")
    record = begun(folder)
    record.event("note", "hello")
    record.abandon()
    return folder


def test_a_session_that_is_written_is_shown_and_not_touched(tmp_path: Path) -> None:
    record = begun(tmp_path)
    before = contents(tmp_path)
    session = read(tmp_path)
    assert session.running
    assert session.info.ended is None
    assert len(session.stances) == 20
    assert session.summary.sides["left"]["pelvic_drop_mid_deg"].n == 10
    assert "still_running" in session.summary.flags
    assert session.poses().num_rows == 99, "all but the batch that is not full"
    assert session.until_s() == pytest.approx(run_of(20)[-1].toe_off_s)
    assert set(contents(tmp_path)) == set(before)
    assert contents(tmp_path)["poses.arrow"] == before["poses.arrow"]
    shown = find(session).pictures
    assert shown is not None and shown.at(1.0) is not None
    record.finish("stopped")
    done = read(tmp_path)
    assert not done.running
    assert done.poses().num_rows == 100, "the reader took nothing away"
    assert len(done.stances) == 20


def test_a_session_in_which_nothing_happens_is_no_trouble(tmp_path: Path) -> None:
    with SessionRecord(tmp_path, "0", config.load(), "live") as record:
        assert _written(tmp_path, "nobody_seen")
        time.sleep(2 * EVERY_S)
        assert record.trouble == ""
        record.finish("stopped")
        assert record.trouble == ""
    assert read(tmp_path).events == []


def test_between_the_death_of_a_stage_and_its_restart_the_session_is_running(tmp_path: Path) -> None:
    with lock.run(tmp_path):
        begun(tmp_path).abandon()
        assert read(tmp_path).running
        assert not (tmp_path / schema.SUMMARY).exists()
    assert read(tmp_path).info.ended == "interrupted"


def test_a_session_that_was_cut_off_is_completed_with_its_flags_and_counts(tmp_path: Path) -> None:
    record = begun(tmp_path)
    record.state()
    record.stop_recording()
    assert _written(tmp_path, "low_light")
    record.abandon()
    session = read(tmp_path)
    assert (session.info.ended, session.running) == ("interrupted", False)
    assert session.summary.flags[:2] == ["low_light", "interrupted"]
    assert session.summary.calibrated
    assert (session.info.frames, session.info.frames_recorded) == (99, 100)
    assert {path.name for path in tmp_path.iterdir()} == {
        "session.json", "video.mkv", "poses.parquet", "stances.csv", "events.jsonl", "summary.json"
    }  # fmt: skip
    assert read(tmp_path) == session


def _written(folder: Path, word: str) -> bool:
    from tests.running import wait_until

    return wait_until(lambda: word in (folder / schema.SESSION).read_text(), 10)


@pytest.mark.parametrize("name", [schema.STANCES, schema.EVENTS, schema.POSES_LOG, "video.mkv"])
@pytest.mark.parametrize("how", ["missing", "empty", "torn"])
def test_what_a_power_cut_took_is_missing_and_the_rest_is_read(cut_off: Path, name: str, how: str) -> None:
    path = cut_off / name
    content = path.read_bytes()
    path.unlink()
    if how != "missing":
        path.write_bytes(b"" if how == "empty" else content[: len(content) // 2])
    session = read(cut_off)
    assert session.info.ended == "interrupted"
    assert (len(session.stances) == 20) == (name != schema.STANCES)
    assert (len(session.events) == 1) == (name != schema.EVENTS)
    assert (session.poses().num_rows == 99) == (name != schema.POSES_LOG)
    videos = find(session).pictures
    assert (videos is not None) == (name != "video.mkv" or how == "torn")
    again = read(cut_off)
    assert (again.stances, again.events) == (session.stances, session.events), "it is whole now"


def test_a_torn_line_of_column_names_is_no_damage(cut_off: Path) -> None:
    (cut_off / schema.STANCES).write_text("side,initial_con")
    assert read(cut_off).stances == []


def test_a_whole_parquet_beside_an_empty_log_is_kept(tmp_path: Path) -> None:
    folder = new_folder(tmp_path, "run")
    with begun(folder) as record:
        record.finish("stopped")
    info = json.loads((folder / schema.SESSION).read_text())
    (folder / schema.SESSION).write_text(json.dumps(info | {"ended": None}))
    (folder / schema.POSES_LOG).write_bytes(b"")
    assert read(folder).poses().num_rows == 100


@pytest.fixture
def read_only(cut_off: Path) -> Iterator[Path]:
    """The same folder where nothing can be written."""
    mounted = subprocess.run(["mount", "--bind", "-o", "ro", str(cut_off), str(cut_off)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        yield cut_off
    finally:
        subprocess.run(["umount", str(cut_off)], check=True)


def test_a_session_in_a_read_only_folder_is_shown_all_the_same(read_only: Path) -> None:
    before = contents(read_only)
    session = read(read_only)
    assert (session.info.ended, session.running) == ("interrupted", False)
    assert len(session.stances) == 20
    assert session.poses().num_rows == 99
    assert session.info.frames_recorded > 80
    assert contents(read_only) == before
    with pytest.raises(BadInput, match="cannot write"):
        events.add(read_only, "note", 1.0, "x")


def test_a_note_is_added_to_a_finished_session_only(tmp_path: Path) -> None:
    record = begun(tmp_path)
    with pytest.raises(BadInput, match="still running"):
        events.add(tmp_path, "note", 1.0, "x")
    record.finish("stopped")
    events.add(tmp_path, "note", 1.0, "x")
    assert read(tmp_path).events[-1] == {"kind": "note", "time_s": 1.0, "text": "x"}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def version_1(folder: Path) -> None:
    """A finished session as version 1 wrote it: no list of videos, no newer columns."""
    with begun(folder) as record:
        record.stop_recording()
        record.record()
        record.picture(200, 199 / 30, flat())
        record.finish("stopped")
    info = json.loads((folder / schema.SESSION).read_text())
    for key in ("videos", "flags"):
        del info[key]
    (folder / schema.SESSION).write_text(json.dumps(info | {"schema_version": 1}))
    rows = [line.split(",")[:14] for line in (folder / schema.STANCES).read_text().splitlines()]
    (folder / schema.STANCES).write_text("".join(",".join(row) + "\n" for row in rows))


def test_a_session_of_version_1_is_read_with_all_its_videos(tmp_path: Path) -> None:
    version_1(tmp_path)
    session = read(tmp_path)
    assert session.info.schema_version == 1
    assert len(session.stances) == 20
    assert [part.file for part in session.info.videos] == ["video.mkv", "video-2.mkv"]
    pictures = find(session).pictures
    assert pictures is not None
    assert pictures.at(1.0) is not None
    assert pictures.at(199 / 30) is not None
    assert pictures.at(5.0) is None


def test_a_column_that_is_missing_is_damage_unless_a_stance_can_do_without_it(tmp_path: Path) -> None:
    path = tmp_path / schema.STANCES
    path.write_bytes(stances.whole(run_of(3)))
    assert stances.read(path) == [stances.as_written(one) for one in run_of(3)]
    lines = [line.split(",") for line in path.read_text().splitlines()]
    path.write_text("".join(",".join(cells[1:]) + "\n" for cells in lines))
    with pytest.raises(BadInput, match=r"stances\.csv is damaged in line 1"):
        stances.read(path)


def test_poses_of_a_session_without_any_are_a_table_without_rows(cut_off: Path) -> None:
    (cut_off / schema.POSES_LOG).unlink()
    assert read(cut_off).poses().equals(poses.POSE_SCHEMA.empty_table())
    assert read(cut_off).until_s() == pytest.approx(run_of(20)[-1].toe_off_s)


IN_THREADS = """
import sys, threading
from pathlib import Path
from runform_live.session.reader import read
sys.setswitchinterval(1e-6)
together = threading.Barrier(8)
def first():
    together.wait()
    read(Path(sys.argv[1]))
threads = [threading.Thread(target=first) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_sessions_are_read_in_threads_from_the_first_one_on(tmp_path: Path) -> None:
    begun(tmp_path).finish("stopped")
    ends = [subprocess.run([sys.executable, "-c", IN_THREADS, str(tmp_path)]).returncode for _ in range(4)]
    assert ends == [0] * 4
