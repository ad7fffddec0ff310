from __future__ import annotations

import math

import pytest

from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.session.summary import summarise
from tests.makers import stance, stances


def test_means_intervals_and_symmetry_of_a_known_session() -> None:
    found = summarise(
        stances(20, 5.0, 3.0), InstrumentErrors({"pelvic_drop_mid_deg": 0.5}), True, "posterior", ["low_light"]
    )
    left = found.sides["left"]["pelvic_drop_mid_deg"]
    assert (left.n, left.mean, left.sd) == (10, 5.0, 0.0)
    assert left.ci95_high == pytest.approx(5.0 + 1.96 * 0.5)
    both = found.symmetry["pelvic_drop_mid_deg"]
    assert both.difference == 2.0
    assert both.index_percent == pytest.approx(50.0)
    assert both.ci95_low == pytest.approx(2.0 - math.hypot(0.98, 0.98), abs=1e-4)
    assert found.flags == ["low_light"]
    assert found.cadence_spm == pytest.approx(60 / 0.36, rel=1e-3)


def test_an_instrument_whose_error_is_not_known_gives_no_interval_and_says_so() -> None:
    found = summarise(stances(20), InstrumentErrors({}), True, "posterior", [])
    assert found.sides["left"]["pelvic_drop_mid_deg"].ci95_low is None
    assert "instrument_error_unknown" in found.flags


def test_few_stances_are_provisional_and_no_calibration_is_said() -> None:
    found = summarise(stances(13), InstrumentErrors({"pelvic_drop_mid_deg": 1.0}), False, "unknown", [])
    assert "provisional" in found.flags
    assert "not_calibrated" in found.flags


def test_an_empty_session_is_unknown_not_zero() -> None:
    found = summarise([], InstrumentErrors({}), False, "unknown", ["nobody_seen"])
    assert found.sides["left"]["pelvic_drop_mid_deg"].mean is None
    assert found.symmetry["pelvic_drop_mid_deg"].difference is None
    assert found.cadence_spm is None


def test_withheld_stances_do_not_count() -> None:
    mixed = [*stances(14), stance("left", 9.0, None)]
    assert summarise(mixed, InstrumentErrors({}), True, "posterior", []).sides["left"]["pelvic_drop_mid_deg"].n == 7


def test_a_mean_that_says_nothing_is_withheld_and_its_stances_still_count() -> None:
    found = summarise(stances(40), InstrumentErrors({"pelvic_drop_mid_deg": 7.3}), True, "posterior", [])
    assert (
        found.sides["left"]["pelvic_drop_mid_deg"].mean is None
        and found.symmetry["pelvic_drop_mid_deg"].difference is None
    )
    assert "provisional" not in found.flags
