"""Before and after: what is a change, what is within error, what cannot be compared and why."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.messages import VIEW_UNSURE, BodyShares, Gait
from runform_live.model_used import ModelUsed
from runform_live.progress.change import (
    BOTH,
    DIFFERENCE,
    Change,
    Measured,
    change_between,
    compared,
    measured,
)
from runform_live.progress.point import Point, apart
from runform_live.quantities import CADENCE
from runform_live.session.schema import Calibration
from tests.makers import stances
from tests.progress.makers import DROP, MODEL, point, run

LEAN = "trunk_lean_mid_deg"
ONE_DEG = ModelUsed("n", "0" * 64, instrument_sd_deg={DROP: 1.0, LEAN: 1.0}, instrument_difference_sd_deg={DROP: 1.0})
degrees = st.floats(-20, 20)


def steady(
    left: float, right: float, calibrated: bool = True, flags: tuple[str, ...] = (), gait: Gait = "run", **changes: Any
) -> Point:
    """Stances without any spread, and an instrument that is wrong by a degree; changes: of session.json or of the network."""
    of_network = {name: changes.pop(name) for name in list(changes) if name in ModelUsed.__struct_fields__}
    model = msgspec.structs.replace(ONE_DEG, **of_network)
    rows = [msgspec.structs.replace(one, gait=gait) for one in stances(30, left, right)]
    return point(rows, model=model, calibrated=calibrated, flags=flags, **changes)


def drop(before: Point, after: Point, column: Any = "left", same_setup: bool = False) -> Change:
    return compared(before, after, DROP, column, same_setup)


def test_a_change_counts_beyond_what_both_sessions_leave_open() -> None:
    before, after = steady(8.0, 6.0), steady(5.0, 5.0)
    left = drop(before, after)
    assert (left.before, left.after, left.change) == (8.0, 5.0, -3.0)
    assert left.detectable == pytest.approx(1.96 * math.sqrt(2), abs=1e-3), "no spread, so the instrument's alone"
    assert left.low == pytest.approx(-3.0 - 2.772, abs=1e-3)
    assert left.high == pytest.approx(-3.0 + 2.772, abs=1e-3)
    assert left.call == "changed"
    assert drop(before, after, "right").call == "not_sure", "a degree is within error"
    assert drop(before, after, DIFFERENCE).change == pytest.approx(-2.0)


def test_the_spread_of_the_stances_makes_a_change_harder_to_tell() -> None:
    """By hand: 120 stances a side whose SD is known, no error of the instrument."""
    exact = msgspec.structs.replace(ONE_DEG, instrument_sd_deg={DROP: 0.0})
    before, after = (point(run({"left": 5.0, "right": 5.0}, 240, seed), model=exact) for seed in (1, 2))
    sds = [one.summary.sides["left"][DROP].sd or 0.0 for one in (before, after)]
    t = 1.96 + 2.4 / 119
    expected = math.hypot(*(t * sd / math.sqrt(120) for sd in sds))
    assert drop(before, after).detectable == pytest.approx(expected, abs=1e-3)
    few = point(run({"left": 5.0, "right": 5.0}, 60, 2), model=exact)
    assert (drop(before, few).detectable or 0.0) > 1.5 * expected


def test_without_a_level_line_the_change_is_told_and_not_judged() -> None:
    before, after = steady(8.0, 6.0), steady(3.0, 6.0, calibrated=False)
    assert drop(before, after).change == -5.0
    assert (drop(before, after).call, drop(before, after).reasons) == ("cannot", ("level",))
    difference = drop(before, after, DIFFERENCE)
    assert difference.change is None, "a true asymmetry was removed with the roll"
    assert difference.reasons == ("level",)
    assert compared(before, after, LEAN, "left").call == "not_sure", "the trunk is read without it"


def test_fewer_stances_than_a_stable_mean_needs_are_not_judged() -> None:
    before, after = steady(8.0, 6.0), point(stances(12, 3.0, 6.0), model=ONE_DEG)
    assert (drop(before, after).change, drop(before, after).call) == (-5.0, "cannot")
    assert drop(before, after).reasons == ("few",)


def test_an_error_that_is_not_known_judges_nothing() -> None:
    found = compared(steady(8.0, 6.0), steady(3.0, 3.0), "step_width_hip", "left")
    assert (found.change, found.call, found.reasons) == (0.0, "cannot", ("error",))


def test_hips_are_not_compared_with_stickers() -> None:
    before, after = steady(8.0, 6.0), steady(3.0, 3.0, pelvis_line="psis_markers")
    assert (drop(before, after).change, drop(before, after).reasons) == (None, ("line",))
    assert compared(before, after, LEAN, "left").change == 0.0


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("network", {"sha256": "1" * 64}),
        ("network", {"detail_sha256": "1" * 64}),
        ("view", {"view": "anterior"}),
        ("sides", {"flags": (VIEW_UNSURE,)}),
        ("gait", {"gait": "walk"}),
        ("person", {"person_id": "8"}),
    ],
)
def test_sessions_that_are_not_alike_are_not_compared_and_it_is_said_why(reason: str, changes: dict[str, Any]) -> None:
    before, after = steady(8.0, 6.0), steady(3.0, 3.0, **changes)
    assert apart(before, after) == (reason,) == apart(after, before)
    for one in (drop(before, after), drop(after, before), drop(before, after, same_setup=True)):
        assert (one.change, one.detectable, one.call, one.reasons) == (None, None, "cannot", (reason,))
    cadence = compared(before, after, CADENCE, BOTH)
    assert (cadence.call == "cannot") == (reason in ("gait", "person")), "no camera and no network makes it wrong"


def test_a_view_that_nobody_decided_names_no_side() -> None:
    before, after = steady(8.0, 6.0, view="unknown"), steady(3.0, 3.0, view="unknown")
    assert drop(before, after).reasons == ("sides",)


def test_a_person_whose_pseudonym_was_changed_is_still_the_same() -> None:
    def of(person: str, person_id: str | None) -> Point:
        return steady(5.0, 5.0, person=person, person_id=person_id)

    assert "person" not in apart(of("P07", "1"), of("P08", "1"))
    assert "person" in apart(of("P07", "1"), of("P07", "2"))
    assert "person" in apart(of("P07", "1"), of("P08", None))


def test_in_the_same_setup_what_is_wrong_twice_falls_out() -> None:
    """The network's card knows that a change is wrong by half as much as two bodies are apart; of the difference nothing is known."""
    known: dict[str, Any] = {"instrument_sd_deg": {DROP: 2.0}, "instrument_change_sd_deg": {DROP: math.sqrt(2.0)}}
    before, after = steady(8.0, 6.0, **known), steady(5.0, 5.0, **known)
    assert drop(before, after, same_setup=True).detectable == pytest.approx(0.5 * 1.96 * 2 * math.sqrt(2), abs=1e-3)
    assert drop(before, after).detectable == pytest.approx(1.96 * 2 * math.sqrt(2), abs=1e-3)
    assert drop(before, after, DIFFERENCE, same_setup=True) == drop(before, after, DIFFERENCE)


