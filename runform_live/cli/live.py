"""`runform live`: the monitor."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from runform_live import config
from runform_live.capture.sources import Video, is_file
from runform_live.cli import options, printing
from runform_live.doctor.graphics import has_screen
from runform_live.errors import BadInput
from runform_live.messages import Any_
from runform_live.runtime import live
from runform_live.session.reader import read
from runform_live.session.writer import new_folder

if TYPE_CHECKING:
    from runform_live.dashboard.window import Window

FILE_END_S = 10.0  # that the last screen stays after a file, which nobody may be watching

HELP = "measure a runner live: window, cues, session folder"
EXAMPLE = "runform live --source 0 --record ~/runs"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--source",
        default="0",
        metavar="0|FILE|URL|demo",
        help="camera number, video, stream or the shipped clip (default: camera 0)",
    )
    verb.add_argument(
        "--no-window", action="store_true", help="measure without a window; ends with the source or Ctrl-C"
    )
    verb.add_argument("--record", type=Path, metavar="DIR", help="keep the pictures too, in a session folder under DIR")
    options.add_measuring(verb)


def run(chosen: argparse.Namespace) -> None:
    settings = options.settings_of(chosen)
    if is_file(chosen.source):
        Video(chosen.source, threads=1).close()  # what cannot be read is said before anything starts
    windowed = not chosen.no_window
    if windowed and not has_screen():
        raise BadInput(
            "there is no screen; add --no-window, or start it under a virtual screen: xvfb-run runform live ..."
        )
    folder = new_folder(chosen.record or config.sessions_folder(settings))
    record_video = chosen.record is not None or settings.record.video
    setup = live.setup_for(chosen.source, settings, folder, options.view_of(chosen), record_video)
    window = _window(settings, record_video) if windowed else None
    try:
        try:
            outcome = live.run(setup, show=window, note=_note)
        except BadInput:
            printing.remove_if_empty(folder)
            raise
        from runform_live.report import build as report  # plots: a live run need not carry them

        session = read(folder)
        page = report.build(folder)
        print(printing.summary(session))
        if outcome.trouble:
            print(f"runform: {outcome.trouble}", file=sys.stderr)
        if outcome.restarts:
            print(f"stages restarted: {outcome.restarts} (see events.jsonl)")
        print(f"session: {folder}", flush=True)
        if window is not None and not window.closed and not outcome.interrupted:
            window.end(session, page, FILE_END_S if is_file(chosen.source) else None)
    finally:
        if window is not None:
            window.close()


def _window(settings: config.Config, record_video: bool) -> Window:
    from runform_live.dashboard.window import Window  # a machine without a screen need not load it

    return Window(settings, record_video)


def _note(message: Any_) -> None:
    line = live.describe(message)
    if line:
        print(line, flush=True)
