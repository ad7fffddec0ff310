"""Centimetres from a person's height."""

from __future__ import annotations

import math

import msgspec
import pytest

from runform_live.gait.body_size import SCALE_SD, SHOULDER_TO_ANKLE, cm_per_share, estimate_cm, in_cm, shares
from runform_live.messages import BodyShares
from tests.makers import stance

BODY = BodyShares(hip_width=0.15, trunk=0.4)


def test_hips_a_sixth_of_the_way_from_ankles_to_shoulders_are_a_sixth_of_it_in_centimetres() -> None:
    body = shares(hip_width_px=70.0, trunk_px=160.0, shoulders_px=(640.0, 200.0), ankles_px=(640.0, 620.0))
    assert body == BodyShares(hip_width=70.0 / 420.0, trunk=160.0 / 420.0)
    assert cm_per_share("step_width_cm", body, 1.80) == pytest.approx(180.0 * SHOULDER_TO_ANKLE / 6.0)


def test_a_camera_that_is_rolled_sees_the_same_length() -> None:
    upright = shares(70.0, 160.0, (640.0, 200.0), (640.0, 620.0))
    rolled = shares(70.0, 160.0, (640.0 + 420.0 * math.sin(0.1), 620.0 - 420.0 * math.cos(0.1)), (640.0, 620.0))
    assert upright is not None
    assert rolled is not None
    assert rolled.trunk == pytest.approx(upright.trunk)


@pytest.mark.parametrize("unknown", ["hip", "trunk", "shoulders", "ankles"])
def test_who_was_not_seen_from_head_to_foot_has_no_proportions(unknown: str) -> None:
    nan = math.nan
    assert (
        shares(
            nan if unknown == "hip" else 70.0,
            nan if unknown == "trunk" else 160.0,
            (640.0, nan if unknown == "shoulders" else 200.0),
            (nan if unknown == "ankles" else 640.0, 620.0),
        )
        is None
    )


def test_feet_that_cross_over_have_a_negative_width_and_an_unknown_one_stays_unknown() -> None:
    crossed, unknown = stance(step_width_hip=-0.2), stance(step_width_hip=None)
    assert in_cm("step_width_cm", crossed, BODY, 1.70) == pytest.approx(-0.2 * 0.15 * 170.0 * SHOULDER_TO_ANKLE)
    assert in_cm("step_width_cm", unknown, BODY, 1.70) is None


@pytest.mark.parametrize(("body", "height_m"), [(None, 1.7), (BODY, None)])
def test_without_a_stand_or_a_height_there_are_no_centimetres(body: BodyShares | None, height_m: float | None) -> None:
    assert estimate_cm("step_width_cm", [stance()] * 10, body, height_m) is None


def test_the_interval_of_a_large_oscillation_is_wider_by_the_error_of_the_scale() -> None:
    def half(oscillation_trunk: float) -> float:
        same = [msgspec.structs.replace(stance(), oscillation_trunk=oscillation_trunk)] * 20
        found = estimate_cm("vertical_oscillation_cm", same, BODY, 1.75)
        assert found is not None
        assert found.ci95_low is not None
        return found.mean - found.ci95_low

    cm = 0.4 * 175.0 * SHOULDER_TO_ANKLE
    assert half(0.0) == pytest.approx(1.96 * 0.7)
    assert half(0.2) == pytest.approx(1.96 * math.hypot(0.7, SCALE_SD * 0.2 * cm))
