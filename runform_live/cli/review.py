"""`runform review`: the review window."""

from __future__ import annotations

import argparse
from pathlib import Path

from runform_live import config
from runform_live.cli import printing
from runform_live.doctor.graphics import has_screen
from runform_live.errors import BadInput
from runform_live.session.reader import read

HELP = "look at a session frame by frame, or at two side by side"
EXAMPLE = "runform review ~/runs/2026-05-01_18-30-00"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("sessions", nargs="+", type=Path, metavar="SESSION", help="one, or two to see in step")


def run(chosen: argparse.Namespace) -> None:
    settings = config.load(chosen.config)
    if len(chosen.sessions) > 2:
        raise BadInput("one or two sessions can be reviewed at a time; name two")
    sessions = [read(folder) for folder in chosen.sessions]
    for session in sessions:
        printing.warn_of_running(session)
        if not session.poses().num_rows:
            raise BadInput(f"{session.folder}: no frame of it is kept; there is nothing to look at")
    if not has_screen():
        raise BadInput("there is no screen; start it under a virtual screen: xvfb-run runform review ...")
    from runform_live.dashboard.review_window import ReviewWindow  # a machine without a screen need not load it

    window = ReviewWindow(sessions, settings.screen)
    try:
        window.run()
    finally:
        window.close()
