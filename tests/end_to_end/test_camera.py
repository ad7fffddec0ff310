"""The whole program before a camera: real command, processes and files; only the camera itself is made."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest

from runform_live.session.reader import Session, read
from tests.running import Standin, left_over, live_with_camera, stages_of, wait_until

pytestmark = pytest.mark.slow


class Run:
    """A live run before a made camera that has measured something."""

    def __init__(self, tmp_path: Path, **says: object) -> None:
        self._runs = tmp_path / "runs"
        self.process, self.camera = self._start(tmp_path, says)
        assert wait_until(lambda: self.stances() >= 2, 90), "stances are written while it runs"

    def _start(self, tmp_path: Path, says: dict[str, object]) -> tuple[subprocess.Popen[str], Standin]:
        return live_with_camera(tmp_path, "--record", self._runs, says=says)

    def _lines(self, name: str) -> list[str]:
        files = list(self._runs.glob(f"*/{name}"))
        return files[0].read_text(encoding="utf-8").splitlines() if files else []

    def stances(self) -> int:
        return max(0, len(self._lines("stances.csv")) - 1)

    def events(self) -> list[str]:
        return [json.loads(line)["kind"] for line in self._lines("events.jsonl") if line.endswith("}")]

    def ended(self) -> tuple[str, Session]:
        """Ask it to end; what it printed, and its session."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, err
        assert left_over() == []
        folder = next(path for path in self._runs.iterdir() if path.is_dir())
        return out, read(folder)


def times_s(session: Session) -> list[float]:
    return list(session.poses().column("time_s").to_numpy())


@pytest.mark.parametrize("rate_hz", [30, 60])
def test_a_camera_is_measured_and_recorded_until_ctrl_c(tmp_path: Path, rate_hz: int) -> None:
    out, session = Run(tmp_path, rate_hz=rate_hz).ended()
    assert f"source open: 1280x720, {rate_hz} frames/s" in out
    assert session.info.ended == "stopped"
    assert session.info.frames_recorded > 3 * rate_hz
    assert session.info.frame_rate_hz == rate_hz
    steps_s = np.diff(times_s(session))
    assert (steps_s > 0).all()
    frames_a_step = float(np.median(steps_s)) * rate_hz  # a slow machine looks at every other frame
    assert frames_a_step == pytest.approx(round(frames_a_step), abs=0.3)


def test_an_unplugged_camera_that_comes_back_with_another_size_goes_on(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.camera.says(mode="unplugged")
    assert wait_until(lambda: "camera_lost" in run.events(), 20)
    before = run.stances()
    run.camera.says(mode="ok", width_px=960, height_px=540)
    assert wait_until(lambda: run.stances() >= before + 2, 60)
    out, session = run.ended()
    assert "source lost: the camera does not answer; plug it in again" in out
    assert "source open: 960x540, 30 frames/s" in out
    assert (np.diff(times_s(session)) > 0).all()


def test_a_camera_that_stalls_is_told_and_goes_on(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.camera.says(mode="stalled")
    assert wait_until(lambda: "camera_lost" in run.events(), 20)
    before = run.stances()
    run.camera.says(mode="ok")
    assert wait_until(lambda: run.stances() >= before + 2, 60)
    out, _ = run.ended()
    assert "source lost: the camera gives no pictures" in out
    assert "stages restarted" not in out


def test_ctrl_c_is_obeyed_while_the_camera_blocks(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.camera.says(mode="stalled", stall_s=3600)
    assert wait_until(lambda: "camera_lost" in run.events(), 20)
    out, session = run.ended()
    assert session.info.ended == "stopped" and "stages restarted" not in out


def test_black_torn_and_repeated_pictures_do_not_end_a_session(tmp_path: Path) -> None:
    run = Run(tmp_path)
    for mode in ("black", "torn", "repeated"):
        run.camera.says(mode=mode)
        assert not wait_until(lambda: run.process.poll() is not None, 1.0)
    before = run.stances()
    run.camera.says(mode="ok")
    assert wait_until(lambda: run.stances() >= before + 2, 60)
    out, session = run.ended()
    assert "source lost" not in out and session.info.ended == "stopped"


def test_a_camera_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    process, _ = live_with_camera(tmp_path, "--record", tmp_path / "runs", says={"mode": "unplugged"})
    _, err = process.communicate(timeout=90)
    assert process.returncode == 2
    lines = [line for line in err.splitlines() if line.strip()]
    assert len(lines) == 1 and lines[0].startswith("runform: camera 0 does not answer; plug it in"), err


def test_a_killed_capture_stage_repeats_no_frame_and_goes_on_in_time(tmp_path: Path) -> None:
    run = Run(tmp_path)
    stages_of(run.process.pid)["capture"].send_signal(signal.SIGKILL)
    before = run.stances()
    assert wait_until(lambda: run.stances() >= before + 2, 60)
    out, session = run.ended()
    assert "stages restarted: 1" in out
    frames = session.poses().column("frame").to_numpy()
    assert (np.diff(frames) > 0).all() and (np.diff(times_s(session)) > 0).all()
    assert session.info.frames_recorded <= int(frames[-1])
