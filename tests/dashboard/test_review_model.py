"""Moving through a session without a window."""

from __future__ import annotations

import itertools
from pathlib import Path

import msgspec
import numpy as np
import pytest

from runform_live import config
from runform_live.dashboard.review_model import SPEEDS, ReviewModel
from runform_live.gait.by_gait import main_gait
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import WALKING, Stance
from runform_live.model_used import ModelUsed
from runform_live.session.reader import Session
from runform_live.session.schema import Calibration, SessionInfo
from runform_live.session.summary import summarise
from tests.makers import stance, stances

RATE_HZ = 30.0


def model(found: list | None = None, events: list | None = None, seconds: float = 10.0) -> ReviewModel:
    chosen = stances(20, 7.0, 3.0) if found is None else found
    settings = msgspec.to_builtins(config.load())
    settings["coach"]["target_from"] = "settings"
    info = SessionInfo(
        schema_version=1, id="x", started="2026-01-01T10:00:00+00:00", source="x", view="posterior", frame_rate_hz=RATE_HZ,
        height_px=720, width_px=1280, model=ModelUsed("n", "0" * 64), config=settings,
        calibration=Calibration(True, 0.0), software="x", recorded_by="analyze",
    )  # fmt: skip
    flags = [WALKING] if main_gait(chosen) == "walk" else []
    summary = summarise(chosen, InstrumentErrors({}), True, "posterior", flags)
    session = Session(Path("x"), info, chosen, events or [], summary)
    return ReviewModel(session, np.arange(int(seconds * RATE_HZ)) / RATE_HZ)


def test_stances_are_judged_by_the_targets_of_their_session() -> None:
    marks = model([stance("left", 1.0, 7.0), stance("right", 1.4, 3.0), stance("left", 1.8, None)]).marks()
    assert [m.place for m in marks] == ["outside", "inside", "unknown"]
    assert [m.value for m in marks] == [7.0, 3.0, None]


def test_frames_are_stepped_and_stay_inside_the_session() -> None:
    found = model()
    found.step(-5)
    assert found.frame == 0
    found.step(3)
    assert found.time_s == pytest.approx(0.1)
    found.step(100000)
    assert found.time_s == found.end_s


@pytest.mark.parametrize(("time_s", "want"), [(1.0, 30), (1.016, 30), (1.018, 31), (-3.0, 0), (99.0, 299)])
def test_seeking_finds_the_nearest_frame(time_s: float, want: int) -> None:
    found = model()
    found.seek(time_s)
    assert found.frame == want


def test_stepping_by_stance_visits_every_midstance_there_and_back() -> None:
    found = model()
    middles = [s.midstance_s for s in found.session.stances]
    seen = []
    for _ in middles:
        found.step_stance(1)
        seen.append(found.time_s)
    np.testing.assert_allclose(seen, middles, atol=0.5 / RATE_HZ + 1e-9)
    for want in middles[-2::-1]:
        found.step_stance(-1)
        assert found.time_s == pytest.approx(want, abs=0.5 / RATE_HZ + 1e-9)


def test_the_worst_stances_come_in_order_and_around_again() -> None:
    found = model(
        [stance("left", 1.0, 3.0), stance("right", 1.4, 9.0), stance("left", 1.8, None), stance("right", 2.2, 5.0)]
    )
    times = []
    for rank in range(4):
        found.jump_worst(rank)
        times.append(round(found.time_s, 1))
    assert times == [1.4, 2.2, 1.0, 1.4]


def test_playing_follows_the_clock_at_its_speed_and_stops_at_the_end() -> None:
    found = model()
    found.playing = True
    for _ in range(60):
        found.play_on(1 / 60)
    assert found.time_s == pytest.approx(1.0, abs=0.04)
    for _ in SPEEDS:
        found.slower()
    assert found.speed == 1 / 16
    before = found.time_s
    for _ in range(960):
        found.play_on(1 / 60)
    assert found.time_s - before == pytest.approx(1.0, abs=0.04)
    found.faster()
    assert found.speed == 1 / 8
    found.speed = 1.0
    found.play_on(60.0)
    assert found.time_s == found.end_s and not found.playing


