"""`runform report`: the report of a session, or of two: before and after."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from runform_live import config, names
from runform_live.cli import missing, options, printing, terminal, whose
from runform_live.errors import BadInput
from runform_live.session.reader import Session, read

if TYPE_CHECKING:
    from runform_live.report.build import Format

HELP = "write the report of a session, or of two: before and after"
EXAMPLE = "runform report ~/runs/2026-05-01_18-30-00 --format pdf --out report.pdf"
FORMATS = ("html", "pdf")


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("session", type=Path, metavar="SESSION")
    verb.add_argument(
        "after", type=Path, nargs="?", metavar="AFTER", help="a later session: what changed since SESSION"
    )
    verb.add_argument("--format", choices=FORMATS, help="default: as --out ends, else html")
    verb.add_argument(
        "--out",
        type=options.new_file,
        metavar="FILE",
        help="default: report.html or report.pdf in the session folder; -: to the terminal",
    )


def run(chosen: argparse.Namespace) -> None:
    from runform_live.report import before_after, letterhead, pdf  # plots: no other verb need load them
    from runform_live.report import build as page
    from runform_live.session import outputs, schema

    settings = config.load(chosen.config)
    form = _format(chosen)
    if form == "pdf":
        pdf.refuse_without()
    head = letterhead.read(settings.report)
    sessions = [_read(folder) for folder in (chosen.session, chosen.after) if folder is not None]
    newest = sessions[-1]
    language = settings.screen.language
    missing.tell_of_language(language)
    name = whose.name_of(newest.info) if settings.report.names == "name" else ""
    out = chosen.out or (newest.folder / schema.REPORTS[form] if len(sessions) == 1 else Path(f"before-after.{form}"))
    if out != options.STDOUT:
        for session in sessions:
            outputs.refuse_in(session, out, chosen.config, is_report=len(sessions) == 1)
    if len(sessions) == 1:
        made, no_pictures = page.document(newest, language, head, name, page.goes_home(newest, out))
    else:
        made, no_pictures = before_after.document(sessions[0], newest, language, head, name)
    content = page.content(made, form, newest)
    if out == options.STDOUT:
        terminal.put_bytes(content)
        return
    outputs.write(out, content)
    if no_pictures and any(session.info.source_file is not None for session in sessions):
        terminal.warn(no_pictures)
    terminal.say(names.shown(out))


def _read(folder: Path) -> Session:
    """A session that a report can be made of. Raises BadInput where it has no stance."""
    session = read(folder)
    printing.warn_of_running(session)
    if not session.stances:
        raise BadInput(f"{names.shown(folder)} has no stance to report on; film the runner again, or longer")
    return session


def _format(chosen: argparse.Namespace) -> Format:
    """What was asked for, else what the name of the file ends in."""
    named = chosen.out.suffix.lower() if chosen.out is not None and chosen.format is None else f".{chosen.format}"
    return "pdf" if named == ".pdf" else "html"
