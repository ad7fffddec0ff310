"""Page one in plain words: what is said for each verdict, and what is not said where it is not sure."""

from __future__ import annotations

import dataclasses
import re
from typing import get_args

import numpy as np
import pytest

from runform_live import quantities, texts
from runform_live.dashboard.end_model import words as end_words
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES
from runform_live.messages import VIEW_UNSURE
from runform_live.report import exercises, findings, rules
from runform_live.report.content import RunnerPart
from runform_live.report.plain import runner_part
from runform_live.session.reader import Session
from tests.report.makers import ADDUCTION, DROP, change, part, session, stances_over, two_sided

LIMIT = {DROP: (None, 6.0)}
LANGUAGES = texts.languages()
# A side that is named. That both may be exchanged, and the figures of both in one breath, name none.
SIDE = re.compile(r"(left|right) (leg|side)|on the (left|right)|\blinke|\brechte", re.IGNORECASE)
SESSIONS = {
    "left": two_sided(8.0, 2.0, (16.0, 9.0)),
    "right": two_sided(2.0, 8.0),
    "both": two_sided(8.0, 8.0, (20.5, 20.5)),
    "level": two_sided(1.0, 0.5),
    "wide": two_sided(1.0, 0.5, sd_deg=2.0),
    "few": two_sided(count=12),
    "no drop": two_sided(1.5, -3.0),
    "disagree": two_sided(8.0, 2.0, (9.0, 16.0)),
    "camera": two_sided(flags=("camera_moved",)),
    "view": two_sided(flags=(VIEW_UNSURE,)),
    "side on": two_sided(flags=("wrong_view",)),
    "hidden": two_sided(flags=("pelvis_hidden",)),
    "not calibrated": two_sided(calibrated=False),
    "no interval": two_sided(sd_deg=None),
    "nothing": two_sided(count=0),
    "one stance": two_sided(count=1),
    "walk": two_sided(flags=("walking",)),
    "walk level": two_sided(8.0, 8.0, flags=("walking",)),
    "adduction": two_sided(3.0, 3.0, (16.0, 9.0), trained_metric=ADDUCTION),
    "limit": two_sided(8.2, 7.0, targets=LIMIT, target_from="settings"),
    "both limit": two_sided(9.0, 8.5, targets=LIMIT, target_from="settings"),
}


def said_of(found: Session, language: str = "en") -> texts.Texts:
    return quantities.said_of(found.summary.flags, texts.load(language)[0])


def told(found: Session, language: str = "en") -> RunnerPart:
    return runner_part(found, findings.of(found), said_of(found, language))


def lines(found: RunnerPart) -> list[str]:
    """All that is said but what changed in the run, which has a certainty of its own."""
    cue = [found.cue.words, found.cue.why] if found.cue else []
    cards = [getattr(one, field.name) for one in found.exercises for field in dataclasses.fields(one)]
    return [found.which_side, found.how_far, found.how_sure, found.next_step, found.exercises_note, *cue, *cards]


def test_one_side_is_told_with_its_figures_its_certainty_a_cue_and_three_exercises() -> None:
    found = told(SESSIONS["left"])
    assert found.which_side == "On your left leg, your pelvis drops further than on your right."
    assert found.how_far == ("Drop of the pelvis: left 8.0° ± 2.0, right 2.0° ± 2.0. The difference is 6.0° ± 2.8.")
    assert found.how_sure == (
        "That is sure: error alone goes beyond 2.8° in only 1 of 20 measurements, and your difference is larger. "
        "Steps measured: left 20, right 20. "
        "Behind ± stands half of the 95% interval: in 19 of 20 cases the true value is no further away."
    )
    assert found.next_step == "Do the exercises on this page, the left leg first."
    assert found.cue is not None and found.cue.words == "Keep your belt level" and "Willy" in found.cue.source
    assert [one.name for one in found.exercises] == [one.name for one in exercises.shipped().exercise[:3]]
    assert "did not test them" in found.exercises_note
    assert found.exercises_note.startswith("Strength alone does not change how you run")


def test_the_other_side_is_told_with_the_size_of_the_difference() -> None:
    found = told(SESSIONS["right"])
    assert found.which_side == "On your right leg, your pelvis drops further than on your left."
    assert "The difference is 6.0° ± 2.8." in found.how_far and "-" not in found.how_far


