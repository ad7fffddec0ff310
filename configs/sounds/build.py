"""Speak the cues of ../cues.toml into sound files (FLAC, mono, 22050 Hz) with espeak-ng, and draw the tone.

    python configs/sounds/build.py

needs espeak-ng and ffmpeg. The files are the output of a speech synthesiser on this project's own sentences and belong to
the project (Apache-2.0); no part of the synthesiser is in them.
"""

from __future__ import annotations

import subprocess
import tempfile
import tomllib
import wave
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
RATE_HZ = 22050
TONE_HZ, TONE_S = 660.0, 0.18


def encode(source: Path, target: Path) -> None:
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-i", str(source), "-af", "silenceremove=start_periods=1:start_threshold=-50dB",
         "-ar", str(RATE_HZ), "-ac", "1", "-sample_fmt", "s16", "-map_metadata", "-1", "-fflags", "+bitexact",
         "-flags:a", "+bitexact", str(target)],
        check=True,
    )  # fmt: skip


def tone(target: Path) -> None:
    time_s = np.arange(int(TONE_S * RATE_HZ)) / RATE_HZ
    fade = np.minimum(1.0, np.minimum(time_s, TONE_S - time_s) / 0.01)
    samples = (0.5 * 32767 * fade * np.sin(2 * np.pi * TONE_HZ * time_s)).astype("<i2")
    with wave.open(str(target), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(samples.tobytes())


def main() -> None:
    cues = tomllib.loads((HERE.parent / "cues.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        spoken = Path(scratch) / "spoken.wav"
        tone(spoken)
        encode(spoken, HERE / "tone.flac")
        for directions in cues.values():
            for cue in directions.values():
                for side in ("left", "right"):
                    text = cue["text"].format(side=side).replace(" - ", ". ")
                    subprocess.run(
                        ["espeak-ng", "-v", "en-us", "-s", "165", "-a", "180", "-w", str(spoken), text], check=True
                    )
                    target = HERE / (cue["sound"].format(side=side) + ".flac")
                    encode(spoken, target)
                    print(f"{target.name}: {target.stat().st_size} bytes: {text}")


if __name__ == "__main__":
    main()
