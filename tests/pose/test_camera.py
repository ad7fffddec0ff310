"""What the camera did, seen from the background alone."""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runform_live import handover
from runform_live.camera_motion import STILL, CameraMotion
from runform_live.capture.video import Video
from runform_live.messages import LANDMARKS, Picture, Stance
from runform_live.pose.camera import CameraTracker, CameraTrackerState
from tests.makers import DATA, Monitor, demo_landmarks, pose, standing

WIDTH, HEIGHT = 1280, 720
NOBODY = np.full((len(LANDMARKS), 3), np.nan)
FRAME_S = 1 / 30
LONG = round(30 * (CameraTracker.LOST_S + CameraTracker.AGREED_S + 0.5))  # frames, until a new place is believed
HELD = round(30 * (CameraTracker.HELD_S + 0.3))  # until a place can be lost
RATES_HZ = (24, 30, 60, 120, 240)
Landmarks = npt.NDArray[np.float64]


def room(seed: int = 1, things: int = 60) -> Picture:
    """A wall with things on it."""
    rng = np.random.default_rng(seed)
    out = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    for _ in range(things):
        x, y, w, h = (int(v) for v in (*rng.uniform(0, (WIDTH, HEIGHT)), *rng.uniform(10, 160, 2)))
        cv2.rectangle(out, (x, y), (x + w, y + h), tuple(map(int, rng.integers(0, 255, 3))), -1)
    return np.asarray(cv2.GaussianBlur(out, (0, 0), 1.2), dtype=np.uint8)


def matrix(turn_deg: float, x_px: float, y_px: float, size: float = 1.0) -> npt.NDArray[np.float64]:
    """A camera that turns about the picture's middle, and shifts."""
    out = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), -turn_deg, size)
    out[:, 2] += (x_px, y_px)
    return np.asarray(out)


def moved(picture: Picture, by: npt.NDArray[np.float64]) -> Picture:
    return np.asarray(cv2.warpAffine(picture, by, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT), dtype=np.uint8)


def noisy(picture: Picture, seed: int, sigma: float = 4.0) -> Picture:
    noise = np.random.default_rng(seed).normal(0, sigma, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def last(camera: CameraTracker, pictures: Iterable[Picture], landmarks: Landmarks = NOBODY) -> CameraMotion:
    motion = STILL
    for picture in pictures:
        motion = camera.follow(picture, landmarks, FRAME_S)
    return motion


def test_a_camera_that_stands_gives_no_motion_at_all() -> None:
    camera = CameraTracker()
    for frame in range(100):
        # Exposure drifts, as cameras' does.
        picture = np.clip(noisy(room(), frame) * (1.0 - 0.003 * frame) + 0.1 * frame, 0, 255).astype(np.uint8)
        assert camera.follow(picture, NOBODY, FRAME_S) is STILL


@pytest.mark.parametrize(
    ("turn_deg", "x_px", "y_px", "size"), [(1.5, 14, -9, 1.0), (-4.0, 60, 25, 1.0), (0.3, 0, 0, 1.0), (0, 3, 2, 1.03)]
)
def test_a_push_is_measured(turn_deg: float, x_px: float, y_px: float, size: float) -> None:
    camera, by = CameraTracker(), matrix(turn_deg, x_px, y_px, size)
    assert last(camera, [room()] * 20) is STILL
    motion = last(camera, [noisy(moved(room(), by), frame) for frame in range(40)])
    assert motion.turn_deg == pytest.approx(turn_deg, abs=0.03)
    assert motion.place == 0
    there = np.array([[400.0, 300.0, 1.0], [900.0, 600.0, 1.0]])
    assert np.abs(there @ motion.matrix.T - there @ by.T).max() < 0.5
    assert last(camera, [noisy(room(), frame) for frame in range(40)]).turn_deg == pytest.approx(0.0, abs=0.03)


def test_a_hand_is_followed_frame_by_frame_whoever_runs_before_it() -> None:
    camera, rng = CameraTracker(), np.random.default_rng(0)
    runner = standing()
    errors = []
    for frame in range(120):
        scene = room()
        scene[150:700, 540:740] = rng.integers(0, 255, (55, 20, 3)).repeat(10, axis=0).repeat(10, axis=1)
        turn_deg = 0.8 * math.sin(frame / 9) if frame > 20 else 0.0
        by = matrix(turn_deg, 6 * math.sin(frame / 7), 4 * math.sin(frame / 5))
        here = runner.copy()
        here[:, :2] = runner[:, :2] @ by[:, :2].T + by[:, 2]
        motion = camera.follow(moved(scene, by), here, FRAME_S)
        if frame > 30:
            errors.append(motion.turn_deg - turn_deg)
    assert np.abs(errors).max() < 0.08


def test_what_moves_before_a_camera_that_stands_is_outvoted() -> None:
    """A belt, a screen and people: a third of the picture, all one way."""
    camera = CameraTracker()
    moving = room(seed=9)
    for frame in range(100):
        scene = room()
        scene[480:] = np.roll(moving, 7 * frame, axis=1)[480:]
        assert camera.follow(noisy(scene, frame), NOBODY, FRAME_S) is STILL


def test_a_view_from_elsewhere_is_a_new_place_once_it_holds() -> None:
    camera = CameraTracker()
    last(camera, [room()] * HELD)
    assert last(camera, [room(seed=2)] * round(30 * (CameraTracker.LOST_S - CameraTracker.EVERY_S))).place == 0
    motion = last(camera, [room(seed=2)] * LONG)
    assert (motion.place, motion.turn_deg, motion.x_px) == (1, 0.0, 0.0)
    motion = last(camera, [moved(room(seed=2), matrix(2.0, 0, 0))] * 20)
    assert motion.place == 1
    assert motion.turn_deg == pytest.approx(2.0, abs=0.03)


def test_somebody_who_stands_before_it_for_a_moment_does_not_move_the_camera() -> None:
    camera = CameraTracker()
    last(camera, [room()] * HELD)
    hidden = np.full((HEIGHT, WIDTH, 3), 40, np.uint8)
    assert last(camera, [hidden] * LONG) is STILL, "a lens that is covered shows no new place"
    assert last(camera, [room()] * 20) is STILL


@pytest.mark.parametrize("things", [0, 2])
def test_a_bare_wall_tells_nothing(things: int) -> None:
    camera = CameraTracker()
    pictures = [noisy(room(seed=5, things=things), frame, 2.0) for frame in range(LONG)]
    assert last(camera, pictures) is STILL
    assert last(camera, [noisy(room(seed=6, things=things), frame, 2.0) for frame in range(LONG)]).place == 0


@pytest.mark.parametrize("as_large", [(400, 720), (640, 360)])
def test_pictures_of_another_size_are_of_a_new_place_at_once(as_large: tuple[int, int]) -> None:
    """A camera came back with other settings: the same wall in half the size lies elsewhere in the picture, too."""
    camera = CameraTracker()
    pushed = moved(room(), matrix(1.5, 14.0, -9.0))
    assert last(camera, [room()] * 20 + [pushed] * 20).turn_deg == pytest.approx(1.5, abs=0.03)
    other = np.asarray(cv2.resize(room(), as_large, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    assert last(camera, [other]) == CameraMotion(place=1)
    assert last(camera, [other] * 20) == CameraMotion(place=1)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_new_place_is_believed_after_the_same_time_at_any_frame_rate(rate_hz: int) -> None:
    camera, here, there = CameraTracker(), room(), room(seed=2)
    for _ in range(round(1.5 * rate_hz)):
        camera.follow(here, NOBODY, 1 / rate_hz)
    frames = 0
    while camera.follow(there, NOBODY, 1 / rate_hz).place == 0 and frames < 4 * rate_hz:
        frames += 1
    assert CameraTracker.LOST_S - 0.02 < frames / rate_hz < CameraTracker.LOST_S + CameraTracker.EVERY_S + 0.05


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_camera_that_stands_is_looked_at_as_often_at_any_frame_rate(
    rate_hz: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, real = [], cv2.calcOpticalFlowPyrLK

    def look(*given: object, **named: object) -> object:
        looks.append(1)
        return real(*given, **named)

    monkeypatch.setattr(cv2, "calcOpticalFlowPyrLK", look)
    camera, here = CameraTracker(), room()
    for _ in range(4 * rate_hz):
        camera.follow(here, NOBODY, 1 / rate_hz)
    assert len(looks) == pytest.approx(4.0 / CameraTracker.EVERY_S, abs=1)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(3, 50)), min_size=1, max_size=4), st.integers(0, 90))
def test_a_camera_tracker_goes_on_where_another_one_was(scenes: list[tuple[int, int]], before: int) -> None:
    """The room, the camera pushed, another room and a covered lens, each for some frames."""
    shown = [room(), moved(room(), matrix(1.5, 14.0, -9.0)), room(seed=2), np.full((HEIGHT, WIDTH, 3), 40, np.uint8)]
    pictures = [shown[which] for which, frames in scenes for _ in range(frames)]
    undisturbed = CameraTracker()
    last(undisturbed, pictures[:before])
    successor = CameraTracker(handover.decode(handover.encode(undisturbed.state()), CameraTrackerState))
    for picture in pictures[before:]:
        assert successor.follow(picture, NOBODY, FRAME_S) == undisturbed.follow(picture, NOBODY, FRAME_S)
        assert successor.state() == undisturbed.state()


def measured(
    by: npt.NDArray[np.float64], from_s: float, seen: bool, handed_over_s: float = math.inf
) -> tuple[Monitor, list[Stance]]:
    """The shipped clip, its camera pushed at a time, by the exact landmarks; another tracker goes on from a later time."""
    tracker, monitor, stances = CameraTracker(), Monitor(), []
    for frame, ((time_s, picture), (_, landmarks)) in enumerate(
        zip(Video(str(DATA / "demo.mp4")), demo_landmarks(), strict=False)
    ):
        if time_s > from_s:
            picture, landmarks = moved(picture, by), landmarks.copy()
            landmarks[:, :2] = landmarks[:, :2] @ by[:, :2].T + by[:, 2]
        if time_s > handed_over_s:
            tracker, handed_over_s = CameraTracker(tracker.state()), math.inf
        camera = tracker.follow(picture, landmarks, FRAME_S) if seen else STILL
        stances += monitor.push(pose(frame + 1, time_s, camera=camera), landmarks)
    return monitor, stances + monitor.finish()


def test_a_push_in_the_middle_of_a_run_changes_no_angle_and_is_said() -> None:
    never, pushed = matrix(0, 0, 0), matrix(1.5, 14.0, -9.0)
    plain, true = measured(never, math.inf, seen=True)
    assert plain.flags() == ()
    mended, found = measured(pushed, 4.0, seen=True)
    assert mended.flags() == ("camera_moved",)
    _, same = measured(pushed, 4.0, seen=True, handed_over_s=6.0)
    assert same == found, "a restart of what sees the camera changes nothing"
    _, wrong = measured(pushed, 4.0, seen=False)
    assert len(true) == len(found) == len(wrong) >= 10
    errors = {
        name: [abs(s.pelvic_drop_mid_deg - t.pelvic_drop_mid_deg) for s, t in zip(some, true, strict=True)
               if s.pelvic_drop_mid_deg is not None and t.pelvic_drop_mid_deg is not None]
        for name, some in (("found", found), ("wrong", wrong))
    }  # fmt: skip
    assert max(errors["found"]) < 0.5, "the stance of the push: it is seen some frames later"
    assert max(errors["found"][-6:]) < 0.05
    assert np.median(errors["wrong"][-6:]) > 1.0, "a push that nobody sees is a false drop"
