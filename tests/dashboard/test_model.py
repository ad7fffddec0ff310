from __future__ import annotations

import msgspec
import pytest

from runform_live import config, controls, texts
from runform_live.dashboard import number_model, status_model
from runform_live.dashboard.detail_model import health_rows, rows
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.trend import MOST_POINTS
from runform_live.messages import (
    VIEW_UNSURE,
    WALKING,
    AtBlock,
    Band,
    CoachState,
    Cue,
    Feedback,
    GaitState,
    Health,
    Naming,
    Part,
    Recorder,
    SourceState,
    TroubleKind,
)
from runform_live.model_used import ModelUsed
from runform_live.runtime.topology import STAGES
from tests.makers import pose, stance, stances


def model(language: str = "en", **sd: float) -> DashboardModel:
    settings = config.load()
    screen = msgspec.structs.replace(settings.screen, language=language)
    return DashboardModel(msgspec.structs.replace(settings, screen=screen), ModelUsed("network", "0" * 64, sd))


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
    card = number_model.card(model(), "left")
    assert (card.value, card.judgement) == ("–", "unknown")
    assert status_model.cadence_words(model()) == "–"
    assert {row.difference for row in rows(model())[:-1]} == {"–"}


@pytest.mark.parametrize(
    ("drop", "judgement", "words"), [(4.0, "inside", "✓ in target"), (8.0, "above", "▲ above target")]
)
def test_a_mean_is_judged_against_its_target_in_words_and_sign(drop: float, judgement: str, words: str) -> None:
    limited = fed(left=drop)
    limited.take(
        CoachState(muted=False, sound="", targets={"pelvic_drop_mid_deg": Band(high=6.0)}, target_from="settings"), 0.0
    )
    card = number_model.card(limited, "left")
    assert (card.judgement, card.words, card.value) == (judgement, words, f"{drop:.1f}°")


def test_few_stances_are_provisional() -> None:
    card = number_model.card(fed(6), "left")
    assert (card.judgement, card.words) == ("provisional", "3 of 7 stances")


def test_the_interval_is_shown_where_the_instrument_is_known() -> None:
    assert number_model.card(fed(pelvic_drop_mid_deg=0.5), "left").interval == "± 1.0°"
    assert number_model.card(fed(), "left").interval == ""


def test_without_calibration_there_is_no_interval_and_no_difference() -> None:
    """The strides' mean that serves as level takes a true difference away: what is left of it is no measurement."""
    found = fed(pelvic_drop_mid_deg=0.5)
    assert "–" not in {row.difference for row in rows(found)[:1]}
    found.take(gait(calibrated=False, level_sd_deg=None), 0.0)
    assert number_model.card(found, "left").interval == ""
    assert rows(found)[0].difference == "–"


def test_numbers_change_once_a_stance_and_have_one_decimal() -> None:
    found = fed()
    before = number_model.card(found, "left").value
    found.take(gait(), 0.0)
    assert number_model.card(found, "left").value == before
    found.take(stance("left", 9.0, 6.7), 0.0)
    assert number_model.card(found, "left").value != before
    assert number_model.card(found, "left").value.rstrip("°").split(".")[1].isdigit()


def test_minus_zero_is_zero() -> None:
    assert number_model.card(fed(left=-0.01), "left").value == "0.0°"


def test_status_says_what_is_going_on() -> None:
    found = model()
    assert status_model.status(found, 0.0).words == "Starting …"
    found.take(SourceState(state="open", text=""), 0.0)
    assert status_model.status(found, 0.0).words == "Looking for the runner …"
    found.take(gait(), 0.0)
    assert status_model.status(found, 0.0).words == "Running, seen from behind, calibrated by standing"
    found.take(gait(activity="standing", calibrated=False, view="unknown"), 0.0)
    assert "not calibrated: stand still for 2 s" in status_model.status(found, 0.0).words
    found.asked(controls.SetPaused(paused=True))
    assert status_model.status(found, 0.0).words.startswith("Paused")


