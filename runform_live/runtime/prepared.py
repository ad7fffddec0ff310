"""Processes of stages that load their libraries before anybody knows what is to be run. It takes a second; this module itself loads at once."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterable, Sequence

from runform_live import isolated, portable

STAGE_PROGRAM = ("runform_live.runtime.stage_loop", "main")
SLOWEST_FIRST = ("pose", "gait", "session", "capture", "coach")  # to load
KILL_S = 0.5


def started(program: Sequence[str]) -> subprocess.Popen[bytes]:
    """Raises OSError where the system starts no more processes."""
    # Ctrl-C, a terminal that closes and `timeout` speak to a whole group of processes: the supervisor alone is to hear them.
    return subprocess.Popen(
        isolated.command(*program),
        stdin=subprocess.PIPE,
        start_new_session=portable.starts_apart(),
        creationflags=portable.group_flags(),
        env=isolated.environment(
            OMP_NUM_THREADS="1",
            OPENBLAS_NUM_THREADS="1",
            OPENCV_FOR_THREADS_NUM="1",  # a second one saves no time, and costs the other stages an eighth of the pose stage's
            OPENCV_LOG_LEVEL="SILENT",
            PYTHONUNBUFFERED="1",
        ),
    )


class Prepared:
    """They wait until `take` gives one of them away, or `close` ends them."""

    def __init__(self, stages: Iterable[str] = SLOWEST_FIRST) -> None:
        self._waiting: dict[str, subprocess.Popen[bytes]] = {}
        with contextlib.suppress(OSError):  # the supervisor finds out that there is no room
            for stage in stages:
                self._waiting[stage] = started((*STAGE_PROGRAM, stage))

    def take(self, stage: str) -> subprocess.Popen[bytes] | None:
        """The process of a stage; None where there is none, or it died."""
        process = self._waiting.pop(stage, None)
        return process if process is not None and process.poll() is None else None

    def close(self) -> None:
        """End those that nobody has taken."""
        for process in self._waiting.values():
            process.kill()
        for process in self._waiting.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(KILL_S)
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
        self._waiting.clear()
