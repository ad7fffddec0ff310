"""What lies between the panels of a page."""

from __future__ import annotations

import numpy as np

from runform_live.dashboard.ground import gaps

SIZE = (100, 60)


def painted(rectangles: list[tuple[int, int, int, int]]) -> np.ndarray:
    """How often each pixel of the window is painted."""
    times = np.zeros((SIZE[1], SIZE[0]), int)
    for left, top, right, bottom in rectangles:
        times[top:bottom, left:right] += 1
    return times


def test_every_pixel_belongs_to_a_panel_or_is_painted_once() -> None:
    panels = [(8, 8, 92, 20), (8, 28, 40, 52), (48, 28, 92, 40), (48, 44, 92, 52)]
    covered = painted(panels) > 0
    times = painted(gaps(SIZE, panels))
    assert (times[covered] == 0).all()
    assert (times[~covered] == 1).all()


def test_panels_in_one_place_or_across_the_edge_leave_no_other_gaps() -> None:
    panels = [(-5, -5, 50, 30), (-5, -5, 50, 30), (10, 10, 40, 30), (60, 40, 140, 90)]
    covered = painted([(0, 0, 50, 30), (60, 40, 100, 60)]) > 0
    times = painted(gaps(SIZE, panels))
    assert (times[covered] == 0).all()
    assert (times[~covered] == 1).all()


def test_a_page_without_panels_is_all_ground() -> None:
    assert gaps(SIZE, []) == [(0, 0, 100, 60)]
