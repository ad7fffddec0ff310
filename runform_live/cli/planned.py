"""Which session of a programme a run is: `--programme` of live, and what is said of it before and after."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

from runform_live import file_names, programmes, quantities
from runform_live.cli import terminal
from runform_live.errors import BadInput, RunformError
from runform_live.messages import Prescribed
from runform_live.programmes import Next, Programme
from runform_live.session.info_file import read_info
from runform_live.session.planned_run import done_in

NEXT = "next"
_NUMBERED = re.compile(r"([\w-]{1,60}):([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Planned:
    """The session that is run now."""

    programme: Programme
    next: Next
    prescribed: Prescribed

    @property
    def name(self) -> str:
        """As "session 3 of 8 of two_weeks"."""
        return f"session {self.next.number} of {len(self.programme.sessions)} of {self.programme.name}"


def wanted(text: str) -> str:
    """`next`, or the name of a programme and the number of a session."""
    if text == NEXT or _NUMBERED.fullmatch(text):
        return text
    raise argparse.ArgumentTypeError(
        f"{file_names.shown(text[:80])!r} is neither {NEXT} nor NAME:NUMBER, as two_weeks:3"
    )


def planned_of(text: str | None, pseudonym: str | None) -> Planned | None:
    """The session of `--programme`; None where there is no such option.

    Raises BadInput where there is no such session, or "next" is asked for without a client who follows a programme.
    """
    if text is None:
        return None
    if pseudonym is None:
        if text == NEXT:
            raise BadInput(f"--programme {NEXT} needs --client P: which session is next depends on the client")
        programme, number = _numbered(text)
        found = programmes.session_at(programme, (), number)
        return Planned(programme, found, Prescribed(programme.name, number))
    return _of_client(text, pseudonym)


def _numbered(text: str) -> tuple[Programme, int]:
    name, _, number = text.partition(":")
    return programmes.load(name), int(number)


def _of_client(text: str, pseudonym: str) -> Planned:
    from runform_live.clinic import clients, following  # the database is loaded only where it is needed
    from runform_live.clinic.database import Database

    with Database() as database, database.reading() as session:
        client = clients.find(session, pseudonym)
        if text == NEXT:
            followed = following.followed(session, client)
            if followed is None:
                raise BadInput(follows_none(client.pseudonym))
            if followed.next is None:
                raise BadInput(f"{all_held(client.pseudonym, followed.programme)}; there is no next one")
            planned = Planned(followed.programme, followed.next, followed.prescribed(followed.next))
        else:
            programme, number = _numbered(text)
            enrolment = following.enrolment_of(session, client)
            if enrolment is None or enrolment.programme != programme.name:
                return Planned(
                    programme, programmes.session_at(programme, (), number), Prescribed(programme.name, number)
                )
            done = following.held(session, enrolment, programme)
            followed = following.Followed(enrolment, programme, tuple(done), None)
            planned = Planned(programme, followed.at(number), followed.prescribed(followed.at(number)))
        writing = following.written_now(session, followed.enrolment)
    if writing is not None:
        raise BadInput(
            f"a session of this client is still being recorded ({file_names.shown(writing)}); end that run first"
        )
    return planned


def follows_none(pseudonym: str) -> str:
    return f"client {pseudonym!r} follows no programme; `runform programme start NAME --client {pseudonym}` begins one"


def all_held(pseudonym: str, programme: Programme) -> str:
    count = len(programme.sessions)
    return f"client {pseudonym!r} has held all {count} sessions of {programme.name}"


def blocks_words(one: Next) -> str:
    """What a session consists of, as "3:00 warm-up, 27:00 training (18:00 with feedback), 2:00 retention; 32:00 in all"."""
    session = one.session
    clock = quantities.clock
    parts = [f"{clock(60.0 * session.warm_up_min)} warm-up"] if session.warm_up_min else []
    parts.append(f"{clock(session.training_s)} training ({clock(session.feedback_s)} with feedback)")
    parts += [f"{clock(60.0 * session.retention_min)} retention"] if session.retention_min else []
    return f"{', '.join(parts)}; {clock(session.length_s)} in all"


def left_words(one: Next) -> str:
    """How much of a session that was interrupted is still to be run."""
    ran, left = quantities.clock(one.ran_s), quantities.clock(one.left_s)
    return f"it was interrupted after {ran} and goes on from there; {left} left"


def tell_before(planned: Planned, pain: int | None) -> None:
    """What will be run."""
    terminal.say(
        f"{planned.name}: {left_words(planned.next) if planned.next.interrupted else blocks_words(planned.next)}"
    )
    if pain is None and "before" in planned.programme.ask_pain:
        terminal.say("pain before the session is not known: --pain 0-10 says it")


def tell_after(planned: Planned, folder: Path) -> None:
    """Whether the session is completed."""
    try:
        held = done_in(folder, read_info(folder), planned.prescribed, planned.next.session)
    except (RunformError, OSError):
        return  # said already
    length = quantities.clock(planned.next.session.length_s)
    if held.completed:
        terminal.say(f"{planned.name} is completed")
    else:
        more = "; --programme next goes on from there" if planned.prescribed.enrolment is not None else ""
        terminal.say(f"{planned.name} is not completed: {quantities.clock(held.ran_s)} of {length} were run{more}")
    if "after" in planned.programme.ask_pain:
        terminal.say(f"pain after the session: runform programme pain {file_names.shown(folder)} 0-10")
