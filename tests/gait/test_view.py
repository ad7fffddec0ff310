"""From behind or in front: what belt, growth and networks say together, and when they do not say it for sure."""

from __future__ import annotations

import math
from itertools import pairwise

import msgspec
import numpy as np
import pytest

from runform_live import handover
from runform_live.camera_motion import CameraMotion
from runform_live.gait.monitor import MonitorState
from runform_live.gait.view import SURE, UNLIKELY, ViewEstimate, ViewState
from runform_live.gait.view_signs import ViewSigns, behind_by
from runform_live.gait.view_sources import (
    AWAY,
    BELT,
    GENERAL_WORTHLESS,
    LEAD,
    NETWORK_WORTHLESS,
    Sums,
    motion_log_odds,
    word_log_odds,
)
from runform_live.messages import VIEW_UNSURE, Instrument, Pose, Stance, View
from tests.makers import Monitor, running, standing

NAN = math.nan
RATE_HZ = 30
SURE_LOG_ODDS = math.log(SURE / (1.0 - SURE))


def signs(toe: float = NAN, network: float = NAN, general: float = NAN, growth: float = 0.0) -> ViewSigns:
    return ViewSigns(toe_trunks_s=toe, growth_per_s=growth, network=network, general=general)


def estimate(
    stances: int,
    toe: float = NAN,
    network: float = NAN,
    general: float = NAN,
    growth: float = 0.0,
    fixed: View = "unknown",
) -> ViewEstimate:
    found = ViewEstimate(fixed)
    for _ in range(stances):
        found.add_stance(signs(toe, network, general, growth))
    return found


def sums(values: list[float]) -> Sums:
    found = Sums()
    for value in values:
        found = found.with_value(value)
    return found


def belt(toe: float, stances: int) -> float:
    return motion_log_odds(sums([toe] * stances), BELT)


@pytest.mark.parametrize(
    ("toe", "network", "general", "view", "unsure"),
    [
        (1.7, 0.99, 0.98, "posterior", False),  # a belt, and networks that agree
        (-2.0, 0.01, 0.02, "anterior", False),
        (0.3, 0.93, 0.98, "posterior", False),  # a camera 20 cm above the belt
        (-0.3, 0.07, 0.02, "anterior", False),
        (1.5, 0.19, 0.98, "posterior", False),  # a belt, and one network that takes the back for a front
        (-1.5, 0.5, 0.9, "anterior", True),  # rendered clothes with which one network is unsure and the other one wrong
        (-1.5, NAN, NAN, "anterior", False),  # a belt alone
        (0.0, 0.03, 0.02, "anterior", False),  # a floor, and two sure networks
        (0.15, 0.04, 0.02, "anterior", False),  # a foot that moves a little by itself
        (-0.15, 0.96, 0.98, "posterior", False),
        (NAN, 0.03, 0.02, "anterior", False),  # nobody sees the toes
        (0.0, 0.0, NAN, "anterior", True),  # one network alone may be wrong for a whole run, however sure it is
        (0.0, NAN, 1.0, "posterior", True),
        (0.0, 0.02, 0.98, "posterior", True),  # the networks contradict each other
        (1.5, 0.03, 0.02, "posterior", True),  # both contradict the belt
        (-1.5, 0.97, 0.98, "anterior", True),
        (
            0.0,
            0.19,
            0.98,
            "posterior",
            True,
        ),  # a woman with a shoulder bag from behind, whose back one network takes for a front
        (0.0, 0.7, 0.5, "posterior", True),  # neither is sure
        (0.1, NAN, NAN, "posterior", True),
    ],
)
def test_the_view_by_belt_and_networks(toe: float, network: float, general: float, view: View, unsure: bool) -> None:
    found = estimate(20, toe, network, general)
    assert (found.view, found.unsure) == (view, unsure)


def test_somebody_who_runs_away_is_seen_from_behind_and_who_comes_is_seen_from_in_front() -> None:
    away, comes = (estimate(12, 0.0, network, general, growth) for network, general, growth in (
        (0.73, 0.9, -0.3), (0.2, 0.1, 0.3),
    ))  # fmt: skip
    assert (away.view, away.unsure, comes.view, comes.unsure) == ("posterior", False, "anterior", False)
    stays = estimate(12, 0.0, 0.73, 0.9, -0.02)
    assert stays.unsure, "the same words of somebody who stays where he is"


