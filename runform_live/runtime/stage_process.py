"""The process of one stage, as the supervisor sees it."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Sequence

from runform_live.messages import Health
from runform_live.runtime.prepared import STAGE_PROGRAM, started
from runform_live.runtime.stage import StageSetup

START_S = 180.0  # for a stage to start, where nothing is compiled yet on a busy computer; until then it is not silent
MOST_RESTARTS = 5
RESTARTS_WITHIN_S = 60.0
KILL_S = 0.5


class StageProcess:
    """Starts at once; raises OSError where the system starts no more processes. Times (s) are monotonic."""

    __slots__ = ("_process", "_started_s", "control_seq", "health", "heard_s", "owed_since_s", "restarts_s")

    def __init__(
        self,
        setup: StageSetup,
        owed_since_s: float | None = None,
        restarts_s: tuple[float, ...] = (),
        program: Sequence[str] = (),
        prepared: subprocess.Popen[bytes] | None = None,
    ) -> None:
        """owed_since_s: of a stage that is started anew: since when it has missed messages (the time of the state in its setup). None: a first start.

        program: module, function and words of what reads the setup from its standard input; a stage where there are none.
        prepared: a process that waits for its setup already.
        """
        self.owed_since_s, self.restarts_s = owed_since_s, restarts_s
        self.control_seq = setup.control_seq
        self.health: Health | None = None
        self.heard_s = 0.0  # its last heartbeat; 0: none yet
        self._started_s = time.monotonic()
        self._process = prepared or started(program or (*STAGE_PROGRAM, setup.stage))
        written = setup.to_bytes()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it died at once, which is seen soon
            self._process.stdin.write(b"%d\n" % len(written) + written)
            self._process.stdin.flush()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def silent_s(self, now_s: float) -> float:
        """Seconds since its last heartbeat. A process that is still starting is not silent before START_S."""
        if self.heard_s > 0:
            return now_s - self.heard_s
        return max(0.0, now_s - self._started_s - START_S)

    def excuse(self, away_s: float, now_s: float) -> None:
        """Count a time in which nobody listened to it as not silent."""
        if self.heard_s > 0:
            self.heard_s = min(self.heard_s + away_s, now_s)

    def restarts_of_late(self, now_s: float) -> tuple[float, ...]:
        return tuple(at_s for at_s in self.restarts_s if now_s - at_s < RESTARTS_WITHIN_S)

    def close_pipe(self) -> None:
        """Ask it to end."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def wait_until(self, until_s: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, until_s - time.monotonic()))

    def kill(self) -> None:
        """End it by force. One that the system cannot end at once (a driver, a dead network disk) is not waited for."""
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(KILL_S)
        self.close_pipe()
