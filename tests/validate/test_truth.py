"""A truth folder is checked before anything is measured: what is wrong is said in a line that names the file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from runform_live.errors import BadInput
from runform_live.validate.truth import read_clips
from tests.makers import DATA


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped clip's truth. What is checked here is never decoded."""
    for path in DATA.iterdir():
        shutil.copy(path, tmp_path)
    (tmp_path / "demo.mp4").write_bytes(b"a film")
    return tmp_path


def damage(path: Path, row: int, column: str, cell: str) -> None:
    rows = [line.split(",") for line in path.read_text().splitlines()]
    rows[row][rows[0].index(column)] = cell
    path.write_text("\n".join(",".join(cells) for cells in rows) + "\n")


def test_a_sound_folder_is_read_in_the_order_of_time(folder: Path) -> None:
    (clip,) = read_clips(folder)
    path = folder / "demo.stances.csv"
    lines = path.read_text().splitlines()
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([lines[0], *reversed(lines[1:]), ""]).encode())
    assert read_clips(folder)[0].stances == clip.stances
    assert len(read_clips(folder, psis=True)[0].stances) == len(clip.stances)


def test_a_table_without_a_column_of_the_gait_is_of_running(folder: Path) -> None:
    (clip,) = read_clips(folder)
    assert {one.gait for one in clip.stances} == {"run"} and clip.of_gait("walk").stances == []


@pytest.mark.parametrize(("cell", "gait"), [("walk", "walk"), ("run", "run"), ("", "run")])
def test_a_table_may_say_the_gait_of_each_stance(folder: Path, cell: str, gait: str) -> None:
    path = folder / "demo.stances.csv"
    head, *rows = path.read_text().splitlines()
    path.write_text("\n".join([f"{head},gait,double_support_s", *(f"{row},{cell},0.1" for row in rows)]) + "\n")
    (clip,) = read_clips(folder)
    assert {one.gait for one in clip.stances} == {gait}
    assert clip.stances[0].metrics["double_support_s"] == 0.1


def test_an_unknown_gait_is_named(folder: Path) -> None:
    path = folder / "demo.stances.csv"
    head, *rows = path.read_text().splitlines()
    path.write_text("\n".join([f"{head},gait", *(f"{row},swim" for row in rows)]) + "\n")
    with pytest.raises(BadInput, match="gait is swim"):
        read_clips(folder)


@pytest.mark.parametrize("cell", ["inf", "nan", "", "x", "1e300", "y" * 140_000, "\0"])
@pytest.mark.parametrize("name", ["midstance_s", "side"])
def test_a_cell_that_is_none_is_named(folder: Path, name: str, cell: str) -> None:
    damage(folder / "demo.stances.csv", 2, name, cell)
    with pytest.raises(BadInput, match=r"demo\.stances\.csv is damaged") as told:
        read_clips(folder)
    assert "\n" not in str(told.value) and len(str(told.value)) < 400


@pytest.mark.parametrize("cell", ["inf", "nan", "", "x"])
def test_a_frame_that_is_none_is_named(folder: Path, cell: str) -> None:
    damage(folder / "demo.frames.csv", 2, "left_hip_x_px", cell)
    with pytest.raises(BadInput, match=r"demo\.frames\.csv"):
        read_clips(folder, psis=True)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"side\n", b"a,a\n1,1\n", b"side,midstance_s\nleft\n", b'"'])
def test_a_table_of_another_shape_is_named(folder: Path, content: bytes) -> None:
    (folder / "demo.stances.csv").write_bytes(content)
    with pytest.raises(BadInput, match=r"demo\.stances\.csv"):
        read_clips(folder)


@pytest.mark.parametrize("content", [b"[" * 5000, b"\xff", b'{"outfit": 1e400}', b"null"])
def test_what_is_told_of_a_clip_is_left_out_where_it_is_damaged(folder: Path, content: bytes) -> None:
    (folder / "demo.json").write_bytes(content)
    assert read_clips(folder)[0].info.runner == ""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes by name here")
@pytest.mark.parametrize("name", ["demo.stances.csv", "demo.mp4"])
def test_a_pipe_is_not_opened(folder: Path, name: str) -> None:
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(BadInput, match="is a pipe"):
        read_clips(folder)


@pytest.mark.parametrize("content", [b"", b"time_s\n", b"\n"], ids=["empty", "no rows", "an empty line"])
def test_a_table_of_frames_without_a_frame_is_named(folder: Path, content: bytes) -> None:
    (folder / "demo.frames.csv").write_bytes(content)
    with pytest.raises(BadInput, match=r"demo\.frames\.csv: the exact \w+ cannot be read"):
        read_clips(folder, psis=True)
