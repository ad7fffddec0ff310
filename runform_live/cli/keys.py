"""`runform keys`: which other computers may look through the camera here, and which are believed (docs/remote.md)."""

from __future__ import annotations

import argparse

from runform_live.cli import terminal
from runform_live.runtime import peers

HELP = "keys for a camera on another computer"
EXAMPLE = "runform keys new treadmill"


def arguments(verb: argparse.ArgumentParser) -> None:
    actions = verb.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("new", help="make the key pair of this computer; the secret half never leaves it")
    new.add_argument("name", metavar="NAME", help="what the other computers call this one, such as treadmill")
    new.add_argument(
        "--again", action="store_true", help="in place of the key that is there; the others must then allow the new one"
    )
    new.set_defaults(act=_new)
    show = actions.add_parser("show", help="print the line that another computer needs to know this one")
    show.set_defaults(act=_show)
    allow = actions.add_parser("allow", help="know another computer from now on")
    allow.add_argument("name", metavar="NAME", help="its name, as `runform keys show` prints it there")
    allow.add_argument(
        "key", nargs="+", metavar="PUBLIC_KEY", help="its public key, as `runform keys show` prints it there"
    )
    allow.set_defaults(act=_allow)
    remove = actions.add_parser(
        "remove", help="forget another computer; it is let in no more, also where it looks just now"
    )
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(act=_remove)
    actions.add_parser("list", help="the computers that are known here").set_defaults(act=_list)


def run(chosen: argparse.Namespace) -> None:
    chosen.act(chosen)


def _new(chosen: argparse.Namespace) -> None:
    peers.make_own(chosen.name, chosen.again)
    _show(chosen)


def _show(chosen: argparse.Namespace) -> None:
    del chosen
    own = peers.own()
    terminal.say("Type this on the other computer, so that it knows this one:")
    terminal.say(f"  runform keys allow {own.name} {peers.spelled(own.public)}")


def _allow(chosen: argparse.Namespace) -> None:
    peers.allow(chosen.name, peers.read_key("".join(chosen.key)))
    terminal.say(f"{chosen.name} is known from now on.")


def _remove(chosen: argparse.Namespace) -> None:
    peers.remove(chosen.name)
    terminal.say(f"{chosen.name} is forgotten, and is let in no more.")


def _list(chosen: argparse.Namespace) -> None:
    del chosen
    found = peers.known()
    if not found:
        terminal.say("No other computer is known here; nobody is let in.")
    for name, public in sorted(found.items()):
        terminal.say(f"{name}  {peers.spelled(public)}")
