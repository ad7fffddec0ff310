"""From behind or in front: what toe and network together say, and when they do not say it for sure."""

from __future__ import annotations

import math
from itertools import pairwise

import msgspec
import numpy as np
import pytest

from runform_live import handover
from runform_live.camera_motion import CameraMotion
from runform_live.gait.monitor import MonitorState
from runform_live.gait.view import BELT_SPEAKS, ViewEstimate, ViewState, behind_by, belt_log_odds
from runform_live.messages import VIEW_UNSURE, Instrument, Pose, Stance, View
from tests.makers import Monitor, running, standing

NAN = math.nan
RATE_HZ = 30


def estimate(stances: int, toe: float, behind: float, fixed: View = "unknown") -> ViewEstimate:
    found = ViewEstimate(fixed)
    for _ in range(stances):
        found.add_stance(toe, behind)
    return found


@pytest.mark.parametrize(
    ("toe", "behind", "view", "unsure"),
    [
        (1.7, 0.99, "posterior", False),  # a belt and a network that agree
        (-2.0, 0.01, "anterior", False),
        (0.45, 0.8, "posterior", False),  # a camera 20 cm above the belt
        (-0.45, 0.2, "anterior", False),
        (1.5, 0.19, "posterior", False),  # a belt, and a network that is not sure
        (-1.5, NAN, "anterior", False),  # a belt alone
        (0.0, 0.03, "anterior", False),  # a floor, and a sure network
        (0.25, 0.04, "anterior", False),  # a foot that moves a little by itself
        (-0.25, 0.96, "posterior", False),
        (NAN, 0.03, "anterior", False),  # nobody sees the toes
        (1.5, 0.03, "anterior", True),  # they contradict each other
        (-1.5, 0.97, "posterior", True),
        (0.5, 0.02, "anterior", True),
        (0.0, 0.19, "anterior", True),  # neither is sure
        (0.0, 0.7, "posterior", True),
        (0.1, NAN, "posterior", True),
    ],
)
def test_the_view_by_toe_and_network(toe: float, behind: float, view: View, unsure: bool) -> None:
    found = estimate(12, toe, behind)
    assert (found.view, found.unsure) == (view, unsure)


def test_a_toe_that_moves_as_little_as_on_a_floor_says_nothing() -> None:
    """Three people who jogged in place: mean speeds of -0.12, 0.02 and 0.08 trunk lengths a second, 6 to 27 stances."""
    for toe in (-0.25, -0.12, 0.0, 0.02, 0.08, 0.25):
        assert abs(belt_log_odds(toe, 6)) < BELT_SPEAKS / 2
    for toe in (0.8, 1.5, 3.7):  # real runners on a belt, cameras 0.5 to 1.5 m above it
        assert belt_log_odds(toe, 6) > 3 * BELT_SPEAKS
    assert belt_log_odds(1.2, 5) == pytest.approx(-belt_log_odds(-1.2, 5)), "both views alike"


def test_one_noisy_stance_does_not_decide_and_twenty_do() -> None:
    assert abs(belt_log_odds(0.6, 1)) < belt_log_odds(0.6, 20)


def test_a_belt_decides_with_the_first_stances_and_a_network_alone_with_the_fourth() -> None:
    assert estimate(1, 1.7, 0.9).view == "posterior"
    assert estimate(3, 0.0, 0.02).view == "unknown"
    assert (estimate(4, 0.0, 0.02).view, estimate(4, 0.0, 0.02).unsure) == ("anterior", False)


def test_what_is_not_clear_is_waited_for_and_then_said_to_be_unsure() -> None:
    assert (estimate(7, 0.0, 0.6).view, estimate(7, 0.0, 0.6).unsure) == ("unknown", False)
    assert (estimate(8, 0.0, 0.6).view, estimate(8, 0.0, 0.6).unsure) == ("posterior", True)


@pytest.mark.parametrize("behind", [0.02, 0.4, NAN])
def test_a_short_recording_is_settled_as_unsure_and_not_guessed_in_silence(behind: float) -> None:
    found = estimate(2, NAN, behind)
    assert found.settle() == ("anterior" if behind < 0.5 else "posterior")
    assert found.unsure


def test_nothing_is_settled_where_nobody_ran() -> None:
    found = ViewEstimate()
    assert (found.settle(), found.unsure) == ("unknown", False)


@pytest.mark.parametrize("said", ["posterior", "anterior"])
def test_a_named_view_is_never_unsure(said: View) -> None:
    found = estimate(12, 1.5, 0.02, fixed=said)
    assert (found.settle(), found.view, found.unsure) == (said, said, False)


