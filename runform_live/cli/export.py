"""`runform export`: a session for other tools."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from runform_live import names
from runform_live.cli import options, printing, terminal
from runform_live.export import csv
from runform_live.session import outputs
from runform_live.session.reader import Session, read

HELP = "write a session for other tools"
EXAMPLE = "runform export ~/runs/2026-05-01_18-30-00 --to csv --out run.csv"
FORMATS: dict[str, Callable[[Session], bytes]] = {"csv": csv.export}


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("session", type=Path, metavar="SESSION")
    verb.add_argument("--to", choices=tuple(FORMATS), required=True)
    verb.add_argument(
        "--out",
        type=options.new_file,
        metavar="FILE",
        help="default: SESSION's name with the format's ending, here; -: to the terminal",
    )


def run(chosen: argparse.Namespace) -> None:
    session = read(chosen.session)
    printing.warn_of_running(session)
    if chosen.out == options.STDOUT:
        terminal.put_bytes(FORMATS[chosen.to](session))
        return
    out = chosen.out or Path(f"{session.folder.resolve().name}.{chosen.to}")
    outputs.refuse_in(session, out, chosen.config)
    outputs.write(out, FORMATS[chosen.to](session))
    terminal.say(names.shown(out))
