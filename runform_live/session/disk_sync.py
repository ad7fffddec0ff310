"""Puts what was written onto the disk, in a thread of its own, so that a slow disk never holds up the stage."""

from __future__ import annotations

import threading
from pathlib import Path

from runform_live.safe_files import sync_file, sync_folder, write_atomically

EVERY_S = 0.25


class DiskSync:
    """Tell it what changed; about every EVERY_S it is synced: the files, and the folder where files are new."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: set[Path] = set()
        self._changed: set[Path] = set()
        self._contents: dict[Path, bytes] = {}
        self._troubles: dict[Path, OSError] = {}
        self._lock = threading.Lock()  # over the four above
        self._turn = threading.Lock()  # one turn at a time
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def changed(self, path: Path) -> None:
        """Data was written to this file."""
        with self._lock:
            self._changed.add(path)

    def replace(self, path: Path, content: bytes) -> None:
        """Replace a file as a whole with the next turn; the latest content counts."""
        with self._lock:
            self._contents[path] = content

    def forget(self, path: Path) -> None:
        """The file is complete, or gone."""
        with self._turn, self._lock:
            self._changed.discard(path)
            self._contents.pop(path, None)
            self._troubles.pop(path, None)

    def troubles(self) -> dict[Path, OSError]:
        """What the disk refuses at the moment; it is tried again at every turn."""
        with self._lock:
            return dict(self._troubles)

    def flush(self) -> None:
        """Do now, in the caller's thread, all that is left."""
        with self._turn:
            self._sync()

    def close(self) -> None:
        """End the thread. What is left is not synced any more."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            with self._turn:
                self._sync()

    def _sync(self) -> None:
        with self._lock:
            contents, self._contents = self._contents, {}
            changed, self._changed = self._changed, set()
        for path, content in contents.items():
            try:
                write_atomically(path, content)
            except OSError as trouble:
                with self._lock:
                    self._contents.setdefault(path, content)
                    self._troubles[path] = trouble
            else:
                self._good(path)
        for path in changed:
            try:
                sync_file(path)
                if path not in self._known:
                    sync_folder(self._folder)
                    self._known.add(path)
            except OSError as trouble:
                with self._lock:
                    self._changed.add(path)
                    self._troubles[path] = trouble
            else:
                self._good(path)

    def _good(self, path: Path) -> None:
        with self._lock:
            self._troubles.pop(path, None)
