"""What a report says about changes during the run: each situation word by word, and only what is sure as a change."""

from __future__ import annotations

import re

import msgspec
import pytest

from runform_live import texts
from runform_live.messages import VIEW_UNSURE
from runform_live.report import build, change_sentence, changes
from runform_live.session.figures import PartChange, TrendSummary
from tests.report import reading
from tests.report.makers import DROP, NO_ERRORS, NOT_MEASURED, change, part, session, stances_over

ENGLISH, GERMAN = texts.load("en")[0], texts.load("de")[0]
CERTAINTY = f"{ENGLISH('report.change.certainty')} {ENGLISH('report.change.mark')}"
NEITHER = NOT_MEASURED, NOT_MEASURED
LESS, MORE, NOTHING = change(-2.3), change(1.1), change(0.2, 0.7)
SENTENCES: dict[str, tuple[list[PartChange], str, str]] = {
    "one side, with feedback and without": (
        [part("last", LESS, NOTHING), part("feedback", LESS, NOTHING), part("no_feedback", change(-1.2), NOTHING)],
        "With feedback 2.3° less on the left, without it 1.2°.",
        "Mit Feedback links 2,3° weniger, ohne Feedback 1,2°.",
    ),
    "both sides, with feedback and without": (
        [part("feedback", LESS, change(-1.1)), part("no_feedback", change(-1.2), change(-0.8))],
        "With feedback 2.3° less on the left and 1.1° on the right, without it 1.2° and 0.8°.",
        "Mit Feedback links 2,3° und rechts 1,1° weniger, ohne Feedback 1,2° und 0,8°.",
    ),
    "one side less and the other more": (
        [part("feedback", LESS, MORE), part("no_feedback", change(-1.2), NOTHING)],
        "With feedback 2.3° less on the left and 1.1° more on the right, without it 1.2° less on the left.",
        "Mit Feedback links 2,3° weniger und rechts 1,1° mehr, ohne Feedback links 1,2° weniger.",
    ),
    "more without feedback": (
        [part("feedback", NOTHING, LESS), part("no_feedback", NOTHING, MORE)],
        "With feedback 2.3° less on the right, without it 1.1° more on the right.",
        "Mit Feedback rechts 2,3° weniger, ohne Feedback rechts 1,1° mehr.",
    ),
    "a change with feedback alone": (
        [part("feedback", LESS, NOTHING), part("no_feedback", NOTHING, change(-0.3, 0.6))],
        "With feedback 2.3° less on the left, without it no change that can be told from error (up to ± 0.7°).",
        "Mit Feedback links 2,3° weniger, ohne Feedback keine Änderung, die sich vom Messfehler unterscheiden lässt (bis ± 0,7°).",
    ),
    "no sure change": (
        [part("feedback", NOTHING, NOTHING), part("no_feedback", change(0.1, 0.9), NOTHING)],
        "No change that can be told from error, with feedback or without it (up to ± 0.9°).",
        "Weder mit noch ohne Feedback eine Änderung, die sich vom Messfehler unterscheiden lässt (bis ± 0,9°).",
    ),
    "a change beyond its interval that is not sure": (
        [part("last", change(-1.3, 0.9, sure=False), NOTHING)],
        "From beginning to end no change that can be told from error (up to ± 1.3°).",
        "Vom Anfang bis zum Ende keine Änderung, die sich vom Messfehler unterscheiden lässt (bis ± 1,3°).",
    ),
    "an interval that is not known": (
        [part("last", change(-1.3, None), NOTHING)],
        "From beginning to end no change that can be told from error.",
        "Vom Anfang bis zum Ende keine Änderung, die sich vom Messfehler unterscheiden lässt.",
    ),
    "feedback all the time": (
        [part("last", LESS, MORE), part("feedback", change(-1.5), NOTHING)],
        "With feedback 1.5° less on the left.",
        "Mit Feedback links 1,5° weniger.",
    ),
    "no feedback at all": (
        [part("last", LESS, NOTHING), part("no_feedback", change(-1.5), NOTHING)],
        "At the end 2.3° less on the left than at the beginning.",
        "Am Ende links 2,3° weniger als am Anfang.",
    ),
    "both sides more at the end": (
        [part("last", change(2.0), MORE)],
        "At the end 2.0° more on the left and 1.1° on the right than at the beginning.",
        "Am Ende links 2,0° und rechts 1,1° mehr als am Anfang.",
    ),
    "the camera was moved before the blocks without feedback": (
        [part("last"), part("feedback", LESS, NOTHING), part("no_feedback")],
        "With feedback 2.3° less on the left, without it no comparison.",
        "Mit Feedback links 2,3° weniger, ohne Feedback kein Vergleich möglich.",
    ),
    "the camera was moved after the first part": (
        [part("last", *NEITHER, "camera")],
        "What changed over the whole run cannot be told. The camera was moved in between.",
        "Was sich über den ganzen Lauf geändert hat, lässt sich nicht sagen. Die Kamera wurde zwischendurch bewegt.",
    ),
    "the view became unsure after the first part": (
        [part(name, *NEITHER, "view") for name in ("last", "feedback")],
        "What changed over the whole run cannot be told. In between, it was no longer clear whether the camera stands behind or in front.",
        "Was sich über den ganzen Lauf geändert hat, lässt sich nicht sagen. Zwischendurch war nicht mehr klar, ob die Kamera hinten oder vorn steht.",
    ),
    "no value": (
        [part("last")],
        "What changed over the whole run cannot be told. Too few stances have a known value.",
        "Was sich über den ganzen Lauf geändert hat, lässt sich nicht sagen. Zu wenige Standphasen haben einen bekannten Wert.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("situation", SENTENCES)
def test_the_sentence_of_each_situation(situation: str) -> None:
    found, english, german = SENTENCES[situation]
    assert change_sentence.sentence(found, DROP, ENGLISH) == english
    assert change_sentence.sentence(found, DROP, GERMAN) == german


@pytest.mark.parametrize(
    ("said", "want"),
    [
        (ENGLISH, "With feedback 2.3° less on one leg and 1.1° on the other, without it 1.1° more on the other leg."),
        (GERMAN, "Mit Feedback auf einem Bein 2,3° und auf dem anderen 1,1° weniger, ohne Feedback auf dem anderen Bein 1,1° mehr."),
    ],
)  # fmt: skip
def test_no_side_is_named_where_left_and_right_are_not_sure(said: texts.Texts, want: str) -> None:
    found = [part("feedback", LESS, change(-1.1)), part("no_feedback", NOTHING, MORE)]
    assert change_sentence.sentence(found, DROP, said.unsure_of_sides()) == want
    shown = changes.section(session(stances_over(300.0), *found, flags=(VIEW_UNSURE,)), said.unsure_of_sides())
    assert shown is not None
    assert not re.search(r"\b(left|right|links|rechts)\b", shown.plot.split(">")[0])


@pytest.mark.parametrize(
    ("found", "english", "german"),
    [
        (
            [part("last", NOTHING, LESS)],
            "At the end 2.3° less on one leg than at the beginning.",
            "Am Ende auf einem Bein 2,3° weniger als am Anfang.",
        ),
        (
            [part("last", LESS, NOTHING)],
            "At the end 2.3° less on one leg than at the beginning.",
            "Am Ende auf einem Bein 2,3° weniger als am Anfang.",
        ),
        (
            [part("feedback", NOTHING, LESS), part("no_feedback", MORE, NOTHING)],
            "With feedback 2.3° less on one leg, without it 1.1° more on the other leg.",
            "Mit Feedback auf einem Bein 2,3° weniger, ohne Feedback auf dem anderen Bein 1,1° mehr.",
        ),
        (
            [part("feedback", NOTHING, LESS), part("no_feedback", NOTHING, MORE)],
            "With feedback 2.3° less on one leg, without it 1.1° more on the same leg.",
            "Mit Feedback auf einem Bein 2,3° weniger, ohne Feedback auf demselben Bein 1,1° mehr.",
        ),
        (
            [part("feedback", NOTHING, LESS), part("no_feedback", change(-0.9), change(-1.2))],
            "With feedback 2.3° less on one leg, without it 1.2° less on one leg and 0.9° on the other.",
            "Mit Feedback auf einem Bein 2,3° weniger, ohne Feedback auf einem Bein 1,2° und auf dem anderen 0,9° weniger.",
        ),
    ],
)  # fmt: skip
def test_the_leg_that_is_told_of_first_is_one_leg(found: list[PartChange], english: str, german: str) -> None:
    assert change_sentence.sentence(found, DROP, ENGLISH.unsure_of_sides()) == english
    assert change_sentence.sentence(found, DROP, GERMAN.unsure_of_sides()) == german


def test_the_table_compares_the_end_feedback_and_no_feedback_with_the_first_part() -> None:
    found = session(
        stances_over(300.0),
        part("last", LESS, NOTHING, difference=change(-2.5, 0.8)),
        part("feedback", change(-2.0, 0.4), change(0.04, 0.4), difference=change(-2.0, 0.5)),
        part("no_feedback", change(-0.4, None), NOTHING),
        part("block", LESS, LESS),
    )
    shown = changes.section(found, ENGLISH)
    assert shown is not None
    assert [(row.name, row.left, row.right, row.difference) for row in shown.rows] == [
        ("At the end (4:00 to 5:00 min)", "-2.3° ± 0.5 *", "+0.2° ± 0.7", "-2.5° ± 0.8 *"),
        ("With feedback", "-2.0° ± 0.4 *", "0.0° ± 0.4", "-2.0° ± 0.5 *"),
        ("Without feedback", "-0.4°", "+0.2° ± 0.7", "–"),
    ]
    assert shown.about == ("Pelvic drop, midstance, compared with the first part of the run (0:10 to 1:10 min).")
    assert shown.notes == (CERTAINTY,)


@pytest.mark.parametrize(
    ("trends", "row"),
    [
        ({"left": TrendSummary(0.12, 0.05, 0.19), "right": TrendSummary(0.03, -0.04, 0.1)}, ("+0.12° ± 0.07 *", "+0.03° ± 0.07")),
        ({"left": TrendSummary(None, None, None), "right": TrendSummary(-0.2, None, None)}, ("–", "-0.20°")),
        ({"left": TrendSummary(None, None, None), "right": TrendSummary(None, None, None)}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_the_trend_of_a_long_run_is_a_row_of_its_own(
    trends: dict[str, TrendSummary], row: tuple[str, str] | None
) -> None:
    shown = changes.section(session(stances_over(300.0), part("last", LESS, NOTHING), trends=trends), ENGLISH)
    assert shown is not None
    found = [(one.left, one.right) for one in shown.rows if one.name == ENGLISH("report.change.row_trend")]
    assert found == ([] if row is None else [row])
    assert (ENGLISH("report.change.trend") in shown.notes) == (row is not None and "*" in row[0])


def test_what_is_withheld_is_a_dash_with_its_reason_in_plain_words() -> None:
    found = session(
        stances_over(300.0),
        part("last", *NEITHER, "camera"),
        part("feedback", LESS, NOTHING, "absence"),
        part("no_feedback", *NEITHER, "camera", "view"),
    )
    shown = changes.section(found, ENGLISH)
    assert shown is not None
    assert [row.left for row in shown.rows] == ["–", "-2.3° ± 0.5 *", "–"]
    assert shown.notes == (
        "No comparison: The camera was moved in between. "
        "In between, it was no longer clear whether the camera stands behind or in front.",
        "The runner left the picture in between and came back. So the intervals are wider.",
        CERTAINTY,
    )


@pytest.mark.parametrize(("language", "said"), [("en", ENGLISH), ("de", GERMAN)])
def test_the_page_shows_the_plot_with_the_sentence_for_those_who_do_not_see_it(
    language: str, said: texts.Texts
) -> None:
    found = session(stances_over(300.0), part("last", LESS, NOTHING))
    page = build.render(found, language)
    told = change_sentence.sentence(found.summary.changes, DROP, said)
    root = reading.parsed(page)
    assert said("report.change.title") in [reading.words(one) for one in root.iter("h3")]
    assert told in [reading.words(one) for one in root.iter("p")]
    assert any(told in one.get("alt", "") for one in root.iter("img")), "as the words of the plot, too"
    assert page.count(said("report.change.certainty").split(".")[0]) == 1


def test_a_trend_in_a_run_with_feedback_may_come_from_it() -> None:
    trends = {"left": TrendSummary(-0.4, -0.6, -0.2), "right": TrendSummary(0.0, -0.1, 0.1)}
    found = session(stances_over(300.0), part("last", LESS, NOTHING), part("feedback", LESS, NOTHING), trends=trends)
    shown = changes.section(found, ENGLISH)
    assert shown is not None
    assert shown.notes == (ENGLISH("report.change.trend_or_feedback"), CERTAINTY)


def test_a_network_whose_errors_are_not_known_has_no_intervals_and_says_why() -> None:
    unknown = change(-2.3, None)
    shown = changes.section(session(stances_over(300.0), part("last", unknown, unknown), model=NO_ERRORS), ENGLISH)
    assert shown is not None
    assert shown.plot and shown.caption == "Line: mean of 10 stances of a side."
    assert shown.notes == (ENGLISH("report.no_interval"),)


def test_a_run_whose_camera_was_moved_at_once_has_one_line_and_no_plot() -> None:
    stances = [
        msgspec.structs.replace(stance, camera_moves=int(stance.midstance_s > 75.0)) for stance in stances_over(300.0)
    ]
    shown = changes.section(session(stances, part("last", *NEITHER, "camera")), ENGLISH)
    assert shown == changes.Section(SENTENCES["the camera was moved after the first part"][1])


def test_a_run_whose_camera_was_moved_later_is_drawn_until_then_without_a_table() -> None:
    stances = [
        msgspec.structs.replace(stance, camera_moves=int(stance.midstance_s > 200.0)) for stance in stances_over(300.0)
    ]
    shown = changes.section(session(stances, part("last", *NEITHER, "camera")), ENGLISH)
    assert shown is not None
    assert shown.sentence == SENTENCES["the camera was moved after the first part"][1]
    assert shown.plot and not shown.rows and shown.notes == (ENGLISH("report.change.certainty"),)


def test_a_run_that_is_too_short_says_so_in_one_line() -> None:
    page = build.render(session(stances_over(30.0)))
    assert ENGLISH("report.change.short") in page
    assert 'data-name="changes"' not in page and ENGLISH("report.change.certainty") not in page


def test_a_session_of_an_earlier_version_says_so_in_one_line() -> None:
    page = build.render(session(stances_over(300.0), version=3))
    assert ENGLISH("report.change.earlier") in page
    assert 'data-name="changes"' not in page and ENGLISH("report.change.short") not in page


def test_a_session_without_stances_has_no_such_section() -> None:
    assert ENGLISH("report.change.title") not in build.render(session([]))
