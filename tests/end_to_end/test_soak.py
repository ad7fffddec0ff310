"""Three minutes live on the looped clip: nothing grows, and there is one session that can be read. `runform bench --soak 60` takes an hour."""

from __future__ import annotations

import pytest

from runform_live import config
from runform_live.runtime import soak, soak_run

pytestmark = pytest.mark.soak


def test_three_minutes_live_end_as_they_began() -> None:
    found = soak_run.run(config.load(), 180.0)
    assert found.session == ""
    assert found.restarts == 0
    assert found.recorded > 0
    grown = [one.words() for one in soak.sure_growth(found.samples, found.frames)]
    assert grown == [], "\n".join(soak.table(found.samples, 60.0))
