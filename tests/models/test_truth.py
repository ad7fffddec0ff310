"""The exact angles of rendered clips, against hand-computed ones; and a run that does what it says."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

for library in ("scipy", "anny", "skimage", "moderngl"):
    pytest.importorskip(library, reason="rendered runners need the optional group `training`")

import itertools

from models.frontal.clips import render
from models.frontal.clips.clip import Clip
from models.frontal.clips.running import Run
from models.frontal.clips.truth import stance_angles, tilt_deg
from models.frontal.people.body import draw_body
from models.frontal.people.person import draw_person, landmarks
from models.frontal.people.posing import pose_of
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
