"""The room about a runner: wall, floor, things, and the treadmill in its true perspective."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ..people.looks import Colour, colour
from .camera import Camera
from .photos import photo

Picture = npt.NDArray[np.float32]
Corners = npt.NDArray[np.float64]
NEAREST_M = 0.2  # what reaches nearer to the camera is not painted


def draw_room(rng: np.random.Generator, camera: Camera, size_px: tuple[int, int]) -> Picture:
    """A background (height, width, 3; BGR, 0..1.2) for a picture of this width and height."""
    width, height = size_px
    room = np.empty((height, width, 3), np.float32)
    wall, floor = colour(rng), colour(rng)
    horizon = int(np.clip(rng.normal(0.65, 0.15), 0.2, 1.0) * height)
    room[:horizon], room[horizon:] = wall, floor
    if rng.uniform() < 0.3:
        room[:] = cv2.resize(photo(rng, 200), (width, height)).astype(np.float32) / 255
    shade = cv2.resize(
        rng.normal(1, rng.uniform(0.02, 0.25), (6, 4)).astype(np.float32), size_px, interpolation=cv2.INTER_CUBIC
    )
    for _ in range(int(rng.integers(0, 14))):
        _paint_thing(rng, room)
    if rng.uniform() < 0.5:
        texture = rng.uniform(-1, 1, (height // int(rng.integers(2, 10)),) * 2).astype(np.float32)
        room += rng.uniform(0.02, 0.15) * cv2.resize(texture, size_px)[..., None]
    if rng.uniform() < 0.85:
        _paint_belt(rng, camera, room)
    return np.asarray(np.clip(room * shade[..., None], 0, 1.2), np.float32)


def _paint_thing(rng: np.random.Generator, room: Picture) -> None:
    """A box, a line or an ellipse, anywhere."""
    height, width = room.shape[:2]
    kind = rng.uniform()
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    w, h = rng.uniform(4, height * 0.5, 2)
    tone = _as_tuple(colour(rng))
    if kind < 0.6:
        box = cv2.boxPoints(((x, y), (w, h), float(rng.normal(0, 6)))).astype(np.int32)
        cv2.fillPoly(room, [box], tone, cv2.LINE_AA)
    elif kind < 0.8:
        cv2.line(room, (int(x), 0), (int(x + rng.normal(0, 20)), height), tone, int(rng.integers(1, 6)), cv2.LINE_AA)
    else:
        cv2.ellipse(room, (int(x), int(y)), (int(w / 2), int(h / 2)), 0, 0, 360, tone, -1, cv2.LINE_AA)


def _paint_belt(rng: np.random.Generator, camera: Camera, room: Picture) -> None:
    """The treadmill's deck and its belt."""
    half, length = rng.uniform(0.22, 0.4), rng.uniform(0.7, 1.2)
    for wide, tone in ((half + rng.uniform(0.05, 0.2), colour(rng)), (half, colour(rng))):
        corners = np.array([[-wide, 0, -length], [wide, 0, -length], [wide, 0, length], [-wide, 0, length]])
        _fill(room, camera, corners, tone)


def paint_rails(rng: np.random.Generator, camera: Camera, picture: Picture, front: bool) -> None:
    """Paint handrails and a console over a picture (height, width, 3).

    front: the runner is seen from in front, so that they are before the legs; the console is then less tall.
    """
    tone = _as_tuple(colour(rng) * 0.7)
    ahead, aside, high = rng.uniform(0.45, 0.9), rng.uniform(0.3, 0.5), rng.uniform(0.8, 1.3)
    thick = max(1, int(rng.uniform(0.02, 0.06) * camera.focal_px / 3.0))
    posts = [np.array([[s * aside, 0, ahead], [s * aside, high, ahead]]) for s in (-1, 1)]
    posts += [
        np.array([[s * aside, high * 0.85, ahead], [s * aside, high * 0.8, ahead - rng.uniform(0.2, 0.8)]])
        for s in (-1, 1)
    ]
    for post in posts:
        if _before(camera, post):
            a, b = camera.project(post).astype(int)
            cv2.line(picture, tuple(map(int, a)), tuple(map(int, b)), tone, thick, cv2.LINE_AA)
    low = high - rng.uniform(0.1, 0.3) if not front else high - rng.uniform(0.02, 0.15)
    panel = np.array([[-aside, low, ahead], [aside, low, ahead], [aside, high, ahead], [-aside, high, ahead]])
    if _before(camera, panel) and rng.uniform() < 0.8:
        _fill(picture, camera, panel, colour(rng) * 0.6)


def _before(camera: Camera, points: Corners) -> bool:
    """Whether all of these points (n, 3; m) are well before the camera."""
    return bool((((points - camera.eye) @ camera.turn.T)[:, 2] > NEAREST_M).all())


def _fill(picture: Picture, camera: Camera, corners: Corners, tone: Colour) -> None:
    """Paint a polygon of the world (n, 3; m)."""
    if _before(camera, corners):
        cv2.fillPoly(picture, [camera.project(corners).astype(np.int32)], _as_tuple(tone), cv2.LINE_AA)


def _as_tuple(tone: Colour) -> tuple[float, ...]:
    return tuple(float(value) for value in tone)
