"""Appends the poses of a running session to poses.arrow, and makes poses.parquet of it at the end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from runform_live.messages import View
from runform_live.session import poses, schema
from runform_live.session.disk import REFUSED, Disk, in_words
from runform_live.session.disk_sync import DiskSync
from runform_live.session.growing_file import GrowingFile

BATCH_S = 0.25  # of poses that are written at once
FIGURES_BYTES = 1 << 16  # room for summary.json and session.json, when the poses fill the disk


class PosesLog:
    """The poses of one session. After a full disk they wait in memory until there is room, so that the stances have what is left."""

    def __init__(self, folder: Path, disk: Disk, sync: DiskSync) -> None:
        self._folder, self._disk, self._sync = folder, disk, sync
        self._file = GrowingFile(folder / schema.POSES_LOG)
        self._batch: list[tuple[int, float, npt.NDArray[np.float64]]] = []

    def open(self) -> None:
        """Cut off what is torn, and go on from there. Raises OSError, pa.ArrowException."""
        content = poses.log_content(self._folder) or b""
        size = poses.log_size(content)
        if not size and content:
            poses.finish(self._folder, "unknown")  # of another version, or damaged at its head
        elif size < len(content):
            with self._file.path.open("r+b") as log:
                log.truncate(size)
        if not size:
            self._file.add(poses.log_head())
            self._write()

    def add(self, frame: int, time_s: float, landmarks: npt.NDArray[np.float64], locked: bool) -> None:
        """Take one frame's landmarks (landmarks, 3). locked: another program writes the folder, and nothing is written here."""
        self._batch.append((frame, time_s, landmarks))
        if time_s - self._batch[0][1] >= BATCH_S:
            self._take_batch()
            if not locked and (not self._disk.full or self._disk.has_room()):
                self._write()

    def _take_batch(self) -> None:
        batch, self._batch = self._batch, []
        if batch:
            frames, times_s, landmarks = zip(*batch, strict=True)
            self._file.add(poses.log_batch(frames, times_s, np.stack(landmarks)))

    def _write(self) -> None:
        if self._disk.attempt(self._file.path.name, self._file.write):
            self._sync.changed(self._file.path)

    def finish(self, view: View) -> bool:
        """Make poses.parquet. False if some poses are not on the disk. Room is left for the figures, which are written after them."""
        self._take_batch()
        name, made = self._file.path.name, False
        try:
            if self._disk.has_room():
                self._file.write()
            else:
                self._disk.reserve(FIGURES_BYTES)
            self._file.close()  # Windows removes no open file
            poses.finish(self._folder, view, self._file.waiting)
            made = True
        except REFUSED as trouble:
            self._disk.note(name, in_words(trouble))
        self._file.close()
        self._disk.free_reserve()
        self._sync.forget(self._file.path)
        if made:
            self._disk.forget(name)
        return self._file.sound and (made or not self._file.waiting)

    def close(self) -> None:
        """Let the file go as it is."""
        self._file.close()
