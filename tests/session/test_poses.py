"""The log of poses and what it becomes: no row is lost whatever lies beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from runform_live.messages import INDEX
from runform_live.session import poses, schema
from tests.makers import standing


def log(first: int, count: int, batch: int = 8) -> bytes:
    """Frames first .. first + count - 1 at 30 frames/s, without the log's head."""
    out = b""
    for start in range(first, first + count, batch):
        frames = list(range(start, min(start + batch, first + count)))
        out += poses.log_batch(frames, [frame / 30 for frame in frames], np.stack([standing()] * len(frames)))
    return out


def frames(folder: Path) -> list[int]:
    return poses.table(folder, "unknown").column("frame").to_pylist()


def put(folder: Path, content: bytes) -> None:
    (folder / schema.POSES_LOG).write_bytes(content)


def test_a_log_becomes_poses_parquet_with_unknown_left_empty(tmp_path: Path) -> None:
    put(tmp_path, poses.log_head() + log(1, 20))
    poses.finish(tmp_path, "posterior")
    assert [path.name for path in tmp_path.iterdir()] == [schema.POSES]
    table = pq.read_table(tmp_path / schema.POSES)
    assert table.schema.equals(poses.POSE_SCHEMA)
    assert table.column("c7_x_px").null_count == 20
    np.testing.assert_allclose(table.column("left_hip_x_px").to_numpy(), standing()[INDEX["left_hip"], 0], atol=1e-3)


@pytest.mark.parametrize("content", [b"", b"nonsense", poses.log_head()[:100], poses.log_head()])
def test_a_whole_parquet_beside_an_empty_log_is_kept(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, poses.log_head() + log(1, 300))
    poses.finish(tmp_path, "unknown")
    put(tmp_path, content)
    assert frames(tmp_path) == list(range(1, 301))
    poses.finish(tmp_path, "unknown")
    assert frames(tmp_path) == list(range(1, 301))
    assert not (tmp_path / schema.POSES_LOG).exists()


def test_the_longer_one_is_kept_and_what_follows_it_is_added(tmp_path: Path) -> None:
    put(tmp_path, poses.log_head() + log(1, 100))
    poses.finish(tmp_path, "unknown")
    put(tmp_path, poses.log_head() + log(1, 40))
    assert frames(tmp_path) == list(range(1, 101))
    put(tmp_path, poses.log_head() + log(1, 160))
    assert frames(tmp_path) == list(range(1, 161))
    put(tmp_path, poses.log_head() + log(101, 300))
    assert frames(tmp_path) == list(range(1, 401)), "a log that goes on where the other ends"


@pytest.mark.parametrize("tail", [b"", b"\x00" * 3000, b"\xff" * 10])
@pytest.mark.parametrize("cut", [1, 200, 900])
def test_a_torn_batch_costs_itself_alone(tmp_path: Path, cut: int, tail: bytes) -> None:
    whole = poses.log_head() + log(1, 80)
    last = log(81, 8)
    put(tmp_path, whole + last[:-cut] + tail)
    assert frames(tmp_path)[:80] == list(range(1, 81))
    assert len(frames(tmp_path)) <= 88
    size = poses.log_size(whole + last[:-cut])
    assert size == len(whole)
    put(tmp_path, (whole + last)[:size] + log(81, 8))
    assert frames(tmp_path) == list(range(1, 89)), "appended to where it is whole"


def test_rows_whose_time_goes_back_are_no_poses(tmp_path: Path) -> None:
    put(tmp_path, poses.log_head() + log(1, 16) + log(3, 8))
    assert frames(tmp_path) == list(range(1, 17))


def test_the_end_of_a_log_that_the_disk_did_not_take_counts(tmp_path: Path) -> None:
    content = poses.log_head() + log(1, 40)
    put(tmp_path, content[:-500])
    poses.finish(tmp_path, "unknown", waiting=content[-500:])
    assert frames(tmp_path) == list(range(1, 41))


def test_a_log_of_version_1_is_read(tmp_path: Path) -> None:
    put(tmp_path, poses.log_head() + log(1, 20))
    columns = poses.table(tmp_path, "unknown")
    with pa.OSFile(str(tmp_path / schema.POSES_LOG), "wb") as out, pa.ipc.new_stream(out, poses.POSE_SCHEMA) as stream:
        stream.write_table(columns)
    assert poses.table(tmp_path, "unknown").equals(columns)
    assert poses.log_size((tmp_path / schema.POSES_LOG).read_bytes()) == 0, "it is not appended to"


def test_no_file_is_told_from_no_row(tmp_path: Path) -> None:
    assert poses.found(tmp_path, "unknown") is None
    put(tmp_path, b"")
    assert poses.found(tmp_path, "unknown").num_rows == 0
