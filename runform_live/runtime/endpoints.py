"""The addresses of one run: where each stage publishes on this machine.

They are ipc:// in a folder that only the user can read. Where there is no such folder (Windows among others) they are tcp:// on the
loopback, with CURVE keys.
"""

from __future__ import annotations

import contextlib
import random
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import zmq

from runform_live import portable
from runform_live.errors import BadInput
from runform_live.runtime import bus_folder
from runform_live.runtime.keys import Keys

# The system gives some ports to outgoing connections by itself: Linux from 32768 on, macOS and Windows from 49152 on. A subscriber that
# connects again may get one of them. A port below stays free for a stage that is started anew.
PORTS = range(12000, 32768)
GIVEN_OUT = Path(
    "/proc/sys/net/ipv4/ip_local_port_range"
)  # here Linux tells which it gives, in case somebody changed that
MOST_TRIES = 50  # for a block of free ports


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where each stage publishes, and the keys for it. The stages get both through their pipes."""

    addresses: dict[str, str]
    keys: Keys | None = None

    @classmethod
    def local(cls, folder: Path | None, stages: Sequence[str]) -> Endpoints:
        """One endpoint a stage on this machine: a socket in `folder`, which only the user can read.

        If there is no folder (None), or its name is too long for sockets, the endpoints are ports of the loopback. Every user of this
        machine can reach those, so keys are made; without them nobody reads or sends anything. Raises BadInput where neither is possible.
        """
        if folder is not None and zmq.has("ipc") and all(bus_folder.fits(folder / stage) for stage in stages):
            return cls({stage: f"ipc://{folder}/{stage}" for stage in stages})
        if not zmq.has("curve"):
            raise BadInput(
                "there is no private folder for the sockets of a run, and this ZeroMQ cannot encrypt; "
                "set TMPDIR to a folder of your own with a short name"
            )
        ports = zip(stages, free_ports(len(stages)), strict=True)
        return cls({stage: f"tcp://127.0.0.1:{port}" for stage, port in ports}, Keys.of_a_run())


def free_ports(count: int) -> Sequence[int]:
    """Ports of the loopback that nobody uses, and that the system does not give to other connections meanwhile.

    They are one of the blocks into which PORTS is cut. The blocks of two runs with as many endpoints are either the same or disjoint.
    So the first port that a run binds reserves the whole block.
    """
    last = _first_given_out()
    blocks = range(PORTS.start, min(PORTS.stop, last) - count + 1, count)
    for start in random.sample(blocks, min(MOST_TRIES, len(blocks))):
        if _are_free(block := range(start, start + count)):
            return block
    return _whatever_is_free(count)


def _first_given_out() -> int:
    """The lowest port that this system gives to connections by itself."""
    try:
        return int(GIVEN_OUT.read_text(encoding="ascii").split()[0]) if portable.is_linux() else PORTS.stop
    except (OSError, ValueError, IndexError):
        return PORTS.stop


def _are_free(ports: Sequence[int]) -> bool:
    with contextlib.ExitStack() as held:
        try:
            for port in ports:
                held.enter_context(socket.socket()).bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _whatever_is_free(count: int) -> list[int]:
    """Ports that the system chooses. Raises BadInput where it gives none."""
    with contextlib.ExitStack() as held:
        try:
            probes = [held.enter_context(socket.socket()) for _ in range(count)]
            for probe in probes:
                probe.bind(("127.0.0.1", 0))
        except OSError as trouble:
            raise BadInput(f"this computer gives no ports of its loopback ({trouble.strerror})") from None
        return [int(probe.getsockname()[1]) for probe in probes]
