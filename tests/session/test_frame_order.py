"""Frames after a restart of the recorder come in the order of their time."""

from __future__ import annotations

from runform_live.session.frame_order import FrameOrder


def fresh(order: FrameOrder[str], number: int, now_s: float = 0.0) -> list[str]:
    return order.fresh(number, f"f{number}", 100, now_s)


def again(order: FrameOrder[str], number: int, now_s: float = 0.0) -> list[str]:
    return order.repeat(number, f"r{number}", now_s)


def test_fresh_frames_wait_until_the_repeats_have_caught_up() -> None:
    order: FrameOrder[str] = FrameOrder(0.0)
    assert fresh(order, 12) == []
    assert fresh(order, 13) == []
    assert again(order, 9) == ["r9"]
    assert again(order, 10) == ["r10"]
    assert again(order, 11) == ["r11", "f12", "f13"]
    assert again(order, 12) == ["r12"], "the writer leaves it out: it is not newer"
    assert fresh(order, 14) == ["f14"]


def test_repeats_that_came_first_hold_nothing_back() -> None:
    order: FrameOrder[str] = FrameOrder(0.0)
    assert again(order, 9) == ["r9"]
    assert fresh(order, 10) == ["f10"]


def test_without_repeats_the_frames_go_on_after_a_second() -> None:
    order: FrameOrder[str] = FrameOrder(5.0)
    assert fresh(order, 12, 5.5) == []
    assert order.due(5.9) == []
    assert order.due(6.1) == ["f12"]
    assert fresh(order, 13, 6.2) == ["f13"]


def test_a_repeat_makes_it_patient_again() -> None:
    order: FrameOrder[str] = FrameOrder(0.0)
    assert fresh(order, 50, 0.5) == []
    assert again(order, 9, 0.9) == ["r9"]
    assert order.due(1.5) == []
    assert order.due(2.0) == ["f50"]


def test_not_more_is_held_than_the_memory_allows() -> None:
    order: FrameOrder[str] = FrameOrder(0.0)
    assert order.fresh(12, "f12", 200 << 20, 0.0) == []
    assert order.fresh(13, "f13", 200 << 20, 0.0) == ["f12", "f13"]
