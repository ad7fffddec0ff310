"""Which films are measured, in which order, whose they are, and which were measured already."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from runform_live import addresses, doors, file_names
from runform_live.batch.films_in_folder import films_under, holds_session
from runform_live.capture.opening import check_file
from runform_live.capture.source_name import file_of, is_file, is_stream
from runform_live.config import Config
from runform_live.errors import BadInput, RunformError, reason_of
from runform_live.messages import Person, View
from runform_live.model_used import ModelUsed, model_used
from runform_live.session import analysed, making
from runform_live.session import source as source_of
from runform_live.session.analysed import Analysed, OfFilm
from runform_live.session.schema import SessionInfo
from runform_live.software import software

VERSION = re.compile(r"\d+(?:\.\d+)*")

Redo = Literal[
    "", "newer", "again"
]  # what is measured again: nothing, films that an earlier program or another network measured, or everything
Kind = Literal["wanted", "known", "busy", "same", "bad"]
ClientOf = Callable[[str], Person | None]  # by pseudonym; None: there is no such client


class Options(msgspec.Struct, frozen=True):
    """What a person says about the films, because the files do not."""

    view: View = "unknown"
    slowed: float = 1.0
    frame_rate_hz: float | None = None
    mirrored: bool = False
    camera_height_cm: float | None = (
        None  # the setting of this name is of the camera at the treadmill, and says nothing of films
    )


class Before(msgspec.Struct, frozen=True):
    """The newest session in which a film was measured before."""

    folder: str  # as `file_names.storable` makes it
    id: str
    software: str
    older: bool  # an earlier program or another network measured it

    def path(self) -> Path:
        return Path(file_names.native(self.folder))


class Job(msgspec.Struct, frozen=True):
    """One film. It is measured if its kind is "wanted"."""

    source: str  # as `file_names.storable` makes it; an address, or "demo"
    name: str  # for a person
    kind: Kind = "wanted"
    person: Person | None = None
    unknown_client: str = ""  # name of the sub-folder, if no client is called so
    trouble: str = ""  # for "bad": what is wrong, in a line; for "same": the film that it is a copy of
    exit_status: int = 0  # of the command, for "bad"
    before: Before | None = None  # for "known": the session that exists; for "wanted": the film is measured again
    unfinished: tuple[str, ...] = ()  # broken-off sessions of this film; they are removed once the new one is finished

    def film(self) -> str:
        """The source as a name that the operating system takes."""
        return file_names.native(self.source)

    def refuse(self) -> None:
        """Raise RunformError with the reason if the film cannot be measured now."""
        if self.kind == "bad":
            raise (BadInput if self.exit_status == BadInput.exit_status else RunformError)(self.trouble)
        if self.kind == "busy":
            raise RunformError(f"{self.name} is measured by another program at the moment; wait for it")


class Named(NamedTuple):
    """What a person named: the word, and the source that it stands for (a file, a folder, an address, "demo")."""

    word: str
    source: str = ""
    trouble: RunformError | None = None  # the word stands for nothing


def plan(
    named: Iterable[Named],
    parent: Path,
    settings: Config,
    options: Options | None = None,
    person: Person | None = None,
    client_of: ClientOf | None = None,
    redo: Redo = "",
) -> list[Job]:
    """A job for each film that is named, and for each in the folders that are named and below them.

    parent: the folder of the sessions. person: the client in the films. If it is None, `client_of` looks for a client with the name of
    the film's sub-folder, then of the folders above it, up to the named folder. A film that was named itself is measured even if it is
    a copy of another. Nothing is decoded, and nothing is written; what killed programs left under `parent` is put in order. Raises BadInput
    if the network of the settings is unknown.
    """
    making.sweep(parent)
    options = options or Options()
    seen = _Seen(analysed.under(parent), options, model_used(settings), redo)
    clients = _Clients(person, client_of)
    jobs: list[Job] = []
    for one in named:
        if one.trouble is not None:
            jobs.append(_bad(one.source, addresses.shown(one.word), one.trouble))
        elif is_file(one.source) and doors.is_folder(Path(one.source)):
            jobs += _in_folder(Path(one.source), seen, clients)
        else:
            jobs.append(_of_film(one.source, addresses.shown(one.word), seen, person, copies=True))
    once: dict[str, Job] = {}
    for number, job in enumerate(jobs):
        place = place_of(job.film()) if job.kind != "bad" else f"{number}"
        if (
            place not in once or job.kind != "same"
        ):  # a film that is named itself and lies in a named folder is no copy of itself
            once[place] = job
    return list(once.values())


def unknown_clients(jobs: Iterable[Job]) -> dict[str, int]:
    """The sub-folders whose names are no client's, and how many films are in each."""
    found: dict[str, int] = {}
    for job in jobs:
        if job.unknown_client and job.kind == "wanted":
            found[job.unknown_client] = found.get(job.unknown_client, 0) + 1
    return found


# -- folders ------------------------------------------------------------------------------------------------------