@pytest.mark.parametrize("language", texts.languages())
def test_every_flag_that_a_language_knows_is_advice_without_a_rule_of_its_own(language: str) -> None:
    """So a new flag needs nothing but its sentence. One without a sentence does not stand in the way of the next one."""
    table = texts.load(language)[0].table
    flags = [key.removeprefix("flag.") for key in table if key.startswith("flag.")]
    for flag in flags:
        found = model(language)
        found.take(gait(flags=("of_tomorrow", flag)), 0.0)
        assert status_model.advice(found) == ("" if flag in (VIEW_UNSURE, WALKING) else table[f"flag.{flag}"])


def test_advice_says_what_to_change_one_thing_at_a_time() -> None:
    found = model()
    found.take(gait(flags=("wrong_view", "low_light")), 0.0)
    assert status_model.advice(found).startswith("Seen from the side: place the camera")


def test_sound_that_does_not_work_is_said() -> None:
    found = model()
    found.take(CoachState(muted=False, sound="no sound device (x)"), 0.0)
    assert status_model.sound_words(found) == "sound: no sound device; cues are shown only"
    found.take(CoachState(muted=True, sound=""), 0.0)
    assert status_model.sound_words(found) == "sound: muted"
    found.take(Cue(time_s=1, text="Run tall", reason="", metric="", side=None, audible=False, latency_s=None), 0.0)
    assert status_model.cue_words(found) == "Run tall  (shown only)"


def test_recording_says_what_it_could_not_take() -> None:
    found = model()
    found.asked(controls.SetRecording(recording=True))
    found.take(Recorder(frame=9, recorded=7, not_taken=2, folder="x"), 0.0)
    assert status_model.record_words(found) == "recording: 7 frames, 2 not taken"


def test_a_silent_stage_is_not_well() -> None:
    found = model()
    beat = Health(stage="pose", pid=1, handled=9, dropped=3, rate_hz=30.0, lag_ms=12.0, state="", memory_mib=1.0)
    found.take(beat, 100.0)
    told = {name: (well, words) for name, well, words in health_rows(found, STAGES, 101.0)}
    assert told["pose"] == (True, "30/s, 12 ms, 3 skipped")
    assert told["gait"] == (False, "starting")
    told = {name: (well, words) for name, well, words in health_rows(found, STAGES, 110.0)}
    assert told["pose"] == (False, "silent for 10 s")


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
    assert status_model.time_words(found) == "Time 1:02"
    found.take(gait(time_s=110.0, ran_s=62.5, phase="paused", activity="standing"), 0.0)
    assert (
        "go on running" in status_model.status(found, 0.0).words
        and "by itself" not in status_model.status(found, 0.0).words
    )
    found.ends_in_s = 170.2
    assert "by itself in 170 s" in status_model.status(found, 0.0).words


def test_what_is_trained_is_what_the_coach_says() -> None:
    found = fed(20)
    assert found.trained == "pelvic_drop_mid_deg"
    found.take(CoachState(muted=False, sound="", trained="hip_adduction_mid_deg"), 0.0)
    assert number_model.trained_name(found) == "Hip adduction" and found.scale[1] > 20
    assert number_model.card(found, "left") == number_model.card(found, "left", "hip_adduction_mid_deg")
    # A card without stances has no mean; these have.
    assert number_model.worse_mean(found) == max(
        number_model.card(found, "left").mean, number_model.card(found, "right").mean
    )  # type: ignore[type-var]


def test_the_settings_may_train_any_metric() -> None:
    found = fed(20)
    found.take(CoachState(muted=False, sound="", trained="pelvic_drop_peak_deg"), 0.0)
    assert number_model.trained_name(found) == "Pelvic drop, peak" and number_model.card(found, "left").value == "5.0°"
    assert found.scale == (-4.0, 16.0) and len(found.trend("left")[0]) == 10


