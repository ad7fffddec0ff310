"""`runform export`: a session for other tools."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from runform_live import file_names
from runform_live.cli import options, printing, terminal
from runform_live.errors import BadInput
from runform_live.export import formats
from runform_live.export.wish import Wish
from runform_live.session.reader import read

HELP = "write a session for other tools"
EXAMPLE = "runform export ~/runs/2026-05-01_18-30-00 --to csv --out run.csv"
LONGEST_S = 1e9


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("session", type=Path, metavar="SESSION")
    about = "; ".join(f"{one.name}: {one.about}" for one in formats.FORMATS.values())
    verb.add_argument("--to", choices=tuple(formats.FORMATS), required=True, help=about)
    verb.add_argument(
        "--out",
        type=options.new_file,
        metavar="FILE",
        help="default: SESSION's name with the format's ending, here; -: to the terminal",
    )
    for option, what in (("--from", "begin of the piece"), ("--until", "end of the piece")):
        options.add_number(
            verb, option, 0.0, LONGEST_S, None, "S", f"{what} in seconds of the session, for formats that hold frames"
        )
    options.add_number(
        verb, "--height", 50.0, 250.0, None, "CM",
        "body height without shoes, for trc, where the session does not know it",
    )  # fmt: skip
    verb.add_argument(
        "--private", action="store_true", help="json: with the client, height, pain, source and the texts of notes"
    )


def run(chosen: argparse.Namespace) -> None:
    kind, wish = formats.of(chosen.to), _wish(chosen)
    kind.refuse(wish)
    session = read(chosen.session)
    printing.warn_of_running(session)
    if chosen.out == options.STDOUT:
        terminal.put_bytes(kind.content(session, wish))
        return
    out = chosen.out or Path(f"{session.folder.resolve().name}{kind.ending}")
    progress = printing.Progress(session.folder.resolve().name)
    formats.write(
        session, out, kind.name, wish, chosen.config, lambda done, count: progress(done, float(done), float(count))
    )
    progress.done()
    terminal.say(file_names.shown(out))


def _wish(chosen: argparse.Namespace) -> Wish:
    from_s = -math.inf if getattr(chosen, "from") is None else getattr(chosen, "from")
    until_s = math.inf if chosen.until is None else chosen.until
    if until_s <= from_s:
        raise BadInput(f"--until ({until_s:g} s) must be later than --from ({from_s:g} s)")
    return Wish(
        from_s, until_s, None if chosen.height is None else chosen.height / 100.0, chosen.private, terminal.warn
    )
