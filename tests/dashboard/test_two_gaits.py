"""The live screen where somebody walks and runs: all that it shows is of the gait that goes on now, and says so."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from runform_live.dashboard import change_model, number_model, status_model
from runform_live.dashboard.detail_model import rows
from runform_live.dashboard.model import DashboardModel
from runform_live.messages import (
    AtBlock,
    Band,
    CoachState,
    Cue,
    Feedback,
    Gait,
    MarkedBlock,
    Naming,
    Part,
    SourceState,
    Stance,
)
from tests.dashboard.test_model import gait, model
from tests.makers import stance

DROP = "pelvic_drop_mid_deg"
LIMITED = CoachState(muted=False, sound="", targets={DROP: Band(high=6.0)})
DOING = {"run": "running", "walk": "walking"}


def steps(of: Gait, from_s: float, count: int, left: float = 8.0) -> list[Stance]:
    """Stances of one gait, left first."""
    step_s = 0.36 if of == "run" else 0.55
    return [
        stance("left" if k % 2 == 0 else "right", from_s + k * step_s, left if k % 2 == 0 else 3.0, gait=of)
        for k in range(count)
    ]


def go(found: DashboardModel, stances: Sequence[Stance]) -> None:
    """Somebody goes so; the gait stage has said which gait it is."""
    for one in stances:
        found.take(gait(time_s=one.midstance_s, activity=DOING[one.gait], phase="running"), 0.0)
        found.take(one, 0.0)


def in_use(language: str = "en") -> DashboardModel:
    found = model(language)
    found.take(SourceState(state="open", text=""), 0.0)
    found.take(LIMITED, 0.0)
    return found


@pytest.mark.parametrize(
    ("language", "walking", "running"),
    [("en", "You are walking", "You are running"), ("de", "Du gehst", "Du läufst")],
)
def test_the_screen_says_which_gait_it_shows(language: str, walking: str, running: str) -> None:
    found = in_use(language)
    assert status_model.gait_words(found) == ""
    go(found, steps("walk", 1.0, 20))
    assert status_model.gait_words(found) == walking
    go(found, steps("run", 20.0, 20))
    assert status_model.gait_words(found) == running


def test_who_stands_sees_which_gait_the_last_figures_are_of() -> None:
    found = in_use()
    go(found, steps("walk", 1.0, 20))
    found.take(gait(time_s=20.0, activity="standing"), 0.0)
    assert status_model.gait_words(found) == "Figures of walking"
    assert status_model.cue_words(found) == "No cue yet"
    assert number_model.card(found, "left").value == "8.0°"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Standing", "Walking", "Running", "Moving")), ("de", ("Steht", "Geht", "Läuft", "In Bewegung"))],
)
def test_the_status_line_names_what_somebody_does(language: str, words: tuple[str, ...]) -> None:
    found = in_use(language)
    seen = []
    for at_s, activity in enumerate(("standing", "walking", "running", "moving")):
        found.take(gait(time_s=float(at_s), activity=activity), 0.0)
        seen.append(status_model.status(found, 0.0).words.split(",")[0])
    assert tuple(seen) == words


def test_after_a_switch_the_numbers_start_with_no_value_yet() -> None:
    found = in_use()
    go(found, steps("run", 1.0, 40, left=9.0))
    assert number_model.card(found, "left").value == "9.0°"
    found.take(gait(time_s=20.0, activity="walking"), 0.0)
    for side in ("left", "right"):
        assert (number_model.card(found, side).value, number_model.card(found, side).words) == ("–", "no stance yet")
    assert {row.left for row in rows(found)[:-1]} == {"–"}
    go(found, steps("walk", 20.5, 20, left=4.0))
    assert number_model.card(found, "left").value == "4.0°"
    go(found, steps("run", 40.0, 1, left=7.0))
    assert (number_model.card(found, "left").value, number_model.card(found, "left").words) == (
        "7.0°",
        "1 of 7 stances",
    )


def test_a_last_stance_of_running_that_is_told_during_the_walk_is_not_shown_in_it() -> None:
    found = in_use()
    go(found, steps("run", 1.0, 40, left=9.0))
    found.take(gait(time_s=16.0, activity="walking"), 0.0)
    found.take(stance("left", 15.6, 9.0), 0.0)
    assert number_model.card(found, "left").value == "–"
    assert found.stances == 41, "it counts all the same"


def test_stances_that_are_told_before_the_gait_stage_names_their_gait_are_shown_once_it_does() -> None:
    found = in_use()
    go(found, steps("run", 1.0, 20, left=9.0))
    for one in steps("walk", 9.0, 4, left=4.0):
        found.take(one, 0.0)
    assert number_model.card(found, "left").value == "9.0°"
    found.take(gait(time_s=11.5, activity="walking"), 0.0)
    assert (number_model.card(found, "left").value, number_model.card(found, "left").words) == (
        "4.0°",
        "2 of 7 stances",
    )


def test_the_chart_has_one_gait() -> None:
    found = in_use()
    go(found, steps("walk", 1.0, 10, left=4.0))
    go(found, steps("run", 8.0, 10, left=9.0))
    assert found.trend("left")[1] == [9.0] * 5
    found.take(gait(time_s=60.0, activity="walking"), 0.0)
    assert found.trend("left")[1] == [4.0] * 5


@pytest.mark.parametrize(
    ("language", "target"), [("en", "the target is for running"), ("de", "das Ziel gilt fürs Laufen")]
)
def test_a_target_for_running_judges_no_walking(language: str, target: str) -> None:
    found = in_use(language)
    go(found, steps("walk", 1.0, 40))
    card = number_model.card(found, "left")
    assert (card.value[0], card.judgement, card.words, card.zone) == ("8", "inside", "", (None, None))
    assert number_model.target_words(found, DROP) == target
    assert found.target(DROP).is_open
    go(found, steps("run", 40.0, 40))
    card = number_model.card(found, "left")
    assert (card.judgement, card.words, card.zone) == ("above", found.texts("live.above"), (None, 6.0))


def test_a_target_for_walking_judges_walking() -> None:
    found = in_use()
    found.take(CoachState(muted=False, sound="", targets={DROP: Band(high=6.0)}, target_gait="walk"), 0.0)
    go(found, steps("walk", 1.0, 40))
    assert number_model.card(found, "left").judgement == "above"
    go(found, steps("run", 40.0, 40))
    assert number_model.card(found, "left").judgement == "inside"
    assert number_model.target_words(found, DROP) == "the target is for walking"


def test_a_walk_is_not_compared_with_the_first_minute_of_running() -> None:
    found = in_use()
    go(found, steps("run", 1.0, 200, left=9.0))
    found.take(CoachState(muted=False, sound="", targets={}, reference_s=(0.8, 61.0), reference_left_s=0.0), 0.0)
    go(found, steps("run", 75.0, 20, left=7.0))
    assert "2.0° less" in number_model.change_words(found, "left").size
    go(found, steps("walk", 90.0, 20, left=4.0))
    assert number_model.change_words(found, "left") == change_model.ChangeWords("", "")
    assert {row.left_change for row in rows(found)} == {"–"}
    assert (
        change_model.above_table(found.since_first, found.texts, found.in_other_gait) == "changes: while running only"
    )
    go(found, steps("run", 110.0, 20, left=7.0))
    assert "2.0° less" in number_model.change_words(found, "left").size


def test_a_walk_within_the_first_minute_is_no_part_of_it() -> None:
    found = in_use()
    go(found, steps("run", 1.0, 80, left=9.0))
    go(found, steps("walk", 31.0, 40, left=20.0))
    go(found, steps("run", 60.0, 90, left=9.0))
    found.take(CoachState(muted=False, sound="", reference_s=(0.8, 92.0), reference_left_s=0.0), 0.0)
    assert found.since_first.mean("left", DROP) == pytest.approx(9.0)


def test_the_time_of_a_walk_is_that_of_walking() -> None:
    found = in_use()
    go(found, steps("walk", 1.0, 110))
    assert status_model.time_words(found) == "Walked 1:00"
    found.take(gait(time_s=100.0, activity="running", ran_s=12.0), 0.0)
    assert status_model.time_words(found) == "Time 0:12"


def test_in_the_other_gait_the_last_cue_is_gone_and_it_is_said_when_the_next_one_comes() -> None:
    found = in_use()
    go(found, steps("run", 1.0, 40))
    found.take(Cue(15.0, "Keep your belt level - left leg", "", DROP, "left", audible=True, latency_s=0.1), 0.0)  # type: ignore[misc]
    go(found, steps("walk", 20.0, 10))
    assert status_model.cue_words(found) == "You are walking: cues come when you run"
    go(found, steps("run", 40.0, 10))
    assert status_model.cue_words(found) == "No cue yet"


@pytest.mark.parametrize(
    "coach",
    [
        CoachState(muted=False, sound="", target_from="none"),
        CoachState(muted=False, sound="", targets={DROP: Band(high=6.0)}, feedback=Feedback("off")),
    ],
)
def test_no_cue_is_promised_where_none_is_wished(coach: CoachState) -> None:
    found = in_use()
    found.take(coach, 0.0)
    go(found, steps("walk", 20.0, 10))
    assert status_model.cue_words(found) == "No cue yet"


def test_who_walks_does_not_rest() -> None:
    found = in_use()
    found.take(gait(time_s=30.0, activity="walking", phase="paused"), 0.0)
    assert status_model.status(found, 0.0).words.startswith("Walking")


def planned(part: Part | None, feedback: bool, **changes: object) -> CoachState:
    """The coach within a planned session with a target for running."""
    block = AtBlock(part, feedback, 2, 4, 60.0, 100.0, 300.0)
    told = CoachState(muted=False, sound="", targets={DROP: Band(high=6.0)}, block=block, gives_feedback=feedback)
    return msgspec.structs.replace(told, **changes)


@pytest.mark.parametrize(
    ("coach", "words"),
    [
        (planned(None, False), "The session is done. Slow down when you like."),
        (planned("training", False), "Without feedback, 1:00 left"),
        (planned("warm_up", False), "Warm-up, 1:00 left"),
        (planned("training", True), "You are walking: cues come when you run"),
        (planned("training", False, marked=MarkedBlock(False, 10.0)), "no feedback in this block: run on your own"),
    ],
)
def test_no_cue_is_promised_to_a_walker_where_running_gives_none(coach: CoachState, words: str) -> None:
    found = in_use()
    found.take(coach, 0.0)
    go(found, steps("walk", 20.0, 10))
    assert status_model.cue_words(found) == words


def test_walking_is_no_trouble_and_does_not_hide_the_question_of_the_view() -> None:
    found = in_use()
    found.take(gait(activity="walking", phase="running", flags=("walking",)), 0.0)
    assert status_model.advice(found) == ""
    found.take(
        gait(
            activity="walking",
            phase="running",
            flags=("walking", "view_unsure"),
            naming=Naming("posterior", unsure=True),
        ),
        0.0,
    )
    assert status_model.advice(found) == "Is the camera behind you or in front of you?"
    found.take(gait(activity="walking", phase="running", flags=("walking", "low_light")), 0.0)
    assert status_model.advice(found) == found.texts("flag.low_light")
