"""Who is the runner: what is learnt of the colours, and when somebody else is suspected."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live import handover
from runform_live.pose.recognition import Colours, Recognition, RecognitionState
from runform_live.pose.regions import Region

HERE = Region(640.0, 350.0, 500.0)
RATES_HZ = (24, 30, 60, 120, 240)


def clothes(seed: int) -> Colours:
    histogram = np.random.default_rng(seed).uniform(0, 1, 192).astype(np.float32)
    return np.asarray(histogram / histogram.sum())


def plain(colour: int) -> Colours:
    """Clothes of one colour: two of them have nothing in common."""
    out = np.zeros(192, np.float32)
    out[colour] = 1.0
    return out


def knows(colours: Colours) -> Recognition:
    recognition = Recognition()
    recognition.learn(HERE, colours, 1 / 30)
    return recognition


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_other_clothes_are_learnt_in_the_same_time_at_any_frame_rate(rate_hz: int) -> None:
    recognition = knows(plain(0))
    for _ in range(2 * rate_hz):
        recognition.learn(HERE, plain(1), 1 / rate_hz)
    assert recognition.colours is not None
    assert recognition.colours[0] == pytest.approx(np.exp(-2.0 / Recognition.LEARNING_S), abs=0.02)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_other_colours_are_compared_after_a_moment_and_then_from_time_to_time(rate_hz: int) -> None:
    recognition, times_s = knows(plain(0)), []
    for frame in range(1, rate_hz + 1):
        recognition.watch(plain(1), 1 / rate_hz)
        if recognition.must_compare(1 / rate_hz):
            times_s.append(frame / rate_hz)
    wanted_s = [Recognition.DOUBT_S, Recognition.DOUBT_S + Recognition.COMPARE_AGAIN_S]
    assert times_s == pytest.approx(wanted_s, abs=max(1.1 / rate_hz, 0.012))


def test_the_own_colours_end_a_doubt_and_colours_that_cannot_be_seen_do_not() -> None:
    recognition = knows(plain(0))
    recognition.watch(None, 0.1)
    assert not recognition.in_doubt
    for colours, in_doubt in ((plain(1), True), (None, True), (plain(0), False)):
        recognition.watch(colours, 0.1)
        assert recognition.in_doubt == in_doubt


def test_whoever_is_followed_for_long_in_other_colours_is_the_runner() -> None:
    recognition = knows(plain(0))
    for _ in range(round(30 * Recognition.FORGET_S)):
        recognition.watch(plain(1), 1 / 30)
        assert not recognition.outdated
    recognition.watch(plain(1), 1 / 30)
    assert recognition.outdated
    recognition.forget()
    assert recognition.knows_nobody and not recognition.looks_different(plain(1))


def test_somebody_else_must_have_the_runners_colours_and_clearly_more_so() -> None:
    recognition = knows(plain(0))
    assert recognition.prefers(plain(0), plain(1))
    assert not recognition.prefers(plain(0), plain(0))
    assert not recognition.prefers(plain(2), plain(1))
    assert not recognition.prefers(None, plain(1))


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=8), st.integers(0, 8))
def test_a_recognition_goes_on_where_another_one_was(seen: list[int | None], before: int) -> None:
    def take(recognition: Recognition, which: int | None) -> bool:
        colours = None if which is None else clothes(which)
        recognition.watch(colours, 1 / 10)
        recognition.learn(Region(600.0 + (which or 0), 350.0, 500.0), colours, 1 / 10)
        return recognition.must_compare(1 / 10)

    undisturbed = Recognition()
    for which in seen[:before]:
        take(undisturbed, which)
    successor = Recognition(handover.decode(handover.encode(undisturbed.state()), RecognitionState))
    assert successor.knows_nobody == undisturbed.knows_nobody == (not seen[:before])
    for which in seen[before:]:
        assert take(successor, which) == take(undisturbed, which)
    assert successor.state() == undisturbed.state()
    assert successor.difference(clothes(9)) == undisturbed.difference(clothes(9))
