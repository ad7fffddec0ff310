"""The generated pictures as batches for training and validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from ..framing import FRAMINGS, LABELS, MARGIN
from .augment import Picture, change_look, cut, hide_parts
from .plan import PLANS

Floats = npt.NDArray[np.float32]


class Pictures:
    """All shards of some folders, unpacked. `refresh` adds those that the generator has made since."""

    def __init__(self, folders: Sequence[Path], framing: str) -> None:
        self.plan, self.framing = PLANS[framing], FRAMINGS[framing]
        self._folders = folders
        self._columns = [LABELS.index(name) for name in self.plan.labels]
        self._read: set[Path] = set()
        self.pictures: list[Picture] = []  # (height, width, 3; RGB)
        self.points: list[Floats] = []  # (labels, 2; px)
        self.visible: list[npt.NDArray[np.bool_]] = []  # (labels)
        self.anterior: list[bool] = []
        self.moving: list[bool] = []  # not standing
        self.films: list[list[int]] = []  # the numbers of each one's pictures
        self.refresh()

    def __len__(self) -> int:
        return len(self.pictures)

    def refresh(self) -> None:
        """Read the shards that are new."""
        for path in sorted(path for folder in self._folders for path in folder.glob("shard-*.npz")):
            if path not in self._read:
                self._read.add(path)
                self._add(path)

    def _add(self, path: Path) -> None:
        with np.load(path) as shard:
            start, first = 0, len(self)
            packed, film = shard["pictures"], shard["film"]
            for end in shard["ends"]:
                picture = cv2.imdecode(packed[start:end], cv2.IMREAD_COLOR)
                if picture is None:
                    raise ValueError(f"{path} holds a picture that cannot be read; delete it and generate it again")
                self.pictures.append(np.ascontiguousarray(picture[..., ::-1], np.uint8))
                start = end
            self.points.extend(shard["points"][:, self._columns])
            self.visible.extend(shard["visible"][:, self._columns])
            self.anterior.extend(map(bool, shard["anterior"]))
            self.moving.extend((shard["kind"] != "stand").tolist())
            self.films.extend((first + np.flatnonzero(film == f)).tolist() for f in np.unique(film))

    def draw_films(self, rng: np.random.Generator, count: int) -> list[list[int]]:
        """The numbers of the pictures of so many films, drawn at random with replacement."""
        return [self.films[int(i)] for i in rng.integers(0, len(self.films), count)]


@dataclass(frozen=True)
class Batch:
    """Pictures with their labels. Pictures stay bytes: they are made in another process."""

    pictures: npt.NDArray[np.uint8]  # (n, height, width, 3; RGB)
    points: Floats  # (n, labels, 2; px of the input); "left" is the left of the picture
    seen: Floats  # (n, labels) 1: in the picture
    behind: Floats  # (n,) 1: seen from behind
    moving: npt.NDArray[np.bool_]  # (n,) not standing
    film: npt.NDArray[np.int64]  # (n,) which one, from 0


def batch(pictures: Pictures, films: list[list[int]], size: tuple[int, int], rng: np.random.Generator | None) -> Batch:
    """All pictures of some films as inputs of this size (width, height).

    With a generator they are as training sees them: all pictures of a film have one look, and all are mirrored or none.
    """
    rows: list[tuple[Picture, npt.NDArray[np.float64], npt.NDArray[np.bool_]]] = []
    for numbers in films:
        look, mirrored = (int(rng.integers(2**31)), rng.uniform() < 0.5) if rng is not None else (0, False)
        for number in numbers:
            picture, points, visible = cut_out(pictures, number, size, rng)
            if rng is not None:
                picture = change_look(picture, np.random.default_rng(look))
                hide_parts(picture, rng)
            if mirrored:
                picture = picture[:, ::-1]
                points, visible = mirror_labels(points, visible, size[0], pictures.plan.mirrored())
            rows.append((picture, points, visible & (points > 0).all(axis=1) & (points < size).all(axis=1)))
    numbers = [number for film in films for number in film]
    inputs, points_of, seen = zip(*rows, strict=True)
    return Batch(
        np.stack(inputs),
        np.stack(points_of).astype(np.float32),
        np.stack(seen).astype(np.float32),
        np.array([0.0 if pictures.anterior[number] else 1.0 for number in numbers], np.float32),
        np.array([pictures.moving[number] for number in numbers]),
        np.repeat(np.arange(len(films)), [len(film) for film in films]),
    )


def cut_out(
    pictures: Pictures, number: int, size: tuple[int, int], rng: np.random.Generator | None
) -> tuple[Picture, npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """A picture as an input of this size, with its points (labels, 2; px of the input) and whether each is visible (labels).

    Sides become those of the picture. Without a face, a front and a back look alike: a network that had to know which is which would put
    both hips between the two. Whose leg it is, the program learns from the treadmill belt.
    """
    cut_px = pictures.framing.size_px[1] / MARGIN
    picture, affine = cut(pictures.pictures[number], cut_px, size, rng)
    points, visible = pictures.points[number] @ affine[:, :2].T + affine[:, 2], pictures.visible[number]
    if pictures.anterior[number]:
        other = pictures.plan.mirrored()
        points, visible = points[other], visible[other]
    return picture, points, visible


def mirror_labels(
    points: npt.NDArray[np.float64], visible: npt.NDArray[np.bool_], width_px: int, other: list[int]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The labels of a mirrored picture: x counts from the other edge, and left and right are exchanged (`Plan.mirrored`)."""
    return points[other] * [-1, 1] + [width_px, 0], visible[other]


def as_planes(pictures: Floats) -> Floats:
    """Pictures (n, height, width, 3; RGB 0..1) as a shipped network takes them: (n, 3, height, width; -2..2)."""
    return np.ascontiguousarray((pictures * np.float32(4) - np.float32(2)).transpose(0, 3, 1, 2))