def test_a_toe_that_moves_as_little_as_on_a_floor_says_nothing() -> None:
    """Three people who jogged in place: mean speeds of -0.13, -0.01 and 0.08 trunk lengths a second, 6 to 29 stances."""
    for toe in (-0.13, -0.01, 0.0, 0.08, 0.15):
        assert abs(belt(toe, 6)) < 0.2
    for toe in (1.06, 1.5, 3.7):  # real runners on a belt, cameras 0.7 to 1.5 m above it
        assert belt(toe, 6) > SURE_LOG_ODDS
    assert belt(1.2, 5) == pytest.approx(-belt(-1.2, 5)), "both views alike"


def test_a_camera_20_cm_above_the_belt_says_little_and_one_40_cm_above_says_more() -> None:
    """Real runners at 2.5 m/s: 0.27 to 0.33, and 0.61 to 0.69 trunk lengths a second. The network's toes are off by up to 0.5 so low."""
    assert 0.0 < belt(0.3, 20) < 0.5
    assert 1.5 < belt(0.61, 20) < SURE_LOG_ODDS


def test_a_body_that_stays_where_it_is_says_nothing_of_the_view() -> None:
    """The trunk of people on the spot grows by -0.02 to 0.03 a second, that of a runner who goes away shrinks by 0.3."""
    assert abs(motion_log_odds(sums([0.03] * 10), AWAY)) < 0.2
    assert motion_log_odds(sums([-0.3] * 6), AWAY) < -2.5


def test_the_foot_in_front_of_a_walker_is_higher_from_behind_and_says_nothing_on_the_spot() -> None:
    assert abs(motion_log_odds(sums([0.0, 0.03, -0.03, 0.01] * 3), LEAD)) < 0.1
    assert motion_log_odds(sums([0.3] * 4), LEAD) > 2.5
    found = ViewEstimate()
    for _ in range(12):
        found.add_stance(ViewSigns(0.0, lead_trunks=-0.2, growth_per_s=0.0, network=0.7, general=0.95))
    assert (found.view, found.unsure) == ("posterior", False)
    on_the_spot = estimate(12, 0.0, 0.7, 0.95)
    assert on_the_spot.unsure, "the same words of somebody who steps in place"


def test_stances_that_scatter_count_for_less_than_stances_that_agree() -> None:
    scattered = sums([-2.6, 1.9, -2.1, 0.2])
    assert abs(motion_log_odds(scattered, BELT)) < 0.5 and abs(belt(scattered.mean, 4)) > 1.5


def test_one_noisy_stance_says_less_than_twenty() -> None:
    assert 0.0 < belt(0.6, 1) < belt(0.6, 20)


def test_the_word_of_a_network_is_capped_by_how_often_it_is_wrong() -> None:
    for worthless in (NETWORK_WORTHLESS, GENERAL_WORTHLESS):
        certain = [word_log_odds(sums([1.0] * stances), worthless) for stances in (1, 5, 20, 1000)]
        assert certain == sorted(certain)
        assert certain[-1] < math.log((2.0 - worthless) / worthless) < SURE_LOG_ODDS
    assert word_log_odds(sums([0.5] * 9), 0.1) == pytest.approx(0.0)
    assert word_log_odds(Sums(), 0.1) == word_log_odds(sums([NAN]), 0.1) == 0.0


def test_a_belt_decides_with_the_first_stances_and_networks_alone_after_some() -> None:
    assert estimate(1, 1.7, 0.9, 0.9).view == "posterior"
    assert estimate(4, 0.0, 0.02, 0.02).view == "unknown"
    assert (estimate(12, 0.0, 0.02, 0.02).view, estimate(12, 0.0, 0.02, 0.02).unsure) == ("anterior", False)


def test_what_is_not_clear_is_waited_for_and_then_said_to_be_unsure() -> None:
    assert (estimate(7, 0.0, 0.6).view, estimate(7, 0.0, 0.6).unsure) == ("unknown", False)
    assert (estimate(8, 0.0, 0.6).view, estimate(8, 0.0, 0.6).unsure) == ("posterior", True)


def test_the_probability_is_told_until_a_person_says_the_view() -> None:
    assert ViewEstimate().probability_behind == 0.5
    found = estimate(12, 1.5, 0.95, 0.98)
    assert found.probability_behind is not None and found.probability_behind > 0.99
    assert estimate(12, -1.5, 0.05, 0.02).probability_behind == pytest.approx(1 - found.probability_behind)
    found.fix("posterior")
    assert found.probability_behind is None
    assert estimate(12, 1.5, 0.95, 0.98, fixed="anterior").probability_behind is None


@pytest.mark.parametrize("network", [0.02, 0.4, NAN])
def test_a_short_recording_is_settled_as_unsure_and_not_guessed_in_silence(network: float) -> None:
    found = estimate(2, NAN, network)
    assert found.settle() == ("anterior" if network < 0.5 else "posterior")
    assert found.unsure


