"""The process of one stage, as the supervisor sees it."""

from __future__ import annotations

import time

from runform_live.messages import Health
from runform_live.runtime.child import KILL_S, Child
from runform_live.runtime.stage import StageSetup

START_S = 180.0  # for a stage to start, where nothing is compiled yet on a busy computer; until then it is not silent
MOST_RESTARTS = 5
RESTARTS_WITHIN_S = 60.0


class StageProcess:
    """It is told its setup at once. Times (s) are monotonic."""

    __slots__ = ("_process", "_started_s", "control_seq", "health", "heard_s", "owed_since_s", "restarts_s")

    def __init__(
        self,
        setup: StageSetup,
        process: Child,
        owed_since_s: float | None = None,
        restarts_s: tuple[float, ...] = (),
    ) -> None:
        """process: waits for its setup.

        owed_since_s: of a stage that is started anew: since when it has missed messages (the time of the state in its setup). None: a first start.
        """
        self.owed_since_s, self.restarts_s = owed_since_s, restarts_s
        self.control_seq = setup.control_seq
        self.health: Health | None = None
        self.heard_s = 0.0  # its last heartbeat; 0: none yet
        self._started_s = time.monotonic()
        self._process = process
        written = setup.to_bytes()
        process.tell(b"%d\n" % len(written) + written)

    @property
    def alive(self) -> bool:
        return self._process.alive

    @property
    def pid(self) -> int:
        """0: not known yet."""
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
        self._process.close_pipe()

    def wait_until(self, until_s: float) -> None:
        self._process.wait(until_s - time.monotonic())

    def kill(self) -> None:
        """End it by force. One that the system cannot end at once (a driver, a dead network disk) is not waited for."""
        self._process.kill()
        self._process.wait(KILL_S)
        self._process.close_pipe()
