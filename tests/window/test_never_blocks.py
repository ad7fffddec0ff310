"""The window goes on drawing while another stage is stopped, slow or killed; a slow window shows what is, not what was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import left_over

pytestmark = [pytest.mark.slow, pytest.mark.window]

SCRIPT = """
import json, os, signal, sys, time
from pathlib import Path
from runform_live import config
from runform_live.dashboard.window import Window
from runform_live.runtime import live

what, folder = sys.argv[1], Path(sys.argv[2])
settings = config.load()
window = Window(settings, False)
counted = {"before": 0, "during": 0, "after": 0}
state = {"phase": "before", "since": None}

def pid_of(supervisor):
    health = supervisor.health()["pose"]
    return health.pid if health else None

def show(supervisor):
    good = window(supervisor)
    now, phase = time.monotonic(), state["phase"]
    counted[phase] += 1
    pid = pid_of(supervisor)
    if phase == "before" and pid and window.model.gait is not None:
        state.update(phase="during", since=now, pid=pid)
        os.kill(pid, signal.SIGKILL if what == "killed" else signal.SIGSTOP)
    elif phase == "during":
        if what == "slow" and counted["during"] % 12 in (4, 6):
            os.kill(state["pid"], signal.SIGCONT if counted["during"] % 12 == 4 else signal.SIGSTOP)
        if now - state["since"] > 2.0:
            if what != "killed":
                os.kill(state["pid"], signal.SIGCONT)
            state.update(phase="after", since=now)
    elif phase == "after" and now - state["since"] > 3.0:
        return False
    return good

outcome = live.run(live.setup_for("demo", settings, folder, loop=True), show=show)
window.close()
print(json.dumps({**counted, "restarts": len(outcome.restarted)}))
"""


@pytest.mark.parametrize("what", ["stopped", "slow", "killed"])
def test_the_window_draws_on_while_the_pose_stage_is(what: str, screen: str, tmp_path: Path) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, what, str(folder)],
        env={**os.environ, "DISPLAY": screen, "LIBGL_ALWAYS_SOFTWARE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["during"] >= 8, f"in two seconds without a working pose stage the window drew {found['during']} frames"
    assert found["after"] >= 8
    assert found["restarts"] == (1 if what == "killed" else 0)
    assert left_over() == []


SLOW_WINDOW = """
import json, sys, time
from pathlib import Path
import dearpygui.dearpygui as dpg
from runform_live import config
from runform_live.dashboard.live_picture import LivePicture
from runform_live.dashboard.window import Window
from runform_live.messages import SourceState
from runform_live.runtime import live

folder = Path(sys.argv[1])
window = Window(config.load(), False)
draw, show, take = dpg.render_dearpygui_frame, LivePicture.show_with, window.model.take
shown_s, opened_s = [], [None]

def slowly():
    time.sleep(0.2)
    draw()

def shown(picture, part, landmarks, view):
    if opened_s[0] is not None:
        shown_s.append(time.monotonic() - opened_s[0])
    show(picture, part, landmarks, view)

def taken(message, now_s):
    if isinstance(message, SourceState) and message.state == "open":
        opened_s[0] = now_s
    return take(message, now_s)

dpg.render_dearpygui_frame, LivePicture.show_with, window.model.take = slowly, shown, taken

def until_ten_seconds(supervisor):
    return window(supervisor) and (opened_s[0] is None or time.monotonic() - opened_s[0] < 10.0)

live.run(live.setup_for("demo", config.load(), folder, loop=True), show=until_ten_seconds)
window.close()
print(json.dumps(shown_s))
"""


def test_a_window_that_is_drawn_slowly_goes_on_showing_the_runner(screen: str, tmp_path: Path) -> None:
    """A frame is shown with its landmarks, so what is shown is no older than they are; none are shown if frames come too late."""
    done = subprocess.run(
        [sys.executable, "-c", SLOW_WINDOW, str(tmp_path)],
        env={**os.environ, "DISPLAY": screen, "LIBGL_ALWAYS_SOFTWARE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    pictures = sum(at_s > 6.0 for at_s in json.loads(done.stdout.splitlines()[-1]))
    assert pictures >= 4, f"in the last four of ten seconds the window showed {pictures} pictures"
    assert left_over() == []
