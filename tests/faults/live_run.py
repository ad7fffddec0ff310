"""One live session before the made camera, for faults to strike: started as a runner starts it, watched from outside."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from runform_live.errors import RunformError
from runform_live.session.reader import read
from tests.running import Standin, left_over, stages_of, wait_until

START_S, SOON_S = 60.0, 30.0
SETTINGS = """
[coach]
mode = "constant"
shortest_pause_s = 3.0
fewest_stances = 3
praise = false
[coach.targets.pelvic_drop_mid_deg]
high = 0.5
[coach.targets.knee_valgus_mid_deg]
high = 0.5
"""


class LiveRun:
    """`runform live --source 0 --no-window --record DIR` in a group of processes of its own."""

    def __init__(
        self, folder: Path, rate_hz: float = 30.0, prefix: Sequence[str] = (), record: Path | None = None
    ) -> None:
        """prefix: a command that starts it with limits. record: where sessions are kept (default: in `folder`)."""
        folder.mkdir(parents=True, exist_ok=True)
        self.rate_hz = rate_hz
        self.parent = record or folder / "runs"
        self.settings = folder / "settings.toml"
        self.settings.write_text(SETTINGS, encoding="utf-8")
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.camera = Standin(folder / "cameras", rate_hz=rate_hz)
        self._log = folder / "log.txt"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [*prefix, sys.executable, "-m", "runform_live.cli.main", "live", "--source", "0", "--no-window",
                 "--record", str(self.parent), "--config", str(self.settings)],
                stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, **self.camera.environment(), "TMPDIR": str(self.temporary)},
            )  # fmt: skip
        self._zero_s = float("inf")

    # -- what it shows from outside ---------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """The session folder; FileNotFoundError before there is one."""
        for path in self.parent.iterdir() if self.parent.is_dir() else ():
            if path.is_dir() and path.name != "lost+found":
                return path
        raise FileNotFoundError(self.parent)

    def said(self) -> str:
        """All that was printed."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def stances(self) -> int:
        """Rows that stand in the table now."""
        try:
            return max(0, len((self.folder / "stances.csv").read_text().splitlines()) - 1)
        except OSError:
            return 0

    def measures(self, more: int = 4) -> bool:
        """Wait until so many more stances stand in the table."""
        goal = self.stances() + more
        return wait_until(lambda: self.stances() >= goal or self.process.poll() is not None, START_S)

    def stages(self) -> dict[str, psutil.Process]:
        return stages_of(self.process.pid) if self.process.poll() is None else {}

    def processes(self) -> list[psutil.Process]:
        """The main process and its stages."""
        with contextlib.suppress(psutil.Error):
            me = psutil.Process(self.process.pid)
            return [me, *me.children(recursive=True)]
        return []

    def learn_clock(self, seconds: float = 1.0) -> None:
        """Find out which monotonic time the session's time 0 was: the newest pose that a reader finds is never from the future."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(RunformError, OSError):
                times_s = read(self.folder).poses().column("time_s")
                if len(times_s):
                    self._zero_s = min(self._zero_s, time.monotonic() - times_s[-1].as_py())
            time.sleep(0.1)

    def now_s(self) -> float:
        """The session's time now."""
        return time.monotonic() - self._zero_s

    # -- what is done to it -----------------------------------------------------------------------------------------

    def signal_group(self, number: signal.Signals) -> None:
        """To everything that a session manager would reach: the main process's group, and each stage."""
        victims = self.processes()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        for victim in victims[1:]:
            with contextlib.suppress(psutil.Error):
                victim.send_signal(number)

    @contextlib.contextmanager
    def held(self, victims: Sequence[psutil.Process], seconds: float) -> Iterator[None]:
        """Stop processes (SIGSTOP) for so long."""
        for victim in victims:
            with contextlib.suppress(psutil.Error):
                victim.suspend()
        try:
            time.sleep(seconds)
            yield
        finally:
            for victim in victims:
                with contextlib.suppress(psutil.Error):
                    victim.resume()

    def ends_after(self, most_s: float = SOON_S) -> tuple[float, float]:
        """Wait for the end: seconds until the stages were gone, and until the main process was."""
        began_s = time.monotonic()
        victims = self.processes()[1:]
        stages_s = float("inf")
        while time.monotonic() - began_s < most_s:
            if stages_s == float("inf") and not any(_lives(victim) for victim in victims):
                stages_s = time.monotonic() - began_s
            if self.process.poll() is not None and stages_s < float("inf"):
                return stages_s, time.monotonic() - began_s
            time.sleep(0.02)
        return stages_s, float("inf")

    def litter(self) -> list[str]:
        """Processes, sockets and temporary files that are left. The sound library's folder is the user's, and lasts."""
        found = [f"process {pid}" for pid in left_over()]
        files = [str(path.relative_to(self.temporary)) for path in self.temporary.rglob("*")]
        return found + [name for name in files if not name.startswith("pulse-")]

    def close(self) -> None:
        """Whatever happened: nothing of it lives on."""
        for victim in self.processes():
            with contextlib.suppress(psutil.Error):
                victim.kill()
        self.process.wait()
        wait_until(lambda: left_over() == [], 10)
        shutil.rmtree(self.temporary, ignore_errors=True)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
