"""Labels lie on what is drawn: joints on their pixels, limbs between their joints, left on the left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

for library in ("scipy", "anny", "skimage", "moderngl"):
    pytest.importorskip(library, reason="drawing people needs the optional group `training`")

from models.frontal.clips.figure import Figure
from models.frontal.framing import FRAMINGS, LABELS
from models.frontal.people.base_mesh import BONES
from models.frontal.people.person import Person, draw_person, landmarks
from models.frontal.people.posing import Pose, draw_angles, pose_of
from models.frontal.rendering.camera import Camera, looking_at
from models.frontal.rendering.drawing import Canvas, Layer, Light, Look
from models.frontal.rendering.layers import layers_of
from models.frontal.rendering.picture import Painter

pytestmark = pytest.mark.slow

SIZE_PX = (480, 640)
WHITE, BLACK = np.ones(3, np.float32), np.zeros(3, np.float32)
EVEN = Light(np.array([0, 1, 0], np.float32), BLACK, WHITE, WHITE, 0, 0.0)  # every surface shows its own colour
PLAIN = Look(WHITE, WHITE, 9.0, -9.0, 9.0, 9.0, 0.0, 0.0, 0.0, 0, 1.0, WHITE, 0.0, 0.0, 0.0)
MAKES = ("mesh", "puppet", "blocks")


def camera(anterior: bool) -> Camera:
    eye = np.array([0.3, 1.2, 4.0 if anterior else -4.0])
    return Camera(looking_at(eye, np.array([0.0, 0.9, 0.0])), eye, 1000.0, np.array(SIZE_PX) / 2)


@pytest.fixture(scope="module")
def canvas() -> Canvas:
    return Canvas(*SIZE_PX)


def coverage(canvas: Canvas, layers: list[Layer], by: Camera) -> npt.NDArray[np.float64]:
    """How much of each pixel is covered (height, width; 0..1)."""
    return canvas.draw(layers, by.to_clip(SIZE_PX), by.eye, EVEN)[..., 3] / 255.0


def centre_of(covered: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The centre (2; px from the picture's corner) of what is covered."""
    x, y = np.meshgrid(np.arange(covered.shape[1]) + 0.5, np.arange(covered.shape[0]) + 0.5)
    return np.array([(x * covered).sum(), (y * covered).sum()]) / covered.sum()


def cube(at: npt.NDArray[np.float64], half_m: float = 0.01) -> Layer:
    """A small cube about a point of the world."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    sides = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])
    faces = np.concatenate([[side[[0, 1, 2]], side[[0, 2, 3]]] for side in sides]).astype(np.int32)
    vertices = (at + half_m * corners).astype(np.float32)
    return Layer(vertices, corners.astype(np.float32), np.zeros_like(vertices), np.zeros(8, np.float32), faces, PLAIN)


def limb(person: Person, pose: Pose, bones: tuple[str, ...]) -> Layer:
    """The part of a person's skin that belongs to these bones."""
    skin = next(layer for layer in layers_of(np.random.default_rng(0), person, pose))
    weights = person.layers[0].cloth.weights[:, [BONES.index(bone) for bone in bones]]
    mine = np.asarray(weights.sum(axis=1)).ravel() > 0.6
    faces = skin.faces[mine[skin.faces].all(axis=1)]
    return replace(skin, faces=np.ascontiguousarray(faces), look=PLAIN, hidden_by=())


@pytest.mark.parametrize("anterior", [False, True], ids=["behind", "front"])
def test_a_cube_at_a_landmark_is_drawn_at_its_label(canvas: Canvas, anterior: bool) -> None:
    person = draw_person(np.random.default_rng(1), "mesh")
    world = landmarks(person, pose_of(draw_angles(np.random.default_rng(2), "run"), person.body))
    by = camera(anterior)
    assert set(world) == set(LABELS)
    for name, at in world.items():
        drawn = centre_of(coverage(canvas, [cube(at)], by))
        assert drawn == pytest.approx(by.project(at), abs=0.3), name


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("anterior", [False, True], ids=["behind", "front"])
def test_all_joints_lie_within_the_person(canvas: Canvas, make: str, anterior: bool) -> None:
    by = camera(anterior)
    for seed in range(3):
        rng = np.random.default_rng((seed, 5))
        person = draw_person(rng, make)
        pose = pose_of(draw_angles(rng), person.body)
        covered = coverage(canvas, layers_of(rng, person, pose), by)
        for name, at in landmarks(person, pose).items():
            x, y = np.floor(by.project(at)).astype(int)
            if (
                name.split("_")[-1] in ("shoulder", "hip", "knee", "ankle")
                and 0 <= x < SIZE_PX[0]
                and 0 <= y < SIZE_PX[1]
            ):
                assert covered[y, x] > 0.5, (seed, name)


