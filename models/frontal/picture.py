"""One picture: a person posed, filmed by a camera in some light and room, with that camera's faults; and its labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import av
import cv2
import numpy as np
import numpy.typing as npt
from body import MARKS, Body, base, draw_body
from drawing import Canvas, Cover, Layer, Light, normals
from photos import photo
from posing import Angles, Pose, draw_angles, move_joint, pose_of, skin
from puppet import draw_puppet
from wardrobe import (
    Cloth,
    arm_share,
    colour,
    cover_of,
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
OWN_SHADOWS = 0.5  # share of lights in which limbs and clothes throw shadows on the person
WINDOWS = 0.3  # and in which one side has several times the light of the other
# How sharply a surface belongs to one bone (an exponent of its weights): between bones, soft tissue and cloth turn by less of a
# pelvis' turn than it does, and nobody knows by how much under which clothes.
FOLLOWS = (0.35, 1.7)
SLACK, GIVES = 0.5, 0.6  # of so many people the surface gives way, by up to this share of what is the pelvis'


@dataclass(frozen=True)
class Person:
    """A body with all that can be seen of its layers, the skin first; used for several pictures, because it takes the longest to make."""

    body: Body
    layers: list[Cloth]
    worn: list[npt.NDArray[np.float32]]  # the layers' vertices at rest, stood off the body
    arms: list[npt.NDArray[np.float32]]
    hidden_by: list[tuple[Cover, ...]]  # what is worn over each layer


def draw_person(
    rng: np.random.Generator, make: str = "any", gives: bool = False, wardrobe: np.random.Generator | None = None
) -> Person:
    """make: "mesh", "puppet", "any" (one of these two), or "blocks", which is for validation only.

    gives: as people to learn from, of whom some have a surface that gives way.
    wardrobe: of a mesh: what chooses the clothes, so that one body can wear others.
    """
    if make == "blocks" or make == "puppet" or (make == "any" and rng.uniform() < PUPPETS):
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
    covers = [cover_of(layer) for layer in layers]
    hidden_by = [tuple(cover for cover in covers[k + 1 :] if cover is not None) for k in range(len(layers))]
    arms = [arm_share(layer.weights) for layer in layers]
    seen = []
    for layer, at, arm, over in zip(layers, worn, arms, hidden_by, strict=True):
        faces = faces_shown(layer, arm, over)
        used = np.unique(faces)
        if len(used):
            rest = replace(
                layer, vertices=layer.vertices[used], weights=layer.weights[used],
                faces=np.searchsorted(used, faces).astype(np.int32),
            )  # fmt: skip
            seen.append((rest, at[used], arm[used], over))
    return Person(body, *(list(part) for part in zip(*seen, strict=True)))


@dataclass(frozen=True)
class Camera:
    """A pinhole: world to pixels."""

    turn: npt.NDArray[np.float64]  # (3, 3) world -> camera, z forward, y down
    eye: npt.NDArray[np.float64]
    focal_px: float
    centre_px: npt.NDArray[np.float64]

    def project(self, points: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        seen = (points - self.eye) @ self.turn.T
        return seen[..., :2] / seen[..., 2:] * self.focal_px + self.centre_px

    def to_clip(self, size_px: tuple[int, int]) -> npt.NDArray[np.float64]:
        """The matrix that a graphics card wants for a picture of this width and height."""
        near, far = 0.2, 30.0
        wide, high = 2.0 / size_px[0], 2.0 / size_px[1]
        camera = np.eye(4)
        camera[:3, :3] = self.turn
        camera[:3, 3] = -self.turn @ self.eye
        lens = np.array(
            [
                [wide * self.focal_px, 0, wide * self.centre_px[0] - 1, 0],
                [0, -high * self.focal_px, 1 - high * self.centre_px[1], 0],
                [0, 0, (far + near) / (far - near), -2 * far * near / (far - near)],
                [0, 0, 1, 0],
            ]
        )
        return lens @ camera


def landmarks(person: Person, pose: Pose) -> dict[str, npt.NDArray[np.float64]]:
    """World places of all labels."""
    out = {}
    for word, side in (("left", "l"), ("right", "r")):
        for joint, (point, bone) in _JOINTS.items():
            out[f"{word}_{joint}"] = move_joint(point.format(side), bone.format(side), person.body, pose)
    moved = skin(person.body.marks, person.body.mark_weights, person.body, pose)
    out.update(zip(MARKS, moved.astype(float), strict=True))
    return out


def draw_camera(
    rng: np.random.Generator, points: dict[str, npt.NDArray[np.float64]], anterior: bool, framing: Framing
) -> Camera:
    """A camera behind or in front; the region about the person is moved, scaled and turned as a tracker errs."""
    middle = (points["left_hip"] + points["right_hip"]) / 2
    distance = float(np.exp(rng.uniform(np.log(1.6), np.log(6.0))))
    around = np.radians(rng.normal(0, 7) if rng.uniform() < 0.8 else rng.uniform(-20, 20))
    back = 1.0 if anterior else -1.0
    eye = np.array([np.sin(around) * distance, rng.uniform(0.4, 1.8), back * np.cos(around) * distance])
    target = middle + np.array([rng.normal(0, 0.1), rng.normal(0, 0.15), 0])
    forward = target - eye
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, np.array([0.0, 1.0, 0.0]))
    right /= np.linalg.norm(right)
    turn = np.stack([right, np.cross(forward, right), forward])
    roll = np.radians(np.clip(rng.normal(0, 2.5), -7, 7) if rng.uniform() < 0.85 else rng.uniform(-8, 8))
    cos, sin = np.cos(roll), np.sin(roll)
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]]) @ turn
    plain = Camera(turn, eye, 1000.0, np.zeros(2))
    centre, high = framing.region({name: plain.project(point) for name, point in points.items()})
    high *= float(np.exp(rng.normal(0, 0.05)))
    centre = centre + rng.normal(0, 0.02, 2) * high
    zoom = framing.size_px[1] / (high * MARGIN)
    return Camera(turn, eye, 1000.0 * zoom, np.array(framing.size_px) / 2 - centre * zoom)


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
            "grain": grain, "seed": cloth.seed,
        }  # fmt: skip
        out.append(Layer(moved, normals(moved, cloth.faces), cloth.vertices, arm, cloth.faces, look, hidden_by))
    return out


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


def camera_faults(rng: np.random.Generator, picture: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Resolution, blur, noise, gamma, white balance and compression of a webcam or phone."""
    height, width = picture.shape[:2]
    if rng.uniform() < 0.75:  # the camera sets its exposure by the whole picture
        picture = picture * rng.uniform(0.22, 0.55) / max(float(picture.mean()), 0.03)
    if rng.uniform() < 0.45:  # a distant or low-resolution source, enlarged
        share = rng.uniform(0.4, 0.95)
        small = cv2.resize(picture, (int(width * share), int(height * share)), interpolation=cv2.INTER_AREA)
        picture = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    if rng.uniform() < 0.15:
        length = int(rng.integers(2, 8))
        line = np.zeros((length, length), np.float32)
        angle = rng.uniform(0, np.pi)
        c = (length - 1) / 2
        cv2.line(
            line,
            (round(c - c * np.cos(angle)), round(c - c * np.sin(angle))),
            (round(c + c * np.cos(angle)), round(c + c * np.sin(angle))),
            1.0,
        )
        picture = cv2.filter2D(picture, -1, line / max(line.sum(), 1e-6))
    if rng.uniform() < 0.5:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.6))
    picture = picture * np.exp(rng.normal(0, 0.25)) * np.exp(rng.normal(0, 0.05, 3)).astype(np.float32)
    picture = np.clip(picture, 0, 1) ** np.exp(rng.normal(0, 0.22))
    if rng.uniform() < 0.3:
        picture = picture * rng.uniform(0.5, 1.0) + rng.uniform(0, 0.25)
    sigma = abs(rng.normal(0, 0.025))
    noise = rng.normal(0, 1, picture.shape).astype(np.float32)
    if rng.uniform() < 0.5:
        noise = cv2.GaussianBlur(noise, (0, 0), 0.8) * 1.6
    picture = picture + noise * sigma * (0.4 + np.sqrt(np.clip(picture, 0, 1)))
    out = np.clip(picture * 255, 0, 255).astype(np.uint8)
    kind = rng.uniform()
    if kind < 0.12:
        out = h264(out, int(rng.integers(24, 40)))
    elif kind < 0.8:
        _, packed = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 96))])
        out = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    return out