def _in_folder(folder: Path, seen: _Seen, clients: _Clients) -> list[Job]:
    shown = file_names.shown(folder)
    if holds_session(folder):
        return [
            _bad(str(folder), shown, BadInput(f"{shown} is a session folder; `runform report` makes its report anew"))
        ]
    jobs = []
    for film in films_under(folder):
        if isinstance(film, OSError):
            where = file_names.shown(film.filename or folder)
            jobs.append(_bad(str(folder), where, BadInput(f"{where}: cannot be listed ({reason_of(film)})")))
            continue
        person, unknown = clients.of(folder, film)
        job = _of_film(str(film), file_names.shown(film.relative_to(folder)), seen, person)
        jobs.append(msgspec.structs.replace(job, unknown_client=unknown))
    if not jobs:
        nothing = BadInput(f"{shown}: there are no videos in this folder; give a video file, or another folder")
        jobs.append(_bad(str(folder), shown, nothing))
    return jobs


class _Clients:
    """Finds the client of each film in a folder."""

    def __init__(self, person: Person | None, client_of: ClientOf | None) -> None:
        self._person, self._client_of = person, client_of
        self._known: dict[str, Person | None] = {}

    def of(self, folder: Path, film: Path) -> tuple[Person | None, str]:
        """The client, and the name of the sub-folder if no client has that name."""
        if self._person is not None or self._client_of is None:
            return self._person, ""
        between = list(film.relative_to(folder).parts[:-1])
        for name in (*reversed(between), Path(os.path.abspath(folder)).name):  # noqa: PTH100 (a link is another name)
            if name not in self._known:
                self._known[name] = self._client_of(name)
            found = self._known[name]
            if found is not None:
                return found, ""
        return None, file_names.shown(between[-1]) if between else ""


# -- films --------------------------------------------------------------------------------------------------------


class _Seen:
    """Which films were measured already, in earlier calls and in this one."""

    def __init__(self, analysed: Analysed, options: Options, model: ModelUsed, redo: Redo) -> None:
        self._analysed, self._options, self._model, self._redo = analysed, options, model, redo
        self._here: dict[source_of.Digests, str] = {}

    def look(self, job: Job, copies: bool) -> Job:
        """The job with what is known of its film."""
        digests = source_of.digests(Path(job.film()))
        if digests is None:
            return job
        first = self._here.setdefault(digests, job.name)
        if first != job.name and not copies:
            return msgspec.structs.replace(job, kind="same", trouble=first)
        return self._before(job, self._analysed.of(digests))

    def _before(self, job: Job, found: OfFilm) -> Job:
        if found.written:
            return msgspec.structs.replace(job, kind="busy")
        job = msgspec.structs.replace(job, unfinished=tuple(map(file_names.storable, found.unfinished)))
        if not found.finished:
            return job
        alike = [one for one in found.finished if self._alike(one[1])]
        folder, info = (alike or found.finished)[-1]
        before = Before(file_names.storable(folder), info.id, info.software, is_older(info, self._model))
        wanted = not alike or self._redo == "again" or (self._redo == "newer" and before.older)
        return msgspec.structs.replace(job, kind="wanted" if wanted else "known", before=before)

    def _alike(self, info: SessionInfo) -> bool:
        """Whether it was measured with the options that are asked for now."""
        asked = self._options
        played = info.slowed, info.frame_rate_given_hz, info.mirrored, info.model.pelvis_line
        return played == (asked.slowed, asked.frame_rate_hz, asked.mirrored, self._model.pelvis_line) and (
            asked.view in ("unknown", info.view)
        )


def is_older(info: SessionInfo, model: ModelUsed) -> bool:
    """Whether a session was measured by an earlier program, or by another network than `model`."""
    networks = [(one.sha256, one.detail_sha256) for one in (info.model, model)]
    return networks[0] != networks[1] or _version(info.software) < _version(software())


def _version(words: str) -> tuple[int, ...]:
    """The version in the name of a program; empty where there is none."""
    found = VERSION.search(words)
    return tuple(map(int, found[0].split("."))) if found else ()


def _of_film(source: str, name: str, seen: _Seen, person: Person | None, copies: bool = False) -> Job:
    job = Job(file_names.storable(source), name, person=person)
    if not is_file(source):
        return job
    try:
        check_file(file_of(source), source)
    except BadInput as trouble:
        return _bad(source, name, trouble)
    return job if source == source_of.DEMO_NAME else seen.look(job, copies)


def _bad(source: str, name: str, trouble: RunformError) -> Job:
    return Job(file_names.storable(source), name, "bad", trouble=str(trouble), exit_status=trouble.exit_status)


def place_of(source: str) -> str:
    """A key that all names of a file share (links to it apart). An address, and the demo, are their own key."""
    plain = source == source_of.DEMO_NAME or is_stream(source) or doors.working_folder_is_gone()
    return source if plain else os.path.abspath(source)  # noqa: PTH100 (a link is another name, and may be meant so)
