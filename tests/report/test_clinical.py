"""The clinician's part: findings with intervals, norms with what they can tell, muscles that are suggested, limits, references."""

from __future__ import annotations

import dataclasses
import re

import pytest

from runform_live import quantities, texts
from runform_live.messages import VIEW_UNSURE
from runform_live.report import findings, norms, rules
from runform_live.report.clinical import clinician_part
from runform_live.report.content import ClinicianPart
from runform_live.report.two_sessions import before_and_after
from runform_live.session.figures import MetricSummary
from runform_live.session.reader import Session
from tests.report.makers import DROP, two_sided
from tests.report.test_plain import LANGUAGES, SESSIONS, SIDE

EN = texts.load("en")[0]


def told(found: Session, language: str = "en") -> ClinicianPart:
    return clinician_part(found, findings.of(found), quantities.said_of(found.summary.flags, texts.load(language)[0]))


# -- findings -----------------------------------------------------------------------------------------------------


def test_a_finding_stands_first_with_both_sides_their_counts_and_the_difference() -> None:
    found = told(SESSIONS["left"]).findings
    assert (
        found[0]
        == "Finding: larger on the left leg (95% interval without 0): Pelvic drop, midstance; Hip adduction, midstance."
    )
    assert found[1] == (
        "Pelvic drop, midstance: left 8.0° ± 2.0 (n = 20), right 2.0° ± 2.0 (n = 20); left minus right 6.0° ± 2.8. "
        "0 lies outside the 95% interval; the minimal detectable difference is 2.8°."
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "both",
            "Finding: on both sides, with the whole 95% interval: Hip adduction, peak above 19.0°; between them no sure difference.",
        ),
        (
            "limit",
            "Finding: the left leg alone lies above its target with its whole 95% interval: Pelvic drop, midstance.",
        ),
        (
            "both limit",
            "Finding: both sides lie above their target with their whole 95% intervals: Pelvic drop, midstance.",
        ),
        ("wide", "No sure finding."),
    ],
)
def test_each_verdict_names_the_angles_that_it_rests_on(name: str, words: str) -> None:
    assert told(SESSIONS[name]).findings[0] == words


def test_left_minus_right_keeps_its_sign() -> None:
    assert "left minus right -6.0° ± 2.8" in told(SESSIONS["right"]).findings[1]


def test_without_a_calibration_the_difference_is_unknown_and_not_zero() -> None:
    found = told(SESSIONS["not calibrated"]).findings
    assert found[0] == "No finding: the sides cannot be compared." and "unknown, not zero" in found[1]
    assert any("left minus right –. The difference cannot be judged." in line for line in found)


def test_where_left_and_right_may_be_exchanged_the_difference_has_no_sign() -> None:
    found = told(two_sided(2.0, 8.0, flags=(VIEW_UNSURE,))).findings
    assert any("one leg 2.0° ± 2.0 (n = 20), the other 8.0° ± 2.0 (n = 20); difference 6.0° ± 2.8" in line for line in found)  # fmt: skip
    assert not any("minus" in line for line in found)


@pytest.mark.parametrize("name", ["side on", "hidden", "camera"])
def test_intervals_that_do_not_stand_for_the_session_are_not_judged(name: str) -> None:
    found = told(SESSIONS[name]).findings
    assert any("The difference cannot be judged." in line for line in found)
    assert not any("0 lies" in line or "±" in line for line in found)


def test_few_stances_are_called_provisional() -> None:
    assert any("Provisional" in line for line in told(SESSIONS["few"]).findings)


def test_a_target_that_is_surely_missed_is_told() -> None:
    found = told(SESSIONS["limit"]).findings
    assert "Pelvic drop, midstance, left leg: 8.2°, outside the target by 2.2°; the whole 95% interval lies above it." in found  # fmt: skip
    assert not any("right leg" in line for line in found)


def test_pain_scores_are_told_where_somebody_was_asked() -> None:
    assert "Pain (0 to 10) before and after: 4 to 2" in told(two_sided(pain_before=4, pain_after=2)).findings
    assert not any("Pain" in line for line in told(two_sided()).findings)


# -- norms --------------------------------------------------------------------------------------------------------


def test_the_triad_has_a_norm_only_where_a_source_gives_one() -> None:
    drop, adduction, valgus = told(SESSIONS["left"]).triad
    assert drop.norm == valgus.norm == "No agreed norm" and (drop.norm_low, valgus.norm_high) == (None, None)
    assert adduction.norm.startswith("About 13° (SD 3°)") and (adduction.norm_low, adduction.norm_high) == (7.0, 19.0)
    assert "80%" in drop.note and "3D" in adduction.note and "3D" in valgus.note
    assert all(one.source for one in (drop, adduction, valgus))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_targets_tells_the_same_norm(language: str) -> None:
    norm = next(one for one in rules.shipped().norms if one.mean_deg is not None)
    assert {f"{norm.mean_deg:g}", f"{norm.sd_deg:g}"} <= set(
        re.findall(r"\d+", texts.load(language)[0]("norm.hip_adduction_mid_deg"))
    )


