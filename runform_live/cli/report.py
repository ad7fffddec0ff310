"""`runform report`: the report of a session, or of two: before and after."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from runform_live import config, file_names
from runform_live.cli import missing, options, printing, sealing, terminal
from runform_live.session import schema
from runform_live.session.reader import read

if TYPE_CHECKING:
    from runform_live.report.build import Format

HELP = "write the report of a session, or of two: before and after"
EXAMPLE = "runform report ~/runs/2026-05-01_18-30-00 --format pdf --out report.pdf"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("session", type=Path, metavar="SESSION")
    verb.add_argument(
        "after", type=Path, nargs="?", metavar="AFTER", help="a later session: what changed since SESSION"
    )
    verb.add_argument("--format", choices=tuple(schema.REPORTS), help="default: as --out ends, else html")
    verb.add_argument(
        "--out",
        type=options.new_file,
        metavar="FILE",
        help="default: report.html or report.pdf in the session folder; -: to the terminal",
    )


def run(chosen: argparse.Namespace) -> None:
    from runform_live.report import write as report  # plots: no other verb need load them

    settings, form = config.load(chosen.config), _format(chosen)
    missing.tell_of_language(settings.screen.language)
    sessions = [read(folder) for folder in (chosen.session, chosen.after) if folder is not None]
    for session in sessions:
        printing.warn_of_running(session)
    before = sessions[0] if len(sessions) == 2 else None
    if chosen.out == options.STDOUT:
        terminal.put_bytes(report.content(sessions[-1], form, settings, before=before)[0])
        return
    place, no_pictures = report.write(
        sessions[-1], chosen.out, form, settings, before=before, settings_file=chosen.config
    )
    if no_pictures:
        terminal.warn(no_pictures)
    terminal.say(file_names.shown(place))
    sealing.tell_of_plain(place)


def _format(chosen: argparse.Namespace) -> Format:
    """What was asked for, else what the name of the file ends in."""
    named = chosen.out.suffix.lower() if chosen.out is not None and chosen.format is None else f".{chosen.format}"
    return "pdf" if named == ".pdf" else "html"
