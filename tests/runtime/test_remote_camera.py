"""A camera on another computer: who is known gets its pictures as they are; who is not gets none, brings none in and harms nobody."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
import zmq

from runform_live.capture.reader import Failed, Lost, Opened, PictureRead, Reader
from runform_live.errors import BadInput
from runform_live.runtime import camera_server, remote_bounds, remote_camera, remote_wire
from runform_live.runtime.remote_camera import RemoteCamera
from runform_live.runtime.remote_wire import Want
from tests.ports import free_address
from tests.running import wait_until
from tests.runtime.remote_makers import (
    HEIGHT_PX,
    RATE_HZ,
    WIDTH_PX,
    Cable,
    Computers,
    Made,
    Peer,
    Pretender,
    Served,
    note_of,
    picture_of,
    shot_of,
)

ALL = {picture_of(number).tobytes(): number for number in range(1, 2000)}
PLENTY = 12  # pictures that an honest computer must get meanwhile


@pytest.fixture
def computers(tmp_path: Path) -> Computers:
    return Computers(tmp_path)


@pytest.fixture
def address() -> str:
    return free_address()


@pytest.fixture
def served(computers: Computers, address: str) -> Iterator[Served]:
    with contextlib.closing(Served(computers, address)) as server:
        yield server


@pytest.fixture
def peers_of() -> Iterator[Callable[..., Peer]]:
    """Makes peers, and closes them at the end."""
    with contextlib.ExitStack() as stack:
        yield lambda *words: stack.enter_context(contextlib.closing(Peer(*words)))


def at(address: str, name: str = "treadmill") -> str:
    return address.replace("tcp://", f"tcp://{name}@")


def camera(computers: Computers, address: str, name: str = "treadmill") -> RemoteCamera:
    with computers.at("desk"):
        return RemoteCamera(at(address, name))


def look(eye: RemoteCamera, count: int = PLENTY) -> list[int]:
    """Read so many pictures; their numbers, which must grow, as must their times. Each must be exactly one of the camera."""
    numbers, times_s = [], []
    for _ in range(count):
        read = eye.read()
        assert read is not None, "the link stands"
        times_s.append(read[0])
        numbers.append(ALL[read[1].tobytes()])
    assert (np.diff(numbers) > 0).all() and (np.diff(times_s) > 0).all()
    return numbers


def line(computers: Computers, address: str, name: str = "treadmill") -> str:
    with pytest.raises(BadInput) as refused:
        camera(computers, address, name).close()
    assert "\n" not in str(refused.value)
    return str(refused.value)


# -- who is known -------------------------------------------------------------------------------------------------


def test_a_known_computer_gets_every_byte_and_the_times_of_the_pictures(
    computers: Computers, served: Served, address: str
) -> None:
    with contextlib.closing(camera(computers, address)) as eye:
        assert (eye.info.height_px, eye.info.width_px, eye.info.frame_rate_hz) == (HEIGHT_PX, WIDTH_PX, RATE_HZ)
        look(eye, 60)
    assert wait_until(lambda: "desk looks no more" in served.said, 10)
    assert served.said == ["desk looks", "the camera is switched on", "desk looks no more"]


def test_the_camera_is_off_while_nobody_asks(
    computers: Computers, served: Served, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_server, "OFF_S", 0.3)
    with contextlib.closing(camera(computers, address)) as eye:
        look(eye)
    assert wait_until(lambda: served.said[-1] == "the camera is switched off: nobody looks", 10)
    with contextlib.closing(camera(computers, address)) as eye:
        assert look(eye)[0] < 100, "it began anew"


def test_two_computers_look_at_the_same_time(
    computers: Computers, served: Served, address: str, peers_of: Callable[..., Peer]
) -> None:
    second = zmq.curve_keypair()
    computers.knows("treadmill", "second", second)
    peer = peers_of(address, second, computers.pairs["treadmill"][0])
    with contextlib.closing(camera(computers, address)) as eye:
        look(eye)
        peer.asks()
        assert peer.got(5) is not None
        look(eye)


# -- who is not ---------------------------------------------------------------------------------------------------


def test_who_has_no_key_another_key_or_expects_another_server_gets_nothing_and_starts_nothing(
    computers: Computers, served: Served, address: str, peers_of: Callable[..., Peer]
) -> None:
    stranger = zmq.curve_keypair()
    own, right = computers.pairs["treadmill"], computers.pairs["desk"]
    strangers = [
        peers_of(address, None),  # no key
        peers_of(address, stranger, own[0]),  # a key that is not known here
        peers_of(address, own, own[0]),  # the camera's own pair
        peers_of(address, right, stranger[0]),  # the right key, but another server is expected
    ]
    for peer in strangers:
        for _ in range(50):
            peer.asks()
    assert wait_until(lambda: len(served.said) >= 2, 10)
    assert all(line.startswith("a computer that is not known was not let in") for line in served.said)
    with contextlib.closing(camera(computers, address)) as eye:
        look(eye)
        for peer in strangers:
            peer.asks()
        look(eye)
    assert [peer.got() for peer in strangers] == [None] * 4
    assert served.said.count("the camera is switched on") == 1 and len(served.said) == 4, "each is told once"


def test_bytes_that_are_no_zeromq_harm_nobody(computers: Computers, served: Served, address: str) -> None:
    host, port = "127.0.0.1", int(address.rpartition(":")[2])
    greeting = b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\x01CURVE" + bytes(47)
    written = [
        b"GET / HTTP/1.1\r\n\r\n",
        bytes(100_000),
        b"\xff" * 100_000,
        os.urandom(100_000),
        b"",
        greeting,
        greeting + os.urandom(5000),
    ]
    with contextlib.ExitStack() as stack, contextlib.closing(camera(computers, address)) as eye:
        for data in written * 10:
            each = stack.enter_context(socket.create_connection((host, port)))
            with contextlib.suppress(OSError):
                each.sendall(data)
        look(eye, 60)
    assert not any("not known" in line for line in served.said)


def test_a_computer_that_is_forgotten_meanwhile_gets_no_more(
    computers: Computers,
    served: Served,
    address: str,
    peers_of: Callable[..., Peer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remote_camera, "OPENING_S", 2.0)
    second = zmq.curve_keypair()
    computers.knows("treadmill", "second", second)
    peer = peers_of(address, second, computers.pairs["treadmill"][0])
    peer.asks()
    assert peer.got(5) is not None
    with contextlib.closing(camera(computers, address)) as eye:
        look(eye)
        computers.forgets("treadmill", "second")
        look(eye, 4)
        while peer.got(0.1) is not None:  # what was on its way
            pass
        for number in range(50):
            peer.asks(number)
            look(eye, 1)
        assert peer.got(0.2) is None
        computers.forgets("treadmill", "desk")
        assert wait_until(lambda: eye.read() is None, 10)
    assert "does not let this computer in" in line(computers, address)


# -- who is known and hostile -------------------------------------------------------------------------------------

NOW = 1.0
HOSTILE = {
    "nothing": [[b""]],
    "no msgpack": [[b"\xc1" * 100], [b"hello"], [b"cos\nsystem\n(S'true'\ntR."]],
    "cut off": [[remote_wire.header(Want(1, NOW))[:end]] for end in range(1, 20)],
    "another kind": [[msgspec.msgpack.encode((1, {"kind": "picture", "number": 1}))], [msgspec.msgpack.encode((1, {"kind": "run"}))]],
    "no times": [[remote_wire.header(Want(0, value))] for value in (float("nan"), float("inf"), -float("inf"), 1e300)],
    "numbers": [[msgspec.msgpack.encode((1, {"kind": "want", "number": value, "clock_s": 1.0}))] for value in (-1, 2**63, "1", None, 1.5)],
    "huge": [[bytes(1 << 20)], [remote_wire.header(Want(0, NOW)), bytes(1 << 20)]],
    "many parts": [[remote_wire.header(Want(0, NOW))] * 1000],
    "old and future pictures": [[remote_wire.header(Want(value, NOW))] for value in (0, 0, 2**53, 0, 3)],
    "another version": [[msgspec.msgpack.encode((99, {"kind": "want", "number": 0, "clock_s": 1.0}))]],
    "a flood": [[remote_wire.header(Want(0, NOW))]] * 5000,
    "a flood of nothing": [[b""]] * 5000,
    "deep": [[b"\x91" * 500]],
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_known_computer_that_sends_anything_else_changes_nothing_for_others(
    computers: Computers, served: Served, address: str, peers_of: Callable[..., Peer], kind: str
) -> None:
    hostile = zmq.curve_keypair()
    computers.knows("treadmill", "hostile", hostile)
    peer = peers_of(address, hostile, computers.pairs["treadmill"][0])
    with contextlib.closing(camera(computers, address)) as eye:
        look(eye, 3)
        for parts in HOSTILE[kind]:
            peer.sends(*parts)
        look(eye)
        peer.sends(*HOSTILE[kind][0])
        look(eye)
    assert len(served.said) < 10, "nor does it fill the screen"


SENDS_MANY_PARTS = """
import sys, zmq
address, public, secret, trusts = sys.argv[1:]
context = zmq.Context()
socket = context.socket(zmq.DEALER)
socket.curve_publickey, socket.curve_secretkey, socket.curve_serverkey = public.encode(), secret.encode(), trusts.encode()
socket.connect(address)
for _ in range(400_000):
    socket.send(bytes(400), zmq.SNDMORE)
