"""Times of another computer's clock, whatever it shows and however fast it runs, are told by the clock here."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runform_live.runtime.remote_clock import JUMP_S, LEAST_ANSWERS, RemoteClock


def agreed(offset_s: float = 10.0) -> RemoteClock:
    """A clock with enough answers; the last request was at 1 s. Each request took nothing."""
    clock = RemoteClock()
    for asked_s in np.linspace(0.5, 1.0, LEAST_ANSWERS):
        clock.asked(asked_s)
        clock.heard(asked_s, asked_s + offset_s, asked_s + 0.01)
    return clock


@pytest.mark.parametrize("offset_s", [-123456.0, 0.0, 7654321.5])
@pytest.mark.parametrize("drift", [-1e-4, 0.0, 1e-4])
def test_times_of_a_skewed_and_drifting_clock_are_told_within_3_ms_and_at_an_even_pace(
    offset_s: float, drift: float
) -> None:
    """Ten minutes with a request for each picture, over a network that holds most of them up. 1e-4 is a bad quartz."""
    random = np.random.default_rng(2)
    clock, before, errors_s, paces = RemoteClock(), None, [], []
    for at_s in np.arange(0.0, 600.0, 1 / 30):
        delay_s = 0.0002 + random.exponential(0.004)
        clock.asked(at_s)
        clock.heard(at_s, (at_s + delay_s) * (1 + drift) + offset_s, at_s + 0.02)
        told_s = clock.here_s(at_s * (1 + drift) + offset_s, at_s + 0.02)
        if told_s is None:
            assert at_s < 0.3
            continue
        assert not clock.jumped
        errors_s.append(told_s - at_s)
        if before is not None:
            paces.append((told_s - before) * 30)
        before = told_s
    assert max(map(abs, errors_s)) < 0.003
    assert max(abs(pace - 1) for pace in paces) < 0.0007


def test_requests_that_waited_for_the_connection_do_not_spoil_the_clock() -> None:
    clock = RemoteClock()
    for asked_s in (0.0, 0.04, 0.08, 0.12):  # all arrive when the connection stands
        clock.asked(asked_s)
        clock.heard(asked_s, 100.0 + 0.8, 0.8)
        assert clock.here_s(100.8, 0.8) is None
    for asked_s in np.arange(0.84, 1.2, 0.04):
        clock.asked(asked_s)
        clock.heard(asked_s, 100.0 + asked_s + 0.0003, asked_s + 0.001)
    assert clock.here_s(101.0, 1.2) == pytest.approx(1.0, abs=0.001)


def test_answers_to_what_was_not_asked_and_second_answers_do_not_move_the_clock() -> None:
    clock = agreed()
    for asked_s, heard_s in ((2.0, -1e9), (math.nan, 0.0), (1.0, -math.inf), (1.0, math.nan), (1.0, 5.0), (0.5, 5.0)):
        clock.heard(asked_s, heard_s, 1.2)
    assert clock.estimate_s == 10.0 and clock.here_s(11.5, 1.6) == 1.5


def test_no_time_that_is_none_gets_through() -> None:
    clock = agreed()
    clock.asked(2.0)
    clock.heard(2.0, math.inf, 2.0)
    assert clock.estimate_s == 10.0


def test_a_clock_that_was_set_is_noticed() -> None:
    clock = agreed()
    assert clock.here_s(11.05, 1.1) == pytest.approx(1.05)
    clock.asked(2.0)
    clock.heard(2.0, 12.0 - 2 * JUMP_S, 2.1)
    clock.here_s(12.0, 2.1)
    assert clock.jumped
