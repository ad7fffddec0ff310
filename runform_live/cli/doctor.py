"""`runform doctor`: what works here and how to mend what does not."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import msgspec

from runform_live import config
from runform_live.cli import missing, terminal
from runform_live.doctor.finding import Finding
from runform_live.errors import BadInput

HELP = "look at cameras, sound, graphics, processor, disk and networks, and say how to mend them"
EXAMPLE = "runform doctor --json"
MARKS = {"good": "✓", "poor": "!", "missing": "✗"}


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="for another program")


def _all(settings: config.Config) -> Iterator[Finding]:
    from runform_live.doctor import (  # networks and devices: no other verb need load them
        cameras,
        graphics,
        machine,
        sound,
    )

    yield from cameras.check(settings.capture)
    yield sound.check()
    yield graphics.check()
    yield machine.processor(settings)
    yield _disk(settings)
    yield machine.networks()


def _disk(settings: config.Config) -> Finding:
    from runform_live.doctor import machine

    try:
        return machine.disk(config.sessions_folder(settings))
    except BadInput as trouble:
        return Finding("disk", "missing", str(trouble), "or choose one with --record DIR")


def run(chosen: argparse.Namespace) -> None:
    settings = config.load(chosen.config)
    missing.tell()
    found: list[Finding] = []
    for finding in _all(settings):
        found.append(finding)
        if not chosen.json:
            terminal.say(f"{MARKS[finding.state]} {finding.part}: {finding.seen}")
            if finding.advice:
                terminal.say(f"    {finding.advice}")
    if chosen.json:
        terminal.say(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
