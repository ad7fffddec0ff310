"""The cards of the page of goals: what follows from each choice, and which one is in force."""

from __future__ import annotations

import msgspec
import pytest

from runform_live import config, texts
from runform_live.config import CoachSettings
from runform_live.dashboard.goals_cards_model import GoalCard, cards
from runform_live.dashboard.goals_model import GoalsModel
from runform_live.messages import Band, CoachState, Feedback, FeedbackMode
from runform_live.session.earlier import EarlierRun

DROP, HIP = "pelvic_drop_mid_deg", "hip_adduction_mid_deg"
COACH = config.load().coach
RUNS = [EarlierRun("2026-03-08T10:00:00+01:00", (8.0, 7.0)), EarlierRun("2026-03-01T10:00:00+01:00", (9.0, 7.0))]
NOW = CoachState(muted=False, sound="", targets={DROP: Band(high=6.0)}, target_from="settings")


def shown(
    coach: CoachState = NOW, runs: list[EarlierRun] = RUNS, metric: str = DROP, settings: CoachSettings = COACH,
    language: str = "en", halves: tuple[float, float] | None = (2.6, 1.0),
) -> dict[str, GoalCard]:  # fmt: skip
    said = texts.load(language)[0]
    return {card.kind: card for card in cards(GoalsModel(settings, metric, runs, said), coach, said, halves)}


def chosen(coach: CoachState) -> list[str]:
    return [kind for kind, card in shown(coach).items() if card.chosen]


def now(**other: object) -> CoachState:
    return msgspec.structs.replace(NOW, **other)


def test_each_card_has_its_number_and_the_line_that_a_click_chooses() -> None:
    found = shown()
    assert {kind: (card.line, card.number) for kind, card in found.items()} == {
        "baseline": (0, "−2.0°"),
        "limit": (1, "6.0°"),
        "earlier": (2, "6.0°"),
        "none": (4, ""),
    }
    assert list(shown(runs=[])) == ["baseline", "limit", "none"]


def test_one_card_is_in_force_whatever_the_targets_come_from() -> None:
    assert chosen(NOW) == ["limit"]
    assert chosen(now(target_from="baseline", targets={})) == ["baseline"]
    assert chosen(now(target_from="none", targets={})) == ["none"]
    assert chosen(now(target_from="chosen", targets={DROP: Band(high=7.0)})) == ["earlier"]
    assert chosen(now(target_from="chosen", targets={DROP: Band(high=5.5)})) == ["limit"]


def test_of_several_earlier_runs_the_one_in_force_is_shown_and_each_can_be_chosen() -> None:
    card = shown(now(target_from="chosen", targets={DROP: Band(high=7.0)}))["earlier"]
    assert (card.line, card.number) == (3, "7.0°") and "2026-03-01" in card.title
    assert [(one.line, one.label, one.chosen) for one in card.choices] == [
        (2, "2026-03-08", False), (3, "2026-03-01", True),
    ]  # fmt: skip
    assert shown(runs=RUNS[:1])["earlier"].choices == ()


def test_a_limit_that_was_set_here_is_ones_own() -> None:
    card = shown(now(target_from="chosen", targets={DROP: Band(high=5.5)}))["limit"]
    assert (card.title, card.number) == ("Your own limit", "5.5°")
    assert shown()["limit"].title == "The limit in the settings"


def test_an_angle_without_a_limit_says_so_and_has_no_number() -> None:
    card = shown(metric=HIP)["limit"]
    assert card.number == "–" and card.consequence.startswith("There is no limit")
    assert shown(now(target_from="chosen", targets={HIP: Band(2.0, 9.0)}), metric=HIP)["limit"].number == "2–9.0°"


def test_the_first_minute_counts_down_while_it_lasts() -> None:
    waits = shown(now(target_from="baseline", targets={}, reference_left_s=43.0))["baseline"]
    assert waits.consequence.startswith("43 s of your first minute are left.")
    over = shown(now(target_from="baseline", reference_s=(1.0, 61.0)))["baseline"]
    assert over.consequence.startswith("Click for a new first minute.")
    assert shown()["baseline"].consequence.startswith("Your next minute of running is the measure.")


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("bandwidth", "You hear a cue when a side surely goes above it, and praise when it surely no longer does."),
        ("faded", "You hear a cue when a side surely goes above it, and praise when it surely no longer does."),
        ("constant", "You hear a cue again and again while a side goes above it, sure or not."),
        ("summary", "At the end of a block you hear which side goes above it."),
        ("off", "You hear no cue; the screen shows which side goes above it."),
    ],
)
def test_what_is_heard_follows_from_the_mode(mode: FeedbackMode, words: str) -> None:
    assert shown(now(feedback=Feedback(mode)), halves=None)["limit"].consequence == words


def test_praise_is_not_promised_where_it_is_turned_off() -> None:
    quiet = msgspec.structs.replace(COACH, praise=False)
    assert "praise" not in shown(settings=quiet)["limit"].consequence
    assert "praise" in shown()["limit"].consequence


def test_how_sure_it_is_stands_only_where_it_is_known() -> None:
    assert "± 2.6°" in shown()["limit"].consequence and "± 1.0°" in shown()["baseline"].consequence
    assert all("±" not in card.consequence for card in shown(halves=None).values())


def test_a_lower_limit_is_missed_below_and_a_band_outside() -> None:
    for band, where in ((Band(low=3.0), "goes below it"), (Band(3.0, 7.5), "goes outside it")):
        assert where in shown(now(target_from="chosen", targets={DROP: band}))["limit"].consequence


def test_a_change_of_nothing_asks_for_no_more_than_before() -> None:
    card = shown(settings=msgspec.structs.replace(COACH, baseline_change_deg=0.0))["baseline"]
    assert (card.title, card.number) == ("No more than in your first minute", "0.0°")


@pytest.mark.parametrize("language", texts.languages())
@pytest.mark.parametrize("metric", [DROP, HIP])
def test_every_language_fills_every_card(language: str, metric: str) -> None:
    for card in shown(metric=metric, language=language).values():
        assert card.title and card.consequence
        assert not any("{" in words or "goals." in words for words in (card.title, card.consequence))
