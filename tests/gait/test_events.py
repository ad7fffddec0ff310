"""Contact time, initial contact and toe off."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runform_live.gait import events


@given(st.floats(0.25, 0.48), st.floats(0, 60), st.floats(50, 400))
def test_contact_time_is_between_half_a_step_and_a_step(step_s: float, oscillation_px: float, trunk_px: float) -> None:
    found = events.contact_time_s(step_s, oscillation_px, trunk_px)
    assert 0.5 * step_s <= found <= 0.95 * step_s


def test_contact_time_of_a_runner_who_bounces_more_is_shorter() -> None:
    low, high = events.contact_time_s(0.36, 15.0, 150.0), events.contact_time_s(0.36, 35.0, 150.0)
    assert high < low
    assert events.contact_time_s(0.36, math.nan, 150.0) == pytest.approx(0.36 * 2 * events.DUTY_FACTOR)


@settings(max_examples=30)
@given(st.floats(0.5, 30.0), st.floats(0.15, 0.35))
def test_contact_surrounds_midstance(midstance_s: float, contact_s: float) -> None:
    initial_contact_s, toe_off_s = events.contact_events(midstance_s, contact_s)
    assert initial_contact_s < midstance_s < toe_off_s
    assert toe_off_s - initial_contact_s == pytest.approx(contact_s)
