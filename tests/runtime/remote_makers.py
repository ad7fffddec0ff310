"""Two computers on this one, a made camera behind a real server, and peers that are not ours."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import zmq

from runform_live.capture.reader import Source
from runform_live.capture.source_info import SourceInfo
from runform_live.messages import Picture
from runform_live.runtime import peers, remote_wire
from runform_live.runtime.camera_server import CameraServer
from runform_live.runtime.remote_wire import Note, Packing, Reads, Shot, Want

RATE_HZ = 60.0
HEIGHT_PX, WIDTH_PX = 48, 64
Pair = tuple[bytes, bytes]  # public, secret


class Computers:
    """A treadmill with the camera, and a desk that looks: each with settings of its own, and the key of the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.pairs: dict[str, Pair] = {}
        for name in ("treadmill", "desk"):
            with self.at(name):
                own = peers.make_own(name)
            self.pairs[name] = own.public.encode(), own.secret.encode()
        self.knows("treadmill", "desk", self.pairs["desk"])
        self.knows("desk", "treadmill", self.pairs["treadmill"])

    @contextlib.contextmanager
    def at(self, name: str) -> Iterator[None]:
        """What is done here is done on that computer."""
        before = os.environ["XDG_CONFIG_HOME"]
        os.environ["XDG_CONFIG_HOME"] = str(self._folder / name)
        try:
            yield
        finally:
            os.environ["XDG_CONFIG_HOME"] = before

    def knows(self, at: str, name: str, pair: Pair) -> None:
        with self.at(at):
            peers.allow(name, pair[0].decode())

    def forgets(self, at: str, name: str) -> None:
        with self.at(at):
            peers.remove(name)


def picture_of(number: int) -> Picture:
    """The picture with this number. No two are alike, and each byte is known."""
    return np.random.default_rng(number).integers(0, 256, (HEIGHT_PX, WIDTH_PX, 3), np.uint8)


class Made:
    """A camera that gives `picture_of` 1, 2, 3, ..."""

    def __init__(self) -> None:
        self.info = SourceInfo(HEIGHT_PX, WIDTH_PX, RATE_HZ, None)
        self._number = 0
        self._closed = threading.Event()

    def read(self) -> tuple[float, Picture] | None:
        self._closed.wait(1 / RATE_HZ)
        self._number += 1
        return time.monotonic(), picture_of(self._number)

    def close(self) -> None:
        self._closed.set()


class Served:
    """`runform serve camera` of the treadmill, in a thread."""

    def __init__(
        self, computers: Computers, address: str, packing: Packing = "bgr", opens: Callable[[], Source] = Made
    ) -> None:
        self.said: list[str] = []
        self._ends = threading.Event()
        self.trouble: BaseException | None = None
        with computers.at("treadmill"):
            self._server = CameraServer(address, opens, packing, self.said.append)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            while not self._ends.is_set():
                self._server.turn()
        except BaseException as trouble:
            self.trouble = trouble
        finally:
            self._server.close()

    def close(self) -> None:
        self._ends.set()
        self._thread.join(10)
        assert not self._thread.is_alive(), "it ends when it is asked to"
        if self.trouble is not None:
            raise self.trouble


class Peer:
    """A client of ZeroMQ that is not ours. pair: none speaks without encryption. trusts: the public key that it expects."""

    def __init__(self, address: str, pair: Pair | None, trusts: bytes | None = None) -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.socket = self._context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.setsockopt(zmq.RECONNECT_IVL, 20)
        if pair is not None:
            assert trusts is not None
            self.socket.curve_publickey, self.socket.curve_secretkey, self.socket.curve_serverkey = *pair, trusts
        self.socket.connect(address)

    def sends(self, *parts: bytes) -> None:
        with contextlib.suppress(zmq.Again):  # nobody takes it
            self.socket.send_multipart(parts, zmq.NOBLOCK)

    def asks(self, number: int = 0) -> None:
        self.sends(remote_wire.header(Want(number, time.monotonic())))

    def got(self, wait_s: float = 0.0) -> list[bytes] | None:
        return self.socket.recv_multipart() if self.socket.poll(round(1e3 * wait_s)) else None

    def close(self) -> None:
        self.socket.close(0)
        self._context.term()


class Pretender:
    """A server that is not ours, with the key pair `pair`. It answers each request with the messages that `answers` makes of it."""

    def __init__(self, address: str, pair: Pair, answers: Callable[[Want], Sequence[Sequence[bytes]]]) -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.linger = 0
        self._socket.curve_server = True
        self._socket.curve_publickey, self._socket.curve_secretkey = pair
        self._socket.bind(address)
        self._answers, self._ends = answers, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        reads = Reads(Want)
        while not self._ends.is_set():
            if self._socket.poll(20):
                connection, written = self._socket.recv_multipart()
                for parts in self._answers(reads([written])):
                    self._socket.send_multipart([connection, *parts])

    def close(self) -> None:
        self._ends.set()
        self._thread.join(10)
        self._socket.close(0)
        self._context.term()


def shot_of(number: int, want: Want, /, **changes: object) -> list[bytes]:
    """The answer of a good camera to a request: picture number `number`, stamped now. changes: other values of the header."""
    now_s = time.monotonic()
    shot = Shot(number, now_s, want.clock_s, now_s, HEIGHT_PX, WIDTH_PX, "bgr", RATE_HZ)
    fields = {name: getattr(shot, name) for name in shot.__struct_fields__} | changes
    return [remote_wire.header(Shot(**fields)), picture_of(number).tobytes()]


def note_of(camera: remote_wire.CameraState, want: Want) -> list[bytes]:
    return [remote_wire.header(Note(camera, want.clock_s, time.monotonic()))]


class Cable:
    """A network between two computers that can be cut: what connects here is passed on to `port`."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listens = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listens.getsockname()[1])
        self._ends: list[socket.socket] = []
        self._whole = True
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listens.accept()
                if not self._whole:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
        self._cut(one, other)

    @staticmethod
    def _cut(*ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def is_cut(self) -> None:
        self._whole = False
        self._cut(*self._ends)
        self._ends.clear()

    def is_mended(self) -> None:
        self._whole = True

    def close(self) -> None:
        self.is_cut()
        self._cut(self._listens)