def test_both_sides_are_told_together() -> None:
    found = told(SESSIONS["both"])
    assert found.which_side == "On both legs, the thigh leans further inwards than is typical."
    assert len(found.exercises) == 3 and not any(one.side for one in found.exercises)


def test_runners_who_drop_as_healthy_ones_do_are_not_told_of_a_pattern_on_both_sides() -> None:
    assert told(two_sided(5.0, 4.5)).exercises == told(two_sided(6.5, 6.5)).exercises == ()


def test_both_sides_are_told_with_the_angle_of_the_rule_that_held() -> None:
    found = told(two_sided(1.0, 1.0, (20.5, 20.5)))
    assert found.how_far == "Largest lean of the thigh inwards: left 21.5° ± 2.0, right 21.5° ± 2.0."
    assert "19 of 20 uninjured men" in found.how_sure


def test_a_level_runner_is_told_so_and_what_could_not_be_seen() -> None:
    found = told(SESSIONS["level"])
    assert found.which_side == "Your two sides are alike, as far as this can be measured."
    assert found.how_sure.startswith("The true difference is at most 3.3° (95% interval).")
    assert found.next_step == "This measurement gives no reason to train one leg more than the other."
    assert (found.exercises, found.cue, found.exercises_note) == ((), None, "")


def test_a_runner_whose_legs_drop_alike_is_told_that_there_is_no_norm_and_a_walker_is_not() -> None:
    assert "there is no agreed norm" in told(two_sided(6.5, 6.5)).how_sure
    assert "norm" not in told(SESSIONS["walk level"]).how_sure


@pytest.mark.parametrize(("left", "is_told"), [(-0.6, True), (-0.04, False), (0.6, False)])
def test_a_drop_below_zero_is_explained_where_one_is_shown(left: float, is_told: bool) -> None:
    assert ("Below 0, the pelvis is higher" in told(two_sided(left, 0.5)).how_far) == is_told


def test_where_nobody_stood_still_the_sides_are_not_called_alike() -> None:
    found = told(SESSIONS["not calibrated"])
    assert found.which_side == "This recording cannot tell whether one leg stands out."
    assert "does not mean that your sides are alike" in found.how_sure
    assert found.how_far == "" and found.next_step.startswith("Next time stand still for 2 s")


def test_where_left_and_right_may_be_exchanged_a_sure_difference_is_told_of_one_leg() -> None:
    found = told(SESSIONS["view"])
    assert found.which_side == "On one leg, your pelvis drops further than on the other. Which one it is, is not sure."
    assert found.how_far == "The difference is 6.0° ± 2.8."
    assert found.next_step.startswith("If there is a film of the run")


def test_an_unsure_difference_may_be_none() -> None:
    found = told(SESSIONS["wide"])
    assert found.which_side == "It is not sure whether one leg stands out."
    assert found.how_far == "The difference is 0.5° ± 5.5: it may also be none."
    assert "It could be as large as 6.0°." in found.how_sure


@pytest.mark.parametrize("name", SESSIONS)
def test_wherever_an_interval_stands_on_page_one_it_is_said_what_it_is(name: str) -> None:
    found = told(SESSIONS[name])
    assert ("±" in found.how_far) == ("half of the 95% interval" in found.how_sure)


def test_a_run_that_was_too_short_for_a_change_is_said_without_naming_an_angle() -> None:
    assert told(SESSIONS["left"]).changed == "The run was too short to tell what changed during it."


def test_the_figures_of_a_moved_camera_are_not_told() -> None:
    assert told(SESSIONS["camera"]).how_far == ""


def test_walking_is_told_and_gets_no_cue_of_running() -> None:
    found = told(SESSIONS["walk"])
    assert "You walked, so nothing is compared" in found.how_sure and found.cue is not None
    assert "run" not in found.cue.words.lower() and "how you run" not in found.exercises_note


def test_a_limit_that_one_side_exceeds_is_told_with_that_side() -> None:
    found = told(SESSIONS["limit"])
    assert found.which_side == "On your left leg, your pelvis drops further than the target allows."
    assert found.how_far == "Pelvic drop, midstance, left leg: 8.2°, outside the target by 2.2°."
    assert "Whether your two sides differ is not sure." in found.how_sure


def test_one_side_above_its_limit_gets_exercises_for_both_legs_because_the_sides_may_be_alike() -> None:
    found = told(SESSIONS["limit"])
    assert len(found.exercises) == 3 and {one.side for one in found.exercises} == {""}
    assert found.next_step == "Do the exercises on this page with both legs."


