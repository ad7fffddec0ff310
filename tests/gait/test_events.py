"""Contact time, initial contact and toe off of whole runs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.gait import events
from runform_live.messages import INDEX, Stance
from tests.makers import Monitor, pose_at, running

FEET = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("toe", "heel")]


def stances(feet: bool = True, seconds: float = 8.0) -> list[Stance]:
    """Of a stick figure that runs."""
    monitor, found = Monitor(), list[Stance]()
    for time_s in np.arange(0.0, seconds, 1 / 30).tolist():
        landmarks = running(time_s)
        if not feet:
            landmarks[FEET] = np.nan
        found += monitor.push(pose_at(time_s), landmarks)
    return found + monitor.finish()


@given(st.floats(0.25, 0.48))
def test_the_usual_contact_surrounds_midstance_and_is_shorter_than_a_step(step_s: float) -> None:
    initial_contact_s, toe_off_s = events.usual_events(step_s).mean_s
    assert initial_contact_s < 0.0 < toe_off_s
    assert toe_off_s - initial_contact_s == pytest.approx(2 * events.DUTY_FACTOR * step_s)
    assert -initial_contact_s < toe_off_s


def test_a_stance_tells_how_sure_its_contact_time_is() -> None:
    found = stances()
    assert len(found) > 10
    for one in found:
        assert one.contact_time_s == pytest.approx(one.toe_off_s - one.initial_contact_s)
        assert one.contact_sigma_s is not None and 0.005 < one.contact_sigma_s < 0.05


def test_without_feet_there_is_no_contact_time_and_the_rhythm_gives_the_events() -> None:
    found = stances(feet=False)
    assert len(found) > 10
    for one in found:
        assert one.contact_time_s is None and one.contact_sigma_s is None
        assert one.initial_contact_s < one.midstance_s < one.toe_off_s
        assert not math.isnan(one.toe_off_s - one.initial_contact_s)
