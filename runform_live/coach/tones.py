"""Sounds that are computed: a tone for each stance, whose pitch follows the value and which sits on its side; a metronome's click."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.messages import Band, Side

Samples = npt.NDArray[np.int16]  # (n, 2: left, right)

MIDDLE_HZ = 523.25  # at the upper end of the band (or at the lower, where there is no upper)
SEMITONES_A_DEG = 1.0
RANGE_SEMITONES = 12.0
STANCE_TONE_S = 0.09
OTHER_EAR = 0.15  # of the loudness on the side that the tone is about
CLICK_HZ, CLICK_S = 1760.0, 0.012


def pitch_hz(value: float, band: Band) -> float:
    """Higher with a higher value: a semitone a degree from the edge of the band, within an octave both ways."""
    edge = band.high if band.high is not None else band.low if band.low is not None else 0.0
    if math.isnan(value):
        return MIDDLE_HZ
    semitones = max(-RANGE_SEMITONES, min(RANGE_SEMITONES, SEMITONES_A_DEG * (value - edge)))
    return MIDDLE_HZ * math.exp2(semitones / 12.0)


def beep(hz: float, length_s: float, rate_hz: int, loud: float = 0.4) -> npt.NDArray[np.float64]:
    """A tone that fades in and out, so that it does not crack; (n,) within -1..1."""
    time_s = np.arange(int(length_s * rate_hz)) / rate_hz
    fade = np.minimum(1.0, np.minimum(time_s, length_s - time_s) / 0.004)
    return np.asarray(loud * fade * np.sin(2 * np.pi * hz * time_s))


def stance_tone(value: float, band: Band, side: Side | None, rate_hz: int) -> Samples:
    """The tone of one stance; in the middle where its side is not known."""
    return placed(beep(pitch_hz(value, band), STANCE_TONE_S, rate_hz), side)


def click(rate_hz: int) -> Samples:
    return placed(beep(CLICK_HZ, CLICK_S, rate_hz, 0.5), None)


def loudness(volume: float) -> float:
    """A share of full scale within 0..1. Unknown (NaN) is silence, for full scale in an ear may hurt."""
    return min(max(volume, 0.0), 1.0) if not math.isnan(volume) else 0.0


def placed(mono: npt.NDArray[np.floating], side: Side | None) -> Samples:
    """Mono samples (n,) on one side, or in the middle. What lies outside of -1..1 is cut off there, and NaN is silence."""
    mono = np.nan_to_num(np.asarray(mono, np.float64), nan=0.0, posinf=1.0, neginf=-1.0)
    left, right = {"left": (1.0, OTHER_EAR), "right": (OTHER_EAR, 1.0), None: (1.0, 1.0)}[side]
    return np.asarray(np.clip(np.column_stack([mono * left, mono * right]), -1, 1) * 32767, dtype=np.int16)
