"""Measures the time from a frame to the loudspeaker.

A live run of the demo plays a tone for every stance. Its sound goes to a PulseAudio server that is started for this measurement, in a
folder of its own. The server plays nowhere; its output is recorded, and the recording shows when each tone began.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.config import Config
from runform_live.errors import BadInput
from runform_live.messages import Stance
from runform_live.runtime import live
from runform_live.runtime.supervisor import Supervisor

RATE_HZ = 22050
CHUNK = 220  # samples, 10 ms
LOUD = 900  # of 32767
SILENCE_S = 0.05  # before an onset
LONGEST_S = 0.4  # a tone that begins later belongs to the next stance
START_S = 10.0


@contextlib.contextmanager
def null_sink() -> Iterator[None]:
    """A sound server that plays nowhere. The environment of this process and of its children names it.

    Raises BadInput where PulseAudio is missing or does not start.
    """
    server_program, asking = shutil.which("pulseaudio"), shutil.which("pactl")
    if server_program is None or asking is None or shutil.which("parec") is None:
        raise BadInput("pulseaudio and parec are needed to measure sound; install pulseaudio and pulseaudio-utils")
    with tempfile.TemporaryDirectory(prefix="runform-sound-") as folder:
        own = {"XDG_RUNTIME_DIR": folder, "PULSE_SERVER": f"unix:{folder}/s", "PULSE_RUNTIME_PATH": folder}
        before = {name: os.environ.get(name) for name in own}
        os.environ.update(own)
        server = subprocess.Popen(
            [server_program, "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes",
             "-L", f"module-native-protocol-unix auth-anonymous=1 socket={folder}/s",
             "-L", "module-null-sink sink_name=null norewinds=1"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            until = time.monotonic() + START_S
            while subprocess.run([asking, "info"], capture_output=True).returncode != 0:
                if time.monotonic() > until:
                    raise BadInput("the sound server does not start here; sound cannot be measured")
                time.sleep(0.1)
            yield
        finally:
            server.terminate()
            server.wait()
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


class _Listener:
    """Records what the sound server plays, and notes each time (monotonic clock) at which sound follows silence."""

    def __init__(self) -> None:
        self.onsets_s: list[float] = []
        self._quiet_s = 1.0
        self._process = subprocess.Popen(
            [shutil.which("parec") or "parec", "--device=null.monitor", "--format=s16le", f"--rate={RATE_HZ}", "--channels=1", "--latency-msec=5"],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while part := self._process.stdout.read(2 * CHUNK):
            self._take(np.frombuffer(part, np.int16), time.monotonic())

    def _take(self, samples: npt.NDArray[np.int16], read_s: float) -> None:
        loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > LOUD)
        if len(loud) and self._quiet_s > SILENCE_S:
            self.onsets_s.append(read_s - (len(samples) - int(loud[0])) / RATE_HZ)
        self._quiet_s = (
            (len(samples) - 1 - int(loud[-1])) / RATE_HZ if len(loud) else self._quiet_s + len(samples) / RATE_HZ
        )

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


def latencies_ms(stamps_s: Sequence[float], onsets_s: Sequence[float]) -> list[float]:
    """The time (ms) from the frame stamp of each stance to its tone: the first onset after this stamp and before the next one.

    Stamps without a tone are left out. No tone begins while another one still sounds, as with two stances of one frame.
    """
    out = []
    ordered = sorted(set(stamps_s))
    for stamp_s, next_s in zip(ordered, [*ordered[1:], math.inf], strict=True):
        after = [onset_s for onset_s in onsets_s if stamp_s <= onset_s < min(next_s, stamp_s + LONGEST_S)]
        if after:
            out.append(1e3 * (min(after) - stamp_s))
    return out


class Shown(Protocol):
    """A window that runs along and notes the frame stamps of the stances that it gets."""

    stance_stamps_s: list[float]

    def __call__(self, supervisor: Supervisor) -> bool: ...


def measure(config: Config, window: Shown | None, source: str) -> tuple[list[float], int]:
    """The latencies (ms) of the stance tones of one live run with recording, and the number of its stances."""
    # Tones are silent during a cue. Without a target there are no cues.
    coach = msgspec.structs.replace(config.coach, stance_tones=True, mode="constant", target_from="none")
    stamps_s: list[float] = []

    def listen(supervisor: Supervisor) -> bool:
        stamps_s.extend(one.stamp_s for one in supervisor.messages(live.POLL_S) if isinstance(one, Stance))
        return True

    with null_sink(), tempfile.TemporaryDirectory(prefix="runform-audible-") as folder:
        listener = _Listener()
        try:
            settings = msgspec.structs.replace(config, coach=coach)
            setup = live.setup_for(source, settings, Path(folder), record_video=True, as_camera=True)
            live.run(setup, window or listen)
        finally:
            time.sleep(0.3)
            listener.close()
    heard_of = window.stance_stamps_s if window is not None else stamps_s
    live_ones = [stamp_s for stamp_s in heard_of if stamp_s > 0]
    return latencies_ms(live_ones, listener.onsets_s), len(live_ones)
