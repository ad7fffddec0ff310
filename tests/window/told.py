"""Runs `runform` as its command does, and writes down what its window shows: each page and each text, in their order.

    python -m tests.window.told FILE live --source 0

FILE gets a line of JSON for every change: [tag, words], or ["page", name of its class].
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runform_live.cli import main
from runform_live.dashboard import surface
from runform_live.runtime import topology

ROOT = Path(__file__).parents[2]


def tell_in(path: Path) -> None:
    """From now on, what is put on the screen is told in this file."""
    lines = path.open("a", encoding="utf-8", buffering=1)
    shown: dict[str, str] = {}

    def tell(tag: str, words: str) -> None:
        if shown.get(tag) != words:
            shown[tag] = words
            lines.write(json.dumps([tag, words]) + "\n")

    def also(real: Callable[..., Any], note: Callable[..., None]) -> Callable[..., Any]:
        def called(*words: Any) -> Any:
            real(*words)
            note(*words)

        return called

    surface.set_text = also(surface.set_text, tell)
    surface.set_text_in_line = also(surface.set_text_in_line, lambda _appearance, tag, words, *_how: tell(tag, words))
    surface.fill = also(surface.fill, lambda _appearance, page: tell("page", type(page).__name__))


def tell_of_the_second_window(path: Path) -> None:
    """The clinician's window, which is another process, tells in this file."""
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    topology.CLINICIAN_PROGRAM = ("tests.window.told_clinician", "main", str(path))


if __name__ == "__main__":
    tell_in(Path(sys.argv[1]))
    tell_of_the_second_window(Path(f"{sys.argv[1]}-clinician"))
    sys.exit(main.main(sys.argv[2:]))
