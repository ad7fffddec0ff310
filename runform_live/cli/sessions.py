"""`runform sessions`: what has been kept, listed and removed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from runform_live import config, file_names, quantities
from runform_live.cli import sealing, terminal
from runform_live.errors import BadInput, RunformError
from runform_live.metrics import MAIN_METRIC

if TYPE_CHECKING:
    from runform_live.clinic.database import Database
    from runform_live.clinic.session_list import Row, Sort

# The database is loaded when an action runs: it takes a while, and every other verb loads this module.

HELP = "list the sessions that were kept, or delete one"
EXAMPLE = "runform sessions list --client P07"
MANY = 500  # folders, from which on it takes a while
SORTS: dict[str, Sort] = {
    "date": "started", "client": "client", "left": "left", "right": "right", "activity": "activity",
}  # fmt: skip


def arguments(verb: argparse.ArgumentParser) -> None:
    actions = verb.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="one line a session, newest last")
    listing.add_argument("named", type=Path, nargs="?", metavar="DIR", help="default: the user's data folder")
    listing.add_argument("--in", dest="folder", type=Path, metavar="DIR", help="the same")
    listing.add_argument("--client", metavar="P", help="only those of this client, wherever they are")
    listing.add_argument("--text", default="", metavar="WORDS", help="only those with these words in name or source")
    listing.add_argument("--flagged", action="store_true", help="only those with flags, which are named")
    listing.add_argument(
        "--sort", choices=SORTS, default="date", help="largest and newest last; left and right: the pelvic drop"
    )
    listing.set_defaults(act=_list)
    delete = actions.add_parser("delete", help="remove a session for good: its folder, and what the records know of it")
    delete.add_argument("named", type=Path, metavar="FOLDER")
    delete.add_argument("--yes", action="store_true", help="do not ask")
    delete.set_defaults(act=_delete)


def run(chosen: argparse.Namespace) -> None:
    chosen.act(chosen)


# -- the list -----------------------------------------------------------------------------------------------------


def _list(chosen: argparse.Namespace) -> None:
    rows = _rows(chosen)
    for row in rows:
        terminal.say(f"{file_names.shown(row.folder.name)}: {_about(row, chosen.flagged)}")
    if not rows:
        narrowed = chosen.client is not None or chosen.text or chosen.flagged
        terminal.say("no such sessions" if narrowed else "no sessions yet")
    bad = sum(row.state == "broken" for row in rows)
    if bad:
        raise RunformError(f"{bad} of {len(rows)} entries could not be read (see above); the others are listed")


def _rows(chosen: argparse.Namespace) -> list[Row]:
    """The sessions of the index. Without a database the folders are read one by one."""
    from runform_live.clinic.database import Database, in_memory

    folder = _folder(chosen)
    if chosen.client is not None or _are_records():
        try:
            with Database() as database:
                return _indexed(database, folder, chosen)
        except BadInput as trouble:
            if chosen.client is not None:
                raise
            terminal.warn(f"{trouble}; the sessions are listed without the records")
    with in_memory() as database:
        return _indexed(database, folder, chosen)


def _are_records() -> bool:
    """Whether records are kept at all. Listing sessions does not begin any."""
    from runform_live.clinic import database

    try:
        return database.is_there()
    except (BadInput, OSError):  # there is no place for them
        return False


def _folder(chosen: argparse.Namespace) -> Path:
    """Whose sessions are listed. Raises BadInput where it cannot be."""
    from runform_live.clinic import scan

    named: Path | None = chosen.named or chosen.folder
    folder = named or config.sessions_folder(config.load(chosen.config))
    sealing.seal_waiting(folder)
    try:
        next(scan.under(folder), None)
    except FileNotFoundError:
        if named is not None:
            raise BadInput(f"{file_names.shown(folder)}: there is no such folder") from None
    return folder


def _indexed(database: Database, folder: Path, chosen: argparse.Namespace) -> list[Row]:
    from runform_live.clinic import clients, index, session_list

    # What lies in a folder from elsewhere is nobody's here until `runform clients find` is asked to link it.
    sealing.unlock_for(folder)
    index.refresh(database, folder, _tell, link=not (chosen.named or chosen.folder))
    with database.reading() as session:
        client_id = None if chosen.client is None else clients.find(session, chosen.client).id
        found = session_list.rows(
            session,
            sort=SORTS[chosen.sort],
            descending=False,
            within=folder,
            elsewhere=client_id is not None,
            client_id=client_id,
            text=chosen.text,
            flagged=chosen.flagged or None,
        )
    return sorted(found, key=lambda row: row.started is not None) if chosen.sort == "date" else found


def _tell(done: int, of: int) -> None:
    if of > MANY:
        terminal.rewrite(f"{done} of {of} folders read" if done < of else "")


def _about(row: Row, with_flags: bool) -> str:
    if row.state in ("broken", "locked"):
        return row.trouble or "cannot be read"
    drops = [quantities.number(MAIN_METRIC, value) for value in (row.left_deg, row.right_deg)]
    ended = f"running, {quantities.clock(int(row.so_far_s or 0))} min so far" if row.state == "running" else row.ended
    both = row.activity == "both"  # the drop is then of running, the main gait, and the stances are counted together
    began = "" if row.started is None else f"{row.started:%Y-%m-%d %H:%M}"
    parts = [
        began,
        *([] if row.client is None else [f"client {file_names.shown(row.client)}"]),
        f"{row.stances} stances" + (" of both gaits" if both else ""),
        *([f"{quantities.clock(int(row.walked_s))} min walked"] if row.walked_s else []),
        f"pelvic drop{' in running' if both else ''} left {drops[0]} right {drops[1]}",
        *(row.flags if with_flags else ()),
        str(ended),
    ]
    return ", ".join(parts)


# -- removing -----------------------------------------------------------------------------------------------------


def _delete(chosen: argparse.Namespace) -> None:
    from runform_live.clinic import erasing
    from runform_live.clinic.database import Database, in_memory
    from runform_live.session.info_file import read_info

    folder = file_names.shown(chosen.named)
    info = read_info(chosen.named)
    with Database() if _are_records() else in_memory() as database:
        whose = "" if info.person is None else f" of client {info.person}"
        terminal.say(f"This removes the session{whose} of {info.began()} for good: {folder}")
        if not chosen.yes and not _agreed():
            raise BadInput("nothing was removed; add --yes to remove without being asked")
        erasing.erase_session(database, chosen.named)
    terminal.say(f"{folder} removed")


def _agreed() -> bool:
    terminal.say("Type yes to remove it:")
    try:
        return sys.stdin is not None and sys.stdin.readline().strip().casefold() == "yes"
    except (OSError, ValueError):
        return False