socket.send(b"")
socket.close(20_000)
context.term()
"""


def test_a_message_of_many_parts_is_cut_off_before_the_memory_is_full(
    computers: Computers, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ZeroMQ takes them all before it gives the first one: 190 MiB here, and as many as somebody likes."""
    monkeypatch.setattr(remote_bounds, "MOST_MORE_MIB", 50.0)
    monkeypatch.setattr(remote_bounds, "LOOK_S", 0.0)
    hostile = zmq.curve_keypair()
    computers.knows("treadmill", "hostile", hostile)
    words = [address, hostile[0].decode(), hostile[1].decode(), computers.pairs["treadmill"][0].decode()]
    with contextlib.closing(Served(computers, address)) as served:
        with subprocess.Popen([sys.executable, "-c", SENDS_MANY_PARTS, *words]) as peer:
            assert wait_until(lambda: any("sent without end" in line for line in served.said), 60)
            peer.kill()
        with contextlib.closing(camera(computers, address)) as eye:
            look(eye)


# -- a hostile camera ---------------------------------------------------------------------------------------------


def test_of_all_that_a_hostile_camera_with_the_right_key_sends_only_its_pictures_get_in(
    computers: Computers, address: str
) -> None:
    numbers = itertools.count(1)

    def answers(want: Want) -> list[list[bytes]]:
        number = next(numbers)
        good = shot_of(number, want)
        newer = number + 1000
        header, pixels = shot_of(newer, want)
        return [
            [b""], [b"\xc1" * 40], [header[:-4], pixels], [header], [header, pixels, pixels], [b"x" * 5000, pixels],
            [msgspec.msgpack.encode((99.5, {})), pixels],
            [msgspec.msgpack.encode((1, {"kind": "want", "number": 1, "clock_s": 1.0}))],
            shot_of(0, want),
            good,
            shot_of(number, want),  # once more
            shot_of(max(number - 1, 0), want),  # an old one
            note_of("open", want),
        ]  # fmt: skip

    with (
        contextlib.closing(Pretender(address, computers.pairs["treadmill"], answers)),
        contextlib.closing(camera(computers, address)) as eye,
    ):
        look(eye, 60)


