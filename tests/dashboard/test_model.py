from __future__ import annotations

import pytest

from runform_live import config
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.trend import MOST_POINTS
from runform_live.messages import CoachState, Control, Cue, GaitState, Health, Recorder, SourceState
from runform_live.runtime.topology import STAGES
from runform_live.session.schema import ModelUsed
from tests.makers import stance, stances


def model(**sd: float) -> DashboardModel:
    return DashboardModel(config.load(), ModelUsed("network", "0" * 64, sd))


def fed(count: int = 20, left: float = 5.0, right: float = 3.0, **sd: float) -> DashboardModel:
    found = model(**sd)
    found.take(gait(), 0.0)
    for one in stances(count, left, right):
        found.take(one, 0.0)
    return found


def gait(**changes: object) -> GaitState:
    values = {"time_s": 75.0, "stamp_s": 0.0, "activity": "running", "view": "posterior", "calibrated": True,
              "level_sd_deg": 0.0, "level_deg": 0.0, "cadence_spm": 166.4}  # fmt: skip
    return GaitState(**(values | changes))  # type: ignore[arg-type]


def test_nothing_measured_is_a_dash() -> None:
    card = model().card("left")
    assert (card.value, card.judgement) == ("–", "unknown")
    assert model().cadence_words() == "–"
    assert {row.difference for row in model().details()} == {"–"}


@pytest.mark.parametrize(
    ("drop", "judgement", "words"), [(4.0, "inside", "✓ in target"), (8.0, "above", "▲ above target")]
)
def test_a_mean_is_judged_against_its_target_in_words_and_sign(drop: float, judgement: str, words: str) -> None:
    card = fed(left=drop).card("left")
    assert (card.judgement, card.words, card.value) == (judgement, words, f"{drop:.1f}°")


def test_few_stances_are_provisional() -> None:
    card = fed(6).card("left")
    assert (card.judgement, card.words) == ("provisional", "3 of 7 stances")


def test_the_interval_is_shown_where_the_instrument_is_known() -> None:
    assert fed(pelvic_drop_mid_deg=0.5).card("left").interval == "± 1.0°"
    assert fed().card("left").interval == ""


def test_without_calibration_there_is_no_interval_and_no_difference() -> None:
    """The strides' mean that serves as level takes a true difference away: what is left of it is no measurement."""
    found = fed(pelvic_drop_mid_deg=0.5)
    assert "–" not in {row.difference for row in found.details()[:1]}
    found.take(gait(calibrated=False, level_sd_deg=None), 0.0)
    assert found.card("left").interval == ""
    assert found.details()[0].difference == "–"


def test_numbers_change_once_a_stance_and_have_one_decimal() -> None:
    found = fed()
    before = found.card("left").value
    found.take(gait(), 0.0)
    assert found.card("left").value == before
    found.take(stance("left", 9.0, 6.7), 0.0)
    assert found.card("left").value != before
    assert found.card("left").value.rstrip("°").split(".")[1].isdigit()


def test_minus_zero_is_zero() -> None:
    assert fed(left=-0.01).card("left").value == "0.0°"


def test_status_says_what_is_going_on() -> None:
    found = model()
    assert found.status_words() == "Starting …"
    found.take(SourceState(state="open", text=""), 0.0)
    assert found.status_words() == "Looking for the runner …"
    found.take(gait(), 0.0)
    assert found.status_words() == "Running, seen from behind, calibrated by standing"
    found.take(gait(activity="standing", calibrated=False, view="unknown"), 0.0)
    assert "not calibrated: stand still for 2 s" in found.status_words()
    found.take(SourceState(state="lost", text="plug it in"), 0.0)
    assert found.status_words() == "Camera lost: plug it in"
    found.asked(Control(action="pause"))
    assert found.status_words().startswith("Paused")


def test_advice_says_what_to_change_one_thing_at_a_time() -> None:
    found = model()
    found.take(gait(flags=("wrong_view", "low_light")), 0.0)
    assert found.advice().startswith("Seen from the side: place the camera")


