"""Files of a session are their owner's alone, whatever the umask and whatever the file."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from runform_live import config
from runform_live.cli.main import main
from runform_live.errors import BadInput
from runform_live.export import clip
from runform_live.report import build as report
from runform_live.session import events, lock, schema
from runform_live.session.landmarks import landmarks_of
from runform_live.session.new_folder import new_folder
from runform_live.session.pictures import find
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from tests.makers import flat, standing, video
from tests.makers import stances as run_of

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o177], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.lstat().st_mode))


def modes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): mode(path) for path in folder.rglob("*")}


def begun(parent: Path, source: str) -> SessionRecord:
    record = SessionRecord(new_folder(parent, "run"), source, config.load(), "live")
    record.opened(96, 128, 30.0)
    for frame in range(240):
        record.pose(frame + 1, frame / 30, standing(centre=(320.0, 300.0)) / 5)
    for one in run_of(18):
        record.stance(one)
    return record


def test_nobody_else_can_read_a_session_while_it_is_written_or_later(tmp_path: Path, umask: int) -> None:
    parent = tmp_path / "sessions"
    parent.mkdir()
    before = mode(parent)
    record = begun(parent, "0")
    folder = record.folder
    with lock.run(folder):
        record.record()
        for frame in range(10):
            record.picture(frame + 1, frame / 30, flat())
        record.event("note", "hello")
        while_written = modes(folder)
        record.finish("stopped")
    report.build(folder)
    events.add(folder, "note", 1.0, "later")
    assert {".run.lock", ".write.lock", ".reserve", "video.mkv", "poses.arrow", "stances.csv"} <= set(while_written)
    assert set(while_written.values()) == {"0o600"}, while_written
    after = modes(folder)
    assert {"session.json", "summary.json", "report.html", "poses.parquet", "video.mkv", "events.jsonl"} <= set(after)
    assert set(after.values()) == {"0o600"}, after
    assert mode(folder) == "0o700"
    assert mode(parent) == before, "the folder that a person gave is left as it is"


def test_a_session_that_was_cut_off_and_the_pictures_of_a_film_are_private_as_well(tmp_path: Path, umask: int) -> None:
    record = begun(tmp_path, str(video(tmp_path / "run.mp4", [flat()] * 240)))
    record.abandon()
    report.build(record.folder)
    found = modes(record.folder)
    assert "poses.parquet" in found and "report.html" in found
    assert found.pop(schema.PICTURES) == "0o700"
    assert any(name.startswith("pictures/") for name in found)
    assert set(found.values()) == {"0o600"}, found


def test_what_a_person_asks_for_elsewhere_follows_the_umask(tmp_path: Path, umask: int) -> None:
    record = begun(tmp_path, "0")
    record.record()
    for frame in range(40):
        record.picture(frame + 1, frame / 30, flat())
    record.finish("stopped")
    folder, out = record.folder, tmp_path / "out"
    out.mkdir()
    assert main(["report", str(folder), "--out", str(out / "r.html")]) == 0
    assert main(["export", str(folder), "--to", "csv", "--out", str(out / "x.csv")]) == 0
    session = read(folder)
    pictures = find(session).pictures
    assert pictures is not None
    clip.write(out / "c.mp4", pictures, *landmarks_of(session), 0.2, 0.6)
    assert set(modes(out).values()) == {oct(0o666 & ~umask)}
    clip.write(folder / "c.mp4", pictures, *landmarks_of(session), 0.2, 0.6)
    assert mode(folder / "c.mp4") == "0o600"
    (folder / "d.mp4").symlink_to(tmp_path / "elsewhere.mp4")
    with pytest.raises(BadInput):
        clip.write(folder / "d.mp4", pictures, *landmarks_of(session), 0.2, 0.6)
    assert not (tmp_path / "elsewhere.mp4").exists()
    assert main(["report", str(folder), "--out", str(folder / "second.html")]) == 0
    assert mode(folder / "second.html") == "0o600", "in the session's folder it is private"


def test_folders_made_above_a_session_are_private_and_those_that_were_there_stay(tmp_path: Path, umask: int) -> None:
    there = tmp_path / "there"
    there.mkdir()
    there.chmod(0o755)
    new_folder(there / "a" / "b", "run")
    assert modes(there) == {"a": "0o700", "a/b": "0o700", "a/b/run": "0o700"}
    assert mode(there) == "0o755"
