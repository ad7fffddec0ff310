"""What breaks in use: killed stages, a killed program, Ctrl-C, a full disk, a damaged file. Nothing is lost or left over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from runform_live.capture.sources import DEMO
from runform_live.session.reader import read
from tests.running import left_over, stages_of, started, wait_until

pytestmark = pytest.mark.slow
STAGES = {"capture", "pose", "gait", "coach", "session"}


def running(tmp_path: Path, *words: str) -> subprocess.Popen[str]:
    """A live run on the shipped clip that has measured something."""
    process = started("live", "--source", "demo", "--no-window", "--record", tmp_path / "runs", *words)
    assert wait_until(lambda: set(stages_of(process.pid)) == STAGES, 40), "all stages start"
    assert wait_until(lambda: stance_count(tmp_path) >= 4, 40), "stances are written while it runs"
    return process


def folder_of(tmp_path: Path) -> Path:
    return next(p for p in (tmp_path / "runs").iterdir() if p.is_dir())


def stance_count(tmp_path: Path) -> int:
    files = list((tmp_path / "runs").glob("*/stances.csv"))
    return len(files[0].read_text().splitlines()) - 1 if files else 0


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_killed_stage_is_restarted_and_the_session_is_finished(tmp_path: Path, stage: str) -> None:
    process = running(tmp_path)
    victim = stages_of(process.pid)[stage]
    victim.send_signal(signal.SIGKILL)
    out, err = process.communicate(timeout=90)
    assert process.returncode == 0, err
    session = read(folder_of(tmp_path))
    assert session.info.ended is not None
    assert len(session.stances) >= 12, "the run went on"
    assert "stages restarted: 1" in out
    times = [s.midstance_s for s in session.stances]
    assert times == sorted(times)
    assert left_over() == []


def test_no_stage_outlives_a_killed_supervisor_and_the_session_can_be_read(tmp_path: Path) -> None:
    process = running(tmp_path)
    kept = stance_count(tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert wait_until(lambda: left_over() == [], 15)
    session = read(folder_of(tmp_path))
    assert len(session.stances) >= kept
    assert session.poses().num_rows > 30
    assert (session.folder / "video.mkv").stat().st_size > 10_000


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_in_order_with_the_summary(tmp_path: Path, number: signal.Signals) -> None:
    process = running(tmp_path)
    process.send_signal(number)
    out, err = process.communicate(timeout=40)
    assert process.returncode == 0, err
    assert "session: " in out
    session = read(folder_of(tmp_path))
    assert session.info.ended == "stopped"
    assert (session.folder / "report.html").is_file()
    assert left_over() == []


def test_a_stage_that_hangs_is_replaced(tmp_path: Path) -> None:
    process = running(tmp_path)
    stages_of(process.pid)["gait"].send_signal(signal.SIGSTOP)
    out, err = process.communicate(timeout=90)
    assert process.returncode == 0, err
    assert "stages restarted: 1" in out
    assert left_over() == []


@pytest.mark.skipif(os.getuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_stops_the_recording_and_keeps_what_there_is(tmp_path: Path) -> None:
    disk = tmp_path / "runs"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        process = started("live", "--source", "demo", "--no-window", "--record", disk)
        _, err = process.communicate(timeout=90)
        assert process.returncode in (0, 1)
        assert "the disk is full; the recording stopped" in err
        assert "Traceback" not in err
        assert left_over() == []
        folder = folder_of(tmp_path)
        session = read(folder)
        assert len(session.stances) >= 24, "the numbers go on when the pictures cannot"
        assert "recording_stopped" in session.summary.flags
        assert session.info.ended == "end of the file"
        import av

        with av.open(str(folder / "video.mkv")) as container:
            assert sum(1 for _ in container.decode(video=0)) > 30
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def test_a_file_cut_in_the_middle_is_used_up_to_the_cut(tmp_path: Path) -> None:
    import av

    whole = tmp_path / "whole.mkv"
    with av.open(str(DEMO)) as source, av.open(str(whole), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    content = whole.read_bytes()
    (tmp_path / "cut.mkv").write_bytes(content[: len(content) * 7 // 10])
    from tests.running import runform

    result = runform("analyze", tmp_path / "cut.mkv", "--out", tmp_path / "runs")
    assert result.returncode == 0, result.stderr
    assert 8 <= stance_count(tmp_path) <= 24


def test_memory_of_a_short_run_stays_under_a_gibibyte(tmp_path: Path) -> None:
    process = running(tmp_path)
    time.sleep(2)
    me = psutil.Process(process.pid)
    total = 0
    for one in [me, *me.children(recursive=True)]:
        total += one.memory_full_info().pss
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=40)
    assert total < 2**30
    info = json.loads((folder_of(tmp_path) / "session.json").read_text())
    assert info["frames_not_recorded"] == 0
