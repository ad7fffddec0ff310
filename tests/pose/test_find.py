"""People in a picture: raw boxes of the detector, and the parts in which a picture is searched."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live.pose.find import anchors, decode, parts, prominence
from runform_live.pose.regions import Region


def test_detector_boxes_become_regions_best_first_and_merged() -> None:
    at = anchors(224)
    assert at.shape == (2254, 2)
    boxes = np.zeros((2254, 12), np.float32)
    scores = np.full(2254, -9.0, np.float32)
    for index, score in ((100, 2.0), (101, 1.0), (1500, 3.0)):
        scores[index] = score
        boxes[index, 6:8] = (0.0, -40.0)
    found = decode(boxes, scores, at, Region(112.0, 112.0, 224.0), 224)
    assert len(found) == 2, "two anchors of one cell see the same person"
    assert found[0].score > found[1].score
    assert found[0].region.side_px == pytest.approx(100.0)
    assert (found[1].region.x_px, found[1].region.y_px) == pytest.approx(tuple(at[100]))


@pytest.mark.parametrize(("height_px", "width_px"), [(720, 1280), (1280, 720), (480, 480)])
def test_the_parts_of_a_picture_lie_in_it_and_reach_every_pixel(height_px: int, width_px: int) -> None:
    reached = np.zeros((height_px, width_px), bool)
    squares = parts(height_px, width_px)
    for square in squares:
        left, top = square.x_px - square.side_px / 2, square.y_px - square.side_px / 2
        assert left >= 0 and top >= 0 and left + square.side_px <= width_px and top + square.side_px <= height_px
        reached[int(top) : int(np.ceil(top + square.side_px)), int(left) : int(np.ceil(left + square.side_px))] = True
    assert reached.all()
    assert [square.side_px for square in squares] == sorted((square.side_px for square in squares), reverse=True)


def test_the_larger_person_nearer_to_the_middle_is_more_prominent() -> None:
    middle, aside = Region(640.0, 360.0, 400.0), Region(100.0, 360.0, 400.0)
    assert prominence(middle, 720, 1280) > prominence(aside, 720, 1280)
    assert prominence(middle, 720, 1280) > prominence(Region(640.0, 360.0, 300.0), 720, 1280)
