"""A session folder: what is written can be read, whatever happens in between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest

from runform_live import config
from runform_live.errors import BadInput
from runform_live.messages import INDEX, LANDMARKS, SIDES, BodyShares, Cue, GaitState, Person
from runform_live.safe_files import write_atomically
from runform_live.session import schema
from runform_live.session.new_folder import new_folder
from runform_live.session.reader import Session, read
from runform_live.session.record import SessionRecord
from runform_live.session.stances import row
from runform_live.session.video import VideoWriter
from tests.makers import stance, stances, standing, swapped


def state(**changes: object) -> GaitState:
    values = {"time_s": 1.0, "stamp_s": 0.0, "activity": "running", "view": "posterior", "calibrated": True,
              "level_sd_deg": 0.1, "level_deg": 1.25, "cadence_spm": 166.0}  # fmt: skip
    return GaitState(**(values | changes))  # type: ignore[arg-type]


def written(tmp_path: Path, finish: bool = True) -> Path:
    folder = new_folder(tmp_path, "run")
    with SessionRecord(folder, "camera", config.load(), "live") as record:
        record.opened(720, 1280, 30.0)
        for frame in range(100):
            record.pose(frame + 1, frame / 30, swapped(standing()) if frame % 2 else standing())
        for one in stances(20):
            record.stance(one)
        record.gait(state())
        record.cue(Cue(time_s=9.0, text="t", reason="r", metric="m", side="left", audible=True, latency_s=0.12345678))
        if finish:
            record.finish("end of the file")
    return folder


def test_the_course_of_the_run_is_written(tmp_path: Path) -> None:
    folder = new_folder(tmp_path, "run")
    record = SessionRecord(folder, "camera", config.load(), "live")
    for phase, since_s in (("before", 0.0), ("running", 3.0), ("running", 3.0), ("paused", 60.0), ("running", 70.0)):
        record.gait(state(phase=phase, phase_since_s=since_s, time_s=since_s + 4))
    record.finish("stopped", 100)
    events = [(event["kind"], event["time_s"]) for event in read(folder).events]
    assert events == [("run_begins", 3.0), ("run_pauses", 60.0), ("run_goes_on", 70.0), ("run_ends", 74.0)]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    session = read(written(tmp_path))
    assert [s.side for s in session.stances] == [s.side for s in stances(20)]
    assert session.stances[3].pelvic_drop_mid_deg == 3.0
    assert session.info.view == "posterior"
    assert session.info.calibration.level_deg == 1.25
    assert (session.info.frames, session.info.frames_recorded, session.info.frames_not_recorded) == (100, 0, 0)
    assert session.info.ended == "end of the file"
    assert session.summary.sides["left"]["pelvic_drop_mid_deg"].mean == 5.0
    assert session.summary.calibrated
    assert session.events == [
        {"kind": "cue", "time_s": 9.0, "text": "t", "reason": "r", "audible": True, "latency_s": 0.1235}
    ]


def test_files_are_those_of_the_contract(tmp_path: Path) -> None:
    folder = written(tmp_path)
    assert {p.name for p in folder.iterdir()} == {
        "session.json", "poses.parquet", "stances.csv", "events.jsonl", "summary.json"
    }  # fmt: skip
    header = (folder / "stances.csv").read_text().splitlines()[0]
    assert header == (
        "side,initial_contact_s,midstance_s,toe_off_s,pelvic_drop_mid_deg,pelvic_drop_peak_deg,hip_adduction_mid_deg,"
        "hip_adduction_peak_deg,knee_valgus_mid_deg,knee_valgus_peak_deg,trunk_lean_mid_deg,contact_time_s,"
        "step_width_hip,quality,pelvis_sigma_deg,gait,double_support_s,contact_sigma_s,camera_elevation_deg,"
        "camera_elevation_sd_deg,camera_angle_deg,camera_angle_sd_deg,oscillation_trunk,drop_level_deg,"
        "adduction_level_deg,lean_level_deg,drop_flow_deg,camera_moves,view_doubts,absences"
    )
    summary = json.loads((folder / "summary.json").read_text())
    assert set(summary["sides"]["left"]["pelvic_drop_mid_deg"]) == {"n", "mean", "sd", "ci95_low", "ci95_high"}
    assert set(summary["symmetry"]["pelvic_drop_mid_deg"]) == {"difference", "ci95_low", "ci95_high", "index_percent"}


def test_poses_carry_the_runners_own_sides(tmp_path: Path) -> None:
    poses = read(written(tmp_path)).poses()
    assert poses.num_rows == 100
    assert {"frame", "time_s", "left_hip_x_px", "left_hip_y_px", "left_hip_sigma_px"} <= set(poses.column_names)
    left = poses.column("left_hip_x_px").to_numpy()
    np.testing.assert_allclose(left, standing()[INDEX["left_hip"], 0], atol=1e-3)
    assert np.isnan(poses.column("c7_x_px").to_numpy()).all(), "a landmark that the network does not have is unknown"


def test_unknown_is_empty_never_zero() -> None:
    cells = row(stance(drop=None, step_width_hip=None)).split(",")
    assert cells[4] == cells[5] == cells[12] == ""
    assert "nan" not in row(stance(drop=None))


def test_a_session_that_was_cut_off_is_completed_when_it_is_read(tmp_path: Path) -> None:
    folder = written(tmp_path, finish=False)
    assert json.loads((folder / "session.json").read_text())["ended"] is None
    with (folder / "stances.csv").open("a") as half:
        half.write("left,9.1,9.2,9.")  # the line that was being written
    session = read(folder)
    assert session.info.ended == "interrupted"
    assert len(session.stances) == 20
    assert session.poses().num_rows == 99, "all batches but the one that was not full"
    assert "interrupted" in session.summary.flags


def test_a_restarted_writer_goes_on_in_the_same_folder(tmp_path: Path) -> None:
    folder = written(tmp_path, finish=False)
    first = json.loads((folder / "session.json").read_text())
    record = SessionRecord(folder, "camera", config.load(), "live")
    for frame in range(90, 160):
        record.pose(frame + 1, frame / 30, standing())
    record.stance(stance("left", 20.0))
    record.gait(state())
    record.finish("end")
    session = read(folder)
    assert session.info.id == first["id"]
    assert len(session.stances) == 21
    assert session.summary.sides["left"]["pelvic_drop_mid_deg"].n == 11
    assert session.poses().num_rows == 160
    assert session.info.frames == 160


KILLED = """
import sys, time
from pathlib import Path
import numpy as np
from runform_live.session.stances import row
from runform_live.session.video import VideoWriter
writer = VideoWriter(Path(sys.argv[1]), 240, 320, 30.0)
rng = np.random.default_rng(0)
for frame in range(10_000):
    writer.write(rng.integers(0, 255, (240, 320, 3), dtype=np.uint8), frame / 30)
    print(frame, flush=True)
    time.sleep(1 / 60)
