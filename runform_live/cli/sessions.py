"""`runform sessions list`: what has been kept."""

from __future__ import annotations

import argparse
from pathlib import Path

from runform_live import config, names, quantities
from runform_live.cli import options, terminal
from runform_live.errors import BadInput, RunformError
from runform_live.messages import SIDES
from runform_live.session.reader import Session, is_session, read

HELP = "list the sessions that were kept"
EXAMPLE = "runform sessions list"


def arguments(verb: argparse.ArgumentParser) -> None:
    actions = verb.add_subparsers(dest="action", required=True, metavar="list")
    listing = actions.add_parser("list", help="one line a session, newest last")
    listing.add_argument(
        "--in", dest="folder", type=options.path, metavar="DIR", help="default: the user's data folder"
    )


def run(chosen: argparse.Namespace) -> None:
    folder = chosen.folder or config.sessions_folder(config.load(chosen.config))
    if not folder.is_dir():
        if chosen.folder is not None:
            raise BadInput(f"{folder}: there is no such folder")
        terminal.say("no sessions yet")
        return
    lines = [line for path in sorted(folder.iterdir()) if (line := _line(path)) is not None]
    terminal.say("\n".join(lines) if lines else "no sessions yet")


def _line(path: Path) -> str | None:
    """One line about a folder; None where it is no session. Whatever is wrong with it is in the line."""
    try:
        return _about(read(path)) if is_session(path) else None
    except RunformError as trouble:
        return f"{names.shown(path.name)}: {trouble}"
    except OSError as trouble:
        return f"{names.shown(path.name)}: cannot be read ({trouble.strerror or trouble})"


def _about(session: Session) -> str:
    drops = [
        quantities.number("pelvic_drop_mid_deg", session.summary.sides[side]["pelvic_drop_mid_deg"].mean)
        for side in SIDES
    ]
    so_far_s = int(session.until_s()) if session.running else 0
    ended = f"running, {so_far_s // 60}:{so_far_s % 60:02d} min so far" if session.running else session.info.ended
    return (
        f"{names.shown(session.folder.name)}: {session.info.started[:16].replace('T', ' ')}, {len(session.stances)} stances, "
        f"pelvic drop left {drops[0]} right {drops[1]}, {ended}"
    )
