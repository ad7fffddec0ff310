"""`runform licences`: whose work the program is made of."""

from __future__ import annotations

import argparse

from runform_live import licences
from runform_live.cli import terminal
from runform_live.pose import cards

HELP = "print the notices of all that ships with the program, and the licences of the packages that it needs"
EXAMPLE = "runform licences --full"
NOT_STATED = "not stated in its metadata"
LINE = "-" * 78


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--full", action="store_true", help="with the whole texts of all licences")


def run(chosen: argparse.Namespace) -> None:
    terminal.say(licences.notice().rstrip())
    terminal.say("\nNetworks\n")
    for card in cards.shipped():
        terminal.say(f"  {card.network.name}: {card.title}, {card.licence}. {card.notice}")
    found = licences.packages()
    terminal.say("\nPackages that it needs. They are installed beside it and are not part of it.\n")
    for one in found:
        terminal.say(f"  {one.name} {one.version}: {one.licence or NOT_STATED}")
        if one.reason:
            terminal.say(f"    {one.reason}")
        if one.carried:
            terminal.say(f"    in its files: {one.carried}")
    if not found:
        terminal.say("  unknown, because the program is not installed here (pip install .)")
    if chosen.full:
        _say_text("runform_live: LICENSE", licences.own_licence())
        for one in found:
            for name, text in one.texts:
                _say_text(f"{one.name} {one.version}: {name}", text)


def _say_text(title: str, text: str) -> None:
    terminal.say(f"\n{LINE}\n{title}\n{LINE}\n\n{text.rstrip()}")
