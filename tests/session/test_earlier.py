"""Earlier sessions as an offer of targets."""

from __future__ import annotations

import json
import os
from pathlib import Path

import msgspec

from runform_live import config
from runform_live.messages import Band, CoachState, Person
from runform_live.session.earlier import MOST_READ, earlier_runs
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from tests.makers import stances

DROP = "pelvic_drop_mid_deg"


def keep(folder: Path, left: float, right: float, count: int = 30, person: Person | None = None) -> None:
    folder.mkdir()
    record = SessionRecord(folder, "x", config.load(), "live")
    record.about.of_person(person)
    for one in stances(count, left, right):
        record.stance(one)
    record.coach(CoachState(muted=False, sound="", targets={DROP: Band(high=4.5)}, target_from="chosen"))
    record.finish("end of the source", 300)


def test_the_newest_runs_come_first_and_what_cannot_be_read_or_compared_is_left_out(tmp_path: Path) -> None:
    keep(tmp_path / "2026-01-01", 8.0, 6.0)
    keep(tmp_path / "2026-01-02", 7.0, 5.0)
    keep(tmp_path / "2026-01-03", 7.0, 5.0, count=6)
    keep(tmp_path / "2026-01-04", 3.0, 3.0)
    (tmp_path / "2026-01-04" / "summary.json").write_text("{")
    (tmp_path / "notes.txt").write_text("not a session")
    found = earlier_runs(tmp_path, DROP, "hip_joint_centres", None, 5)
    assert [tuple(round(mean, 6) for mean in run.means) for run in found] == [(7.0, 5.0), (8.0, 6.0)]
    assert len(earlier_runs(tmp_path, DROP, "hip_joint_centres", None, 1)) == 1
    assert earlier_runs(tmp_path, DROP, "psis_markers", None, 5) == [], "along another line across the pelvis"
    assert earlier_runs(tmp_path / "missing", DROP, "hip_joint_centres", None, 5) == []


def test_a_session_keeps_the_targets_that_were_in_force(tmp_path: Path) -> None:
    keep(tmp_path / "s", 8.0, 6.0)
    info = read(tmp_path / "s").info
    assert info.bands() == {DROP: Band(high=4.5)}
    (tmp_path / "t").mkdir()
    record = SessionRecord(tmp_path / "t", "x", config.load(), "analyze")
    record.finish("end", 1)
    assert read(tmp_path / "t").info.bands() == {}, (
        "nobody gave a limit, and a film has no coach that watches a first minute"
    )


def test_runs_go_by_their_moment_also_when_the_time_zone_or_the_clock_changes(tmp_path: Path) -> None:
    began = {
        "2026-10-25_02-50-00": "2026-10-25T02:50:00+02:00",  # before the clock goes back
        "2026-10-25_02-10-00": "2026-10-25T02:10:00+01:00",  # after it
        "2026-10-24_23-00-00": "2026-10-24T23:00:00-07:00",  # on a journey: the last one
        "2026-10-25_01-00-00": "2026-10-25T01:00:00+02:00",
    }
    for number, (name, moment) in enumerate(began.items()):
        keep(tmp_path / name, 5.0 + number, 5.0)
        path = tmp_path / name / "session.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"started": moment}))
    newest = earlier_runs(tmp_path, DROP, "hip_joint_centres", None, 3)
    assert [round(run.means[0]) for run in newest] == [7, 6, 5]


def test_only_runs_of_the_same_person_are_offered_and_nobody_gets_those_of_nobody(tmp_path: Path) -> None:
    keep(tmp_path / "a", 8.0, 6.0, person=Person("1", "P07"))
    keep(tmp_path / "b", 7.0, 5.0, person=Person("2", "P08"))
    keep(tmp_path / "c", 6.0, 4.0, person=Person("1", "renamed"))
    keep(tmp_path / "d", 5.0, 3.0)
    keep(tmp_path / "e", 4.0, 2.0, person=Person("2", "P08"))
    path = tmp_path / "e" / "session.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"person_id": None}))

    def lefts(person_id: str | None) -> list[float]:
        return [run.means[0] for run in earlier_runs(tmp_path, DROP, "hip_joint_centres", person_id, 5)]

    assert lefts("1") == [6.0, 8.0]
    assert lefts("2") == [7.0]
    assert lefts("3") == []
    assert lefts(None) == [5.0], "a pseudonym without an id is somebody, too"


def test_of_many_folders_only_those_that_changed_last_are_looked_into(tmp_path: Path) -> None:
    """Whatever their names are; files, and folders that hold no session, do not count."""
    keep(tmp_path / "z", 8.0, 6.0)
    keep(tmp_path / "a", 7.0, 5.0)
    for number in range(MOST_READ):
        (tmp_path / f"film {number}").mkdir()
    for number in range(MOST_READ - 1):
        damaged = tmp_path / f"run {number}"
        damaged.mkdir()
        (damaged / "session.json").write_text("{")
        os.utime(damaged, (2e9, 2e9))
    os.utime(tmp_path / "z", (1e9, 1e9))
    os.utime(tmp_path / "a", (1.1e9, 1.1e9))
    assert [run.means[0] for run in earlier_runs(tmp_path, DROP, "hip_joint_centres", None, 5)] == [7.0]


def test_a_walk_is_no_target_for_a_run(tmp_path: Path) -> None:
    (tmp_path / "walk").mkdir()
    record = SessionRecord(tmp_path / "walk", "x", config.load(), "live")
    for one in stances(30, 8.0, 6.0, step_s=0.55):
        record.stance(msgspec.structs.replace(one, gait="walk"))
    record.finish("end of the source", 300)
    assert earlier_runs(tmp_path, DROP, "hip_joint_centres", None, 5) == []
    (walk,) = earlier_runs(tmp_path, DROP, "hip_joint_centres", None, 5, "walk")
    assert walk.means == (8.0, 6.0)


def test_a_session_keeps_the_gait_that_its_targets_hold_for(tmp_path: Path) -> None:
    keep(tmp_path / "s", 8.0, 6.0)
    assert read(tmp_path / "s").info.gait_of_targets() == "run"
    (tmp_path / "t").mkdir()
    record = SessionRecord(tmp_path / "t", "x", config.load(), "live")
    record.coach(CoachState(muted=False, sound="", target_gait="walk"))
    record.finish("end", 1)
    assert read(tmp_path / "t").info.gait_of_targets() == "walk"
