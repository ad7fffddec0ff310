"""A film of one person before one camera, fast: what stays as it is from frame to frame is made once.

The room is toned once (and again while the light changes), the runner is composed only where he is, and the sensor's noise is taken from
a few large fields, each frame from another place of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
from body import BONES
from camera import Camera
from changing import Surroundings
from drawing import Canvas, Cover, Layer, Light
from picture import Person, layers_of
from posing import Pose, pose_of, turn_y
from running import Run
from scene import draw_light, draw_room, rails
from scipy import sparse

FINE = 4095  # steps of brightness before toning
SUBS = 16  # of a grey level, in sums with noise
GAIN_FOLLOWS_S = 2.0
SEEN_CHANGE = 0.003  # of brightness, from which the room is toned anew
SHIRTS = ("bra", "tight", "shirt", "long", "hoodie", "top")
Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Worn:
    """One layer with what its movement needs."""

    layer: Layer  # at rest
    moves: sparse.csr_matrix  # (vertices, 4 x bones): rest places times weights
    around: sparse.csr_matrix  # (vertices, faces): which faces a vertex has
    hangs: Floats  # how it lies against the body (m)
    slides: Floats  # how far its vertices have moved when it has crept all the way (m)
    creep: tuple[float, float]
    over_creep: tuple[tuple[float, float], ...]
    shirt: float  # 0: not, 1: its upper colour, 2: all of it


class Figure:
    """A person who is drawn in many poses, cloth lying against the body as the generator says."""

    def __init__(self, rng: np.random.Generator, person: Person, upright: Pose) -> None:
        self._person = person
        self._heads = np.stack([person.body.joints[bone] for bone in BONES])
        self._worn = []
        for k, layer in enumerate(layers_of(rng, person, upright)):
            cloth, at, creep = person.layers[k], person.worn[k], person.creeps[k]
            spread = np.concatenate([at, np.ones((len(at), 1))], axis=1)
            moves = sparse.hstack([sparse.diags(spread[:, axis]) @ cloth.weights for axis in range(4)])
            faces = cloth.faces
            around = sparse.csr_matrix(
                (np.ones(faces.size, np.float32), (faces.ravel(), np.repeat(np.arange(len(faces)), 3))),
                (len(at), len(faces)),
            )
            slides = np.zeros_like(at)
            if person.made_of_tubes:  # edges of its own; what is cut out of the body's surface has its cuts moved
                slides[:, 1] = creep[0] + creep[1] * np.clip(at[:, 0], -0.15, 0.15)
            shirt = 2.0 if cloth.part in SHIRTS else float("suit" in cloth.part)
            moved = sparse.csr_matrix(moves, dtype=np.float32)
            rest = layer.at - (moved @ self._rows(upright)).astype(np.float32)
            self._worn.append(_Worn(layer, moved, around, rest, slides, creep, person.over_creeps[k], shirt))

    def _rows(self, pose: Pose) -> Floats:
        offsets = pose.places - np.einsum("bij,bj->bi", pose.turns, self._heads)
        rows = np.concatenate([pose.turns, offsets[:, :, None]], axis=2)  # (bones, 3, 4)
        return np.ascontiguousarray(rows.transpose(2, 0, 1).reshape(-1, 3), np.float32)

    def layers(self, pose: Pose, crept: float = 0.0, sweat: float = 1.0) -> list[Layer]:
        """crept: the share of the way that cloth has slid; sweat: a factor of the shirt's colours."""
        rows, out = self._rows(pose), []
        for worn in self._worn:
            at = worn.moves @ rows + worn.hangs
            if crept and self._person.made_of_tubes and worn.creep != (0.0, 0.0):
                at += crept * worn.slides
            look, hidden_by = worn.layer.look, worn.layer.hidden_by
            if crept:
                if not self._person.made_of_tubes:
                    look = look | {"slid": (crept * worn.creep[0], crept * worn.creep[1])}
                hidden_by = tuple(
                    _slid(cover, crept, creep) for cover, creep in zip(hidden_by, worn.over_creep, strict=True)
                )
            if sweat != 1.0 and worn.shirt:
                darker = ("high_colour", "second") if worn.shirt == 1 else ("high_colour", "low_colour", "second")
                look = look | {name: np.asarray(look[name]) * sweat for name in darker}
            out.append(replace(worn.layer, at=at, normal=self._normals(at, worn), look=look, hidden_by=hidden_by))
        return out

    @staticmethod
    def _normals(at: Floats, worn: _Worn) -> Floats:
        faces = worn.layer.faces
        a = at[faces[:, 0]]
        u, v = at[faces[:, 1]] - a, at[faces[:, 2]] - a
        across = np.empty_like(u)
        for axis, one, two in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
            across[:, axis] = u[:, one] * v[:, two] - u[:, two] * v[:, one]
        out = worn.around @ across
        return out / (np.sqrt(np.einsum("ij,ij->i", out, out))[:, None] + 1e-12)


def _slid(cover: Cover, crept: float, creep: tuple[float, float]) -> Cover:
    up, uneven = crept * creep[0], crept * creep[1]
    return replace(cover, lowest=cover.lowest + up, highest=cover.highest + up, uneven=uneven)


class Noise:
    """A sensor's noise: fields (SD 256) larger than the picture, seen from another place each time."""

    ROOM_PX = 192

    def __init__(self, rng: np.random.Generator, width: int, height: int, fields: int = 4) -> None:
        shape = (height + self.ROOM_PX, width + self.ROOM_PX, 3)
        self._size = width, height
        self._fields = [(256 * rng.standard_normal(shape, np.float32)).astype(np.int16) for _ in range(fields)]

    def field(self, rng: np.random.Generator) -> npt.NDArray[np.int16]:
        which, x, y = rng.integers(len(self._fields)), *rng.integers(0, self.ROOM_PX, 2)
        return self._fields[int(which)][y : y + self._size[1], x : x + self._size[0]]


