"""A film of one person before one camera, fast: what stays as it is from frame to frame is made once.

The room is turned into grey levels once (and again while the light changes). The runner is composed only where he is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from ..people.base_mesh import Array
from ..people.person import Person
from ..people.posing import turn_y
from ..rendering.camera import Camera
from ..rendering.drawing import Canvas, Layer, Light
from ..rendering.lighting import draw_light
from ..rendering.room import draw_room, paint_rails
from .changing import Surroundings
from .figure import Figure
from .sensor import Noise, Toner, with_noise
from .strides import Moves

Picture = npt.NDArray[np.uint8]
GAIN_FOLLOWS_S = 2.0  # time constant of the automatic exposure
SEEN_CHANGE = 0.003  # change of brightness (natural logarithm) from which the room's grey levels are computed anew
MEAN_BRIGHTNESS = 0.42  # (0..1) that the automatic exposure aims at


@dataclass(frozen=True)
class Shot:
    """Who is filmed doing what, by which camera, and what changes about the runner."""

    run: Moves
    person: Person
    camera: Camera
    anterior: bool
    around: Surroundings = field(default_factory=Surroundings)


def frames(
    rng: np.random.Generator,
    canvas: Canvas,
    shot: Shot,
    times_s: Sequence[float],
    draping: np.random.Generator | None = None,
) -> Iterator[Picture]:
    """The picture (height, width, 3; BGR) at each of these times. draping: says how cloth lies; None: `rng` does."""
    size_px, around = canvas.size_px, shot.around
    light = draw_light(rng)
    drape = (draping or rng).bit_generator.state
    backdrop = draw_backdrop(rng, shot.camera, size_px, shot.anterior)
    tint, gamma = np.exp(rng.normal(0, 0.04, 3)), np.exp(rng.normal(0, 0.12))
    noise = abs(rng.normal(0, 0.015))
    noise_seed = int(1e6 * noise)
    tone, noise_fields = Toner(tint, gamma, noise), Noise(np.random.default_rng(noise_seed), *size_px)
    figure = Figure(_generator(drape), shot.person, shot.run.pose(0.0))
    exposure: Exposure | None = None
    toned_for = 0.0
    room_grey = room_noise = np.zeros(0, np.int16)
    to_clip = shot.camera.to_clip(size_px)
    for number, time_s in enumerate(times_s):
        strength = around.strength.at(time_s) if around.strength else 1.0
        now = changed(light, strength, around.turned_deg.at(time_s)) if around.turned_deg else light
        layers = figure.layers(
            shot.run.pose(time_s),
            around.creep.at(time_s) if around.creep else 0.0,
            around.sweat.at(time_s) if around.sweat else 1.0,
        )
        left, top, width, height = box_of(layers, shot.camera, size_px)
        part = slice(top, top + height), slice(left, left + width)
        drawn = canvas.draw_part(layers, to_clip, shot.camera.eye, now, (left, top, width, height))
        seen = backdrop.with_person(drawn, part, strength)
        if exposure is None:
            bare = backdrop.bare
            mean = (float(bare.sum()) - float(bare[part].sum()) + float(seen.sum())) / bare.size
            exposure = Exposure(mean)
        gain = exposure.gain(time_s, strength)
        if abs(np.log(max(gain * strength, 1e-9) / max(toned_for, 1e-9))) > SEEN_CHANGE:
            toned_for = gain * strength
            room_grey, room_noise = tone(backdrop.bare, toned_for)
        grey, noisy = room_grey.copy(), room_noise.copy()
        grey[part], noisy[part] = tone(seen, gain)
        yield with_noise(grey, noisy, noise_fields.field(np.random.default_rng((number, noise_seed))))


@dataclass(frozen=True)
class Backdrop:
    """All that is seen besides the person, as light (height, width, 3; BGR)."""

    behind: Array
    before: Array  # colours of what stands before the person; black elsewhere
    clear: Array  # 1 where the person is seen past it, 0 where not

    @property
    def bare(self) -> Array:
        """Without the person."""
        return self.behind * self.clear + self.before

    def with_person(self, drawn: Picture, part: tuple[slice, slice], strength: float) -> Array:
        """A part of it (rows, columns) with a person (height, width, 4; RGBA), in a light that is so many times as strong.

        A pixel is covered by the person or it is not: nothing is half seen.
        """
        seen = cv2.multiply(self.behind[part], (strength,) * 4)
        person = cv2.multiply(cv2.cvtColor(drawn, cv2.COLOR_RGBA2BGR), (1 / 255,) * 4, dtype=cv2.CV_32F)
        cv2.copyTo(person, np.ascontiguousarray(drawn[..., 3]), seen)
        return np.asarray(seen * self.clear[part] + self.before[part] * np.float32(strength))


def draw_backdrop(rng: np.random.Generator, camera: Camera, size_px: tuple[int, int], anterior: bool) -> Backdrop:
    """A room, with or without a treadmill's rails: behind the runner, or before him where he is seen from in front."""
    room = draw_room(rng, camera, size_px)
    rail = rng.uniform() < 0.6
    before, clear = np.zeros_like(room), np.ones_like(room)
    if rail and not anterior:
        paint_rails(rng, camera, room, False)
    if rail and anterior:  # painted on black and on white: its colours, and where one sees past it
        for ground in (before, clear):
            paint_rails(_generator(rng.bit_generator.state), camera, ground, True)
        clear -= before
    return Backdrop(room, before, clear)


class Exposure:
    """A camera's automatic exposure. It aims at a mean brightness, and follows a change of the light slowly."""

    def __init__(self, mean: float) -> None:
        """mean: brightness (0..1) of the first picture before exposure."""
        self._first = self._gain = MEAN_BRIGHTNESS / max(mean, 0.05)
        self._last_s = 0.0

    def gain(self, time_s: float, strength: float) -> float:
        """The factor of all light at a time (s; not before the last one) when the light is so many times as strong as at first."""
        self._gain += (self._first / strength - self._gain) * (1 - math.exp(-(time_s - self._last_s) / GAIN_FOLLOWS_S))
        self._last_s = time_s
        return self._gain


def box_of(layers: list[Layer], camera: Camera, size_px: tuple[int, int]) -> tuple[int, int, int, int]:
    """The part of the picture (left, top, width, height; px) that holds all of the layers."""
    seen = camera.project(np.concatenate([layer.at for layer in layers]))
    low = np.clip(np.floor(seen.min(axis=0)) - 2, 0, np.array(size_px) - 1).astype(int)
    high = np.clip(np.ceil(seen.max(axis=0)) + 3, low + 1, size_px).astype(int)
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def changed(light: Light, strength: float, turned_deg: float) -> Light:
    """The same light, so many times as strong, from a direction turned about the upright."""
    sun = (turn_y(turned_deg) @ light.sun).astype(np.float32)
    factor = np.float32(strength)
    return replace(
        light, sun=sun, sun_colour=light.sun_colour * factor, sky=light.sky * factor, ground=light.ground * factor
    )


def _generator(state: Mapping[str, object]) -> np.random.Generator:
    """A generator that goes on from another one's state."""
    rng = np.random.default_rng()
    rng.bit_generator.state = state
    return rng
