"""One picture: a person posed, filmed by a camera in some light and room, with that camera's faults; and its labels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
from body import MARKS, Body, base, draw_body
from camera import Camera
from changing import CREEP_M, draw_creep
from drawing import Canvas, Cover, Layer, Light, normals
from photos import photo
from posing import Angles, Pose, draw_angles, move_joint, pose_of, skin
from puppet import draw_puppet
from scene import Scene, draw_room, draw_scene, rails
from wardrobe import (
    Cloth,
    arm_share,
    covers_of,
    deform,
    draw_outfit,
    faces_shown,
    sharpened,
    skin_tone,
    slack,
    stands_off,
)

MARGIN = 1.25  # of a stored picture over the region that the tracker would choose; training cuts its input out of it
LABELS = (
    *(f"{side}_{joint}" for joint in ("shoulder", "hip", "psis", "asis", "trochanter", "knee", "ankle", "heel", "toe")
      for side in ("left", "right")),
    "c7",
)  # fmt: skip


@dataclass(frozen=True)
class Framing:
    """What part of a person a stored picture shows, as multiples of the trunk (hips to shoulders)."""

    size_px: tuple[int, int]  # width and height
    high_trunks: float
    below_hips_trunks: float

    def region(self, points: dict[str, npt.NDArray[np.float64]]) -> tuple[npt.NDArray[np.float64], float]:
        """Centre and height (px) of the region that the tracker would choose."""
        shoulders = (points["left_shoulder"] + points["right_shoulder"]) / 2
        hips = (points["left_hip"] + points["right_hip"]) / 2
        trunk = float(np.linalg.norm(hips - shoulders))
        return hips + np.array([0.0, self.below_hips_trunks * trunk]), self.high_trunks * trunk


BODY = Framing((200, 360), 3.3, 0.4)  # shoulders to toes
PELVIS = Framing((160, 160), 1.1, 0.0)  # waist to thighs, finer
FRAMINGS = {"body": BODY, "pelvis": PELVIS}
_JOINTS = {"shoulder": ("upperarm_{}", "upperarm_{}"), "hip": ("thigh_{}", "thigh_{}"), "knee": ("calf_{}", "calf_{}"),
           "ankle": ("foot_{}", "foot_{}"), "heel": ("heel_{}", "foot_{}"), "toe": ("toe_{}", "ball_{}")}  # fmt: skip
PUPPETS = 0.3  # share of people of the second make
# How sharply a surface belongs to one bone (an exponent of its weights): between bones, soft tissue and cloth turn by less of a
# pelvis' turn than it does, and nobody knows by how much under which clothes.
FOLLOWS = (0.35, 1.7)
CREEPS_NOT = ("skin", "shoes", "hair", "socks", "pouch", "thing", "belt")
SLACK, GIVES = 0.5, 0.6  # of so many people the surface gives way, by up to this share of what is the pelvis'


@dataclass(frozen=True)
class Person:
    """A body with all that can be seen of its layers, the skin first; used for several pictures, because it takes the longest to make."""

    body: Body
    layers: list[Cloth]
    worn: list[npt.NDArray[np.float32]]  # the layers' vertices at rest, stood off the body
    arms: list[npt.NDArray[np.float32]]
    hidden_by: list[tuple[Cover, ...]]  # what is worn over each layer
    creeps: list[tuple[float, float]]  # how far each slides (see draw_creep)
    over_creeps: list[tuple[tuple[float, float], ...]]  # and what is worn over it, as hidden_by
    made_of_tubes: bool = False


def draw_person(
    rng: np.random.Generator,
    make: str = "any",
    gives: bool = False,
    wardrobe: np.random.Generator | None = None,
    creeping: np.random.Generator | None = None,
) -> Person:
    """make: "mesh", "puppet", "any" (one of these two), or "blocks", which is for validation only.

    gives: as people to learn from, of whom some have a surface that gives way.
    wardrobe: of a mesh: what chooses the clothes, so that one body can wear others.
    creeping: how far each garment slides in the course of a run; None: none does.
    """
    tubes = make == "blocks" or make == "puppet" or (make == "any" and rng.uniform() < PUPPETS)
    if tubes:
        body, layers = draw_puppet(rng, blocks=make == "blocks")
    else:
        body = draw_body(rng)
        tone = skin_tone(rng)
        bare = Cloth(
            body.vertices, base().faces, base().weights, "skin", ((9.0, tone),), shine=0.15, pattern=(0, 1.0, tone)
        )
        layers = [bare, *draw_outfit(wardrobe or rng, body)]
    follows = float(np.exp(rng.uniform(*np.log(FOLLOWS))))
    layers = [replace(layer, weights=sharpened(layer.weights, follows)) for layer in layers]
    if gives and rng.uniform() < SLACK:
        up, down = rng.uniform(0, GIVES, 2)
        layers = [replace(layer, weights=slack(layer.weights, layer.vertices, body, up, down)) for layer in layers]
    worn = [layers[0].vertices, *(deform(cloth, normals(cloth.vertices, cloth.faces)) for cloth in layers[1:])]
    covers = [covers_of(layer) for layer in layers]
    creeps = [(0.0, 0.0)] * len(layers)
    if creeping:
        creeps = [(0.0, 0.0) if layer.part in CREEPS_NOT else draw_creep(creeping) for layer in layers]
    hidden_by = [tuple(cover for over in covers[k + 1 :] for cover in over) for k in range(len(layers))]
    over_creeps = [
        tuple(creep for over, creep in zip(covers[k + 1 :], creeps[k + 1 :], strict=True) for _ in over)
        for k in range(len(layers))
    ]
    arms = [arm_share(layer.weights) for layer in layers]
    seen = []
    for layer, at, arm, over, creep, over_creep in zip(layers, worn, arms, hidden_by, creeps, over_creeps, strict=True):
        faces = faces_shown(*((layer, arm, over) if not creeping else _widened(layer, arm, over)))
        used = np.unique(faces)
        if len(used):
            rest = replace(
                layer, vertices=layer.vertices[used], weights=layer.weights[used],
                faces=np.searchsorted(used, faces).astype(np.int32),
            )  # fmt: skip
            seen.append((rest, at[used], arm[used], over, creep, over_creep))
    return Person(body, *(list(part) for part in zip(*seen, strict=True)), made_of_tubes=tubes)


def _widened(
    layer: Cloth, arm: npt.NDArray[np.float32], over: tuple[Cover, ...]
) -> tuple[Cloth, npt.NDArray[np.float32], tuple[Cover, ...]]:
    """With cuts as far out as they may come to lie when cloth creeps."""
    most = 1.5 * CREEP_M
    wide = replace(layer, lowest=layer.lowest - most, highest=layer.highest + most)
    return wide, arm, tuple(replace(c, lowest=c.lowest + most, highest=c.highest - most) for c in over)


def landmarks(person: Person, pose: Pose) -> dict[str, npt.NDArray[np.float64]]:
    """World places of all labels."""
    out = {}
    for word, side in (("left", "l"), ("right", "r")):
        for joint, (point, bone) in _JOINTS.items():
            out[f"{word}_{joint}"] = move_joint(point.format(side), bone.format(side), person.body, pose)
    moved = skin(person.body.marks, person.body.mark_weights, person.body, pose)
    out.update(zip(MARKS, moved.astype(float), strict=True))
    return out


def layers_of(rng: np.random.Generator, person: Person, pose: Pose) -> list[Layer]:
    """What is to be drawn of a person in a pose; cloth lies anew against the body each time."""
    grain = float(rng.uniform(0, 0.35))
    out = []
    for cloth, worn, arm, hidden_by in zip(person.layers, person.worn, person.arms, person.hidden_by, strict=True):
        moved = skin(worn, cloth.weights, person.body, pose)
        if cloth.part != "skin":  # cloth slides and swings against the body
            off = stands_off(cloth)[:, None]
            slide = rng.normal(0, 0.25, 3) * off
            wave = np.sin(worn @ rng.normal(0, 14, (3, 3)) + rng.uniform(0, 6, 3))
            moved = moved + (slide + wave * (0.25 * off + 0.35 * cloth.fold_m)).astype(np.float32)
        look = {
            "low_colour": cloth.zones[0][1], "high_colour": cloth.zones[-1][1], "zone": cloth.zones[0][0],
            "lowest": cloth.lowest, "highest": cloth.highest, "widest": cloth.widest,
            "tilt": cloth.cut_tilt, "vee": cloth.vee, "cuts_arms": float(cloth.sleeveless),
            "pattern": cloth.pattern[0], "scale": cloth.pattern[1], "second": cloth.pattern[2], "shine": cloth.shine,
            "grain": grain, "seed": cloth.seed, "slid": (0.0, 0.0),
        }  # fmt: skip
        out.append(Layer(moved, normals(moved, cloth.faces), cloth.vertices, arm, cloth.faces, look, hidden_by))
    return out


@dataclass(frozen=True)
class Sample:
    """A stored picture (height, width, 3; BGR) and its labels."""

    picture: npt.NDArray[np.uint8]
    points: npt.NDArray[np.float32]  # (labels, 2) px
    visible: npt.NDArray[np.bool_]  # (labels,) in the picture
    anterior: bool
    kind: str


class Painter:
    """Draws samples; keeps the last people, who walk through the background of the next pictures."""

    def __init__(self, framing: Framing) -> None:
        self.framing = framing
        self.canvas = Canvas(*framing.size_px)
        self._others: list[npt.NDArray[np.float32]] = []

    def film(self, rng: np.random.Generator, person: Person, count: int) -> list[Sample]:
        """Pictures of a person as from one film: in any poses, before one camera in one light and room."""
        anterior = bool(rng.uniform() < 0.35)
        upright = landmarks(person, pose_of(draw_angles(rng, "stand"), person.body))
        middle = (upright["left_hip"] + upright["right_hip"]) / 2
        if rng.uniform() < 0.5:
            self.canvas.hang_photo(photo(rng, Canvas.PHOTO_PX))
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
            rails(room, camera, picture, False)
        picture = picture * (1 - drawn[..., 3:]) + drawn[..., :3]
        if scene.rail and scene.anterior:
            rails(room, camera, picture, True)
        self._others = [*self._others[-7:], drawn]
        points = np.array([camera.project(world[name]) for name in LABELS], np.float32)
        inside = ((points >= 0) & (points < self.framing.size_px)).all(axis=1)
        spoilt = scene.faults.spoil(picture.astype(np.float32), rng)
        return Sample(spoilt, points, inside, scene.anterior, angles.kind)

    def _framed(self, rng: np.random.Generator, camera: Camera, world: dict[str, npt.NDArray[np.float64]]) -> Camera:
        """The camera turned into one that sees the region about the person; moved and scaled as a tracker errs."""
        centre, high = self.framing.region({name: camera.project(point) for name, point in world.items()})
        high *= float(np.exp(rng.normal(0, 0.05)))
        centre = centre + rng.normal(0, 0.02, 2) * high
        zoom = self.framing.size_px[1] / (high * MARGIN)
        at = np.array(self.framing.size_px) / 2 - centre * zoom
        return replace(camera, focal_px=camera.focal_px * zoom, centre_px=at)

    def _exposed(
        self, drape: int, person: Person, poses: list[Angles], camera: Camera, light: Light
    ) -> npt.NDArray[np.float32]:
        """The person (height, width, 4; BGR premultiplied and coverage, 0..1), averaged over the poses of one exposure."""
        width, height = self.framing.size_px
        total = np.zeros((height, width, 4), np.float32)
        for angles in poses:
            layers = layers_of(np.random.default_rng(drape), person, pose_of(angles, person.body))
            total += self.canvas.draw(layers, camera.to_clip(self.framing.size_px), camera.eye, light)
        return total[..., [2, 1, 0, 3]] / (255.0 * len(poses))


def _again(state: dict[str, object], later: float) -> Angles:
    """The same draw of a pose, a moment later."""
    rng = np.random.default_rng()
    rng.bit_generator.state = state
    return draw_angles(rng, later=later)


def _add_other(rng: np.random.Generator, room: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> None:
    """Somebody else (or oneself, in a mirror) further back."""
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
