"""Training pictures: a person in some pose, filmed by a camera in some light and room, with that camera's faults; and labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import cv2
import numpy as np

from ..framing import LABELS, MARGIN, Framing, Point
from ..people.base_mesh import Array
from ..people.person import Person, landmarks
from ..people.posing import Angles, draw_angles, pose_of
from .camera import Camera
from .drawing import Canvas, Light
from .layers import layers_of
from .photos import photo
from .room import draw_room, paint_rails
from .scene import Scene, draw_scene
from .shards import Sample


class Painter:
    """Draws samples. It keeps the last people: they walk through the background of the next pictures."""

    def __init__(self, framing: Framing) -> None:
        self.framing = framing
        self.canvas = Canvas(*framing.size_px)
        self._others: list[Array] = []

    def film(self, rng: np.random.Generator, person: Person, count: int) -> list[Sample]:
        """Pictures of a person as from one film: any poses, one camera, one light, one room."""
        anterior = bool(rng.uniform() < 0.35)
        upright = landmarks(person, pose_of(draw_angles(rng, "stand"), person.body))
        middle = (upright["left_hip"] + upright["right_hip"]) / 2
        if rng.uniform() < 0.5:
            self.canvas.set_photo(photo(rng, Canvas.PHOTO_PX))
        scene = draw_scene(rng, middle, anterior)
        return [self._draw(rng, person, scene) for _ in range(count)]

    def _draw(self, rng: np.random.Generator, person: Person, scene: Scene) -> Sample:
        state = rng.bit_generator.state
        angles = draw_angles(rng)
        world = landmarks(person, pose_of(angles, person.body))
        camera = self._framed(rng, scene.camera, world)
        poses = [angles]
        if angles.kind != "stand" and rng.uniform() < 0.25:  # moved while the shutter was open
            shutter = float(rng.uniform(0.003, 0.025)) / 0.72  # of a stride
            poses = [_again(state, share * shutter) for share in (-0.5, 0.0, 0.5)]
        drawn = self._exposed(
            int(rng.integers(2**31)) if scene.drape is None else scene.drape, person, poses, camera, scene.light
        )
        room = np.random.default_rng(scene.room)
        picture = draw_room(room, camera, self.framing.size_px)
        if self._others and rng.uniform() < 0.15:
            _add_other(rng, picture, self._others[int(rng.integers(len(self._others)))])
        if scene.rail and not scene.anterior:
            paint_rails(room, camera, picture, False)
        picture = picture * (1 - drawn[..., 3:]) + drawn[..., :3]
        if scene.rail and scene.anterior:
            paint_rails(room, camera, picture, True)
        self._others = [*self._others[-7:], drawn]
        points = np.array([camera.project(world[name]) for name in LABELS], np.float32)
        inside = np.asarray(((points >= 0) & (points < self.framing.size_px)).all(axis=1))
        spoilt = scene.faults.spoil(picture.astype(np.float32), rng)
        return Sample(spoilt, points, inside, scene.anterior, angles.kind)

    def _framed(self, rng: np.random.Generator, camera: Camera, world: dict[str, Point]) -> Camera:
        """The camera, framed on the region about the person; the region is moved and scaled as a tracker errs."""
        centre, high = self.framing.region({name: camera.project(point) for name, point in world.items()})
        high *= float(np.exp(rng.normal(0, 0.05)))
        centre = centre + rng.normal(0, 0.02, 2) * high
        zoom = self.framing.size_px[1] / (high * MARGIN)
        at = np.array(self.framing.size_px) / 2 - centre * zoom
        return replace(camera, focal_px=camera.focal_px * zoom, centre_px=at)

    def _exposed(self, drape: int, person: Person, poses: list[Angles], camera: Camera, light: Light) -> Array:
        """The person (height, width, 4; premultiplied BGR and coverage, 0..1), averaged over the poses of one exposure.

        drape: seed of how cloth lies.
        """
        width, height = self.framing.size_px
        total = np.zeros((height, width, 4), np.float32)
        for angles in poses:
            layers = layers_of(np.random.default_rng(drape), person, pose_of(angles, person.body))
            total += self.canvas.draw(layers, camera.to_clip(self.framing.size_px), camera.eye, light)
        return total[..., [2, 1, 0, 3]] / (255.0 * len(poses))


def _again(state: Mapping[str, object], later: float) -> Angles:
    """The same pose at random, so many strides later."""
    rng = np.random.default_rng()
    rng.bit_generator.state = state
    return draw_angles(rng, later=later)


def _add_other(rng: np.random.Generator, room: Array, other: Array) -> None:
    """Paint another person (height, width, 4), or the same one as in a mirror, into a room (height, width, 3), further back."""
    share = rng.uniform(0.3, 0.9)
    height, width = other.shape[:2]
    small = cv2.resize(other, (int(width * share), int(height * share)), interpolation=cv2.INTER_AREA)
    if rng.uniform() < 0.5:
        small = small[:, ::-1]
    across = rng.choice((-1, 1)) * rng.uniform(0.25, 0.6) * width
    move = np.array([[1, 0, width / 2 + across - small.shape[1] / 2], [0, 1, rng.uniform(0, 0.3) * height]])
    placed = cv2.warpAffine(np.ascontiguousarray(small), move, (width, height))
    room *= 1 - placed[..., 3:]
    room += placed[..., :3]
