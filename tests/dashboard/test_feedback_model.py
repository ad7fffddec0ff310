"""Choosing how feedback is given."""

from __future__ import annotations

import pytest

from runform_live import config, controls, texts
from runform_live.dashboard.feedback_model import (
    METRONOMES,
    MODES,
    metronomes,
    modes,
    next_metronome,
    next_mode,
    other_tones,
    what_mode_does,
)
from runform_live.messages import CoachState, Feedback, FeedbackMode

SAID = texts.load("en")[0]


def taken(request: controls.SetFeedback) -> CoachState:
    return CoachState(muted=False, sound="", feedback=request.feedback)


def test_every_mode_and_metronome_comes_around_and_leaves_the_rest_alone() -> None:
    now = CoachState(muted=False, sound="", feedback=Feedback(stance_tones=True))
    modes, metronomes = [], []
    for _ in MODES:
        now = taken(next_mode(now, SAID))
        modes.append(now.feedback.mode)
    for _ in METRONOMES:
        now = taken(next_metronome(now, SAID))
        metronomes.append(now.feedback.metronome_percent)
    assert sorted(modes) == sorted(MODES) and modes[-1] == "bandwidth"
    assert metronomes == [0.0, 5.0, 10.0, None]
    assert now.feedback.stance_tones
    assert not other_tones(now, SAID).feedback.stance_tones


def test_a_metronome_of_the_settings_goes_on_to_the_next_faster_one() -> None:
    assert (
        next_metronome(
            CoachState(muted=False, sound="", feedback=Feedback(metronome_percent=7.0)), SAID
        ).feedback.metronome_percent
        == 10.0
    )


@pytest.mark.parametrize("language", texts.languages())
@pytest.mark.parametrize("mode", MODES)
def test_every_choice_has_words(language: str, mode: FeedbackMode) -> None:
    said = texts.load(language)[0]
    request = next_mode(CoachState(muted=False, sound="", feedback=Feedback(mode)), said)
    assert request.words and "{" not in request.words and "feedback." not in request.words


def test_one_mode_is_in_force_and_a_click_on_another_changes_nothing_else() -> None:
    now = CoachState(muted=False, sound="", feedback=Feedback("faded", True, 5.0))
    options = modes(now, SAID)
    assert [option.chosen for option in options] == [mode == "faded" for mode in MODES]
    request = options[MODES.index("summary")].request(now, SAID)
    assert request.feedback == Feedback("summary", True, 5.0)
    assert "At the end of a block" in request.words and "+5%" in request.words


def test_each_metronome_can_be_clicked_and_one_of_the_settings_has_its_place() -> None:
    now = CoachState(muted=False, sound="", feedback=Feedback("off", metronome_percent=7.0))
    options = metronomes(now, SAID)
    assert [option.label for option in options] == ["off", "own", "+5%", "+7%", "+10%"]
    assert [option.label for option in options if option.chosen] == ["+7%"]
    assert [option.request(now, SAID).feedback.metronome_percent for option in options] == [None, 0.0, 5.0, 7.0, 10.0]
    assert all(option.request(now, SAID).feedback.mode == "off" for option in options)


@pytest.mark.parametrize("language", texts.languages())
@pytest.mark.parametrize("mode", MODES)
def test_what_a_mode_does_is_told_with_its_times(language: str, mode: FeedbackMode) -> None:
    said = texts.load(language)[0]
    words = what_mode_does(CoachState(muted=False, sound="", feedback=Feedback(mode)), config.load().coach, said)
    assert "{" not in words and "feedback." not in words
    assert ("10 s" in words) == (mode in ("bandwidth", "constant")) and ("2 min" in words) == (mode == "summary")
