"""poses.parquet, and the log that it is made of at the end of a session.

While a session runs, its poses are appended to poses.arrow in small batches (an Arrow stream without an end), so that whatever cuts it
off costs the last batch only.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from runform_live.body import LEFT, RIGHT, is_wrong_way_round
from runform_live.errors import BadInput
from runform_live.messages import INDEX, LANDMARKS, View
from runform_live.safe_files import replacing
from runform_live.session import door, schema

if TYPE_CHECKING:
    import pyarrow.parquet as pq

PARTS = ("x_px", "y_px", "sigma_px")
VALUES = len(LANDMARKS) * len(PARTS)
POSE_SCHEMA = pa.schema(
    [("frame", pa.int64()), ("time_s", pa.float64())]
    + [(f"{name}_{part}", pa.float32()) for name in LANDMARKS for part in PARTS]
)
LOG_SCHEMA = pa.schema([("frame", pa.int64()), ("time_s", pa.float64()), ("values", pa.list_(pa.float32(), VALUES))])
DAMAGE = (OSError, pa.ArrowException)
# A day at 120 frames/s, and room for what a writer adds to the plain values.
MOST_ROWS, MOST_COLUMNS, MOST_GROUPS = 12_000_000, 1000, 100_000
ROW_BYTES, COLUMN_ROOM_BYTES = 4 * (16 + 4 * VALUES), 1 << 16
MOST_S, MOST_PX = 1e9, 1e6
NEVER_NULL = ("frame", "time_s", "values")


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
    import pyarrow.parquet as pq  # a run begins without it: it takes time and memory

    # Of a name, Arrow would expand "~" and take "a:b" for an address.
    with replacing(folder / schema.POSES) as scratch, scratch.open("wb") as out:
        pq.write_table(table(folder, view, waiting), out, compression="zstd")
    log.unlink(missing_ok=True)


def wrong_with(folder: Path) -> str:
    """What is wrong with poses.parquet, as the beginning of a sentence."""
    path = folder / schema.POSES
    try:
        _checked_parquet(path)
    except FileNotFoundError:
        return f"{path} is missing"
    except BadInput as trouble:
        return str(trouble)
    return f"{path} is missing or damaged"


def _parquet(folder: Path) -> pa.Table | None:
    """poses.parquet, where it is there and sound."""
    try:
        return _checked_parquet(folder / schema.POSES)
    except (BadInput, OSError):
        return None


def _checked_parquet(path: Path) -> pa.Table:
    """The table of a poses.parquet. Raises FileNotFoundError, and BadInput that says what is wrong."""
    import pyarrow.parquet as pq

    try:
        with door.opened(path) as opened, pq.ParquetFile(opened) as file:
            reason = _too_much(file.metadata)
            if not reason:
                missing = set(POSE_SCHEMA.names) - set(file.schema_arrow.names)
                reason = f"it has no column {min(missing)}" if missing else ""
            if not reason:
                found = file.read(columns=POSE_SCHEMA.names, use_threads=False).select(POSE_SCHEMA.names)
                found.validate(full=True)
                found = found.cast(POSE_SCHEMA, safe=False).combine_chunks()
                sound = _sound_rows(found)
                if sound == found.num_rows:
                    return found
                reason = f"row {sound + 1} is no frame that comes after the one before"
    except (*DAMAGE, ValueError, MemoryError, OverflowError) as trouble:
        reason = door.clean(str(trouble), 100)
    raise BadInput(f"{path} is missing or damaged ({reason})")


def _too_much(told: pq.FileMetaData) -> str:
    """Why a file is not even read: what it says of itself would fill the memory. Empty: it may be read."""
    if told.num_rows > MOST_ROWS:
        return f"{told.num_rows} frames"
    if told.num_columns > MOST_COLUMNS or told.num_row_groups > MOST_GROUPS:
        return f"{told.num_columns} columns in {told.num_row_groups} groups"
    room = ROW_BYTES * told.num_rows + COLUMN_ROOM_BYTES * told.num_row_groups * told.num_columns
    size = sum(told.row_group(number).total_byte_size for number in range(told.num_row_groups))
    return f"{size} bytes for {told.num_rows} frames" if size > room else ""


def _sound_rows(table: pa.Table) -> int:
    """How many rows from the first one on are frames: later than the one before, and with points that a picture can hold."""
    if not table.num_rows:
        return 0
    times_s = table.column("time_s").to_numpy().astype(np.float64)  # null is NaN
    sound = np.abs(times_s) <= MOST_S
    sound[1:] &= np.diff(times_s) > 0
    sound &= table.column("frame").is_valid().to_numpy()
    for name in POSE_SCHEMA.names[2:]:
        values = table.column(name).to_numpy()
        sound &= ~(np.abs(values) > MOST_PX)  # NaN is unknown
    wrong = np.flatnonzero(~sound)
    return int(wrong[0]) if len(wrong) else table.num_rows


def _logged(folder: Path, waiting: bytes) -> pa.Table | None:
    content = log_content(folder)
    if content is None:
        if not waiting:
            return None
        content = b"" if waiting.startswith(log_head()) else log_head()
    batches, _ = _batches(content + waiting)
    if not batches:
        return POSE_SCHEMA.empty_table()
    logged = pa.Table.from_batches(batches).combine_chunks()
    logged = logged if logged.schema.equals(POSE_SCHEMA) else _in_columns(logged)
    return logged.slice(0, _sound_rows(logged))  # what follows is no pose: a damaged disk


def log_content(folder: Path) -> bytes | None:
    """The log as it is; None where there is none that can be read."""
    try:
        return door.content(folder / schema.POSES_LOG)
    except (BadInput, OSError):
        return None


def _batches(content: bytes) -> tuple[list[pa.RecordBatch] | None, int]:
    """The whole batches of a log and its size up to there; None where not even its head is whole or known."""
    source = pa.BufferReader(content)
    batches: list[pa.RecordBatch] = []
    size = 0
    try:
        reader = pa.ipc.open_stream(source)
        size = source.tell()
        known = any(reader.schema.equals(one) for one in (LOG_SCHEMA, POSE_SCHEMA))
        while known:
            batch = reader.read_next_batch()
            batch.validate(full=True)
            if any(batch.column(name).null_count for name in batch.schema.names if name in NEVER_NULL):
                break
            batches.append(batch)
            size = source.tell()
    except (StopIteration, MemoryError, ValueError, *DAMAGE):
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
    wrong = is_wrong_way_round(left, right, view)
    swapped = dict(columns)
    for row, other in zip(LEFT, RIGHT, strict=True):
        for part in PARTS:
            a, b = f"{LANDMARKS[row]}_{part}", f"{LANDMARKS[other]}_{part}"
            swapped[a] = np.where(wrong, columns[b], columns[a])
            swapped[b] = np.where(wrong, columns[a], columns[b])
    arrays = [pa.array(swapped[field.name], field.type, from_pandas=True) for field in POSE_SCHEMA]
    return pa.Table.from_arrays(arrays, schema=POSE_SCHEMA)
