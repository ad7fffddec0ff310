"""Screens that no window can be opened on: one line, exit status 2, and no word of the window library."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runform_live.doctor import graphics
from tests.running import one_line, runform

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens are named so on Linux alone")
NOBODY = ":987"  # no X server has this number


@pytest.fixture
def x_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The screen of an X server with these options."""
    if shutil.which("Xvfb") is None:
        pytest.skip("there is no Xvfb")
    told, tells = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(tells), "-nolisten", "tcp", *request.param], pass_fds=[tells], stderr=subprocess.DEVNULL
    )  # fmt: skip
    os.close(tells)
    with os.fdopen(told) as numbers:
        yield f":{numbers.readline().strip()}"
    server.kill()
    server.wait()


@pytest.mark.parametrize("x_server", [["-screen", "0", "1280x720x24"]], indirect=True)
def test_a_screen_that_can_draw_is_no_trouble(x_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", x_server)
    monkeypatch.setenv("LIBGL_ALWAYS_SOFTWARE", "1")
    assert graphics.screen_trouble() == ""
    monkeypatch.setenv("MESA_GL_VERSION_OVERRIDE", "2.0")
    assert "too old" in graphics.screen_trouble()


@pytest.mark.parametrize("x_server", [["-extension", "GLX"], ["-screen", "0", "800x600x8"]], indirect=True)
def test_a_screen_without_opengl_is_said(x_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", x_server)
    assert graphics.screen_trouble() == f"the screen {x_server} cannot draw with OpenGL"
    found = graphics.check()
    assert found.state == "missing" and "OpenGL" in found.advice and "--no-window" in found.advice


@pytest.mark.parametrize("display", [NOBODY, "localhost:87.0", "rubbish"])
def test_a_live_run_and_the_doctor_say_that_a_screen_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, display: str
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    done = runform("live", "--source", "demo", "--record", tmp_path / "runs")
    assert done.returncode == 2
    line = one_line(done)
    assert f"the screen {display} does not answer" in line and "--no-window" in line
    assert not (tmp_path / "runs").exists()
    assert graphics.check().seen == f"the screen {display} does not answer"


def test_a_screen_is_tried_once_and_again_where_it_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = counted(monkeypatch)
    for display in (":901", ":901", ":902", ":901"):
        monkeypatch.setenv("DISPLAY", display)
        graphics.screen_trouble()
    assert len(tried) == 2


def test_a_try_that_was_begun_before_is_the_one_that_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = counted(monkeypatch)
    monkeypatch.setenv("DISPLAY", ":904")
    graphics.begin_to_try_screen()
    assert len(tried) == 1
    assert graphics.screen_trouble() == ""
    assert len(tried) == 1


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_no_window_flashes_where_every_screen_can_draw(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    tried = counted(monkeypatch)
    monkeypatch.setenv("DISPLAY", ":903")
    monkeypatch.setattr(sys, "platform", system)
    assert graphics.screen_trouble() == ""
    assert tried == []


def counted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The processes that are started from here on; none is."""
    started: list[object] = []

    class Process:
        def __init__(self, command: list[str], **_: object) -> None:
            started.append(command)

        def communicate(self, timeout: float) -> tuple[str, str]:
            return "drawn\n", ""

    monkeypatch.setattr(subprocess, "Popen", Process)
    return started


def test_a_wayland_desktop_that_is_gone_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-987")
    assert "the screen wayland-987 cannot be used" in graphics.screen_trouble()


def test_an_x_server_that_hangs_is_waited_for_no_longer_than_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics, "SHORT_PATIENCE_S", 3.0)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as server:
        server.bind(("127.0.0.1", 6000 + 871))
        server.listen()  # and never accepts
        monkeypatch.setenv("DISPLAY", "127.0.0.1:871")
        monkeypatch.chdir(folder)
        assert "does not answer" in graphics.screen_trouble()
        assert list(Path(folder).iterdir()) == [], "no core dump"