class Toner:
    """From light to grey levels in 16ths, and how much noise is there (16ths of a grey level)."""

    def __init__(self, tint: npt.NDArray[np.float64], gamma: float, noise: float) -> None:
        shades = np.linspace(0, 1, FINE + 1) ** gamma
        self._shades = np.round(shades * 255 * SUBS).astype(np.int16)
        self._noises = np.round(noise * (0.4 + np.sqrt(shades)) * 255 * SUBS).astype(np.int16)
        self._tint = tint

    def __call__(self, light: Floats, gain: float) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
        scale = (*(float(t) * gain * FINE for t in self._tint), 0.0)
        index = np.minimum(cv2.multiply(light, scale, dtype=cv2.CV_16U), FINE)
        return np.take(self._shades, index), np.take(self._noises, index)


def box_of(layers: list[Layer], camera: Camera, size_px: tuple[int, int]) -> tuple[int, int, int, int]:
    """The part of the picture (left, top, width, height; px) that holds all of the layers."""
    seen = camera.project(np.concatenate([layer.at for layer in layers]))
    low = np.clip(np.floor(seen.min(axis=0)) - 2, 0, np.array(size_px) - 1).astype(int)
    high = np.clip(np.ceil(seen.max(axis=0)) + 3, low + 1, size_px).astype(int)
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def lit(light: Light, strength: float, turned_deg: float) -> Light:
    """The same light, brighter or darker, from another direction."""
    sun = (turn_y(turned_deg) @ light.sun).astype(np.float32)
    factor = np.float32(strength)
    return replace(
        light, sun=sun, sun_colour=light.sun_colour * factor, sky=light.sky * factor, ground=light.ground * factor
    )


def frames(
    rng: np.random.Generator,
    canvas: Canvas,
    run: Run,
    person: Person,
    camera: Camera,
    times_s: Sequence[float],
    anterior: bool,
    draping: np.random.Generator | None = None,
    around: Surroundings | None = None,
) -> Iterator[Picture]:
    """The picture (height, width, 3; BGR) at each of some times; draping: how cloth lies, where it is not as rng says."""
    size_px, around = canvas.size_px, around or Surroundings()
    light = draw_light(rng)
    drape = (draping or rng).bit_generator.state
    room = draw_room(rng, camera, size_px)
    rail = rng.uniform() < 0.6
    if rail and not anterior:
        rails(rng, camera, room, False)
    front = rng.bit_generator.state
    tint, gamma = np.exp(rng.normal(0, 0.04, 3)), np.exp(rng.normal(0, 0.12))
    noise = abs(rng.normal(0, 0.015))
    tone, fields = Toner(tint, gamma, noise), Noise(np.random.default_rng(int(1e6 * noise)), *size_px)
    rng.bit_generator.state = drape
    figure = Figure(rng, person, pose_of(run.angles(0.0), person.body))
    colours, clear = np.zeros_like(room), np.ones_like(room)
    if rail and anterior:  # drawn on black and on white: its colours, and where the picture shows past it
        for ground in (colours, clear):
            rng.bit_generator.state = front
            rails(rng, camera, ground, True)
        clear -= colours
    bare = room * clear + colours
    gain, toned_for, last_s = 0.0, 0.0, 0.0
    whole = noises = np.zeros(0, np.int16)
    to_clip = camera.to_clip(size_px)
    for number, time_s in enumerate(times_s):
        strength = around.strength.at(time_s) if around.strength else 1.0
        now = lit(light, strength, around.turned_deg.at(time_s)) if around.turned_deg else light
        layers = figure.layers(
            pose_of(run.angles(time_s), person.body),
            around.creep.at(time_s) if around.creep else 0.0,
            around.sweat.at(time_s) if around.sweat else 1.0,
        )
        left, top, width, height = box_of(layers, camera, size_px)
        part = slice(top, top + height), slice(left, left + width)
        drawn = canvas.draw_part(layers, to_clip, camera.eye, now, (left, top, width, height))
        seen = cv2.multiply(room[part], (strength,) * 4)
        person_seen = cv2.multiply(cv2.cvtColor(drawn, cv2.COLOR_RGBA2BGR), (1 / 255,) * 4, dtype=cv2.CV_32F)
        cv2.copyTo(person_seen, np.ascontiguousarray(drawn[..., 3]), seen)  # covered or not: nothing is half seen
        if rail and anterior:
            seen = seen * clear[part] + colours[part] * np.float32(strength)
        if not gain:
            mean = (float(bare.sum()) - float(bare[part].sum()) + float(seen.sum())) / bare.size
            first = gain = 0.42 / max(mean, 0.05)
        gain += (first / strength - gain) * (1 - np.exp(-(time_s - last_s) / GAIN_FOLLOWS_S))
        last_s = time_s
        if abs(np.log(max(gain * strength, 1e-9) / max(toned_for, 1e-9))) > SEEN_CHANGE:
            toned_for = gain * strength
            whole, noises = tone(bare, toned_for)
        grey, loud = whole.copy(), noises.copy()
        grey[part], loud[part] = tone(seen, gain)
        fresh = fields.field(np.random.default_rng((number, int(1e6 * noise))))
        speckle = cv2.multiply(loud, fresh, scale=1 / 256, dtype=cv2.CV_16S)
        yield cv2.addWeighted(grey, 1 / SUBS, speckle, 1 / SUBS, -0.5, dtype=cv2.CV_8U)
