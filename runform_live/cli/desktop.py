"""`runform desktop`: the program in the menu of the desktop."""

from __future__ import annotations

import argparse

from runform_live import file_names
from runform_live.cli import terminal

HELP = "put the program into the menu of your desktop, so that it starts without a terminal, or take it away"
EXAMPLE = "runform desktop install"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("what", choices=("install", "remove"))


def run(chosen: argparse.Namespace) -> None:
    from runform_live.desktop import install  # it draws an icon: no other verb need load that

    if chosen.what == "install":
        terminal.say(f"runform live is in your menu ({file_names.shown(install.install())})")
    elif install.remove():
        terminal.say("runform live is no longer in your menu")
    else:
        terminal.say("runform live was not in your menu")
