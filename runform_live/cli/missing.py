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


def tell_of_sentences() -> None:
    """At the end of a command: which of the sentences that were shown could not be filled. Each line once."""
    for line in texts.not_filled():
        _warn_once(line)


@cache
def _warn_once(line: str) -> None:
    terminal.warn(line)
