"""What the last screen says of made sessions."""

from __future__ import annotations

import re
from dataclasses import replace

import msgspec
import pytest

from runform_live import texts
from runform_live.dashboard.end_model import EndWords, words
from runform_live.messages import VIEW_UNSURE, Stance
from runform_live.metrics import MAIN_METRIC
from runform_live.session.figures import ChangeSummary, MetricSummary, PartChange, RunPart, TrendSummary
from runform_live.session.reader import Session
from runform_live.session.target_comparison import compared_with_targets
from tests.dashboard.test_review_model import model, walked
from tests.makers import stances


def said(found: list[Stance], language: str = "en", **info: object) -> EndWords:
    session = model(found).session
    session = replace(session, info=msgspec.structs.replace(session.info, **info))
    return words(session, texts.load(language)[0])


def test_each_side_has_its_number_and_how_it_stands_to_its_target() -> None:
    told = said(stances(30, 8.0, 3.0))
    left, right = told.sides["left"], told.sides["right"]
    assert (left.title, left.value, left.words, left.warns) == ("◀ LEFT", "8.0°", "≈ 2.0° above target", False)
    assert (right.title, right.value, right.words, right.warns) == ("RIGHT ▶", "3.0°", "✓ in target", False)
    assert left.interval == "interval not known yet", "the made network has no error that is known"
    assert told.name == "Pelvic drop, midstance"
    assert told.measured == "30 stances in 0 min 10 s, cadence 167 /min, calibrated by standing"


def test_what_is_surely_outside_warns_and_has_an_arrow_of_its_direction() -> None:
    found = sure(model(stances(30, 8.0, 1.0)).session)
    found.info.config["coach"]["targets"] = {MAIN_METRIC: {"low": 2.0, "high": 6.0}}
    sides = words(found, texts.load("en")[0]).sides
    assert (sides["left"].words, sides["left"].warns) == ("▲ 2.0° above target", True)
    assert (sides["right"].words, sides["right"].warns) == ("▼ 1.0° below target", True)
    assert sides["left"].interval == "± 0.5°"


def test_few_stances_are_counted_and_not_judged() -> None:
    assert said(stances(8, 9.0, 9.0)).sides["left"].words == "4 of 7 stances"


def test_nothing_measured_is_said_and_has_no_number() -> None:
    told = said([])
    assert (told.measured, told.changed, told.more) == ("No stance was measured.", "not measured", "")
    assert [(card.value, card.words) for card in told.sides.values()] == [("–", "not measured")] * 2
    assert "page Doctor" in told.next and "runform" not in told.next


def test_without_fixed_targets_nothing_is_ranked() -> None:
    found = model(stances(20))
    found.session.info.config["coach"]["target_from"] = "none"
    assert compared_with_targets(found.session) == []
    told = words(found.session, texts.load("en")[0])
    assert told.next.startswith("No target was set") and told.sides["left"].words == ""


def test_pain_is_asked_of_clients_alone_and_what_was_said_before_is_told() -> None:
    assert said(stances(20)).pain is None
    assert said(stances(20), person_id="7f").pain == "Pain now, 0 to 10?"
    assert said(stances(20), person_id="7f", pain_before=0).pain == "Pain now, 0 to 10? (before: 0)"


@pytest.mark.parametrize("language", texts.languages())
def test_every_language_fills_every_word(language: str) -> None:
    for told in (said(stances(30, 8.0, 3.0), language, person_id="7f", pain_before=3), said([], language)):
        cards = [part for card in told.sides.values() for part in (card.title, card.value, card.interval, card.words)]
        lines = [told.measured, told.name, told.changed, told.more, told.next, told.pain or "", *cards]
        assert not any("{" in line or "end." in line for line in lines)
        assert told.measured and told.changed and told.next


@pytest.mark.parametrize("language", texts.languages())
def test_where_left_and_right_are_not_sure_nothing_names_a_side_for_sure(language: str) -> None:
    found = model(stances(30, 8.0, 3.0)).session
    summary = msgspec.structs.replace(found.summary, flags=[*found.summary.flags, VIEW_UNSURE])
    said = texts.load(language)[0]
    told = words(replace(found, summary=summary), said)
    assert told.next == said(f"flag.{VIEW_UNSURE}")
    assert all("?" in card.title for card in told.sides.values())
    lines = [told.changed, told.more, *(card.words for card in told.sides.values())]
    assert not any(re.search(r"\b(left|right|link|recht)", line, re.IGNORECASE) for line in lines)


