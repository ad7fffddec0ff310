"""Films of the usual kinds: damaged bytes, boxes, packets."""

from __future__ import annotations

import functools
import random
from pathlib import Path

from runform_live.capture.video import Video
from runform_live.session.source import digests
from tests.capture.films import corners, write
from tests.fuzz import bytes_damage
from tests.fuzz.target import Target

FRAMES = 24
MOST_FRAMES = 3000  # that are read of a film; damage can repeat its times for ever
KINDS = {
    "mp4": ("libx264", {}), "mov": ("mjpeg", {"pixel": "yuvj420p"}), "mkv": ("libx264", {}), "avi": ("mpeg4", {}), "ts": ("mpeg2video", {}),
    "webm": ("libvpx", {}), "flv": ("flv1", {}), "hevc.mp4": ("libx265", {"options": {"x265-params": "log-level=none"}}),
}  # fmt: skip


def make(name: str, sound: Path) -> None:
    codec, more = KINDS[name]
    write(sound / f"film.{name}", [corners(value=40 + 5 * k) for k in range(FRAMES)], codec, **more)  # type: ignore[arg-type]


def damage(name: str, sound: Path, case: Path, chance: random.Random) -> str:
    """One or several kinds at once: most single ones are repaired by FFmpeg."""
    content, done = (sound / f"film.{name}").read_bytes(), []
    for _ in range(chance.choice((1, 1, 2, 5))):
        content, what = bytes_damage.binary(content, chance)
        done.append(what)
    (case / f"film.{name}").write_bytes(content)
    return "; ".join(done)


def read(name: str, case: Path) -> None:
    path = case / f"film.{name}"
    digests(path)
    film = Video(str(path), threads=1)
    try:
        before_s = -1.0
        for number, (time_s, picture) in enumerate(film):
            assert time_s > before_s, f"the times go back from {before_s} to {time_s}"
            assert picture.ndim == 3
            before_s = time_s
            if number > MOST_FRAMES:
                break
        assert film.end().text.isprintable()
    finally:
        film.close()


FILMS = tuple(
    Target(
        f"film ({name})",
        functools.partial(make, name),
        functools.partial(damage, name),
        functools.partial(read, name),
        weight=0.5,
    )
    for name in KINDS
)
