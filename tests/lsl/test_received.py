"""The whole way: a real run, and what LSL's own library receives of it in another process."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from runform_live import metrics
from runform_live.lsl.description import GAIT_CODES, SIDE_CODES
from runform_live.messages import LANDMARKS, Stance
from runform_live.metrics import STANCE_COLUMNS
from runform_live.runtime.stage_process import MOST_RESTARTS
from runform_live.session.reader import read
from tests.running import left_over, stages_of, started, wait_until

pytest.importorskip("pylsl")
from tests.lsl.receiving import session_in, streams_of

pytestmark = pytest.mark.slow
SEARCHES = 16571  # the port at which LSL searches for streams
HALF_DIGIT = {one.name: 0.51 * 10.0**-one.decimals_in_file for one in metrics.TABLE}


def in_file(stances: list[Stance], column: str) -> npt.NDArray[np.float64]:
    """A column of stances.csv; NaN is unknown."""
    return np.array([getattr(stance, column) for stance in stances], float)


def test_what_another_program_receives_is_what_the_session_keeps(tmp_path: Path) -> None:
    run = started("live", "--source", "demo", "--no-window", "--record", tmp_path / "runs", "--lsl")
    try:
        folder = session_in(tmp_path / "runs")
        streams = streams_of(folder)
        assert set(streams) == {"poses", "stances", "cues"}
        while run.poll() is None:
            for stream in streams.values():
                stream.take()
            time.sleep(0.02)
        _, err = run.communicate()
    finally:
        run.kill()
    assert run.returncode == 0, err
    session, table = read(folder), read(folder).poses()
    poses, stances = streams["poses"], streams["stances"]

    assert [(name, one.info.type()) for name, one in sorted(streams.items())] == [
        ("cues", "Markers"), ("poses", "MoCap"), ("stances", "Gait"),
    ]  # fmt: skip
    assert poses.labels == [f"{name}_{part}_px" for name in LANDMARKS for part in ("x", "y", "sigma")] + ["time_s"]
    assert set(poses.info.get_channel_units() or []) == {"pixels", "seconds"}
    assert poses.told("coordinates").startswith("two-dimensional image coordinates, pixels, x right, y down")
    assert poses.told("setup", "name") == "one camera, frontal plane"
    assert stances.labels == list(STANCE_COLUMNS)
    assert dict(zip(stances.labels, stances.info.get_channel_units() or [], strict=True))["hip_adduction_mid_deg"] == "degrees"  # fmt: skip

    assert len(stances.samples) == len(session.stances) >= 25
    assert stances.column("side") == [SIDE_CODES[stance.side] for stance in session.stances]
    sent = {label: np.array(stances.column(label), float) for label in STANCE_COLUMNS}
    assert stances.column("gait") == [GAIT_CODES[stance.gait] for stance in session.stances]
    kept = {label: in_file(session.stances, label) for label in STANCE_COLUMNS if label not in ("side", "gait")}
    for (
        angle,
        level,
    ) in metrics.LEVEL_COLUMN.items():  # once a session is over, all of it is read against one level line
        whole = sent.pop(angle) + sent[level]
        assert whole == pytest.approx(kept.pop(angle) + kept[level], abs=2 * HALF_DIGIT[level], nan_ok=True)
    for level in set(metrics.LEVEL_COLUMN.values()):
        del sent[level], kept[level]
    assert len(kept) > 10
    for label, values in kept.items():
        assert sent[label] == pytest.approx(values, abs=HALF_DIGIT[label], nan_ok=True), label

    times_s = np.asarray(table.column("time_s"))
    sent_s = np.array(poses.column("time_s"), float)
    rows = np.searchsorted(times_s, sent_s)
    assert np.array_equal(times_s[rows], sent_s) and np.array_equal(np.diff(rows), np.ones(len(rows) - 1))
    assert rows[-1] == len(times_s) - 1 and len(rows) > 300, "from when it was received on, up to the last frame"
    for label in poses.labels[:-1]:
        in_table = np.asarray(table.column(label))[rows]
        assert np.array_equal(np.array(poses.column(label), np.float32), in_table, equal_nan=True), label

    stamps_s = np.array(poses.stamps_s)
    assert (np.diff(stamps_s) > 0).all()
    assert np.diff(stamps_s) == pytest.approx(np.diff(times_s[rows]), abs=1e-6), "the spacing is the film's"
    zeros_s = [*(stamps_s - sent_s), *(np.array(stances.stamps_s) - np.array(stances.column("midstance_s"), float))]
    assert max(zeros_s) - min(zeros_s) < 1e-6, "one constant for all streams"
    assert left_over() == []


def test_a_stream_that_dies_comes_back_and_in_the_end_the_session_goes_on_without_it(tmp_path: Path) -> None:
    run = started("live", "--source", "demo", "--no-window", "--record", tmp_path / "runs", "--lsl", "--loop")
    try:
        folder = session_in(tmp_path / "runs")
        streams = streams_of(folder)
        poses, stances = streams["poses"], streams["stances"]
        assert wait_until(lambda: stances.take() >= 2, 60)

        stage = stages_of(run.pid)["lsl"]
        asked_at = [one.laddr.ip for one in stage.net_connections("udp") if one.laddr.port == SEARCHES]
        assert set(asked_at) == {"127.0.0.1"}, "who searches from another computer gets no answer"
        stage.kill()
        before = stances.take()
        assert wait_until(lambda: stances.take() >= before + 2, 60), (
            "the same source: who receives it goes on by itself"
        )
        zeros_s = np.array(stances.stamps_s) - np.array(stances.column("midstance_s"), float)
        assert np.ptp(zeros_s) < 1e-6, "the successor keeps the clock"
        poses.take()
        assert (np.diff(poses.stamps_s) > 0).all(), "nothing comes twice"

        killed = set()
        for _ in range(MOST_RESTARTS):
            assert wait_until(lambda: "lsl" in (now := stages_of(run.pid)) and now["lsl"].pid not in killed, 60)
            stage = stages_of(run.pid)["lsl"]
            killed.add(stage.pid)
            stage.kill()
        assert wait_until(lambda: "lsl" not in stages_of(run.pid), 30)
        stages = stages_of(run.pid)
        assert set(stages) == {"capture", "pose", "gait", "coach", "session"}, "nothing else was touched"
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=60)
    finally:
        run.kill()
    assert run.returncode == 0, err
    assert "the lsl stage could not be kept running; the session went on without it" in err
    assert f"stages restarted: {MOST_RESTARTS} (lsl" in out
    session = read(folder)
    assert len(session.stances) >= len(stances.samples) and session.info.ended == "stopped"
    assert left_over() == []
