"""The true step width, from exact ankles."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live.validate.true_stance import TrueStance
from runform_live.validate.width import COLUMNS, METRIC, with_step_width


def at(side: str, midstance_s: float) -> TrueStance:
    return TrueStance(side, midstance_s - 0.1, midstance_s, midstance_s + 0.15, {})  # type: ignore[arg-type]


@pytest.mark.parametrize("way", [1.0, -1.0], ids=["from behind", "from in front"])
def test_it_is_the_way_across_from_one_foot_to_the_other_in_hip_widths(way: float) -> None:
    seen = {column: np.full(90, 100.0) for column in COLUMNS} | {"time_s": np.arange(90) / 60.0}
    seen["left_hip_x_px"], seen["right_hip_x_px"] = np.full(90, 100.0 - 20.0 * way), np.full(90, 100.0 + 20.0 * way)
    seen["left_ankle_x_px"], seen["right_ankle_x_px"] = np.full(90, 100.0 - 4.0 * way), np.full(90, 100.0 + 6.0 * way)
    found = with_step_width([at("left", 0.3), at("right", 0.7), at("right", 1.1)], seen)
    assert [one.metrics.get(METRIC) for one in found] == [None, pytest.approx(10.0 / 40.0), None]
