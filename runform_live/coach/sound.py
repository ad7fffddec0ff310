"""Sounds for cues: decoded once, mixed into a device that stays open so that the first sample is not late."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import miniaudio
import numpy as np
import numpy.typing as npt

from runform_live.errors import BadInput

RATE_HZ = 22050
BUFFER_MS = 10
GAP_S = 0.08


def decode(path: Path) -> npt.NDArray[np.int16]:
    """A sound file as mono samples (n,) at RATE_HZ."""
    try:
        sound = miniaudio.decode_file(
            str(path), output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE_HZ
        )
    except miniaudio.MiniaudioError as trouble:
        raise BadInput(f"sound {path} cannot be read: {trouble}") from None
    return np.frombuffer(sound.samples, np.int16)


@contextlib.contextmanager
def _quiet_libraries() -> Iterator[None]:
    """ALSA writes a page of its own to standard error where there is no card; what matters is said by `trouble`."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class Speaker:
    """Plays one sound after the other. `trouble` says why nothing can be heard ("" where it can)."""

    def __init__(self, volume: float) -> None:
        self._volume = volume
        self._lock = threading.Lock()
        self._waiting: list[npt.NDArray[np.int16]] = []
        self.started_s: float | None = None  # monotonic time at which the last cue's first sample went out
        self.trouble = ""
        self._device: miniaudio.PlaybackDevice | None = None
        try:
            with _quiet_libraries():
                self._device = miniaudio.PlaybackDevice(
                    output_format=miniaudio.SampleFormat.SIGNED16,
                    nchannels=1,
                    sample_rate=RATE_HZ,
                    buffersize_msec=BUFFER_MS,
                )
                mixer = self._mix()
                next(mixer)
                self._device.start(mixer)
        except miniaudio.MiniaudioError as trouble:
            self.trouble = f"no sound device ({trouble})"
            self.close()

    def play(self, *sounds: npt.NDArray[np.int16]) -> bool:
        """Play sounds in a row, in place of what is still playing; False where there is no device."""
        if self._device is None:
            return False
        gap = np.zeros(int(GAP_S * RATE_HZ), np.int16)
        row = [part for sound in sounds for part in (sound, gap)]
        scaled = [(part * self._volume).astype(np.int16) for part in row]
        with self._lock:
            self._waiting = scaled
            self.started_s = None
        return True

    def _mix(self) -> Generator[bytes, int, None]:
        frames = yield b""
        while True:
            out = np.zeros(frames, np.int16)
            filled = 0
            with self._lock:
                while self._waiting and filled < frames:
                    if self.started_s is None:
                        self.started_s = time.monotonic()
                    part = self._waiting[0]
                    taken = min(len(part), frames - filled)
                    out[filled : filled + taken] = part[:taken]
                    filled += taken
                    self._waiting[0] = part[taken:]
                    if not len(self._waiting[0]):
                        self._waiting.pop(0)
            frames = yield out.tobytes()

    def close(self) -> None:
        if self._device is not None:
            self._device.close()
            self._device = None
