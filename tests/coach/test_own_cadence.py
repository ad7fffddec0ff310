"""The cadence that the metronome starts from."""

from __future__ import annotations

import pytest

from runform_live.coach.own_cadence import OwnCadence


def test_the_cadence_is_known_after_half_a_minute_of_steps() -> None:
    own = OwnCadence()
    for number in range(90):
        own.push(number / 3)
    assert own.steps_per_minute is None
    own.push(30.0)
    assert own.steps_per_minute == pytest.approx(180.0)


def test_steps_that_tell_no_cadence_are_forgotten_and_the_next_half_minute_tells_it() -> None:
    """Of the first minute only every third stance was found."""
    own = OwnCadence()
    for number in range(60):
        own.push(1.0 * number)
    assert own.steps_per_minute is None
    assert len(own.state().steps_s) <= 32
    for number in range(60):
        own.push(60.0 + number / 3)
    assert own.steps_per_minute == pytest.approx(180.0)
