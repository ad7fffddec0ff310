"""Writes a session folder so that a kill at any moment loses at most the last second."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from runform_live.errors import BadInput
from runform_live.messages import INDEX, LANDMARKS, Stance, View
from runform_live.session import schema
from runform_live.session.schema import SessionInfo, Summary

# What a disk that is full, or a file that it damaged, raises.
DISK_TROUBLE = (OSError, pa.ArrowException)
RESERVE = ".reserve"
RESERVE_BYTES = 1 << 20  # kept back for the numbers, which are small, when the pictures have filled the disk

BATCH = 30  # frames of poses that are written at once

POSE_SCHEMA = pa.schema(
    [("frame", pa.int64()), ("time_s", pa.float64())]
    + [(f"{name}_{part}", pa.float32()) for name in LANDMARKS for part in ("x_px", "y_px", "sigma_px")]
)


def new_folder(parent: Path, name: str | None = None) -> Path:
    """Make a new session folder under `parent`, named by the local time (or `name`); BadInput where it cannot be written."""
    wanted = name or datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    for attempt in range(1000):
        folder = parent / (wanted if attempt == 0 else f"{wanted}_{attempt + 1}")
        try:
            parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir()
            (folder / ".write-test").write_bytes(b"x")
            (folder / ".write-test").unlink()
        except FileExistsError:
            if folder.exists():
                continue
            raise BadInput(f"{parent} is not a folder; name a folder for the sessions") from None
        except OSError as trouble:
            raise BadInput(f"cannot write into {parent} ({trouble.strerror}); name another folder") from None
        return folder
    raise BadInput(f"{parent} already holds a thousand sessions called {wanted}")


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file as a whole: a reader sees the old one or the new one, never half of it."""
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def write_info(folder: Path, info: SessionInfo) -> None:
    write_atomically(folder / schema.SESSION, msgspec.json.format(msgspec.json.encode(info), indent=2) + b"\n")