@pytest.mark.parametrize(
    "changes",
    [{"stamp_s": float("nan")}, {"stamp_s": float("inf")}, {"stamp_s": -1e308}, {"stamp_s": 0.0}, {"heard_s": float("nan")},
     {"asked_s": float("nan")}, {"asked_s": 5.0}, {"height_px": 4096, "width_px": 2304}, {"height_px": 46}, {"packing": "jpeg"},
     {"packing": "i420"}, {"rate_hz": float("nan")}, {"rate_hz": -1.0}, {"number": -5}, {"number": 0}, {"height_px": 2**40}],
    ids=str,
)  # fmt: skip
def test_pictures_with_one_thing_wrong_are_no_pictures(
    computers: Computers, address: str, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object]
) -> None:
    monkeypatch.setattr(remote_camera, "OPENING_S", 0.8)
    numbers = itertools.count(1)

    def answers(want: Want) -> list[list[bytes]]:
        return [shot_of(next(numbers), want, **changes)]

    with contextlib.closing(Pretender(address, computers.pairs["treadmill"], answers)):
        assert line(computers, address).startswith("treadmill is there, but gives nothing")


def test_a_picture_that_is_too_large_for_any_camera_ends_the_link(
    computers: Computers, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_camera, "OPENING_S", 1.5)
    huge = bytes(remote_wire.MOST_BYTES + 1)
    with contextlib.closing(
        Pretender(address, computers.pairs["treadmill"], lambda want: [[shot_of(1, want)[0], huge]])
    ):
        assert line(computers, address).startswith("treadmill ")


def test_a_flood_of_nothing_ends_the_link_and_not_the_computer(computers: Computers, address: str) -> None:
    def answers(want: Want) -> list[list[bytes]]:
        return [[b"nothing"]] * 2000

    with contextlib.closing(Pretender(address, computers.pairs["treadmill"], answers)):
        assert line(computers, address).startswith("treadmill sends what is no picture")


def test_a_flood_of_good_pictures_is_thinned_out(computers: Computers, address: str) -> None:
    numbers = itertools.count(1)

    def answers(want: Want) -> list[list[bytes]]:
        return [shot_of(next(numbers), want) for _ in range(20)]

    with (
        contextlib.closing(Pretender(address, computers.pairs["treadmill"], answers)),
        contextlib.closing(camera(computers, address)) as eye,
    ):
        reads = [eye.read() for _ in range(PLENTY)]
    times_s = [read[0] for read in reads if read is not None]
    assert len(times_s) == PLENTY and np.diff(times_s).min() > 0.0019


