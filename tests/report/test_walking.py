"""The report of somebody who walked and ran: running findings, and a short walking part that shares no stance with them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import pytest

from runform_live import texts
from runform_live.gait.by_gait import of_gait
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import SIDES, Band, Stance
from runform_live.report import before_after, build, findings
from runform_live.report.changes import section
from runform_live.report.clinical import clinician_part
from runform_live.report.content import ClinicianPart
from runform_live.report.document import Heading, KeyFigures, Listing, Paragraph, Table, walked
from runform_live.session.gait_part import main_part, walking_part
from runform_live.session.reader import Session
from runform_live.session.summary import summarise
from tests.makers import stance
from tests.report import makers

EN = texts.load("en")[0]
DROP = "pelvic_drop_mid_deg"


def walking_stances(from_s: float, count: int, left: float, right: float) -> list[Stance]:
    found = []
    for k in range(count):
        side, middle_s = SIDES[k % 2], from_s + 0.55 * k
        found.append(
            stance(
                side, middle_s, left if side == "left" else right, gait="walk", double_support_s=0.11, contact_time_s=0.66,
                initial_contact_s=middle_s - 0.33, toe_off_s=middle_s + 0.33,
            )
        )  # fmt: skip
    return found


def with_walking(session: Session, walking: list[Stance], flags: tuple[str, ...] = ()) -> Session:
    """The session with what was walked after it."""
    rows = sorted([*session.stances, *walking], key=lambda one: one.midstance_s)
    model = session.info.model
    errors = InstrumentErrors(model.instrument_sd_deg, None, 0.0, walking_sd=model.walking_sd_deg)
    return dataclasses.replace(session, stances=rows, summary=summarise(rows, errors, True, "posterior", flags))


RAN = makers.two_sided(8.0, 2.0)
BOTH = with_walking(RAN, walking_stances(30.0, 60, 3.0, 9.0))
WALKED = with_walking(dataclasses.replace(RAN, stances=[]), walking_stances(1.0, 60, 3.0, 9.0), ("walking",))


def blocks_of(session: Session, language: str = "en") -> list[object]:
    return list(walked(build.document(session, language)[0].blocks))


def test_walking_beside_a_run_changes_none_of_the_findings() -> None:
    both, alone = findings.of(BOTH), findings.of(RAN)
    assert (
        (both.verdict, both.side, both.gait) == (alone.verdict, alone.side, alone.gait) == ("one_side", "left", "run")
    )


def test_the_walking_part_has_findings_of_its_own() -> None:
    part = walking_part(BOTH)
    assert part is not None
    found = findings.of(part)
    assert (found.verdict, found.side, found.gait) == ("one_side", "right", "walk")


def test_the_part_of_a_gait_holds_that_gait_alone() -> None:
    part = walking_part(BOTH)
    assert part is not None and {one.gait for one in part.stances} == {"walk"}
    assert {one.gait for one in main_part(BOTH).stances} == {"run"}
    assert main_part(RAN) is RAN and walking_part(RAN) is None
    assert walking_part(WALKED) == main_part(WALKED) and main_part(WALKED).stances == WALKED.stances


def test_targets_of_a_run_are_not_held_against_its_walking() -> None:
    session = dataclasses.replace(BOTH, info=msgspec.structs.replace(BOTH.info, targets={DROP: (None, 5.0)}))
    part = walking_part(session)
    assert part is not None and part.info.bands() == {}
    assert main_part(session).info.bands() == {DROP: Band(high=5.0)}


def test_targets_of_walking_are_not_held_against_a_run() -> None:
    info = msgspec.structs.replace(BOTH.info, targets={DROP: (None, 5.0)}, target_gait="walk")
    session = dataclasses.replace(BOTH, info=info)
    part = walking_part(session)
    assert part is not None and part.info.bands() == {DROP: Band(high=5.0)}
    assert main_part(session).info.bands() == {}
    assert findings.of(session).over == ()


def test_the_report_has_a_short_walking_part() -> None:
    blocks = blocks_of(BOTH)
    assert Heading(EN("report.walking.title"), 3) in blocks
    (table,) = (one for one in blocks if isinstance(one, Table) and one.name == "walking")
    names = [row[0] for row in table.rows]
    assert names == [
        "Pelvic drop, midstance", "Hip adduction, midstance", "Knee valgus (FPPA), midstance", "Trunk lean, midstance",
        "Contact time", "Step width (hip widths)", "Double support",
    ]  # fmt: skip
    assert table.rows[0][1].startswith("3.0") and table.rows[0][3].startswith("9.0")
    assert table.rows[-1][1].startswith("0.110 s")
    listed = [line for one in blocks if isinstance(one, Listing) for line in one.lines]
    assert sum("larger on the right leg" in line for line in listed) == 1
    words = [one.words for one in blocks if isinstance(one, Paragraph)]
    assert any("0:33 min of this session were walked: 60 stances, cadence 109" in line for line in words)


def test_all_other_figures_of_the_report_are_those_of_the_run() -> None:
    (figures,) = (one for one in blocks_of(BOTH) if isinstance(one, Table) and one.name == "figures")
    (alone,) = (one for one in blocks_of(RAN) if isinstance(one, Table) and one.name == "figures")
    assert figures.rows == alone.rows
    assert section(BOTH, EN) == section(RAN, EN)


def test_the_head_tells_seconds_run_and_walked_apart() -> None:
    assert "0:14 min run, 0:33 min walked · 40 stances" in build.head(BOTH, EN)
    assert "0:14 min · 40 stances" in build.head(RAN, EN)
    assert "0:33 min · 60 stances" in build.head(WALKED, EN)


def test_a_report_of_walking_alone_tells_double_support_of_each_leg_and_no_flight() -> None:
    document, _ = build.document(WALKED)
    assert document.title == EN("report.page.title_walking")
    blocks = list(walked(document.blocks))
    names = [one.name for block in blocks if isinstance(block, KeyFigures) for one in block.figures]
    assert {"Double support, left", "Double support, right"} <= set(names)
    assert EN("report.page.flight") not in names
    assert Heading(EN("report.walking.title"), 3) not in blocks
    (table,) = (one for one in blocks if isinstance(one, Table) and one.name == "figures")
    assert table.rows[-1][0] == "Double support"


def test_a_report_of_a_run_has_no_row_of_double_support() -> None:
    (table,) = (one for one in blocks_of(RAN) if isinstance(one, Table) and one.name == "figures")
    assert "Double support" not in [row[0] for row in table.rows]


def clinical(session: Session, language: str = "en") -> ClinicianPart:
    said = texts.load(language)[0].of_walking()
    return clinician_part(session, findings.of(session), said)


def test_a_walk_of_two_minutes_is_not_told_to_be_longer() -> None:
    longer = "Record two minutes or more"
    whole = dataclasses.replace(RAN, stances=[])
    short, long = (with_walking(whole, walking_stances(1.0, count, 3.0, 9.0), ("walking",)) for count in (200, 240))
    assert any(line.startswith(longer) for line in clinical(short).next_film)
    assert not any(line.startswith(longer) for line in clinical(long).next_film)


def test_walking_whose_errors_nobody_measured_has_no_interval_and_the_report_says_so() -> None:
    model = msgspec.structs.replace(RAN.info.model, walking_sd_deg={})
    base = dataclasses.replace(RAN, stances=[], info=msgspec.structs.replace(RAN.info, model=model))
    unknown = with_walking(base, walking_stances(1.0, 60, 3.0, 9.0), ("walking",))
    assert EN("report.clinical.limit.no_interval") in clinical(unknown).limits
    assert EN("report.clinical.limit.instrument") not in clinical(unknown).limits
    assert Paragraph(EN("report.no_interval"), "quiet") in blocks_of(unknown)
    assert EN("report.clinical.limit.instrument") in clinical(WALKED).limits
    assert Paragraph(EN("report.interval"), "quiet") in blocks_of(WALKED)


def paragraphs_of_two(before: Session, after: Session) -> tuple[str, list[str]]:
    document = before_after.document(before, after)[0]
    return document.title, [one.words for one in walked(document.blocks) if isinstance(one, Paragraph)]


def test_a_run_and_a_walk_have_no_finding_before_and_after() -> None:
    assert WALKED.summary.gait != RAN.summary.gait
    title, words = paragraphs_of_two(RAN, WALKED)
    assert title == EN("report.page.before_after")
    assert not any(one.startswith(("Before: ", "Before and after")) or not one for one in words)
    title, words = paragraphs_of_two(WALKED, WALKED)
    assert title == "Walking form: before and after"
    assert any(one.startswith("Before and after, the finding is the same") for one in words)


@pytest.mark.parametrize("language", texts.languages())
def test_the_walking_part_is_there_in_each_language(language: str) -> None:
    title = texts.load(language)[0]("report.walking.title")
    assert Heading(title, 3) in blocks_of(BOTH, language)


def test_walking_stances_beside_a_run_are_kept_in_the_session_itself() -> None:
    assert len(of_gait(BOTH.stances, "walk")) == 60


def test_the_report_of_two_sessions_compares_their_walking_apart() -> None:
    later = dataclasses.replace(BOTH, folder=Path("y"), info=msgspec.structs.replace(BOTH.info, id="y"))
    blocks = list(walked(before_after.document(BOTH, later)[0].blocks))
    tables = {one.name: one for one in blocks if isinstance(one, Table)}
    assert tables["change"].rows[0][2].startswith("8.0")
    assert tables["change-walking"].rows[0][2].startswith("3.0")
    alone = list(walked(before_after.document(RAN, later)[0].blocks))
    assert "change-walking" not in {one.name for one in alone if isinstance(one, Table)}


@pytest.mark.parametrize("language", texts.languages())
def test_a_report_of_walking_alone_speaks_of_walking(language: str) -> None:
    said, plain = texts.load(language)[0].of_walking(), texts.load(language)[0]
    titles = {block.words for block in blocks_of(WALKED, language) if isinstance(block, Heading)}
    assert said("report.change.title") in titles and plain("report.change.title") not in titles
    assert said("report.page.cues") in titles and plain("report.page.cues") not in titles