def test_the_shipped_network_tells_smaller_changes_in_the_same_setup() -> None:
    before, after = (point(run({"left": 5.0, "right": 5.0}, seed=seed), model=MODEL) for seed in (1, 2))
    apart_deg, same_deg = (drop(before, after, same_setup=same).detectable for same in (False, True))
    assert apart_deg is not None and same_deg is not None and same_deg < 0.75 * apart_deg


def test_the_cadence_has_the_interval_of_its_steps() -> None:
    before, after = (
        point(run({"left": 5.0, "right": 5.0}, cadence_spm=spm, seed=seed)) for seed, spm in enumerate((160.0, 166.0))
    )
    found = measured(before, CADENCE, BOTH)
    assert found.value == pytest.approx(160.0, abs=0.3) and found.half == pytest.approx(0.25, abs=0.1)
    change = compared(before, after, CADENCE, BOTH)
    assert change.change == pytest.approx(6.0, abs=0.5) and change.call == "changed"


@given(degrees, degrees, st.floats(0, 9), st.floats(0, 9), st.floats(0, 2))
def test_there_and_back_is_the_same_change(first: float, then: float, half: float, other: float, wider: float) -> None:
    a, b = Measured(first, half + wider, wider), Measured(then, other, 0.0)
    there, back = change_between(a, b, 1.0), change_between(b, a, 1.0)
    assert there.change is not None and back.change is not None
    assert there.change == -back.change
    assert there.call == back.call
    assert there.detectable == pytest.approx(math.hypot(half + wider, other), abs=1e-9)
    none_new = change_between(a, b, 0.0).detectable
    assert none_new == pytest.approx(wider), "strides differ in any clothes"


@given(degrees)
def test_unknown_stays_unknown(value: float) -> None:
    unknown, known = Measured(None, None, 0.0), Measured(value, 1.0, 0.5)
    for one in (change_between(unknown, known, 1.0), change_between(known, unknown, 1.0)):
        assert (one.change, one.detectable, one.call, one.reasons) == (None, None, "cannot", ("unknown",))


def tall(height_m: float, share: float = 0.3) -> Point:
    """A session of a client of that height, whose steps are so many hip widths apart."""
    body = Calibration(True, 0.0, 0.0, body=BodyShares(0.13, 0.4))
    stances = run({"left": 5.0, "right": 5.0}, step_width_hip=share)
    return point(stances, person_height_m=height_m, calibration=body)


def test_centimetres_are_compared_where_the_height_is_known() -> None:
    before, after = tall(1.70), tall(1.70, 0.6)
    found = compared(before, after, "step_width_cm", "left")
    hip_cm = 0.13 * (0.818 - 0.039) * 170.0
    assert found.change == pytest.approx(0.3 * hip_cm, abs=0.01) and found.call == "changed"
    without = compared(before, steady(5.0, 5.0), "step_width_cm", "left")
    assert (without.call, without.reasons) == ("cannot", ("network",))


def test_a_height_that_was_noted_otherwise_changes_no_centimetres() -> None:
    before, after = tall(1.70), tall(1.90)
    assert compared(before, after, "step_width_cm", "left").reasons == ("height",)
    assert drop(before, after).call == "not_sure", "angles do not hang on it"