"""


def test_a_killed_recording_is_readable_up_to_the_last_second(tmp_path: Path) -> None:
    path = tmp_path / "video.mkv"
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    last = 0
    while last < 90:
        last = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with av.open(str(path)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times[-1] >= last / 30 - 1.0
    assert times == sorted(times)


def test_odd_sizes_and_own_times_are_recorded(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "v.mkv", 241, 321, None)
    for at in (0.0, 0.04, 0.2, 0.2001):
        writer.write(np.full((241, 321, 3), 100, np.uint8), at)
    writer.close()
    with av.open(str(tmp_path / "v.mkv")) as container:
        assert [round(f.time, 3) for f in container.decode(video=0)] == [0.0, 0.04, 0.2, 0.201]


def test_an_atomic_write_leaves_the_old_file_when_it_fails(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_atomically(path, b"old")
    with pytest.raises(TypeError):
        write_atomically(path, "text")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_two_sessions_of_one_second_get_two_folders(tmp_path: Path) -> None:
    assert new_folder(tmp_path, "x").name == "x"
    assert new_folder(tmp_path, "x").name == "x_2"


def test_a_place_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot write|not a folder"):
        new_folder(tmp_path / "file")


@pytest.mark.parametrize("name", ["session.json", "stances.csv", "events.jsonl", "summary.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = written(tmp_path)
    (folder / name).unlink()
    with pytest.raises(BadInput, match=name):
        read(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("session.json", "{"),
        ("summary.json", '{"sides": 3}'),
        ("stances.csv", "side,initial_contact_s\nleft,x\nleft,y\nright,z\n"),
        ("events.jsonl", "{}\nnot json\n{}\n"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: str) -> None:
    folder = written(tmp_path)
    (folder / name).write_text(content)
    with pytest.raises(BadInput, match=f"{name}.* damaged"):
        read(folder)


def test_damaged_poses_are_named(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / schema.POSES).write_bytes(b"PAR1 nonsense")
    with pytest.raises(BadInput, match=r"poses\.parquet is missing or damaged"):
        read(folder).poses()


def test_no_folder_and_no_session_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such session folder"):
        read(tmp_path / "none")
    with pytest.raises(BadInput, match="not a session folder"):
        read(tmp_path)


def test_a_newer_session_asks_for_a_newer_program(tmp_path: Path) -> None:
    folder = written(tmp_path)
    info = json.loads((folder / "session.json").read_text())
    (folder / "session.json").write_text(json.dumps(info | {"schema_version": 99}))
    with pytest.raises(BadInput, match="newer"):
        read(folder)


def test_every_landmark_has_its_three_columns() -> None:
    from runform_live.session.poses import POSE_SCHEMA

    assert len(POSE_SCHEMA) == 2 + 3 * len(LANDMARKS)


@pytest.mark.parametrize("name", ["session.json", "stances.csv"])
def test_a_restarted_writer_never_writes_over_a_file_that_it_cannot_read(tmp_path: Path, name: str) -> None:
    record = SessionRecord(tmp_path, "demo", config.load(), "live")
    for number in range(20):
        record.stance(stance(side=SIDES[number % 2], midstance_s=float(number + 1)))
    record.abandon()
    damaged = tmp_path / name
    damaged.write_bytes(damaged.read_bytes().replace(b"left", b"l\xff", 1) if name == "stances.csv" else b"{")
    before = (tmp_path / "stances.csv").read_bytes()
    SessionRecord(tmp_path, "demo", config.load(), "live").abandon()
    assert before in [path.read_bytes() for path in tmp_path.glob("stances*.csv")]


def test_stances_of_a_pause_stay_out_when_they_are_told_once_more(tmp_path: Path) -> None:
    record = SessionRecord(tmp_path, "demo", config.load(), "live")
    of_the_pause = stance(side="left", midstance_s=1.0)
    record.stance(of_the_pause, counts=False)
    before = record.state()
    record.abandon()
    successor = SessionRecord(tmp_path, "demo", config.load(), "live", before=before)
    successor.stance(of_the_pause)
    successor.stance(stance(side="left", midstance_s=2.0))
    assert [one.midstance_s for one in successor.finish("end") and read(tmp_path).stances] == [2.0]


TALL = Person(id="id", pseudonym="Ada", height_m=1.80)
BODY = BodyShares(hip_width=0.15, trunk=0.4)


def of_somebody(tmp_path: Path, person: Person | None, *bodies: BodyShares | None) -> Session:
    """A session whose gait stage told one body after the other; every stance falls by a tenth of the trunk."""
    folder = new_folder(tmp_path, "run")
    with SessionRecord(folder, "camera", config.load(), "live") as record:
        record.about.of_person(person)
        for body in bodies:
            record.gait(state(body=body, calibrated=body is not None))
        for one in stances(20):
            record.stance(msgspec.structs.replace(one, oscillation_trunk=0.1))
        record.finish("end of the file")
    return read(folder)


def test_the_height_of_a_client_gives_step_width_and_oscillation_in_centimetres(tmp_path: Path) -> None:
    session = of_somebody(tmp_path, TALL, BODY)
    assert session.info.person_height_m == 1.80
    oscillation = session.summary.centimetres["left"]["vertical_oscillation_cm"]
    assert oscillation.mean == pytest.approx(0.1 * 0.4 * 180.0 * 0.779, abs=1e-3)
    assert session.summary.centimetres["right"]["step_width_cm"].n == 10
    assert json.loads((session.folder / "summary.json").read_text())["centimetres"]["left"]["vertical_oscillation_cm"]


def test_a_body_outlasts_the_level_line_that_a_pushed_camera_takes_away(tmp_path: Path) -> None:
    session = of_somebody(tmp_path, TALL, BODY, None)
    assert not session.info.calibration.calibrated
    assert session.summary.centimetres


@pytest.mark.parametrize(
    ("person", "bodies"),
    [(None, [BODY]), (msgspec.structs.replace(TALL, height_m=None), [BODY]), (TALL, [None])],
    ids=["nobody named", "height unknown", "nobody stood"],
)
def test_without_height_or_stand_a_session_has_no_centimetres(
    tmp_path: Path, person: Person | None, bodies: list[BodyShares | None]
) -> None:
    assert of_somebody(tmp_path, person, *bodies).summary.centimetres == {}
