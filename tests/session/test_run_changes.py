"""What changed within a run: which parts are compared, what is told of them, live and from the file."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runform_live import config
from runform_live.errors import BadInput
from runform_live.gait.first_minute import FirstMinute
from runform_live.gait.uncertainty.change import ChangeErrors, ChangeModel
from runform_live.messages import CoachState, Feedback, MarkedBlock, Side, Stance
from runform_live.metrics import OF_GAIT, SUMMARISED
from runform_live.session import run_parts
from runform_live.session.feedback_blocks import blocks
from runform_live.session.figures import ChangeSummary, PartChange, RunPart, Summary
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from runform_live.session.run_changes import changes, trends
from runform_live.session.run_parts import parts
from runform_live.session.stances import as_written
from tests.makers import stance, standing

DROP, LEAN, VALGUS = "pelvic_drop_mid_deg", "trunk_lean_mid_deg", "knee_valgus_mid_deg"
LEVELLED = (DROP, "pelvic_drop_peak_deg", "hip_adduction_mid_deg", "hip_adduction_peak_deg", LEAN)
STEP_S = 0.36
SCATTER = (0.4, -0.7, 0.9, -0.2, -0.9, 0.5, 0.2, -0.2)  # deg, about a mean of 0
SURE = dict.fromkeys(SUMMARISED, 0.05)
MODEL = ChangeModel(
    ChangeErrors(
        share=dict.fromkeys(SUMMARISED, 1.0),
        share_sd=SURE,
        drift_sd=SURE,
        drift_difference_sd=SURE,
        return_sd=dict.fromkeys(SUMMARISED, 0.5),
        return_difference_sd=dict.fromkeys(SUMMARISED, 0.5),
    )
)
UNKNOWN = ChangeSummary(None, None, None)


def run(
    until_s: float, drop: Callable[[Side, float], float] = lambda _side, _time_s: 5.0, from_s: float = 0.0
) -> list[Stance]:
    """Stances of a run whose midstances lie in [from_s, until_s). drop: a side's true one at a time (s)."""
    made = []
    for k in range(round((until_s - from_s) / STEP_S)):
        side: Side = "left" if k % 2 == 0 else "right"
        at_s = from_s + 0.12 + k * STEP_S
        value = drop(side, at_s) + SCATTER[k // 2 % len(SCATTER)]
        made.append(
            as_written(
                stance(side, at_s, value, drop_level_deg=1.0, adduction_level_deg=1.0, lean_level_deg=0.5,
                       pelvis_sigma_deg=1.2)
            )
        )  # fmt: skip
    return made


def after(stances: Sequence[Stance], time_s: float, **told: object) -> list[Stance]:
    """The stances, told so from a time on."""
    return [msgspec.structs.replace(one, **told) if one.midstance_s > time_s else one for one in stances]


def switched(*times_s: float) -> list[dict[str, Any]]:
    """Events of feedback that is off at first, and changes at these times."""
    kinds = itertools.cycle(["feedback_off", "feedback_on"])
    return [{"kind": kind, "time_s": time_s} for kind, time_s in zip(kinds, (0.0, *times_s), strict=False)]


def names(compared: Sequence[tuple[RunPart, RunPart]]) -> list[str]:
    return [now.name for _, now in compared]


def first_to_last(stances: Sequence[Stance]) -> PartChange:
    found = changes(stances, parts(stances, []), MODEL)
    assert [(one.before.name, one.now.name) for one in found] == [("first", "last")]
    return found[0]


def in_blocks(side: Side, time_s: float) -> float:
    """The left side drops by 3 deg less in the second and the fourth minute."""
    return 5.0 - (3.0 if side == "left" and int(time_s // 60) % 2 else 0.0)


# -- blocks -------------------------------------------------------------------------------------------------------


def test_blocks_are_told_by_the_events_and_the_last_one_lasts_until_the_end() -> None:
    assert blocks(switched(60.0, 120.0), 200.0) == [
        RunPart("block", ((0.0, 60.0),), False),
        RunPart("block", ((60.0, 120.0),), True),
        RunPart("block", ((120.0, 200.0),), False),
    ]


@pytest.mark.parametrize(
    "events", [[], switched(), [{"kind": "feedback_on", "time_s": 3.0}, {"kind": "cue", "time_s": 9.0}]]
)
def test_feedback_all_the_time_or_never_makes_no_blocks(events: list[dict[str, Any]]) -> None:
    assert blocks(events, 300.0) == []


def test_the_same_told_twice_is_one_block() -> None:
    told = [*switched(60.0), {"kind": "feedback_on", "time_s": 90.0}]
    assert [one.spans_s for one in blocks(told, 120.0)] == [((0.0, 60.0),), ((60.0, 120.0),)]


def test_a_block_of_under_ten_seconds_is_left_out_and_its_neighbours_are_one() -> None:
    found = blocks(switched(60.0, 100.0, 109.0, 150.0), 200.0)
    assert [(one.spans_s, one.feedback) for one in found] == [
        (((0.0, 60.0),), False),
        (((60.0, 100.0), (109.0, 150.0)), True),
        (((150.0, 200.0),), False),
    ]


def test_of_two_words_for_one_moment_the_last_one_holds() -> None:
    told = [*switched(60.0, 120.0), {"kind": "feedback_on", "time_s": 150.0}, {"kind": "feedback_off", "time_s": 150.0}]
    assert blocks(told, 200.0) == blocks(switched(60.0, 120.0), 200.0)


# -- which parts --------------------------------------------------------------------------------------------------


def test_the_first_minute_is_the_coachs_and_is_compared_with_the_last_one() -> None:
    some = run(240.0)
    minute = FirstMinute()
    for one in some:
        minute.push(one)
    ((first, last),) = parts(some, [])
    assert first.spans_s == (minute.span_s,)
    assert run_parts.length_s(last) == pytest.approx(60.0, abs=0.4)
    assert last.spans_s[0][1] == some[-1].toe_off_s
    assert run_parts.is_minute(first) and run_parts.is_minute(last)


def test_of_a_run_of_64_seconds_the_thirds_are_compared() -> None:
    some = run(64.0)
    ((first, last),) = parts(some, [])
    for part in (first, last):
        assert run_parts.length_s(part) == pytest.approx(64.0 / 3, abs=0.4)
        assert not run_parts.is_minute(part)
    assert len(run_parts.stances_in(some, first)) == pytest.approx(64.0 / 3 / STEP_S, abs=1.5)


def test_of_a_run_with_under_seven_stances_a_side_in_a_third_nothing_is_told() -> None:
    assert parts(run(14.0), switched(5.0)) == []
    assert names(parts(run(16.0), [])) == ["last"]
    assert parts([], []) == []
    assert changes(run(14.0), parts(run(14.0), []), MODEL) == ()


def test_a_pause_is_no_part_of_a_minute_of_running() -> None:
    some = [*run(40.0), *run(300.0, from_s=70.0)]
    ((first, last),) = parts(some, [])
    assert [round(at_s) for span in first.spans_s for at_s in span] == [0, 40, 70, 90]
    assert run_parts.length_s(first) == pytest.approx(60.0, abs=0.4)
    assert len(last.spans_s) == 1


def test_blocks_are_compared_together_and_one_by_one_without_the_first_minute() -> None:
    some = run(240.0, in_blocks)
    compared = parts(some, switched(45.0, 120.0, 180.0))
    assert names(compared) == ["last", "feedback", "no_feedback", *["block"] * 5]
    assert len({first for first, _ in compared[:6]}) == 1
    assert compared[6:] == [(compared[3][1], compared[4][1]), (compared[4][1], compared[5][1])], "with the block before"
    since_s = compared[0][0].spans_s[0][1]
    assert compared[1][1].spans_s == ((since_s, 120.0), (180.0, some[-1].toe_off_s))
    assert compared[2][1].spans_s == ((120.0, 180.0),)
    assert [(one.spans_s, one.feedback) for _, one in compared[3:6]] == [
        (((since_s, 120.0),), True),
        (((120.0, 180.0),), False),
        (((180.0, some[-1].toe_off_s),), True),
    ]


def test_a_block_in_which_nobody_ran_is_not_compared() -> None:
    some = [*run(120.0), *run(300.0, from_s=180.0)]
    assert names(parts(some, switched(120.0, 180.0))) == ["last", "no_feedback", "block", "block", "block"]


def test_a_first_minute_that_began_anew_is_the_reference() -> None:
    some = after(run(240.0), 30.0, camera_moves=1)
    ((first, _),) = parts(some, [])
    assert first.spans_s[0][0] == pytest.approx(30.0, abs=0.5)
    assert first_to_last(some).reasons == ()


# -- how much -----------------------------------------------------------------------------------------------------


def test_a_change_of_one_side_is_sure_on_that_side_alone() -> None:
    some = run(240.0, in_blocks)
    found = first_to_last(some)
    left, right, both = found.sides["left"][DROP], found.sides["right"][DROP], found.symmetry[DROP]
    assert left.change == pytest.approx(-3.0, abs=0.05) and left.sure
    assert right.change == pytest.approx(0.0, abs=0.05) and not right.sure
    assert both.change == pytest.approx(-3.0, abs=0.05) and both.sure
    assert found.sides["left"][VALGUS].change == 0.0 and not found.sides["left"][VALGUS].sure


def test_a_level_line_that_jumps_in_the_middle_changes_nothing() -> None:
    some = run(240.0)
    moved = {"drop_level_deg": 2.0, "adduction_level_deg": 2.0, "lean_level_deg": -2.0}
    taken = {metric: 2.0 if metric == LEAN else -2.0 for metric in LEVELLED}
    jumped = [
        msgspec.structs.replace(one, **{name: getattr(one, name) + by for name, by in (moved | taken).items()})
        if one.midstance_s > 120.0
        else one
        for one in some
    ]
    found, usual = first_to_last(jumped), first_to_last(some)
    for metric in LEVELLED:
        for side in ("left", "right"):
            assert found.sides[side][metric].change == pytest.approx(usual.sides[side][metric].change, abs=0.002)
            assert not found.sides[side][metric].sure


@pytest.mark.parametrize(("count", "reason"), [("camera_moves", "camera"), ("view_doubts", "view")])
def test_a_change_across_a_moved_camera_or_an_unsure_view_is_withheld_with_the_reason(count: str, reason: str) -> None:
    found = first_to_last(after(run(240.0, in_blocks), 120.0, **{count: 1}))
    assert found.reasons == (reason,)
    assert {one for side in found.sides.values() for one in side.values()} == {UNKNOWN}
    assert set(found.symmetry.values()) == {UNKNOWN}
    assert found.cadence_spm.change == pytest.approx(0.0, abs=0.1), "the cadence does not hang on the camera's place"


def test_a_runner_who_was_away_has_a_wider_interval_and_the_reason() -> None:
    some = run(240.0, in_blocks)
    found, usual = first_to_last(after(some, 120.0, absences=1)), first_to_last(some)
    away, stayed = found.sides["left"][DROP], usual.sides["left"][DROP]
    assert (found.reasons, usual.reasons) == (("absence",), ())
    assert away.change == stayed.change == pytest.approx(-3.0, abs=0.05)
    assert away.ci95_low is not None and stayed.ci95_low is not None
    assert away.ci95_low < stayed.ci95_low - 0.3


def test_a_faster_cadence_is_a_sure_change_of_it() -> None:
    quicker = [
        msgspec.structs.replace(
            one, initial_contact_s=at_s - 0.12, midstance_s=at_s, toe_off_s=at_s + 0.14, contact_time_s=0.26
        )
        for k, one in enumerate(run(240.0))
        for at_s in [round(0.12 + (k * 0.36 if k < 300 else 108.0 + (k - 300) * 0.342), 4)]
    ]
    found = first_to_last(quicker).cadence_spm
    assert found.change == pytest.approx(60 / 0.342 - 60 / 0.36, abs=0.1) and found.sure


def test_an_error_that_was_never_measured_gives_a_change_without_an_interval() -> None:
    some = run(240.0, in_blocks)
    (found,) = changes(some, parts(some, []), ChangeModel(ChangeErrors()))
    left = found.sides["left"][DROP]
    assert left.change == pytest.approx(-3.0, abs=0.05)
    assert (left.ci95_low, left.ci95_high, left.sure) == (None, None, False)


# -- trends -------------------------------------------------------------------------------------------------------


def test_a_ramp_of_half_a_degree_a_minute_is_the_trend_of_six_minutes() -> None:
    found = trends(run(360.0, lambda side, time_s: 4.0 + (time_s / 120.0 if side == "left" else 0.0)), MODEL)
    left, right = found["left"][DROP], found["right"][DROP]
    assert left.per_minute == pytest.approx(0.5, abs=0.02)
    assert left.ci95_low is not None and left.ci95_high is not None and right.ci95_low is not None
    assert 0.0 < left.ci95_low < 0.5 < left.ci95_high
    assert right.per_minute == pytest.approx(0.0, abs=0.02) and right.ci95_low < 0.0
    assert set(found["left"]) == set(SUMMARISED)


def test_a_run_of_under_five_minutes_has_no_trend() -> None:
    assert trends(run(299.0), MODEL) == {}


def test_a_trend_across_a_moved_camera_is_withheld() -> None:
    found = trends(after(run(360.0), 180.0, camera_moves=1), MODEL)
    assert found["left"][DROP].per_minute is None


# -- in the folder ------------------------------------------------------------------------------------------------


def told(gives_feedback: bool, **more: object) -> CoachState:
    return CoachState(muted=False, sound="", gives_feedback=gives_feedback, **more)  # type: ignore[arg-type]


def recorded(folder: Path, stances: Sequence[Stance], feedback: bool = True) -> SessionRecord:
    """A session with feedback in the second and the fourth minute; it goes on."""
    record = SessionRecord(folder, "0", config.load(), "live")
    for number, one in enumerate(stances, start=1):
        record.pose(number, one.toe_off_s, standing())
        if feedback:
            record.coach(told(int(one.midstance_s // 60) % 2 == 1))
        record.stance(one)
    return record


def kept(folder: Path) -> Any:
    return json.loads((folder / "summary.json").read_text())


def test_a_drop_that_falls_by_3_deg_in_the_blocks_with_feedback_is_told_in_summary_json(tmp_path: Path) -> None:
    recorded(tmp_path, run(240.0, in_blocks)).finish("stopped")
    share = read(tmp_path).info.model.within_run_share[DROP]
    found = {one["to"]["name"]: one for one in kept(tmp_path)["changes"]}
    assert list(found) == ["last", "feedback", "no_feedback", "block"]
    for name, change in (("last", -3.0), ("feedback", -3.0), ("no_feedback", 0.0)):
        assert found[name]["from"]["name"] == "first"
        left, right = (found[name]["sides"][side][DROP] for side in ("left", "right"))
        assert left["change"] == pytest.approx(change / share, abs=0.05)
        assert (left["sure"], right["sure"]) == (change != 0.0, False)
        assert left["ci95_low"] < left["change"] < left["ci95_high"]
        assert found[name]["symmetry"][DROP]["change"] == pytest.approx(change / share, abs=0.05)


def test_changes_are_the_same_in_memory_in_the_file_and_made_anew(tmp_path: Path) -> None:
    fine = [msgspec.structs.replace(one, pelvic_drop_mid_deg=5.123456, drop_level_deg=0.98765) for one in run(360.0)]
    record = recorded(tmp_path, fine)
    finished = record.finish("stopped")
    assert finished.changes and finished.trends
    assert read(tmp_path).summary == finished
    assert msgspec.convert(kept(tmp_path), Summary) == finished
    (tmp_path / "summary.json").unlink()
    info = json.loads((tmp_path / "session.json").read_text())
    (tmp_path / "session.json").write_text(json.dumps(info | {"ended": None}))
    anew = read(tmp_path).summary
    assert (anew.changes, anew.trends) == (finished.changes, finished.trends)


def test_the_feedback_is_told_when_it_is_known_and_when_it_changes(tmp_path: Path) -> None:
    record = SessionRecord(tmp_path, "0", config.load(), "live")
    for time_s, state in (
        (1.0, told(True)),
        (2.0, told(True, volume=0.5)),
        (30.0, told(True, feedback=Feedback("off"))),
        (40.0, told(False, feedback=Feedback("off"))),
        (50.0, told(True)),
    ):
        record.pose(round(30 * time_s), time_s, standing())
        record.coach(state)
    record.finish("stopped")
    assert [(one["kind"], one["time_s"]) for one in read(tmp_path).events] == [
        ("feedback_on", 1.0), ("feedback_off", 30.0), ("feedback_on", 50.0)
    ]  # fmt: skip


def test_a_muted_cue_is_still_seen_and_is_feedback(tmp_path: Path) -> None:
    record = SessionRecord(tmp_path, "0", config.load(), "live")
    record.coach(told(True))
    record.coach(msgspec.structs.replace(told(True), muted=True))
    record.finish("stopped")
    assert [one["kind"] for one in read(tmp_path).events] == ["feedback_on"]


def test_a_successor_tells_the_feedback_only_where_it_changed(tmp_path: Path) -> None:
    first = SessionRecord(tmp_path, "0", config.load(), "live")
    first.coach(told(True))
    state = first.state()
    first.abandon()
    second = SessionRecord(tmp_path, "0", config.load(), "live", before=state)
    second.coach(told(True))
    second.pose(900, 30.0, standing())
    second.coach(told(False))
    second.finish("stopped")
    assert [one["kind"] for one in read(tmp_path).events] == ["feedback_on", "feedback_off"]


def test_what_a_successor_is_told_once_more_makes_no_other_blocks(tmp_path: Path) -> None:
    stances = run(240.0)
    first = recorded(tmp_path, [one for one in stances if one.midstance_s < 180.5])
    state = first.state()
    first.abandon()
    second = SessionRecord(tmp_path, "0", config.load(), "live", before=state)
    for number, one in enumerate(stances, start=1):
        if one.midstance_s > 175.0:  # some of it is there already
            second.pose(number, one.toe_off_s, standing())
            second.coach(told(int(one.midstance_s // 60) % 2 == 1))
            second.stance(one)
    found = blocks(
        msgspec.json.decode(b"[" + b",".join((tmp_path / "events.jsonl").read_bytes().splitlines()) + b"]"), 240.0
    )
    assert [(round(one.spans_s[0][0]), one.feedback) for one in found] == [
        (0, False), (60, True), (120, False), (180, True)
    ]  # fmt: skip
    second.abandon()


def as_version_3(folder: Path) -> None:
    """Take from a session what version 3 did not keep."""
    path = folder / "session.json"
    info = json.loads(path.read_text()) | {"schema_version": 3}
    info["model"] = {key: value for key, value in info["model"].items() if not key.startswith("within_run")}
    path.write_text(json.dumps(info))
    summary = {key: value for key, value in kept(folder).items() if key not in ("changes", "trends")}
    (folder / "summary.json").write_text(json.dumps(summary | {"schema_version": 3}))
    lines = (folder / "stances.csv").read_text().splitlines()
    (folder / "stances.csv").write_text("".join(",".join(line.split(",")[:15]) + "\n" for line in lines))


def test_of_a_session_of_an_earlier_version_the_change_of_what_was_levelled_is_unknown(tmp_path: Path) -> None:
    recorded(tmp_path, run(360.0), feedback=False).finish("stopped")
    as_version_3(tmp_path)
    found = read(tmp_path).summary
    assert "summary_made_anew" not in found.flags
    (ends,) = found.changes
    for metric in OF_GAIT["run"]:
        assert (ends.sides["left"][metric].change is None) == (metric in LEVELLED)
        assert (found.trends["left"][metric].per_minute is None) == (metric in LEVELLED)
    assert ends.sides["left"][VALGUS].ci95_low is None, "its error was not measured"
    assert ends.cadence_spm.change is not None


@pytest.mark.parametrize(
    "place",
    [
        ("changes", 0, "sides", "left", DROP, "change"),
        ("changes", 0, "symmetry", DROP, "ci95_low"),
        ("changes", 0, "cadence_spm", "ci95_high"),
        ("changes", 1, "to", "spans_s", 0, 1),
        ("trends", "right", VALGUS, "per_minute"),
    ],
)  # fmt: skip
def test_a_change_that_is_not_of_the_stances_is_made_anew(tmp_path: Path, place: tuple[Any, ...]) -> None:
    finished = recorded(tmp_path, run(360.0)).finish("stopped")
    whole = inner = kept(tmp_path)
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] += 0.5
    (tmp_path / "summary.json").write_text(json.dumps(whole))
    found = read(tmp_path).summary
    assert "summary_made_anew" in found.flags
    assert (found.changes, found.trends) == (finished.changes, finished.trends)


@pytest.mark.parametrize(
    "place", [("changes", 0, "sides", "left", DROP), ("changes", 0, "symmetry", DROP), ("trends", "left", DROP)]
)
def test_changes_that_lack_a_metric_of_this_version_are_made_anew(tmp_path: Path, place: tuple[Any, ...]) -> None:
    finished = recorded(tmp_path, run(360.0)).finish("stopped")
    whole = inner = kept(tmp_path)
    for part in place[:-1]:
        inner = inner[part]
    del inner[place[-1]]
    (tmp_path / "summary.json").write_text(json.dumps(whole))
    found = read(tmp_path).summary
    assert "summary_made_anew" in found.flags
    assert (found.changes, found.trends) == (finished.changes, finished.trends)


@pytest.mark.parametrize("place", [("changes", 0, "sides", "right"), ("trends", "right")])
def test_changes_without_one_of_the_sides_are_damage(tmp_path: Path, place: tuple[Any, ...]) -> None:
    recorded(tmp_path, run(360.0)).finish("stopped")
    whole = inner = kept(tmp_path)
    for part in place[:-1]:
        inner = inner[part]
    del inner[place[-1]]
    (tmp_path / "summary.json").write_text(json.dumps(whole))
    with pytest.raises(BadInput, match="summary.json is damaged"):
        read(tmp_path)


def test_a_reason_that_nobody_knows_is_damage(tmp_path: Path) -> None:
    recorded(tmp_path, run(64.0)).finish("stopped")
    whole = kept(tmp_path)
    whole["changes"][0]["reasons"] = ["weather"]
    (tmp_path / "summary.json").write_text(json.dumps(whole))
    with pytest.raises(BadInput, match="summary.json is damaged"):
        read(tmp_path)


def marked(time_s: float, feedback: bool | None) -> dict[str, Any]:
    """The beginning of a block that a person marked, or (None) its end."""
    return (
        {"kind": "block_ends", "time_s": time_s}
        if feedback is None
        else {"kind": "block_begins", "time_s": time_s, "feedback": feedback}
    )


def test_a_marked_block_is_one_of_its_own_though_there_is_feedback_around_it() -> None:
    events = [{"kind": "feedback_on", "time_s": 0.0}, marked(60.0, True), marked(90.0, None)]
    assert [(block.spans_s, block.feedback) for block in blocks(events, 120.0)] == [
        (((0.0, 60.0),), True), (((60.0, 90.0),), True), (((90.0, 120.0),), True),
    ]  # fmt: skip


def test_a_marked_block_is_compared_with_the_first_part_and_with_the_block_before_it() -> None:
    events = [{"kind": "feedback_on", "time_s": 0.0}, marked(120.0, True)]
    compared = parts(run(240.0), events)
    assert names(compared) == ["last", "feedback", "block", "block", "block"]
    assert [now.spans_s[0][0] for _, now in compared[2:]] == [pytest.approx(60.0, abs=1.0), 120.0, 120.0]


def test_two_marked_blocks_in_a_row_are_two() -> None:
    events = [{"kind": "feedback_off", "time_s": 0.0}, marked(0.0, False), marked(60.0, False)]
    assert [block.spans_s for block in blocks(events, 120.0)] == [((0.0, 60.0),), ((60.0, 120.0),)]


def test_a_marked_block_that_is_too_short_leaves_one_block_around_it() -> None:
    events = [*switched(10.0), marked(60.0, False), {"kind": "feedback_off", "time_s": 60.0}]
    events += [marked(65.0, None), {"kind": "feedback_on", "time_s": 65.0}]
    assert [block.spans_s for block in blocks(events, 120.0)] == [((0.0, 10.0),), ((10.0, 60.0), (65.0, 120.0))]


def test_a_block_that_the_coach_tells_is_in_the_events_once_also_after_a_restart(tmp_path: Path) -> None:
    def told(feedback: bool, block: MarkedBlock | None) -> CoachState:
        return CoachState(muted=False, sound="", gives_feedback=feedback, marked=block)

    first = SessionRecord(tmp_path, "0", config.load(), "live")
    first.pose(1, 0.0, standing())
    first.coach(told(True, None))
    first.pose(2, 20.5, standing())
    for _ in range(2):
        first.coach(told(False, MarkedBlock(False, 20.0)))
    state = first.state()
    first.abandon()
    with SessionRecord(tmp_path, "0", config.load(), "live", before=state) as successor:
        successor.coach(told(False, MarkedBlock(False, 20.0)))
        successor.coach(told(True, MarkedBlock(None, 41.0)))
        successor.finish("stopped")
    assert [(event["kind"], event["time_s"], event.get("feedback")) for event in read(tmp_path).events] == [
        ("feedback_on", 0.0, None), ("block_begins", 20.0, False), ("feedback_off", 20.0, None),
        ("block_ends", 41.0, None), ("feedback_on", 41.0, None),
    ]  # fmt: skip
