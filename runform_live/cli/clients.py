"""`runform clients`: who runs here, and which sessions are theirs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runform_live import config, doors, file_names
from runform_live.cli import options, sealing, terminal
from runform_live.encryption import keys
from runform_live.errors import BadInput

if TYPE_CHECKING:
    from runform_live.clinic.database import Database
    from runform_live.clinic.tables import Client

# The database is loaded when an action runs: it takes a while, and every other verb loads this module.

HELP = "keep records of clients: add, list, show, edit, erase, export, import"
EXAMPLE = "runform clients add --pseudonym P07 --height 172 --painful-side right --consent 2026-05-01"


def arguments(verb: argparse.ArgumentParser) -> None:
    actions = verb.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="a new client")
    add.add_argument("--pseudonym", required=True, metavar="P", help="a short name that says nothing to others")
    _add_details(add)
    add.set_defaults(act=_add)
    actions.add_parser("list", help="one line a client").set_defaults(act=_list)
    show = actions.add_parser("show", help="all that is known of a client, and their sessions")
    edit = actions.add_parser("edit", help='change what is named; "" forgets it')
    edit.add_argument("--pseudonym", dest="new_pseudonym", metavar="P", help="another pseudonym")
    _add_details(edit)
    erase = actions.add_parser("erase", help="remove a client for good: records, session folders, archives made here")
    erase.add_argument("--yes", action="store_true", help="do not ask")
    erase.add_argument(
        "--leave-locked", action="store_true",
        help="leave encrypted sessions that cannot be opened and may be the client's; they are named",
    )  # fmt: skip
    export = actions.add_parser("export", help="a client as one archive")
    export.add_argument("--out", type=options.new_file, required=True, metavar="FILE")
    export.add_argument(
        "--passphrase", action="store_true", help="encrypt it by a passphrase of its own, for another computer"
    )
    for action, act in ((show, _show), (edit, _edit), (erase, _erase), (export, _export)):
        action.add_argument("pseudonym", metavar="P")
        action.set_defaults(act=act)
    take = actions.add_parser("import", help="add the client of an archive")
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument("--pseudonym", metavar="P", help="another pseudonym than in the archive")
    take.set_defaults(act=_import)
    find = actions.add_parser(
        "find", help="link session folders that name a client of the records, as after a lost database"
    )
    for action in (erase, take, find):
        action.add_argument(
            "--in", dest="folder", type=Path, metavar="DIR", help="of the sessions; default: the user's data folder"
        )
    find.set_defaults(act=_find)


def _add_details(action: argparse.ArgumentParser) -> None:
    for option, metavar, help_ in (
        ("--name", "NAME", "only if it is needed"),
        ("--height", "CM", "body height (50 to 250)"),
        ("--mass", "KG", "body mass (10 to 400)"),
        ("--sex", "SEX", "female, male or other"),
        ("--born", "YYYY-MM-DD", "date of birth"),
        ("--painful-side", "SIDE", "left, right, both or none"),
        ("--painful-place", "TEXT", "such as: lateral knee"),
        ("--notes", "TEXT", "anything else"),
        ("--consent", "YYYY-MM-DD", "the day on which they agreed that their data is kept"),
    ):
        action.add_argument(option, metavar=metavar, help=help_)


def run(chosen: argparse.Namespace) -> None:
    from runform_live.clinic.database import Database

    given = _details(chosen) if chosen.action in ("add", "edit") else {}
    with Database() as database:
        chosen.act(database, chosen, given)


# -- what was given -----------------------------------------------------------------------------------------------


def _details(chosen: argparse.Namespace) -> dict[str, Any]:
    """Those details that were named; an empty word forgets one. Raises BadInput."""
    words = {
        "name": chosen.name,
        "height_m": chosen.height,
        "mass_kg": chosen.mass,
        "sex": chosen.sex,
        "born": chosen.born,
        "painful_side": chosen.painful_side,
        "painful_place": chosen.painful_place,
        "notes": chosen.notes,
        "consent_on": chosen.consent,
    }
    from runform_live.clinic import typed

    return typed.details({name: word for name, word in words.items() if word is not None})


# -- actions ------------------------------------------------------------------------------------------------------


def _add(database: Database, chosen: argparse.Namespace, given: dict[str, Any]) -> None:
    from runform_live.clinic import clients

    with database.writing() as session:
        client = clients.add(session, chosen.pseudonym, **given)
    terminal.say(f"client {client.pseudonym} added")
    if client.consent_on is None:
        terminal.say("no consent is noted yet; runform clients edit with --consent YYYY-MM-DD notes it")


def _list(database: Database, _chosen: argparse.Namespace, _given: dict[str, Any]) -> None:
    from runform_live.clinic import clients

    with database.reading() as session:
        found = clients.listing(session)
    for one in found:
        newest = "" if one.newest is None else f", newest {one.newest.astimezone():%Y-%m-%d %H:%M}"
        named = "" if one.client.name is None else f" ({one.client.name})"
        terminal.say(f"{one.client.pseudonym}{named}: {_sessions(one.sessions)}{newest}")
    if not found:
        terminal.say("no clients yet")


def _show(database: Database, chosen: argparse.Namespace, _given: dict[str, Any]) -> None:
    from runform_live.clinic import client_sessions, clients

    with database.reading() as session:
        client = clients.find(session, chosen.pseudonym)
        linked = client_sessions.sessions_of(session, client)
    terminal.say("\n".join(_lines(client)))
    terminal.say(_sessions(len(linked)))
    for one in linked:
        began = "not begun" if one.started is None else f"{one.started.astimezone():%Y-%m-%d %H:%M}"
        gone = "" if one.folder.is_dir() else " (the folder is gone)"
        terminal.say(f"  {began}  {file_names.shown(one.folder)}{gone}")


def _lines(client: Client) -> list[str]:
    """What is known of a client."""
    rows = (
        ("name", client.name),
        ("height", None if client.height_m is None else f"{client.height_m * 100:g} cm"),
        ("mass", None if client.mass_kg is None else f"{client.mass_kg:g} kg"),
        ("sex", client.sex),
        ("born", client.born),
        ("painful side", client.painful_side),
        ("painful place", client.painful_place),
        ("consent", client.consent_on or "not noted"),
        ("notes", client.notes),
    )
    return [f"client {client.pseudonym}", *(f"  {what}: {value}" for what, value in rows if value is not None)]


def _edit(database: Database, chosen: argparse.Namespace, given: dict[str, Any]) -> None:
    from runform_live.clinic import clients

    if chosen.new_pseudonym is not None:
        given = given | {"pseudonym": chosen.new_pseudonym}
    if not given:
        raise BadInput("nothing to change was named; `runform clients edit --help` shows what can be")
    with database.writing() as session:
        client = clients.edit(session, clients.find(session, chosen.pseudonym), **given)
    terminal.say("\n".join(_lines(client)))


def _erase(database: Database, chosen: argparse.Namespace, _given: dict[str, Any]) -> None:
    from runform_live.clinic import clients, erasing, index
    from runform_live.home import comparisons

    with database.reading() as session:
        clients.find(session, chosen.pseudonym)
    sealing.unlock_for(_folder(chosen))
    index.refresh(database, _folder(chosen), link=False)  # sessions may name the client that were never linked
    with database.reading() as session:
        client = clients.find(session, chosen.pseudonym)
        found = erasing.plan(session, client)
    if found.locked and not chosen.leave_locked:
        raise keys.Locked(f"{erasing.why_refused(found.locked)}; --leave-locked erases the rest and leaves them")
    terminal.say(
        f"This removes client {client.pseudonym} for good: the records, {_sessions(len(found.sessions))} and {len(found.archives)} archives made here."
    )
    for place in (*found.sessions, *found.archives):
        terminal.say(f"  {file_names.shown(place)}")
    if found.stays:
        terminal.say("These name the client too and stay; remove them yourself if they are theirs:")
    for place in found.stays:
        terminal.say(f"  {file_names.shown(place)}")
    if found.out_of_reach:
        terminal.say(
            "These folders of the client cannot be reached from here; remove them on the computer or drive where they are:"
        )
    for place in found.out_of_reach:
        terminal.say(f"  {file_names.shown(place)}")
    if found.locked:
        terminal.say("These are locked and stay; nobody can tell here whether they are the client's:")
    for place in found.locked:
        terminal.say(f"  {file_names.shown(place)}")
    terminal.say("Films that were analysed stay where they are.")
    if not chosen.yes and not _agreed(client.pseudonym):
        raise BadInput("nothing was erased; add --yes to erase without being asked")
    comparisons.remove_all()
    erasing.erase_client(database, client.pseudonym, leave_locked=chosen.leave_locked)
    terminal.say(f"client {client.pseudonym} erased")


def _agreed(pseudonym: str) -> bool:
    """Whether the person types the pseudonym once more."""
    terminal.say(f"Type {pseudonym} to erase:")
    try:
        return sys.stdin is not None and sys.stdin.readline().strip() == pseudonym
    except (OSError, ValueError):
        return False


def _export(database: Database, chosen: argparse.Namespace, _given: dict[str, Any]) -> None:
    from runform_live.clinic import archive_export

    if chosen.out == options.STDOUT:
        raise BadInput("an archive goes into a file; name one with --out FILE")
    words = sealing.new("archive") if chosen.passphrase else None
    for folder in archive_export.export(database, chosen.pseudonym, chosen.out, words):
        terminal.warn(f"{file_names.shown(folder)} is gone, and so is not in the archive")
    terminal.say(file_names.shown(chosen.out))


def _import(database: Database, chosen: argparse.Namespace, _given: dict[str, Any]) -> None:
    from runform_live.clinic import archive_import, client_sessions

    client = archive_import.take_in(database, chosen.file, _folder(chosen), chosen.pseudonym)
    sealing.seal_waiting(_folder(chosen))
    with database.reading() as session:
        number = len(client_sessions.sessions_of(session, client))
    terminal.say(f"client {client.pseudonym} taken in, with {_sessions(number)}")


def _find(database: Database, chosen: argparse.Namespace, _given: dict[str, Any]) -> None:
    from runform_live.clinic import index

    folder = _folder(chosen)
    if not doors.is_folder(folder):
        raise BadInput(f"{file_names.shown(folder)}: there is no such folder; name another one with --in")
    terminal.say(f"{_sessions(index.refresh(database, folder).linked)} linked")


def _folder(chosen: argparse.Namespace) -> Path:
    return Path(chosen.folder) if chosen.folder is not None else config.sessions_folder(config.load(chosen.config))


def _sessions(number: int) -> str:
    return f"{number} session{'' if number == 1 else 's'}"
