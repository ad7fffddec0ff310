"""A trend a minute is one of running: pauses neither make a run long nor make its line flat."""

from __future__ import annotations

import msgspec
import pytest

from runform_live.gait.uncertainty.trend import trend
from runform_live.messages import Stance
from tests.gait.uncertainty.test_change import DROP, STRIDE_S, exact, found, run


def ramp(minutes: float, pause_after: float, pause_s: float, per_minute: float = 0.5) -> list[Stance]:
    """A run of so many minutes whose drop grows with every minute of running; after some of them the runner pauses."""
    made = []
    for k, one in enumerate(run(round(minutes * 60.0 / STRIDE_S), 0.0)):
        ran_min = k * STRIDE_S / 60.0
        late_s = pause_s if ran_min >= pause_after else 0.0
        times = {name: getattr(one, name) + late_s for name in ("initial_contact_s", "midstance_s", "toe_off_s")}
        made.append(msgspec.structs.replace(one, pelvic_drop_mid_deg=4.0 + per_minute * ran_min, **times))
    return made


def test_four_minutes_of_running_and_three_of_a_pause_have_no_trend() -> None:
    assert trend(exact(), DROP, ramp(4.0, 2.0, 180.0)) is None


def test_a_pause_in_the_middle_does_not_change_the_trend() -> None:
    assert found(trend(exact(), DROP, ramp(6.0, 3.0, 240.0))).value == pytest.approx(0.5, abs=0.01)


def test_what_drifts_drifts_on_in_a_pause() -> None:
    """Over four times as long it wanders twice as far."""
    model = exact(drift_sd={DROP: 0.2}, drifts_s=360.0)
    paused, whole = (found(trend(model, DROP, ramp(6.0, 3.0, pause_s))) for pause_s in (3 * 360.0, 0.0))
    assert paused.half is not None and whole.half is not None
    assert paused.half == pytest.approx(2 * whole.half, rel=0.05)