def write_summary(folder: Path, summary: Summary) -> None:
    write_atomically(folder / schema.SUMMARY, msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n")


def stance_row(stance: Stance) -> str:
    """One row of stances.csv; unknown is empty."""
    cells = []
    for column in schema.COLUMNS:
        value = getattr(stance, column)
        if value is None:
            cells.append("")
        elif isinstance(value, str):
            cells.append(value)
        else:
            cells.append((schema.TIME_FORMAT if column.endswith("_s") else schema.VALUE_FORMAT) % value)
    return ",".join(cells)


def finish_poses(folder: Path, view: View) -> None:
    """Turn the log of poses into poses.parquet, with the runner's own left and right."""
    log = folder / schema.POSES_LOG
    if not log.exists():
        return
    batches = []
    with pa.OSFile(str(log)) as source:
        try:
            reader = pa.ipc.open_stream(source)
            while True:
                batches.append(reader.read_next_batch())
        except (StopIteration, pa.ArrowInvalid, OSError):
            pass  # the end, or a batch that was being written when the program was killed
    table = pa.Table.from_batches(batches, POSE_SCHEMA)
    scratch = folder / f".{schema.POSES}"
    pq.write_table(_own_sides(table, view), scratch, compression="zstd")
    os.replace(scratch, folder / schema.POSES)
    log.unlink()


def _own_sides(table: pa.Table, view: View) -> pa.Table:
    """Swap left and right where a network took the runner's back for a front (or a front for a back)."""
    if view not in ("posterior", "anterior") or not table.num_rows:
        return table
    columns = {name: table.column(name).to_numpy() for name in table.column_names}
    left = columns["left_shoulder_x_px"] + columns["left_hip_x_px"]
    right = columns["right_shoulder_x_px"] + columns["right_hip_x_px"]
    wrong = left > right if view == "posterior" else left < right
    swapped = dict(columns)
    for name in LANDMARKS:
        if not name.startswith("left_"):
            continue
        other = name.replace("left_", "right_")
        for part in ("x_px", "y_px", "sigma_px"):
            a, b = f"{name}_{part}", f"{other}_{part}"
            swapped[a] = np.where(wrong, columns[b], columns[a])
            swapped[b] = np.where(wrong, columns[a], columns[b])
    arrays = [pa.array(swapped[field.name], field.type, from_pandas=True) for field in POSE_SCHEMA]
    return pa.Table.from_arrays(arrays, schema=POSE_SCHEMA)


def add_event(folder: Path, kind: str, time_s: float, text: str) -> None:
    """Add a line to the events of a finished session."""
    with (folder / schema.EVENTS).open("a", encoding="utf-8") as out:
        out.write(event_line(kind, time_s, text=text))
        out.flush()
        os.fsync(out.fileno())


def event_line(kind: str, time_s: float, **details: Any) -> str:
    """One line of events.jsonl."""
    return json.dumps({"kind": kind, "time_s": round(time_s, 4), **details}) + "\n"


class SessionWriter:
    """Appends to one session folder. Opening an existing one (a restarted stage) goes on where it stopped."""

    def __init__(self, folder: Path, info: SessionInfo) -> None:
        self.folder = folder
        self.info = info
        write_info(folder, info)
        self._reserve = folder / RESERVE
        self._reserve.write_bytes(bytes(RESERVE_BYTES))
        self._stances = self._append(schema.STANCES)
        if self._stances.tell() == 0:
            self._stances.write(",".join(schema.COLUMNS) + "\n")
            self._stances.flush()
        self._events = self._append(schema.EVENTS)
        self._poses: list[tuple[int, float, npt.NDArray[np.float64]]] = []
        log = folder / schema.POSES_LOG
        if log.exists():  # what an earlier writer left is kept and followed by ours
            finish_poses(folder, "unknown")
        self._earlier = folder / schema.POSES if (folder / schema.POSES).exists() else None
        self._sink = pa.OSFile(str(log), "wb")
        self._log = pa.ipc.new_stream(self._sink, POSE_SCHEMA)
        if self._earlier is not None:
            self._log.write_table(pq.read_table(self._earlier, schema=POSE_SCHEMA))

    def _append(self, name: str) -> Any:
        return open(self.folder / name, "a", encoding="utf-8", buffering=1)

    def pose(self, frame: int, time_s: float, landmarks: npt.NDArray[np.float64]) -> None:
        """Take one frame's landmarks (landmarks, 3)."""
        self._poses.append((frame, time_s, landmarks))
        if len(self._poses) >= BATCH:
            self._write_poses()

    def _write_poses(self) -> None:
        if not self._poses:
            return
        values = np.stack([landmarks for _, _, landmarks in self._poses]).astype(np.float32)
        arrays: list[pa.Array] = [
            pa.array([frame for frame, _, _ in self._poses], pa.int64()),
            pa.array([time_s for _, time_s, _ in self._poses], pa.float64()),
        ]
        for name in LANDMARKS:
            for part in range(3):
                column = values[:, INDEX[name], part]
                arrays.append(pa.array(column, pa.float32(), from_pandas=True))
        self._log.write_batch(pa.RecordBatch.from_arrays(arrays, schema=POSE_SCHEMA))
        self._sink.flush()
        self._poses.clear()

    def stance(self, stance: Stance) -> None:
        self._stances.write(stance_row(stance) + "\n")

    def event(self, kind: str, time_s: float, **details: Any) -> None:
        """Add a line to events.jsonl."""
        self._events.write(event_line(kind, time_s, **details))

    def release_reserve(self) -> None:
        """Give the space back that was kept for the numbers: the disk is full."""
        self._reserve.unlink(missing_ok=True)

    def finish(self, info: SessionInfo, summary: Summary) -> None:
        """Close all files; the folder is complete but for the report."""
        self.release_reserve()
        self._write_poses()
        self.abandon()
        finish_poses(self.folder, info.view)
        write_summary(self.folder, summary)
        write_info(self.folder, info)

    def abandon(self) -> None:
        """Close what is open and leave the folder as it is."""
        self._log.close()
        self._sink.close()
        self._stances.close()
        self._events.close()
