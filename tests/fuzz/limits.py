"""What a reader may do in the process that tries it: so much memory, files in its own folder alone, nobody called, nothing started."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

MOST_GROWTH_BYTES = 3 << 30  # of the process's addresses; what is only reserved counts
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
AT_FIRST = {"os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod", "os.utime", "os.chown", "os.setxattr"}
AT_BOTH = {"os.rename", "os.link", "os.symlink", "shutil.move", "shutil.copyfile", "shutil.copytree"}
NEVER = {
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.startfile",
    "socket.getaddrinfo",
    "webbrowser.open",
}


FONTS = "fc-list"  # by it Matplotlib lists the fonts at its first use


class Watch:
    """Notes what reaches out of a folder. An audit hook cannot be taken back, so it is switched."""

    def __init__(self, folder: Path, also: tuple[str, ...] = ()) -> None:
        self.on = False
        self.found: list[str] = []
        self._inside = (os.path.realpath(folder) + os.sep, "/dev/null", "/dev/shm/", *also)
        sys.addaudithook(self._heard)

    def _heard(self, event: str, words: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open":
            path, _, flags = words
            if isinstance(flags, int) and flags & WRITES and isinstance(path, str | bytes | os.PathLike):
                self._check(event, path)
        elif event in AT_FIRST:
            self._check(event, words[0])
        elif event in AT_BOTH:
            self._check(event, words[1])
        elif event in NEVER and words[:1] != (FONTS,):
            self.found.append(f"{event} {words!r:.100}")

    def _check(self, event: str, path: Any) -> None:
        if isinstance(path, int):
            return
        self.on = False  # realpath is heard, too
        try:
            name = Path(os.fsdecode(path))
            place = os.fspath(Path(os.path.realpath(name.parent)) / name.name)
            if not place.startswith(self._inside):
                self.found.append(f"{event} outside its place: {place}")
        finally:
            self.on = True


def bound_memory() -> None:
    """From now on this process may grow by MOST_GROWTH_BYTES. Where the system cannot bound it, nothing is bound."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + MOST_GROWTH_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass
