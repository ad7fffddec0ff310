"""The exact angles of rendered clips, against hand-computed ones; and a run that does what it says."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

for library in ("scipy", "anny", "skimage", "moderngl"):
    pytest.importorskip(library, reason="rendered runners need the optional group `training`")

import itertools

from models.frontal.clips import render
from models.frontal.clips.both import WalksAndRuns
from models.frontal.clips.clip import Clip
from models.frontal.clips.placing import place_camera
from models.frontal.clips.running import Run, draw_pulses
from models.frontal.clips.strides import Pulse, Stance, raised_deg, single_support_s
from models.frontal.clips.truth import FrontalPlane, levelled, stance_angles, stance_row, tilt_deg
from models.frontal.people.body import draw_body
from models.frontal.people.person import draw_person, landmarks
from models.frontal.people.posing import pose_of
from models.frontal.rendering.camera import Camera, looking_at
from models.frontal.rendering.drawing import Canvas

Points = dict[str, npt.NDArray[np.float64]]


def upright() -> Points:
    """Seen from behind, with straight vertical legs and level hips (px)."""
    at = {"shoulder": (50, 100), "hip": (20, 200), "knee": (20, 300), "ankle": (20, 400)}
    out = {f"left_{joint}": np.array([200.0 - x, y]) for joint, (x, y) in at.items()}
    return out | {f"right_{joint}": np.array([200.0 + x, y]) for joint, (x, y) in at.items()}


def mirrored(points: Points) -> Points:
    """The same body seen from in front: the runner's left is on the right."""
    return {name: np.array([400.0 - x, y]) for name, (x, y) in points.items()}


BOTH_VIEWS = pytest.mark.parametrize("seen", [lambda points: points, mirrored], ids=["behind", "front"])


@BOTH_VIEWS
@pytest.mark.parametrize("leg", ["l", "r"])
def test_a_straight_body_has_no_angles(seen: object, leg: str) -> None:
    assert callable(seen)
    assert stance_angles(seen(upright()), leg) == pytest.approx(
        {"pelvic_drop": 0.0, "hip_adduction": 0.0, "knee_valgus": 0.0, "trunk_lean": 0.0}
    )


@BOTH_VIEWS
def test_a_lower_swing_side_is_a_positive_drop_and_a_vertical_thigh_is_adducted_by_it(seen: object) -> None:
    assert callable(seen)
    points = upright()
    points["right_hip"] += [0.0, 40 * np.tan(np.radians(5.0))]
    angles = stance_angles(seen(points), "l")
    assert angles["pelvic_drop"] == pytest.approx(5.0)
    assert angles["hip_adduction"] == pytest.approx(5.0), "against the perpendicular to the hips' line"
    assert stance_angles(seen(points), "r")["pelvic_drop"] == pytest.approx(-5.0)


@BOTH_VIEWS
@pytest.mark.parametrize(("leg", "medial"), [("l", 1.0), ("r", -1.0)])
def test_a_medial_knee_is_a_positive_valgus_and_an_adducted_thigh(seen: object, leg: str, medial: float) -> None:
    assert callable(seen)
    points = upright()
    points[f"{'left' if leg == 'l' else 'right'}_knee"] += [medial * 5.0, 0.0]
    angles = stance_angles(seen(points), leg)
    half = np.degrees(np.arctan(5.0 / 100.0))
    assert angles["knee_valgus"] == pytest.approx(2 * half)
    assert angles["hip_adduction"] == pytest.approx(half)


@BOTH_VIEWS
def test_a_trunk_that_leans_over_the_stance_leg_is_positive(seen: object) -> None:
    assert callable(seen)
    points = upright()
    for side in ("left", "right"):
        points[f"{side}_shoulder"] -= [100 * np.tan(np.radians(4.0)), 0.0]  # to the runner's left
    assert stance_angles(seen(points), "l")["trunk_lean"] == pytest.approx(4.0)
    assert stance_angles(seen(points), "r")["trunk_lean"] == pytest.approx(-4.0)


def test_the_tilt_of_a_line_is_positive_when_it_falls_towards_its_end_whichever_way_it_goes() -> None:
    assert tilt_deg(np.array([10.0, 10.0])) == pytest.approx(45.0)
    assert tilt_deg(np.array([-10.0, 10.0])) == pytest.approx(45.0)


def test_a_run_stands_first_then_drops_by_its_own_drop_at_each_stance() -> None:
    body = draw_body(np.random.default_rng(1))
    run = Run(np.random.default_rng(2), body, 2.5, 9.5)
    assert run.angles(0.0).oblique == 0.0
    legs = "".join(stance.leg for stance in run.stances)
    assert "ll" not in legs and "rr" not in legs
    sign = {"l": 1.0, "r": -1.0}
    for leg in "lr":
        drops = [sign[leg] * run.angles(s.middle_s).oblique for s in run.stances if s.leg == leg and 4 < s.middle_s < 9]
        assert np.mean(drops) == pytest.approx(run.drop[leg], abs=1.0)
    assert run.touches("l", next(s.middle_s for s in run.stances if s.leg == "l"))


def test_a_foot_is_on_the_ground_in_stance_and_above_it_in_flight() -> None:
    person = draw_person(np.random.default_rng(3), "mesh")
    run = Run(np.random.default_rng(4), person.body, 2.5, 6.0)
    stances = [s for s in run.stances if 3.5 < s.initial_contact_s < 5.5]
    feet = ("left_heel", "left_toe", "right_heel", "right_toe")

    def lowest_m(time_s: float) -> float:
        world = landmarks(person, pose_of(run.angles(time_s), person.body))
        return min(float(world[name][1]) for name in feet)

    for one, after in itertools.pairwise(stances):
        assert abs(lowest_m(one.middle_s)) < 0.02
        flight_s = after.initial_contact_s - one.toe_off_s
        if flight_s > 0.06:
            assert lowest_m(one.toe_off_s + flight_s / 2) > 0.003


@pytest.mark.slow
def test_a_clip_is_four_files_that_agree(tmp_path: Path) -> None:
    clip = Clip("puppet", (31, 0), move_s=2.0)
    count = render.make_clip(tmp_path, clip, Canvas(render.WIDTH, render.HEIGHT, finer=1.0))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"puppet-31-00.{end}" for end in ("frames.csv", "json", "mp4", "stances.csv")
    ]
    with (tmp_path / "puppet-31-00.frames.csv").open() as lines:
        frames = list(csv.DictReader(lines))
    with (tmp_path / "puppet-31-00.stances.csv").open() as lines:
        stances = list(csv.DictReader(lines))
    assert count == len(frames) == 135
    assert [row["contact_left"] for row in frames[:60]] == ["1"] * 60, "it stands on both feet at first"
    for row in stances:
        contact_s, middle_s, off_s = (float(row[name]) for name in ("initial_contact_s", "midstance_s", "toe_off_s"))
        assert contact_s < middle_s < off_s
        frame = frames[round(middle_s * 30)]
        assert frame[f"contact_{row['side']}"] == "1"
        assert float(row["pelvic_drop_peak_deg"]) >= float(row["pelvic_drop_mid_deg"])


def test_a_drop_with_a_pulse_is_as_large_but_comes_and_goes_faster_and_when_the_pulse_says() -> None:
    plain = Stance("l", 1.0, 1.25, 8.0, 0.0, 0.35)
    pulse = Pulse(deg=3.0, sd_s=0.04, late_s=-0.012)
    sharp = dataclasses.replace(plain, pulse=pulse)
    times_s = np.arange(0.9, 1.4, 0.001)
    drops = np.array([raised_deg([sharp], t) for t in times_s])
    assert drops.max() == pytest.approx(8.0, abs=1e-3)
    assert times_s[drops.argmax()] == pytest.approx(plain.middle_s - 0.012, abs=0.001)
    middle_s = plain.middle_s + pulse.late_s
    bends = [
        (raised_deg([one], at_s - 0.005) - 2 * raised_deg([one], at_s) + raised_deg([one], at_s + 0.005)) / 0.005**2
        for one, at_s in ((sharp, middle_s), (plain, plain.middle_s))
    ]
    assert bends[0] == pytest.approx(bends[1] - 3.0 / 0.04**2, rel=0.02)
    assert raised_deg([dataclasses.replace(sharp, leg="r")], middle_s) == pytest.approx(-8.0)


def test_a_run_without_pulses_is_the_same_as_ever_and_one_with_pulses_differs_in_its_pelvis_alone() -> None:
    body = draw_body(np.random.default_rng(1))
    pulses = draw_pulses(np.random.default_rng(3))
    plain, sharp = (Run(np.random.default_rng(2), body, 1.0, 3.0, pulses=given) for given in (None, pulses))
    assert [s.initial_contact_s for s in plain.stances] == [s.initial_contact_s for s in sharp.stances]
    assert plain.drop == sharp.drop
    one, other = plain.angles(2.3), sharp.angles(2.3)
    assert one.oblique != other.oblique
    assert (one.axial, one.legs["l"].knee, one.arms) == (other.axial, other.legs["l"].knee, other.arms)


def test_midstance_of_the_last_stance_of_walking_is_not_where_running_lifts_the_hips() -> None:
    person = draw_person(np.random.default_rng(3), "mesh")
    both = WalksAndRuns(np.random.default_rng(6), person.body, 1.0, 8.0)
    last = next(one for one, after in itertools.pairwise(both.stances) if (one.gait, after.gait) == ("walk", "run"))
    seen = levelled(both, person, place_camera(np.random.default_rng(1), 1.7, anterior=False).level)
    row = stance_row(both, person, seen, seen, last)
    begins_s, ends_s = single_support_s(both.stances, last)
    assert row["gait"] == "walk"
    assert 0.2 <= (float(str(row["midstance_s"])) - begins_s) / (ends_s - begins_s) <= 0.82


@pytest.mark.parametrize("angle_deg", [0.0, 30.0, -45.0])
def test_a_camera_stands_where_it_is_told_to(angle_deg: float) -> None:
    placed = place_camera(np.random.default_rng(4), 1.7, anterior=True, angle_deg=angle_deg, height_m=0.25)
    x, y, z = placed.camera.eye
    assert np.degrees(np.arctan2(x, z)) == pytest.approx(angle_deg)
    assert y == 0.25
    assert np.hypot(x, z) == pytest.approx(placed.distance_m)
    assert placed.described()["camera_angle_deg"] == angle_deg


def test_angles_in_the_frontal_plane_are_those_of_a_far_camera_on_the_heading_wherever_the_camera_stands() -> None:
    person = draw_person(np.random.default_rng(3), "mesh")
    run = Run(np.random.default_rng(2), person.body, 1.0, 3.0)
    stance = next(s for s in run.stances if s.initial_contact_s > 2.0)
    far = Camera(
        looking_at(np.array([0.0, 0.9, -900.0]), np.array([0.0, 0.9, 0.0])),
        np.array([0.0, 0.9, -900.0]),
        9e5,
        np.zeros(2),
    )
    aside = place_camera(np.random.default_rng(1), 1.7, anterior=True, angle_deg=45.0).level
    rows = [
        stance_row(run, person, levelled(run, person, camera), levelled(run, person, FrontalPlane()), stance)
        for camera in (far, aside)
    ]
    for name in ("pelvic_drop", "hip_adduction", "knee_valgus", "trunk_lean"):
        exact = float(str(rows[0][f"{name}_mid_frontal_deg"]))
        assert float(str(rows[0][f"{name}_mid_deg"])) == pytest.approx(exact, abs=0.02)
        assert rows[1][f"{name}_mid_frontal_deg"] == exact
    assert rows[1]["hip_adduction_mid_deg"] != rows[0]["hip_adduction_mid_deg"]
