"""When the window is drawn next."""

from __future__ import annotations

import pytest

from runform_live.dashboard.pace import DRAW_HZ, IDLE_HZ, SETTLE_S, SHARE, SPARING_S, Pace


@pytest.mark.parametrize(("worked_s", "dropped"), [(0.05, 0), (0.002, 3)], ids=["all is measured", "a graphics card"])
def test_it_is_drawn_as_often_as_can_be_seen_where_that_takes_nothing_from_the_stages(
    worked_s: float, dropped: int
) -> None:
    pace = Pace(cores=2)
    pace.drawn(now_s=10.0, worked_s=worked_s, dropped=dropped)
    assert pace.next_s == pytest.approx(10.0 + 1 / DRAW_HZ)


def test_once_frames_are_dropped_drawing_takes_its_share_of_the_cores_and_no_more() -> None:
    pace = Pace(cores=2)
    pace.drawn(now_s=10.0, worked_s=0.05, dropped=3)
    assert pace.next_s == pytest.approx(10.0 + 0.05 / (2 * SHARE))
    pace.drawn(now_s=11.0, worked_s=0.05, dropped=3)
    assert pace.next_s == pytest.approx(11.0 + 0.05 / (2 * SHARE))


def test_it_ends_some_time_after_the_last_dropped_frame() -> None:
    pace = Pace(cores=2)
    pace.drawn(now_s=10.0, worked_s=0.05, dropped=3)
    pace.drawn(now_s=10.1 + SPARING_S, worked_s=0.05, dropped=3)
    assert pace.next_s == pytest.approx(10.1 + SPARING_S + 1 / DRAW_HZ)


def test_a_stage_that_counts_anew_after_a_restart_is_no_dropped_frame() -> None:
    pace = Pace(cores=2)
    pace.drawn(now_s=0.0, worked_s=0.05, dropped=30)
    pace.drawn(now_s=100.0, worked_s=0.05, dropped=0)
    assert pace.next_s == pytest.approx(100.0 + 1 / DRAW_HZ)


def test_a_new_picture_is_drawn_soon_but_no_more_often_than_can_be_seen() -> None:
    pace = Pace(cores=2)
    pace.drawn(now_s=10.0, worked_s=0.005, dropped=0)
    assert pace.due_s(pictured_s=10.001) == pytest.approx(10.0 + 1 / DRAW_HZ)
    assert pace.due_s(pictured_s=10.0 + 1 / DRAW_HZ) == pytest.approx(10.0 + 1 / DRAW_HZ + SETTLE_S)


def test_without_a_new_picture_it_is_drawn_seldom() -> None:
    pace = Pace(cores=2)
    pace.drawn(now_s=10.0, worked_s=0.005, dropped=0)
    assert pace.due_s(pictured_s=None) == pytest.approx(10.0 + 1 / IDLE_HZ)
    assert pace.due_s(pictured_s=10.0 + 1 / IDLE_HZ) == pytest.approx(10.0 + 1 / IDLE_HZ)


@pytest.mark.parametrize(("worked_s", "fewer"), [(0.008, False), (0.05, True)], ids=["light to draw", "heavy to draw"])
def test_fewer_pictures_are_asked_for_only_where_they_take_more_than_the_share(worked_s: float, fewer: bool) -> None:
    pace = Pace(cores=2)
    pace.drawn(now_s=10.0, worked_s=worked_s, dropped=3)
    assert pace.sparing is fewer
