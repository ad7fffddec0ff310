"""`runform export`: a session for other tools."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from runform_live.cli import printing
from runform_live.errors import BadInput
from runform_live.export import csv
from runform_live.session.files import AS_USUAL, write_atomically
from runform_live.session.reader import Session, read

HELP = "write a session for other tools"
EXAMPLE = "runform export ~/runs/2026-05-01_18-30-00 --to csv --out run.csv"
FORMATS: dict[str, Callable[[Session], bytes]] = {"csv": csv.export}


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("session", type=Path, metavar="SESSION")
    verb.add_argument("--to", choices=tuple(FORMATS), required=True)
    verb.add_argument("--out", type=Path, metavar="FILE", help="default: SESSION's name with the format's ending, here")


def run(chosen: argparse.Namespace) -> None:
    session = read(chosen.session)
    printing.warn_of_running(session)
    out = chosen.out or Path(session.folder.resolve().name + f".{chosen.to}")
    try:
        write_atomically(out, FORMATS[chosen.to](session), AS_USUAL)
    except OSError as trouble:
        raise BadInput(f"cannot write {out} ({trouble.strerror}); name another place with --out") from None
    print(out)
