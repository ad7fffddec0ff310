"""Computed sounds: the tone of a stance and the click of the metronome. The pitch of a tone follows the value, and it is heard on the side of the leg."""

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
    """The pitch of a value: a semitone for each degree above the edge of the band, at most an octave up or down."""
    edge = band.high if band.high is not None else band.low if band.low is not None else 0.0
    if math.isnan(value):
        return MIDDLE_HZ
    semitones = max(-RANGE_SEMITONES, min(RANGE_SEMITONES, SEMITONES_A_DEG * (value - edge)))
    return MIDDLE_HZ * math.exp2(semitones / 12.0)


def beep(hz: float, length_s: float, rate_hz: int, loud: float = 0.4) -> npt.NDArray[np.float64]:
    """A tone (n,) within -1..1. It fades in and out, so that it does not crack."""
    time_s = np.arange(int(length_s * rate_hz)) / rate_hz
    fade = np.minimum(1.0, np.minimum(time_s, length_s - time_s) / 0.004)
    return np.asarray(loud * fade * np.sin(2 * np.pi * hz * time_s))


def stance_tone(value: float, band: Band, side: Side | None, rate_hz: int) -> Samples:
    """The tone of one stance, on its side; in the middle where the side is not known."""
    return placed(beep(pitch_hz(value, band), STANCE_TONE_S, rate_hz), side)


def click(rate_hz: int) -> Samples:
    return placed(beep(CLICK_HZ, CLICK_S, rate_hz, 0.5), None)


def loudness(volume: float) -> float:
    """The volume within 0..1. NaN is silence: full scale in an ear may hurt."""
    return min(max(volume, 0.0), 1.0) if not math.isnan(volume) else 0.0


def placed(mono: npt.NDArray[np.floating], side: Side | None) -> Samples:
    """Mono samples (n,) as stereo, on one side or in the middle. They are clipped to -1..1; NaN is silence."""
    mono = np.nan_to_num(np.asarray(mono, np.float64), nan=0.0, posinf=1.0, neginf=-1.0)
    left, right = {"left": (1.0, OTHER_EAR), "right": (OTHER_EAR, 1.0), None: (1.0, 1.0)}[side]
    return np.asarray(np.clip(np.column_stack([mono * left, mono * right]), -1, 1) * 32767, dtype=np.int16)
