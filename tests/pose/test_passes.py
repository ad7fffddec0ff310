"""Which passes there are over a region, and where their crops lie."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live.pose.passes import CROP_SCALE, CROP_SHIFT, CROP_TURN_RAD, PassState, next_passes, shifted
from runform_live.pose.regions import Region, waist_to_thighs
from tests.makers import standing

REGION = Region(640.0, 350.0, 400.0)


def mirrored(count: int, hurried: bool, state: PassState) -> list[list[bool]]:
    """Of some frames, which of their passes are mirrored."""
    out = []
    for _ in range(count):
        passes, state = next_passes(REGION, state, hurried)
        out.append([each.mirrored for each in passes])
    return out


def test_a_frame_has_a_plain_and_a_mirrored_pass() -> None:
    assert mirrored(3, False, PassState()) == [[False, True]] * 3


def test_in_a_hurry_a_frame_has_one_pass_plain_and_mirrored_in_turn() -> None:
    assert mirrored(4, True, PassState()) == [[False], [True], [False], [True]]
    assert mirrored(2, True, PassState(5, last_mirrored=False)) == [[True], [False]]


def test_no_two_passes_have_the_same_crop() -> None:
    crops, state = [], PassState()
    for frame in range(20):
        passes, state = next_passes(REGION, state, hurried=frame % 3 == 0)
        crops += [each.crop for each in passes]
    assert len(set(crops)) == len(crops) == state.crops == 33


def test_crops_are_spread_evenly_about_the_region() -> None:
    region = waist_to_thighs(standing())
    crops = [shifted(region, number) for number in range(60)]
    x = np.array([(crop.x_px - region.x_px) / region.side_px for crop in crops])
    size = np.array([np.log(crop.side_px / region.side_px) for crop in crops])
    turns = np.array([crop.turn_rad for crop in crops])
    for values, largest in ((x, CROP_SHIFT), (size, CROP_SCALE), (turns, CROP_TURN_RAD)):
        assert np.abs(values).max() <= largest
        assert abs(values.mean()) < 0.1 * largest
        assert values.std() == pytest.approx(largest / np.sqrt(3), rel=0.1)
    assert shifted(region, 7) == shifted(region, 7)
