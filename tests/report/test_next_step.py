"""The one next step after a run."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from runform_live import programmes, texts
from runform_live.messages import VIEW_UNSURE, Prescribed
from runform_live.metrics import MAIN_METRIC
from runform_live.quantities import said_of
from runform_live.report.next_step import SPOILS, step
from runform_live.session.gait_part import main_part
from runform_live.session.reader import Session
from runform_live.session.target_comparison import TargetComparison
from tests.dashboard.test_review_model import model
from tests.makers import stances
from tests.report.makers import two_sided

KNEE, ADDUCTION = "knee_valgus_mid_deg", "hip_adduction_mid_deg"


def session(flags: tuple[str, ...] = (), count: int = 30, **info: object) -> Session:
    found = model(stances(count, 8.0, 3.0)).session
    summary = msgspec.structs.replace(found.summary, flags=list(flags))
    return replace(found, info=msgspec.structs.replace(found.info, **info), summary=summary)


def against(over: float, sure: bool = False, metric: str = MAIN_METRIC, direction: str = "high") -> TargetComparison:
    return TargetComparison(metric, "left", 6.0 + over, over, direction, sure)  # type: ignore[arg-type]


def told(found: Session, *ranked: TargetComparison, language: str = "en") -> str:
    return step(found, ranked, said_of(found.summary.flags, texts.load(language)[0]))


def test_a_finding_of_the_report_gets_its_first_exercise_whatever_the_target() -> None:
    words = "Train the left leg: Leg lift, lying on the side. The report shows how."
    for ranked in ([], [against(2.0, sure=True)], [against(-1.0)]):
        assert told(two_sided(8.0, 2.0), *ranked) == words
    assert (
        told(two_sided(8.0, 8.0, (20.5, 20.5))) == "Train both legs: Leg lift, lying on the side. The report shows how."
    )


def test_what_is_surely_above_its_target_without_a_finding_gets_its_cue() -> None:
    """As a goal from the first minute that was not reached: it asks to run otherwise, not for strength."""
    assert told(session(), against(2.0, sure=True)) == "Next time think of: Keep your belt level - left leg"


def test_what_may_be_above_its_target_gets_its_cue_without_a_leg() -> None:
    assert told(session(), against(2.0)) == "Next time think of: Keep your belt level - both legs"


def test_what_no_exercise_is_for_gets_the_cue_of_its_direction() -> None:
    assert told(session(), against(1.0, True, direction="low")).endswith("Let your hips move - left leg")
    assert told(session(), against(1.0, True, metric=KNEE)).startswith("Next time think of:")


def test_all_inside_asks_for_less_feedback() -> None:
    assert told(session(), against(-1.0)).startswith("All targets are met.")


def test_without_a_target_the_first_minute_is_the_one_to_try() -> None:
    assert told(session(target_from="none")).startswith("No target was set. Next time press G")
    assert told(session(target_from="baseline")).startswith("Your target comes from your first minute.")


def of_walking(**info: object) -> Session:
    found = session(("walking",), **info)
    rows = [msgspec.structs.replace(one, gait="walk") for one in found.stances]
    return main_part(replace(found, stances=rows))


def test_a_walker_whose_target_is_of_running_is_told_that_and_not_that_there_was_none() -> None:
    """The settings as they are shipped: the target comes from the first minute of running."""
    words = "Your target is for running. This session was of walking, so it was not judged."
    assert told(of_walking(target_from="baseline", targets={MAIN_METRIC: (None, 5.0)})) == words
    assert told(of_walking(target_from="baseline", targets=None)) == words
    assert told(of_walking(target_from="settings", targets={MAIN_METRIC: (None, 5.0)})) == words
    for source in ("none", "settings"):
        assert told(of_walking(target_from=source, targets={})).startswith("No target was set.")


def test_a_runner_whose_target_is_of_walking_is_told_that() -> None:
    found = main_part(session(target_from="settings", targets={MAIN_METRIC: (None, 5.0)}, target_gait="walk"))
    assert told(found) == "Your target is for walking, so what you ran was not judged by it."


def test_a_walker_gets_no_cue_of_running() -> None:
    found = of_walking(targets={ADDUCTION: (None, 5.0)}, target_from="settings", target_gait="walk")
    words = told(found, against(2.0, sure=True, metric=ADDUCTION))
    assert "Run" not in words and words.startswith("Hip adduction")
    assert told(session(), against(2.0, sure=True, metric=ADDUCTION)).startswith("Next time think of: Run with a gap")
    assert told(found, against(2.0, sure=True)) == "Next time think of: Keep your belt level - left leg"


def test_what_spoiled_the_measurement_comes_before_all_else_the_worst_first() -> None:
    said = texts.load("en")[0]
    found = session(("provisional", "pelvis_unclear", "camera_moved"), programme=Prescribed("two_weeks", 1))
    assert told(found, against(2.0, True)) == said("flag.camera_moved")
    assert told(session(("provisional",)), against(2.0)).startswith("Next time"), (
        "few stances are no fault of the camera"
    )


def test_a_run_without_a_stance_names_its_cause() -> None:
    said = texts.load("en")[0]
    assert told(session(("nobody_seen",), count=0)) == said("flag.nobody_seen")
    assert "page Doctor" in told(session(count=0))


def ran(minutes: float, number: int) -> Session:
    """Session `number` of the shipped protocol, of which so many minutes were run before this recording of 10 s."""
    return session(programme=Prescribed("two_weeks", number, 60.0 * minutes))


def test_a_session_of_a_programme_is_followed_by_the_next_one() -> None:
    protocol = programmes.load("two_weeks")
    whole_min = protocol.sessions[0].length_s / 60
    days = protocol.sessions[1].days_after
    found = told(ran(whole_min, 1))
    assert found.startswith("Session 1 of 8 is done. Session 2 ") and (str(days) in found or days < 2)
    assert told(ran(60.0, 8)).startswith("Session 8 was the last one")


def test_a_session_that_is_not_over_is_to_be_gone_on_with() -> None:
    length_min = programmes.load("two_weeks").sessions[2].length_s / 60
    assert told(ran(length_min - 5.0, 3)) == (
        "Session 3 is not over: 5 min of running are left. Go on with it next time."
    )


def test_a_programme_that_is_not_here_leaves_the_targets() -> None:
    found = session(programme=Prescribed("lost", 2))
    assert told(found, against(2.0)).startswith("Next time think of:")
    assert told(session(programme=Prescribed("two_weeks", 99)), against(2.0)).startswith("Next time think of:")


@pytest.mark.parametrize("language", texts.languages())
def test_every_language_has_words_for_every_step(language: str) -> None:
    found = [told(session((flag,)), language=language) for flag in SPOILS]
    found += [told(session(), against(2.0, sure), language=language) for sure in (False, True)]
    found += [told(of_walking(target_from="baseline"), language=language)]
    found += [told(two_sided(8.0, right), language=language) for right in (2.0, 8.0)]
    found += [told(ran(minutes, number), language=language) for minutes, number in ((1.0, 2), (60.0, 2), (60.0, 8))]
    assert all(words and "{" not in words and "end." not in words and "flag." not in words for words in found)


def test_a_cue_names_no_leg_where_they_are_not_sure() -> None:
    said = texts.load("en")[0].unsure_of_sides()
    words = step(session(), [against(2.0, sure=True)], said)
    assert "left" not in words and "right" not in words
    assert VIEW_UNSURE in SPOILS
