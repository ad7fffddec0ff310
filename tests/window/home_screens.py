"""Draw every page of the home window, with records made for it, and write what they look like.

    xvfb-run -a -s "-screen 0 1920x1080x24" python -m tests.window.home_screens OUT [en|de [1280x720|1920x1080 [PAGE ...]]]

writes one PNG for each page, language, window size, text size and palette.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from runform_live import config, programmes
from runform_live.cli.main import main as runform
from runform_live.clinic import clients, following
from runform_live.clinic.database import Database
from runform_live.home.pages import ENTRIES
from runform_live.home.window import HomeWindow
from tests.makers import DATA
from tests.progress.story import sessions
from tests.window.screens import folder_for, put_the_mouse_away

SIZES = ("1280x720", "1920x1080")
SOMEONE = "P07"
SETTLES_S = 1.5  # work in the background is done by then


def settle(window: HomeWindow, seconds: float = SETTLES_S) -> None:
    """Draw until the work in the background is done."""
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s or window.home.works:
        window.frame()
        time.sleep(0.02)


def records(parent: Path) -> None:
    """Three clients; one of them has a programme of eight sessions behind them, and a film that was measured."""
    with Database() as database:
        with database.writing() as session:
            added = [
                clients.add(session, name, height_m=1.72, painful_side="right") for name in (SOMEONE, "P12", "P23")
            ]
        with database.writing() as session:
            for client in added[1:]:
                following.enrol(session, client, programmes.load("two_weeks"))
        sessions(database, added[0], parent)
    assert runform(["analyze", str(DATA / "demo.mp4"), "--client", "P12"]) == 0


def draw(out: Path, language: str, size: str, pages: list[str]) -> None:
    settings = config.load()
    screen = msgspec.structs.replace(settings.screen, language=language)
    width, height = (int(word) for word in size.split("x"))
    window = HomeWindow(msgspec.structs.replace(settings, screen=screen), (width, height))
    put_the_mouse_away()
    for entry in ENTRIES:
        if pages and entry.name not in pages:
            continue
        window.home.go(entry.name, SOMEONE)
        for look in ("", "-large", "-large-light", "-light"):
            settle(window)
            window.viewport.screenshot(str(out / f"home-{entry.name}-{size}-{language}{look}.png"))
            settle(window, 0.2)
            window.viewport.other_light() if look == "-large" else window.viewport.other_text()
        window.viewport.other_text()
        window.viewport.other_light()
    window.close()


def main() -> None:
    out, wanted = folder_for(sys.argv[1:]), sys.argv[2:]
    if len(wanted) >= 2:  # a process each: Dear PyGui opens one window in its life
        draw(out, wanted[0], wanted[1], wanted[2:])
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder, "RUNFORM_DATABASE_URL": ""}
        records(config.sessions_folder(config.load()))
        for language, size in itertools.product(wanted or ("en", "de"), SIZES):
            subprocess.run([sys.executable, "-m", "tests.window.home_screens", str(out), language, size], check=True)


if __name__ == "__main__":
    main()
