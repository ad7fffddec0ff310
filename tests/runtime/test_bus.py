"""The bus: typed messages with uncopied payloads, visible gaps, slow readers that delay nobody, and keys."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
import zmq

from runform_live import config, controls, portable
from runform_live.controls import Control
from runform_live.errors import BadInput
from runform_live.messages import SCHEMA_VERSION, End, Frame
from runform_live.runtime.bus import Publisher, Received, Subscriber
from runform_live.runtime.bus_folder import BusFolder
from runform_live.runtime.endpoints import Endpoints, free_ports
from runform_live.runtime.keys import Keys
from runform_live.runtime.live import setup_for
from runform_live.runtime.supervisor import Supervisor
from tests.ports import free_address, free_addresses
from tests.running import wait_until

Context = zmq.Context[zmq.Socket[bytes]]
PIXELS = bytes(4 * 5 * 3)  # of `frame`


@pytest.fixture
def context() -> Iterator[Context]:
    made: Context = zmq.Context()
    yield made
    made.destroy(linger=0)


def frame(number: int) -> Frame:
    return Frame(frame=number, time_s=number / 30, stamp_s=0.0, height_px=4, width_px=5)


def wired(
    context: Context, tmp_path: Path, topics: tuple[str, ...], waiting: int = 1000
) -> tuple[Publisher, Subscriber]:
    address = f"ipc://{tmp_path}/a"
    publisher, subscriber = Publisher(context, address, waiting), Subscriber()
    subscriber.connect(context, address, topics, waiting)
    assert wait_until(lambda: publisher.subscribers(topics[0]) > 0, 5.0)
    return publisher, subscriber


def subscribed(raw: zmq.Socket[bytes]) -> bool:
    """Whether a subscription reaches this XPUB socket soon."""
    return bool(raw.poll(5000)) and bytes(raw.recv())[:1] == b"\x01"


def hears_nothing(subscriber: Subscriber, publisher: Publisher, seconds: float) -> bool:
    """Whether a subscriber gets none of many messages that are sent one after the other."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        publisher.send(End(stage="secret"))
        if subscriber.receive(0.02) is not None:
            return False
    return True


def drain(subscriber: Subscriber, wait_s: float = 0.2) -> list[Received]:
    out = []
    while (received := subscriber.receive(wait_s)) is not None:
        out.append(received)
    return out


def test_a_picture_arrives_whole_with_its_header(context: Context, tmp_path: Path) -> None:
    publisher, subscriber = wired(context, tmp_path, ("frame",))
    picture = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    publisher.send(frame(7), picture.data)
    (received,) = drain(subscriber)
    assert received.message == msgspec.structs.replace(frame(7), seq=1)
    np.testing.assert_array_equal(np.frombuffer(received.buffers[0].buffer, np.uint8).reshape(4, 5, 3), picture)


def test_only_what_was_subscribed_comes(context: Context, tmp_path: Path) -> None:
    publisher, subscriber = wired(context, tmp_path, ("end",))
    publisher.send(controls.Stop())
    publisher.send(End(stage="pose"))
    assert [r.message.__class__ for r in drain(subscriber)] == [End]


def test_a_gap_is_counted(context: Context, tmp_path: Path) -> None:
    publisher, subscriber = wired(context, tmp_path, ("frame",), waiting=3)
    publisher.send(frame(1), PIXELS)
    assert subscriber.receive(1.0) is not None
    for number in range(2, 2000):
        publisher.send(frame(number), PIXELS)
    first = drain(subscriber)
    publisher.send(frame(2000), PIXELS)
    last = drain(subscriber)
    missed = sum(r.missed for r in first + last)
    assert missed == 1999 - len(first) - len(last)
    assert missed > 0


@pytest.mark.parametrize(
    "parts",
    [
        [b"end", b"\xa4\xff\xff\xff\xff"],
        [b"end", b"\x92\x01\x81\xa4kind\xa3\xff\xfe\xfd"],
        [b"end", b"\x91" * 5000],
        [b"end", b"\xdf\xff\xff\xff\xff"],
        [b"end"],
    ],
    ids=["no UTF-8", "no UTF-8 inside", "deep", "a huge length", "no header"],
)
def test_bytes_that_are_no_message_are_left_out_and_the_next_one_is_heard(context: Context, parts: list[bytes]) -> None:
    raw, subscriber = context.socket(zmq.XPUB), Subscriber()
    raw.bind("inproc://a")
    subscriber.connect(context, "inproc://a", ("end",))
    assert subscribed(raw)
    raw.send_multipart(parts)
    raw.send_multipart([b"end", msgspec.msgpack.encode((SCHEMA_VERSION, End(stage="pose")))])
    assert [r.message.__class__ for r in drain(subscriber)] == [End]