@pytest.mark.parametrize(
    ("low", "high", "place"),
    [
        (8.0, 18.0, "inside"), (7.0, 19.0, "inside"), (19.1, 23.0, "above"), (2.0, 6.9, "below"), (6.0, 10.0, "edge"),
        (18.0, 22.0, "edge"), (None, None, "not_judged"),
    ],
)  # fmt: skip
def test_a_mean_is_judged_by_its_whole_interval(low: float | None, high: float | None, place: str) -> None:
    assert norms.judged(MetricSummary(20, 12.0, 1.0, low, high), (7.0, 19.0)) == place


def test_the_peak_of_each_side_is_judged_by_itself() -> None:
    told_ = told(two_sided(8.0, 2.0, (20.5, 12.0))).triad[1].told
    assert told_ == "left leg: the whole interval lies above the band; right leg: the whole interval lies inside the band"  # fmt: skip


def test_norms_of_running_are_not_held_against_walking() -> None:
    for one in told(SESSIONS["walk"]).triad:
        assert one.told == "Known figures are of running; they are not held against walking."
        assert (one.norm_low, one.norm_high) == (None, None)


@pytest.mark.parametrize("name", ["few", "camera", "side on", "hidden", "not calibrated"])
def test_means_that_do_not_stand_for_the_run_are_not_judged(name: str) -> None:
    assert told(SESSIONS[name]).triad[1].told == "both legs: not judged"


# -- muscles and plan ---------------------------------------------------------------------------------------------


def test_muscles_are_suggested_and_what_a_film_cannot_tell_is_said() -> None:
    found = told(SESSIONS["left"])
    assert [(one.name, one.suggested) for one in found.muscles] == [
        ("Gluteus medius and minimus", True), ("Gluteus maximus", True), ("Deep external rotators", False), ("Trunk", False),
    ]  # fmt: skip
    assert "may point" in found.muscles_note and "does not prove" in found.muscles_note
    assert "says nothing of them" in found.muscles[2].why


@pytest.mark.parametrize("name", [name for name, one in SESSIONS.items() if not findings.of(one).leads_to_exercises])
def test_without_a_finding_no_muscle_exercise_or_cue_is_named(name: str) -> None:
    found = told(SESSIONS[name])
    assert found.muscles == found.exercises == found.cues == ()
    assert found.muscles_note.startswith("No muscle is named") or found.muscles_note.endswith("no muscle is named.")


def test_a_level_runner_gets_no_muscle_because_the_sides_are_alike_and_not_for_want_of_a_finding() -> None:
    assert told(SESSIONS["level"]).muscles_note == "Both sides are alike, so no muscle is named."
    assert told(SESSIONS["level"]).exercises_note == "Both sides are alike, so no exercise is named for either."
    assert told(SESSIONS["wide"]).muscles_note.endswith("no finding is sure that would point to one.")
    assert told(SESSIONS["wide"]).exercises_note.endswith("no finding is sure that would lead to one.")


def test_a_plan_of_many_exercises_says_how_many_to_do() -> None:
    assert told(SESSIONS["left"]).exercises_note.startswith("Three exercises at a time are enough")


def test_a_run_that_was_too_short_for_a_change_is_said_without_naming_an_angle() -> None:
    assert "The run was too short to tell what changed during it." in told(SESSIONS["left"]).findings


def test_one_length_is_asked_for_the_next_film_and_not_two() -> None:
    for name in ("few", "left"):
        assert len([line for line in told(SESSIONS[name]).next_film if "minute" in line.split(",")[0].split(":")[0]]) == 1  # fmt: skip


def test_the_plan_says_that_strength_alone_does_not_change_how_one_runs() -> None:
    found = told(SESSIONS["left"])
    assert (
        "Davis" in found.exercises_note and "Davis et al. 2020, Curr Rev Musculoskelet Med 13:103" in found.references
    )


def test_cues_of_a_finding_come_with_their_sources_those_of_running_only_for_running() -> None:
    assert [one.words for one in told(SESSIONS["adduction"]).cues] == [
        "Run with a gap between your knees", "Squeeze your buttocks", "Take quicker, shorter steps: about one more for every ten",
    ]  # fmt: skip
    assert [one.words for one in told(SESSIONS["walk"]).cues] == ["Keep your belt level", "Squeeze your buttocks"]


