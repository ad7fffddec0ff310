"""`runform report`: the page about a session."""

from __future__ import annotations

import argparse
from pathlib import Path

from runform_live import config, names
from runform_live.cli import options, printing, terminal

HELP = "write the report of a session"
EXAMPLE = "runform report ~/runs/2026-05-01_18-30-00 --out report.html"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("session", type=Path, metavar="SESSION")
    verb.add_argument("--format", choices=("html",), default="html")
    verb.add_argument(
        "--out",
        type=options.new_file,
        metavar="FILE",
        help="default: report.html in the session folder; -: to the terminal",
    )


def run(chosen: argparse.Namespace) -> None:
    from runform_live.report import build as page  # plots: no other verb need load them
    from runform_live.session import outputs, schema
    from runform_live.session.reader import read

    language = config.load(chosen.config).screen.language
    session = read(chosen.session)
    printing.warn_of_running(session)
    if chosen.out == options.STDOUT:
        terminal.put_bytes(page.render(session, language).encode())
        return
    out = chosen.out or session.folder / schema.REPORT
    outputs.refuse_in(session, out, chosen.config, is_report=True)
    place, missing = page.written(session, out, language)
    if missing and session.info.source_file is not None:
        terminal.warn(missing)
    terminal.say(names.shown(place))
