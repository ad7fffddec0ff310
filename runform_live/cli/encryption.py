"""`runform encryption`: sessions and archives encrypted at rest, switched on for this installation."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from runform_live import config, file_names
from runform_live.cli import sealing, terminal
from runform_live.encryption import keys, library
from runform_live.errors import BadInput, RunformError

if TYPE_CHECKING:
    from runform_live.session.sealed import Done

HELP = "encrypt sessions and archives on this computer by a passphrase, or decrypt them again"
EXAMPLE = "runform encryption on"


def arguments(verb: argparse.ArgumentParser) -> None:
    actions = verb.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("on", help="make a key, and encrypt each session when it is over").set_defaults(act=_on)
    seal = actions.add_parser(
        "seal", help="encrypt the sessions that were recorded before, and reports in their folders"
    )
    seal.set_defaults(act=_seal)
    seal.add_argument(
        "folders", nargs="*", type=Path, metavar="DIR",
        help="folders of sessions; default: the user's data folder, and the clients' sessions elsewhere",
    )  # fmt: skip
    unseal = actions.add_parser("unseal", help="decrypt the sessions in some folders; encryption stays as it is")
    unseal.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="folders of sessions")
    unseal.set_defaults(act=_unseal)
    off = actions.add_parser(
        "off",
        help="encrypt no more, and decrypt the sessions in the user's data folder and of clients; the key is kept",
    )
    off.set_defaults(act=_off, folders=[])
    actions.add_parser("status", help="whether it is on, and how many sessions are encrypted").set_defaults(act=_status)
    actions.add_parser("passphrase", help="another passphrase for the same key").set_defaults(act=_passphrase)


def run(chosen: argparse.Namespace) -> None:
    chosen.act(chosen)


def _on(chosen: argparse.Namespace) -> None:
    del chosen
    library.load()
    if keys.is_on() and keys.is_made():
        raise BadInput("encryption is on already; `runform encryption passphrase` changes the passphrase")
    if keys.is_made():
        terminal.say("There is a key already; its passphrase switches encryption on again.")
        keys.identity()  # typed once: it is known
        keys.turn_on_again()
    else:
        terminal.say(
            "Choose a passphrase. Recording needs none, reading does. If it is forgotten, what is encrypted is lost: nobody can open it."
        )
        keys.turn_on(sealing.new("key"))
        terminal.say(
            f"The key lies in {file_names.shown(keys.folder())}; keep a copy of this folder, and the passphrase elsewhere."
        )
    terminal.say("Encryption is on: each session is encrypted when it is over.")
    terminal.say("Sessions recorded before are plain; `runform encryption seal` encrypts them.")


def _unseal(chosen: argparse.Namespace) -> None:
    terminal.say(f"{_sessions_were(_decrypted(chosen))} decrypted")


def _off(chosen: argparse.Namespace) -> None:
    from runform_live.clinic import all_sessions

    if not keys.is_on() and not keys.is_made():
        raise BadInput("encryption is off already")
    changed = _decrypted(chosen, ", and encryption stays on")
    keys.turn_off()
    terminal.say(f"Encryption is off. {_sessions_were(changed)} decrypted; archives stay as they are.")
    elsewhere = sorted({folder.parent for folder in all_sessions.sealed_in_lists()})
    if elsewhere:
        terminal.say("Sessions in these folders are still encrypted:")
    for folder in elsewhere:
        terminal.say(f"  {file_names.shown(folder)}")
    terminal.say(
        "`runform encryption unseal DIR` decrypts sessions in other folders, such as those of --record and --out."
    )
    terminal.say(f"The key stays in {file_names.shown(keys.folder())}, for all that is still encrypted.")


def _decrypted(chosen: argparse.Namespace, so: str = "") -> int:
    """Decrypt the sessions that are meant. Returns how many; raises RunformError where some stay as they are."""
    from runform_live.session import sealed

    folders = [folder for folder in _sessions(chosen) if sealed.sealed_files(folder)]
    if folders:
        keys.identity()
    changed = _told(sealed.unseal_all, folders).changed
    if changed < len(folders):
        raise RunformError(f"{len(folders) - changed} of {len(folders)} sessions are still encrypted{so}; run it again")
    return changed


def _sessions_were(number: int) -> str:
    return "1 session was" if number == 1 else f"{number} sessions were"


def _seal(chosen: argparse.Namespace) -> None:
    from runform_live.session import sealed

    keys.recipient()
    done = _told(sealed.seal_all, [folder for folder in _sessions(chosen) if sealed.plain_files(folder)])
    still = f"; {done.left} {'is' if done.left == 1 else 'are'} still written" if done.left else ""
    terminal.say(f"{_sessions_were(done.changed)} encrypted{still}")
    if done.troubles:
        count = len(done.troubles)
        some, stay = (
            ("1 session", "it stays as it was") if count == 1 else (f"{count} sessions", "they stay as they were")
        )
        raise RunformError(f"{some} could not be encrypted (see above); {stay}")


def _told(do: Callable[[list[Path], Callable[[Path], None]], Done], folders: list[Path]) -> Done:
    """Change many sessions and say how far it is, also where it is broken off."""
    count = 0

    def tell(folder: Path) -> None:
        nonlocal count
        count += 1
        terminal.rewrite(f"{count} of {len(folders)}: {file_names.shown(folder.name)}")

    try:
        done = do(folders, tell)
    except KeyboardInterrupt:
        terminal.rewrite("")
        terminal.warn(
            f"stopped after {max(count - 1, 0)} of {len(folders)} sessions; the same command goes on with the others"
        )
        raise
    terminal.rewrite("")
    for line in done.troubles:
        terminal.warn(line)
    return done


def _status(chosen: argparse.Namespace) -> None:
    from runform_live.session import sealed

    folders = _sessions(argparse.Namespace(config=chosen.config, folders=[]))
    locked = sum(map(sealed.is_sealed, folders))
    terminal.say(f"encryption is {'on' if keys.is_on() else 'off'}; encrypted sessions: {locked} of {len(folders)}")
    if keys.is_made():
        terminal.say(f"the key lies in {file_names.shown(keys.folder())}")
    if keys.is_on():
        keys.recipient()  # says what is wrong with it


def _passphrase(chosen: argparse.Namespace) -> None:
    del chosen
    if not keys.is_made():
        raise BadInput("there is no key yet; `runform encryption on` makes one")
    keys.identity()
    keys.change_passphrase(sealing.new("new key"))
    terminal.say("The passphrase is changed. A copy of the key that was made before still has the old one.")


def _sessions(chosen: argparse.Namespace) -> list[Path]:
    """The folders of sessions that are meant."""
    from runform_live.clinic import all_sessions
    from runform_live.session import sealed
    from runform_live.session.reader import is_session

    for folder in chosen.folders:
        if not folder.is_dir():
            raise BadInput(f"{file_names.shown(folder)}: there is no such folder")
    if not chosen.folders:
        return all_sessions.here_and_of_clients(config.sessions_folder(config.load(chosen.config)))
    each = ([folder] if is_session(folder) else sealed.sessions_in(folder) for folder in chosen.folders)
    return sorted({session for found in each for session in found})
