"""For how long work is left off."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runform_live import handover
from runform_live.relief import Relief, ReliefState


def lengths(relief: Relief, needs: list[int], until: int) -> list[int]:
    """How long each relief lasted, in order, when there is trouble at these times."""
    out, held = [], 0
    for now in range(until):
        if now in needs:
            relief.need(now)
        if relief.holds(now):
            held += 1
        elif held:
            out.append(held)
            held = 0
    return out


def test_nothing_is_left_off_without_trouble() -> None:
    assert lengths(Relief(4, 16), [], 50) == []


def test_it_lasts_twice_as_long_each_time_trouble_comes_back_at_once_up_to_the_longest() -> None:
    assert lengths(Relief(4, 16), [0, 5, 14, 31, 48], 80) == [4, 8, 16, 16, 16]


def test_after_a_calm_time_it_is_short_again() -> None:
    assert lengths(Relief(4, 16), [0, 5, 30], 60) == [4, 8, 4]


def test_trouble_within_it_makes_it_begin_anew_no_longer() -> None:
    assert lengths(Relief(4, 16), [0, 2, 3], 40) == [7]


@given(st.sets(st.integers(0, 200)))
def test_after_trouble_it_holds_for_the_shortest_time_at_least_and_the_longest_at_most(needs: set[int]) -> None:
    relief, last = Relief(5, 20), -1000
    for now in range(300):
        if now in needs:
            relief.need(now)
            last = now
        if now - last < 5:
            assert relief.holds(now)
        if now - last >= 20:
            assert not relief.holds(now)


@given(st.sets(st.integers(0, 100)), st.integers(0, 100))
def test_a_relief_goes_on_where_another_one_was(needs: set[int], handed_over: int) -> None:
    undisturbed = Relief(5, 20)
    for now in sorted(need for need in needs if need < handed_over):
        undisturbed.need(now)
    successor = Relief(5, 20, handover.decode(handover.encode(undisturbed.state()), ReliefState))
    for now in range(handed_over, 140):
        if now in needs:
            undisturbed.need(now)
            successor.need(now)
        assert successor.holds(now) == undisturbed.holds(now)
