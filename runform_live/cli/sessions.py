"""`runform sessions list`: what has been kept."""

from __future__ import annotations

import argparse
from pathlib import Path

from runform_live import config, quantities
from runform_live.errors import BadInput, RunformError
from runform_live.session.reader import is_session, read

HELP = "list the sessions that were kept"
EXAMPLE = "runform sessions list"


def arguments(verb: argparse.ArgumentParser) -> None:
    actions = verb.add_subparsers(dest="action", required=True, metavar="list")
    listing = actions.add_parser("list", help="one line a session, newest last")
    listing.add_argument("--in", dest="folder", type=Path, metavar="DIR", help="default: the user's data folder")


def run(chosen: argparse.Namespace) -> None:
    folder = chosen.folder or config.sessions_folder(config.load(chosen.config))
    if not folder.is_dir():
        if chosen.folder is not None:
            raise BadInput(f"{folder}: there is no such folder")
        print("no sessions yet")
        return
    found = sorted(path for path in folder.iterdir() if is_session(path))
    for path in found:
        try:
            session = read(path)
        except RunformError as trouble:
            print(f"{path.name}: {trouble}")
            continue
        drops = [
            quantities.number("pelvic_drop_mid_deg", session.summary.sides[side]["pelvic_drop_mid_deg"].mean)
            for side in ("left", "right")
        ]
        print(
            f"{path.name}: {session.info.started[:16].replace('T', ' ')}, {len(session.stances)} stances, "
            f"pelvic drop left {drops[0]} right {drops[1]}, {session.info.ended}"
        )
    if not found:
        print("no sessions yet")
