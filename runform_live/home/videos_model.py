"""Videos: which are to be measured, how far each is, and what was found. The films are measured beside the window, see `batch`."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from runform_live.batch import plan, table
from runform_live.batch.plan import Job, Named
from runform_live.batch.run import Update
from runform_live.batch.run import run as run_batch
from runform_live.errors import BadInput
from runform_live.home import video_lines
from runform_live.home.services import Home, Progress
from runform_live.home.video_lines import Film, Line
from runform_live.messages import Person
from runform_live.session import schema

BY_FOLDER, NOBODY, CLIENTS = 0, 1, 2  # of the choices of whose the films are; the clients follow
MOST_ROWS = 100
BEFORE = 20  # rows that stay above the first film that is not done, where there are more than MOST_ROWS


@dataclass(slots=True)
class _Batch:
    """What was asked for at once."""

    paths: list[Path]
    person: Person | None  # whose all films are; None: nobody's, or by folder
    by_folder: bool
    again: bool
    stop: threading.Event = field(default_factory=threading.Event)


class VideosModel:
    """The list, the batch that is measured, and those that wait for it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.clients: list[Person] = []
        self.who = BY_FOLDER
        self.again = False
        self.films: list[Film] = []
        self.chosen: int | None = None  # number of the film whose session can be opened
        self.version = 0  # goes up when the page must be built anew
        self._running: _Batch | None = None
        self._waiting: list[_Batch] = []

    def opened(self) -> None:
        """The page is shown: look for clients, and take the one that it was opened for."""
        wanted = self.home.take_opening()
        chosen = self._client()
        name = wanted if isinstance(wanted, str) else None if chosen is None else chosen.pseudonym

        def found(clients: list[Person]) -> None:
            if clients != self.clients or isinstance(wanted, str):
                self.clients = clients
                place = next((at for at, one in enumerate(clients) if one.pseudonym == name), None)
                self.who = min(self.who, NOBODY) if place is None else CLIENTS + place
                self.version += 1

        self.home.work(self.home.said("home.videos.looking"), lambda _: self.home.persons(), found)

    # -- choices --------------------------------------------------------------------------------------------------

    def whose(self) -> list[str]:
        """The choices of whose the films are."""
        said = self.home.said
        return [said("home.videos.by_folder"), said("home.videos.nobody"), *(one.pseudonym for one in self.clients)]

    def choose_who(self, number: int) -> None:
        """Choose whose they are, by the number in `whose`."""
        self.who = number

    def choose_again(self, again: bool) -> None:
        """Whether films that were measured before are measured again."""
        self.again = again

    def _client(self) -> Person | None:
        """The client who is chosen."""
        return self.clients[self.who - CLIENTS] if self.who >= CLIENTS else None

    # -- measuring ------------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        return self._running is not None

    def add(self, paths: Sequence[Path]) -> None:
        """Measure these files and folders, after what is measured already."""
        if not self.running and not self._waiting:
            self.films, self.chosen = [], None
        self._waiting.append(_Batch(list(paths), self._client(), self.who == BY_FOLDER, self.again))
        self._next()

    def stop(self) -> None:
        """End what is measured. What is finished stays."""
        self._waiting.clear()
        if self._running is not None:
            self._running.stop.set()
            self.home.tell(self.home.said("home.videos.stopping"))

    def _next(self) -> None:
        self.version += 1
        if self.running or not self._waiting:
            return
        batch = self._running = self._waiting.pop(0)
        first = len(self.films)
        said = self.home.said
        self.home.tell("")
        self.home.work(
            said("home.videos.measuring"), partial(self._measure, batch, first), partial(self._over, batch), partial(self._failed, batch)
        )  # fmt: skip

    def _measure(self, batch: _Batch, first: int, progress: Progress) -> None:
        """In a thread: plan, and measure."""
        home = self.home
        by_folder = _client_of(home) if batch.by_folder else None
        named = [Named(str(path), str(path)) for path in batch.paths]
        settings, parent = home.config, home.sessions
        jobs = plan.plan(named, parent, settings, None, batch.person, by_folder, "again" if batch.again else "")
        home.later(partial(self._planned, jobs))
        if all(job.kind == "bad" for job in jobs) and len(jobs) == 1:
            raise BadInput(jobs[0].trouble)
        done = 0

        def tell(update: Update) -> None:
            nonlocal done
            row = table.row(update) if update.last and update.folder is not None else None
            home.later(partial(self._told, first + update.number, update, row))
            done += update.last
            progress((done + (0.0 if update.last else update.share or 0.0)) / len(jobs))

        run_batch(jobs, parent, settings, tell, stop=batch.stop)

    def _planned(self, jobs: list[Job]) -> None:
        self.films += map(Film, jobs)
        self.version += 1

    def _told(self, number: int, update: Update, row: table.Row | None) -> None:
        film = self.films[number]
        film.update, film.row = update, row

    def _over(self, batch: _Batch, _result: None) -> None:
        self._running = None
        good = sum(film.update is not None and film.update.phase in ("measured", "known") for film in self.films)
        said, count = self.home.said, len(self.films)
        self.home.tell(
            said("home.videos.stopped" if batch.stop.is_set() else "home.videos.over", good=good, count=count)
        )
        self._next()

    def _failed(self, _batch: _Batch, line: str) -> None:
        self._running = None
        self.home.tell(line, warns=True)
        self._next()

    # -- the list -------------------------------------------------------------------------------------------------

    def lines(self) -> list[Line]:
        """The films that are shown. Of very many: those around the first one that is not done."""
        first = 0
        if len(self.films) > MOST_ROWS:
            done = (film.update is not None and film.update.last for film in self.films)
            undone = next((number for number, last in enumerate(done) if not last), 0)
            first = max(0, min(undone - BEFORE, len(self.films) - MOST_ROWS))
        shown = list(enumerate(self.films))[first : first + MOST_ROWS]
        return [video_lines.line(number, film, self.running, self.home.said) for number, film in shown]

    def choose(self, number: int) -> None:
        """Choose a film whose session is to be opened."""
        if any(line.number == number and line.folder is not None for line in self.lines()):
            self.chosen = number
            self.version += 1

    # -- its session ----------------------------------------------------------------------------------------------

    def review(self) -> None:
        """Open the session of the chosen film in the review window."""
        folder = self._folder()
        if folder is not None:
            self.home.programs.start("review", str(folder))
            self.home.tell(self.home.said("home.sessions.review_opens"))

    def report(self) -> None:
        """Show its report in the browser."""
        folder = self._folder()
        if folder is not None:
            self.home.programs.write_and_open(folder / schema.REPORT, "report", str(folder))

    def _folder(self) -> Path | None:
        film = self.films[self.chosen] if self.chosen is not None and self.chosen < len(self.films) else None
        folder = film.row.folder if film is not None and film.row is not None else None
        if folder is None:
            self.home.tell(self.home.said("home.videos.choose_one"), warns=True)
        return folder


def _client_of(home: Home) -> plan.ClientOf:
    """The client of a pseudonym, as the records have them now."""
    from runform_live.clinic import clients

    known = {clients.key(one.pseudonym): one for one in home.persons()}
    return lambda name: known.get(clients.key(name))