def test_until_the_coach_has_spoken_what_the_settings_say_is_in_force() -> None:
    settings = config.load()
    coach = msgspec.structs.replace(settings.coach, target_from="settings", mode="faded", metronome_percent=5.0)
    found = DashboardModel(msgspec.structs.replace(settings, coach=coach), ModelUsed("network", "0" * 64))
    assert (found.chosen.target_from, found.chosen.feedback.mode, found.chosen.feedback.metronome_percent) == (
        "settings",
        "faded",
        5.0,
    )
    assert found.chosen.targets["pelvic_drop_mid_deg"] == Band(high=6.0)
    said = CoachState(muted=False, sound="", feedback=Feedback("off"))
    found.take(said, 0.0)
    assert found.chosen == said


def test_a_pause_counts_no_stance() -> None:
    found = fed(20)
    found.asked(controls.SetPaused(paused=True))
    found.take(stance("left", 50.0, 99.0), 0.0)
    assert found.stances == 20
    assert number_model.card(found, "left").value == "–"
    found.asked(controls.SetPaused(paused=False))
    found.take(stance("left", 60.0, 4.0), 0.0)
    assert number_model.card(found, "left").value == "4.0°"


# -- what a person is told in words ---------------------------------------------------------------------------------


def running(language: str = "en") -> DashboardModel:
    """A run that goes well."""
    found = model(language)
    found.take(SourceState(state="open", text="0"), 0.0)
    found.take(gait(phase="running"), 0.0)
    return found


NORMAL = "Running, seen from behind, calibrated by standing"


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("stage", STAGES)
def test_for_ten_seconds_it_is_said_that_a_stage_was_started_again(stage: str, language: str) -> None:
    found = running(language)
    normal = status_model.status(found, 99.9).words
    found.restarted = [(stage, 100.0)]
    words = {status_model.status(found, at_s).words for at_s in (100.0, 105.0, 109.9)}
    assert words == {found.texts(f"restarted.{stage}")}
    assert not status_model.status(found, 105.0).warns, "there is nothing to do"
    assert status_model.status(found, 110.0).words == normal


def test_several_stages_that_were_started_again_are_said_together() -> None:
    found = running()
    found.restarted = [("gait", 50.0), ("pose", 100.0), ("gait", 101.0)]
    assert status_model.status(found, 102.0).words.startswith("Parts of the program were started again")
    assert status_model.status(found, 110.5).words == found.texts("restarted.gait"), "the pose stage's is over"


def test_a_stage_that_has_no_words_of_its_own_is_said_all_the_same() -> None:
    found = running()
    found.restarted = [("new", 100.0)]
    assert status_model.status(found, 100.0).words == found.texts("restarted.several")


def test_while_the_session_is_being_saved_it_says_so_before_all_else() -> None:
    found = running()
    found.restarted = [("gait", 100.0)]
    found.take(SourceState(state="lost", text=""), 100.0)
    found.ending = True
    assert status_model.status(found, 100.0).words == "The session is being saved …"


def test_the_end_of_the_source_is_the_saving_of_the_session() -> None:
    found = running()
    found.take(SourceState(state="ended", text="end of the file"), 0.0)
    assert status_model.status(found, 0.0).words == "The session is being saved …"


