"""The generated pictures as batches for training and validation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from network import PLANS
from picture import FRAMINGS, LABELS, MARGIN
from torch import Tensor


class Pictures:
    """All shards of some folders, unpacked; new ones are found while the generator still makes them."""

    def __init__(self, folders: list[Path], framing: str) -> None:
        self.plan, self.framing = PLANS[framing], FRAMINGS[framing]
        self.swap = [
            self.plan.labels.index(n.replace("left", "?").replace("right", "left").replace("?", "right"))
            for n in self.plan.labels
        ]
        self._folders = folders
        self._columns = [LABELS.index(name) for name in self.plan.labels]
        self._read: set[Path] = set()
        self.pictures: list[np.ndarray] = []  # (height, width, 3; RGB)
        self.points: list[np.ndarray] = []
        self.visible: list[np.ndarray] = []
        self.anterior: list[bool] = []
        self.moving: list[bool] = []
        self.films: list[list[int]] = []  # the numbers of each one's pictures
        self.refresh()

    def __len__(self) -> int:
        return len(self.pictures)

    def refresh(self) -> None:
        for path in sorted(path for folder in self._folders for path in folder.glob("shard-*.npz")):
            if path in self._read:
                continue
            self._read.add(path)
            with np.load(path) as shard:
                start, first = 0, len(self)
                packed, ends, film = shard["pictures"], shard["ends"], shard["film"]
                for end in ends:
                    picture = cv2.imdecode(packed[start:end], cv2.IMREAD_COLOR)
                    self.pictures.append(np.ascontiguousarray(picture[..., ::-1]))
                    start = end
                self.points.extend(shard["points"][:, self._columns])
                self.visible.extend(shard["visible"][:, self._columns])
                self.anterior.extend(map(bool, shard["anterior"]))
                self.moving.extend((shard["kind"] != "stand").tolist())
                self.films.extend((first + np.flatnonzero(film == f)).tolist() for f in np.unique(film))

    def draw_films(self, rng: np.random.Generator, count: int) -> list[list[int]]:
        return [self.films[int(i)] for i in rng.integers(0, len(self.films), count)]


def to_input(
    pictures: Pictures, number: int, size: tuple[int, int], rng: np.random.Generator | None
) -> tuple[np.ndarray, np.ndarray]:
    """Cut the input (of `size`: width, height) out of a stored picture: the tracker's region, or one that errs as trackers do."""
    stored_px = pictures.framing.size_px
    scale = size[1] / (stored_px[1] / MARGIN)
    turn, shift = 0.0, np.zeros(2)
    if rng is not None:
        scale *= math.exp(rng.normal(0, 0.08))
        turn = math.radians(rng.normal(0, 3))
        shift = rng.normal(0, 0.05, 2) * size[1]
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    linear = np.array([[cos, sin], [-sin, cos]])
    offset = np.array(size) / 2 + shift - linear @ (np.array(stored_px) / 2)
    to_centre = np.column_stack([linear, offset + linear @ np.array([0.5, 0.5]) - 0.5])
    picture = pictures.pictures[number]
    if scale < 0.6:  # a bilinear tap would leave out pixels
        picture = cv2.blur(picture, (2, 2))
    cut = cv2.warpAffine(picture, to_centre, size, flags=cv2.INTER_LINEAR)
    return cut, pictures.points[number] @ linear.T + offset


@dataclass(frozen=True)
class Batch:
    """Pictures with their labels, as bytes where they can be: they are made in another process."""

    pictures: np.ndarray  # (n, height, width, 3; RGB)
    points: np.ndarray  # (n, labels, 2)
    seen: np.ndarray  # (n, labels)
    behind: np.ndarray  # (n,)
    moving: np.ndarray  # (n,) not standing
    film: np.ndarray  # (n,) which one, from 0

    def tensors(self, device: torch.device | str = "cpu") -> tuple[Tensor, ...]:
        """Pictures (n, 3, height, width) from 0 to 1, and the rest in the order above."""
        pictures = torch.from_numpy(self.pictures).to(device).permute(0, 3, 1, 2).float().div_(255)
        rest = (self.points, self.seen, self.behind, self.moving, self.film)
        return pictures, *(torch.from_numpy(part).to(device) for part in rest)