@pytest.mark.parametrize("payloads", [(), (b"x",), (bytes(61),)], ids=["none", "too short", "too long"])
def test_a_frame_whose_pixels_do_not_fit_is_left_out(context: Context, payloads: tuple[bytes, ...]) -> None:
    publisher, subscriber = Publisher(context, "inproc://a"), Subscriber()
    subscriber.connect(context, "inproc://a", ("frame",))
    assert wait_until(lambda: publisher.subscribers("frame") > 0, 5.0)
    publisher.send(frame(1), *payloads)
    publisher.send(msgspec.structs.replace(frame(2), height_px=-4, width_px=-5), PIXELS)
    publisher.send(frame(3), PIXELS)
    assert [r.message.frame for r in drain(subscriber) if isinstance(r.message, Frame)] == [3]


def test_a_slow_reader_does_not_delay_the_sender(context: Context, tmp_path: Path) -> None:
    publisher, _subscriber = wired(context, tmp_path, ("frame",), waiting=2)
    picture = np.zeros((720, 1280, 3), np.uint8)
    for number in range(1, 200):  # half a gigabyte, which nobody reads
        publisher.send(frame(number), picture.data)


SENDER = """
import sys, time, zmq
from runform_live.messages import End
from runform_live.runtime.bus import Publisher
context = zmq.Context()
publisher = Publisher(context, sys.argv[1])
while publisher.subscribers("end") == 0:
    time.sleep(0.01)
for _ in range(int(sys.argv[2])):
    publisher.send(End(stage="a"))
publisher.close()
context.term()  # waits until all is sent
"""


def test_a_sender_that_was_started_anew_is_no_gap(context: Context, tmp_path: Path) -> None:
    subscriber = Subscriber()
    address = f"ipc://{tmp_path}/a"
    subscriber.connect(context, address, ("end",))
    received = []
    for count in ("5", "2"):
        subprocess.run([sys.executable, "-c", SENDER, address, count], check=True, timeout=30)
        received += drain(subscriber, 0.5)
    assert [r.message.seq for r in received] == [1, 2, 3, 4, 5, 1, 2]
    assert all(r.missed == 0 for r in received)


def test_control_is_read_although_the_data_never_runs_dry(context: Context) -> None:
    """A camera lets one message through per frame, and one pose per frame keeps the data socket full.

    Within one process (inproc) a message has arrived as soon as it is sent.
    """
    data, control = Publisher(context, "inproc://data"), Publisher(context, "inproc://control")
    subscriber = Subscriber()
    subscriber.connect(context, "inproc://data", ("frame",))
    subscriber.connect(context, "inproc://control", ("control",), first=True)
    assert wait_until(lambda: data.subscribers("frame") > 0 and control.subscribers("control") > 0, 5.0)
    for number in range(1, 50):
        data.send(frame(number), PIXELS)
    assert subscriber.receive(1.0) is not None
    control.send(controls.Stop())
    received = subscriber.receive(1.0)
    assert received is not None and isinstance(received.message, Control), "before the 48 frames that wait"


def test_two_senders_take_turns_when_both_are_never_empty(context: Context) -> None:
    subscriber, senders = Subscriber(), [Publisher(context, f"inproc://{name}") for name in "ab"]
    for name in "ab":
        subscriber.connect(context, f"inproc://{name}", ("end",))
    assert wait_until(lambda: all(sender.subscribers("end") for sender in senders), 5.0)
    for sender, name in zip(senders, "ab", strict=True):
        for _ in range(100):
            sender.send(End(stage=name))
    stages = [r.message.stage for r in (subscriber.receive(1.0) for _ in range(20)) if r is not None]  # type: ignore[union-attr]
    assert stages.count("a") == stages.count("b") == 10


def test_what_is_no_message_of_ours_is_left_out(context: Context, tmp_path: Path) -> None:
    publisher, subscriber = wired(context, tmp_path, ("end",))
    raw = context.socket(zmq.XPUB)
    raw.bind(f"ipc://{tmp_path}/raw")
    subscriber.connect(context, f"ipc://{tmp_path}/raw", ("end",))
    assert subscribed(raw)
    for rubbish in (
        [b"end"],
        [b"end", b"\xc1\xff"],
        [b"end", msgspec.msgpack.encode([SCHEMA_VERSION, {"kind": "no"}])],
    ):
        raw.send_multipart(rubbish)
    publisher.send(End(stage="x"))
    assert [r.message.stage for r in drain(subscriber)] == ["x"]  # type: ignore[union-attr]
    raw.close()


def test_a_repeat_keeps_its_number_and_is_no_gap(context: Context, tmp_path: Path) -> None:
    publisher, subscriber = wired(context, tmp_path, ("again.gait",))
    publisher.repeat("again.gait", End(stage="pose", seq=7), b"x")
    (received,) = drain(subscriber)
    assert received.again and received.message == End(stage="pose", seq=7) and received.missed == 0


def test_another_schema_version_is_left_out(context: Context, tmp_path: Path) -> None:
    address = f"ipc://{tmp_path}/b"
    raw = context.socket(zmq.XPUB)
    raw.bind(address)
    subscriber = Subscriber()
    subscriber.connect(context, address, ("end",))
    assert subscribed(raw)
    raw.send_multipart([b"end", msgspec.msgpack.encode((SCHEMA_VERSION + 1, End(stage="x")))])
    raw.send_multipart([b"end", msgspec.msgpack.encode((SCHEMA_VERSION, End(stage="y")))])
    assert [r.message.stage for r in drain(subscriber)] == ["y"]  # type: ignore[union-attr]
    raw.close()