def test_what_changed_in_the_run_is_the_sentence_of_the_section_on_changes() -> None:
    found = session(stances_over(300.0), part("last", change(-2.3), change(0.1)))
    assert told(found).changed == "Drop of the pelvis: At the end 2.3° less on the left than at the beginning."
    assert told(SESSIONS["nothing"]).changed == ""
    assert told(session(stances_over(300.0), part("last", change(-2.3)), version=2)).changed == "", (
        "it was not kept then"
    )


def test_what_spoiled_the_recording_comes_first_as_on_the_screen_after_the_run() -> None:
    found = two_sided(flags=("low_light",))
    assert told(found).next_step == texts.load("en")[0]("flag.low_light")


@pytest.mark.parametrize("name", SESSIONS)
def test_the_screen_after_the_run_names_no_other_leg_than_the_report(name: str) -> None:
    found = SESSIONS[name]
    side = findings.of(found).side
    next_words = end_words(found, texts.load("en")[0]).next
    assert {"left", "right"} & set(re.findall(r"left|right", next_words.replace("Left and right", ""))) <= {side}
    assert ("Train the" in next_words) == (findings.of(found).emphasised is not None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SESSIONS)
def test_every_language_has_every_word(name: str, language: str) -> None:
    for line in [*lines(told(SESSIONS[name], language)), told(SESSIONS[name], language).changed]:
        assert not re.search(r"[{}]|report\.|exercise\.|flag\.|end\.\w|muscle\.", line), line
    assert told(SESSIONS[name], language).which_side and told(SESSIONS[name], language).next_step


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name, one in SESSIONS.items() if findings.of(one).reasons])
def test_what_is_not_sure_names_no_side(name: str, language: str) -> None:
    assert not [line for line in lines(told(SESSIONS[name], language)) if SIDE.search(line)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seed", range(30))
def test_of_random_sessions_none_names_a_side_or_an_exercise_that_is_not_sure(seed: int, language: str) -> None:
    rng = np.random.default_rng(seed)
    known = ("wrong_view", VIEW_UNSURE, "camera_moved", "walking", "pelvis_hidden", "low_light")
    found = two_sided(
        *rng.uniform(-4.0, 12.0, 2),
        tuple(rng.uniform(4.0, 22.0, 2)),
        sd_deg=rng.choice([0.4, 1.0, 2.0]),
        count=int(rng.choice([10, 14, 30])),
        calibrated=rng.random() < 0.8,
        flags=tuple(flag for flag in known if rng.random() < 0.12),
        targets={DROP: (None, float(rng.uniform(2.0, 8.0)))} if rng.random() < 0.5 else {},
        target_from="settings",
    )
    part_, facts = told(found, language), findings.of(found)
    if facts.reasons:
        assert not [line for line in lines(part_) if SIDE.search(line)]
    if facts.side is None:
        assert not any(one.side for one in part_.exercises)
    if facts.verdict not in ("one_side", "both_sides"):
        assert (part_.exercises, part_.cue) == ((), None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_angle_that_can_decide_has_its_headlines_and_every_rule_its_words(language: str) -> None:
    table, known = texts.read(texts.folder() / f"{language}.toml").table, rules.shipped()
    for metric in known.findings.metrics:
        names = ("left", "right", "left_limit", "right_limit", "both", "both_limit", "one")
        assert all(f"report.plain.headline.{metric}.{name}" in table for name in names)
    assert all(f"report.plain.both_note.{one.finding}" in table for one in known.findings.both)
    assert all(f"norm_of.{one.metric}.{part_}" in table for one in known.norms for part_ in ("norm", "note"))
    assert all(f"muscle.{one.name}.{part_}" in table for one in known.muscles for part_ in ("name", "why"))
    assert all(f"form_cue.{one.name}.{part_}" in table for one in known.cues for part_ in ("words", "why"))
    for reason in get_args(findings.Reason):
        assert all(f"report.{part_}.{reason}" in table for part_ in ("plain.reason", "plain.do", "clinical.reason"))
    assert all(str(FEWEST_STANCES) in table[f"report.{part_}.reason.few"] for part_ in ("plain", "clinical"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cue_of_the_report_is_the_one_that_the_coach_speaks(language: str) -> None:
    said = texts.load(language)[0]
    for name in ("belt_level", "gap_knees"):
        assert said(f"cue.{name}", leg="").startswith(said(f"form_cue.{name}.words"))