def test_nothing_is_settled_where_nobody_ran() -> None:
    found = ViewEstimate()
    assert (found.settle(), found.unsure) == ("unknown", False)


@pytest.mark.parametrize("said", ["posterior", "anterior"])
def test_a_named_view_is_never_unsure(said: View) -> None:
    found = estimate(12, 1.5, 0.02, 0.5, fixed=said)
    assert (found.settle(), found.view, found.unsure) == (said, said, False)


def test_an_answer_holds_against_all_that_is_seen() -> None:
    found = estimate(12, 1.5, 0.02, 0.02)
    assert found.unsure
    found.fix("posterior")
    number = found.number
    for _ in range(50):
        found.add_stance(signs(-2.0, 0.01, 0.02))
    assert (found.view, found.unsure, found.number) == ("posterior", False, number)


@pytest.mark.parametrize("handed_over", [False, True])
def test_an_answer_does_not_outlive_the_place_of_the_camera_that_it_was_given_for(handed_over: bool) -> None:
    found = estimate(12, 1.5, 0.02, 0.02)
    found.fix("anterior")
    if handed_over:
        found = ViewEstimate(state=handover.decode(handover.encode(found.state()), ViewState))
    found.camera_elsewhere(10.0)
    found.add_stance(signs())
    assert (found.view, found.unsure) == ("anterior", True)
    for _ in range(30):
        found.add_stance(signs(1.7, 0.99))
    assert (found.view, found.unsure, found.since_s) == ("posterior", False, 10.0)
    found.fix("posterior")
    found.camera_elsewhere(20.0)
    assert found.since_s == 20.0, "what was answered holds for the stances before"


def test_a_view_that_was_given_at_the_start_is_that_of_every_place_of_the_camera() -> None:
    found = estimate(12, 1.5, 0.9, fixed="posterior")
    found.camera_elsewhere(10.0)
    for _ in range(50):
        found.add_stance(signs(-2.0, 0.01, 0.02))
    assert (found.view, found.unsure, found.number) == ("posterior", False, 0)


@pytest.mark.parametrize("toe", [0.0, NAN])
def test_a_camera_that_was_moved_leaves_the_view_unsure_until_it_is_clear(toe: float) -> None:
    found, said = estimate(20, 1.5, 0.95, 0.98), []
    found.camera_elsewhere(12.0)
    assert not found.unsure, "nothing was seen from there, and what was seen before is sure"
    for behind in (*[0.5] * 6, *[0.98] * 40):
        found.add_stance(signs(toe, behind, behind))
        said.append((found.view, found.unsure))
    assert said[:6] == [("posterior", True)] * 6 and said[-1] == ("posterior", False)
    assert found.since_s == 12.0 and found.number == 0


@pytest.mark.parametrize(
    ("toe", "network", "general"), [(0.0, 0.08, 0.03), (-0.35, 0.85, 0.02), (0.3, 0.8, 0.85), (1.0, 0.15, 0.3)]
)
def test_a_doubt_at_its_limit_does_not_come_and_go_with_the_noise(toe: float, network: float, general: float) -> None:
    for seed in range(6):
        rng, found, said = np.random.default_rng(seed), ViewEstimate(), []
        for _ in range(200):
            noisy = np.clip(np.array([network, general]) + rng.normal(0, 0.03, 2), 0.0, 1.0)
            found.add_stance(signs(toe + rng.normal(0, 0.2), *noisy.tolist()))
            found = ViewEstimate(state=handover.decode(handover.encode(found.state()), ViewState))
            said.append((found.view, found.unsure))
        assert sum(one != other for one, other in pairwise(said)) <= 4, seed


def test_a_decision_is_doubted_and_then_reversed_by_strong_evidence_only() -> None:
    found, said = estimate(20, 1.5, 0.9, 0.95), []
    for _ in range(60):
        found.add_stance(signs(-1.5, 0.1, 0.05))
        if (found.view, found.unsure) not in said:
            said.append((found.view, found.unsure))
    assert said == [("posterior", False), ("posterior", True), ("anterior", False)]
    assert found.number == 1


def test_a_doubt_goes_when_all_agree_again() -> None:
    found = estimate(10, 1.5, 0.05, 0.02)
    assert found.unsure
    for _ in range(40):
        found.add_stance(signs(1.5, 0.9, 0.95))
    assert (found.view, found.unsure) == ("posterior", False)


def test_a_camera_that_looks_from_elsewhere_is_judged_anew_and_sure_names_of_before_hold() -> None:
    sure, unsure = estimate(20, 1.5, 0.95), estimate(20, 0.0, 0.6)
    for found in (sure, unsure):
        found.camera_elsewhere(12.0)
        for _ in range(8):
            found.add_stance(signs(-1.5, 0.05))
        assert (found.view, found.unsure) == ("anterior", False)
    assert (sure.since_s, unsure.since_s) == (12.0, 0.0)


