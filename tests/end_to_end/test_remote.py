"""A camera on another computer, as two people use it: real commands, processes, keys and files."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import zmq

from runform_live.runtime import peers
from runform_live.session.reader import Session, read
from tests.ports import free_address
from tests.running import left_over, runform, started, wait_until
from tests.runtime.remote_makers import Peer

pytestmark = pytest.mark.slow


class Computer:
    """One with settings and data of its own, on which commands are typed."""

    def __init__(self, folder: Path) -> None:
        self._own = {"XDG_CONFIG_HOME": str(folder / "config"), "XDG_DATA_HOME": str(folder / "data")}

    def types(self, *words: object) -> str:
        done = runform(*words, **self._own)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def starts(self, *words: object) -> subprocess.Popen[str]:
        return started(*words, **self._own)


@pytest.fixture
def treadmill(tmp_path: Path) -> Computer:
    return Computer(tmp_path / "treadmill")


@pytest.fixture
def desk(tmp_path: Path) -> Computer:
    return Computer(tmp_path / "desk")


def introduce(treadmill: Computer, desk: Computer) -> None:
    """Each makes its key, and is told the line of the other."""
    lines = {}
    for name, computer in (("treadmill", treadmill), ("desk", desk)):
        lines[name] = computer.types("keys", "new", name).splitlines()[-1].split()[1:]
    treadmill.types(*lines["desk"])
    desk.types(*lines["treadmill"])


@contextlib.contextmanager
def serving(treadmill: Computer, address: str, *words: object) -> Iterator[subprocess.Popen[str]]:
    server = treadmill.starts("serve", "camera", "--camera", "demo", "--listen", address, *words)
    try:
        yield server
    finally:
        server.kill()
        server.communicate()


def stances(runs: Path) -> int:
    return sum(max(0, len(path.read_text().splitlines()) - 1) for path in runs.glob("*/stances.csv"))


def told(runs: Path, kind: str) -> int:
    return sum(path.read_text().count(f'"{kind}"') for path in runs.glob("*/events.jsonl"))


def ended(run: subprocess.Popen[str], runs: Path) -> tuple[str, Session]:
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 0, err
    assert left_over() == []
    return out, read(next(path for path in runs.iterdir() if path.is_dir()))


def test_a_run_before_the_camera_of_another_computer_survives_strangers_and_a_server_that_dies(
    tmp_path: Path, treadmill: Computer, desk: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    introduce(treadmill, desk)
    address, runs = free_address(), tmp_path / "runs"
    source = address.replace("tcp://", "tcp://treadmill@")
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(serving(treadmill, address))
        run = stack.enter_context(desk.starts("live", "--no-window", "--source", source, "--record", runs))
        stack.callback(run.kill)
        assert wait_until(lambda: stances(runs) >= 2, 120), "it measures"
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "treadmill" / "config"))
        own = peers.own().public.encode()
        strangers = [Peer(address, None), Peer(address, zmq.curve_keypair(), own)]
        for peer in strangers:
            stack.enter_context(contextlib.closing(peer))
            peer.asks()
        server.kill()
        server.communicate()
        assert wait_until(lambda: told(runs, "camera_lost") == 1, 20)
        before = stances(runs)
        again = stack.enter_context(serving(treadmill, address))
        assert wait_until(lambda: stances(runs) >= before + 2, 90), "it goes on"
        assert [peer.got() for peer in strangers] == [None, None]
        out, session = ended(run, runs)
        again.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
        said, trouble = again.communicate(timeout=20)
        assert (again.returncode, trouble) == (0, "")
    assert "source open: 1280x720, 30 frames/s" in out and "stages restarted" not in out
    assert session.info.ended == "stopped"
    assert session.info.frames_recorded == session.info.frames - session.info.frames_not_recorded > 90
    assert (np.diff(session.poses().column("time_s").to_numpy()) > 0).all()
    assert said.splitlines()[:1] == [
        f"Ready at {address} for the computers that `runform keys list` shows. Ctrl-C ends it."
    ]
    assert "desk looks" in said.splitlines()


def test_the_stances_are_those_of_the_recording(tmp_path: Path, treadmill: Computer, desk: Computer) -> None:
    """The recording (H.264) is measured once more. Frames that a slow machine left out of the run are measured then, too."""
    introduce(treadmill, desk)
    address, runs = free_address(), tmp_path / "runs"
    with serving(treadmill, address, "--pictures", "exact"):
        run = desk.starts(
            "live", "--no-window", "--source", address.replace("tcp://", "tcp://treadmill@"), "--record", runs
        )
        try:
            assert wait_until(lambda: stances(runs) >= 14, 150)
            _, live = ended(run, runs)
        finally:
            run.kill()
    desk.types("analyze", live.folder / "video.mkv", "--out", tmp_path / "again")
    again = read(tmp_path / "again" / "video")
    drops, compared = [], live.stances[2:-2]
    for stance in compared:
        same = [other for other in again.stances if abs(other.initial_contact_s - stance.initial_contact_s) < 0.1]
        if len(same) != 1 or same[0].side != stance.side:
            continue  # the clip begins anew within it
        if stance.pelvic_drop_mid_deg is not None and same[0].pelvic_drop_mid_deg is not None:
            drops.append(stance.pelvic_drop_mid_deg - same[0].pelvic_drop_mid_deg)
    assert len(drops) >= max(6, len(compared) // 2)
    assert np.median(np.abs(drops)) < 1.0


def test_each_mistake_is_one_line(tmp_path: Path, treadmill: Computer, desk: Computer) -> None:
    source = free_address().replace("tcp://", "tcp://treadmill@")
    measure = ("live", "--no-window", "--record", tmp_path / "runs", "--source")

    def refused(computer: Computer, *words: object) -> str:
        process = computer.starts(*words)
        _, err = process.communicate(timeout=90)
        assert process.returncode == 2
        (line,) = [line for line in err.splitlines() if line.strip()]
        return line

    assert "make one with `runform keys new NAME`" in refused(desk, *measure, source)
    assert "make one with `runform keys new NAME`" in refused(treadmill, "serve", "camera", "--camera", "demo")
    desk.types("keys", "new", "desk")
    treadmill.types("keys", "new", "treadmill")
    assert "no computer 'treadmill' is known here" in refused(desk, *measure, source)
    assert "no other computer is known here" in refused(treadmill, "serve", "camera", "--camera", "demo")
    introduce_anyway = treadmill.types("keys", "show").splitlines()[-1].split()[1:]
    desk.types(*introduce_anyway)
    treadmill.types(*desk.types("keys", "show").splitlines()[-1].split()[1:])
    assert "treadmill does not answer at 127.0.0.1" in refused(desk, *measure, source)
    assert "such as treadmill@192.168.1.20:5600" in refused(desk, *measure, "tcp://treadmill@127.0.0.1")
    assert "where to listen is tcp://ADDRESS:PORT" in refused(
        treadmill, "serve", "camera", "--camera", "demo", "--listen", "5600"
    )
    assert "there is no such file" in refused(
        treadmill, "serve", "camera", "--camera", "none.mp4", "--listen", free_address()
    )
    assert "runform live measures with it" in refused(desk, "analyze", source)
    assert not list((tmp_path / "runs").iterdir()), "no empty session folder is left"
