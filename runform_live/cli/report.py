"""`runform report`: the page about a session."""

from __future__ import annotations

import argparse
from pathlib import Path

from runform_live import config
from runform_live.cli import missing, printing
from runform_live.errors import BadInput

HELP = "write the report of a session"
EXAMPLE = "runform report ~/runs/2026-05-01_18-30-00 --out report.html"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("session", type=Path, metavar="SESSION")
    verb.add_argument("--format", choices=("html",), default="html")
    verb.add_argument("--out", type=Path, metavar="FILE", help="default: report.html in the session folder")


def run(chosen: argparse.Namespace) -> None:
    from runform_live.report import build as page  # plots: no other verb need load them
    from runform_live.session.reader import read

    try:
        language = config.load(chosen.config).screen.language
        session = read(chosen.session)
        printing.warn_of_running(session)
        missing.tell_of_language(language)
        print(page.build(session, chosen.out, language))
    except OSError as trouble:
        raise BadInput(f"cannot write the report ({trouble.strerror}); name another place with --out") from None