def test_two_sessions_go_in_step_by_gait_phase() -> None:
    fast = model(stances(20, step_s=0.30))
    slow = model([stance("right", 1.5), *(stance("left" if k % 2 == 0 else "right", 2.0 + 0.4 * k) for k in range(12))])
    phase = fast.phase(1.0 + 0.30 * 2.5)
    assert phase == pytest.approx(2.5)
    assert slow.time_at(phase or 0.0) == pytest.approx(2.0 + 0.4 * 2.5)
    assert fast.phase(0.2) is None and slow.time_at(99.0) is None


def test_notes_and_cues_come_from_the_events() -> None:
    found = model(events=[{"kind": "cue", "time_s": 2.0, "text": "c"}, {"kind": "note", "time_s": 3.0, "text": "n"}])
    assert found.cues() == [(2.0, "c")] and found.notes == [(3.0, "n")]
    found.seek(4.0)
    found.note_here("new")
    assert found.notes[-1] == (4.0, "new")


def test_a_session_without_stances_can_be_looked_at() -> None:
    found = model([])
    found.step_stance(1)
    found.jump_worst(0)
    assert found.frame == 0 and found.marks() == [] and found.phase(1.0) is None
    assert found.stance_here() is None and found.midstance_near("left") is None


def test_a_stance_without_a_frame_is_not_shown_on_the_last_one_before_it() -> None:
    found = model([stance("left", 1.0, 7.0), stance("right", 3.0, 9.0)], seconds=2.0)
    found.seek(1.0)
    found.jump_worst(0)
    assert found.time_s == pytest.approx(1.0)
    found.step_stance(1)
    assert found.time_s == pytest.approx(1.0)
    assert found.frame_at(3.0) is None


def walked(count: int, from_s: float, left: float = 20.0) -> list[Stance]:
    """Stances of a walk, left first: each foot comes down 0.12 s before the other one leaves the ground."""
    found = []
    for k in range(count):
        at_s, side = from_s + 0.5 * k, "left" if k % 2 == 0 else "right"
        times = {"initial_contact_s": at_s - 0.31, "toe_off_s": at_s + 0.31}
        found.append(stance(side, at_s, left if side == "left" else 4.0, gait="walk", double_support_s=0.12, **times))  # type: ignore[arg-type]
    return found


BOTH = [*walked(6, 0.5), *(stance("left" if k % 2 == 0 else "right", 4.0 + 0.36 * k, 7.0) for k in range(12))]


@pytest.mark.parametrize(("time_s", "midstance_s"), [(0.5, 0.5), (0.73, 0.5), (0.77, 1.0), (1.0, 1.0)])
def test_where_both_feet_are_down_the_nearer_midstance_tells_the_stance(time_s: float, midstance_s: float) -> None:
    found = model(walked(6, 0.5))
    found.seek(time_s)
    here = found.stance_here()
    assert here is not None and here.midstance_s == midstance_s


def test_the_marks_of_a_walk_overlap_left_and_right_and_never_on_one_side() -> None:
    marks = model(walked(6, 0.5)).marks()
    assert all(then.from_s < one.until_s for one, then in itertools.pairwise(marks))
    for side in ("left", "right"):
        own = [mark for mark in marks if mark.side == side]
        assert all(then.from_s > one.until_s for one, then in itertools.pairwise(own))


def test_a_walk_before_a_run_is_held_against_no_target_of_running_and_not_ranked() -> None:
    found = model(BOTH)
    assert [(mark.gait, mark.place) for mark in found.marks()] == [("walk", "inside")] * 6 + [("run", "outside")] * 12
    assert {one.gait for one in found.worst()} == {"run"} and found.both_gaits


def test_two_runs_are_compared_from_their_first_step_of_running() -> None:
    warmed_up, run = model(BOTH), model(BOTH[6:])
    assert warmed_up.phase(4.0) == run.phase(4.0) == 0.0
    assert warmed_up.phase(1.0) is None


def test_a_session_of_walking_alone_is_ranked_by_its_walk() -> None:
    found = model(walked(6, 0.5))
    assert len(found.worst()) == 6 and not found.both_gaits
