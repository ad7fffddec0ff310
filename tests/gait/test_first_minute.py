"""The first minute is of one gait: stances of the other are neither in it nor do they end or restart it."""

from __future__ import annotations

import msgspec
import pytest

from runform_live import handover
from runform_live.gait.first_minute import FirstMinute, FirstMinuteState
from runform_live.messages import GAITS, Gait, Stance
from tests.makers import stances


def steps(gait: Gait, from_s: float, seconds: float) -> list[Stance]:
    rows = stances(int(seconds / 0.36))
    return [
        msgspec.structs.replace(
            one, gait=gait, initial_contact_s=from_s + one.initial_contact_s, midstance_s=from_s + one.midstance_s,
            toe_off_s=from_s + one.toe_off_s,
        )
        for one in rows
    ]  # fmt: skip


@pytest.mark.parametrize("gait", GAITS)
def test_only_stances_of_its_gait_are_in_a_first_minute(gait: Gait) -> None:
    other: Gait = "walk" if gait == "run" else "run"
    minute = FirstMinute(gait=gait)
    rows = [*steps(other, 0.0, 90.0), *steps(gait, 100.0, 30.0), *steps(other, 140.0, 30.0), *steps(gait, 180.0, 40.0)]
    for one in rows:
        minute.push(one)
    assert minute.over
    assert {one.gait for one in minute.stances()} == {gait}
    assert minute.span_s is not None and minute.span_s[0] == pytest.approx(100.88)
    assert minute.span_s[1] == pytest.approx(180.0 + 31.0, abs=1.5), "30 s before the other gait, 30 s after it"


def test_a_successor_goes_on_with_the_minute_of_its_gait() -> None:
    minute, rows = FirstMinute(gait="walk"), steps("walk", 0.0, 70.0)
    for one in rows[:50]:
        minute.push(one)
    successor = FirstMinute(handover.decode(handover.encode(minute.state()), FirstMinuteState), "walk")
    for one in [*steps("run", 30.0, 5.0), *rows[50:]]:
        minute.push(one)
        successor.push(one)
    assert successor.over and successor.state() == minute.state()
