"""`runform analyze`: the same measurement on videos, faster than they play."""

from __future__ import annotations

import argparse
import glob
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from runform_live import addresses, config, doors, file_names
from runform_live.batch import film, plan, table
from runform_live.batch.executor import Executor
from runform_live.batch.plan import Job, Named, Redo
from runform_live.batch.run import Update
from runform_live.batch.run import run as run_batch
from runform_live.capture.settings import SLOWED
from runform_live.capture.source_name import file_of, film_source, is_file
from runform_live.cli import missing, options, printing, sealing, terminal, whose
from runform_live.cli.batch_progress import BatchProgress
from runform_live.config import Config
from runform_live.encryption import keys
from runform_live.errors import BadInput, RunformError
from runform_live.optional_parts import how_to_add
from runform_live.session import outputs
from runform_live.session.new_folder import refuse_parent
from runform_live.session.reader import read

HELP = "measure recorded videos, and folders of them: a session folder and a report each"
EXAMPLE = "runform analyze run1.mp4 DCIM --out ~/runs"
WORKERS = 1, 64


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "videos", nargs="+", metavar="VIDEO", help="a video file, or a folder: all videos in it and its sub-folders"
    )
    verb.add_argument(
        "--out", type=Path, metavar="DIR", help="where the session folders go (default: the user's data folder)"
    )
    options.add_number(
        verb, "--slowed", *SLOWED, default=1.0, metavar="TIMES",
        help_="the videos are in slow motion: they play so many times slower than life, as a telephone's 240 frames/s at 30 do 8 times",
    )  # fmt: skip
    options.add_film(verb)
    options.add_measuring(verb)
    options.add_client(verb)
    again = verb.add_mutually_exclusive_group()
    again.add_argument(
        "--again",
        action="store_true",
        help="measure also what was measured before; the earlier session stays, and the difference of the drop is shown",
    )
    again.add_argument(
        "--newer",
        action="store_true",
        help="the same, but only what an earlier version of the program or another network measured",
    )
    verb.add_argument(
        "--csv", type=options.new_file, metavar="FILE", help="write the table of all videos into this file too"
    )
    where = verb.add_mutually_exclusive_group()
    where.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="measure on the workers of this Dask scheduler, such as tcp://192.168.1.5:8786; all computers must see the same folders",
    )
    options.add_number(
        where, "--workers", *WORKERS, default=None, metavar="N", help_="so many videos at once; default: as the cores allow",
    )  # fmt: skip


def run(chosen: argparse.Namespace) -> None:
    settings = options.settings_of(chosen)
    parent = chosen.out or config.sessions_folder(settings)
    refuse_parent(parent)
    sealing.seal_waiting(parent)
    sealing.unlock_for(parent)  # which films were measured before stands in their sessions
    person = whose.person_of(chosen.client)
    named = [_named(word) for word in _named_once(_expanded(chosen.videos) if os.name == "nt" else chosen.videos)]
    if chosen.csv is not None:
        outputs.refuse(chosen.csv, [file_of(one.source) for one in named if one.source and is_file(one.source)])
    client_of = None if person is not None else whose.of_folder_name
    redo: Redo = "again" if chosen.again else "newer" if chosen.newer else ""
    jobs = plan.plan(named, parent, settings, _options(chosen), person, client_of, redo)
    for name, count in plan.unknown_clients(jobs).items():
        whom = f"its {count} videos are" if count > 1 else "its video is"
        terminal.warn(f"{name}: there is no client of that name, so {whom} nobody's; `runform clients add` makes one")
    if len(jobs) == 1 and jobs[0].kind == "bad":
        jobs[0].refuse()
    alone = len(jobs) == len(named) == 1 and not doors.is_folder(Path(jobs[0].film()))
    if alone and chosen.scheduler is None:
        last = [_single(jobs[0], parent, settings, chosen)]
        _write_table(last, chosen)
    else:
        last = _several(jobs, parent, settings, chosen)
    sealing.seal_waiting(parent)
    _end(last)


def _options(chosen: argparse.Namespace) -> plan.Options:
    return plan.Options(
        options.view_of(chosen), chosen.slowed, chosen.frame_rate, chosen.mirrored, chosen.camera_height
    )


# -- what was named -----------------------------------------------------------------------------------------------


def _expanded(words: Iterable[str]) -> list[str]:
    """The films that patterns such as *.mp4 mean: the Windows shell hands them on as they are."""
    found: list[str] = []
    for word in words:
        magic = glob.has_magic(word) and not doors.exists(Path(word))
        meant = sorted(glob.glob(word)) if magic else []  # noqa: PTH207 (pathlib has none for absolute patterns)
        found += meant or [word]
    return found


def _named_once(words: Iterable[str]) -> list[str]:
    """Each film once, in the order in which they were named."""
    found: dict[str, str] = {}
    for word in words:
        place = plan.place_of(word)
        if place in found:
            terminal.warn(f"{addresses.shown(word)} is named twice; it is measured once")
        found.setdefault(place, word)
    return list(found.values())