def test_an_answer_holds_against_all_that_is_seen() -> None:
    found = estimate(12, 1.5, 0.02)
    assert found.unsure and found.view == "anterior"
    found.fix("posterior")
    for _ in range(50):
        found.add_stance(-2.0, 0.01)
    assert (found.view, found.unsure, found.number) == ("posterior", False, 1)


@pytest.mark.parametrize("handed_over", [False, True])
def test_an_answer_does_not_outlive_the_place_of_the_camera_that_it_was_given_for(handed_over: bool) -> None:
    found = estimate(12, 1.5, 0.02)
    found.fix("anterior")
    if handed_over:
        found = ViewEstimate(state=handover.decode(handover.encode(found.state()), ViewState))
    found.camera_elsewhere(10.0)
    found.add_stance(NAN, NAN)
    assert (found.view, found.unsure) == ("anterior", True)
    for _ in range(30):
        found.add_stance(1.7, 0.99)
    assert (found.view, found.unsure, found.since_s) == ("posterior", False, 10.0)
    found.fix("posterior")
    found.camera_elsewhere(20.0)
    assert found.since_s == 20.0, "what was answered holds for the stances before"


def test_a_view_that_was_given_at_the_start_is_that_of_every_place_of_the_camera() -> None:
    found = estimate(12, 1.5, 0.9, fixed="posterior")
    found.camera_elsewhere(10.0)
    for _ in range(50):
        found.add_stance(-2.0, 0.01)
    assert (found.view, found.unsure, found.number) == ("posterior", False, 0)


@pytest.mark.parametrize("toe", [0.0, NAN])
def test_a_camera_that_was_moved_leaves_the_view_unsure_until_it_is_clear(toe: float) -> None:
    found, said = estimate(20, 1.5, 0.95), []
    found.camera_elsewhere(12.0)
    assert not found.unsure, "nothing was seen from there, and what was seen before is sure"
    for behind in (*[0.5] * 6, *[0.98] * 40):
        found.add_stance(toe, behind)
        said.append((found.view, found.unsure))
    assert said[:6] == [("posterior", True)] * 6 and said[-1] == ("posterior", False)
    assert found.since_s == 12.0 and found.number == 0


@pytest.mark.parametrize(("toe", "behind"), [(-0.33, 0.93), (-0.4, 0.93), (-2.0, 0.85), (1.0, 0.15)])
def test_a_contradiction_at_its_limit_does_not_come_and_go_with_the_noise(toe: float, behind: float) -> None:
    for seed in range(6):
        rng, found, said = np.random.default_rng(seed), ViewEstimate(), []
        for _ in range(200):
            found.add_stance(toe + rng.normal(0, 0.2), float(np.clip(behind + rng.normal(0, 0.03), 0.0, 1.0)))
            found = ViewEstimate(state=handover.decode(handover.encode(found.state()), ViewState))
            said.append((found.view, found.unsure))
        assert sum(one != other for one, other in pairwise(said)) <= 4, seed


def test_a_decision_is_doubted_and_then_reversed_by_strong_evidence_only() -> None:
    found, seen = estimate(20, 1.5, 0.9), []
    for _ in range(60):
        found.add_stance(-1.5, 0.1)
        if (found.view, found.unsure) not in seen:
            seen.append((found.view, found.unsure))
    assert seen == [("posterior", False), ("posterior", True), ("anterior", False)]
    assert found.number == 1


def test_a_doubt_goes_when_both_agree_again() -> None:
    found = estimate(10, 1.5, 0.05)
    assert found.unsure
    for _ in range(40):
        found.add_stance(1.5, 0.9)
    assert (found.view, found.unsure) == ("posterior", False)


def test_a_camera_that_looks_from_elsewhere_is_judged_anew_and_sure_names_of_before_hold() -> None:
    sure, unsure = estimate(20, 1.5, 0.95), estimate(20, 0.0, 0.6)
    for found in (sure, unsure):
        found.camera_elsewhere(12.0)
        for _ in range(8):
            found.add_stance(-1.5, 0.05)
        assert (found.view, found.unsure) == ("anterior", False)
    assert (sure.since_s, unsure.since_s) == (12.0, 0.0)


def test_a_network_that_only_names_sides_counts_for_little() -> None:
    assert behind_by(1.0, names_sides=True) == pytest.approx(1 - behind_by(-1.0, names_sides=True))
    assert estimate(12, 0.0, behind_by(-1.0, names_sides=True)).unsure
    assert not estimate(12, 1.5, behind_by(-1.0, names_sides=True)).unsure
    assert behind_by(0.94, names_sides=False) == pytest.approx(0.97)


