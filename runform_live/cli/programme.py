"""`runform programme list|show`: the retraining programmes that there are, and what they consist of."""

from __future__ import annotations

import argparse
import itertools
import textwrap

from runform_live import programmes, quantities, texts
from runform_live.cli import terminal
from runform_live.errors import BadInput, RunformError
from runform_live.programmes import PlannedSession, Programme

HELP = "list the retraining programmes, or show one: sessions, blocks with and without feedback, source"
EXAMPLE = "runform programme show two_weeks"
WIDTH = 100
COLUMNS = f"{'session':>7s}{'day':>5s}{'warm-up':>9s}{'training':>10s}{'feedback':>16s}{'retention':>11s}{'in all':>8s}   training blocks"


def arguments(verb: argparse.ArgumentParser) -> None:
    actions = verb.add_subparsers(dest="action", required=True, metavar="list|show")
    actions.add_parser("list", help="one line a programme")
    showing = actions.add_parser("show", help="sessions, blocks and source of one programme")
    showing.add_argument("name", metavar="NAME", help="as the list names it")


def run(chosen: argparse.Namespace) -> None:
    if chosen.action == "list":
        _list()
    else:
        terminal.say("\n".join(described(programmes.load(chosen.name))))


def _list() -> None:
    """A line each; a file that is wrong costs one line, and the others are listed."""
    bad = 0
    names = programmes.names()
    for name in names:
        try:
            terminal.say(_line(programmes.load(name)))
        except BadInput as trouble:
            bad += 1
            terminal.warn(str(trouble))
    if bad:
        raise RunformError(f"{bad} of {len(names)} programmes could not be read (see above); the others are listed")


def _line(programme: Programme) -> str:
    said, _ = texts.load(texts.FALLBACK)
    count, last_day = len(programme.sessions), programme.day(len(programme.sessions))
    return (
        f"{programme.name}: {programmes.words(programme, 'title', said)}; {count} {'session' if count == 1 else 'sessions'}, "
        f"{last_day} {'day' if last_day == 1 else 'days'}, {programme.training_s / 60:g} min of training, "
        f"{programme.feedback_s / 60:g} min with feedback"
    )


def described(programme: Programme) -> list[str]:
    """A programme as lines: what it is, a table of its sessions, what is known and not known of it, and its sources."""
    said, _ = texts.load(texts.FALLBACK)
    lines = [_line(programme), *_paragraph(programmes.words(programme, "about", said)), "", COLUMNS]
    lines += [_row(programme, number) for number in range(1, len(programme.sessions) + 1)]
    lines += [
        f"{'all':>7s}{'':14s}{quantities.clock(programme.training_s):>10s}{_share(programme.feedback_s, programme.training_s):>16s}"
        f"{'':11s}{quantities.clock(sum(one.length_s for one in programme.sessions)):>8s}",
        "Times are minutes:seconds of running. Warm-up and retention have no feedback.",
    ]
    if programme.ask_pain:
        lines.append(f"Pain (0 to 10) is asked {' and '.join(programme.ask_pain)} each session.")
    for key in ("known", "unknown"):
        lines += _paragraph(programmes.words(programme, key, said))
    return [*lines, *(f"Source: {source}" for source in programme.sources)]


def _row(programme: Programme, number: int) -> str:
    session = programme.sessions[number - 1]
    return (
        f"{number:7d}{programme.day(number):5d}{quantities.clock(60.0 * session.warm_up_min):>9s}"
        f"{quantities.clock(session.training_s):>10s}{_share(session.feedback_s, session.training_s):>16s}"
        f"{quantities.clock(60.0 * session.retention_min):>11s}{quantities.clock(session.length_s):>8s}   {_blocks(session)}"
    )


def _share(feedback_s: float, training_s: float) -> str:
    return f"{quantities.clock(feedback_s)} ({100.0 * feedback_s / training_s:.0f}%)"


def _blocks(session: PlannedSession) -> str:
    """The training in words: "6 times 2:00 with, 1:00 without"."""
    training = [block for block in session.blocks() if block.part == "training"]
    parts = [f"{quantities.clock(block.length_s)} {'with' if block.feedback else 'without'}" for block in training]
    pairs = [", ".join(parts[at : at + 2]) for at in range(0, len(parts), 2)]
    runs = [(pair, len(list(alike))) for pair, alike in itertools.groupby(pairs)]
    return ", then ".join(f"{count} times {pair}" if count > 1 else pair for pair, count in runs)


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)