def sure(session: Session) -> Session:
    """The same with intervals of the drop that are known, half a degree to each side."""
    sides = {
        side: metrics | {MAIN_METRIC: within(metrics[MAIN_METRIC])} for side, metrics in session.summary.sides.items()
    }
    return replace(session, summary=msgspec.structs.replace(session.summary, sides=sides))


def within(one: MetricSummary) -> MetricSummary:
    assert one.mean is not None
    return msgspec.structs.replace(one, ci95_low=one.mean - 0.5, ci95_high=one.mean + 0.5)


# -- how the run changed -------------------------------------------------------------------------------------------

NOBODY = ChangeSummary(None, None, None)


def part(
    name: str, left: ChangeSummary, right: ChangeSummary, first_s: float = 60.0, reasons: tuple[str, ...] = ()
) -> PartChange:
    """Some part of the run against the first one, of `first_s` seconds."""
    sides = {"left": {MAIN_METRIC: left}, "right": {MAIN_METRIC: right}}
    now = RunPart(name, ((60.0, 120.0),))  # type: ignore[arg-type]
    return PartChange(RunPart("first", ((0.0, first_s),)), now, sides, {}, NOBODY, reasons)


def by(change: float, half: float, sure: bool) -> ChangeSummary:
    return ChangeSummary(change, change - half, change + half, sure)


LESS, SAME = by(-2.3, 0.6, True), by(0.2, 0.7, False)


def told(
    *changes: PartChange, trends: dict | None = None, language: str = "en", flags: tuple[str, ...] = ()
) -> list[str]:
    """The sentence on what changed, and the lines below it."""
    session = model(stances(30, 8.0, 3.0)).session
    summary = msgspec.structs.replace(
        session.summary, changes=changes, trends=trends or {}, flags=[*session.summary.flags, *flags]
    )
    found = words(replace(session, summary=summary), texts.load(language)[0])
    return [found.changed, *found.more.splitlines()]


def test_the_change_is_told_from_first_to_last_with_feedback_and_without() -> None:
    assert told(
        part("last", by(-2.0, 0.8, True), SAME), part("feedback", LESS, SAME), part("no_feedback", by(-1.2, 0.7, True), SAME),
        part("block", LESS, LESS),
    ) == [
        "Last minute against the first: left 2.0° less (± 0.8°), right 0.2° more (± 0.7°, not sure)",
        "With feedback: left 2.3° less (± 0.6°), right 0.2° more (± 0.7°, not sure)",
        "Without feedback: left 1.2° less (± 0.7°), right 0.2° more (± 0.7°, not sure)",
    ]  # fmt: skip


def test_a_short_run_is_told_by_its_thirds() -> None:
    found = told(part("last", LESS, SAME, first_s=30.0))
    assert found[0].startswith("Last third of the run against the first: left 2.3° less (± 0.6°)")


def test_a_run_that_is_too_short_has_no_change() -> None:
    assert told() == ["The run was too short to compare its first part with its last."]


def test_a_change_of_nothing_of_an_unknown_interval_and_of_nobody_is_said_so() -> None:
    assert told(part("last", by(0.04, 0.6, False), ChangeSummary(1.0, None, None)), part("feedback", LESS, NOBODY)) == [
        "Last minute against the first: left the same (± 0.6°, not sure), right 1.0° more (how sure is not known)",
        "With feedback: left 2.3° less (± 0.6°), right not measured",
    ]


def test_what_is_not_compared_is_left_out_and_where_nothing_is_the_reason_is_said() -> None:
    moved = part("last", NOBODY, NOBODY, reasons=("camera",))
    assert told(moved) == ["The camera was moved during the run, so its parts are not compared."]
    unsure = part("last", NOBODY, NOBODY, reasons=("view",))
    assert told(unsure)[0].startswith("Left and right could not be told apart")
    assert told(moved, part("feedback", LESS, SAME))[0].startswith("With feedback")


