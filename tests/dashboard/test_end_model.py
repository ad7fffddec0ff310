"""What the last screen says of made sessions."""

from __future__ import annotations

import re
from dataclasses import replace

import msgspec
import pytest

from runform_live import texts
from runform_live.dashboard.end_model import lines
from runform_live.messages import MAIN_METRIC, VIEW_UNSURE
from runform_live.session.against import against_targets
from runform_live.session.schema import ChangeSummary, PartChange, RunPart, TrendSummary
from tests.dashboard.test_review_model import model
from tests.makers import stances


def said(found: list, language: str = "en") -> dict[str, str]:
    return dict(lines(model(found).session, texts.load(language)[0]))


def test_the_worst_side_is_named_with_how_far_outside_and_what_to_think_of() -> None:
    rows = said(stances(30, 8.0, 3.0))
    assert rows["Most to gain"] == "Pelvic drop, midstance, left leg: 8.0°, outside the target by 2.0°"
    assert rows["What next"] == "Next time think of: Keep your belt level - left leg"
    assert rows["Best"].endswith("inside the target by 6.0°"), "the knees of the made stances"
    assert rows["Measured"].startswith("30 stances in 0 min 10 s, cadence 167")


def test_all_inside_is_said_and_there_is_no_worst() -> None:
    rows = said(stances(30, 4.0, 3.0))
    assert "Most to gain" not in rows
    assert rows["What next"].startswith("All targets are met")


def test_below_the_lower_limit_the_cue_is_that_of_its_direction() -> None:
    found = model(stances(30, 1.0, 3.0))
    found.session.info.config["coach"]["targets"] = {"pelvic_drop_mid_deg": {"low": 2.0, "high": 6.0}}
    assert dict(lines(found.session, texts.load("en")[0]))["What next"].endswith("Let your hips move - left leg")


def test_few_stances_are_said_to_be_unsure() -> None:
    assert "fewer than 7 stances" in said(stances(8))["How sure"]


def test_nothing_measured_is_said_with_what_to_do() -> None:
    rows = said([])
    assert rows["Measured"] == "No stance was measured."
    assert "runform doctor" in rows["What next"]


@pytest.mark.parametrize("language", texts.languages())
def test_every_language_fills_every_row(language: str) -> None:
    assert all(
        heading and sentence and "{" not in sentence
        for heading, sentence in said(stances(30, 8.0, 3.0), language).items()
    )


def test_without_fixed_targets_nothing_is_ranked() -> None:
    found = model(stances(20))
    found.session.info.config["coach"]["target_from"] = "none"
    assert against_targets(found.session) == []
    assert dict(lines(found.session, texts.load("en")[0]))["What next"].startswith("No target was set")


@pytest.mark.parametrize("language", texts.languages())
def test_where_left_and_right_are_not_sure_no_row_names_a_side(language: str) -> None:
    found = model(stances(30, 8.0, 3.0)).session
    summary = msgspec.structs.replace(found.summary, flags=[*found.summary.flags, VIEW_UNSURE])
    said = texts.load(language)[0]
    rows = dict(lines(replace(found, summary=summary), said))
    sure = said("end.sure")
    assert said(f"flag.{VIEW_UNSURE}") in rows.pop(sure)
    assert said("leg.one") in rows[said("end.worst")] and said("leg.one") in rows[said("end.next")]
    assert not any(re.search(r"\b(left|right|link|recht)", row, re.IGNORECASE) for row in rows.values())


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
) -> dict[str, str]:
    session = model(stances(30, 8.0, 3.0)).session
    summary = msgspec.structs.replace(
        session.summary, changes=changes, trends=trends or {}, flags=[*session.summary.flags, *flags]
    )
    return dict(lines(replace(session, summary=summary), texts.load(language)[0]))


