"""What all tests of the windows stand on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from tests.window.driven import Driven


class Drive(Protocol):
    """Starts a script with a window."""

    def __call__(self, script: str, language: str = "en") -> Driven: ...


@contextmanager
def virtual_screen(size: str = "1280x720") -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A virtual screen of its own: its name and the process behind it."""
    if shutil.which("Xvfb") is None or shutil.which("xdotool") is None:
        pytest.skip("Xvfb or xdotool is missing; .ci/setup.sh test installs them")
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    number = os.read(read_end, 16).decode().strip()
    yield f":{number}", server
    server.terminate()
    server.wait()


@pytest.fixture
def server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A virtual screen of its own: its name and the process behind it."""
    with virtual_screen() as made:
        yield made


@pytest.fixture
def screen(server: tuple[str, subprocess.Popen[bytes]]) -> str:
    """A virtual screen of its own."""
    return server[0]


@pytest.fixture
def drive(screen: str, tmp_path: Path) -> Iterator[Drive]:
    """Starts a script with a window; none outlives its test."""
    made: list[Driven] = []

    def start(script: str, language: str = "en") -> Driven:
        made.append(Driven(screen, tmp_path, script, language))
        return made[-1]

    yield start
    for each in made:
        each.process.kill()
        each.process.wait()
