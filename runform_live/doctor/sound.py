"""Sound: a tone is played. If the computer can hear itself (a loop-back, a microphone by the speaker), it listens for the tone."""

from __future__ import annotations

import time
from collections.abc import Generator

import miniaudio
import numpy as np
import numpy.typing as npt

from runform_live.coach.sound import RATE_HZ, Speaker, quiet_libraries
from runform_live.coach.tones import beep
from runform_live.doctor.finding import Finding, english
from runform_live.texts import Texts

TONE_HZ, TONE_S = 880.0, 0.6
LISTEN_S = 1.4
HEARD = 8.0  # least power of the tone, in multiples of the spectrum around it


def heard(samples: npt.NDArray[np.float64], hz: float = TONE_HZ) -> float:
    """The power at a frequency, divided by the median of the spectrum around it; 0 in silence. samples: n >= 2, at RATE_HZ."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    at = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    near, about = np.abs(at - hz) < 10, (np.abs(at - hz) < 300) & (np.abs(at - hz) > 40)
    ground = float(np.median(power[about]))
    return float(power[near].max()) / max(ground, 1e-9 * len(samples)) if power[near].max() > 0 else 0.0


def _listen() -> tuple[list[npt.NDArray[np.int16]], miniaudio.CaptureDevice]:
    parts: list[npt.NDArray[np.int16]] = []

    def take() -> Generator[None, bytes, None]:
        while True:
            parts.append(np.frombuffer((yield), np.int16))

    device = miniaudio.CaptureDevice(
        input_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE_HZ, buffersize_msec=20
    )
    taker = take()
    next(taker)
    device.start(taker)
    return parts, device


def check(said: Texts | None = None) -> Finding:
    """Play a tone and listen for it."""
    said = said or english()
    speaker = Speaker(0.8)
    if speaker.trouble:
        return Finding("sound", "missing", said("doctor.sound.none"), said("doctor.sound.connect"))
    try:
        with quiet_libraries():
            parts, microphone = _listen()
    except miniaudio.MiniaudioError:
        parts, microphone = [], None
    time.sleep(0.3)
    asked_s = time.monotonic()
    speaker.play(beep(TONE_HZ, TONE_S, RATE_HZ))
    time.sleep(LISTEN_S)
    started_s = speaker.started_s
    speaker.close()
    if microphone is not None:
        microphone.close()
    if started_s is None:
        return Finding("sound", "poor", said("doctor.sound.stuck"), said("doctor.sound.other"))
    latency_ms = 1e3 * (started_s - asked_s)
    figures = {"first_sample_ms": latency_ms}
    loud = heard(np.concatenate(parts) / 32768) if sum(map(len, parts)) > RATE_HZ // 2 else 0.0
    if loud >= HEARD:
        return Finding("sound", "good", said("doctor.sound.heard", ms=f"{latency_ms:.0f}"), "", figures)
    return Finding(
        "sound", "good", said("doctor.sound.played", ms=f"{latency_ms:.0f}"), said("doctor.sound.louder"), figures
    )
