"""Where points of the world fall in a picture, against hand-computed ones; and the graphics card sees the same."""

from __future__ import annotations

import numpy as np
import pytest

from models.frontal.rendering.camera import Camera, draw_camera, looking_at, rolled

CENTRE = np.array([640.0, 360.0])


def behind(roll_deg: float = 0.0) -> Camera:
    """A camera 4 m behind a person at the origin, 1 m high, level, with a focal length of 1000 px."""
    turn = looking_at(np.array([0.0, 1.0, -4.0]), np.array([0.0, 1.0, 0.0]))
    return Camera(rolled(turn, roll_deg), np.array([0.0, 1.0, -4.0]), 1000.0, CENTRE)


@pytest.mark.parametrize(
    ("point_m", "pixel"),
    [
        ((0.0, 1.0, 0.0), (640.0, 360.0)),  # on the axis
        (
            (0.2, 1.0, 0.0),
            (590.0, 360.0),
        ),  # 0.2 m to the person's left: 50 px to the left of the picture, seen from behind
        ((0.0, 1.4, 0.0), (640.0, 260.0)),  # 0.4 m up: 100 px up
        ((0.2, 1.0, 4.0), (615.0, 360.0)),  # twice as far away: half as many pixels
    ],
)
def test_a_point_falls_where_the_pinhole_says(point_m: tuple[float, ...], pixel: tuple[float, float]) -> None:
    assert behind().project(np.array(point_m)) == pytest.approx(np.array(pixel))


def test_from_in_front_the_persons_left_is_on_the_right() -> None:
    eye = np.array([0.0, 1.0, 4.0])
    camera = Camera(looking_at(eye, np.array([0.0, 1.0, 0.0])), eye, 1000.0, CENTRE)
    assert camera.project(np.array([0.2, 1.0, 0.0])) == pytest.approx(np.array([690.0, 360.0]))


def test_a_rolled_camera_turns_the_picture_about_its_middle_by_the_roll() -> None:
    point = np.array([0.2, 1.0, 0.0])
    away = behind(roll_deg=30.0).project(point) - CENTRE
    assert np.linalg.norm(away) == pytest.approx(50.0)
    turned = np.degrees(np.arctan2(away[1], away[0])) - 180.0
    assert (turned + 180) % 360 - 180 == pytest.approx(30.0)


def test_the_graphics_card_puts_points_at_the_pixels_of_project() -> None:
    rng, size_px = np.random.default_rng(3), (1280, 720)
    for anterior in (False, True):
        drawn = draw_camera(rng, np.array([0.0, 1.0, 0.0]), anterior)
        camera = Camera(drawn.turn, drawn.eye, 900.0, CENTRE + rng.normal(0, 30, 2))
        points = rng.normal((0, 1, 0), 0.3, (50, 3))
        clip = np.column_stack([points, np.ones(50)]) @ camera.to_clip(size_px).T
        x, y = (clip[:, :2] / clip[:, 3:]).T
        pixels = np.column_stack([(x + 1) / 2 * size_px[0], (1 - y) / 2 * size_px[1]])
        assert pixels == pytest.approx(camera.project(points))
