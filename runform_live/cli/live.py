"""`runform live`: the monitor. This module loads little: a command line with a mistake is answered at once."""

from __future__ import annotations

import argparse
from pathlib import Path

from runform_live.cli import options
from runform_live.doctor import graphics

HELP = "measure a runner live: window, cues, session folder"
EXAMPLE = "runform live --source 0 --record ~/runs"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--source",
        type=options.source,
        metavar="0|FILE|URL|demo",
        help="camera number, video, stream, camera of another computer (tcp://NAME@HOST:PORT) or the shipped clip (default: choose in the window; without one camera 0)",
    )
    verb.add_argument(
        "--no-window", action="store_true", help="measure without a window; ends with the source or Ctrl-C"
    )
    verb.add_argument(
        "--clinician",
        action=argparse.BooleanOptionalAction,
        help="open the clinician's window as well, on a second screen if there is one, or not (default: as in the settings)",
    )
    verb.add_argument("--loop", action="store_true", help="play a file again and again, until the run is ended")
    verb.add_argument("--record", type=Path, metavar="DIR", help="keep the pictures too, in a session folder under DIR")
    verb.add_argument(
        "--lsl",
        nargs="?",
        const="computer",
        choices=("off", "computer", "network"),
        help="send poses, stances and cues to other programs, by the Lab Streaming Layer: --lsl alone means programs on this "
        "computer; network announces the streams in the local network, where everybody can read them (default: as in the settings)",
    )
    options.add_film(verb)
    options.add_measuring(verb)
    options.add_client(verb)
    verb.add_argument(
        "--programme",
        type=_planned,
        metavar="next|NAME:NUMBER",
        help="run a session of a retraining programme: the client's next one, or one by its number (see runform programme)",
    )
    verb.add_argument("--pain", type=options.pain, metavar="0-10", help="pain before the run: 0 none, 10 the worst")


def _planned(text: str) -> str:
    from runform_live.cli import planned

    return planned.wanted(text)


def run(chosen: argparse.Namespace) -> None:
    if not chosen.no_window:
        graphics.begin_to_try_screen()
    from runform_live.cli import live_run

    live_run.measure(chosen, chosen.prepared)
