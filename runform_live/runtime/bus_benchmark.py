"""How long a 720p frame takes from one process to another, beside a plain copy of its bytes."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time

import msgspec
import numpy as np
import zmq

from runform_live import isolated
from runform_live.messages import Frame
from runform_live.runtime.bus import Publisher, Subscriber
from runform_live.runtime.bus_folder import BusFolder
from runform_live.runtime.endpoints import Endpoints

FRAMES, RATE_HZ = 120, 60.0
CAPTURE = "capture"
SHAPE = (720, 1280, 3)


def bus_ms() -> list[float]:
    """Of each frame (ms), from the sender's stamp to the receiver's picture."""
    with contextlib.closing(BusFolder()) as folder:
        local = Endpoints.local(folder.path, (CAPTURE,))
        listener = subprocess.Popen(
            isolated.command("runform_live.runtime.bus_benchmark", "listen"),
            env=isolated.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        publisher = Publisher(context, local.addresses[CAPTURE], keys=local.keys)
        assert listener.stdin is not None
        listener.stdin.write(msgspec.json.encode(local) + b"\n")
        listener.stdin.flush()
        while publisher.subscribers("frame") == 0:
            time.sleep(0.01)
        pictures = [np.full(SHAPE, value, np.uint8) for value in range(4)]
        for frame in range(1, FRAMES + 1):
            now = time.monotonic()
            publisher.send(
                Frame(frame=frame, time_s=0.0, stamp_s=now, height_px=SHAPE[0], width_px=SHAPE[1]),
                pictures[frame % 4].data,
            )
            time.sleep(1 / RATE_HZ)
        out, _ = listener.communicate(timeout=30)
        publisher.close()
        context.term()
    return [float(word) for word in out.split()]


def listen() -> None:
    """The other process of `bus_ms`: reads its endpoints from a pipe, and prints how long each frame was under way."""
    local = msgspec.json.decode(sys.stdin.buffer.readline(), type=Endpoints)
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    subscriber = Subscriber()
    subscriber.connect(context, local.addresses[CAPTURE], ("frame",), keys=local.keys)
    for _ in range(FRAMES):
        received = subscriber.receive(5.0)
        if received is None or not isinstance(received.message, Frame):
            break
        assert received.message.picture(received.buffers[0].buffer).shape == SHAPE
        print(1e3 * (time.monotonic() - received.message.stamp_s))


COPIES, PICTURES = 40, 16  # so many pictures (44 MB) do not fit into a cache


def copy_ms() -> float:
    """One copy of a 720p frame from memory to memory (ms)."""
    pictures = [np.full(SHAPE, value, np.uint8) for value in range(PICTURES)]
    began = time.perf_counter()
    for number in range(COPIES):
        np.copyto(pictures[number % PICTURES], pictures[(number + PICTURES // 2) % PICTURES])
    return 1e3 * (time.perf_counter() - began) / COPIES
