"""One training picture: body, clothes, pose, camera, light, room and camera faults, all drawn independently; and its labels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from body import Body, base, draw_body, surface_vertices
from drawing import Canvas, Layer, Light, normals
from posing import Pose, draw_pose, move_joint, skin
from wardrobe import Cloth, arm_share, colour, deform, draw_outfit

SIZE_PX = 320  # of the stored square; training cuts its input out of it
MARGIN = 1.25  # of the stored square over the region that the tracker would choose
LABELS = (
    *(f"{side}_{joint}" for joint in ("shoulder", "hip", "psis", "asis", "trochanter", "knee", "ankle", "heel", "toe")
      for side in ("left", "right")),
    "c7",
)  # fmt: skip
_JOINTS = {"shoulder": ("upperarm_{}", "upperarm_{}"), "hip": ("thigh_{}", "thigh_{}"), "knee": ("calf_{}", "calf_{}"),
           "ankle": ("foot_{}", "foot_{}"), "heel": ("heel_{}", "foot_{}"), "toe": ("toe_{}", "ball_{}")}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A body with its clothes; used for several pictures, because it takes the longest to make."""

    body: Body
    clothes: list[Cloth]
    worn: list[npt.NDArray[np.float32]]  # the clothes' vertices at rest, stood off the body
    skin_colour: npt.NDArray[np.float32]


def draw_person(rng: np.random.Generator) -> Person:
    body = draw_body(rng)
    clothes = draw_outfit(rng, body)
    worn = [deform(cloth, normals(cloth.vertices, cloth.faces)) for cloth in clothes]
    tone = rng.uniform()
    shade = (1 - tone) * np.array([0.95, 0.75, 0.63]) + tone * np.array([0.22, 0.13, 0.09])
    return Person(body, clothes, worn, (shade * rng.uniform(0.85, 1.1, 3)).astype(np.float32))


