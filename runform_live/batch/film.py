"""Measures one film of a batch in this process. The result is a session folder with a report, or nothing at all."""

from __future__ import annotations

import contextlib
import shutil
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from runform_live import addresses, doors, file_names
from runform_live.batch.plan import Job, Options
from runform_live.capture import dates
from runform_live.capture.source_name import is_file, is_stream
from runform_live.clinic import linking
from runform_live.config import Config
from runform_live.errors import RunformError
from runform_live.messages import Person
from runform_live.session import seal_mark
from runform_live.session.analysed import may_be_finished
from runform_live.session.info_file import read_info
from runform_live.session.making import Making
from runform_live.session.source import DEMO_NAME
from runform_live.session.unused import remove_if_empty


class Began(msgspec.Struct, frozen=True, tag=True):
    """The film is open, and its measurement begins."""

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
    """The session is finished, and its folder is in its place."""

    folder: str  # as `file_names.storable` makes it


class Kept(msgspec.Struct, frozen=True, tag=True):
    """The film could not be measured to its end. What was measured is kept."""

    folder: str  # as `file_names.storable` makes it


class Warned(msgspec.Struct, frozen=True, tag=True):
    """A line for a person; the film is measured all the same."""

    line: str


Step = Began | FilmProgress | Measured | Kept | Warned
Tell = Callable[[Step], None]


class Stopped(Exception):
    """Somebody asked to stop. Nothing of the film is kept."""


class Orders(msgspec.Struct, frozen=True):
    """What the program that hands out the films decides, and no person."""

    session_id: str  # of the session that is made: two measurements with the same id make one session
    threads: int | None = None  # for the networks, the decoder and the pictures; None: as the settings say
    records: bool = (
        True  # whether the records of clients are at hand; if not, whoever hands out the films links the session
    )
    to_be_sealed: bool = False  # also where encryption is off here: it is on where the films are handed out


def measure(
    job: Job,
    parent: Path,
    settings: Config,
    options: Options,
    tell: Tell,
    stop: Callable[[], bool] = lambda: False,
    orders: Orders | None = None,
) -> Path:
    """Measure the film into a new session folder under `parent`, and make its report.

    The folder is hidden until both are there (see `session.making`). `stop` is asked after each frame; where it says yes, Stopped is
    raised and nothing is left behind. RunformError and any error of the decoder are raised, too. Where the disk or the film ends the
    analysis, what was measured is kept and marked as interrupted. Earlier sessions of this film that were broken off are removed once the
    new one is finished. A film that was measured under the same session id is not measured again.
    """
    from runform_live.report import build as report  # plots, networks and kernels: seconds
    from runform_live.report import letterhead
    from runform_live.runtime import offline

    orders = orders or Orders(uuid.uuid4().hex)
    person = job.person if orders.records else None
    making = making_of(job, parent, orders.session_id)
    # Refuses what is no video before a folder is made.
    analysis = offline.Analysis(
        job.film(),
        settings.with_threads(orders.threads),
        options.view,
        slowed=options.slowed,
        frame_rate_hz=options.frame_rate_hz,
        mirrored=options.mirrored,
        camera_height_cm=options.camera_height_cm,
    )

    def warn(line: str) -> None:
        tell(Warned(line))

    with contextlib.closing(analysis.video), making.held(stop) as held:
        if not held:
            raise Stopped
        before = making.finished()
        if before is None and making.finished_unnamed():
            before = _put_in_place(making, person, warn)
        if before is not None:
            tell(Measured(file_names.storable(before)))
            return before
        recorded = _recorded(job.film())
        folder = making.begin()
        if orders.to_be_sealed:
            seal_mark.put(folder)
        moment = recorded.moment.isoformat(timespec="seconds") if recorded else ""
        tell(Began(moment, recorded.date_from if recorded else ""))

        def went(frames: int, time_s: float, duration_s: float | None) -> None:
            tell(FilmProgress(frames, time_s, duration_s))
            if stop():
                raise Stopped

        again_of = job.before.id if job.before else None
        try:
            with linking.linked(person, folder, warn):
                offline.analyze(
                    analysis, job.film(), folder, settings, went, job.person, recorded, again_of, orders.session_id
                )
        except (Stopped, KeyboardInterrupt):
            discard(folder, tell, person, orders.records)
            raise
        except BaseException:
            remove_if_empty(folder)
            linking.forget_if_gone(person, folder, warn)
            if doors.exists(folder):
                tell(Kept(file_names.storable(_put_in_place(making, person, warn))))
            raise
        head, trouble = letterhead.read_or_without(settings.report)
        if trouble:
            warn(trouble)
        try:
            report.build(folder, language=settings.screen.language, letterhead=head)
        finally:
            place = _put_in_place(making, person, warn)
            discard_unfinished(job, tell)
            tell(Measured(file_names.storable(place)))
    return place


def making_of(job: Job, parent: Path, session_id: str) -> Making:
    """The folder that a film is measured into."""
    source = job.film()
    return Making(parent, session_id, Path(addresses.name_of(source) if is_stream(source) else source).stem)


def _put_in_place(making: Making, person: Person | None, warn: Callable[[str], None]) -> Path:
    place = making.put_in_place()
    linking.moved(person, making.folder, place, warn)
    return place


def clear_up(making: Making, tell: Tell, person: Person | None = None, records: bool = True) -> None:
    """What is left of a film whose process was killed goes. A session that was finished by then gets its place. Raises RunformError."""
    with making.held(lambda: True) as held:
        if not held or not doors.is_folder(making.folder):
            return
        discard(making.folder, tell, person, records)
        if doors.is_folder(making.folder):
            place = _put_in_place(making, person if records else None, lambda line: tell(Warned(line)))
            tell(Kept(file_names.storable(place)))


def discard_unfinished(job: Job, tell: Tell) -> None:
    """Remove the sessions of a film that were broken off, now that there is a finished one."""
    for broken_off in job.unfinished:
        discard(Path(file_names.native(broken_off)), tell)


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


def discard(folder: Path, tell: Tell, person: Person | None = None, records: bool = True) -> None:
    """Remove the session folder of an analysis that did not reach its end. A finished one stays, because the film may be gone by now.

    One that cannot be read stays as well: it may be finished. person: whose it is, where session.json does not say so yet. records: see
    `Orders`.
    """
    if may_be_finished(folder):
        return
    with contextlib.suppress(RunformError):  # not even begun
        info = read_info(folder)
        if info.person is not None and info.person_id is not None:
            person = Person(info.person_id, info.person)
    shutil.rmtree(folder, ignore_errors=True)
    if records:
        linking.forget_if_gone(person, folder, lambda line: tell(Warned(line)))
