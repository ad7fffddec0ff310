"""Choosing what a run is measured against."""

from __future__ import annotations

import msgspec
import pytest

from runform_live import config, texts
from runform_live.config import CoachSettings
from runform_live.dashboard.goals_model import STEP, GoalsModel
from runform_live.messages import Band
from runform_live.session.earlier import EarlierRun

DROP, KNEE = "pelvic_drop_mid_deg", "knee_valgus_mid_deg"
COACH = config.load().coach
EARLIER = [EarlierRun("2026-03-01T10:00:00+01:00", (9.0, 7.0))]


def goals(language: str = "en", settings: CoachSettings = COACH) -> GoalsModel:
    return GoalsModel(settings, DROP, EARLIER, texts.load(language)[0])


def test_the_first_minute_settings_an_earlier_run_and_nothing_are_offered() -> None:
    sources = [goals().choose(line).source for line in range(4)]  # type: ignore[union-attr]
    assert sources == ["baseline", "settings", "chosen", "none"]
    assert goals().choose(4) is None and goals().choose(-1) is None


@pytest.mark.parametrize(
    ("language", "metric", "words"),
    [
        ("en", DROP, "your first minute from now on, then 2° less on the side that drops further"),
        ("de", DROP, "deine erste Minute ab jetzt, danach 2° weniger auf der Seite, die weiter absinkt"),
        ("en", KNEE, "your first minute from now on, then 2° less on the side where the angle is larger"),
        ("de", KNEE, "deine erste Minute ab jetzt, danach 2° weniger auf der Seite mit dem größeren Winkel"),
    ],
)
def test_the_first_line_says_what_happens_and_is_about_the_trained_angle_only(
    language: str, metric: str, words: str
) -> None:
    first = GoalsModel(COACH, metric, [], texts.load(language)[0])
    assert first.goals[0].words == words
    request = first.choose(0)
    assert request is not None and request.source == "baseline" and request.bands == {metric: Band()}


def test_an_earlier_run_gives_a_limit_below_its_worse_side() -> None:
    request = goals().choose(2)
    assert request is not None
    assert request.bands == {DROP: Band(high=9.0 - COACH.baseline_change_deg)}, "and no limit that nobody has given"
    assert "2026-03-01" in request.words and "9.0°" in request.words


def test_an_earlier_run_leaves_the_other_limits_that_a_clinician_gave() -> None:
    request = goals(settings=msgspec.structs.replace(COACH, target_from="settings")).choose(2)
    assert request is not None
    assert request.bands[DROP] == Band(high=9.0 - COACH.baseline_change_deg)
    assert request.bands[KNEE].high == COACH.targets[KNEE].high


def test_the_limit_is_moved_from_where_it_is_and_from_the_usual_where_there_is_none() -> None:
    assert goals().move({DROP: Band(1.0, 4.0)}, up=True).bands[DROP] == Band(1.0, 4.0 + STEP)
    usual = COACH.targets[DROP].high
    assert usual is not None
    moved = goals().move({}, up=False)
    assert moved.bands == {DROP: Band(high=usual - STEP)} and moved.source == "chosen"


def test_a_metric_without_a_target_starts_from_what_is_measured() -> None:
    hip = GoalsModel(COACH, "hip_adduction_mid_deg", [], texts.load("en")[0], worse_mean=12.7)
    assert hip.goals[1].words == "as set: no target"
    assert hip.move({}, up=False).bands == {"hip_adduction_mid_deg": Band(high=12.5 - STEP)}


@pytest.mark.parametrize("language", texts.languages())
def test_every_line_has_words(language: str) -> None:
    assert all(goal.words and "{" not in goal.words for goal in goals(language).goals)


def test_a_limit_is_not_moved_down_to_the_lower_end() -> None:
    assert goals().move({DROP: Band(3.0, 4.0)}, up=False).bands[DROP] == Band(3.0, 3.0 + STEP)
    assert goals().move({DROP: Band(3.0, 3.0 + STEP)}, up=False).bands[DROP] == Band(3.0, 3.0 + STEP)
