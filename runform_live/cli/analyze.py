"""`runform analyze`: the same measurement on videos, faster than they play."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from runform_live import config
from runform_live.cli import missing, options, printing
from runform_live.errors import BadInput, RunformError
from runform_live.messages import View
from runform_live.session.reader import read
from runform_live.session.writer import new_folder

HELP = "measure recorded videos: a session folder and a report each"
EXAMPLE = "runform analyze run1.mp4 run2.mp4 --out ~/runs"
SLOWED = 1.0, 40.0


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("videos", nargs="+", metavar="VIDEO")
    verb.add_argument(
        "--out", type=Path, metavar="DIR", help="where the session folders go (default: the user's data folder)"
    )
    options.add_number(
        verb, "--slowed", *SLOWED, default=1.0, metavar="TIMES",
        help_="the videos are in slow motion: they play so many times slower than life, as a telephone's 240 frames/s at 30 do 8 times",
    )  # fmt: skip
    options.add_measuring(verb)


def run(chosen: argparse.Namespace) -> None:
    settings, view = options.settings_of(chosen), options.view_of(chosen)
    parent = chosen.out or config.sessions_folder(settings)
    worst: RunformError | None = None
    for video in chosen.videos:
        try:
            folder = _one(video, parent, settings, view, chosen.slowed)
        except BadInput as trouble:
            if len(chosen.videos) == 1:
                raise
            print(f"runform: {trouble}", file=sys.stderr)  # the other videos are analysed all the same
            worst = trouble
            continue
        print(printing.summary(read(folder)))
        print(f"session: {folder}")
    if worst is not None:
        raise BadInput("not every video could be analysed (see above)")


def _one(video: str, parent: Path, settings: config.Config, view: View, slowed: float) -> Path:
    from runform_live.report import build as report  # plots, networks and kernels: no other verb need load them
    from runform_live.runtime import offline

    # Refuses what is no video before a folder is made.
    analysis = offline.Analysis(video, settings, view, slowed=slowed)
    folder = new_folder(parent, Path(video).stem)
    missing.tell()
    missing.tell_of_language(settings.screen.language)
    progress = printing.Progress(Path(video).name)
    try:
        offline.analyze(analysis, video, folder, settings, progress)
    finally:
        progress.done()
    report.build(folder, language=settings.screen.language)
    return folder
