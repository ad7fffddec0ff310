"""The memory of the runner."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live import handover
from runform_live.pose.identity import LEARNING_S, Memory, MemoryState
from runform_live.pose.regions import Region

HERE = Region(640.0, 350.0, 500.0)


def clothes(seed: int) -> np.ndarray:
    histogram = np.random.default_rng(seed).uniform(0, 1, 192).astype(np.float32)
    return np.asarray(histogram / histogram.sum())


@pytest.mark.parametrize("rate_hz", [24, 30, 60, 120, 240])
def test_other_clothes_are_learnt_in_the_same_time_at_any_frame_rate(rate_hz: int) -> None:
    memory, before, after = Memory(), np.zeros(192, np.float32), np.zeros(192, np.float32)
    before[0] = after[1] = 1.0
    memory.learn(HERE, before, 1 / rate_hz)
    for _ in range(2 * rate_hz):
        memory.learn(HERE, after, 1 / rate_hz)
    assert memory.trunk is not None
    assert memory.trunk[0] == pytest.approx(np.exp(-2.0 / LEARNING_S), abs=0.02)


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=8), st.integers(0, 8))
def test_a_memory_goes_on_where_another_one_was(seen: list[int | None], before: int) -> None:
    undisturbed = Memory()

    def learn(memory: Memory, which: int | None) -> None:
        memory.learn(Region(600.0 + (which or 0), 350.0, 500.0), None if which is None else clothes(which), 1 / 30)

    for which in seen[:before]:
        learn(undisturbed, which)
    state = handover.decode(handover.encode(undisturbed.state()), MemoryState)
    assert state is not None
    successor = Memory.of(state)
    assert successor.empty == undisturbed.empty == (not seen[:before])
    for which in seen[before:]:
        learn(undisturbed, which)
        learn(successor, which)
    assert successor.state() == undisturbed.state()
    assert successor.strangeness(clothes(9)) == undisturbed.strangeness(clothes(9))
