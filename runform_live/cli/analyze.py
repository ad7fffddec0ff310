"""`runform analyze`: the same measurement on videos, faster than they play."""

from __future__ import annotations

import argparse
import contextlib
import glob
import os
from collections.abc import Iterable
from pathlib import Path

from runform_live import addresses, config, doors, names
from runform_live.capture.names import file_of, is_file, is_stream
from runform_live.capture.opening import check_file
from runform_live.cli import missing, options, printing, terminal, whose
from runform_live.errors import RunformError
from runform_live.messages import Person
from runform_live.session.reader import read
from runform_live.session.writer import new_folder, refuse_parent

HELP = "measure recorded videos: a session folder and a report each"
EXAMPLE = "runform analyze run1.mp4 run2.mp4 --out ~/runs"
SLOWED = 1.0, 40.0


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("videos", nargs="+", metavar="VIDEO")
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


def run(chosen: argparse.Namespace) -> None:
    settings = options.settings_of(chosen)
    parent = chosen.out or config.sessions_folder(settings)
    refuse_parent(parent)
    person = whose.person_of(chosen.client)
    videos = _named_once(_expanded(chosen.videos) if os.name == "nt" else chosen.videos)
    if len(videos) == 1:
        _measure(videos[0], parent, settings, chosen, person)
        return
    failed = [video for video in videos if not _measured(video, parent, settings, chosen, person)]
    if failed:
        terminal.say(f"{len(videos) - len(failed)} of {len(videos)} videos measured; the others are named above")
        raise SystemExit(RunformError.exit_status)


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
    homeless = doors.working_folder_is_gone()
    for word in words:
        plain = word == options.DEMO or is_stream(word) or homeless
        place = word if plain else os.path.abspath(word)  # noqa: PTH100 (a link is another name, and may be meant so)
        if place in found:
            terminal.warn(f"{addresses.shown(word)} is named twice; it is measured once")
        found.setdefault(place, word)
    return list(found.values())


def _measured(
    video: str, parent: Path, settings: config.Config, chosen: argparse.Namespace, person: Person | None
) -> bool:
    """Measure one video of several. Whatever goes wrong with it is said in a line, and the others are measured all the same."""
    try:
        _measure(video, parent, settings, chosen, person)
    except Exception as trouble:
        if chosen.debug:
            terminal.trace_of(trouble)
        terminal.warn(terminal.in_a_line(trouble, addresses.shown(video)))
        return False
    return True


def _measure(
    word: str, parent: Path, settings: config.Config, chosen: argparse.Namespace, person: Person | None
) -> None:
    """Measure a video and tell what was found. The session is told before its report is made, which may still fail."""
    video = options.film(word)
    if is_file(video):
        check_file(file_of(video), video)  # before networks and kernels are loaded, which takes seconds
    from runform_live.report import build as report  # plots, networks and kernels: no other verb need load them

    folder = _session_of(video, parent, settings, chosen, person)
    terminal.say(printing.summary(read(folder)))
    terminal.say(f"session: {names.shown(folder)}")
    report.build(folder, language=settings.screen.language)


def _session_of(
    video: str, parent: Path, settings: config.Config, chosen: argparse.Namespace, person: Person | None
) -> Path:
    from runform_live.runtime import offline

    # Refuses what is no video before a folder is made.
    analysis = offline.Analysis(
        video,
        settings,
        options.view_of(chosen),
        slowed=chosen.slowed,
        frame_rate_hz=chosen.frame_rate,
        mirrored=chosen.mirrored,
    )
    with contextlib.closing(analysis.video):
        film = Path(addresses.name_of(video) if is_stream(video) else video)
        folder = new_folder(parent, film.stem)
        missing.tell()
        missing.tell_of_language(settings.screen.language)
        progress = printing.Progress(film.name)
        try:
            with whose.linked(person, folder):
                offline.analyze(analysis, video, folder, settings, progress, person)
        except BaseException:
            printing.remove_if_empty(folder)
            whose.forget_if_gone(person, folder)
            raise
        finally:
            progress.done()
    return folder
