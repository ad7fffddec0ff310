"""Draw every page of the home window, with records made for it, and write what they look like.

    xvfb-run -a -s "-screen 0 1920x1080x24" python -m tests.window.home_screens OUT [en|de [1280x720|1920x1080 [PAGE ...]]]

writes one PNG for each page, language, window size, text size and palette.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from runform_live import config
from runform_live.clinic import clients
from runform_live.home.pages import ENTRIES
from runform_live.home.window import HomeWindow

SIZES = ("1280x720", "1920x1080")
SETTLES_S = 1.5  # work in the background is done by then


def settle(window: HomeWindow, seconds: float = SETTLES_S) -> None:
    """Draw until the work in the background is done."""
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s or window.home.works:
        window.frame()
        time.sleep(0.02)


def someone(window: HomeWindow) -> str | None:
    """The first client of the records; None where there is none."""
    with window.home.database().reading() as session:
        return next((one.client.pseudonym for one in clients.listing(session)), None)


def draw(out: Path, language: str, size: str, pages: list[str]) -> None:
    settings = config.load()
    screen = msgspec.structs.replace(settings.screen, language=language)
    width, height = (int(word) for word in size.split("x"))
    window = HomeWindow(msgspec.structs.replace(settings, screen=screen), (width, height))
    for entry in ENTRIES:
        if pages and entry.name not in pages:
            continue
        window.home.go(entry.name, someone(window))
        for look in ("", "-large", "-large-light", "-light"):
            settle(window)
            window.screenshot(str(out / f"home-{entry.name}-{size}-{language}{look}.png"))
            settle(window, 0.2)
            window.other_light() if look == "-large" else window.other_text()
        window.other_light()
    window.close()


def main() -> None:
    out, wanted = Path(sys.argv[1]), sys.argv[2:]
    out.mkdir(parents=True, exist_ok=True)
    if len(wanted) >= 2:  # a process each: Dear PyGui opens one window in its life
        draw(out, wanted[0], wanted[1], wanted[2:])
        return
    for language, size in itertools.product(wanted or ("en", "de"), SIZES):
        subprocess.run([sys.executable, "-m", "tests.window.home_screens", str(out), language, size], check=True)


if __name__ == "__main__":
    main()
