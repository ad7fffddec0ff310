"""What the last screen says of made sessions."""

from __future__ import annotations

import re
from dataclasses import replace

import msgspec
import pytest

from runform_live import texts
from runform_live.dashboard.end_model import lines
from runform_live.messages import VIEW_UNSURE
from runform_live.session.against import against_targets
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