def test_a_network_that_only_names_sides_counts_for_little_and_not_twice() -> None:
    assert behind_by(1.0, names_sides=True) == pytest.approx(1 - behind_by(-1.0, names_sides=True))
    assert estimate(12, 0.0, behind_by(-1.0, names_sides=True)).unsure
    assert abs(word_log_odds(sums([behind_by(-1.0, names_sides=True)] * 50), NETWORK_WORTHLESS)) < 0.65
    assert behind_by(0.94, names_sides=False) == pytest.approx(0.97)
    assert math.isnan(behind_by(1.0, names_sides=True, general_looked=True)), (
        "it is the general network that names them"
    )
    assert behind_by(0.94, names_sides=False, general_looked=True) == pytest.approx(0.97)


def test_a_state_handed_over_goes_on_exactly() -> None:
    whole = estimate(5, 0.3, 0.2, 0.4, 0.05)
    successor = ViewEstimate(state=handover.decode(handover.encode(whole.state()), ViewState))
    for one in (whole, successor):
        one.camera_elsewhere(4.0)
        one.add_stance(signs(0.7, 0.3, NAN, -0.1))
    assert successor.state() == whole.state()


# -- a whole run through the monitor ----------------------------------------------------------------------------------


def seen(frame: int, behind: float, general: float = NAN) -> Pose:
    """general: what the general network says, which looks every 2/3 s."""
    return Pose(
        frame=frame + 1, time_s=frame / RATE_HZ, stamp_s=0.0, found=True, detected=False, brightness=0.5, cut_off=False,
        instrument=Instrument(names_sides=False, turn_share=(1.0, 0.76)), behind=behind,
        behind_by_general=general if frame % 20 == 0 else NAN,
    )  # fmt: skip


def play(
    monitor: Monitor, behind: float, seconds: float = 10.0, first: int = 0, general: float = NAN, **how: object
) -> list[Stance]:
    found = []
    for frame in range(first, int(seconds * RATE_HZ)):
        t = frame / RATE_HZ - 2.5
        points = running(t, **how) if t >= 0 else standing()  # type: ignore[arg-type]
        found += monitor.push(seen(frame, behind, general), points)
    return found


def means(stances: list[Stance]) -> dict[str, float]:
    return {
        side: float(np.mean([one.pelvic_drop_mid_deg for one in stances if one.side == side]))
        for side in ("left", "right")
    }


def test_who_jogs_in_place_before_the_camera_is_not_taken_for_a_back() -> None:
    monitor = Monitor()
    found = play(monitor, 0.03, general=0.02, belt_px=0.0)
    assert monitor.gait_state().view == "anterior" and monitor.flags() == ()
    first, last = found[0].naming, found[-1].naming
    assert first is not None and last is not None and {one.side for one in found} == {"left", "right"}
    assert first.unsure and not last.unsure, "the first stances are not enough for two networks without a belt"
    assert last.behind is not None and last.behind < 0.02


@pytest.mark.parametrize(("behind", "belt_px"), [(0.02, 30.0), (0.6, 0.0), (0.0, 0.0), (NAN, 0.0)])
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
        monitor.push(msgspec.structs.replace(seen(frame, 0.03, 0.02), camera=camera), points)
    assert monitor.gait_state().view == "anterior" and VIEW_UNSURE not in monitor.flags()


def test_an_unsure_view_follows_the_likelier_one_and_not_every_change_of_it() -> None:
    """Networks that contradict each other are for a view from behind by a little, and are for one from in front by and by."""
    found, views, last = ViewEstimate(), [], 0.5
    for general in [0.98] * 10 + [0.3] * 30:
        found.add_stance(signs(0.0, 0.1, general))
        if found.view == "unknown":
            continue
        behind = found.probability_behind
        assert behind is not None and found.unsure
        own = behind if found.view == "posterior" else 1.0 - behind
        assert own >= UNLIKELY, "the view that is told is never unlikely"
        views.append(found.view)
        last = behind
    assert last < UNLIKELY and views[0] == "posterior" and views[-1] == "anterior"
    assert found.number == 1, "it has changed once"


def test_the_probability_is_worked_out_once_a_stance_however_often_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    monkeypatch.setattr("runform_live.gait.view.motion_log_odds", lambda *of: asked.append(of) or 0.0)
    found = estimate(3, 1.0)
    before = len(asked)
    assert {found.probability_behind for _ in range(50)} == {0.5}, "no source says anything here"
    assert len(asked) == before