def _named(word: str) -> Named:
    try:
        return Named(word, film_source(word))
    except BadInput as trouble:
        return Named(word, trouble=trouble)


# -- one film -----------------------------------------------------------------------------------------------------


def _single(job: Job, parent: Path, settings: Config, chosen: argparse.Namespace) -> Update:
    """The one film that was named, measured in this process. The session is told also where its report could not be made."""
    progress = printing.Progress(Path(job.name).name)
    folder = Path()

    def tell(step: film.Step) -> None:
        nonlocal folder
        match step:
            case film.Began():
                _tell_of_lacks(settings)
            case film.FilmProgress():
                progress(step.frames, step.time_s, step.duration_s)
            case film.Warned():
                terminal.warn(step.line)
            case film.Measured():
                progress.done()
                folder = Path(file_names.native(step.folder))
                try:
                    terminal.say(printing.summary(read(folder)))
                except keys.Locked as trouble:  # another program has sealed it by now
                    terminal.warn(str(trouble))
                terminal.say(f"session: {file_names.shown(folder)}")

    try:
        folder = film.measure_once(job, parent, settings, _options(chosen), tell)
    finally:
        progress.done()
    if job.kind == "known":
        terminal.say(printing.summary(read(folder)))
        _say_known(job, folder)
        return Update(job, 0, "known", folder=folder)
    last = Update(job, 0, "measured", folder=folder)
    if (earlier := table.row(last).earlier) is not None:
        terminal.say(earlier.words())
    return last


def _say_known(job: Job, folder: Path) -> None:
    terminal.say(f"{job.name} was measured before: {file_names.shown(folder)}")


def _tell_of_lacks(settings: Config) -> None:
    missing.tell()
    missing.tell_of_language(settings.screen.language)


# -- several ------------------------------------------------------------------------------------------------------


def _several(jobs: Sequence[Job], parent: Path, settings: Config, chosen: argparse.Namespace) -> list[Update]:
    """All films, each in another process, and a table at the end."""
    progress = BatchProgress(len(jobs))

    def tell(update: Update) -> None:
        progress.clear()
        if update.phase == "running" and update.share is None and not update.line:
            _tell_of_lacks(settings)
        if update.line:
            (terminal.warn if update.phase != "known" else terminal.say)(update.line)
        if update.trace and chosen.debug:
            terminal.trace(update.trace)
        if update.phase == "measured" and update.folder is not None:
            terminal.say(f"session: {file_names.shown(update.folder)}")
        elif update.phase == "known" and update.folder is not None:
            _say_known(update.job, update.folder)
        progress.show(update)

    def warn(line: str) -> None:
        progress.clear()
        terminal.warn(line)

    workers = None if chosen.workers is None else round(chosen.workers)
    cluster = _cluster(jobs, parent, settings, chosen.scheduler, warn)
    last = run_batch(
        jobs,
        parent,
        settings,
        tell,
        _options(chosen),
        workers=workers,
        show_errors=chosen.debug,
        executor=cluster,
        warn=warn,
    )
    progress.clear()
    rows = _write_table(last, chosen)
    if any(row.stances is not None for row in rows):
        terminal.say(table.text(rows))
    return last


def _cluster(
    jobs: Sequence[Job], parent: Path, settings: Config, address: str | None, warn: Callable[[str], None]
) -> Executor | None:
    """The cluster of the scheduler; None where this computer measures the films, or where nothing is to be measured."""
    if address is None or not any(job.kind == "wanted" for job in jobs):
        return None
    try:
        from runform_live.batch.connecting import connected
    except ModuleNotFoundError as missing_one:
        if (missing_one.name or "").partition(".")[0] not in ("dask", "distributed"):
            raise
        raise BadInput(f"--scheduler needs Dask; {how_to_add('cluster')}") from None
    return connected(address, parent, settings, warn)


def _write_table(last: Sequence[Update], chosen: argparse.Namespace) -> list[table.Row]:
    rows = [table.row(update) for update in last]
    if chosen.csv == options.STDOUT:
        terminal.put_bytes(table.as_csv(rows))
    elif chosen.csv is not None:
        outputs.write(chosen.csv, table.as_csv(rows))
        terminal.say(f"table: {file_names.shown(chosen.csv)}")
    return rows


def _end(last: Sequence[Update]) -> None:
    """What is left to say, and the exit status: 130 where Ctrl-C ended it, 1 where a film could not be measured."""
    older = sum(one.phase == "known" and one.job.before is not None and one.job.before.older for one in last)
    if older:
        which = "it was" if len(last) == 1 else f"{older} of them were"
        terminal.say(f"{which} measured by an earlier version or another network; --newer measures again")
    good = sum(one.phase in ("measured", "known") for one in last)
    if any(one.phase == "stopped" for one in last):
        terminal.say(
            f"stopped; {good} of {len(last)} videos are measured, and the same command goes on with the others"
        )
        raise KeyboardInterrupt
    if good < len(last):
        terminal.say(f"{good} of {len(last)} videos measured; the others are named above")
        raise SystemExit(RunformError.exit_status)
