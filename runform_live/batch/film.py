"""Measures one film of a batch in this process. The result is a session folder with a report, or nothing at all."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from runform_live import addresses, file_names
from runform_live.batch.plan import Job, Options
from runform_live.capture import dates
from runform_live.capture.source_name import is_file, is_stream
from runform_live.clinic import linking
from runform_live.config import Config
from runform_live.errors import RunformError
from runform_live.messages import Person
from runform_live.session.analysed import is_finished
from runform_live.session.info_file import read_info
from runform_live.session.new_folder import new_folder
from runform_live.session.source import DEMO_NAME
from runform_live.session.unused import remove_if_empty


class Began(msgspec.Struct, frozen=True, tag=True):
    """The film is open, and its session folder is there."""

    folder: str  # as `file_names.storable` makes it
    started: str  # ISO 8601 with offset: when the film was recorded
    date_from: str


class FilmProgress(msgspec.Struct, frozen=True, tag=True):
    """How much of the film has been measured."""

    frames: int
    time_s: float
    duration_s: float | None  # None: not known

    @property
    def share(self) -> float | None:
        """From 0 to 1; None: not known."""
        return min(1.0, self.time_s / self.duration_s) if self.duration_s else None


class Measured(msgspec.Struct, frozen=True, tag=True):
    """The session is finished. Its report is made next."""


class Warned(msgspec.Struct, frozen=True, tag=True):
    """A line for a person; the film is measured all the same."""

    line: str


Step = Began | FilmProgress | Measured | Warned
Tell = Callable[[Step], None]


class Stopped(Exception):
    """Somebody asked to stop. Nothing of the film is kept."""


def measure(
    job: Job,
    parent: Path,
    settings: Config,
    options: Options,
    tell: Tell,
    stop: Callable[[], bool] = lambda: False,
) -> Path:
    """Measure the film into a new session folder under `parent`, and make its report.

    `stop` is asked after each frame; where it says yes, Stopped is raised and nothing is left behind. RunformError and any error of the
    decoder are raised, too. Where the disk or the film ends the analysis, what was measured is kept and marked as interrupted. Earlier
    sessions of this film that were broken off are removed once the new one is finished.
    """
    from runform_live.report import build as report  # plots, networks and kernels: seconds
    from runform_live.report import letterhead
    from runform_live.runtime import offline

    source = job.film()
    # Refuses what is no video before a folder is made.
    analysis = offline.Analysis(
        source,
        settings,
        options.view,
        slowed=options.slowed,
        frame_rate_hz=options.frame_rate_hz,
        mirrored=options.mirrored,
    )
    with contextlib.closing(analysis.video):
        recorded = _recorded(source)
        film = Path(addresses.name_of(source) if is_stream(source) else source)
        folder = new_folder(parent, film.stem)
        moment = recorded.moment.isoformat(timespec="seconds") if recorded else ""
        tell(Began(file_names.storable(folder), moment, recorded.date_from if recorded else ""))

        def went(frames: int, time_s: float, duration_s: float | None) -> None:
            tell(FilmProgress(frames, time_s, duration_s))
            if stop():
                raise Stopped

        again_of = job.before.id if job.before else None
        try:
            with linking.linked(job.person, folder, lambda line: tell(Warned(line))):
                offline.analyze(analysis, source, folder, settings, went, job.person, recorded, again_of)
        except (Stopped, KeyboardInterrupt):
            discard(folder, tell, job.person)
            raise
        except BaseException:
            remove_if_empty(folder)
            linking.forget_if_gone(job.person, folder, lambda line: tell(Warned(line)))
            raise
    for broken_off in job.unfinished:  # only now: until here they were all that there was of the film
        discard(Path(file_names.native(broken_off)), tell)
    tell(Measured())
    head, trouble = letterhead.read_or_without(settings.report)
    if trouble:
        tell(Warned(trouble))
    report.build(folder, language=settings.screen.language, letterhead=head)
    return folder


def measure_once(job: Job, parent: Path, settings: Config, options: Options, tell: Tell) -> Path:
    """The session folder of a film that was named by itself. If it was measured before, that is the earlier folder; else `measure` makes one.

    Raises RunformError if the film cannot be used, or if another program is measuring it.
    """
    job.refuse()
    if job.kind == "known" and job.before is not None:
        return job.before.path()
    return measure(job, parent, settings, options, tell)


def _recorded(source: str) -> dates.Recorded | None:
    """When the film was recorded. None if that is not known: the session then counts as of now."""
    if source == DEMO_NAME or not is_file(source):
        return None
    return dates.of_film(Path(source), datetime.now(UTC))


def discard(folder: Path, tell: Tell, person: Person | None = None) -> None:
    """Remove the session folder of an analysis that did not reach its end. A finished one stays, because the film may be gone by now.

    person: whose it is, where session.json does not say so yet.
    """
    try:
        info = read_info(folder)
    except RunformError:
        info = None  # not even begun
    if info is not None:
        if is_finished(info):
            return
        if info.person is not None and info.person_id is not None:
            person = Person(info.person_id, info.person)
    shutil.rmtree(folder, ignore_errors=True)
    linking.forget_if_gone(person, folder, lambda line: tell(Warned(line)))
