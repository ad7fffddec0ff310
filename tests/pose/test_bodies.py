"""What landmarks say of a body, on one whose place and size are known."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live.body import trunk_px
from runform_live.messages import INDEX
from runform_live.pose import bodies
from tests.makers import standing

SHAPE = (720, 1280, 3)


def turned(share: float) -> bodies.Landmarks:
    """The standing body as wide as that share of a frontal one."""
    landmarks = standing().copy()
    middle_x_px = np.nanmean(landmarks[:, 0])
    landmarks[:, 0] = middle_x_px + share * (landmarks[:, 0] - middle_x_px)
    return landmarks


def test_a_body_is_frontal_until_it_turns_aside_or_lies() -> None:
    assert bodies.upright_and_frontal(standing())
    assert not bodies.upright_and_frontal(turned(0.05))
    lying = standing()[:, [1, 0, 2]]
    assert not bodies.upright_and_frontal(lying)
    assert bodies.upright_in_view(standing(), SHAPE)
    assert not bodies.upright_in_view(lying, (1280, 1280, 3))


def test_doubt_is_in_trunk_lengths_whatever_the_size() -> None:
    landmarks = standing().copy()
    landmarks[:, 2] = 0.1 * trunk_px(landmarks)
    assert bodies.sigma_trunks(landmarks) == pytest.approx(0.1)
    assert bodies.sigma_trunks(3.0 * landmarks) == pytest.approx(0.1)


@pytest.mark.parametrize(("moved_trunks", "same"), [(0.0, True), (0.3, True), (0.4, False)])
def test_the_same_hips_are_within_a_third_of_a_trunk(moved_trunks: float, same: bool) -> None:
    other = standing().copy()
    other[:, 0] += moved_trunks * trunk_px(other)
    assert bodies.same_hips(standing(), other) == same


def test_feet_below_the_edge_are_cut_off_even_where_a_network_puts_them_on_it() -> None:
    landmarks = standing().copy()
    assert not bodies.cut_off(landmarks, SHAPE)
    edge_px = int(landmarks[[INDEX["left_knee"], INDEX["right_knee"]], 1].max()) + 5
    landmarks[:, 1] = np.minimum(landmarks[:, 1], edge_px)
    assert bodies.cut_off(landmarks, (edge_px + 1, 1280, 3))
    aside = standing().copy()
    aside[:, 0] -= np.nanmin(aside[:, 0]) + 1
    assert bodies.cut_off(aside, SHAPE)
