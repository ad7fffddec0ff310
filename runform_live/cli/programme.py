"""`runform programme`: the retraining programmes that there are, what they consist of, and how far a client has got."""

from __future__ import annotations

import argparse
import itertools
import shlex
import textwrap
from datetime import date
from pathlib import Path

from runform_live import file_names, programmes, quantities, texts
from runform_live.cli import options, planned, terminal
from runform_live.errors import BadInput, RunformError
from runform_live.programmes import Next, PlannedSession, Programme
from runform_live.session import pain

HELP = "retraining programmes: list them, show one, begin one with a client, say which session is next"
EXAMPLE = "runform programme show two_weeks"
WIDTH = 100
COLUMNS = f"{'session':>7s}{'day':>5s}{'warm-up':>9s}{'training':>10s}{'feedback':>16s}{'retention':>11s}{'in all':>8s}   training blocks"


def arguments(verb: argparse.ArgumentParser) -> None:
    actions = verb.add_subparsers(dest="action", required=True, metavar="list|show|start|next|pain")
    actions.add_parser("list", help="one line a programme").set_defaults(act=_list)
    showing = actions.add_parser("show", help="sessions, blocks and source of one programme")
    showing.set_defaults(act=_show)
    starting = actions.add_parser("start", help="a client begins a programme")
    starting.add_argument("--instead", action="store_true", help="in place of the programme that the client follows")
    starting.set_defaults(act=_start)
    for action in (showing, starting):
        action.add_argument("name", metavar="NAME", help="as the list names it")
    coming = actions.add_parser("next", help="which session of their programme a client runs next, and when")
    coming.set_defaults(act=_next)
    for action in (starting, coming):
        action.add_argument(
            "--client", required=True, metavar="P", help="pseudonym of the client (see runform clients)"
        )
    scoring = actions.add_parser("pain", help="keep the pain score after a session")
    scoring.add_argument("folder", type=Path, metavar="FOLDER", help="of the session")
    scoring.add_argument("score", type=options.pain, metavar="0-10", help="0: none, 10: the worst")
    scoring.set_defaults(act=_pain)


def run(chosen: argparse.Namespace) -> None:
    chosen.act(chosen)


def _show(chosen: argparse.Namespace) -> None:
    terminal.say("\n".join(described(programmes.load(chosen.name))))


# The database is loaded only where a client was named: it takes a while.


def _start(chosen: argparse.Namespace) -> None:
    from runform_live.clinic import clients, following
    from runform_live.clinic.database import Database

    programme = programmes.load(chosen.name)
    with Database() as database, database.writing() as session:
        client = clients.find(session, chosen.client)
        following.enrol(session, client, programme, chosen.instead)
        coming = following.upcoming(session, client)
    terminal.say(f"client {client.pseudonym!r} begins {_line(programme)}")
    if coming is not None:
        _tell_next(client.pseudonym, programme, coming)


def _next(chosen: argparse.Namespace) -> None:
    from runform_live.clinic import clients, following
    from runform_live.clinic.database import Database

    with Database() as database, database.reading() as session:
        client = clients.find(session, chosen.client)
        found = following.followed(session, client)
    if found is None:
        raise BadInput(planned.follows_none(client.pseudonym))
    if found.next is None:
        terminal.say(f"all done: {planned.all_held(client.pseudonym, found.programme)}")
    else:
        _tell_next(client.pseudonym, found.programme, found.next)


def _tell_next(pseudonym: str, programme: Programme, coming: Next) -> None:
    number, count = coming.number, len(programme.sessions)
    terminal.say(f"next: session {number} of {count} of {programme.name}, {due_words(coming.due, date.today())}")
    terminal.say(f"  {planned.blocks_words(coming)}")
    if coming.interrupted:
        terminal.say(f"  {planned.left_words(coming)}")
    terminal.say(f"  runform live --client {shlex.quote(pseudonym)} --programme next")


def due_words(due: date | None, today: date) -> str:
    """When a session is due, as "due on 2026-05-06, in 2 days". None: it is the first one, which has no day."""
    if due is None:
        return "on any day"
    days = (due - today).days
    away = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"due on {due}, {'today' if days == 0 else f'in {away}' if days > 0 else f'{away} ago'}"


def _pain(chosen: argparse.Namespace) -> None:
    pain.set_after(chosen.folder, chosen.score)
    terminal.say(f"{file_names.shown(chosen.folder)}: pain after the session is {chosen.score}")


def _list(_: argparse.Namespace) -> None:
    """A line each; a file that is wrong costs one line, and the others are listed."""
    bad = 0
    known = programmes.names()
    for name in known:
        try:
            terminal.say(_line(programmes.load(name)))
        except BadInput as trouble:
            bad += 1
            terminal.warn(str(trouble))
    if bad:
        raise RunformError(f"{bad} of {len(known)} programmes could not be read (see above); the others are listed")


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
