"""Rendered bodies that move as real runners did: made-up trials, so that what has to come out is known."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

for library in ("scipy", "anny"):
    pytest.importorskip(library, reason="rendered runners need the optional group `training`")

from models.frontal.clips.real import RealRun
from models.frontal.clips.trial import NAMES, Window, read_trial
from models.frontal.people.base_mesh import BONES
from models.frontal.people.body import draw_body

STAND_S, END_S = 2.0, 6.0
BODY = draw_body(np.random.default_rng(11))
# A person 90 cm from hip to ankle who stands upright (mm; x to the right of the runner, y up, z back), the left side.
STANDING = {"hip": (-80, 1000, 0), "knee": (-85, 550, -5), "ankle": (-90, 100, 20), "heel": (-90, 40, 80), "toe": (-95, 50, -120),
            "asis": (-120, 1080, -70), "psis": (-40, 1090, 110)}  # fmt: skip


def instant(drop_deg: float = 0.0, left_knee_in_mm: float = 0.0) -> dict[str, npt.NDArray[np.float64]]:
    """The person with the pelvis turned so that the right hip is lower, and the left knee moved inwards."""
    out = {}
    for joint, place in STANDING.items():
        for side, sign in (("left", 1.0), ("right", -1.0)):
            at = np.array(place, float) * [sign, 1.0, 1.0]
            if joint in ("hip", "asis", "psis"):
                at[1] -= at[0] * math.tan(math.radians(drop_deg))
            out[f"{side}_{joint}"] = at
    out["left_knee"][0] += left_knee_in_mm
    return out


def write_trial(folder: Path, drop_deg: float, missing: str = "") -> Path:
    """Two seconds of standing, then ten in which the right hip is this much lower, with a stance every 0.35 s."""
    path = folder / "made_up.csv"
    with path.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["time_s", "phase", *(f"{name}_{axis}_mm" for name in NAMES for axis in "xyz")])
        for number in range(720):
            running = number >= 120
            points = instant(drop_deg if running else 0.0, 20.0 if running else 0.0)
            cells = ["" if running and name == missing else value for name in NAMES for value in points[name]]
            rows.writerow([number / 60, "running" if running else "standing", *cells])
    with path.with_suffix(".contacts.csv").open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["side", "initial_contact_s", "midstance_s", "toe_off_s"])
        for number in range(27):
            on_s = 2.2 + 0.35 * number
            rows.writerow(["left" if number % 2 == 0 else "right", on_s, on_s + 0.1, on_s + 0.25])
    return path


def made_up(folder: Path, seed: int, drop_deg: float = 6.0, missing: str = "") -> RealRun:
    window = Window(np.random.default_rng(seed), read_trial(write_trial(folder, drop_deg, missing)), STAND_S, END_S)
    return RealRun(np.random.default_rng(1), BODY, window)


def place(run: RealRun, time_s: float, bone: str) -> npt.NDArray[np.float64]:
    return np.asarray(run.pose(time_s).places[BONES.index(bone)])


@pytest.mark.parametrize("missing", ["", "right_asis"])
def test_the_line_of_the_hips_tilts_as_the_real_one_did(tmp_path: Path, missing: str) -> None:
    seen = set()
    for seed in range(6):
        run = made_up(tmp_path, seed, missing=missing)
        across = place(run, 4.0, "thigh_l") - place(run, 4.0, "thigh_r")
        higher = "r" if run.window.mirrored else "l"
        sign = -1.0 if run.window.mirrored else 1.0
        assert math.degrees(math.atan2(across[1], across[0])) == pytest.approx(sign * 6.0, abs=1e-6)
        assert run.drop == pytest.approx({"l": sign * 6.0, "r": -sign * 6.0})
        assert run.drop[higher] > 0
        seen.add(run.window.mirrored)
    assert seen == {True, False}


def test_a_knee_goes_inwards_as_the_real_one_did_and_the_foot_stays_on_its_line(tmp_path: Path) -> None:
    run = next(run for seed in range(9) if not (run := made_up(tmp_path, seed, drop_deg=0.0)).window.mirrored)
    hip, knee, ankle = (place(run, 4.0, f"{bone}_l") for bone in ("thigh", "calf", "foot"))
    real_mm = {joint: np.array(STANDING[joint], float) for joint in ("hip", "knee", "ankle")}
    line = (ankle - hip) / np.linalg.norm(ankle - hip)
    real_line = (real_mm["ankle"] - real_mm["hip"]) * [-1, 1, -1]
    np.testing.assert_allclose(line, real_line / np.linalg.norm(real_line), atol=1e-9)
    off = (knee - hip) - line * float((knee - hip) @ line)
    assert off[0] < 0, "towards the right: inwards of a left knee"
    assert run.scale == pytest.approx(np.linalg.norm(hip - ankle) / 0.9, rel=0.02)


def test_stances_are_those_of_the_window_in_the_time_of_the_clip(tmp_path: Path) -> None:
    run = made_up(tmp_path, 2)
    steps_s = np.diff([stance.initial_contact_s for stance in run.stances])
    np.testing.assert_allclose(steps_s, 0.35 / run.window.speed)
    first = run.stances[1]
    assert run.touches(first.leg, first.middle_s)
    assert not run.touches(first.leg, first.toe_off_s + 0.01)


def test_it_stands_first_and_is_then_on_the_ground(tmp_path: Path) -> None:
    run = made_up(tmp_path, 3, drop_deg=0.0)
    np.testing.assert_allclose(run.pose(0.3).places, run.pose(1.7).places, atol=1e-6)
    mid_stance = next(s for s in run.stances if s.initial_contact_s > STAND_S + 1).middle_s
    assert abs(place(run, mid_stance, "ball_l")[1] - BODY.joints["ball_l"][1]) < 0.02


def test_a_joint_that_is_not_known_all_the_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not known all the time"):
        read_trial(write_trial(tmp_path, 3.0, missing="left_knee"))
