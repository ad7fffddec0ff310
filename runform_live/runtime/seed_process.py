"""What the seed's process does (`seed.py`): load what several stages need, and become a stage as often as it is asked to."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys

from runform_live import portable

NAME = "runform-seed"  # where the system lists its processes
ENDED = b"0"  # in place of a number: the system starts no more processes
LONGEST_NAME = 32  # of a stage, in bytes
# The stages whose libraries other stages need as well. What they load is in memory once, and is loaded once.
LOADED = ("coach", "capture")


def main() -> None:
    portable.name_process(NAME)
    for name in portable.end_signals():
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    if sys.platform == "linux":  # nothing else starts it
        asked = socket.socket(fileno=int(sys.argv[1]))
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets a stage that has ended
        gc.disable()
        from runform_live.runtime import stage_loop, topology

        for stage in LOADED:
            importlib.import_module(topology.BY_NAME[stage].module)
        gc.freeze()  # looking for garbage would write to these pages, and each stage would have its own of them
        while True:
            try:
                stage_name, pipes, *_ = socket.recv_fds(asked, LONGEST_NAME, 1)
            except OSError:  # the main process died, and had answers unread
                stage_name = b""
            if not stage_name:  # the run has ended
                os._exit(0)
            try:
                child = os.fork()
            except OSError:
                child = -1
            if child == 0:
                asked.close()
                os.setsid()
                os.dup2(pipes[0], 0)
                os.close(pipes[0])
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                sys.argv[1:] = [stage_name.decode()]
                stage_loop.main()
            os.close(pipes[0])
            _answer(asked, child)


def _answer(asked: socket.socket, child: int) -> None:
    if sys.platform != "linux":
        return
    try:
        handle = os.pidfd_open(child) if child > 0 else -1
    except OSError:  # it has ended already
        handle = -1
    with contextlib.suppress(OSError):
        if handle < 0:
            asked.send(ENDED)
        else:
            socket.send_fds(asked, [b"%d" % child], [handle])
            os.close(handle)