def test_the_change_is_told_from_first_to_last_with_feedback_and_without() -> None:
    rows = told(
        part("last", by(-2.0, 0.8, True), SAME), part("feedback", LESS, SAME), part("no_feedback", by(-1.2, 0.7, True), SAME),
        part("block", LESS, LESS),
    )  # fmt: skip
    assert rows["Change in this run"].splitlines() == [
        "Last minute against the first: left 2.0° less (± 0.8°), right 0.2° more (± 0.7°, not sure)",
        "With feedback: left 2.3° less (± 0.6°), right 0.2° more (± 0.7°, not sure)",
        "Without feedback: left 1.2° less (± 0.7°), right 0.2° more (± 0.7°, not sure)",
    ]


def test_a_short_run_is_told_by_its_thirds() -> None:
    found = told(part("last", LESS, SAME, first_s=30.0))["Change in this run"]
    assert found.startswith("Last third of the run against the first: left 2.3° less (± 0.6°)")


def test_a_run_that_is_too_short_has_no_change() -> None:
    assert "Change in this run" not in told() and "From minute to minute" not in told()


def test_a_change_of_nothing_of_an_unknown_interval_and_of_nobody_is_said_so() -> None:
    found = told(part("last", by(0.04, 0.6, False), ChangeSummary(1.0, None, None)), part("feedback", LESS, NOBODY))
    assert found["Change in this run"].splitlines() == [
        "Last minute against the first: left the same (± 0.6°, not sure), right 1.0° more (how sure is not known)",
        "With feedback: left 2.3° less (± 0.6°), right not measured",
    ]


def test_what_is_not_compared_is_left_out_and_where_nothing_is_the_reason_is_said() -> None:
    moved = part("last", NOBODY, NOBODY, reasons=("camera",))
    assert told(moved)["Change in this run"] == "The camera was moved during the run, so its parts are not compared."
    unsure = part("last", NOBODY, NOBODY, reasons=("view",))
    assert told(unsure)["Change in this run"].startswith("Left and right could not be told apart")
    assert told(moved, part("feedback", LESS, SAME))["Change in this run"].startswith("With feedback")


def test_an_absence_is_said() -> None:
    found = told(part("last", LESS, SAME, reasons=("absence",)))["Change in this run"]
    assert found.endswith("\nYou were away in between, so the changes are less sure.")


def test_the_trend_of_a_long_run_is_told_by_the_minute() -> None:
    trends = {"left": {MAIN_METRIC: TrendSummary(0.3, 0.2, 0.4)}, "right": {MAIN_METRIC: TrendSummary(-0.1, -0.3, 0.1)}}
    assert told(trends=trends)["From minute to minute"] == "left 0.30° more each minute (± 0.10°), right no sure trend"
    falls = {
        "left": {MAIN_METRIC: TrendSummary(-0.3, -0.4, -0.2)},
        "right": {MAIN_METRIC: TrendSummary(None, None, None)},
    }
    assert told(trends=falls)["From minute to minute"] == "left 0.30° less each minute (± 0.10°), right not measured"


def test_a_sure_trend_is_told_however_small_it_is_by_the_minute() -> None:
    """Over an hour it is 2.8 deg."""
    little = {
        "left": {MAIN_METRIC: TrendSummary(0.047, 0.015, 0.079)},
        "right": {MAIN_METRIC: TrendSummary(-0.047, -0.079, -0.015)},
    }
    assert told(trends=little)["From minute to minute"] == (
        "left 0.05° more each minute (± 0.03°), right 0.05° less each minute (± 0.03°)"
    )


@pytest.mark.parametrize("language", texts.languages())
def test_every_language_tells_the_change_and_names_no_side_where_they_are_not_sure(language: str) -> None:
    changes = [part(name, LESS, SAME, reasons=("absence",)) for name in ("last", "feedback", "no_feedback")]
    trends = {side: {MAIN_METRIC: TrendSummary(0.3, 0.2, 0.4)} for side in ("left", "right")}
    said = texts.load(language)[0]
    rows = told(*changes, trends=trends, language=language, flags=(VIEW_UNSURE,))
    for heading in ("end.changed", "end.trend"):
        assert "{" not in rows[said(heading)]
        assert not re.search(r"\b(left|right|link|recht)", rows[said(heading)], re.IGNORECASE)
