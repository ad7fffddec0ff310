"""The generated pictures as batches for training and validation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from network import PLANS
from picture import FRAMINGS, LABELS, MARGIN, STANDING
from torch import Tensor


class Pictures:
    """All shards of some folders, unpacked; new ones are found while the generator still makes them."""

    def __init__(self, folders: list[Path], framing: str, filmed: bool = False) -> None:
        """filmed: each person in one place, the first picture of standing still."""
        self.filmed = filmed
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
        self.trunk: list[np.ndarray] = []  # from the hips' middle to the shoulders'
        self.visible: list[np.ndarray] = []
        self.anterior: list[bool] = []
        self.people: list[list[int]] = []  # the numbers of each one's pictures
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
                packed, ends, person = shard["pictures"], shard["ends"], shard["person"]
                for end in ends:
                    picture = cv2.imdecode(packed[start:end], cv2.IMREAD_COLOR)
                    self.pictures.append(np.ascontiguousarray(picture[..., ::-1]))
                    start = end
                self.points.extend(shard["points"][:, self._columns])
                shoulders, hips = (
                    (shard["points"][:, LABELS.index(f"left_{j}")] + shard["points"][:, LABELS.index(f"right_{j}")]) / 2
                    for j in ("shoulder", "hip")
                )
                self.trunk.extend(shoulders - hips)
                self.visible.extend(shard["visible"][:, self._columns])
                self.anterior.extend(map(bool, shard["anterior"]))
                self.people.extend((first + np.flatnonzero(person == p)).tolist() for p in np.unique(person))

    def draw_people(self, rng: np.random.Generator, count: int) -> list[list[int]]:
        return [self.people[int(i)] for i in rng.integers(0, len(self.people), count)]


@dataclass(frozen=True)
class Cut:
    """How a cut differs from the tracker's region."""

    scale: float = 1.0
    turn_rad: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)  # of the height

    @classmethod
    def erring(cls, rng: np.random.Generator) -> Cut:
        """As trackers err."""
        across, down = rng.normal(0, 0.05, 2)
        return cls(math.exp(rng.normal(0, 0.08)), math.radians(rng.normal(0, 3)), (across, down))

    def trembling(self, rng: np.random.Generator) -> Cut:
        """As a tracker errs anew in each picture; the camera is turned as it was."""
        across, down = rng.normal(0, 0.02, 2)
        return Cut(
            self.scale * math.exp(rng.normal(0, 0.03)), self.turn_rad, (self.shift[0] + across, self.shift[1] + down)
        )


def to_input(pictures: Pictures, number: int, size: tuple[int, int], how: Cut) -> tuple[np.ndarray, np.ndarray, float]:
    """Cut the input (of `size`: width, height) out of a stored picture; returns it, its landmarks, the trunk's lean (deg, right)."""
    stored_px = pictures.framing.size_px
    scale = how.scale * size[1] / (stored_px[1] / MARGIN)
    cos, sin = scale * math.cos(how.turn_rad), scale * math.sin(how.turn_rad)
    linear = np.array([[cos, sin], [-sin, cos]])
    offset = np.array(size) / 2 + np.array(how.shift) * size[1] - linear @ (np.array(stored_px) / 2)
    to_centre = np.column_stack([linear, offset + linear @ np.array([0.5, 0.5]) - 0.5])
    picture = pictures.pictures[number]
    if scale < 0.6:  # a bilinear tap would leave out pixels
        picture = cv2.blur(picture, (2, 2))
    cut = cv2.warpAffine(picture, to_centre, size, flags=cv2.INTER_LINEAR)
    across, down = linear @ pictures.trunk[number]
    return cut, pictures.points[number] @ linear.T + offset, math.degrees(math.atan2(across, -down))


