"""What breaks in use, one fault at a time, with real processes before the made camera: it ends when asked, and nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runform_live import config, portable
from runform_live.runtime import seed, seed_process
from runform_live.runtime.topology import STAGES
from runform_live.session.reader import Session, read
from tests.faults.live_run import LiveRun
from tests.faults.losses import cues_lost, gaps, stances_lost, video_times_s
from tests.running import left_over, runform, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveRun]:
    """A live run that has measured something."""
    made = LiveRun(tmp_path_factory.mktemp("f"))  # a socket's name is short
    try:
        assert made.measures(4), made.said()
        yield made
    finally:
        made.close()


def ended(run: LiveRun) -> Session:
    """The session after an orderly end, with nothing left behind."""
    _, program_s = run.ends_after()
    assert program_s < float("inf"), "it ends"
    assert run.process.returncode == 0, run.said()
    assert "Traceback" not in run.said()
    assert f"session: {run.folder}" in run.said()
    assert run.litter() == []
    session = read(run.folder)
    assert (session.folder / "summary.json").is_file() and not session.running
    return session


def test_every_stage_killed_in_turn_costs_no_stance_and_no_cue(run: LiveRun) -> None:
    for stage in STAGES:
        before = run.said().count("was started anew")
        run.stages()[stage].kill()
        assert wait_until(lambda before=before: run.said().count("was started anew") > before, 20), stage
        assert run.measures(3), f"it goes on after {stage} was killed"
    run.process.send_signal(signal.SIGINT)
    session = ended(run)
    assert [event["text"].split()[1] for event in session.events if event["kind"] == "restart"] == list(STAGES)
    assert stances_lost(session) == [] and cues_lost(session, config.load(run.settings)) == []
    assert session.summary.calibrated and session.summary.view == "posterior", "level and view went over"
    times_s = [stance.midstance_s for stance in session.stances]
    assert times_s == sorted(set(times_s)), "nothing stands there twice"
    info = session.info
    assert info.frames_recorded == len(video_times_s(session.folder)) == len(set(video_times_s(session.folder)))
    blind_s = [gap.length_s for gap in gaps(video_times_s(session.folder), 3.5 / run.rate_hz)]
    assert len(blind_s) <= 1, "frames are missing only while there was no capture stage"


@pytest.mark.skipif(not seed.can_grow(), reason="stages grow from a seed on Linux alone")
def test_without_its_seed_a_run_goes_on_and_a_killed_stage_is_started_anew(run: LiveRun) -> None:
    stages = run.stages()
    (the_seed,) = (each for each in run.processes() if each.name() == seed_process.NAME)
    the_seed.kill()
    assert run.measures(2), "it goes on"
    stages["gait"].kill()
    assert wait_until(lambda: "was started anew" in run.said(), 20)
    assert run.measures(3), "with a new one"
    run.process.send_signal(signal.SIGINT)
    session = ended(run)
    assert stances_lost(session) == []
    assert wait_until(lambda: left_over() == [], 10)


@pytest.mark.parametrize("ask", ["SIGINT", "SIGTERM", "SIGHUP", "SIGTERM to all", "SIGINT twice"])
def test_it_ends_in_order_however_it_is_asked(run: LiveRun, ask: str) -> None:
    if ask.split()[0] not in portable.end_signals():
        pytest.skip("only some systems have this signal")
    if ask == "SIGTERM to all":
        run.signal_group(signal.SIGTERM)
    else:
        run.process.send_signal(getattr(signal, ask.split()[0]))
    if ask.endswith("twice"):
        wait_until(lambda: not run.stages(), 5)
        run.process.send_signal(signal.SIGINT)
    session = ended(run)
    assert session.info.ended == "stopped"
    assert stances_lost(session) == []


def test_a_stop_is_heard_by_a_stage_that_is_just_being_started_anew(run: LiveRun) -> None:
    run.stages()["capture"].kill()
    assert wait_until(lambda: "the capture stage had stopped" in run.said(), 20)
    run.process.send_signal(signal.SIGINT)
    assert ended(run).info.ended == "stopped"


def test_a_camera_that_blocks_cannot_hold_up_the_end(run: LiveRun) -> None:
    run.camera.says(mode="stalled")
    run.process.send_signal(signal.SIGINT)
    assert ended(run).info.ended == "stopped"


def test_hung_stages_are_replaced_before_the_session_is_closed(run: LiveRun) -> None:
    stages = run.stages()
    for stage in ("gait", "session"):
        stages[stage].suspend()
    run.process.send_signal(signal.SIGINT)
    session = ended(run)
    assert session.info.ended == "stopped" and stances_lost(session) == []


def test_without_its_main_process_a_session_is_closed_by_its_stages(run: LiveRun) -> None:
    run.process.kill()
    run.process.wait()
    assert wait_until(lambda: left_over() == [], 10)
    assert wait_until(lambda: run.litter() == [], 5), run.litter()
    session = read(run.folder)
    assert session.info.ended == "the program was ended from outside" and stances_lost(session) == []
    assert str(run.folder) in run.said()


@pytest.mark.parametrize("after_s", [0.1, 0.4, 0.8, 1.2, 1.8])
def test_ctrl_c_while_it_starts_ends_it_without_a_word_of_python(
    tmp_path_factory: pytest.TempPathFactory, after_s: float
) -> None:
    starting = LiveRun(tmp_path_factory.mktemp("f"))
    try:
        time.sleep(after_s)
        starting.process.send_signal(signal.SIGINT)
        assert starting.ends_after()[1] < float("inf"), "it ends"
        assert "Traceback" not in starting.said()
        assert starting.litter() == []
    finally:
        starting.close()


@pytest.mark.parametrize("where", ["closed", "full"])
def test_a_terminal_that_takes_nothing_costs_no_report(tmp_path: Path, where: str) -> None:
    streams: dict[str, Callable[[], object]] = {
        "closed": lambda: os.open(os.devnull, os.O_RDONLY),
        "full": lambda: os.open("/dev/full", os.O_WRONLY),
    }
    if where == "full" and not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    stream = streams[where]()
    done = subprocess.run(
        [sys.executable, "-m", "runform_live.cli.main", "live", "--source", "demo", "--no-window", "--record", str(tmp_path / "runs")],
        stdout=stream, stderr=subprocess.PIPE, text=True, timeout=90,
    )  # fmt: skip
    assert done.returncode == 1, "what was to be printed is lost, and nothing else"
    assert "not all could be printed" in done.stderr and "Traceback" not in done.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    assert (folder / "report.html").is_file() and len(read(folder).stances) >= 24


def test_a_file_cut_in_the_middle_is_used_up_to_the_cut(tmp_path: Path) -> None:
    import av

    from runform_live.capture.source_name import DEMO

    whole = tmp_path / "whole.mkv"
    with av.open(str(DEMO)) as source, av.open(str(whole), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    content = whole.read_bytes()
    (tmp_path / "cut.mkv").write_bytes(content[: len(content) * 7 // 10])
    result = runform("analyze", tmp_path / "cut.mkv", "--out", tmp_path / "runs")
    assert result.returncode == 0, result.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    assert 8 <= len(read(folder).stances) <= 24


def test_memory_of_a_short_run_stays_under_a_gibibyte(run: LiveRun) -> None:
    total = sum(one.memory_full_info().pss for one in run.processes())
    run.process.send_signal(signal.SIGINT)
    assert ended(run).info.frames_not_recorded == 0
    assert total < 2**30
