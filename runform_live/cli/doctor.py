"""`runform doctor`: what works here and how to mend what does not."""

from __future__ import annotations

import argparse

import msgspec

from runform_live import config
from runform_live.cli import missing, terminal
from runform_live.doctor.finding import Finding

HELP = "look at cameras, sound, graphics, processor, disk and networks, and say how to mend them"
EXAMPLE = "runform doctor --json"
MARKS = {"good": "✓", "poor": "!", "missing": "✗"}


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="for another program")


def run(chosen: argparse.Namespace) -> None:
    from runform_live.doctor import checks  # networks and devices: no other verb need load them

    settings = config.load(chosen.config)
    missing.tell()
    found: list[Finding] = []
    for _, finding in checks.run(settings):
        found.append(finding)
        if not chosen.json:
            terminal.say(f"{MARKS[finding.state]} {finding.part}: {finding.seen}")
            if finding.advice:
                terminal.say(f"    {finding.advice}")
    if chosen.json:
        terminal.say(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