@pytest.mark.parametrize("state", ["lost", "failed"])
@pytest.mark.parametrize(
    ("source", "says"), [("0", "check its cable"), ("rtsp://there/run", "check the sender and the network")]
)
def test_a_source_that_is_lost_says_what_to_do_until_it_is_back(source: str, says: str, state: str) -> None:
    found = running()
    found.take(SourceState(state="open", text=source), 0.0)
    found.take(SourceState(state=state, text="in the words of the stage"), 1.0)  # type: ignore[arg-type]
    assert says in status_model.status(found, 1.0).words and status_model.status(found, 1.0).warns
    assert "in the words of the stage" not in status_model.status(found, 1.0).words, (
        "those are English in every language"
    )
    found.take(SourceState(state="open", text=source), 2.0)
    assert (status_model.status(found, 2.0).words, status_model.status(found, 2.0).warns) == (NORMAL, False)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("disk_full", "The disk is full"),
        ("not_writable", "cannot be written to"),
        ("stopped", "Recording has stopped"),
    ],
)
def test_trouble_of_the_recording_is_said_and_stays(kind: TroubleKind, says: str) -> None:
    found = running()
    found.asked(controls.SetRecording(recording=True))
    found.take(Recorder(frame=9, recorded=7, not_taken=0, folder="x", trouble="...", trouble_kind=kind), 0.0)
    assert says in status_model.advice(found) and status_model.record_words(found) == "recording: stopped"
    found.take(Recorder(frame=90, recorded=7, not_taken=0, folder="x"), 1.0)  # of one that was started anew
    found.take(gait(flags=("low_light",)), 1.0)
    assert says in status_model.advice(found)
    assert status_model.status(found, 1.0).words == found.texts("flag.low_light"), (
        "what else is wrong has the other line"
    )
    assert not found.recording, "R asks for a recording again"
    found.take(Recorder(frame=99, recorded=9, not_taken=0, folder="x"), 2.0)
    assert status_model.advice(found) == found.texts("flag.low_light"), "frames are recorded again"
    assert status_model.status(found, 2.0).words == NORMAL


# -- what is said twice ---------------------------------------------------------------------------------------------


def figures(found: DashboardModel) -> object:
    return (found.stances, number_model.card(found, "left"), number_model.card(found, "right"), rows(found), found.trend("left"), found.trend("right"),
            status_model.cue_words(found), status_model.time_words(found), status_model.record_words(found))  # fmt: skip


def cue(time_s: float, text: str) -> Cue:
    return Cue(time_s=time_s, text=text, reason="", metric="", side="left", audible=True, latency_s=None)


def test_what_a_restarted_stage_says_again_changes_nothing() -> None:
    found = fed(20, pelvic_drop_mid_deg=0.5)
    found.take(cue(7.0, "Run tall"), 0.0)
    found.take(cue(8.0, "Belt level"), 0.0)
    before = figures(found)
    for again in stances(20, 9.0, 9.0)[-6:]:
        assert not found.take(again, 1.0), "it is left out"
    found.take(cue(7.0, "Run tall"), 1.0)
    found.take(cue(8.0, "Run tall"), 1.0)
    assert figures(found) == before
    found.take(stance("left", 60.0, 9.0), 2.0)
    assert found.stances == 21 and figures(found) != before


def test_stances_of_a_pause_do_not_count_when_they_come_again_after_it() -> None:
    found = fed(20)
    found.asked(controls.SetPaused(paused=True))
    found.take(stance("left", 50.0, 99.0), 0.0)
    found.asked(controls.SetPaused(paused=False))
    found.take(stance("left", 50.0, 99.0), 0.0)
    assert found.stances == 20 and number_model.card(found, "left").value == "–"


def test_an_older_word_of_the_gait_stage_does_not_replace_a_newer_one() -> None:
    found = model()
    found.take(gait(time_s=80.0, ran_s=70.0), 0.0)
    found.take(gait(time_s=79.0, ran_s=69.0, calibrated=False), 0.0)
    assert status_model.time_words(found) == "Time 1:10" and found.gait is not None and found.gait.calibrated


def test_a_pose_that_comes_again_is_not_new() -> None:
    found = model()
    found.take(pose(3, 0.1), 0.0)
    assert not found.take(pose(3, 0.1), 0.0) and found.take(pose(4, 0.13), 0.0)


def test_the_figures_stay_when_the_session_stage_counts_anew() -> None:
    found = fed(20)
    found.asked(controls.SetRecording(recording=True))
    found.take(Recorder(frame=300, recorded=290, not_taken=10, folder="x"), 0.0)
    before = figures(found)
    found.take(Recorder(frame=310, recorded=3, not_taken=0, folder="x"), 0.0)
    assert figures(found) == before


def test_without_a_picture_the_large_line_says_that_the_numbers_are_from_before() -> None:
    found = running()
    before = status_model.cue_words(found)
    found.take(SourceState(state="lost", text="0"), 0.0)
    assert found.blind and status_model.cue_words(found) == "No picture: these numbers are from before"
    found.take(SourceState(state="open", text="0"), 1.0)
    assert not found.blind and status_model.cue_words(found) == before