@dataclass(frozen=True)
class Batch:
    """Pictures with their labels, as bytes where they can be: they are made in another process."""

    pictures: np.ndarray  # (n, height, width, 3; RGB)
    points: np.ndarray  # (n, labels, 2)
    seen: np.ndarray  # (n, labels)
    behind: np.ndarray  # (n,)
    lean: np.ndarray  # (n,) of the trunk, deg
    whose: np.ndarray  # (n,)
    level: np.ndarray  # (n,) 1 for those that tell a person's constant error: of standing still, if filmed, else all
    referred: np.ndarray  # (people,) 1 where the first picture is a reference for the others

    def tensors(self, device: torch.device | str = "cpu") -> tuple[Tensor, ...]:
        """Pictures (n, 3, height, width) from 0 to 1, and the rest in their order above."""
        pictures = torch.from_numpy(self.pictures).to(device).permute(0, 3, 1, 2).float().div_(255)
        rest = (self.points, self.seen, self.behind, self.lean, self.whose, self.level, self.referred)
        return pictures, *(torch.from_numpy(part).to(device) for part in rest)

    @staticmethod
    def joined(parts: list[Batch]) -> Batch:
        """One batch of several."""
        first = np.cumsum([0, *(len(part.referred) for part in parts)])
        names = ("pictures", "points", "seen", "behind", "lean", "level", "referred")
        together = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
        whose = np.concatenate([part.whose + start for part, start in zip(parts, first[:-1], strict=True)])
        return Batch(**together, whose=whose)


def jitter(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Looks that have no meaning: channels, grey, negative, sharpness, a random 3x3 convolution, light, random patches."""
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
    out = np.clip(out * np.float32(gain) + offset.astype(np.float32), 0, 255).astype(np.uint8)
    for _ in range(int(rng.choice(3, p=(0.6, 0.25, 0.15)))):
        x, y = rng.integers(0, width - 10), rng.integers(0, height - 10)
        w, h = rng.integers(height // 32, height // 4, 2)
        out = np.array(out)
        out[y : y + h, x : x + w] = rng.uniform(0, 255, 3)
    return out


def batch(pictures: Pictures, people: list[list[int]], size: tuple[int, int], rng: np.random.Generator | None) -> Batch:
    """All pictures of some people; with a generator, as training sees them."""
    inputs, targets, seen, behind, leans, whose, level = [], [], [], [], [], [], []
    for person, numbers in enumerate(people):
        # Of a person who is filmed all pictures are cut, coloured and mirrored in one way.
        draws = np.zeros(0) if rng is None else rng.integers(0, 2**63, len(numbers))
        draws = np.repeat(draws[:1], len(numbers)) if pictures.filmed else draws
        for place, number in enumerate(numbers):
            own = None if rng is None else np.random.default_rng(int(draws[place]))
            how = Cut() if own is None else Cut.erring(own)
            if rng is not None and pictures.filmed:
                how = how.trembling(rng)
            cut, at, lean = to_input(pictures, number, size, how)
            visible, anterior = pictures.visible[number], pictures.anterior[number]
            if anterior:
                # "left" is the picture's left here: from in front and from behind look alike without a face, and a network that
                # had to know which it is would put both hips between the two. Whose leg it is, the belt tells later.
                at, visible = at[pictures.swap], visible[pictures.swap]
            if own is not None:
                mirrored = own.uniform() < 0.5
                cut = jitter(cut, own)
                if mirrored:
                    cut = cut[:, ::-1]
                    at, lean = at[pictures.swap] * [-1, 1] + [size[0], 0], -lean
                    visible = visible[pictures.swap]
            inputs.append(cut)
            targets.append(at)
            seen.append(visible & (at > 0).all(axis=1) & (at < size).all(axis=1))
            behind.append(0.0 if anterior else 1.0)
            leans.append(lean)
            whose.append(person)
            level.append(1.0 if not pictures.filmed or place < STANDING else 0.0)
    floats = [np.stack(values).astype(np.float32) for values in (targets, seen, behind, leans, level)]
    referred = np.full(len(people), float(pictures.filmed), np.float32)
    return Batch(np.stack(inputs), *floats[:4], np.array(whose), floats[4], referred)
