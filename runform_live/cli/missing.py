"""What this account lacks and a run can do without: said once."""

from __future__ import annotations

from functools import cache

from runform_live import config, places, texts
from runform_live.cli import terminal


@cache
def tell() -> None:
    """A line each on standard error, the first time."""
    for line in places.missing(config.own_file()):
        terminal.warn(line)


@cache
def tell_of_language(language: str) -> None:
    """What is wrong with the file of the chosen language, the first time. A live run says so itself."""
    _, trouble = texts.load(language)
    if trouble:
        terminal.warn(trouble)
