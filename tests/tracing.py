"""A command under a tracer and without a network: whom it wanted to reach, and which files it made."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
CALLS = "trace=%network,open,openat,creat,mkdir,mkdirat,mknod,mknodat,link,linkat,symlink,symlinkat,rename,renameat,renameat2"
OTHER_WORLDS = ("/dev/", "/proc/", "/sys/")
INHERITED = ("PATH", "LANG", "LC_ALL", "DISPLAY", "XAUTHORITY", "LIBGL_ALWAYS_SOFTWARE", "SSL_CERT_FILE")


@cache
def missing() -> str:
    """Why nothing can be traced here; empty where it can."""
    if not sys.platform.startswith("linux") or shutil.which("strace") is None:
        return "there is no strace here"
    done = subprocess.run(
        ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=socket", "-o", os.devnull, "true"], capture_output=True
    )
    return "" if done.returncode == 0 else "this computer lets nobody trace a process"


@cache
def _without_network() -> tuple[str, ...]:
    """What a command is begun with so that it has no network; nothing where that is not allowed."""
    prefix = ("unshare", "--net")
    if shutil.which(prefix[0]) and subprocess.run([*prefix, "true"], capture_output=True).returncode == 0:
        return prefix
    return ()


@dataclass(frozen=True, slots=True)
class Traced:
    """A command that has ended."""

    status: int
    out: str
    reached_for: list[str]  # system calls that look up a name, or speak to an address that is not of this computer
    made: set[Path]  # files and folders that it made, whether they are still there or not


class Computer:
    """A made account: a home, a place for temporary files and a working folder below `folder`, and nothing else of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home, self.temporary, self.work = (folder / name for name in ("home", "tmp", "work"))
        for each in (self.home, self.temporary, self.work):
            each.mkdir()

    def run(self, *words: object, interrupted_after_s: float | None = None, timeout_s: float = 300.0) -> Traced:
        """`runform` with these words; what would go on for ever can be interrupted (status 124)."""
        interrupted = () if interrupted_after_s is None else ("timeout", "--signal=INT", str(interrupted_after_s))
        log = self.folder / "strace"
        known = {name: os.environ[name] for name in INHERITED if name in os.environ}
        done = subprocess.run(
            [*_without_network(), "strace", "-f", "--seccomp-bpf", "-qq", "-s", "300", "-e", CALLS, "-o", str(log),
             *interrupted, sys.executable, "-m", "runform_live", *map(str, words)],
            env={**known, "HOME": str(self.home), "TMPDIR": str(self.temporary), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=self.work, capture_output=True, text=True, timeout=timeout_s,
        )  # fmt: skip
        calls = log.read_text(errors="replace").splitlines()
        log.unlink()
        return Traced(done.returncode, done.stdout + done.stderr, _reaching(calls), self._made(calls))

    def _made(self, calls: list[str]) -> set[Path]:
        found = set()
        for call in calls:
            if " = -1 " in call or not re.match(r"\d+ +(creat|mkdir|mknod|link|symlink|rename|open.*O_CREAT)", call):
                continue
            paths = re.findall(r'"((?:[^"\\]|\\.)*)"', call)
            if paths and not paths[-1].startswith(OTHER_WORLDS):
                found.add(self.work / paths[-1])
        return found


def _reaching(calls: list[str]) -> list[str]:
    """Calls that ask for a name (its settings are read, a server asked) or speak to an address of the internet."""
    found = []
    for call in calls:
        inet = re.search(r'sin_port=htons\((\d+)\), sin_addr=inet_addr\("([\d.]+)"\)', call)
        inet6 = re.search(r'sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([^"]+)"', call)
        there = inet or inet6
        asks = there is not None and there[1] == "53"
        far = there is not None and not there[2].startswith("127.") and there[2] not in ("::1", "0.0.0.0", "::")
        if asks or far or "/etc/resolv.conf" in call:
            found.append(call)
    return found
