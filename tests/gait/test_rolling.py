"""The last stances of each side."""

from __future__ import annotations

from runform_live import handover
from runform_live.gait.rolling import Rolling, RollingState
from tests.makers import stance


def test_rolling_keeps_the_last_of_each_side() -> None:
    rolling = Rolling(3)
    for k in range(10):
        rolling.add(stance("left", float(k), float(k)))
    assert [one.pelvic_drop_mid_deg for one in rolling.stances("left")] == [7.0, 8.0, 9.0]
    assert rolling.stances("right") == []


def test_a_successor_has_the_same_stances() -> None:
    rolling = Rolling(3)
    for k in range(10):
        rolling.add(stance("left" if k % 2 else "right", float(k)))
    successor = Rolling(3, handover.decode(handover.encode(rolling.state()), RollingState))
    for one in (rolling, successor):
        one.add(stance("left", 10.0))
    assert successor.stances("left") == rolling.stances("left") == [stance("left", at_s) for at_s in (7.0, 9.0, 10.0)]
    assert successor.stances("right") == rolling.stances("right")
