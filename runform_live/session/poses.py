"""poses.parquet, and the log that it is made of at the end of a session.

While a session runs, its poses are appended to poses.arrow in small batches (an Arrow stream without an end), so that whatever cuts it
off costs the last batch only.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from runform_live.messages import INDEX, LANDMARKS, View
from runform_live.session import schema
from runform_live.session.files import sync_file, sync_folder

PARTS = ("x_px", "y_px", "sigma_px")
VALUES = len(LANDMARKS) * len(PARTS)
POSE_SCHEMA = pa.schema(
    [("frame", pa.int64()), ("time_s", pa.float64())]
    + [(f"{name}_{part}", pa.float32()) for name in LANDMARKS for part in PARTS]
)
LOG_SCHEMA = pa.schema([("frame", pa.int64()), ("time_s", pa.float64()), ("values", pa.list_(pa.float32(), VALUES))])
DAMAGE = (OSError, pa.ArrowException)


def log_head() -> bytes:
    """What a log begins with."""
    return bytes(LOG_SCHEMA.serialize())


def log_batch(frames: Sequence[int], times_s: Sequence[float], landmarks: npt.NDArray[np.float64]) -> bytes:
    """Some frames as a piece of the log; landmarks (frames, landmarks, 3), NaN is unknown."""
    flat = pa.array(landmarks.astype(np.float32).reshape(-1))
    arrays = [
        pa.array(frames, pa.int64()),
        pa.array(times_s, pa.float64()),
        pa.FixedSizeListArray.from_arrays(flat, VALUES),
    ]
    return bytes(pa.RecordBatch.from_arrays(arrays, schema=LOG_SCHEMA).serialize())


def log_size(content: bytes) -> int:
    """How many bytes of a log are whole; 0 where it cannot be appended to."""
    batches, size = _batches(content)
    return size if batches is not None else 0


def found(folder: Path, view: View, waiting: bytes = b"") -> pa.Table | None:
    """All poses that the folder holds, of poses.parquet and of the log; left and right are the runner's own. None: no such file.

    waiting: the end of the log that could not be written. Where both hold the same frames, the one with more rows is taken.
    """
    kept, logged = _parquet(folder), _logged(folder, waiting)
    if logged is None:
        return kept
    return _own_sides(logged if kept is None else _joined(kept, logged), view)


def table(folder: Path, view: View, waiting: bytes = b"") -> pa.Table:
    """The same, without a row where there is no file."""
    there = found(folder, view, waiting)
    return POSE_SCHEMA.empty_table() if there is None else there


def finish(folder: Path, view: View, waiting: bytes = b"") -> None:
    """Turn the log into poses.parquet. The log goes when the other is safely on the disk. Raises OSError, pa.ArrowException."""
    log = folder / schema.POSES_LOG
    if not log.exists() and not waiting:
        return
    scratch = folder / f".{schema.POSES}"
    try:
        with scratch.open("wb") as out:  # of a name, Arrow would expand "~" and take "a:b" for an address
            pq.write_table(table(folder, view, waiting), out, compression="zstd")
        sync_file(scratch)
        os.replace(scratch, folder / schema.POSES)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    sync_folder(folder)
    log.unlink(missing_ok=True)


def _parquet(folder: Path) -> pa.Table | None:
    try:
        with (folder / schema.POSES).open("rb") as file:
            return pq.read_table(file, schema=POSE_SCHEMA)
    except DAMAGE:
        return None


def _logged(folder: Path, waiting: bytes) -> pa.Table | None:
    try:
        content = (folder / schema.POSES_LOG).read_bytes()
    except OSError:
        if not waiting:
            return None
        content = b"" if waiting.startswith(log_head()) else log_head()
    batches, _ = _batches(content + waiting)
    if not batches:
        return POSE_SCHEMA.empty_table()
    logged = pa.Table.from_batches(batches).combine_chunks()
    times_s = logged.column("time_s").to_numpy()
    back = np.flatnonzero(np.diff(times_s) <= 0)  # what follows is no pose: a damaged disk
    logged = logged.slice(0, int(back[0]) + 1 if len(back) else None)
    return logged if logged.schema.equals(POSE_SCHEMA) else _in_columns(logged)


def _batches(content: bytes) -> tuple[list[pa.RecordBatch] | None, int]:
    """The whole batches of a log and its size up to there; None where not even its head is whole or known."""
    source = pa.BufferReader(content)
    batches: list[pa.RecordBatch] = []
    size = 0
    try:
        reader = pa.ipc.open_stream(source)
        size = source.tell()
        while True:
            batches.append(reader.read_next_batch())
            size = source.tell()
    except (StopIteration, MemoryError, *DAMAGE):
        pass  # the end, or a batch that was being written
    if not batches and not content.startswith(log_head()):
        return None, 0
    old = bool(batches) and not batches[0].schema.equals(LOG_SCHEMA)  # a log of an earlier version is not appended to
    return batches, 0 if old else size


def _in_columns(logged: pa.Table) -> pa.Table:
    """The rows of a log in the columns of poses.parquet."""
    rows = logged.num_rows
    chunks = [np.asarray(chunk.flatten()) for chunk in logged.column("values").chunks]
    values = np.concatenate(chunks).reshape(rows, len(LANDMARKS), len(PARTS)) if rows else np.empty((0, 19, 3))
    arrays: list[pa.Array] = [
        logged.column("frame").combine_chunks(),
        logged.column("time_s").combine_chunks(),
    ]
    for name in LANDMARKS:
        arrays += [
            pa.array(values[:, INDEX[name], part].astype(np.float32), from_pandas=True) for part in range(len(PARTS))
        ]
    return pa.Table.from_arrays(arrays, schema=POSE_SCHEMA)


def _joined(kept: pa.Table, logged: pa.Table) -> pa.Table:
    """The one with more rows, with what the other has before its first and after its last row."""
    more, fewer = (kept, logged) if kept.num_rows >= logged.num_rows else (logged, kept)
    if not fewer.num_rows:
        return more
    times_s, other_s = more.column("time_s").to_numpy(), fewer.column("time_s").to_numpy()
    before = int(np.searchsorted(other_s, times_s[0], "left"))
    after = int(np.searchsorted(other_s, times_s[-1], "right"))
    return pa.concat_tables([fewer.slice(0, before), more, fewer.slice(after)]).combine_chunks()


def _own_sides(poses: pa.Table, view: View) -> pa.Table:
    """Swap left and right where a network took the runner's back for a front (or a front for a back)."""
    if view not in ("posterior", "anterior") or not poses.num_rows:
        return poses
    columns = {name: poses.column(name).to_numpy() for name in poses.column_names}
    left = columns["left_shoulder_x_px"] + columns["left_hip_x_px"]
    right = columns["right_shoulder_x_px"] + columns["right_hip_x_px"]
    wrong = left > right if view == "posterior" else left < right
    swapped = dict(columns)
    for name in LANDMARKS:
        if not name.startswith("left_"):
            continue
        other = name.replace("left_", "right_")
        for part in PARTS:
            a, b = f"{name}_{part}", f"{other}_{part}"
            swapped[a] = np.where(wrong, columns[b], columns[a])
            swapped[b] = np.where(wrong, columns[a], columns[b])
    arrays = [pa.array(swapped[field.name], field.type, from_pandas=True) for field in POSE_SCHEMA]
    return pa.Table.from_arrays(arrays, schema=POSE_SCHEMA)