@pytest.mark.parametrize("anterior", [False, True], ids=["behind", "front"])
def test_a_shank_is_drawn_about_the_line_from_its_own_knee_to_its_ankle(canvas: Canvas, anterior: bool) -> None:
    """It would be some ten pixels beside it if left and right were exchanged. Trousers may hide all or its upper part."""
    by, checked = camera(anterior), 0
    for seed in range(6):
        rng = np.random.default_rng((seed, 6))
        person = draw_person(rng, "puppet")
        pose = pose_of(draw_angles(rng, "stand"), person.body)
        at = {name: by.project(point) for name, point in landmarks(person, pose).items()}
        for side in ("left", "right"):
            layer = limb(person, pose, (f"calf_{side[0]}",))
            if len(layer.faces):
                x, y = centre_of(coverage(canvas, [layer], by))
                knee, ankle = at[f"{side}_knee"], at[f"{side}_ankle"]
                line_x = knee[0] + (ankle[0] - knee[0]) * (y - knee[1]) / (ankle[1] - knee[1])
                assert x == pytest.approx(line_x, abs=3.0), (seed, side)
                checked += 1
    assert checked >= 4


@pytest.mark.parametrize("make", MAKES)
def test_landmarks_of_somebody_who_stands_are_where_anatomy_says(make: str) -> None:
    """x to the person's left, y up, z forward."""
    for seed in range(3):
        rng = np.random.default_rng((seed, 7))
        person = draw_person(rng, make)
        world = landmarks(person, pose_of(draw_angles(rng, "stand"), person.body))
        for joint in ("shoulder", "hip", "psis", "asis", "trochanter", "knee", "ankle"):
            assert world[f"left_{joint}"][0] > world[f"right_{joint}"][0], joint
        for side in ("left", "right"):
            up = [world[f"{side}_{joint}"][1] for joint in ("ankle", "knee", "hip", "psis", "shoulder")]
            assert up == sorted(up)
            hip = world[f"{side}_hip"]
            assert world[f"{side}_psis"][2] < hip[2] < world[f"{side}_asis"][2]
            assert abs(world[f"{side}_trochanter"][0]) > abs(hip[0])


def test_the_pelvis_tilts_by_the_angle_of_the_pose() -> None:
    person = draw_person(np.random.default_rng(4), "mesh")
    for oblique in (-12.0, 0.0, 9.0):
        angles = replace(draw_angles(np.random.default_rng(4), "stand"), oblique=oblique, axial=0.0, tilt=0.0)
        world = landmarks(person, pose_of(angles, person.body))
        rest = person.body.joints["thigh_l"] - person.body.joints["thigh_r"]
        across = world["left_hip"] - world["right_hip"]
        turned = np.degrees(np.arctan2(across[1], across[0]) - np.arctan2(rest[1], rest[0]))
        assert turned == pytest.approx(oblique, abs=1e-3), "positive with the left side higher"


@pytest.mark.parametrize("framing", ["body", "pelvis"])
def test_a_films_samples_are_seen_from_one_side_with_their_labels_inside(framing: str) -> None:
    painter = Painter(FRAMINGS[framing])
    views = set()
    for seed in range(8):
        rng = np.random.default_rng((seed, 8))
        drawn = painter.film(rng, draw_person(rng, "any", yields=True), 4)
        (anterior,) = {sample.anterior for sample in drawn}
        views.add(anterior)
        for sample in drawn:
            left, right = (sample.points[LABELS.index(f"{side}_hip")] for side in ("left", "right"))
            assert (left[0] > right[0]) == anterior
            width, height = FRAMINGS[framing].size_px
            assert sample.picture.shape == (height, width, 3)
            inside = ((sample.points >= 0) & (sample.points < (width, height))).all(axis=1)
            assert (inside == sample.visible).all()
            assert sample.visible[[LABELS.index("left_hip"), LABELS.index("right_hip")]].all()
    assert views == {False, True}


def test_the_same_seed_draws_the_same_pictures() -> None:
    one, two = (
        Painter(FRAMINGS["pelvis"]).film(rng, draw_person(rng, "any", yields=True), 2)
        for rng in (np.random.default_rng(9), np.random.default_rng(9))
    )
    for a, b in zip(one, two, strict=True):
        assert (a.picture == b.picture).all()
        assert (a.points == b.points).all()


@pytest.mark.parametrize("make", ["mesh", "puppet"])
def test_the_fast_figure_of_films_is_the_same_person(make: str) -> None:
    """Its layers in the pose that it was draped in are those of the slow way; in another pose its skin is."""
    person = draw_person(np.random.default_rng(11), make)
    upright, running = (pose_of(draw_angles(np.random.default_rng(12), kind), person.body) for kind in ("stand", "run"))
    figure = Figure(np.random.default_rng(13), person, upright)
    for fast, slow in zip(figure.layers(upright), layers_of(np.random.default_rng(13), person, upright), strict=True):
        assert np.abs(fast.at - slow.at).max() < 1e-5
        assert np.abs(fast.normal - slow.normal).max() < 0.02
        assert (fast.faces == slow.faces).all()
    fast, slow = figure.layers(running)[0], layers_of(np.random.default_rng(13), person, running)[0]
    assert np.abs(fast.at - slow.at).max() < 1e-5
