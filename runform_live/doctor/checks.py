"""All that the doctor looks at, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from runform_live.config import Config, sessions_folder
from runform_live.doctor import cameras, graphics, machine, sound
from runform_live.doctor.finding import Finding
from runform_live.errors import BadInput

COUNT = 6  # kinds of checks, of which cameras may have many findings


def run(settings: Config) -> Iterator[tuple[int, Finding]]:
    """The findings as they come, each with how many of the COUNT kinds are done before it."""
    for finding in cameras.check(settings.capture):
        yield 0, finding
    yield 1, sound.check()
    yield 2, graphics.check()
    yield 3, machine.processor(settings)
    yield 4, _disk(settings)
    yield 5, machine.networks()


def _disk(settings: Config) -> Finding:
    try:
        return machine.disk(sessions_folder(settings))
    except BadInput as trouble:
        return Finding("disk", "missing", str(trouble), "or choose one with --record DIR")
