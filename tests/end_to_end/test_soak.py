"""Ten minutes live on the looped clip: the memory stays flat and no frame is lost."""

from __future__ import annotations

import pytest

from runform_live import config
from runform_live.runtime.live_benchmark import live_run

pytestmark = pytest.mark.soak


def test_ten_minutes_live_keep_the_memory_flat() -> None:
    found = live_run(config.load(), loop_s=600.0)
    sizes = [size for at, size in found.memory_mib if at > 20.0]
    third = len(sizes) // 3
    assert max(sizes) < 1024
    assert sum(sizes[-third:]) / third - sum(sizes[:third]) / third < 40
    assert found.restarts == 0
    assert found.recorded == found.frames
    assert found.frames > 17_000
