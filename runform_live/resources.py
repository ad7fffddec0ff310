"""Where the shipped data lies: models/ and configs/, beside the package in a checkout, under share/ once installed."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

from runform_live.errors import BadInput

PACKAGE = "runform_live"


def folder(name: str) -> Path:
    """The folder of shipped data called `name` ("models", "configs")."""
    beside = Path(__file__).resolve().parents[1] / name
    installed = Path(sysconfig.get_path("data")) / "share" / PACKAGE / name
    for candidate in (beside, installed, Path(sys.prefix) / "share" / PACKAGE / name):
        if candidate.is_dir():
            return candidate
    raise BadInput(f"the folder {name}/ of {PACKAGE} is missing; install the program again")
