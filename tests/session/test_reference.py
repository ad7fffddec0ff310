"""A first minute that somebody began anew: it is the reference of all that the session says of changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from runform_live import config
from runform_live.errors import BadInput
from runform_live.gait.first_minute import FirstMinute
from runform_live.messages import CoachState, Side, Stance
from runform_live.session import run_parts
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from runform_live.session.run_parts import parts
from tests.makers import standing
from tests.running import wait_until
from tests.session.test_run_changes import DROP, after, run, switched

MOVED_S, ANEW_S = 180.0, 185.0  # the camera; the key


def minute_of(stances: Sequence[Stance]) -> tuple[float, float]:
    """First contact and last toe off of the first minute of these."""
    minute = FirstMinute()
    for one in stances:
        minute.push(one)
    assert minute.span_s is not None
    return minute.span_s


def moved(until_s: float, drop: Callable[[Side, float], float] = lambda _side, _time_s: 5.0) -> list[Stance]:
    """A run in which the camera is moved after three minutes."""
    return after(run(until_s, drop), MOVED_S, camera_moves=1)


def since_anew(stances: Sequence[Stance]) -> list[Stance]:
    return [one for one in stances if one.midstance_s > ANEW_S]


def test_a_first_minute_that_was_begun_anew_is_compared_with_the_last_one() -> None:
    some = moved(400.0)
    anew_s = minute_of(since_anew(some))
    ((first, last),) = parts(some, [], anew_s)
    assert first.spans_s == (anew_s,)
    assert last.spans_s[0][0] == pytest.approx(340.0, abs=0.5) and last.spans_s[0][1] == some[-1].toe_off_s


def test_a_coach_to_whom_nobody_said_to_begin_anew_changes_nothing() -> None:
    for until_s in (64.0, 100.0, 240.0):
        some = after(run(until_s), 20.0, camera_moves=1)
        found = [] if until_s < 80.0 else [minute_of(some)]
        assert parts(some, switched(50.0, 90.0), *found) == parts(some, switched(50.0, 90.0))


def test_what_is_left_of_a_run_after_a_new_first_minute_is_compared_by_thirds_where_it_is_short() -> None:
    some = moved(280.0)
    ((first, last),) = parts(some, [], minute_of(since_anew(some)))
    third_s = (280.0 - ANEW_S) / 3
    assert first.spans_s[0] == pytest.approx((ANEW_S, ANEW_S + third_s), abs=0.7)
    assert last.spans_s[0] == pytest.approx((280.0 - third_s, 280.0), abs=0.7)
    assert not run_parts.is_minute(first)


def test_blocks_before_a_new_first_minute_do_not_count() -> None:
    some = moved(400.0)
    compared = parts(some, switched(60.0, 120.0, 300.0), minute_of(since_anew(some)))
    assert [(one.name, round(one.spans_s[0][0])) for _, one in compared] == [
        ("last", 340), ("feedback", 300), ("no_feedback", 245), ("block", 245), ("block", 300), ("block", 300)
    ]  # fmt: skip


def test_a_first_minute_without_enough_stances_of_both_sides_is_none() -> None:
    some = run(240.0)
    assert parts(some, [], (30.0, 33.0)) == parts(some, [])
    assert parts(some, [], (900.0, 960.0)) == parts(some, [])


# -- in the folder ------------------------------------------------------------------------------------------------


def told(**more: object) -> CoachState:
    return CoachState(muted=False, sound="", **more)  # type: ignore[arg-type]


def half(side: Side, time_s: float) -> float:
    """The left side drops by 2 deg less in the last minute and a half."""
    return 3.0 if side == "left" and time_s > 310.0 else 5.0


def recorded(folder: Path) -> SessionRecord:
    """A session of which the coach has told a first minute, and another one after the key; it goes on."""
    some = moved(400.0, half)
    first_s, anew_s = minute_of(some), minute_of(since_anew(some))
    record = SessionRecord(folder, "0", config.load(), "live")
    for number, one in enumerate(some, start=1):
        record.pose(number, one.toe_off_s, standing())
        now_s = one.toe_off_s
        spans_s = [
            span_s for span_s, from_s in ((first_s, 0.0), (anew_s, ANEW_S)) if span_s[1] <= now_s and from_s <= now_s
        ]
        watched = ANEW_S <= now_s < anew_s[1]
        record.coach(told(reference_s=None if watched or not spans_s else spans_s[-1]))
        record.stance(one)
    return record


def is_told(folder: Path) -> None:
    found = read(folder)
    anew_s = minute_of(since_anew(found.stances))
    assert found.info.reference_s == pytest.approx(anew_s)
    (ends,) = (one for one in found.summary.changes if one.now.name == "last")
    assert ends.before.spans_s[0] == pytest.approx(anew_s) and ends.reasons == ()
    share = found.info.model.within_run_share[DROP]
    assert ends.sides["left"][DROP].change == pytest.approx(-2.0 / share, abs=0.05) and ends.sides["left"][DROP].sure


def test_the_summary_is_told_against_the_new_first_minute(tmp_path: Path) -> None:
    recorded(tmp_path).finish("stopped")
    is_told(tmp_path)
    assert "summary_made_anew" not in read(tmp_path).summary.flags


def test_so_is_that_of_a_session_that_was_cut_off(tmp_path: Path) -> None:
    record = recorded(tmp_path)
    assert wait_until(
        lambda: _kept(tmp_path)["reference_s"] is not None and _kept(tmp_path)["reference_s"][0] > ANEW_S, 10
    )
    record.abandon()
    is_told(tmp_path)


def test_so_is_that_of_a_stage_that_was_started_anew(tmp_path: Path) -> None:
    first = recorded(tmp_path)
    before = first.state()
    first.abandon()
    second = SessionRecord(tmp_path, "0", config.load(), "live", before=before)
    second.coach(told())  # a coach that begins anew has no first minute yet
    second.finish("stopped")
    is_told(tmp_path)


def test_a_summary_against_another_first_minute_is_made_anew(tmp_path: Path) -> None:
    recorded(tmp_path).finish("stopped")
    _change(tmp_path, reference_s=None)
    assert "summary_made_anew" in read(tmp_path).summary.flags


def test_a_session_that_does_not_tell_its_first_minute_is_read(tmp_path: Path) -> None:
    recorded(tmp_path).finish("stopped")
    info = _kept(tmp_path)
    for name in ("reference_s", "target_from"):
        del info[name]
    (tmp_path / "session.json").write_text(json.dumps(info))
    found = read(tmp_path)
    assert found.info.reference_s is None and found.summary.changes[0].reasons == ("camera",)


def test_a_first_minute_that_ends_before_its_beginning_is_damage(tmp_path: Path) -> None:
    recorded(tmp_path).finish("stopped")
    _change(tmp_path, reference_s=[245.0, 185.0])
    with pytest.raises(BadInput, match="the first minute ends before its beginning"):
        read(tmp_path)


def _kept(folder: Path) -> Any:
    return json.loads((folder / "session.json").read_text())


def _change(folder: Path, **changes: object) -> None:
    (folder / "session.json").write_text(json.dumps(_kept(folder) | changes))
