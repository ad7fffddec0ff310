"""How far the picture of the pelvis has turned since a stand."""

from __future__ import annotations

import math

import pytest

from runform_live.pose.turn import PelvisTurn
from tests.makers import standing
from tests.pose.cloth import cloth, turned


@pytest.mark.parametrize("by_deg", [-8.0, -2.0, 0.0, 1.0, 5.0])
def test_the_turn_of_a_picture_is_seen_without_landmarks(by_deg: float) -> None:
    turn = PelvisTurn()
    assert math.isnan(turn.turn_deg(cloth(), standing()))
    turn.remember(cloth(), standing())
    assert turn.turn_deg(turned(cloth(), by_deg), standing()) == pytest.approx(by_deg, abs=0.3)
    turn.forget()
    assert not turn.has_reference and turn.state() is None
