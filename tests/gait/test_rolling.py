"""The last stances of each side."""

from __future__ import annotations

from runform_live import handover
from runform_live.gait.rolling import Rolling, RollingState
from tests.makers import stance


def test_rolling_keeps_the_last_of_each_side() -> None:
    rolling = Rolling(3)
    for k in range(10):
        rolling.add(stance("left", float(k), float(k)))
    found = rolling.estimate("left", "pelvic_drop_mid_deg")
    assert found is not None
    assert found.mean == 8.0
    assert found.provisional
    assert rolling.estimate("right", "pelvic_drop_mid_deg") is None


def test_a_successor_has_the_same_stances() -> None:
    rolling = Rolling(3)
    for k in range(10):
        rolling.add(stance("left" if k % 2 else "right", float(k)))
    successor = Rolling(3, handover.decode(handover.encode(rolling.state()), RollingState))
    for one in (rolling, successor):
        one.add(stance("left", 10.0))
    assert successor.stances("left") == rolling.stances("left") == [stance("left", at_s) for at_s in (7.0, 9.0, 10.0)]
    assert successor.stances("right") == rolling.stances("right")


def test_running_and_walking_have_rolling_means_of_their_own() -> None:
    rolling = Rolling(3)
    for k in range(3):
        rolling.add(stance("left", float(k), 2.0, gait="walk"))
    for k in range(3, 5):
        rolling.add(stance("left", float(k), 8.0))
    ran, walked = (rolling.estimate("left", "pelvic_drop_mid_deg", gait) for gait in ("run", "walk"))
    assert ran is not None and walked is not None
    assert ((ran.n, ran.mean), (walked.n, walked.mean)) == ((2, 8.0), (3, 2.0))


def test_where_no_gait_is_named_it_is_that_of_the_newest_stance() -> None:
    rolling = Rolling(3)
    rolling.add(stance("left", 0.0, gait="walk"))
    rolling.add(stance("left", 1.0))
    assert (rolling.gait, rolling.stances("left")) == ("run", [stance("left", 1.0)])
    rolling.add(stance("right", 2.0, gait="walk"))
    assert (rolling.gait, rolling.stances("left")) == ("walk", [stance("left", 0.0, gait="walk")])
    successor = Rolling(3, handover.decode(handover.encode(rolling.state()), RollingState))
    assert successor.gait == "walk" and successor.state() == rolling.state()
