"""Intervals: the instrument's error, the network's own doubt, the level line; and a pelvis that cannot be seen."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.gait.level import Level
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.gait.uncertainty.sigma import (
    HIDDEN_SIGMA_DEG,
    UNCLEAR_SIGMA_DEG,
    pelvis_sigma_deg,
    quality_of,
    sigma_of,
)
from runform_live.gait.uncertainty.statistics import Estimate
from runform_live.messages import Side, Stance
from tests.makers import Monitor, pose, running, stance, standing

DROP = "pelvic_drop_mid_deg"


@given(st.floats(0, 10))
def test_quality_tells_its_sigma(sigma_deg: float) -> None:
    assert sigma_of(quality_of(sigma_deg)) == pytest.approx(sigma_deg, abs=1e-9)


def test_the_error_grows_with_the_networks_own_doubt() -> None:
    sds = {DROP: 0.6, "hip_adduction_mid_deg": 0.8, "knee_valgus_peak_deg": 0.5, "trunk_lean_mid_deg": 1.0}
    instrument = InstrumentErrors(sds, sigma_deg=1.5)
    growths = (1.5, 0.6, 0.8, 0.5), (6.0, 0.6 * 4**1.75, 3.2, 1.0), (0.1, 0.3, 0.4, 0.25)
    for sigma_deg, drop, adduction, valgus in growths:
        stances = [stance(quality=quality_of(sigma_deg))] * 3
        assert instrument.of(DROP, stances) == pytest.approx(drop)
        assert instrument.of("hip_adduction_mid_deg", stances) == pytest.approx(adduction)
        assert instrument.of("knee_valgus_peak_deg", stances) == pytest.approx(valgus)
        assert instrument.of("trunk_lean_mid_deg", stances) == 1.0, "the trunk does not hang on the hips"
        assert instrument.of("knee_valgus_mid_deg", stances) is None


def test_the_sigma_of_a_stance_is_its_own_column_and_of_an_older_one_its_quality() -> None:
    assert pelvis_sigma_deg(stance(quality=0.44, pelvis_sigma_deg=1.2)) == 1.2
    assert pelvis_sigma_deg(stance(quality=0.88)) == pytest.approx(1.2)
    instrument = InstrumentErrors({DROP: 0.6}, sigma_deg=1.2)
    half_lost = stance(quality=0.44, pelvis_sigma_deg=1.2)
    assert instrument.of(DROP, [half_lost] * 3) == pytest.approx(0.6), "lost frames do not make the network doubt more"


def test_the_level_lines_error_is_the_drops_too() -> None:
    assert InstrumentErrors({DROP: 0.3}, level_sd_deg=0.4).of(DROP, []) == pytest.approx(0.5)


def test_the_level_lines_error_is_added_to_one_side_and_taken_from_the_other() -> None:
    sides = [stance("left", float(k), 4.0) for k in range(5)], [stance("right", k + 0.5, 1.0) for k in range(5)]
    measured = InstrumentErrors({DROP: 1.0}, level_sd_deg=0.4, difference_sd={DROP: 0.6}).symmetry(DROP, *sides)
    assert measured is not None and measured.ci95_low is not None
    assert measured.difference - measured.ci95_low == pytest.approx(1.96 * math.hypot(0.6, 0.8))
    unmeasured = InstrumentErrors({DROP: 1.0}).symmetry(DROP, *sides)
    assert unmeasured is not None and unmeasured.ci95_low is not None
    assert unmeasured.difference - unmeasured.ci95_low == pytest.approx(1.96 * math.sqrt(2))
    unknown = InstrumentErrors({}).symmetry(DROP, *sides)
    assert unknown is not None and (unknown.difference, unknown.ci95_low) == (3.0, None)


def levelled(level: Level) -> Monitor:
    """A monitor that looks from behind and goes on from a calibration."""
    begun = Monitor("posterior").state()
    replace = msgspec.structs.replace
    known = replace(begun.segmenter, level=replace(begun.segmenter.level, stood=level))
    return Monitor("posterior", replace(begun, segmenter=known))


def run(sigma_px: float, marked: bool = False) -> tuple[Monitor, list]:
    monitor, found = levelled(Level(0.0, 0.1, 0.0, 2.0, "standing")), []
    for frame in range(300):
        landmarks = running(frame / 30)
        landmarks[:, 2] = sigma_px
        shown = pose(frame + 1, frame / 30)
        found += monitor.push(shown, landmarks)
    return monitor, found


def test_what_hangs_on_a_hidden_pelvis_is_withheld_and_flagged_but_the_trunk_is_told() -> None:
    monitor, found = run(70 * math.tan(math.radians(HIDDEN_SIGMA_DEG)))
    assert found and all(s.pelvic_drop_mid_deg is None and s.hip_adduction_mid_deg is None for s in found)
    assert all(s.knee_valgus_mid_deg is None and s.trunk_lean_mid_deg is not None for s in found)
    assert "pelvis_hidden" in monitor.flags()
    for sigma_deg, flags in ((UNCLEAR_SIGMA_DEG + 0.5, ("pelvis_unclear",)), (UNCLEAR_SIGMA_DEG - 0.5, ())):
        monitor, found = run(70 * math.tan(math.radians(sigma_deg)) / math.sqrt(2))
        assert found and all(s.pelvic_drop_mid_deg is not None for s in found)
        assert monitor.flags() == flags


def test_what_hides_the_pelvis_in_every_other_stance_hides_it() -> None:
    monitor, found = levelled(Level(0.0, 0.1, 0.0, 2.0, "standing")), []
    for frame in range(300):
        landmarks = running(frame / 30)
        stance_leg = int(frame / 30 * 170 / 60) % 2
        landmarks[:, 2] = (70 * math.tan(math.radians(HIDDEN_SIGMA_DEG + 1)) / math.sqrt(2), 1.0)[stance_leg]
        found += monitor.push(pose(frame + 1, frame / 30), landmarks)
    sides = {side: [s.pelvic_drop_mid_deg for s in found[2:] if s.side == side] for side in ("left", "right")}
    qualities = [{round(s.quality, 1) for s in found if s.side == side} for side in ("left", "right")]
    assert max(qualities[0]) < min(qualities[1]) or max(qualities[1]) < min(qualities[0]), "one side is seen well"
    assert all(len(drops) > 8 and set(drops) == {None} for drops in sides.values())


def test_a_short_stand_is_better_than_none_but_replaces_no_level_line() -> None:
    unknown, known = Monitor("posterior"), levelled(Level(3.0, 0.1, -9.0, -7.0, "standing"))
    for frame in range(42):
        for monitor in (unknown, known):
            monitor.push(pose(frame + 1, frame / 30), standing())
    assert unknown.level is not None and unknown.level.calibrated
    assert unknown.level.tilt_deg == pytest.approx(0.0, abs=0.01)
    assert known.level is not None and known.level.tilt_deg == 3.0
    for frame in range(42, 90):
        for monitor in (unknown, known):
            monitor.push(pose(frame + 1, frame / 30), standing())
        assert unknown.gait_state().activity == "standing", (
            "it stands on while its stand is too short to replace a level line"
        )
    assert unknown.level is not None and unknown.level.until_s - unknown.level.from_s > 2.0, "the whole stand is read"
    assert known.level.tilt_deg == pytest.approx(0.0, abs=0.01), "a long one does"


def test_walking_has_errors_of_its_own() -> None:
    errors = InstrumentErrors(
        {DROP: 0.3}, walking_sd={DROP: 0.5}, difference_sd={DROP: 0.4}, walking_difference_sd={DROP: 0.7}
    )
    walked = [stance(gait="walk")]
    assert (errors.of(DROP, [stance()]), errors.of(DROP, walked)) == (0.3, 0.5)
    assert (errors.of_difference(DROP, [stance()], [stance()]), errors.of_difference(DROP, walked, walked)) == (
        0.4,
        0.7,
    )
    assert InstrumentErrors({DROP: 0.3}).of(DROP, walked) is None, "the error in walking was not measured"


def test_double_support_is_as_unsure_as_two_contacts() -> None:
    walked = [stance(gait="walk", contact_sigma_s=0.03)]
    assert InstrumentErrors({}).of("double_support_s", walked) == pytest.approx(0.03 * 2**0.5)


def test_an_interval_as_wide_as_the_range_of_people_says_nothing() -> None:
    leaning = [stance(trunk_lean_mid_deg=lean_deg) for lean_deg in (-40.0, 0.0, 40.0)]
    errors = InstrumentErrors({"trunk_lean_mid_deg": 1.5, DROP: 1.3})
    lean, drop = (errors.estimate(metric, leaning) for metric in ("trunk_lean_mid_deg", DROP))
    assert lean is not None and drop is not None
    assert not errors.says_something("trunk_lean_mid_deg", lean) and errors.says_something(DROP, drop)


def test_the_range_of_people_is_that_of_their_gait() -> None:
    """Feet of runners are down for 0.12 to 0.4 s, those of walkers for 0.45 to 0.9 s."""
    errors, found = InstrumentErrors({}), Estimate(0.3, 12, 0.1, 0.15, 0.45)
    assert not errors.says_something("contact_time_s", found, "run")
    assert errors.says_something("contact_time_s", found, "walk")
    assert not errors.says_something("contact_time_s", Estimate(0.6, 12, 0.1, 0.35, 0.85), "walk")


def seen_from(elevation_deg: float | None, sd_deg: float | None, side: Side = "left") -> list[Stance]:
    return [stance(side, camera_elevation_deg=elevation_deg, camera_elevation_sd_deg=sd_deg)] * 7


def test_a_camera_above_or_below_the_hips_widens_what_is_read_from_the_pelvis_line() -> None:
    instrument = InstrumentErrors(
        {DROP: 1.0, "hip_adduction_mid_deg": 1.0, "knee_valgus_mid_deg": 1.0, "trunk_lean_mid_deg": 1.0}
    )
    by_height_deg = math.sin(math.radians(10.0)) * math.hypot(3.2, 4.0)
    for elevation_deg in (10.0, -10.0):
        assert instrument.of(DROP, seen_from(elevation_deg, 0.0)) == pytest.approx(math.hypot(1.0, by_height_deg))
    assert instrument.of("hip_adduction_mid_deg", seen_from(10.0, 0.0)) == pytest.approx(math.hypot(1.0, by_height_deg))
    assert instrument.of("knee_valgus_mid_deg", seen_from(10.0, 0.0)) == 1.0
    assert instrument.of("trunk_lean_mid_deg", seen_from(10.0, 0.0)) == 1.0


def test_a_height_that_is_unknown_widens_by_its_doubt() -> None:
    instrument = InstrumentErrors({DROP: 1.0})
    by_doubt_deg = math.radians(7.0) * math.hypot(3.2, 4.0)
    assert instrument.of(DROP, seen_from(None, 7.0)) == pytest.approx(math.hypot(1.0, by_doubt_deg))
    assert instrument.of(DROP, seen_from(0.0, 0.0)) == 1.0
    assert instrument.of(DROP, seen_from(None, None)) == 1.0, "sessions of earlier versions stay as they were reported"


def test_the_turn_of_who_stands_goes_into_left_minus_right_twice() -> None:
    sides = seen_from(10.0, 0.0), seen_from(10.0, 0.0, "right")
    instrument = InstrumentErrors({DROP: 1.0}, difference_sd={DROP: 0.5})
    by_height_deg = math.sin(math.radians(10.0)) * math.hypot(2.0, 8.0)
    assert instrument.of_difference(DROP, *sides) == pytest.approx(math.hypot(0.5, by_height_deg))