@dataclass(frozen=True)
class Camera:
    """A pinhole: world to pixels of the stored square."""

    turn: npt.NDArray[np.float64]  # (3, 3) world -> camera, z forward, y down
    eye: npt.NDArray[np.float64]
    focal_px: float
    centre_px: npt.NDArray[np.float64]

    def project(self, points: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        seen = (points - self.eye) @ self.turn.T
        return seen[..., :2] / seen[..., 2:] * self.focal_px + self.centre_px

    def to_clip(self, size_px: int) -> npt.NDArray[np.float64]:
        near, far = 0.2, 30.0
        scale = 2.0 / size_px
        camera = np.eye(4)
        camera[:3, :3] = self.turn
        camera[:3, 3] = -self.turn @ self.eye
        lens = np.array(
            [
                [scale * self.focal_px, 0, scale * self.centre_px[0] - 1, 0],
                [0, -scale * self.focal_px, 1 - scale * self.centre_px[1], 0],
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
    picked = surface_vertices()
    index = list(picked.values())
    moved = skin(person.body.vertices[index], base().weights[index], person.body, pose)
    out.update(zip(picked, moved.astype(float), strict=True))
    return out


def region_of(points: dict[str, npt.NDArray[np.float64]]) -> tuple[npt.NDArray[np.float64], float]:
    """Centre and side (px) of the square that the tracker would choose: from shoulders to toes (see the network's card)."""
    shoulders = (points["left_shoulder"] + points["right_shoulder"]) / 2
    hips = (points["left_hip"] + points["right_hip"]) / 2
    trunk = float(np.linalg.norm(hips - shoulders))
    return hips + np.array([0.0, 0.42 * trunk]), 3.5 * trunk


def draw_camera(rng: np.random.Generator, points: dict[str, npt.NDArray[np.float64]], anterior: bool) -> Camera:
    """A camera behind or in front; the square about the person is moved, scaled and turned as a tracker errs."""
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
    centre, side = region_of({name: plain.project(point) for name, point in points.items()})
    side *= float(np.exp(rng.normal(0, 0.05)))
    centre = centre + rng.normal(0, 0.025, 2) * side
    zoom = SIZE_PX / (side * MARGIN)
    return Camera(turn, eye, 1000.0 * zoom, SIZE_PX / 2 - centre * zoom)


def draw_light(rng: np.random.Generator) -> Light:
    around, up = rng.uniform(0, 2 * np.pi), rng.uniform(-0.1, 1.0)
    flat = np.sqrt(max(1 - min(up, 0.98) ** 2, 0))
    sun = np.array([np.cos(around) * flat, up, np.sin(around) * flat], np.float32)
    strength = rng.uniform(0.0, 0.9)
    tint = 1 + rng.normal(0, 0.08, 3)
    fill = rng.uniform(0.25, 0.8) * (1.1 - 0.5 * strength)
    return Light(
        sun / np.linalg.norm(sun), (strength * tint).astype(np.float32), (fill * (1 + rng.normal(0, 0.06, 3))).astype(np.float32),
        (fill * rng.uniform(0.4, 1.0) * (1 + rng.normal(0, 0.06, 3))).astype(np.float32), int(rng.choice(4, p=(0.6, 0.08, 0.2, 0.12))),
    )  # fmt: skip


def layers_of(rng: np.random.Generator, person: Person, pose: Pose) -> list[Layer]:
    shared = base()
    grain = float(rng.uniform(0, 0.35))
    out = []
    at = skin(person.body.vertices, shared.weights, person.body, pose)
    look: dict[str, object] = {
        "low_colour": person.skin_colour, "high_colour": person.skin_colour, "zone": 9.0, "lowest": -9.0, "highest": 9.0,
        "widest": 9.0, "tilt": 0.0, "cuts_arms": 0.0, "pattern": 0, "scale": 1.0, "second": person.skin_colour,
        "shine": 0.15, "grain": 0.1, "seed": float(rng.uniform(0, 10)),
    }  # fmt: skip
    out.append(
        Layer(at, normals(at, shared.faces), person.body.vertices, arm_share(shared.weights), shared.faces, look)
    )
    for cloth, worn in zip(person.clothes, person.worn, strict=True):
        moved = skin(worn, cloth.weights, person.body, pose)
        # Cloth slides and swings against the body: smooth noise that is new in every picture.
        slide = rng.normal(0, 1, 3) * (cloth.puff_m * 0.6 + cloth.flare_m * 0.35)
        wave = np.sin(worn @ rng.normal(0, 14, (3, 3)) + rng.uniform(0, 6, 3)).astype(np.float32)
        moved = moved + (slide * 0.5 + wave * (0.25 * cloth.flare_m + 0.35 * cloth.fold_m)).astype(np.float32)
        zones = cloth.zones
        hem = cloth.part not in ("shoes", "hair")
        look = {
            "low_colour": zones[0][1], "high_colour": zones[-1][1], "zone": zones[0][0], "lowest": cloth.lowest,
            "highest": cloth.highest, "widest": cloth.widest, "tilt": cloth.tilt if hem else 0.0,
            "cuts_arms": float(cloth.part in ("tights", "leggings", "shorts", "wide", "trousers", "skirt", "belt", "jacket", "bra", "socks")),
            "pattern": cloth.pattern[0], "scale": cloth.pattern[1], "second": cloth.pattern[2], "shine": cloth.shine,
            "grain": grain, "seed": cloth.seed,
        }  # fmt: skip
        out.append(
            Layer(moved, normals(moved, cloth.faces), cloth.vertices, arm_share(cloth.weights), cloth.faces, look)
        )
    return out


def draw_room(rng: np.random.Generator, camera: Camera) -> npt.NDArray[np.float32]:
    """A background (size, size, 3; 0..1): wall, floor, things, and the treadmill in its true perspective."""
    size = SIZE_PX
    room = np.empty((size, size, 3), np.float32)
    wall, floor = colour(rng), colour(rng)
    horizon = int(np.clip(rng.normal(0.65, 0.15), 0.2, 1.0) * size)
    room[:horizon], room[horizon:] = wall, floor
    shade = cv2.resize(
        rng.normal(1, rng.uniform(0.02, 0.25), (6, 6)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC
    )
    for _ in range(int(rng.integers(0, 14))):
        kind = rng.uniform()
        x, y = rng.uniform(0, size, 2)
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
        room += rng.uniform(0.02, 0.15) * cv2.resize(texture, (size, size))[..., None]
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
    size = picture.shape[0]
    if rng.uniform() < 0.45:  # a distant or low-resolution source, enlarged
        small = int(size * rng.uniform(0.4, 0.95))
        picture = cv2.resize(
            cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA),
            (size, size),
            interpolation=cv2.INTER_LINEAR,
        )
    if rng.uniform() < 0.35:
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
    if rng.uniform() < 0.8:
        _, packed = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 96))])
        out = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    return out


@dataclass(frozen=True)
class Sample:
    """A stored square (size, size, 3; BGR) and its labels."""

    picture: npt.NDArray[np.uint8]
    points: npt.NDArray[np.float32]  # (labels, 2) px
    visible: npt.NDArray[np.bool_]  # (labels,) in the picture and not behind the body
    anterior: bool
    kind: str


def draw_sample(rng: np.random.Generator, canvas: Canvas, person: Person) -> Sample:
    pose = draw_pose(rng, person.body)
    world = landmarks(person, pose)
    anterior = rng.uniform() < 0.35
    camera = draw_camera(rng, world, anterior)
    light = draw_light(rng)
    drawn = canvas.draw(layers_of(rng, person, pose), camera.to_clip(SIZE_PX), camera.eye, light)
    room = draw_room(rng, camera)
    rail = rng.uniform() < 0.6
    if rail and not anterior:
        rails(rng, camera, room, False)
    cover = drawn[..., 3:].astype(np.float32) / 255
    person_colours = drawn[..., 2::-1].astype(np.float32) / 255
    mixed = room * (1 - cover) + person_colours * cover
    if rail and anterior:
        rails(rng, camera, mixed, True)
    points = np.array([camera.project(world[name]) for name in LABELS], np.float32)
    inside = ((points >= 0) & (points < SIZE_PX)).all(axis=1)
    return Sample(camera_faults(rng, mixed.astype(np.float32)), points, inside, anterior, pose.kind)
