"""`runform compare`: before and after, with the change that can be told from error; within one session or between several."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from runform_live import quantities, texts
from runform_live.cli import options, printing, progress_files, terminal, within_run
from runform_live.errors import BadInput
from runform_live.progress import overview, words
from runform_live.progress.change import BOTH, DIFFERENCE
from runform_live.progress.point import of_session
from runform_live.progress.series import Progress, comparison
from runform_live.session.reader import Session, read
from runform_live.texts import Texts

HELP = "tell what changed between sessions, or within one, and what cannot be told from error"
EXAMPLE = "runform compare ~/runs/2026-05-01_18-30-00 ~/runs/2026-06-12_18-20-00"
COLUMNS = {"left": "left", "right": "right", DIFFERENCE: "left - right"}
LONGEST_TIME = 20  # characters


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("before", type=Path, metavar="SESSION")
    verb.add_argument(
        "after",
        type=Path,
        nargs="*",
        metavar="SESSION",
        help="each is compared with the first; without one it is told what changed within the first",
    )
    verb.add_argument(
        "--parts",
        type=span,
        nargs=2,
        metavar="FROM-UNTIL",
        help="two parts of one session, in seconds or m:ss, as 30-90 4:00-5:00; the second is compared with the first",
    )
    verb.add_argument(
        "--same-setup",
        action="store_true",
        help="same clothes, camera, place and light in all of them: what is seen wrong is then in part the same, and smaller changes can be told",
    )
    verb.add_argument("--html", type=options.new_file, metavar="FILE", help=progress_files.PAGE)
    verb.add_argument("--json", type=options.new_file, metavar="FILE", help=progress_files.DATA)


def span(text: str) -> tuple[float, float]:
    """A part of a session (s) as it was typed."""
    ends = text.split("-")
    if len(ends) != 2:
        raise argparse.ArgumentTypeError(f"{text} is no part of a session: give FROM-UNTIL, as 30-90 or 1:00-2:00")
    from_s, until_s = map(_time_s, ends)
    if from_s >= until_s:
        raise argparse.ArgumentTypeError(f"{text} ends before it begins")
    return from_s, until_s


def _time_s(text: str) -> float:
    """Seconds, or minutes and seconds, or hours as well."""
    found = re.fullmatch(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)", text.strip(), re.ASCII)
    if found is None or len(text) > LONGEST_TIME:
        raise argparse.ArgumentTypeError(f"{text or 'an empty text'} is no time: give seconds or m:ss")
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    if (found[2] and seconds >= 60.0) or (found[1] and minutes >= 60.0):
        raise argparse.ArgumentTypeError(f"{text} is no time: a minute has 60 seconds, an hour 60 minutes")
    return 3600.0 * hours + 60.0 * minutes + seconds


def run(chosen: argparse.Namespace) -> None:
    if not chosen.after:
        _within(chosen)
        return
    if chosen.parts:
        raise BadInput("--parts compares two parts of one session; name one session alone")
    for folder in chosen.after:
        if _same(folder, chosen.before):
            raise BadInput(f"{folder} is named twice; name two sessions")
    sessions = [read(folder) for folder in (chosen.before, *chosen.after)]
    for session in sessions:
        printing.warn_of_running(session)
    found = comparison([of_session(session) for session in sessions], same_setup=chosen.same_setup)
    if options.STDOUT not in progress_files.places(chosen, sessions):
        terminal.say("\n\n".join(told(found, sessions, place) for place in range(1, len(sessions))))
    progress_files.write(found, chosen)


def _within(chosen: argparse.Namespace) -> None:
    """What changed within one session."""
    if chosen.html is not None or chosen.json is not None:
        raise BadInput("--html and --json are for several sessions; `runform report` writes the page about one")
    if chosen.same_setup:
        raise BadInput("--same-setup is for several sessions; within one all is the same without it")
    session = read(chosen.before)
    printing.warn_of_running(session)
    terminal.say(within_run.told_of_parts(session, *chosen.parts) if chosen.parts else within_run.told(session))


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False  # one of them cannot be read, which its reader says better


def told(found: Progress, sessions: Sequence[Session], place: int) -> str:
    """The comparison of the session at `place` with the first one, as text."""
    said, _ = texts.load(texts.FALLBACK)
    both = {"before": sessions[0], "after": sessions[place]}
    lines = [f"{which:7s}{one.info.began()}, {printing.head(one, said)}" for which, one in both.items()]
    lines.append(f"{'':46s}{'before':>9s}{'after':>9s}{'change':>9s}{'detectable':>12s}")
    lines += [_row(row, said) for row in overview.between(found, place)]
    walked = overview.walking_between(found, place)
    lines += [printing.WALKED, *(_row(row, said) for row in walked)] if walked else []
    for which, session in both.items():
        lines += [f"! {which}: {printing.flag_words(flag, said)}" for flag in session.summary.flags]
    lines += [f"! {line}" for line in words.why_not(found, place, said)]
    return "\n".join([*lines, said("progress.method")])


def _row(row: overview.Row, said: Texts) -> str:
    metric, one = row.metric, row.change
    name = quantities.name(metric, said) if row.column in ("left", BOTH) else ""
    needed = None if one is None else one.needed
    cells = (
        quantities.number(metric, row.before.value),
        quantities.number(metric, row.after.value),
        quantities.signed(metric, None if one is None else one.change),
    )
    verdict = "" if one is None else words.call(one, said)
    figures = "".join(f"{cell:>9s}" for cell in cells) + f"{quantities.size(metric, needed):>12s}"
    return f"{name:32s}{COLUMNS.get(row.column, ''):14s}{figures}  {verdict}"
