"""A film of the list of videos in words: how far it is, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from runform_live import file_names, quantities
from runform_live.batch import table
from runform_live.batch.plan import Job
from runform_live.batch.run import Update
from runform_live.metrics import MAIN_METRIC
from runform_live.texts import Texts


@dataclass(slots=True)
class Film:
    """One film of the list."""

    job: Job
    update: Update | None = None  # None: it waits
    row: table.Row | None = None  # what was found, once there is a session


@dataclass(frozen=True, slots=True)
class Line:
    """What is shown of a film. share: of its bar; None: no bar. folder: of its session, which can be opened."""

    number: int
    name: str
    date: str
    words: str
    share: float | None = None
    bad: bool = False
    folder: Path | None = None


def line(number: int, film: Film, running: bool, said: Texts) -> Line:
    """A film of the list. running: films are measured now, so it waits where nothing is known of it."""
    update, name = film.update, film.job.name
    if update is None or update.phase == "stopped":
        stopped = update is not None or not running
        return Line(number, name, "", said("home.videos.not_measured" if stopped else "home.videos.waits"))
    date = _day(update.started)
    if not update.last:
        words = said("home.videos.opens") if update.share is None else f"{update.share:.0%}"
        return Line(number, name, date, words, update.share)
    if update.phase == "failed":
        return Line(number, name, date, _without_name(film.job, update.line), bad=True)
    row = film.row
    if row is None or row.stances is None:
        key = {"same": "copy", "busy": "busy"}.get(film.job.kind, "gone")
        return Line(number, name, date, said(f"home.videos.{key}", name=film.job.trouble))
    return Line(number, name, _dated(row, said), _found(row, said), folder=row.folder)


def _dated(row: table.Row, said: Texts) -> str:
    """When and whose."""
    day = "" if row.moment is None else f"{row.moment:%Y-%m-%d %H:%M}"
    whose = row.client or said("home.videos.nobodys")
    key = f"home.videos.date.{row.date_from}"
    return f"{day}{said(key) if row.date_from and said.has(key) else ''}, {whose}"


def _found(row: table.Row, said: Texts) -> str:
    """The drop of both sides, and what was found earlier."""
    if not row.stances:
        return said("home.videos.no_stances")
    left, right = (one.words(said) for one in row.drops)
    words = said("home.videos.found", left=left, right=right)
    if row.state == "known":
        words = said("home.videos.known", found=words)
    if row.earlier is not None:
        before = [quantities.number(MAIN_METRIC, one.before, said=said) for one in row.earlier.drops.values()]
        words += "\n" + said("home.videos.earlier", left=before[0], right=before[1])
    return words


def _without_name(job: Job, line: str) -> str:
    """What is wrong with a film, beside its name."""
    shown = file_names.shown(line)
    for name in (file_names.shown(job.film()), job.name):
        shown = shown.removeprefix(f"{name}: ")
    return shown


def _day(started: str) -> str:
    return f"{datetime.fromisoformat(started):%Y-%m-%d %H:%M}" if started else ""
