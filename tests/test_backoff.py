"""For how long less work is done."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runform_live import handover
from runform_live.backoff import Backoff, BackoffState


def lengths(backoff: Backoff, needs: list[int], until: int) -> list[int]:
    """How long each back-off lasted, in order, when there is trouble at these times."""
    out, held = [], 0
    for now in range(until):
        if now in needs:
            backoff.too_much(now)
        if backoff.is_on(now):
            held += 1
        elif held:
            out.append(held)
            held = 0
    return out


def test_nothing_is_backed_off_without_trouble() -> None:
    assert lengths(Backoff(4, 16), [], 50) == []


def test_it_lasts_twice_as_long_each_time_trouble_comes_back_at_once_up_to_the_longest() -> None:
    assert lengths(Backoff(4, 16), [0, 5, 14, 31, 48], 80) == [4, 8, 16, 16, 16]


def test_after_a_calm_time_it_is_short_again() -> None:
    assert lengths(Backoff(4, 16), [0, 5, 30], 60) == [4, 8, 4]


def test_trouble_within_it_makes_it_begin_anew_no_longer() -> None:
    assert lengths(Backoff(4, 16), [0, 2, 3], 40) == [7]


@given(st.sets(st.integers(0, 200)))
def test_after_trouble_it_holds_for_the_shortest_time_at_least_and_the_longest_at_most(needs: set[int]) -> None:
    backoff, last = Backoff(5, 20), -1000
    for now in range(300):
        if now in needs:
            backoff.too_much(now)
            last = now
        if now - last < 5:
            assert backoff.is_on(now)
        if now - last >= 20:
            assert not backoff.is_on(now)


@given(st.sets(st.integers(0, 100)), st.integers(0, 100))
def test_a_back_off_goes_on_where_another_one_was(needs: set[int], handed_over: int) -> None:
    undisturbed = Backoff(5, 20)
    for now in sorted(need for need in needs if need < handed_over):
        undisturbed.too_much(now)
    successor = Backoff(5, 20, handover.decode(handover.encode(undisturbed.state()), BackoffState))
    for now in range(handed_over, 140):
        if now in needs:
            undisturbed.too_much(now)
            successor.too_much(now)
        assert successor.is_on(now) == undisturbed.is_on(now)