UNSURE = Naming("posterior", unsure=True)
IN_FRONT = Naming("anterior", number=1)


def unsure_run(language: str = "en") -> DashboardModel:
    found = model(language)
    found.take(SourceState(state="open", text="0"), 0.0)
    found.take(gait(time_s=8.0, flags=(VIEW_UNSURE,), naming=UNSURE), 0.0)
    for one in stances(20, 8.0, 3.0):
        found.take(msgspec.structs.replace(one, naming=UNSURE), 0.0)
    return found


@pytest.mark.parametrize("language", ["en", "de"])
def test_while_left_and_right_are_not_sure_it_is_asked_and_said_everywhere(language: str) -> None:
    found = unsure_run(language)
    assert found.asks_view and found.view_unsure
    assert found.texts("live.left").endswith("?") and found.texts("live.right").endswith("?")
    assert found.texts("status.posterior") in status_model.status(found, 0.0).words and found.texts(
        "leg.left"
    ) == found.texts("leg.one")
    assert status_model.advice(found) == found.texts("ask.view")


def test_an_answer_ends_the_question_at_once_and_exchanges_what_is_shown() -> None:
    found = unsure_run()
    found.take(
        Cue(time_s=8.0, text="t - left leg", reason="", metric="", side="left", audible=True, latency_s=0.1), 0.0
    )
    assert status_model.cue_words(found) == "No cue yet", "one that names a side was given before"
    assert (number_model.card(found, "left").value, number_model.card(found, "right").value) == ("8.0°", "3.0°")
    found.asked(controls.SetView(view="anterior"))
    assert not found.asks_view
    found.take(gait(time_s=8.1, view="anterior", naming=IN_FRONT), 0.0)
    assert (number_model.card(found, "left").value, number_model.card(found, "right").value) == ("3.0°", "8.0°")
    assert set(found.trend("right")[1]) == {8.0} and found.texts("live.left") == "LEFT"
    assert status_model.cue_words(found) == "No cue yet", "it named the wrong side"
    found.take(stance("left", 30.0, 3.0, naming=UNSURE), 0.0)
    assert number_model.card(found, "right").value != "8.0°", "a stance that is named the old way is put right as well"


def test_after_an_answer_it_is_asked_anew_when_the_view_is_unsure_once_more() -> None:
    """The camera was moved, say."""
    found = unsure_run()
    found.asked(controls.SetView(view="anterior"))
    found.take(gait(time_s=8.05, flags=(VIEW_UNSURE,), naming=UNSURE), 0.0)
    assert not found.asks_view, "the gait stage has not heard the answer yet"
    found.take(gait(time_s=8.1, view="anterior", naming=IN_FRONT), 0.0)
    assert not found.asks_view
    moved = msgspec.structs.replace(IN_FRONT, unsure=True, since_s=9.0)
    found.take(gait(time_s=9.5, view="anterior", flags=(VIEW_UNSURE,), naming=moved), 0.0)
    assert found.asks_view and found.texts("live.left").endswith("?")


def test_what_was_shown_of_before_the_camera_was_moved_keeps_its_side() -> None:
    found = model()
    found.take(SourceState(state="open", text="0"), 0.0)
    first, turn_share = Naming("posterior", turn_share=(1.0, 0.76)), (1.0, 0.76)
    moved = Naming("posterior", unsure=True, since_s=4.5, turn_share=turn_share)
    clear = Naming("anterior", number=1, since_s=4.5, turn_share=turn_share)
    for one in stances(20, 8.0, 3.0):
        found.take(msgspec.structs.replace(one, naming=moved if one.midstance_s >= 4.5 else first), 0.0)
    cue = Cue(time_s=4.0, text="t - left leg", reason="", metric="", side="left", audible=True, latency_s=0.1)
    found.take(cue, 0.0)
    found.take(gait(time_s=8.1, view="anterior", naming=clear), 0.0)
    for side, before, after in (("left", 8.0, 3.0), ("right", 3.0, 8.0)):
        minutes, values = found.trend(side)  # type: ignore[arg-type]
        assert minutes == sorted(minutes) and len(values) == 10
        expected = [before if 60 * at < 4.5 else after / 0.76 for at in minutes]
        assert values == pytest.approx(expected) and len(set(expected)) == 2
    assert status_model.cue_words(found) == "t - left leg"


