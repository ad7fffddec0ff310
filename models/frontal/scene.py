"""Where somebody is filmed: light, room, treadmill; all of it at random."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
from camera import Camera, Faults, draw_camera, draw_faults
from drawing import Light
from photos import photo
from wardrobe import colour

OWN_SHADOWS = 0.5  # share of lights in which limbs and clothes throw shadows on the person
WINDOWS = 0.3  # and in which one side has several times the light of the other


@dataclass(frozen=True)
class Scene:
    """What stays as it is while somebody is filmed."""

    anterior: bool
    camera: Camera
    light: Light
    faults: Faults
    room: int  # seed
    rail: bool
    drape: int | None  # seed of how cloth lies; None: anew in each picture


def draw_scene(rng: np.random.Generator, middle: npt.NDArray[np.float64], anterior: bool) -> Scene:
    """About somebody whose hips are at `middle` (3; m)."""
    return Scene(
        anterior, draw_camera(rng, middle, anterior), draw_light(rng), draw_faults(rng), int(rng.integers(2**31)),
        bool(rng.uniform() < 0.6), int(rng.integers(2**31)) if rng.uniform() < 0.5 else None,
    )  # fmt: skip


def from_one_side(rng: np.random.Generator, light: Light) -> Light:
    """The same light, but as in a room with one window."""
    sun = np.array([rng.choice((-0.9, 0.9)), rng.uniform(-0.1, 0.6), rng.uniform(-0.4, 0.4)])
    bright, dim = rng.uniform(0.5, 1.0), rng.uniform(0.12, 0.35)
    dimmed = np.float32(dim / light.sky.mean())
    lit = np.float32(bright / max(float(light.sun_colour.mean()), 1e-3))
    return replace(
        light, sun=(sun / np.linalg.norm(sun)).astype(np.float32), sun_colour=light.sun_colour * lit,
        sky=light.sky * dimmed, ground=light.ground * dimmed,
    )  # fmt: skip


def draw_light(rng: np.random.Generator) -> Light:
    around, up = rng.uniform(0, 2 * np.pi), rng.uniform(-0.1, 1.0)
    flat = np.sqrt(max(1 - min(up, 0.98) ** 2, 0))
    sun = np.array([np.cos(around) * flat, up, np.sin(around) * flat], np.float32)
    strength = rng.uniform(0.0, 0.9)
    tint = 1 + rng.normal(0, 0.08, 3)
    fill = rng.uniform(0.25, 0.8) * (1.1 - 0.5 * strength)
    light = Light(
        sun / np.linalg.norm(sun), (strength * tint).astype(np.float32), (fill * (1 + rng.normal(0, 0.06, 3))).astype(np.float32),
        (fill * rng.uniform(0.4, 1.0) * (1 + rng.normal(0, 0.06, 3))).astype(np.float32), int(rng.choice(4, p=(0.6, 0.08, 0.2, 0.12))),
        float(rng.uniform(0.3, 1.0)) if rng.uniform() < 0.25 else 0.0,
    )  # fmt: skip
    if rng.uniform() < WINDOWS:
        light = from_one_side(rng, light)
    return replace(light, own_shadow=float(rng.uniform(0.4, 1.0))) if rng.uniform() < OWN_SHADOWS else light


def draw_room(rng: np.random.Generator, camera: Camera, size_px: tuple[int, int]) -> npt.NDArray[np.float32]:
    """A background (height, width, 3; 0..1): wall, floor, things, and the treadmill in its true perspective."""
    width, size = size_px
    room = np.empty((size, width, 3), np.float32)
    wall, floor = colour(rng), colour(rng)
    horizon = int(np.clip(rng.normal(0.65, 0.15), 0.2, 1.0) * size)
    room[:horizon], room[horizon:] = wall, floor
    if rng.uniform() < 0.3:
        room[:] = cv2.resize(photo(rng, 200), (width, size)).astype(np.float32) / 255
    shade = cv2.resize(
        rng.normal(1, rng.uniform(0.02, 0.25), (6, 4)).astype(np.float32), size_px, interpolation=cv2.INTER_CUBIC
    )
    for _ in range(int(rng.integers(0, 14))):
        kind = rng.uniform()
        x, y = rng.uniform(0, width), rng.uniform(0, size)
        w, h = rng.uniform(4, size * 0.5, 2)
        tone = tuple(float(v) for v in colour(rng))
        if kind < 0.6:
            box = cv2.boxPoints(((x, y), (w, h), float(rng.normal(0, 6)))).astype(np.int32)
            cv2.fillPoly(room, [box], tone, cv2.LINE_AA)
        elif kind < 0.8:
            cv2.line(room, (int(x), 0), (int(x + rng.normal(0, 20)), size), tone, int(rng.integers(1, 6)), cv2.LINE_AA)
        else:
            cv2.ellipse(room, (int(x), int(y)), (int(w / 2), int(h / 2)), 0, 0, 360, tone, -1, cv2.LINE_AA)
    if rng.uniform() < 0.5:
        texture = rng.uniform(-1, 1, (size // int(rng.integers(2, 10)),) * 2).astype(np.float32)
        room += rng.uniform(0.02, 0.15) * cv2.resize(texture, size_px)[..., None]
    if rng.uniform() < 0.85:
        half, length = rng.uniform(0.22, 0.4), rng.uniform(0.7, 1.2)
        for wide, tone in ((half + rng.uniform(0.05, 0.2), colour(rng)), (half, colour(rng))):
            corners = np.array([[-wide, 0, -length], [wide, 0, -length], [wide, 0, length], [-wide, 0, length]])
            seen = (corners - camera.eye) @ camera.turn.T
            if (seen[:, 2] > 0.2).all():
                cv2.fillPoly(
                    room, [camera.project(corners).astype(np.int32)], tuple(float(v) for v in tone), cv2.LINE_AA
                )
    return np.clip(room * shade[..., None], 0, 1.2)


def rails(rng: np.random.Generator, camera: Camera, picture: npt.NDArray[np.float32], front: bool) -> None:
    """Handrails and a console: behind the runner's back, or (seen from in front) before the legs."""
    tone = tuple(float(v) for v in colour(rng) * 0.7)
    ahead, aside, high = rng.uniform(0.45, 0.9), rng.uniform(0.3, 0.5), rng.uniform(0.8, 1.3)
    thick = max(1, int(rng.uniform(0.02, 0.06) * camera.focal_px / 3.0))
    posts = [np.array([[s * aside, 0, ahead], [s * aside, high, ahead]]) for s in (-1, 1)]
    posts += [
        np.array([[s * aside, high * 0.85, ahead], [s * aside, high * 0.8, ahead - rng.uniform(0.2, 0.8)]])
        for s in (-1, 1)
    ]
    for post in posts:
        if (((post - camera.eye) @ camera.turn.T)[:, 2] < 0.2).any():
            continue
        a, b = camera.project(post).astype(int)
        cv2.line(picture, tuple(map(int, a)), tuple(map(int, b)), tone, thick, cv2.LINE_AA)
    low = high - rng.uniform(0.1, 0.3) if not front else high - rng.uniform(0.02, 0.15)
    panel = np.array([[-aside, low, ahead], [aside, low, ahead], [aside, high, ahead], [-aside, high, ahead]])
    if (((panel - camera.eye) @ camera.turn.T)[:, 2] > 0.2).all() and rng.uniform() < 0.8:
        cv2.fillPoly(
            picture, [camera.project(panel).astype(np.int32)], tuple(float(v) for v in colour(rng) * 0.6), cv2.LINE_AA
        )
