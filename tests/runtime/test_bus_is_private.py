"""Where the sockets of a run can be reached by others on this computer, nobody without its keys reads or sends anything."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import zmq

from runform_live import controls, portable
from runform_live.errors import BadInput
from runform_live.messages import Frame, StageState
from runform_live.runtime import bus_folder, topology
from runform_live.runtime.bus import Publisher, Subscriber
from runform_live.runtime.bus_folder import BusFolder
from runform_live.runtime.endpoints import Endpoints
from runform_live.runtime.keys import Keys
from tests.ports import free_address
from tests.running import wait_until

Context = zmq.Context[zmq.Socket[bytes]]


@pytest.fixture(autouse=True)
def _with_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets may lie in folders, also where these tests run with the switch that leaves them unused."""
    monkeypatch.delenv(portable.SWITCH, raising=False)


@pytest.fixture
def context() -> Iterator[Context]:
    made: Context = zmq.Context()
    yield made
    made.destroy(linger=0)


STRANGER = """
import sys, zmq
context = zmq.Context()
address, key = sys.argv[1], sys.argv[2]
read = 0
for kind in (zmq.SUB, zmq.XSUB, zmq.PULL, zmq.DEALER):
    socket = context.socket(kind)
    socket.linger = 0
    if key:  # it has found out the server's public key, and makes a pair of its own
        socket.curve_serverkey = key.encode()
        socket.curve_publickey, socket.curve_secretkey = zmq.curve_keypair()
    socket.connect(address)
    if kind == zmq.SUB:
        socket.subscribe(b"")
    if kind == zmq.XSUB:
        socket.send(b"\\x01")
    read += bool(socket.poll(400))
print(read)
"""


