"""Choosing how feedback is given."""

from __future__ import annotations

import pytest

from runform_live import texts
from runform_live.dashboard.feedback_model import METRONOMES, MODES, next_metronome, next_mode, other_tones
from runform_live.messages import CoachState, Control, FeedbackMode

SAID = texts.load("en")[0]


def taken(wish: Control) -> CoachState:
    return CoachState(
        muted=False, sound="", mode=wish.mode, stance_tones=wish.stance_tones, metronome_percent=wish.metronome_percent
    )


def test_every_mode_and_metronome_comes_around_and_leaves_the_rest_alone() -> None:
    now = CoachState(muted=False, sound="", stance_tones=True)
    modes, metronomes = [], []
    for _ in MODES:
        now = taken(next_mode(now, SAID))
        modes.append(now.mode)
    for _ in METRONOMES:
        now = taken(next_metronome(now, SAID))
        metronomes.append(now.metronome_percent)
    assert sorted(modes) == sorted(MODES) and modes[-1] == "bandwidth"
    assert metronomes == [0.0, 5.0, 10.0, None]
    assert now.stance_tones
    assert not other_tones(now, SAID).stance_tones


def test_a_metronome_of_the_settings_goes_on_to_the_next_faster_one() -> None:
    assert next_metronome(CoachState(muted=False, sound="", metronome_percent=7.0), SAID).metronome_percent == 10.0


@pytest.mark.parametrize("language", texts.languages())
@pytest.mark.parametrize("mode", MODES)
def test_every_choice_has_words(language: str, mode: FeedbackMode) -> None:
    said = texts.load(language)[0]
    wish = next_mode(CoachState(muted=False, sound="", mode=mode), said)
    assert wish.text and "{" not in wish.text and "feedback." not in wish.text
