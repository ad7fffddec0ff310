"""How a session stands to a target from its first minute: by what changed since, and by the level line of the whole run."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from runform_live import config, texts
from runform_live.dashboard import end_model
from runform_live.messages import Band, CoachState, Side, Stance, TargetFrom
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from runform_live.session.target_comparison import TargetComparison, compared_with_targets, in_words
from tests.makers import standing
from tests.running import wait_until
from tests.session.test_run_changes import DROP, after
from tests.session.test_run_changes import run as run_of

FIRST_S = (0.0, 60.5)
EN = texts.load("en")[0]


def told(high: float | None, source: TargetFrom = "baseline", over: bool = True) -> CoachState:
    targets = {} if high is None else {DROP: Band(high=high)}
    return CoachState(muted=False, sound="", targets=targets, target_from=source, reference_s=FIRST_S if over else None)


def recorded(folder: Path, stances: Sequence[Stance], state: CoachState) -> SessionRecord:
    """A session whose coach has told this; it goes on."""
    record = SessionRecord(folder, "0", config.load(), "live")
    for number, one in enumerate(stances, start=1):
        record.pose(number, one.toe_off_s, standing())
        record.stance(one)
    record.coach(state)
    return record


def run(until_s: float, drop: Callable[[Side, float], float] = lambda _side, _time_s: 5.0) -> list[Stance]:
    """A run that was read against one level line: what it takes from one side it gives the other."""
    return [
        msgspec.structs.replace(one, **{
            name: getattr(one, name) * (1.0 if one.side == "left" else -1.0)
            for name in ("drop_level_deg", "adduction_level_deg", "lean_level_deg")
        })
        for one in run_of(until_s, drop)
    ]  # fmt: skip


def falls(by: float) -> Callable[[Side, float], float]:
    """Both sides drop by 5 deg in the first minute, and by so much less after it."""
    return lambda _side, time_s: 5.0 - (by if time_s > FIRST_S[1] else 0.0)


def ranked(folder: Path, stances: Sequence[Stance], state: CoachState) -> list[TargetComparison]:
    recorded(folder, stances, state).finish("stopped")
    return compared_with_targets(read(folder))


def test_who_met_the_target_after_the_first_minute_is_inside_whatever_that_minute_was(tmp_path: Path) -> None:
    found = ranked(tmp_path, run(90.0, falls(2.5)), told(3.0))
    assert read(tmp_path).summary.sides["left"][DROP].mean > 3.0, "the first minute is most of the run"  # type: ignore[operator]
    share = read(tmp_path).info.model.within_run_share[DROP]
    assert [one.side for one in found] and {one.side for one in found} == {"left", "right"}
    for one in found:
        assert one.mean == pytest.approx(5.0 - 2.5 / share, abs=0.1) and one.over == pytest.approx(one.mean - 3.0)
        assert one.since_first and not one.sure
    assert "after your first minute, inside the target by" in in_words(found[0], EN)


@pytest.mark.parametrize(("by", "outside", "sure"), [(0.0, True, True), (1.7, True, False), (2.5, False, False)])
def test_it_is_surely_outside_only_beyond_the_margin_of_a_change(
    tmp_path: Path, by: float, outside: bool, sure: bool
) -> None:
    found = ranked(tmp_path, run(240.0, falls(by)), told(3.0))
    assert {(one.over > 0, one.sure) for one in found} == {(outside, sure)}


def test_a_limit_in_degrees_is_held_against_the_mean_of_the_whole_run(tmp_path: Path) -> None:
    found = ranked(tmp_path, run(90.0, falls(2.5)), told(3.0, source="chosen"))
    mean = read(tmp_path).summary.sides["left"][DROP].mean
    assert mean in [one.mean for one in found] and all(one.over > 0 and not one.since_first for one in found)


def test_a_target_of_the_first_minute_is_made_of_the_level_line_of_the_whole_run(tmp_path: Path) -> None:
    """The line of the first minute took 1 deg too much from the left side and gave it the right one."""
    some = [
        msgspec.structs.replace(one, pelvic_drop_mid_deg=(one.pelvic_drop_mid_deg or 0.0) - off, drop_level_deg=(one.drop_level_deg or 0.0) + off)
        for one in run(240.0)
        for off in [0.0 if one.midstance_s > FIRST_S[1] else 1.0 if one.side == "left" else -1.0]
    ]  # fmt: skip
    found = ranked(tmp_path, some, told(4.0))
    change_deg = config.load().coach.baseline_change_deg
    first = {side: _mean(read(tmp_path).stances, side, FIRST_S[1]) for side in ("left", "right")}
    assert first["left"] == pytest.approx(4.74, abs=0.05) and first["right"] == pytest.approx(5.26, abs=0.05)
    assert read(tmp_path).info.bands()[DROP].ends == (None, pytest.approx(first["right"] - change_deg, abs=0.06))
    over = {one.side: one.over for one in found}
    assert over["right"] == pytest.approx(change_deg, abs=0.1), "nothing changed"
    assert over["left"] == pytest.approx(change_deg - 0.52, abs=0.1)


def _mean(stances: Sequence[Stance], side: Side, until_s: float) -> float:
    values = [one.pelvic_drop_mid_deg or 0.0 for one in stances if one.side == side and one.midstance_s <= until_s]
    return sum(values) / len(values)


def test_a_session_that_was_cut_off_has_the_same_target(tmp_path: Path) -> None:
    record = recorded(tmp_path, run(240.0, falls(2.5)), told(9.9))
    assert wait_until(lambda: "9.9" in (tmp_path / "session.json").read_text(), 10)
    record.abandon()
    assert read(tmp_path).info.bands() == {DROP: Band(high=3.0)}
    assert json.loads((tmp_path / "session.json").read_text())["targets"][DROP] == [None, 3.0]
    assert all(one.over < 0 for one in compared_with_targets(read(tmp_path)))


def test_a_session_that_does_not_say_where_its_targets_come_from_is_held_against_its_means(tmp_path: Path) -> None:
    recorded(tmp_path, run(240.0, falls(2.5)), told(3.0)).finish("stopped")
    info = json.loads((tmp_path / "session.json").read_text())
    for name in ("target_from", "reference_s"):
        del info[name]
    (tmp_path / "session.json").write_text(json.dumps(info))
    found = read(tmp_path)
    assert compared_with_targets(found)[0].mean == found.summary.sides[compared_with_targets(found)[0].side][DROP].mean


@pytest.mark.parametrize("case", ["the camera was moved", "nothing was run after it", "it was not over"])
def test_where_the_change_cannot_be_known_nothing_is_held_against_it_and_the_end_page_says_why(
    tmp_path: Path, case: str
) -> None:
    some = run(62.0 if "nothing" in case else 240.0)
    if "moved" in case:
        some = after(some, 120.0, camera_moves=1)
    state = told(None, over=False) if "not over" in case else told(3.0)
    assert ranked(tmp_path, some, state) == []
    assert end_model.words(read(tmp_path), EN).next.startswith("Your target comes from your first minute.")


@pytest.mark.parametrize("language", texts.languages())
def test_every_language_says_it(tmp_path: Path, language: str) -> None:
    said = texts.load(language)[0]
    for by in (0.0, 2.5):
        one = ranked(tmp_path / f"{by}", run(120.0, falls(by)), told(3.0))[0]
        key = "end.outside_after_first" if one.over > 0 else "end.inside_after_first"
        assert said.has(key) and "{" not in in_words(one, said)
    assert said.has("end.first_minute_not_judged")