def test_a_sure_view_asks_nothing() -> None:
    found = fed()
    found.take(gait(naming=Naming("posterior")), 0.0)
    assert not found.asks_view and found.texts("live.left") == "LEFT"


def test_nothing_is_asked_while_the_session_is_saved() -> None:
    found = unsure_run()
    found.ending = True
    assert not found.asks_view


def in_block(part: Part | None, left_s: float, feedback: bool = False, language: str = "en") -> DashboardModel:
    """The window while the runner is in a block of a planned session."""
    found = model(language)
    found.take(SourceState(state="open", text=""), 0.0)
    found.take(gait(phase="running"), 0.0)
    block = AtBlock(part, feedback, 2, 4, left_s, 100.0, 300.0)
    found.take(CoachState(muted=False, sound="", block=block, gives_feedback=feedback), 0.0)
    return found


@pytest.mark.parametrize(
    ("part", "feedback", "english", "german"),
    [
        ("warm_up", False, "Warm-up, 2:10 left", "Einlaufen, noch 2:10"),
        ("training", True, "With feedback, 2:10 left", "Mit Feedback, noch 2:10"),
        ("training", False, "Without feedback, 2:10 left", "Ohne Feedback, noch 2:10"),
        ("retention", False, "Last block, without feedback, 2:10 left", "Letzter Block, ohne Feedback, noch 2:10"),
    ],
)
def test_where_one_is_in_a_planned_session_stands_before_the_status(
    part: Part, feedback: bool, english: str, german: str
) -> None:
    found = in_block(part, 129.2, feedback)
    assert status_model.status(found, 0.0).words == f"{english} · Running, seen from behind, calibrated by standing"
    assert status_model.block_words(in_block(part, 129.2, feedback, "de")) == german
    # It is the large line too, where no cue can come.
    assert status_model.cue_words(found) == ("No cue yet" if feedback else english)


def test_a_planned_session_whose_time_is_over_is_said_and_goes_on() -> None:
    found = in_block(None, 0.0)
    assert status_model.cue_words(found) == "The session is done. Slow down when you like."
    assert status_model.status(found, 0.0).words.startswith("The session is done · Running")
    assert not found.ending


def test_with_feedback_off_a_block_is_without_feedback_whatever_was_planned() -> None:
    found = in_block("training", 60.0, feedback=True)
    assert found.coach is not None
    found.take(msgspec.structs.replace(found.coach, gives_feedback=False, feedback=Feedback("off")), 0.0)
    assert status_model.block_words(found) == status_model.cue_words(found) == "Without feedback, 1:00 left"


def test_a_free_run_has_no_blocks() -> None:
    found = in_block("training", 60.0)
    found.take(CoachState(muted=False, sound="", gives_feedback=False, feedback=Feedback("off")), 0.0)
    assert status_model.block_words(found) == ""
    assert status_model.cue_words(found) == "No cue yet"
    assert status_model.status(found, 0.0).words == NORMAL


def test_figures_and_picture_are_hidden_where_a_planned_session_has_no_feedback() -> None:
    assert in_block("warm_up", 60.0).hides_figures
    assert status_model.left_words(in_block("warm_up", 59.1)) == "1:00"
    assert in_block("retention", 60.0).hides_figures
    assert not in_block("training", 60.0, feedback=True).hides_figures
    assert not in_block(None, 0.0).hides_figures
    assert in_block("training", 60.0).hides_figures
    free = model()
    assert not free.hides_figures
    free.take(CoachState(muted=False, sound="", gives_feedback=False, feedback=Feedback("off")), 0.0)
    assert not free.hides_figures
