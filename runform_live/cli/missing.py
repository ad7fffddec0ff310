"""What this account lacks and a run can do without: said once."""

from __future__ import annotations

from functools import cache

from runform_live import config, places
from runform_live.cli import terminal


@cache
def tell() -> None:
    """A line each on standard error, the first time."""
    for line in places.missing(config.own_file()):
        terminal.warn(line)