def test_an_address_in_use_is_said(context: Context) -> None:
    address = free_address()
    first = Publisher(context, address)
    with pytest.raises(BadInput, match="cannot open"):
        Publisher(context, address)
    first.close()


@pytest.mark.skipif(portable.only(), reason="there are no sockets in a folder")
def test_the_folder_of_the_endpoints_is_the_users_alone() -> None:
    supervisor = Supervisor(setup_for("demo", config.load(), Path("unused")))
    try:
        address = supervisor.endpoints["capture"]
        assert address.startswith("ipc://")
        assert Path(address.removeprefix("ipc://")).parent.stat().st_mode & 0o077 == 0
    finally:
        supervisor.close()


def test_long_folders_fall_back_to_the_loopback(tmp_path: Path) -> None:
    addresses = Endpoints.local(tmp_path / ("x" * 90), ("a", "b")).addresses
    assert all(address.startswith("tcp://127.0.0.1:") for address in addresses.values())
    assert len(set(addresses.values())) == 2


def test_ports_are_none_that_the_system_gives_to_connections() -> None:
    """A subscriber that connects again must not get the port of a stage that is being started anew."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    if lowest <= 20000:
        pytest.skip("this computer gives nearly every port to connections")
    for _ in range(20):
        assert all(1024 <= port < lowest for port in free_ports(12))


def test_a_run_with_one_port_open_keeps_the_others_of_its_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runform_live.runtime.endpoints.PORTS", range(21000, 21024))  # two places
    taken = free_ports(12)
    with socket.socket() as first:
        first.bind(("127.0.0.1", taken[0]))
        for _ in range(10):
            assert not set(free_ports(12)) & set(taken)


def test_where_all_those_ports_are_taken_the_system_gives_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runform_live.runtime.endpoints.PORTS", range(21024, 21026))
    with socket.socket() as first:
        first.bind(("127.0.0.1", 21024))
        found = free_ports(2)
    assert len(set(found)) == 2 and 21024 not in found


def supervisor_at(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> Supervisor:
    """A live run whose first socket is offered these addresses, one after the other, in place of a private folder."""
    offered = iter(addresses)

    def local(_folder: Path | None, stages: Sequence[str]) -> Endpoints:
        return Endpoints(dict(zip(stages, [next(offered), *free_addresses(len(stages) - 1)], strict=True)))

    monkeypatch.setattr(Endpoints, "local", local)
    return Supervisor(setup_for("demo", config.load(), Path("unused")))


def test_a_port_that_was_taken_meanwhile_gives_way_to_another(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, free = free_addresses(2)
    first = Publisher(context, taken)
    supervisor = supervisor_at(monkeypatch, taken, free)
    supervisor.close()
    first.close()
    assert supervisor.endpoints["main"] == free


def test_a_run_that_gets_no_socket_leaves_nothing_behind(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = []

    class Folder(BusFolder):
        def __init__(self) -> None:
            super().__init__()
            kept.append(self.path)

    monkeypatch.setattr("runform_live.runtime.main_bus.BusFolder", Folder)
    taken = free_address()
    first = Publisher(context, taken)
    with pytest.raises(BadInput, match="cannot open"):
        supervisor_at(monkeypatch, *[taken] * 10)
    first.close()
    assert kept == [None] if portable.only() else not kept[0].exists()  # type: ignore[union-attr]


def test_a_peer_without_the_right_key_reads_nothing(context: Context) -> None:
    address = free_address()
    friend_keys = Keys.new()
    server = Keys.new(allowed=(friend_keys.public,))
    publisher = Publisher(context, address, keys=server)
    friend, stranger, naked = Subscriber(), Subscriber(), Subscriber()
    friend.connect(context, address, ("end",), keys=msgspec.structs.replace(friend_keys, server_public=server.public))
    stranger.connect(context, address, ("end",), keys=Keys.new(server_public=server.public))
    naked.connect(context, address, ("end",))
    assert wait_until(lambda: publisher.subscribers("end") > 0, 5.0)
    assert hears_nothing(stranger, publisher, 0.5)
    assert hears_nothing(naked, publisher, 0.5)
    assert len(drain(friend)) >= 2, "the friend has heard what was sent meanwhile"
    assert publisher.subscribers("end") == 1
    publisher.close()


def test_a_sender_without_the_servers_key_is_not_heard(context: Context) -> None:
    """Somebody else binds the camera's address: its frames are refused, for it cannot prove to be the camera."""
    address = free_address()
    camera, us = Keys.new(), Keys.new()
    impostor = Publisher(context, address, keys=Keys.new(allowed=(us.public,)))
    subscriber = Subscriber()
    subscriber.connect(context, address, ("end",), keys=msgspec.structs.replace(us, server_public=camera.public))
    assert hears_nothing(subscriber, impostor, 0.7)
    impostor.close()
