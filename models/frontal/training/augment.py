"""Changes to a picture that have no meaning: what a network must not learn from."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]  # (height, width, 3)


def cut(
    picture: Picture, cut_px: float, size: tuple[int, int], rng: np.random.Generator | None
) -> tuple[Picture, npt.NDArray[np.float64]]:
    """Cut a network's input out of the middle of a stored picture.

    cut_px: height of the part that is cut out (px of the stored picture). size: width and height of the input (px). With a generator the
    part is moved, scaled and turned as a tracker errs. Returns the input, and the affine map (2, 3) from the stored picture to it.
    """
    height, width = picture.shape[:2]
    scale = size[1] / cut_px
    turn, shift = 0.0, np.zeros(2)
    if rng is not None:
        scale *= math.exp(rng.normal(0, 0.08))
        turn = math.radians(rng.normal(0, 3))
        shift = rng.normal(0, 0.05, 2) * size[1]
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    linear = np.array([[cos, sin], [-sin, cos]])
    offset = np.array(size) / 2 + shift - linear @ (np.array((width, height)) / 2)
    # Labels count from the corner of the first pixel, OpenCV from its middle.
    between_middles = np.column_stack([linear, offset + linear @ np.array([0.5, 0.5]) - 0.5])
    if scale < 0.6:
        # Bilinear sampling would leave out pixels. The mean of two by two also moves the picture by half a stored pixel, which the labels
        # do not follow: a known fault that the weights which ship were trained with (README.md, "Known faults").
        picture = np.asarray(cv2.blur(picture, (2, 2)), np.uint8)
    made = np.asarray(cv2.warpAffine(picture, between_middles, size, flags=cv2.INTER_LINEAR), np.uint8)
    return made, np.column_stack([linear, offset])


def change_look(picture: Picture, rng: np.random.Generator) -> Picture:
    """Exchange channels, make it grey or negative, change sharpness and light: each at random."""
    out = picture
    if rng.uniform() < 0.25:
        out = out[..., rng.permutation(3)]
    if rng.uniform() < 0.12:
        out = np.repeat(out.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    if rng.uniform() < 0.06:
        out = np.asarray(255 - out, np.uint8)
    out = _sharpness(np.ascontiguousarray(out), rng)
    height, width = out.shape[:2]
    if rng.uniform() < 0.3:  # light that falls on everything alike
        coarse = np.exp(rng.normal(0, 0.35, (int(rng.integers(2, 6)),) * 2)).astype(np.float32)
        field = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        out = np.clip(out * field[..., None], 0, 255).astype(np.uint8)
    gain, offset = np.exp(rng.normal(0, 0.2)), rng.normal(0, 12, 3)
    lit = np.clip(out * np.float32(gain) + offset.astype(np.float32), 0, 255)
    return np.asarray(lit.astype(np.uint8))


def _sharpness(picture: Picture, rng: np.random.Generator) -> Picture:
    """A random 3x3 convolution, a blur, a sharpening, or (in about half of all pictures) nothing."""
    kind = rng.uniform()
    out = picture
    if kind < 0.12:
        kernel = rng.normal(0, 0.15, (3, 3)).astype(np.float32)
        kernel += (1.0 - kernel.sum()) / 9
        out = cv2.filter2D(picture, -1, kernel)
    elif kind < 0.36:
        out = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.8))
    elif kind < 0.46:
        soft = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.7, 2.0))
        share = rng.uniform(0.3, 1.5)
        out = cv2.addWeighted(picture, 1 + share, soft, -share, 0)
    return np.asarray(out, np.uint8)


def hide_parts(picture: Picture, rng: np.random.Generator) -> None:
    """Paint up to two patches over a picture, at random."""
    height, width = picture.shape[:2]
    for _ in range(int(rng.choice(3, p=(0.6, 0.25, 0.15)))):
        x, y = rng.integers(0, width - 10), rng.integers(0, height - 10)
        w, h = rng.integers(height // 32, height // 4, 2)
        picture[y : y + h, x : x + w] = rng.uniform(0, 255, 3)