def test_an_absence_is_said() -> None:
    found = told(part("last", LESS, SAME, reasons=("absence",)))
    assert found[1:] == ["You were away in between, so the changes are less sure."]


def trend_of(left: TrendSummary, right: TrendSummary) -> list[str]:
    trends = {"left": {MAIN_METRIC: left}, "right": {MAIN_METRIC: right}}
    return told(part("last", LESS, SAME), trends=trends)[1:]


def test_a_trend_that_leads_somewhere_is_told_by_the_minute() -> None:
    up, none, unknown = TrendSummary(0.3, 0.2, 0.4), TrendSummary(-0.1, -0.3, 0.1), TrendSummary(None, None, None)
    line = "From minute to minute: left 0.30° more each minute (± 0.10°), right no sure trend"
    assert trend_of(up, none) == [line]
    line = "From minute to minute: left 0.30° less each minute (± 0.10°), right not measured"
    assert trend_of(TrendSummary(-0.3, -0.4, -0.2), unknown) == [line]
    assert trend_of(none, unknown) == [], "a trend that is not sure is no news"


def test_a_sure_trend_is_told_however_small_it_is_by_the_minute() -> None:
    """Over an hour it is 2.8 deg."""
    assert trend_of(TrendSummary(0.047, 0.015, 0.079), TrendSummary(-0.047, -0.079, -0.015)) == [
        "From minute to minute: left 0.05° more each minute (± 0.03°), right 0.05° less each minute (± 0.03°)"
    ]


@pytest.mark.parametrize("language", texts.languages())
def test_every_language_tells_the_change_and_names_no_side_where_they_are_not_sure(language: str) -> None:
    changes = [part(name, LESS, SAME, reasons=("absence",)) for name in ("last", "feedback", "no_feedback")]
    trends = {side: {MAIN_METRIC: TrendSummary(0.3, 0.2, 0.4)} for side in ("left", "right")}
    found = told(*changes, trends=trends, language=language, flags=(VIEW_UNSURE,))
    assert len(found) == 5
    assert not any("{" in line or re.search(r"\b(left|right|link|recht)", line, re.IGNORECASE) for line in found)


def test_the_numbers_of_a_run_with_a_warm_up_are_of_running() -> None:
    told = said([*walked(20, 0.5), *(msgspec.structs.replace(one, midstance_s=one.midstance_s + 20.0,
        initial_contact_s=one.initial_contact_s + 20.0, toe_off_s=one.toe_off_s + 20.0) for one in stances(30, 8.0, 3.0))])  # fmt: skip
    assert told.sides["left"].value == "8.0°"
    assert told.measured == "30 stances in 0 min 10 s, cadence 167 /min, calibrated by standing"


def test_a_walk_is_not_held_against_a_target_of_running() -> None:
    told = said(walked(40, 0.5))
    assert (told.sides["left"].value, told.sides["left"].words) == ("20.0°", "")
    assert told.measured.startswith("40 stances in 0 min 20 s, cadence 120 /min")
    assert said(walked(40, 0.5), target_gait="walk").sides["left"].words == "≈ 14.0° above target"


@pytest.mark.parametrize(
    ("language", "title", "short", "longer"),
    [
        ("en", "Your walk", "The walk was too short to compare its first part with its last.", "Next time walk longer"),
        ("de", "Dein Gang", "Du bist zu kurz gegangen, um den Anfang mit dem Ende zu vergleichen.",
         "Geh das nächste Mal länger"),
    ],
)  # fmt: skip
def test_the_screen_speaks_of_a_walk_where_somebody_walked(language: str, title: str, short: str, longer: str) -> None:
    told = said(walked(40, 0.5), language)
    assert (told.title, told.changed) == (title, short)
    inside = said(walked(40, 0.5, left=2.0), language, target_gait="walk")
    assert longer in inside.next


def test_a_run_is_called_a_run() -> None:
    assert said(stances(20)).title == "Your run"
    assert said([*walked(6, 0.5), *stances(20)]).title == "Your run", "walking was the warm-up"