def test_a_state_handed_over_goes_on_exactly() -> None:
    whole = estimate(5, 0.3, 0.2)
    successor = ViewEstimate(state=handover.decode(handover.encode(whole.state()), ViewState))
    for one in (whole, successor):
        one.camera_elsewhere(4.0)
        one.add_stance(0.7, 0.3)
    assert successor.state() == whole.state()


# -- a whole run through the monitor ----------------------------------------------------------------------------------


def seen(frame: int, behind: float) -> Pose:
    return Pose(
        frame=frame + 1, time_s=frame / RATE_HZ, stamp_s=0.0, found=True, detected=False, brightness=0.5, cut_off=False,
        instrument=Instrument(names_sides=False, turn_share=(1.0, 0.76)), behind=behind,
    )  # fmt: skip


def play(monitor: Monitor, behind: float, seconds: float = 10.0, first: int = 0, **how: object) -> list[Stance]:
    found = []
    for frame in range(first, int(seconds * RATE_HZ)):
        t = frame / RATE_HZ - 2.5
        points = running(t, **how) if t >= 0 else standing()  # type: ignore[arg-type]
        found += monitor.push(seen(frame, behind), points)
    return found


def means(stances: list[Stance]) -> dict[str, float]:
    return {
        side: float(np.mean([one.pelvic_drop_mid_deg for one in stances if one.side == side]))
        for side in ("left", "right")
    }


def test_who_jogs_in_place_before_the_camera_is_not_taken_for_a_back() -> None:
    monitor = Monitor()
    found = play(monitor, 0.03, belt_px=0.0)
    assert monitor.gait_state().view == "anterior" and monitor.flags() == ()
    assert {one.naming.unsure for one in found if one.naming} == {False}


@pytest.mark.parametrize(("behind", "belt_px"), [(0.02, 30.0), (0.6, 0.0), (NAN, 0.0)])
def test_a_view_that_is_not_sure_is_flagged_and_every_stance_says_so(behind: float, belt_px: float) -> None:
    monitor = Monitor()
    found = play(monitor, behind, belt_px=belt_px)
    assert monitor.flags() == (VIEW_UNSURE,)
    assert found and all(one.naming is not None and one.naming.unsure for one in found)


def test_a_run_of_three_stances_on_a_floor_is_unsure_at_its_end() -> None:
    monitor = Monitor()
    assert play(monitor, 0.02, 3.7, belt_px=0.0) == [] and monitor.flags() == ()
    found = monitor.finish()
    assert len(found) == 3 and all(one.naming is not None and one.naming.unsure for one in found)
    assert monitor.flags() == (VIEW_UNSURE,)


def test_a_named_view_is_not_flagged_whatever_is_seen() -> None:
    monitor = Monitor("posterior")
    play(monitor, 0.02)
    assert monitor.flags() == () and monitor.gait_state().view == "posterior"


def test_an_answer_clears_the_flag_and_goes_over_to_a_successor() -> None:
    monitor = Monitor()
    play(monitor, 0.02)
    assert monitor.flags() == (VIEW_UNSURE,)
    monitor.fix_view("posterior")
    assert monitor.flags() == ()
    successor = Monitor(state=handover.decode(handover.encode(monitor.state()), MonitorState))
    found = play(successor, 0.02, 20.0, first=10 * RATE_HZ)
    assert successor.flags() == () and successor.gait_state().view == "posterior"
    assert means(found) == pytest.approx({"left": 5.0, "right": 3.0}, abs=0.4)


def test_a_camera_that_is_picked_up_after_the_run_puts_nothing_in_doubt() -> None:
    monitor = Monitor()
    assert play(monitor, 0.97)
    for frame in range(10 * RATE_HZ, 12 * RATE_HZ):
        monitor.push(msgspec.structs.replace(seen(frame, 0.97), camera=CameraMotion(place=1)), standing())
    monitor.finish()
    assert VIEW_UNSURE not in monitor.flags()


def test_a_camera_in_a_hand_that_bobs_with_the_steps_does_not_make_a_belt() -> None:
    """The background tells the camera's motion, and it is taken back before anything is judged."""
    monitor = Monitor()
    for frame in range(10 * RATE_HZ):
        t = frame / RATE_HZ
        camera = CameraMotion(y_px=12.0 * math.sin(2 * math.pi * t * 170 / 60))
        points = running(t - 2.5, belt_px=0.0) if t >= 2.5 else standing()
        points[:, 1] += camera.y_px
        monitor.push(msgspec.structs.replace(seen(frame, 0.03), camera=camera), points)
    assert monitor.gait_state().view == "anterior" and VIEW_UNSURE not in monitor.flags()