# -- limits, the next film, references ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"flags": ("walking",)}, "The session is of walking."),
        ({"view": "anterior"}, "Filmed from in front"),
        ({"flags": ("pelvis_unclear",)}, "The pelvis was seen poorly"),
        ({"sd_deg": None}, "The instrument's error is not known"),
    ],
)
def test_each_limit_is_told_where_it_holds_and_only_there(changes: dict[str, object], words: str) -> None:
    assert any(line.startswith(words) for line in told(two_sided(**changes)).limits)  # type: ignore[arg-type]
    assert not any(line.startswith(words) for line in told(two_sided()).limits)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("not calibrated", "Stand still for 2 s"), ("few", "Record at least a minute"), ("one stance", "Record at least a minute"), ("wide", "Measure once more"),
        ("camera", "The camera moves or was moved"), ("side on", "Seen from the side"), ("nothing", "Check the camera"),
    ],
)  # fmt: skip
def test_what_to_film_next_time_follows_from_what_was_missing(name: str, words: str) -> None:
    assert any(line.startswith(words) for line in told(SESSIONS[name]).next_film)
    assert not any(line.startswith(words) for line in told(SESSIONS["level"]).next_film)


def test_a_side_that_was_named_once_is_to_be_confirmed() -> None:
    found = told(SESSIONS["left"])
    assert any(line.startswith("Measure once more on another day") for line in found.next_film)
    assert any(line.startswith("Chance alone names a side in about 1 of 20") for line in found.limits)
    assert not any(line.startswith("Chance alone") for line in told(SESSIONS["both"]).limits)


def test_references_are_of_all_that_is_named_each_once() -> None:
    found = told(SESSIONS["left"])
    named = [one.source for each in (found.triad, found.muscles, found.exercises, found.cues) for one in each]
    assert {single for text in named for single in rules.sources(text)} <= set(found.references)
    assert len(set(found.references)) == len(found.references)
    assert not any("Distefano" in one for one in told(SESSIONS["level"]).references)


def test_the_source_of_the_rule_by_which_both_sides_show_it_is_a_reference() -> None:
    held = findings.of(SESSIONS["both"]).held
    assert held and all(one.source in told(SESSIONS["both"]).references for one in held)


# -- both languages -----------------------------------------------------------------------------------------------


def lines(found: object) -> list[str]:
    """All texts in it, however deep."""
    if isinstance(found, str):
        return [found]
    if isinstance(found, tuple):
        return [line for one in found for line in lines(one)]
    if dataclasses.is_dataclass(found):
        return [line for field in dataclasses.fields(found) for line in lines(getattr(found, field.name))]
    return []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SESSIONS)
def test_every_language_has_every_word(name: str, language: str) -> None:
    for line in lines(told(SESSIONS[name], language)):
        assert not re.search(r"[{}]|report\.|exercise\.\w|flag\.\w|end\.\w|muscle\.\w|norm_of\.|leg\.\w", line), line


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name, one in SESSIONS.items() if findings.of(one).reasons])
def test_what_is_not_sure_names_no_side(name: str, language: str) -> None:
    """But for the table of norms, where each side stands by itself."""
    found = dataclasses.replace(told(SESSIONS[name], language), triad=())
    assert not [line for line in lines(found) if SIDE.search(line)]


# -- before and after ---------------------------------------------------------------------------------------------


def test_two_sessions_are_told_with_the_change_that_compare_calls_one() -> None:
    found = before_and_after(two_sided(8.0, 2.0), two_sided(4.0, 2.0), EN)
    assert found.headline == (
        "Before: On your left leg, your pelvis drops further than on your right. "
        "After: Your two sides are alike, as far as this can be measured. "
        "Another finding alone is no change yet; the figures tell whether it is one."
    )
    assert found.sentences[0] == "Left: 4.0° less than in the first session (± 2.8°): a real change."
    row = next(one for one in found.rows if one.metric == DROP and one.side == "Left")
    assert (row.before, row.after, row.change, row.detectable, row.call) == (
        "8.0° ± 2.0", "4.0° ± 2.0", "-4.0°", "2.8°", "changed",
    )  # fmt: skip


def test_the_same_finding_twice_is_told_once() -> None:
    found = before_and_after(two_sided(8.0, 2.0), two_sided(8.0, 2.0), EN)
    assert (
        found.headline
        == "Before and after, the finding is the same: On your left leg, your pelvis drops further than on your right."
    )


def test_running_and_walking_are_not_compared() -> None:
    found = before_and_after(two_sided(8.0, 2.0), two_sided(8.0, 2.0, flags=("walking",)), EN)
    assert "Not compared: one is running, the other walking." in found.notes
    assert {one.change for one in found.rows} == {quantities.UNKNOWN}


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_left_and_right_are_not_sure_in_one_of_them_no_side_is_named(language: str) -> None:
    said = texts.load(language)[0]
    found = before_and_after(two_sided(2.0, 8.0, flags=(VIEW_UNSURE,)), two_sided(8.0, 2.0), said)
    assert not any("{" in line for line in lines(found))
    assert all(one.side not in (said("report.left"), said("report.right")) for one in found.rows)
    assert all(one.change == quantities.UNKNOWN for one in found.rows if one.metric == DROP)
