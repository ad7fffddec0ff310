"""Small training pictures: frames of the shipped clip as a shard, and pictures with a dot on each landmark."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from models.frontal.framing import FRAMINGS, LABELS, MARGIN
from models.frontal.rendering.shards import FILM, Sample, write_shard

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
Picture = npt.NDArray[np.uint8]


def demo_frames(numbers: list[int]) -> list[tuple[Picture, dict[str, npt.NDArray[np.float64]]]]:
    """Frames (height, width, 3; BGR) of the shipped clip, which is seen from behind, and the exact pixels of its labels (2)."""
    with (DEMO / "demo.frames.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    film, out = cv2.VideoCapture(str(DEMO / "demo.mp4")), []
    for number in range(max(numbers) + 1):
        read, picture = film.read()
        assert read
        if number in numbers:
            row = rows[number]
            known = [name for name in LABELS if f"{name}_x_px" in row]
            points = {name: np.array([float(row[f"{name}_x_px"]), float(row[f"{name}_y_px"])]) for name in known}
            out.append((np.asarray(picture, np.uint8), points))
    return out


def demo_shard(folder: Path, framing: str, films: int, anterior: bool = False, every: int = 5, first: int = 30) -> Path:
    """A folder with one shard of frames of the shipped clip, half of each film standing.

    anterior: mirrors the pictures and says that they are seen from in front, which looks alike in a silhouette.
    """
    frame = FRAMINGS[framing]
    samples = []
    numbers = [first + every * k for k in range(films * FILM // 2)] + [
        120 + every * k for k in range(films * FILM // 2)
    ]
    for number, (picture, points) in zip(sorted(numbers), demo_frames(sorted(numbers)), strict=True):
        centre, high_px = frame.region(points)
        zoom = frame.size_px[1] / (high_px * MARGIN)
        move = np.column_stack([zoom * np.eye(2), np.array(frame.size_px) / 2 - zoom * centre])
        stored = cv2.warpAffine(picture, move, frame.size_px, flags=cv2.INTER_AREA)
        at = np.array([move @ [*points.get(name, np.zeros(2)), 1.0] for name in LABELS], np.float32)
        visible = (
            np.array([name in points for name in LABELS]) & (at > 0).all(axis=1) & (at < frame.size_px).all(axis=1)
        )
        kind = "run" if number >= 120 else "stand"
        samples.append(Sample(np.asarray(stored, np.uint8), at, visible, anterior, kind))
    still, moving = samples[: len(samples) // 2], samples[len(samples) // 2 :]
    half = FILM // 2
    ordered = [s for k in range(films) for s in still[k * half : (k + 1) * half] + moving[k * half : (k + 1) * half]]
    folder.mkdir(parents=True, exist_ok=True)
    write_shard(folder / "shard-0000.npz", ordered)
    return folder


def dotted(size_px: tuple[int, int], points: npt.NDArray[np.float64], tones: list[tuple[int, int, int]]) -> Picture:
    """A dark picture (height, width, 3) with a soft dot of a tone of its own at each point (px from the picture's corner)."""
    width, height = size_px
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    out = np.zeros((height, width, 3))
    for (px, py), tone in zip(points, tones, strict=True):
        out += np.exp(-0.5 * ((x - px) ** 2 + (y - py) ** 2) / 4.0)[..., None] * np.array(tone)
    return np.clip(out, 0, 255).astype(np.uint8)


def dot_at(picture: Picture, tone: tuple[int, int, int]) -> npt.NDArray[np.float64]:
    """Where the dot (2; px) of a tone is: the centre of what is brighter in its channels than in the others."""
    wanted = np.array(tone) > 0
    weight = np.clip(picture[..., wanted].min(axis=2) - 1.0 * picture[..., ~wanted].max(axis=2, initial=0), 0, None)
    weight[weight < 40] = 0
    assert weight.sum() > 0, f"no dot of {tone}"
    x, y = np.meshgrid(np.arange(picture.shape[1]) + 0.5, np.arange(picture.shape[0]) + 0.5)
    return np.array([(x * weight).sum(), (y * weight).sum()]) / weight.sum()
