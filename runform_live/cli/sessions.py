"""`runform sessions list`: what has been kept."""

from __future__ import annotations

import argparse
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from runform_live import config, names, quantities
from runform_live.cli import terminal
from runform_live.errors import BadInput, RunformError, reason_of
from runform_live.messages import SIDES
from runform_live.session import door
from runform_live.session.reader import Session, is_session, read, read_info

NEVER = datetime.min.replace(tzinfo=UTC)
HELP = "list the sessions that were kept"
EXAMPLE = "runform sessions list"


def arguments(verb: argparse.ArgumentParser) -> None:
    actions = verb.add_subparsers(dest="action", required=True, metavar="list")
    listing = actions.add_parser("list", help="one line a session, newest last")
    listing.add_argument("--in", dest="folder", type=Path, metavar="DIR", help="default: the user's data folder")


def run(chosen: argparse.Namespace) -> None:
    folder = chosen.folder or config.sessions_folder(config.load(chosen.config))
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        if chosen.folder is not None:
            raise BadInput(f"{folder}: there is no such folder") from None
        paths = []
    except OSError as trouble:
        raise BadInput(f"{folder} cannot be listed ({trouble.strerror}); name another folder with --in") from None
    entries = [entry for path in paths if (entry := _entry(path)) is not None]
    for entry in sorted(entries, key=lambda one: (one.moment is not None, one.moment or NEVER, one.line)):
        terminal.say(entry.line)
    if not entries:
        terminal.say("no sessions yet")
    bad = sum(not entry.good for entry in entries)
    if bad:
        raise RunformError(f"{bad} of {len(entries)} entries could not be read (see above); the others are listed")


class _Entry(NamedTuple):
    """A line of the list, and where it stands: by the moment at which the session began, the unreadable ones first."""

    moment: datetime | None
    line: str
    good: bool


def _entry(path: Path) -> _Entry | None:
    """One folder; None where it is no session. Whatever is wrong with it is in the line."""
    name = names.shown(path.name)
    moment = None
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
        if not is_folder or not is_session(path):
            return None
        moment = read_info(path).moment()
        return _Entry(moment, f"{name}: {_about(read(path))}", True)
    except RunformError as trouble:
        return _Entry(moment, f"{name}: {door.clean(_within(path, str(trouble)))}", False)
    except FileNotFoundError:
        return _Entry(None, f"{name}: a link that leads nowhere", False)
    except OSError as trouble:
        return _Entry(moment, f"{name}: cannot be read ({reason_of(trouble)})", False)


def _within(path: Path, trouble: str) -> str:
    """The words without the folder's own place, which the line begins with."""
    return names.shown(trouble).replace(f"{names.shown(path)}{os.sep}", "", 1)


def _about(session: Session) -> str:
    drops = [
        quantities.number("pelvic_drop_mid_deg", session.summary.sides[side]["pelvic_drop_mid_deg"].mean)
        for side in SIDES
    ]
    so_far_s = int(session.until_s()) if session.running else 0
    ended = f"running, {quantities.clock(so_far_s)} min so far" if session.running else session.info.ended
    return (
        f"{session.info.began()}, {len(session.stances)} stances, pelvic drop left {drops[0]} right {drops[1]}, {ended}"
    )
