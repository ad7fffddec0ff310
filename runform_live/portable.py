"""What not every operating system has, and the switch that leaves it unused: RUNFORM_PORTABLE=1.

Windows and macOS lack some of what Linux offers: sockets that lie in a folder, /proc, /dev, sessions of processes, most signals,
terminals that can be asked without waiting. For each of them the program has another way, which it takes where the system lacks it.
With the switch it takes that way on every system. So Linux can test what runs on the others (docs/install.md).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

SWITCH = "RUNFORM_PORTABLE"
EVERYWHERE = ("SIGINT", "SIGTERM")  # the signals that every system can send to a program
OF_SOME = ("SIGHUP", "SIGBREAK")


def only() -> bool:
    """Whether only what every system has may be used."""
    return os.environ.get(SWITCH, "") not in ("", "0")


def is_linux() -> bool:
    """Whether /proc, /dev and /sys may be read."""
    return sys.platform.startswith("linux") and not only()


def cores() -> int:
    """How many cores this process may use."""
    if sys.platform == "linux":  # a container, or taskset, may allow fewer than there are
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def end_signals() -> tuple[str, ...]:
    """Names of the signals of this system that ask for an end."""
    return tuple(name for name in (EVERYWHERE if only() else EVERYWHERE + OF_SOME) if hasattr(signal, name))


def starts_apart() -> bool:
    """Whether a process can be started in a session of its own, so that Ctrl-C and a closed terminal reach its parent alone.

    Windows has groups of processes instead (`group_flags`).
    """
    return sys.platform != "win32" and not only()


def group_flags() -> int:
    """The creation flags that keep Ctrl-C from a new process on Windows; 0 elsewhere."""
    return int(getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0))


def memory_mib() -> float:
    """Resident memory of this process (MiB); 0 where the system does not say."""
    if sys.platform != "win32" and is_linux():  # a tenth of the time that psutil takes
        try:
            with open("/proc/self/statm", encoding="ascii") as status:
                return int(status.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        except (OSError, ValueError):
            return 0.0
    import psutil  # not every command needs it

    try:
        return float(psutil.Process().memory_info().rss) / 2**20
    except psutil.Error:
        return 0.0


def name_process(name: str) -> None:
    """How the system lists this process, in up to 15 characters; where it does not offer that, as Python."""
    if is_linux():
        with contextlib.suppress(OSError), open("/proc/self/comm", "w", encoding="ascii") as comm:
            comm.write(name)


def give_memory_back() -> None:
    """Hand to the system what the C library keeps of memory that is free again. Loading a network frees several times its size."""
    if is_linux():
        import ctypes  # NumPy has it already where there is much to give

        with contextlib.suppress(OSError, AttributeError):  # another C library than GNU's
            ctypes.CDLL(None).malloc_trim(0)
