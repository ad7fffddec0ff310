"""The sound device, which stays open so that the first sample is not late, and the mixer that fills it."""

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

from runform_live import places
from runform_live.coach.tones import Samples, click, loudness, placed
from runform_live.errors import BadInput
from runform_live.messages import Side

RATE_HZ = 22050
BUFFER_MS = 10
GAP_S = 0.08
SILENT_S = 1.0  # without asking for samples: the device is gone
LOOK_AGAIN_S = 10.0  # for a device, where there is none


def decode(path: Path) -> npt.NDArray[np.float64]:
    """A sound file as mono samples (n,; -1..1) at RATE_HZ."""
    try:
        sound = miniaudio.decode_file(
            str(path), output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE_HZ
        )
    except miniaudio.MiniaudioError as trouble:
        raise BadInput(f"sound {path} cannot be read: {trouble}") from None
    return np.frombuffer(sound.samples, np.int16) / 32768.0


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """Sound devices are opened inside this block. It hides the page that ALSA writes where there is no card, and PulseAudio makes no folders."""
    places.no_folder_for_sound()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class Mixer:
    """Makes the next samples: one row of sounds at a time, with the clicks of a metronome added. It has no device."""

    def __init__(self, volume: float) -> None:
        """volume: 0..1. A value outside is moved to the nearer end; NaN is silence."""
        self._volume = loudness(volume)
        self._waiting: list[Samples] = []
        self._click = click(RATE_HZ)
        self._period = 0  # samples between two clicks; 0: no metronome
        self._since_click = 0
        self.busy = False
        self.started = False  # the first sample of the last row went out

    def play(self, *sounds: Samples) -> None:
        """Play sounds (n, 2) in a row, in place of what is still playing."""
        gap = np.zeros((int(GAP_S * RATE_HZ), 2), np.int16)
        row = [part for sound in sounds for part in (sound, gap)][:-1]
        self._waiting = [np.asarray(part * self._volume, np.int16) for part in row]
        self.started, self.busy = False, bool(row)

    def set_volume(self, volume: float) -> None:
        """Of what is played from now on; read as in the constructor."""
        self._volume = loudness(volume)

    def beat(self, per_minute: float | None) -> None:
        """Click so often from now on, beginning at once. None: stop."""
        self._period = int(60.0 * RATE_HZ / per_minute) if per_minute else 0
        self._since_click = 0

    def take(self, frames: int) -> Samples:
        """The next samples (frames, 2)."""
        out = np.zeros((frames, 2), np.int32)
        filled = 0
        while self._waiting and filled < frames:
            self.started = True
            part = self._waiting[0]
            taken = min(len(part), frames - filled)
            out[filled : filled + taken] = part[:taken]
            filled += taken
            self._waiting[0] = part[taken:]
            if not len(self._waiting[0]):
                self._waiting.pop(0)
        self.busy = bool(self._waiting)
        if self._period:
            self._add_clicks(out)
        return np.asarray(np.clip(out, -32768, 32767), dtype=np.int16)

    def _add_clicks(self, out: npt.NDArray[np.int32]) -> None:
        at = -self._since_click
        while at < len(out):
            start, end = max(at, 0), min(at + len(self._click), len(out))
            if end > start:
                out[start:end] += np.asarray(self._click[start - at : end - at] * self._volume * 0.6, np.int32)
            at += self._period
        self._since_click = (self._since_click + len(out)) % self._period


class Speaker:
    """A mixer on a device. `trouble` says why nothing can be heard ("" where it can)."""

    def __init__(self, volume: float) -> None:
        self._mixer = Mixer(volume)
        self._lock = threading.Lock()
        self.started_s: float | None = None  # monotonic time at which the last row's first sample went out
        self.trouble = ""
        self._device: miniaudio.PlaybackDevice | None = None
        self._asked_s = 0.0  # when the device last wanted samples
        self._look_at_s = 0.0
        self._open()

    def _open(self) -> None:
        self.trouble = ""
        self._asked_s = time.monotonic()
        self._look_at_s = self._asked_s + LOOK_AGAIN_S
        try:
            with quiet_libraries():
                self._device = miniaudio.PlaybackDevice(
                    output_format=miniaudio.SampleFormat.SIGNED16,
                    nchannels=2,
                    sample_rate=RATE_HZ,
                    buffersize_msec=BUFFER_MS,
                )
                feed = self._feed()
                next(feed)
                self._device.start(feed)
        except miniaudio.MiniaudioError as trouble:
            self.trouble = f"no sound device ({trouble.args[0] if trouble.args else trouble})"
            self.close()

    def tend(self) -> None:
        """Call now and then. A device that asks for no samples is gone and is closed; a device that appears is opened."""
        now_s = time.monotonic()
        if self._device is not None and now_s - self._asked_s > SILENT_S:
            self.close()
            self.trouble = "the sound device is gone"
            self._look_at_s = now_s + LOOK_AGAIN_S
        elif self._device is None and now_s >= self._look_at_s:
            self._open()

    @property
    def busy(self) -> bool:
        return self._mixer.busy

    def play(self, *sounds: npt.NDArray[np.float64], side: Side | None = None) -> bool:
        """Play mono sounds in a row, in place of what is still playing; False where there is no device."""
        return self.play_placed(*(placed(sound, side) for sound in sounds))

    def play_placed(self, *sounds: Samples) -> bool:
        """The same with stereo samples (n, 2)."""
        if self._device is None:
            return False
        with self._lock:
            self._mixer.play(*sounds)
            self.started_s = None
        return True

    def set_volume(self, volume: float) -> None:
        with self._lock:
            self._mixer.set_volume(volume)

    def beat(self, per_minute: float | None) -> None:
        with self._lock:
            self._mixer.beat(per_minute)

    def _feed(self) -> Generator[bytes, int, None]:
        frames = yield b""
        while True:
            self._asked_s = time.monotonic()
            with self._lock:
                out = self._mixer.take(frames)
                if self.started_s is None and self._mixer.started:
                    self.started_s = time.monotonic()
            frames = yield out.tobytes()

    def close(self) -> None:
        if self._device is not None:
            self._device.close()
            self._device = None
