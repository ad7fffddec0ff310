"""Which exercises a report names, for whom, in what dose; and that its file is checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runform_live import texts
from runform_live.errors import BadInput
from runform_live.messages import VIEW_UNSURE
from runform_live.report import exercises, findings, plan, rules
from tests.report.makers import two_sided

EN = texts.load("en")[0]
SHIPPED = exercises.shipped().exercise
EXERCISE = """
[[exercise]]
name = "clam"
metrics = ["pelvic_drop_mid_deg"]
muscles = ["gluteus_maximus"]
sets = 3
repetitions = [8, 12]
days_a_week = 3
dose_basis = "practice"
source = "x"
"""


def test_a_side_that_stands_out_gets_the_whole_plan_with_that_leg_first() -> None:
    cards = plan.cards(findings.of(two_sided(8.0, 2.0)), EN)
    assert [one.name for one in cards] == [one.name for one in SHIPPED]
    assert {one.side for one in cards} == {"Left leg first, with one set more"}
    assert cards[0].dose == "3 sets of 8 to 12 on each leg, 3 days a week. When 12 are easy, make it harder."
    assert cards[0].muscles == "Gluteus medius and minimus, Gluteus maximus"


def test_both_sides_get_the_same_exercises_and_no_leg_first() -> None:
    cards = plan.cards(findings.of(two_sided(8.0, 8.0, (20.5, 20.5))), EN)
    assert cards and {one.side for one in cards} == {""}


@pytest.mark.parametrize(
    "found",
    [
        two_sided(1.0, 1.0), two_sided(4.0, 2.0), two_sided(count=10), two_sided(sd_deg=None), two_sided(calibrated=False),
        two_sided(flags=(VIEW_UNSURE,)), two_sided(flags=("wrong_view",)), two_sided(count=0),
    ],
    ids=["level", "not sure", "few", "no interval", "not calibrated", "view unsure", "wrong view", "nothing"],
)  # fmt: skip
def test_who_is_level_or_not_sure_gets_none(found: object) -> None:
    assert (
        plan.cards(findings.of(found), EN)
        == plan.cues(findings.of(found), EN)
        == plan.muscles(findings.of(found), EN)
        == ()
    )  # type: ignore[arg-type]


def test_every_exercise_names_known_muscles_that_a_finding_may_point_to() -> None:
    suggested = {one.name for one in rules.shipped().muscles if one.told == "suggested"}
    assert {name for one in SHIPPED for name in one.muscles} <= suggested


def test_a_dose_that_no_trial_tested_is_said_to_be_common_practice() -> None:
    assert all(one.dose_basis == "practice" for one in SHIPPED)
    assert "did not test them" in EN("report.plan.practice")


def test_every_figure_about_a_muscle_is_one_of_its_source() -> None:
    """The shares of maximal contraction, and the number of studies, that the sources give."""
    known = {"81", "40", "48", "62", "23", "10"}
    for language in texts.languages():
        said = texts.load(language)[0]
        for one in SHIPPED:
            words = said(f"exercise.{one.name}.why") + said(f"exercise.{one.name}.harder")
            assert set(re.findall(r"\d+", words)) <= known, (language, one.name)


@pytest.mark.parametrize("language", texts.languages())
def test_every_language_has_the_words_of_every_exercise(language: str) -> None:
    table = texts.read(texts.folder() / f"{language}.toml").table
    for one in SHIPPED:
        assert all(table[f"exercise.{one.name}.{part}"] for part in ("title", "how", "why", "harder", "easier"))
    named = {key.split(".")[1] for key in table if key.startswith("exercise.")}
    assert named == {one.name for one in SHIPPED}, "no words of an exercise that is gone"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"pelvic_drop_mid_deg"', '"pelvic_tilt"', "no metric 'pelvic_tilt'"),
        ('source = "x"', "", "source .* is missing"),
        ('source = "x"', 'source = ""', "source"),
        ("[8, 12]", "[12, 8]", "first number must not be larger"),
        ("[8, 12]", "[0, 8]", "between 1 and 100"),
        ("sets = 3", "sets = 30", "between 1 and 10"),
        ('"practice"', '"trial"', "must name the trial"),
        ('"practice"', '"guess"', '"practice" or "trial"'),
    ],
)
def test_a_damaged_file_is_said_in_one_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "exercises.toml"
    path.write_text(EXERCISE, encoding="utf-8")
    assert exercises.read(path).exercise[0].name == "clam"
    path.write_text(EXERCISE.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput, match=message) as trouble:
        exercises.read(path)
    assert "\n" not in str(trouble.value)


def test_a_missing_or_unreadable_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "exercises.toml"
    with pytest.raises(BadInput, match="cannot be read"):
        exercises.read(path)
    path.write_bytes(b'exercise = ["\xff"]')
    with pytest.raises(BadInput, match="not valid TOML"):
        exercises.read(path)