def test_sound_that_does_not_work_is_said() -> None:
    found = model()
    found.take(CoachState(muted=False, sound="no sound device (x)"), 0.0)
    assert found.sound_words() == "sound: no sound device; cues are shown only"
    found.take(CoachState(muted=True, sound=""), 0.0)
    assert found.sound_words() == "sound: muted"
    found.take(Cue(time_s=1, text="Run tall", reason="", metric="", side=None, audible=False, latency_s=None), 0.0)
    assert found.cue_words() == "Run tall  (shown only)"


def test_recording_says_what_it_could_not_take() -> None:
    found = model()
    found.asked(Control(action="record"))
    found.take(Recorder(frame=9, recorded=7, not_taken=2, folder="x"), 0.0)
    assert found.record_words() == "recording: 7 frames, 2 not taken"
    found.take(Recorder(frame=9, recorded=7, not_taken=2, folder="x", trouble="the disk is full"), 0.0)
    assert found.record_words() == "the disk is full"


def test_a_silent_stage_is_not_well() -> None:
    found = model()
    beat = Health(stage="pose", pid=1, handled=9, dropped=3, rate_hz=30.0, lag_ms=12.0, state="", memory_mib=1.0)
    found.take(beat, 100.0)
    rows = {name: (well, words) for name, well, words in found.health_rows(STAGES, 101.0)}
    assert rows["pose"] == (True, "30/s, 12 ms, 3 skipped")
    assert rows["gait"] == (False, "starting")
    rows = {name: (well, words) for name, well, words in found.health_rows(STAGES, 110.0)}
    assert rows["pose"] == (False, "silent for 10 s")


def test_the_trend_spans_the_session() -> None:
    found = model()
    run = stances(6000)
    for one in run:
        found.take(one, 0.0)
    times_min, values = found.trend("left")
    assert len(times_min) == len(values) <= MOST_POINTS
    assert times_min[0] < 1.0 and times_min[-1] > 0.95 * run[-1].midstance_s / 60


def test_the_time_is_that_of_running_and_a_rest_says_how_it_goes_on() -> None:
    found = fed(20)
    found.take(SourceState(state="open", text=""), 0.0)
    found.take(gait(time_s=100.0, ran_s=62.5, phase="running"), 0.0)
    assert found.time_words() == "1:02"
    found.take(gait(time_s=110.0, ran_s=62.5, phase="paused", activity="standing"), 0.0)
    assert "go on running" in found.status_words() and "by itself" not in found.status_words()
    found.ends_in_s = 170.2
    assert "by itself in 170 s" in found.status_words()


def test_what_is_trained_is_what_the_coach_says() -> None:
    found = fed(20)
    assert found.trained == "pelvic_drop_mid_deg"
    found.take(CoachState(muted=False, sound="", trained="hip_adduction_mid_deg"), 0.0)
    assert found.trained_name() == "Hip adduction" and found.scale[1] > 20
    assert found.card("left") == found.card("left", "hip_adduction_mid_deg")
    # A card without stances has no mean; these have.
    assert found.worse_mean() == max(found.card("left").mean, found.card("right").mean)  # type: ignore[type-var]


def test_the_settings_may_train_any_metric() -> None:
    found = fed(20)
    found.take(CoachState(muted=False, sound="", trained="pelvic_drop_peak_deg"), 0.0)
    assert found.trained_name() == "Pelvic drop, peak" and found.card("left").value == "5.0°"
    assert found.scale == (-4.0, 16.0) and len(found.trend("left")[0]) == 10


def test_the_feedback_is_told_in_words() -> None:
    found = model()
    found.take(CoachState(muted=False, sound="", mode="faded", stance_tones=True, metronome_percent=5.0), 0.0)
    assert "ever fewer blocks" in found.feedback_words() and "+5%" in found.feedback_words()


def test_a_pause_counts_no_stance() -> None:
    found = fed(20)
    found.asked(Control(action="pause"))
    found.take(stance("left", 50.0, 99.0), 0.0)
    assert found.stances == 20
    assert found.card("left").value == "–"
    found.asked(Control(action="resume"))
    found.take(stance("left", 60.0, 4.0), 0.0)
    assert found.card("left").value == "4.0°"