def test_another_version_is_told(computers: Computers, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(want: Want) -> list[list[bytes]]:
        return [[msgspec.msgpack.encode((2, {"kind": "new"}))]]

    with contextlib.closing(Pretender(address, computers.pairs["treadmill"], answers)):
        assert (
            line(computers, address)
            == "treadmill has another version of runform; install the same version on both computers"
        )
    with contextlib.closing(Served(computers, address)) as served:
        monkeypatch.setattr(remote_wire, "WIRE_VERSION", 1)
        with contextlib.closing(camera(computers, address)) as eye:
            look(eye)
        assert "desk looks" in served.said


# -- who is not there ---------------------------------------------------------------------------------------------


def test_each_reason_why_no_picture_comes_is_one_line(
    computers: Computers, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_camera, "OPENING_S", 1.0)
    assert line(computers, address).startswith("treadmill does not answer at 127.0.0.1:")
    with contextlib.closing(Pretender(address, zmq.curve_keypair(), lambda _: [])):
        assert "cannot prove that it is treadmill" in line(computers, address)
    assert "no computer 'other' is known here" in line(computers, address, "other")
    computers.forgets("treadmill", "desk")
    computers.knows("treadmill", "somebody", zmq.curve_keypair())
    with contextlib.closing(Served(computers, address)):
        assert "does not let this computer in" in line(computers, address)


def test_a_camera_that_does_not_answer_there_is_told_here(computers: Computers, address: str) -> None:
    def opens() -> Made:
        raise BadInput("camera 0 does not answer; plug it in")

    with contextlib.closing(Served(computers, address, opens=opens)) as served:
        assert (
            line(computers, address)
            == "treadmill is there, but its camera does not answer; check the camera's cable there"
        )
        assert "camera 0 does not answer; plug it in" in served.said


def test_a_port_that_is_taken_and_a_computer_that_knows_nobody_are_one_line(
    computers: Computers, served: Served, address: str
) -> None:
    with pytest.raises(BadInput, match="cannot be opened"):
        Served(computers, address)
    computers.forgets("treadmill", "desk")
    with pytest.raises(BadInput, match="no other computer is known here"):
        Served(computers, free_address())


# -- links that break ---------------------------------------------------------------------------------------------


def seen(reader: Reader, wanted: type, seconds: float = 20.0) -> object:
    """The next event of this kind."""
    found: list[object] = []

    def came() -> bool:
        while (event := reader.next(0.02)) is not None:
            if isinstance(event, wanted):
                found.append(event)
                return True
        return False

    assert wait_until(came, seconds), wanted
    return found[0]


def test_a_link_that_breaks_for_a_moment_goes_on(
    computers: Computers, served: Served, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_camera, "SILENT_S", 10.0)
    with contextlib.closing(Cable(int(address.rpartition(":")[2]))) as cable:
        with contextlib.closing(camera(computers, f"tcp://127.0.0.1:{cable.port}")) as eye:
            before = look(eye)[-1]
            cable.is_cut()
            cable.is_mended()
            assert look(eye)[-1] > before + PLENTY, "what was taken meanwhile is left out"


def test_a_link_that_stays_cut_is_told_and_comes_back(
    computers: Computers, served: Served, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_camera, "OPENING_S", 2.0)
    with contextlib.closing(Cable(int(address.rpartition(":")[2]))) as cable, computers.at("desk"):
        reader = Reader(lambda: RemoteCamera(at(f"tcp://127.0.0.1:{cable.port}")), live=True)
        first = seen(reader, PictureRead)
        cable.is_cut()
        seen(reader, Lost)
        failed = seen(reader, Failed)
        cable.is_mended()
        seen(reader, Opened)
        again = seen(reader, PictureRead)
        assert isinstance(first, PictureRead) and isinstance(again, PictureRead) and isinstance(failed, Failed)
        assert again.time_s > first.time_s + 1
        assert "treadmill" in failed.text
        assert reader.close(5)


def test_a_server_that_is_started_again_is_found_again(computers: Computers, address: str) -> None:
    with computers.at("desk"):
        server = Served(computers, address)
        reader = Reader(lambda: RemoteCamera(at(address)), live=True)
        seen(reader, PictureRead)
        server.close()
        seen(reader, Lost)
        server = Served(computers, address)
        with contextlib.closing(server):
            seen(reader, Opened)
            seen(reader, PictureRead)
            assert reader.close(5)
