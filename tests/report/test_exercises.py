"""Which exercises a report names, for whom, and how sure it says to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from runform_live import texts
from runform_live.errors import BadInput
from runform_live.gait.instrument import Instrument
from runform_live.messages import VIEW_UNSURE
from runform_live.report import build, exercises
from runform_live.session.reader import Session
from runform_live.session.summary import summarise
from tests.dashboard.test_review_model import model
from tests.makers import stances

HEADING = texts.load("en")[0]("report.strength")


def session(drop_left: float, drop_right: float, instrument_sd_deg: float | None = None, count: int = 40) -> Session:
    """A run against the shipped targets (drop up to 6)."""
    found = stances(count, drop_left, drop_right)
    made = model(found).session
    sd = {} if instrument_sd_deg is None else {"pelvic_drop_mid_deg": instrument_sd_deg}
    summary = summarise(found, Instrument(sd, None, 0.0), True, "posterior", [])
    return Session(made.folder, made.info, found, [], summary)


def test_a_leg_above_its_target_gets_the_exercises_with_their_sources() -> None:
    page = build.render(session(8.0, 3.0))
    assert HEADING in page
    assert "Pelvic drop, midstance, left leg: 8.0°, outside the target by 2.0°" in page
    assert "midstance, right leg" not in page.split(HEADING)[1].split("<table>")[0]
    for one in exercises.shipped().exercise:
        assert one.source in page


@pytest.mark.parametrize(
    ("sd_deg", "count", "word"), [(0.3, 40, "sure"), (3.0, 40, "unsure"), (None, 40, "unsure"), (0.3, 8, "unsure")]
)
def test_it_is_sure_only_with_the_whole_interval_of_enough_stances(sd_deg: float | None, count: int, word: str) -> None:
    page = build.render(session(8.0, 3.0, sd_deg, count))
    said = texts.load("en")[0]
    other = {"sure": "unsure", "unsure": "sure"}[word]
    assert f"({said(f'report.{word}')})" in page and f"({said(f'report.{other}')})" not in page


@pytest.mark.parametrize("drops", [(4.0, 3.0), (-9.0, -9.0)])
def test_who_is_inside_or_below_gets_none(drops: tuple[float, float]) -> None:
    assert HEADING not in build.render(session(*drops))


@pytest.mark.parametrize("language", texts.languages())
def test_every_language_has_the_words_of_every_exercise(language: str) -> None:
    said = texts.load(language)[0]
    page = build.render(session(8.0, 3.0), language)
    for one in exercises.shipped().exercise:
        assert said(f"exercise.{one.name}.how") in page


def test_a_damaged_file_is_said_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "exercises.toml"
    with pytest.raises(BadInput, match="cannot be read"):
        exercises.read(path)
    path.write_bytes(b'metrics = ["\xff"]')
    with pytest.raises(BadInput, match="not valid TOML"):
        exercises.read(path)
    path.write_text('metrics = ["pelvic_tilt"]\nexercise = []')
    with pytest.raises(BadInput, match="no metric 'pelvic_tilt'"):
        exercises.read(path)
    path.write_text('metrics = []\n[[exercise]]\nname = "clam"')
    with pytest.raises(BadInput, match="source"):
        exercises.read(path)


@pytest.mark.parametrize("language", texts.languages())
def test_where_left_and_right_are_not_sure_the_report_says_so_and_gives_no_leg_an_exercise(language: str) -> None:
    made = session(8.0, 3.0)
    made.summary.flags.append(VIEW_UNSURE)
    page, said = build.render(made, language), texts.load(language)[0]
    assert said(f"flag.{VIEW_UNSURE}") in page and said("unsure.status.posterior") in page
    assert said("leg.left") not in page and said("leg.right") not in page
    assert said("unsure.report.strength_why") in page and said("report.strength_why") not in page
    assert f">{said('unsure.report.left')}<" in page and f">{said('report.left')}<" not in page
