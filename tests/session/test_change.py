"""Before and after: what is a change, what is within error, what cannot be said."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live import config
from runform_live.gait.instrument import Instrument
from runform_live.session.change import DIFFERENCE, Measured, change_between, changes, not_alike
from runform_live.session.reader import Session, read
from runform_live.session.record import SessionRecord
from runform_live.session.summary import summarise
from tests.makers import stances

DROP = "pelvic_drop_mid_deg"
degrees = st.floats(-20, 20)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    SessionRecord(tmp_path, "x", config.load(), "live").finish("end of the source", 300)
    return read(tmp_path)


def with_drops(session: Session, left: float, right: float, calibrated: bool = True, **model: Any) -> Session:
    instrument = Instrument(
        {DROP: 1.0, "trunk_lean_mid_deg": 1.0}, level_sd_deg=0.0 if calibrated else None, difference_sd={DROP: 1.0}
    )
    summary = summarise(stances(30, left, right), instrument, calibrated, "posterior", [])
    info = msgspec.structs.replace(session.info, model=msgspec.structs.replace(session.info.model, **model))
    return replace(session, info=info, summary=summary)


def test_a_change_counts_beyond_what_both_sessions_leave_open(session: Session) -> None:
    found = changes(with_drops(session, 8.0, 6.0), with_drops(session, 5.0, 5.0))[DROP]
    assert (found["left"].before, found["left"].after, found["left"].change) == (8.0, 5.0, -3.0)
    assert found["left"].detectable == pytest.approx(1.96 * math.sqrt(2), abs=1e-3), (
        "no spread, so the instrument's alone"
    )
    assert found["left"].shown is True
    assert found["right"].shown is False, "a degree is within error"
    assert found[DIFFERENCE].change == pytest.approx(-2.0)
    assert not_alike(with_drops(session, 8.0, 6.0), with_drops(session, 5.0, 5.0)) == []


def test_without_a_level_line_the_change_is_told_and_not_judged(session: Session) -> None:
    found = changes(with_drops(session, 8.0, 6.0), with_drops(session, 3.0, 6.0, calibrated=False))[DROP]
    assert found["left"].change == -5.0
    assert found["left"].shown is None
    assert found[DIFFERENCE].change is None, "a true asymmetry was removed with the roll"


def test_hips_are_not_compared_with_stickers(session: Session) -> None:
    before, after = with_drops(session, 8.0, 6.0), with_drops(session, 3.0, 3.0, pelvis_line="psis_markers")
    found = changes(before, after)
    assert found[DROP]["left"].change is None
    assert found["trunk_lean_mid_deg"]["left"].change == 0.0
    assert not_alike(before, after) == ["line"]


def test_another_network_view_or_person_is_said(session: Session) -> None:
    before, after = with_drops(session, 8.0, 6.0), with_drops(session, 3.0, 3.0, sha256="another")
    after = replace(after, summary=msgspec.structs.replace(after.summary, view="anterior"))
    people = [replace(s, info=msgspec.structs.replace(s.info, person=p)) for s, p in ((before, "A"), (after, "B"))]
    assert not_alike(before, after) == ["network", "view"]
    assert not_alike(*people) == ["network", "view", "person"]


def test_a_person_whose_pseudonym_was_changed_is_still_the_same(session: Session) -> None:
    def of(person: str, person_id: str | None) -> Session:
        info = msgspec.structs.replace(session.info, person=person, person_id=person_id)
        return replace(session, info=info)

    assert "person" not in not_alike(of("P07", "1"), of("P08", "1"))
    assert "person" in not_alike(of("P07", "1"), of("P07", "2"))
    assert "person" in not_alike(of("P07", "1"), of("P08", None))


def test_in_the_same_setup_what_is_wrong_twice_falls_out(session: Session) -> None:
    """The network's card knows that a change is wrong by half as much as two bodies are apart; of the difference nothing is known."""
    known: dict[str, Any] = {
        "instrument_sd_deg": {DROP: 2.0},
        "instrument_change_sd_deg": {DROP: math.sqrt(2.0)},
        "instrument_change_difference_sd_deg": {},
    }
    before, after = (with_drops(session, *drops, **known) for drops in ((8.0, 6.0), (5.0, 5.0)))
    plain, same = changes(before, after)[DROP], changes(before, after, same_setup=True)[DROP]
    assert same["left"].detectable == pytest.approx(0.5 * 1.96 * math.sqrt(2), abs=1e-3)
    assert plain["left"].detectable == pytest.approx(1.96 * math.sqrt(2), abs=1e-3)
    assert same[DIFFERENCE].detectable == plain[DIFFERENCE].detectable
    other = with_drops(session, 5.0, 5.0, **known, sha256="another")
    assert changes(before, other, same_setup=True)[DROP]["left"] == plain["left"], "another network, other errors"


@given(degrees, degrees, st.floats(0, 9), st.floats(0, 9), st.floats(0, 2))
def test_there_and_back_is_the_same_change(first: float, then: float, half: float, other: float, wider: float) -> None:
    a, b = Measured(first, half + wider, wider), Measured(then, other, 0.0)
    there, back = change_between(a, b, 1.0), change_between(b, a, 1.0)
    assert there.change is not None and back.change is not None
    assert there.change == -back.change
    assert there.shown == back.shown
    assert there.detectable == pytest.approx(math.hypot(half + wider, other), abs=1e-9)
    none_new = change_between(a, b, 0.0).detectable
    assert none_new == pytest.approx(wider), "strides differ in any clothes"


@given(degrees)
def test_unknown_stays_unknown(value: float) -> None:
    unknown, known = Measured(None, None, 0.0), Measured(value, 1.0, 0.5)
    for one in (change_between(unknown, known, 1.0), change_between(known, unknown, 1.0)):
        assert (one.change, one.detectable, one.shown) == (None, None, None)
