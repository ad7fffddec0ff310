"""The segmenter on runners whose drop is known."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from runform_live.messages import INDEX, LANDMARKS, FlowLevel, Instrument, Stance
from runform_live.metrics import ANGLES
from tests.makers import Segmenter, demo_landmarks, demo_truth, pose_at, running, standing, swapped

UNKNOWN = np.full((len(LANDMARKS), 3), np.nan)

SIDES_OF_THE_PICTURE = Instrument(names_sides=False)


def play(segmenter: Segmenter, seconds: float, rate_hz: float, stand_s: float = 2.5, **how: object) -> list[Stance]:
    """Stand, then run."""
    stances: list[Stance] = []
    roll = float(how.get("roll_deg", 0.0))  # type: ignore[arg-type]
    for frame in range(int(seconds * rate_hz)):
        t = frame / rate_hz
        points = standing(roll) if t < stand_s else running(t - stand_s, **how)  # type: ignore[arg-type]
        stances += segmenter.push(pose_at(t), points)
    return stances + segmenter.flush()


@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 60.0, 120.0, 240.0])
def test_drops_cadence_and_sides_are_found_at_every_frame_rate(rate_hz: float) -> None:
    segmenter = Segmenter()
    found = play(segmenter, 8.0, rate_hz)
    assert len(found) >= 13
    assert [s.side for s in found] == [("left", "right")[k % 2] for k in range(len(found))] or found[0].side == "right"
    left = [s.pelvic_drop_mid_deg for s in found if s.side == "left"]
    right = [s.pelvic_drop_mid_deg for s in found if s.side == "right"]
    tolerance = 0.4 if rate_hz >= 30 else 0.8  # the smoother flattens a peak that few frames describe
    assert np.mean(left) == pytest.approx(5.0, abs=tolerance)
    assert np.mean(right) == pytest.approx(3.0, abs=tolerance)
    assert segmenter.cadence_spm == pytest.approx(170, rel=0.01)
    assert segmenter.view == "posterior"


def test_lost_frames_lower_the_quality_and_leave_the_sigma_of_the_pelvis_line() -> None:
    whole, holed = Segmenter(), Segmenter()
    seen: dict[Segmenter, list[Stance]] = {whole: [], holed: []}
    for frame in range(480):
        t = frame / 60
        points = standing() if t < 2.5 else running(t - 2.5)
        seen[whole] += whole.push(pose_at(t), points)
        seen[holed] += holed.push(pose_at(t), UNKNOWN if t > 3 and frame % 4 == 0 else points)
    by_midstance = {round(s.midstance_s, 1): s for s in seen[whole]}
    pairs = [(by_midstance[round(s.midstance_s, 1)], s) for s in seen[holed][3:]]
    assert len(pairs) > 8
    for one, other in pairs:
        assert other.quality < 0.85 * one.quality
        assert other.pelvis_sigma_deg == pytest.approx(one.pelvis_sigma_deg, rel=0.02)
        assert one.pelvis_sigma_deg == pytest.approx(np.degrees(np.arctan(2.0 * np.sqrt(2.0) / 70)), rel=0.02)


def test_midstance_is_the_lowest_instant_between_frames() -> None:
    found = play(Segmenter(), 8.0, 30.0)
    step_s = 60 / 170
    off = [(s.midstance_s - 2.5 - 0.5 * step_s) % step_s for s in found[1:]]
    assert max(min(o, step_s - o) for o in off) < 0.006


@pytest.mark.parametrize(("hidden_of_two", "off_s"), [(0, 0.0), (1, 0.0), (2, -0.012)])
def test_stickers_time_midstance_and_the_trunk_does_where_one_is_hidden(hidden_of_two: int, off_s: float) -> None:
    segmenter, found = Segmenter(), []
    early_s, step_s = 0.012, 60 / 170
    for frame in range(240):
        t = frame / 30
        # The shoulders sink too soon.
        points, true = (running(at - 2.5) if at >= 2.5 else standing() for at in (t + early_s, t))
        for side in ("left", "right"):
            points[INDEX[f"{side}_psis"]] = true[INDEX[f"{side}_hip"]] - (0, 30, 0)
        if frame % 2 < hidden_of_two:
            points[INDEX["left_psis"]] = np.nan
        found += segmenter.push(pose_at(t, Instrument(marked=True)), points)
    off = [(s.midstance_s - 2.5) % step_s - 0.5 * step_s for s in (found + segmenter.flush())[1:]]
    assert len(off) > 10
    assert np.mean(off) == pytest.approx(off_s, abs=0.003)


def test_the_camera_roll_is_removed_by_the_standing_calibration() -> None:
    segmenter = Segmenter()
    found = play(segmenter, 8.0, 30.0, roll_deg=4.0)
    assert segmenter.level is not None and segmenter.level.calibrated
    assert segmenter.level.tilt_deg == pytest.approx(4.0, abs=0.05)
    assert np.mean([s.pelvic_drop_mid_deg for s in found if s.side == "left"]) == pytest.approx(5.0, abs=0.4)


def test_without_standing_the_mean_of_whole_strides_is_level_and_says_so() -> None:
    segmenter = Segmenter()
    found = play(segmenter, 10.0, 30.0, stand_s=0.0, roll_deg=4.0)
    assert segmenter.level is not None and not segmenter.level.calibrated
    # A true difference of 2 deg between the sides is removed with the roll: both read the mean of 5 and 3.
    assert np.mean([s.pelvic_drop_mid_deg for s in found]) == pytest.approx(4.0, abs=0.4)
    assert found[0].midstance_s < 2.0, "the first stances wait for the level line, they are not lost"


def test_from_in_front_left_and_right_are_the_runners_own() -> None:
    segmenter = Segmenter()
    found = play(segmenter, 8.0, 30.0, anterior=True)
    assert segmenter.view == "anterior"
    assert np.mean([s.pelvic_drop_mid_deg for s in found if s.side == "left"]) == pytest.approx(5.0, abs=0.4)
    assert np.mean([s.pelvic_drop_mid_deg for s in found if s.side == "right"]) == pytest.approx(3.0, abs=0.4)


def with_heels_that_rise(points: np.ndarray, run_s: float, lift_px: float) -> np.ndarray:
    """The points with ankle and heel of each foot risen more and more while it stands; the toe stays where it is."""
    for side, own in (("left", 0.5), ("right", 1.5)):
        away = (max(run_s, 0.0) * 170 / 60 - own + 1) % 2 - 1
        if run_s >= 0 and abs(away) < 0.5:
            for joint in ("ankle", "heel"):
                points[INDEX[f"{side}_{joint}"], 1] -= lift_px * (1 + math.sin(math.pi * away))
    return points


@pytest.mark.parametrize("lifted_px", [-20, 31])
@pytest.mark.parametrize("anterior", [False, True])
def test_a_heel_that_rises_or_falls_while_the_belt_carries_the_foot_does_not_turn_the_view(
    lifted_px: float, anterior: bool
) -> None:
    segmenter = Segmenter()
    for frame in range(240):
        t = frame / 30
        points = running(t - 2.5, anterior=anterior, belt_px=8.0) if t >= 2.5 else standing()
        segmenter.push(pose_at(t, SIDES_OF_THE_PICTURE, 0.5), with_heels_that_rise(points, t - 2.5, lifted_px))
    assert segmenter.view == ("anterior" if anterior else "posterior")


def test_on_a_floor_the_networks_decide_whatever_the_heels_do() -> None:
    for behind, view in ((0.98, "posterior"), (0.02, "anterior")):
        for lift_px in (-40, 0, 40):
            segmenter = Segmenter()
            for frame in range(240):
                t = frame / 30
                points = running(t - 2.5, belt_px=0.0) if t >= 2.5 else standing()
                both = msgspec.structs.replace(pose_at(t, SIDES_OF_THE_PICTURE, behind), behind_by_general=behind)
                segmenter.push(both, with_heels_that_rise(points, t - 2.5, lift_px))
            assert segmenter.view == view
            assert segmenter.naming is not None and not segmenter.naming.unsure


def test_a_network_that_takes_the_back_for_a_front_does_not_swap_the_sides() -> None:
    segmenter = Segmenter()
    found: list[Stance] = []
    for frame in range(240):
        t = frame / 30
        points = standing() if t < 2.5 else running(t - 2.5)
        found += segmenter.push(pose_at(t), swapped(points) if frame % 4 else points)
    assert segmenter.view == "posterior"
    assert np.mean([s.pelvic_drop_mid_deg for s in found if s.side == "left"]) == pytest.approx(5.0, abs=0.5)


def test_a_stance_cut_by_a_lost_camera_is_not_reported() -> None:
    segmenter = Segmenter()
    found: list[Stance] = []
    for frame in range(300):
        t = frame / 30
        points = standing() if t < 2.5 else running(t - 2.5)
        found += segmenter.push(pose_at(t), UNKNOWN if 5.0 < t < 6.0 else points)
    found += segmenter.flush()
    inside = [s for s in found if s.toe_off_s > 5.0 and s.initial_contact_s < 6.0]
    assert inside == []
    assert any(s.midstance_s > 7.0 for s in found), "the run goes on after the loss"


def test_a_single_lost_frame_costs_nothing() -> None:
    whole, holed = Segmenter(), Segmenter()
    a: list[Stance] = []
    b: list[Stance] = []
    for frame in range(240):
        t = frame / 30
        points = standing() if t < 2.5 else running(t - 2.5)
        a += whole.push(pose_at(t), points)
        b += holed.push(pose_at(t), UNKNOWN if frame % 25 == 0 else points)
    assert len(a) == len(b)
    assert max(abs(x.midstance_s - y.midstance_s) for x, y in zip(a, b, strict=True)) < 0.02


def test_standing_and_walking_on_the_spot_are_no_run() -> None:
    segmenter = Segmenter()
    rng = np.random.default_rng(1)
    found: list[Stance] = []
    for frame in range(300):
        points = standing()
        points[:, :2] += rng.normal(0, 0.8, (len(LANDMARKS), 2))
        found += segmenter.push(pose_at(frame / 30), points)
    assert found + segmenter.flush() == []
    assert segmenter.standing and not segmenter.running


def test_nobody_in_view_gives_nothing() -> None:
    segmenter = Segmenter()
    assert [s for frame in range(90) for s in segmenter.push(pose_at(frame / 30), UNKNOWN)] == []
    assert segmenter.flush() == []
    assert math.isnan(segmenter.cadence_spm) and segmenter.level is None


def test_seen_from_the_side_the_frontal_angles_are_withheld() -> None:
    segmenter = Segmenter()
    found: list[Stance] = []
    for frame in range(300):
        t = frame / 30
        points = standing() if t < 2.5 else running(t - 2.5)
        points[:, 0] = 640 + (points[:, 0] - 640) * 0.3
        found += segmenter.push(pose_at(t), points)
    found += segmenter.flush()
    assert segmenter.view == "side"
    assert all(s.pelvic_drop_mid_deg is None and s.knee_valgus_mid_deg is None and s.quality == 0 for s in found)


def test_every_step_of_a_runner_who_limps_is_found() -> None:
    """The trunk sinks deep on one leg and by a quarter of that on the other."""
    upper = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("shoulder", "hip")]
    segmenter = Segmenter()
    found: list[Stance] = []
    for frame in range(300):
        t = frame / 30
        points = running(t)
        points[upper, 1] += 20.0 * math.cos(math.pi * (t * 170 / 60 - 0.5))
        found += segmenter.push(pose_at(t), points)
    found += segmenter.flush()
    assert segmenter.cadence_spm == pytest.approx(170, rel=0.05)
    assert len(found) >= 25
    assert [s.side for s in found] == [
        ("left", "right")[(k + (found[0].side == "right")) % 2] for k in range(len(found))
    ]


def test_steps_of_feet_that_are_not_in_the_picture_do_not_wait_for_ever() -> None:
    segmenter = Segmenter("posterior")
    feet = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("ankle", "heel", "toe")]
    for frame in range(30 * 25):
        points = standing() if frame < 90 else running(frame / 30)
        points[feet] = np.nan
        assert segmenter.push(pose_at(frame / 30), points) == []
    assert 0 < len(segmenter.state().steps.closed) <= 10.5 * 170 / 60, "those of the last ten seconds"


def test_asking_for_a_calibration_forgets_the_old_one_until_the_next_standing() -> None:
    segmenter = Segmenter()
    for frame in range(90):
        segmenter.push(pose_at(frame / 30), standing(3.0))
    assert segmenter.level is not None and segmenter.level.tilt_deg == pytest.approx(3.0, abs=0.01)
    segmenter.calibrate()
    assert segmenter.level is None
    for frame in range(90, 180):
        segmenter.push(pose_at(frame / 30), standing(-1.0))
    assert segmenter.level is not None and segmenter.level.tilt_deg == pytest.approx(-1.0, abs=0.01)


def stances_with(level: FlowLevel | None, until_s: float = math.inf, stands: bool = True) -> list[Stance]:
    """Of a run whose level in motion is told until then."""
    segmenter = Segmenter()
    found: list[Stance] = []
    for frame in range(300):
        t = frame / 30
        points = standing() if stands and t < 2.5 else running(t)
        found += segmenter.push(pose_at(t, flow_level=level if t < until_s else None), points)
    return found + segmenter.flush()


def test_what_level_is_in_motion_moves_drop_and_adduction_of_the_two_sides_apart() -> None:
    told = FlowLevel(4.0, weight=0.5)  # standing is level at 0
    plain, moved = stances_with(None), stances_with(told)
    held = stances_with(told, until_s=5.0)  # as when the pose stage was started anew
    assert len(plain) == len(moved) == len(held) > 15
    for before, after, kept in zip(plain, moved, held, strict=True):
        assert before.pelvic_drop_mid_deg is not None and after.pelvic_drop_mid_deg is not None
        by_deg = after.pelvic_drop_mid_deg - before.pelvic_drop_mid_deg
        assert by_deg == pytest.approx(-2.0 if before.side == "left" else 2.0, abs=1e-9)
        assert kept.pelvic_drop_mid_deg == pytest.approx(after.pelvic_drop_mid_deg, abs=1e-9)
        assert before.hip_adduction_mid_deg is not None and after.hip_adduction_mid_deg is not None
        assert after.hip_adduction_mid_deg - before.hip_adduction_mid_deg == pytest.approx(by_deg, abs=1e-9)


def stances_tilted(offset_px: float, roll_deg: float, stands: bool = True) -> list[Stance]:
    """As a network that sees the hips tilted gives them."""
    segmenter = Segmenter()
    found: list[Stance] = []
    for frame in range(300):
        t = frame / 30
        points = standing(roll_deg) if stands and t < 2.5 else running(t, roll_deg=roll_deg)
        points[INDEX["left_hip"], 1] -= offset_px
        points[INDEX["right_hip"], 1] += offset_px
        found += segmenter.push(pose_at(t), points)
    return found + segmenter.flush()


@pytest.mark.parametrize("roll_deg", [0.0, -5.0])
def test_hips_that_a_network_sees_tilted_leave_every_angle_as_it_is(roll_deg: float) -> None:
    """Standing shows their tilt offset: shoulders are carried above the feet."""
    plain, tilted = stances_tilted(0.0, roll_deg), stances_tilted(2.5, roll_deg)  # four degrees
    assert len(plain) == len(tilted) > 15
    for metric in ANGLES:
        before, after = ([getattr(stance, metric) for stance in found] for found in (plain, tilted))
        tolerance = 1.2 if "valgus" in metric else 0.2  # the thigh itself begins at another place
        np.testing.assert_allclose(after, before, atol=tolerance, err_msg=metric)


def test_without_standing_the_run_itself_shows_the_upright_and_half_of_the_tilt_offset_is_removed() -> None:
    plain, tilted = (stances_tilted(offset_px, -5.0, stands=False) for offset_px in (0.0, 2.5))
    assert len(plain) == len(tilted) > 15
    for before, after in zip(plain, tilted, strict=True):
        assert after.trunk_lean_mid_deg == pytest.approx(before.trunk_lean_mid_deg, abs=0.2)
        assert before.hip_adduction_mid_deg is not None and after.hip_adduction_mid_deg is not None
        moved = abs(after.hip_adduction_mid_deg - before.hip_adduction_mid_deg)
        assert moved == pytest.approx(math.degrees(math.atan(2.5 / 35)) / 2, abs=0.3)


@pytest.mark.parametrize("anterior", [False, True])
def test_what_a_network_does_not_follow_of_a_turn_is_put_back(anterior: bool) -> None:
    """The landmarks turn by 0.8 of the pelvis from in front, by all of it from behind."""
    segmenter, found, seen = Segmenter(), [], 0.8 if anterior else 1.0
    for frame in range(240):
        t = frame / 30
        points = standing(2.0)
        if t >= 2.5:
            points = running(t - 2.5, 5.0 * seen, 3.0 * seen, roll_deg=2.0, anterior=anterior)
        found += segmenter.push(pose_at(t, Instrument(turn_share=(1.0, 0.8))), points)
    for side, drop in (("left", 5.0), ("right", 3.0)):
        mine = [s for s in found if s.side == side]
        assert np.mean([s.pelvic_drop_mid_deg for s in mine]) == pytest.approx(drop, abs=0.4)
    true = play(Segmenter(), 8.0, 30.0, anterior=anterior, roll_deg=2.0)
    for side in ("left", "right"):
        told, exact = (np.mean([s.hip_adduction_mid_deg for s in of if s.side == side]) for of in (found, true))
        assert told == pytest.approx(exact, abs=0.6), "the thigh is measured from the pelvis as it lies"


def test_the_mean_over_strides_is_the_level_line_whatever_level_is_in_motion() -> None:
    plain, moved = (stances_with(level, stands=False) for level in (None, FlowLevel(2.0, weight=0.5)))
    assert len(plain) > 15 and [s.pelvic_drop_mid_deg for s in plain] == [s.pelvic_drop_mid_deg for s in moved]


def test_time_that_does_not_go_forward_is_refused() -> None:
    segmenter = Segmenter()
    segmenter.push(pose_at(1.0), standing())
    with pytest.raises(ValueError, match="must increase"):
        segmenter.push(pose_at(1.0), standing())


def test_uneven_frame_times_give_the_same_stances() -> None:
    rng = np.random.default_rng(3)
    times = np.cumsum(rng.choice([1 / 60, 1 / 30, 1 / 24], 400))
    segmenter = Segmenter()
    found: list[Stance] = []
    for t in times:
        found += segmenter.push(pose_at(float(t)), standing() if t < 2.5 else running(t - 2.5))
    assert np.mean([s.pelvic_drop_mid_deg for s in found if s.side == "left"]) == pytest.approx(5.0, abs=0.5)
    assert segmenter.cadence_spm == pytest.approx(170, rel=0.02)


def test_exact_points_of_the_shipped_clip_give_its_exact_angles() -> None:
    """What is left over is the method's own error: the network's comes on top."""
    segmenter = Segmenter()
    found: list[Stance] = []
    for t, points in demo_landmarks():
        found += segmenter.push(pose_at(t), points)
    found += segmenter.flush()
    errors: dict[str, list[float]] = {"pelvic_drop_mid_deg": [], "hip_adduction_mid_deg": [], "knee_valgus_mid_deg": []}
    contact_ms, off_ms = [], []
    for true in demo_truth():
        near = [s for s in found if s.side == true["side"] and abs(s.midstance_s - float(true["midstance_s"])) < 0.1]
        assert len(near) == 1, f"stance at {true['midstance_s']} s"
        for metric, values in errors.items():
            values.append(getattr(near[0], metric) - float(true[metric]))
        contact_ms.append(1e3 * abs(near[0].initial_contact_s - float(true["initial_contact_s"])))
        off_ms.append(1e3 * abs(near[0].toe_off_s - float(true["toe_off_s"])))
    for metric, values in errors.items():
        assert math.sqrt(np.mean(np.square(values))) < 0.1, metric
    assert np.median(contact_ms) < 25 and np.median(off_ms) < 30


def test_where_most_stances_are_hidden_the_others_are_guesses_too() -> None:
    segmenter, found = Segmenter(), []
    for frame in range(300):
        t = frame / 30
        points = running(t - 2.5) if t >= 2.5 else standing()
        step = int((t - 2.5) * 170 / 60)
        points[:, 2] = 70 * math.tan(math.radians(5.0 if step % 4 == 0 else 7.5)) / math.sqrt(2)
        found += segmenter.push(pose_at(t), points)
    assert len(found) > 12 and all(s.pelvic_drop_mid_deg is None for s in found[4:])
    assert all(s.trunk_lean_mid_deg is not None for s in found)


@pytest.mark.parametrize(("jump_px", "lifts"), [(0.0, False), (7.0, False), (7.0, True)])
def test_ankles_that_jump_do_not_hide_a_stand_and_feet_that_step_are_none(jump_px: float, lifts: bool) -> None:
    """Dark shoes on a dark belt; the trunk is 150 px."""
    segmenter, rng = Segmenter(), np.random.default_rng(2)
    for frame in range(90):
        points = standing(roll_deg=2.0)
        for side, phase in (("left", 0.0), ("right", math.pi)):
            points[INDEX[f"{side}_ankle"], 1] += rng.normal(0, jump_px)
            if lifts:
                points[INDEX[f"{side}_ankle"], 1] -= 30 * max(0.0, math.sin(2 * math.pi * frame / 40 + phase))
        segmenter.push(pose_at(frame / 30), points)
    assert (segmenter.level is not None and segmenter.level.calibrated) == (not lifts)
    if segmenter.level is not None:
        assert segmenter.level.tilt_deg == pytest.approx(2.0, abs=0.01)


def without(known: list[tuple[float, np.ndarray]], of: int, lost: int) -> list[Stance]:
    """The stances of frames of which the last `lost` ones of each `of` are not there."""
    segmenter, found = Segmenter(), list[Stance]()
    for frame, (time_s, points) in enumerate(known):
        if frame % of < of - lost:
            found += segmenter.push(pose_at(time_s), points)
    return found + segmenter.flush()


@pytest.mark.parametrize(("rate_hz", "of", "lost"), [(30, 13, 3), (30, 14, 4), (60, 26, 7), (24, 10, 2)])
def test_short_holes_leave_the_rhythm_and_only_the_stances_whose_midstance_lies_in_one_are_withheld(
    rate_hz: int, of: int, lost: int
) -> None:
    known = [
        (k / rate_hz, running(k / rate_hz - 2.5) if k / rate_hz >= 2.5 else standing()) for k in range(10 * rate_hz)
    ]
    whole, holed = without(known, of, 0), without(known, of, lost)
    assert len(holed) >= len(whole) - 2
    drops = list[float]()
    for stance in holed:
        true = min(whole, key=lambda other: abs(other.midstance_s - stance.midstance_s))
        assert stance.side == true.side
        assert stance.midstance_s == pytest.approx(true.midstance_s, abs=0.05)
        into_s = (stance.midstance_s * rate_hz) % of - (of - lost - 1)
        if into_s <= 0.0 or (lost + 1) / rate_hz < 0.13:
            assert stance.pelvic_drop_mid_deg is not None
            drops.append(abs(stance.pelvic_drop_mid_deg - (true.pelvic_drop_mid_deg or 0.0)))
        elif 0.1 < into_s < lost + 0.9:
            assert stance.pelvic_drop_mid_deg is None
    assert len(drops) > 10
    assert max(drops) < 1.5 and np.mean(drops) < 0.5


def test_a_run_in_pieces_is_measured_against_one_level_line() -> None:
    """Of a run without a stand: the mean over strides outlives a pause of the film; the runner's side that began does not tilt it."""
    whole, pieces = Segmenter(), Segmenter()
    found: dict[Segmenter, list[Stance]] = {whole: [], pieces: []}
    for frame in range(300):
        pause_s = 20.0 * sum(frame >= first for first in (90, 130, 200, 285))
        for segmenter, at_s in ((whole, frame / 30), (pieces, frame / 30 + pause_s)):
            found[segmenter] += segmenter.push(pose_at(at_s), running(frame / 30, roll_deg=4.0))
    assert whole.level is not None and pieces.level is not None
    assert pieces.level.tilt_deg == pytest.approx(whole.level.tilt_deg, abs=0.1)
    for segmenter in (whole, pieces):
        found[segmenter] += segmenter.flush()
        for side in ("left", "right"):
            drops = [s.pelvic_drop_mid_deg for s in found[segmenter] if s.side == side]
            assert np.mean(drops) == pytest.approx(4.0, abs=0.4)


def test_a_stand_of_which_a_third_is_not_shown_sets_no_level_line() -> None:
    segmenter = Segmenter()
    for frame in range(90):
        if frame % 30 < 20:
            segmenter.push(pose_at(frame / 30), standing())
    assert segmenter.level is None
