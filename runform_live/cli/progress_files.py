"""The page and the plain data of sessions that are compared: `--html FILE` and `--json FILE`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from runform_live import config, file_names
from runform_live.cli import missing, options, terminal
from runform_live.errors import BadInput
from runform_live.metrics import MAIN_METRIC
from runform_live.progress import as_json
from runform_live.progress.series import Progress
from runform_live.session import outputs
from runform_live.session.reader import Session

PAGE = "write it as a page, too; -: only the page, to the terminal"
DATA = "write the figures for other programs, too; -: only these, to the terminal"


def places(chosen: argparse.Namespace, sessions: Sequence[Session]) -> list[Path]:
    """Where files were asked for. Raises BadInput, before the work, where one cannot be put there."""
    wanted = [place for place in (chosen.html, chosen.json) if place is not None]
    if len(wanted) == 2 and wanted[0] == wanted[1]:
        raise BadInput(f"{file_names.shown(wanted[0])} is named for --html and for --json; name two files")
    for place in wanted:
        for session in sessions:
            if place != options.STDOUT:
                outputs.refuse_in(session, place, chosen.config)
    return wanted


def write(found: Progress, chosen: argparse.Namespace) -> None:
    """The files that were asked for."""
    if chosen.json is not None:
        write_or_print(chosen.json, lambda: data(found))
    if chosen.html is not None:
        write_or_print(chosen.html, lambda: page(found, chosen))


def data(found: Progress) -> bytes:
    return (json.dumps(as_json.content(found), indent=2, ensure_ascii=False) + "\n").encode()


def page(found: Progress, chosen: argparse.Namespace, metric: str | None = None) -> bytes:
    from runform_live.report import sessions  # plots: only the page needs them

    language = config.load(chosen.config).screen.language
    missing.tell_of_language(language)
    return sessions.render(found, language, metric or MAIN_METRIC).encode()


def write_or_print(place: Path, content: Callable[[], bytes]) -> None:
    """Write it there, or to the terminal. Raises BadInput, before the content is made, where it cannot be written there."""
    if place == options.STDOUT:
        terminal.put_bytes(content())
        return
    outputs.refuse(place)
    outputs.refuse_kept(place)
    outputs.write(place, content())
    terminal.say(file_names.shown(place))
