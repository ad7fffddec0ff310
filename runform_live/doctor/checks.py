"""All checks of the doctor, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from runform_live.config import Config, sessions_folder
from runform_live.doctor import cameras, graphics, machine, providers, sound
from runform_live.doctor.finding import Finding, english
from runform_live.errors import BadInput
from runform_live.texts import Texts

COUNT = 7  # kinds of checks; the cameras may give many findings


def run(settings: Config, said: Texts | None = None) -> Iterator[tuple[int, Finding]]:
    """The findings as they come, each with how many of the COUNT kinds are done before it; said: their language (None: English)."""
    for finding in cameras.check(settings.capture, said):
        yield 0, finding
    yield 1, sound.check(said)
    yield 2, graphics.check(said)
    yield 3, machine.processor(settings, said)
    yield 4, _disk(settings, said)
    yield 5, machine.networks(said)
    found = providers.check(settings, said)
    if found is not None:
        yield 6, found


def _disk(settings: Config, said: Texts | None) -> Finding:
    try:
        return machine.disk(sessions_folder(settings), said)
    except BadInput as trouble:
        return Finding("disk", "missing", str(trouble), (said or english())("doctor.disk.other"))