def stranger(address: str, key: str = "") -> subprocess.Popen[str]:
    """Another process that tries several kinds of socket, and prints with how many it got anything."""
    return subprocess.Popen([sys.executable, "-c", STRANGER, address, key], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("endpoint", [topology.MAIN, topology.PREVIEWS, "capture", topology.state_endpoint("gait")])
def test_a_stranger_on_the_loopback_reads_nothing(context: Context, endpoint: str) -> None:
    local = Endpoints.local(None, topology.endpoints())
    assert local.keys is not None and len(set(local.addresses.values())) == len(topology.endpoints())
    publisher, friend = Publisher(context, local.addresses[endpoint], keys=local.keys), Subscriber()
    friend.connect(context, local.addresses[endpoint], ("frame", "control", "state"), keys=local.keys)
    assert wait_until(lambda: publisher.subscribers("frame") > 0, 5.0)
    naked, informed = stranger(local.addresses[endpoint]), stranger(local.addresses[endpoint], local.keys.public)
    heard = 0
    while naked.poll() is None or informed.poll() is None:
        publisher.send(Frame(frame=1, time_s=0.0, stamp_s=0.0, height_px=4, width_px=5), bytes(60))
        publisher.send(controls.Stop())
        publisher.send(StageState(stage="gait", control_seq=0), b"state")
        heard += friend.receive(0.02) is not None
    assert naked.communicate()[0].strip() == informed.communicate()[0].strip() == "0"
    assert heard > 0, "a stage of the run does"
    publisher.close()
    friend.close()


def test_a_stranger_reads_from_an_open_socket(context: Context) -> None:
    """The same stranger without keys in the way: what the test above looks for can happen."""
    address = free_address()
    publisher = Publisher(context, address)
    reader = stranger(address)

    def has_ended() -> bool:
        publisher.send(controls.Stop())
        return reader.poll() is not None

    assert wait_until(has_ended, 30.0)
    assert reader.communicate()[0].strip() == "2"
    publisher.close()


def bound(context: Context, address: str, keys: Keys | None) -> Publisher:
    """A publisher at this address, as soon as whoever held it has left."""
    made: list[Publisher] = []

    def is_bound() -> bool:
        with contextlib.suppress(BadInput):
            made.append(Publisher(context, address, keys=keys))
        return bool(made)

    assert wait_until(is_bound, 5.0)
    return made[0]


def test_a_stranger_at_the_address_of_a_stage_is_not_heard(context: Context) -> None:
    """He was faster, and holds the port that a stage wanted. Whoever listens there takes nothing from him."""
    keys = Keys.of_a_run()
    address = free_address()
    listening = Subscriber()
    listening.connect(context, address, ("control",), keys=keys)
    for stolen in (None, Keys.new(allowed=(keys.public,))):
        publisher = bound(context, address, stolen)
        until_s = time.monotonic() + 1.0
        while time.monotonic() < until_s:
            publisher.repeat("control", controls.Stop(seq=1))
            assert listening.receive(0.02) is None
        publisher.close()
    listening.close()


def test_the_states_and_frames_of_a_context_with_several_locked_sockets_come(context: Context) -> None:
    keys = Keys.of_a_run()
    local = Endpoints.local(None, ("a", "b", "c"))
    publishers = {name: Publisher(context, address, keys=keys) for name, address in local.addresses.items()}
    reader = Subscriber()
    for address in local.addresses.values():
        reader.connect(context, address, ("frame",), keys=keys)
    assert wait_until(lambda: all(each.subscribers("frame") for each in publishers.values()), 5.0)
    picture = np.arange(60, dtype=np.uint8)
    publishers["a"].close()
    for name in "bc":
        publishers[name].send(Frame(frame=1, time_s=0.0, stamp_s=0.0, height_px=4, width_px=5), picture.data)
    found = [reader.receive(2.0), reader.receive(2.0)]
    assert all(one is not None and bytes(one.buffers[0].buffer) == picture.tobytes() for one in found)
    for name in "bc":
        publishers[name].close()
    reader.close()


# -- the folder of the sockets ------------------------------------------------------------------------------------


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short folder of this test."""
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as folder:
        for name in ("TMPDIR", "TEMP", "TMP", "XDG_RUNTIME_DIR"):
            monkeypatch.delenv(name, raising=False)
        yield Path(folder)


def made_in(monkeypatch: pytest.MonkeyPatch, named: Path) -> Path | None:
    """Where the sockets of a run go with this TMPDIR."""
    monkeypatch.setenv("TMPDIR", os.fspath(named))
    monkeypatch.setattr(tempfile, "tempdir", None)
    folder = BusFolder()
    try:
        if folder.path is not None:
            assert folder.path.stat().st_mode & 0o077 == 0
            context: Context = zmq.Context()
            Publisher(context, Endpoints.local(folder.path, topology.endpoints()).addresses["session-state"]).close()
            context.term()
        return None if folder.path is None else folder.path.parent
    finally:
        folder.close()


@pytest.mark.parametrize(
    "name", ["a b", "50%", "%d %s", "line\nbreak", "@abstract", "tür", "'quoted\"", "*"], ids=lambda name: repr(name)
)
def test_odd_but_short_folders_hold_the_sockets(temporary: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    named = temporary / name
    named.mkdir()
    assert made_in(monkeypatch, named) == named
    assert list(named.iterdir()) == []


@pytest.mark.parametrize("name", ["ランナー" * 6, "x" * 80, "бегун" * 7, "x" * 64], ids=len)
def test_bytes_count_and_a_short_folder_takes_the_place_of_a_long_one(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    named = temporary / name
    named.mkdir()
    assert made_in(monkeypatch, named) == Path("/tmp")
    assert list(named.iterdir()) == []


def test_the_users_own_runtime_folder_comes_before_the_common_one(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long, own = temporary / ("x" * 80), temporary / "own"
    long.mkdir()
    own.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(own))
    assert made_in(monkeypatch, long) == own


def test_a_folder_that_anyone_may_change_is_not_used(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the sticky bit somebody else could put a folder of his own in the place of ours."""
    named = temporary / "open"
    named.mkdir()
    named.chmod(0o777)
    assert made_in(monkeypatch, named) == Path("/tmp")
    named.chmod(0o1777)
    assert made_in(monkeypatch, named) == named


@pytest.mark.parametrize("loose", [0o777, 0o775])
def test_a_folder_below_one_that_others_may_change_is_not_used(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, loose: int
) -> None:
    """They could put another in the place of the whole of it."""
    named = temporary / "shared" / "mine"
    named.mkdir(parents=True)
    named.chmod(0o700)
    (temporary / "shared").chmod(loose)
    (temporary / "link").symlink_to(named)
    assert made_in(monkeypatch, named) == Path("/tmp").resolve()
    assert made_in(monkeypatch, temporary / "link") == Path("/tmp").resolve()
    (temporary / "shared").chmod(0o755)
    assert made_in(monkeypatch, named) == made_in(monkeypatch, temporary / "link") == named.resolve()


def test_without_users_that_can_be_asked_for_there_are_keys(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "getuid")
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    folder = BusFolder()
    folder.close()
    assert folder.path is None


def test_bytes_that_are_no_text_are_not_used(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = temporary / os.fsdecode(b"\xff\xfe")
    named.mkdir()
    assert made_in(monkeypatch, named) == Path("/tmp")


def test_where_no_folder_can_be_used_there_are_keys(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = temporary / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr(bus_folder, "SHORT_PARENTS", ())
    assert made_in(monkeypatch, long) is None
    assert Endpoints.local(None, ("capture",)).keys is not None
    assert Endpoints.local(long, ("capture",)).keys is not None


def test_only_what_killed_runs_of_this_user_left_is_swept(temporary: Path) -> None:
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lock").write_text("not ours")
    (temporary / f"{bus_folder.PREFIX}link").symlink_to(elsewhere)
    left, open_to_all = temporary / f"{bus_folder.PREFIX}left", temporary / f"{bus_folder.PREFIX}open"
    for folder in (left, open_to_all):
        folder.mkdir(mode=0o700)
    open_to_all.chmod(0o755)
    for folder in (left, open_to_all, elsewhere):
        os.utime(folder, (1e9, 1e9))
    bus_folder.sweep(temporary)
    assert not left.exists()
    assert open_to_all.exists()
    assert (elsewhere / "lock").read_text() == "not ours"
