from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.gait.cadence import cadence_spm
from runform_live.gait.rolling import Rolling
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.gait.uncertainty.statistics import estimate, symmetry, t95
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


def test_a_missed_stance_does_not_slow_the_cadence() -> None:
    some = stances(30)
    del some[7], some[18]
    assert cadence_spm(some) == pytest.approx(60 / 0.36, rel=1e-3)


def test_the_cadence_is_unknown_where_all_stances_have_missed_ones_between_them() -> None:
    assert cadence_spm(stances(30)[::3]) is None


def test_the_cadence_is_right_where_most_stances_have_missed_ones_between_them() -> None:
    some = [*stances(60)[:4], *stances(60)[6::3]]
    assert cadence_spm(some) == pytest.approx(60 / 0.36, rel=1e-3)


@pytest.mark.parametrize(("freedom", "want"), [(1, 12.706), (6, 2.447), (30, 2.042), (60, 2.000), (120, 1.980)])
def test_students_t(freedom: int, want: float) -> None:
    assert t95(freedom) == pytest.approx(want, abs=0.004)


@given(st.lists(st.one_of(st.none(), st.floats(-30, 30)), max_size=30), st.floats(0.1, 3))
def test_an_interval_surrounds_its_mean_and_is_no_narrower_than_the_instrument(
    values: list[float | None], sd: float
) -> None:
    known = [v for v in values if v is not None]
    found = estimate(values, sd)
    if not known:
        assert found is None
        return
    assert found is not None
    assert found.n == len(known)
    assert found.mean == pytest.approx(math.fsum(known) / len(known))
    if len(known) == 1:
        assert found.ci95_low is None
        return
    assert found.ci95_low is not None
    assert found.mean - found.ci95_low >= 1.96 * sd - 1e-9


def test_symmetry_near_zero_has_no_index() -> None:
    both = symmetry(estimate([0.1, 0.1], 1.0), estimate([-0.2, -0.2], 1.0), 1.5)
    assert both is not None
    assert both.index_percent is None
    assert symmetry(None, estimate([1.0, 1.0], 1.0), 1.5) is None


def test_rolling_keeps_the_last_of_each_side() -> None:
    rolling = Rolling(3)
    for k in range(10):
        rolling.add(stance("left", float(k), float(k)))
    found = rolling.estimate("left", "pelvic_drop_mid_deg")
    assert found is not None
    assert found.mean == 8.0
    assert found.provisional
    assert rolling.estimate("right", "pelvic_drop_mid_deg") is None
