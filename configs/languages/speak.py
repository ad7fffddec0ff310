"""Speak the cues of LANGUAGE.toml into LANGUAGE/NAME_LEG.flac (mono, 22050 Hz) with espeak-ng; LEG is left, right or one.

    python configs/languages/speak.py

needs espeak-ng and ffmpeg. The files are the output of a speech synthesiser on this project's own sentences and belong to
the project (Apache-2.0); no part of the synthesiser is in them.
"""

from __future__ import annotations

import subprocess
import tempfile
import tomllib
from pathlib import Path

LANGUAGES = Path(__file__).resolve().parent
RATE_HZ = 22050


def encode(source: Path, target: Path) -> None:
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-i", str(source), "-af", "silenceremove=start_periods=1:start_threshold=-50dB",
         "-ar", str(RATE_HZ), "-ac", "1", "-sample_fmt", "s16", "-map_metadata", "-1", "-fflags", "+bitexact",
         "-flags:a", "+bitexact", str(target)],
        check=True,
    )  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        spoken = Path(scratch) / "spoken.wav"
        for path in sorted(LANGUAGES.glob("*.toml")):
            texts = tomllib.loads(path.read_text(encoding="utf-8"))
            folder = LANGUAGES / path.stem
            folder.mkdir(exist_ok=True)
            for name, sentence in texts["cue"].items():
                for side in ("left", "right", "one") if "{leg}" in sentence else ("",):
                    text = sentence.format(leg=texts["leg"].get(side, "")).replace(" - ", ". ")
                    subprocess.run(
                        ["espeak-ng", "-v", texts["voice"], "-s", "165", "-a", "180", "-w", str(spoken), text],
                        check=True,
                    )
                    target = folder / (f"{name}_{side}.flac" if side else f"{name}.flac")
                    encode(spoken, target)
                    print(f"{target.relative_to(LANGUAGES)}: {target.stat().st_size} bytes: {text}")


if __name__ == "__main__":
    main()
