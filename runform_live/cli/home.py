"""`runform home`, and `runform` alone: the window from which everything starts."""

from __future__ import annotations

import argparse

from runform_live import config
from runform_live.cli import sealing
from runform_live.doctor.graphics import need_screen
from runform_live.encryption import passphrase

HELP = "one window from which everything starts (`runform` alone opens it, too)"
EXAMPLE = "runform home"


def arguments(verb: argparse.ArgumentParser) -> None:
    """It needs none."""
    del verb


def run(chosen: argparse.Namespace) -> None:
    settings = config.load(chosen.config)
    need_screen("`runform --help` shows what works without one")
    from runform_live.home.window import HomeWindow  # a machine without a screen need not load it

    passphrase.ask_with(None)  # the window asks
    sealing.seal_waiting(config.sessions_folder(settings))
    window = HomeWindow(settings, file=None if chosen.config is None else chosen.config.absolute())
    try:
        window.run()
    finally:
        window.close()
