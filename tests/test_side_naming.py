"""Left and right of earlier stances, once the view is found to be another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform_live.body import leg_of, own_sides, view_of
from runform_live.messages import LANDMARKS, SIDES, Naming, View
from runform_live.session import poses
from runform_live.session.schema import POSES_LOG
from runform_live.side_naming import leg_of_stance, newer, put_right, renamed
from tests.makers import running, stance, swapped

BEHIND, IN_FRONT = Naming("posterior", turn_share=(1.0, 0.76)), Naming("anterior", number=1, turn_share=(1.0, 0.76))


def test_a_stance_gets_the_other_side_and_the_angles_of_the_other_view() -> None:
    """From in front only 0.76 of a turn of the pelvis is read, so that the same picture means a larger drop."""
    one = stance("left", drop=4.0, pelvic_drop_peak_deg=5.0, naming=BEHIND)
    now = renamed(one, IN_FRONT)
    assert now.side == "right" and now.naming == IN_FRONT
    assert (now.pelvic_drop_mid_deg, now.pelvic_drop_peak_deg) == pytest.approx((4.0 / 0.76, 5.0 / 0.76))
    assert now.hip_adduction_mid_deg == pytest.approx(10.0 + 4.0 / 0.76 - 4.0), "against the same pelvis line"
    assert (now.knee_valgus_mid_deg, now.trunk_lean_mid_deg, now.step_width_hip) == (2.0, 1.0, 0.3)
    back = renamed(now, Naming("posterior", number=2, turn_share=(1.0, 0.76)))
    assert back.side == "left" and back.pelvic_drop_mid_deg == pytest.approx(4.0)
    assert back.hip_adduction_mid_deg == pytest.approx(10.0)


def test_what_is_unknown_stays_unknown() -> None:
    now = renamed(stance(drop=None, naming=BEHIND), IN_FRONT)
    assert now.side == "right" and now.pelvic_drop_mid_deg is None and now.hip_adduction_mid_deg == 10.0


def test_a_stance_that_is_named_so_already_or_was_seen_from_another_place_stays() -> None:
    early, late = stance("left", 5.0, naming=BEHIND), stance("left", 15.0, naming=BEHIND)
    moved = Naming("anterior", number=1, since_s=10.0)
    kept = [early, late]
    assert put_right(kept, moved)
    assert [one.side for one in kept] == ["left", "right"]
    assert not put_right(kept, moved), "once"


def test_a_naming_that_is_told_once_more_after_a_restart_does_not_exchange_back() -> None:
    assert newer(IN_FRONT, BEHIND) == IN_FRONT
    assert newer(BEHIND, IN_FRONT) == IN_FRONT
    assert newer(None, BEHIND) == newer(BEHIND, None) == BEHIND


def test_the_leg_of_the_picture_stays_and_its_name_tells_the_view() -> None:
    for side in SIDES:
        one = stance(side, naming=BEHIND)
        other = renamed(one, IN_FRONT)
        leg = leg_of_stance(one)
        assert leg is not None and leg == leg_of_stance(other) == leg_of(side, "posterior")
        assert (view_of(one.side, leg), view_of(other.side, leg)) == ("posterior", "anterior")
    assert leg_of_stance(stance(naming=None)) is None


@pytest.mark.parametrize("view", ["posterior", "anterior", "unknown"])
def test_landmarks_of_one_frame_are_turned_by_the_rule_of_the_session_file(view: View, tmp_path: Path) -> None:
    right, unknown = running(0.4), np.full((len(LANDMARKS), 3), np.nan)
    frames = np.stack([right, swapped(right), unknown])
    log = poses.log_head() + poses.log_batch([1, 2, 3], [0.0, 0.1, 0.2], frames)
    (tmp_path / POSES_LOG).write_bytes(log)
    table = poses.table(tmp_path, view)
    turned = np.stack([own_sides(frame, view) for frame in frames]).reshape(3, -1).astype(np.float32)
    in_file = np.array([table.column(name).to_numpy() for name in table.column_names[2:]]).T
    assert np.array_equal(turned, in_file, equal_nan=True)
    assert np.array_equal(turned[0], turned[1], equal_nan=True) == (view != "unknown")