def h264(picture: npt.NDArray[np.uint8], quality: int) -> npt.NDArray[np.uint8]:
    """The picture (height, width, 3; BGR) as a video camera would send it; `quality` is x264's constant rate factor."""
    frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = picture.shape[1], picture.shape[0], "yuv420p"
    encoder.time_base = Fraction(1, 30)
    encoder.options = {"preset": "veryfast", "tune": "zerolatency", "crf": str(quality)}
    packets = [*encoder.encode(frame.reformat(format="yuv420p")), *encoder.encode(None)]
    decoder = av.CodecContext.create("h264", "r")
    frames = [f for packet in [*packets, None] for f in decoder.decode(packet)]
    return np.ascontiguousarray(frames[0].to_ndarray(format="bgr24"))


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

    def draw(self, rng: np.random.Generator, person: Person) -> Sample:
        """One picture of a person, everything about it at random."""
        state = rng.bit_generator.state
        angles = draw_angles(rng)
        world = landmarks(person, pose_of(angles, person.body))
        anterior = rng.uniform() < 0.35
        camera = draw_camera(rng, world, anterior, self.framing)
        light = draw_light(rng)
        if rng.uniform() < 0.5:
            self.canvas.hang_photo(photo(rng, Canvas.PHOTO_PX))
        poses = [angles]
        if angles.kind != "stand" and rng.uniform() < 0.25:  # moved while the shutter was open
            shutter = float(rng.uniform(0.003, 0.025)) / 0.72  # of a stride
            poses = [_again(state, share * shutter) for share in (-0.5, 0.0, 0.5)]
        drawn = self._exposed(rng, person, poses, camera, light)
        picture = draw_room(rng, camera, self.framing.size_px)
        if self._others and rng.uniform() < 0.15:
            _add_other(rng, picture, self._others[int(rng.integers(len(self._others)))])
        rail = rng.uniform() < 0.6
        if rail and not anterior:
            rails(rng, camera, picture, False)
        picture = picture * (1 - drawn[..., 3:]) + drawn[..., :3]
        if rail and anterior:
            rails(rng, camera, picture, True)
        self._others = [*self._others[-7:], drawn]
        points = np.array([camera.project(world[name]) for name in LABELS], np.float32)
        inside = ((points >= 0) & (points < self.framing.size_px)).all(axis=1)
        return Sample(camera_faults(rng, picture.astype(np.float32)), points, inside, anterior, angles.kind)

    def _exposed(
        self, rng: np.random.Generator, person: Person, poses: list[Angles], camera: Camera, light: Light
    ) -> npt.NDArray[np.float32]:
        """The person (height, width, 4; BGR premultiplied and coverage, 0..1), averaged over the poses of one exposure."""
        state = rng.bit_generator.state
        width, height = self.framing.size_px
        total = np.zeros((height, width, 4), np.float32)
        for angles in poses:
            rng.bit_generator.state = state
            layers = layers_of(rng, person, pose_of(angles, person.body))
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