def jitter(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Looks that have no meaning: channels, grey, negative, sharpness, a random 3x3 convolution, light."""
    out = picture
    if rng.uniform() < 0.25:
        out = out[..., rng.permutation(3)]
    if rng.uniform() < 0.12:
        out = np.repeat(out.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    if rng.uniform() < 0.06:
        out = 255 - out
    height, width = out.shape[:2]
    kind = rng.uniform()
    if kind < 0.12:
        kernel = rng.normal(0, 0.15, (3, 3)).astype(np.float32)
        kernel += (1.0 - kernel.sum()) / 9
        out = cv2.filter2D(np.ascontiguousarray(out), -1, kernel)
    elif kind < 0.36:
        out = cv2.GaussianBlur(np.ascontiguousarray(out), (0, 0), rng.uniform(0.4, 1.8))
    elif kind < 0.46:
        soft = cv2.GaussianBlur(np.ascontiguousarray(out), (0, 0), rng.uniform(0.7, 2.0))
        share = rng.uniform(0.3, 1.5)
        out = cv2.addWeighted(np.ascontiguousarray(out), 1 + share, soft, -share, 0)
    if rng.uniform() < 0.3:  # light that falls on everything alike
        coarse = np.exp(rng.normal(0, 0.35, (int(rng.integers(2, 6)),) * 2)).astype(np.float32)
        field = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        out = np.clip(out * field[..., None], 0, 255).astype(np.uint8)
    gain, offset = np.exp(rng.normal(0, 0.2)), rng.normal(0, 12, 3)
    return np.clip(out * np.float32(gain) + offset.astype(np.float32), 0, 255).astype(np.uint8)


def add_patches(picture: np.ndarray, rng: np.random.Generator) -> None:
    """Hide parts of a picture at random."""
    height, width = picture.shape[:2]
    for _ in range(int(rng.choice(3, p=(0.6, 0.25, 0.15)))):
        x, y = rng.integers(0, width - 10), rng.integers(0, height - 10)
        w, h = rng.integers(height // 32, height // 4, 2)
        picture[y : y + h, x : x + w] = rng.uniform(0, 255, 3)


def batch(pictures: Pictures, films: list[list[int]], size: tuple[int, int], rng: np.random.Generator | None) -> Batch:
    """All pictures of some films; with a generator, as training sees them: each film with one look of its own, mirrored or not."""
    inputs, targets, seen, behind, moving, film = ([] for _ in range(6))
    for count, numbers in enumerate(films):
        look, mirrored = (int(rng.integers(2**31)), rng.uniform() < 0.5) if rng is not None else (0, False)
        for number in numbers:
            cut, at = to_input(pictures, number, size, rng)
            visible, anterior = pictures.visible[number], pictures.anterior[number]
            if anterior:
                # "left" is the picture's left here: from in front and from behind look alike without a face, and a network that
                # had to know which it is would put both hips between the two. Whose leg it is, the belt tells later.
                at, visible = at[pictures.swap], visible[pictures.swap]
            if rng is not None:
                cut = jitter(cut, np.random.default_rng(look))
                add_patches(cut, rng)
            if mirrored:
                cut = cut[:, ::-1]
                at = at[pictures.swap] * [-1, 1] + [size[0], 0]
                visible = visible[pictures.swap]
            inputs.append(cut)
            targets.append(at)
            seen.append(visible & (at > 0).all(axis=1) & (at < size).all(axis=1))
            behind.append(0.0 if anterior else 1.0)
            moving.append(pictures.moving[number])
            film.append(count)
    floats = [np.stack(values).astype(np.float32) for values in (targets, seen, behind)]
    return Batch(np.stack(inputs), *floats, np.array(moving), np.array(film))
