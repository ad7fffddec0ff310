"""What all pages of the home window share: settings, words, records, work in the background. No Dear PyGui here."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from runform_live import config, texts
from runform_live.config import Config
from runform_live.dashboard.notes import Notes
from runform_live.encryption import keys
from runform_live.errors import reason_of
from runform_live.home.programs import Programs
from runform_live.messages import Person
from runform_live.troubles import in_a_line

if TYPE_CHECKING:
    from runform_live.clinic.database import Database

T = TypeVar("T")
WAIT_S = 60.0  # at most, for what must not be cut when the window was closed
Progress = Callable[[float], None]  # a share from 0 to 1, from any thread


@dataclass(slots=True)
class Question:
    """What a person must answer before something is done that cannot be undone."""

    words: str
    yes: str  # on the button that does it
    do: Callable[[], object]
    typed: Callable[[str], object] | None = None  # in place of `do`: a passphrase is typed, and this takes it


@dataclass(slots=True)
class Work:
    """Something that takes a while."""

    words: str
    share: float | None = None  # done; None: nobody knows
    over: bool = False
    whole: bool = False  # it must not be cut: the program waits for it before it ends
    thread: threading.Thread | None = None


class Model(Protocol):
    """What a page shows and does; it lasts as long as the window. version: goes up when the page must show something else."""

    version: int

    def opened(self) -> None:
        """The page was opened, by the menu or by another page (`Home.take_opening`): read anew what may have changed."""


@dataclass(slots=True)
class Home:
    """One for the whole window. Everything but `later` is called from the thread that draws."""

    config: Config
    file: Path | None = None  # with these settings; None: the person's own, where there is one
    notes: Notes = field(default_factory=Notes)
    page: str = "run"
    opening: object = None  # what the page that is opened shall show, as who opens it wants; the page takes it
    words: str = ""  # at the foot
    warns: bool = False
    question: Question | None = None
    works: list[Work] = field(default_factory=list)
    programs: Programs = field(init=False)
    said: texts.Texts = field(init=False)
    _database: Database | None = None
    _opening_database: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.programs = Programs(self)
        self.said, self.words = texts.load(self.config.screen.language)
        self.warns = bool(self.words)

    @property
    def sessions(self) -> Path:
        """Where sessions are kept."""
        return config.sessions_folder(self.config)

    # -- what a person sees -----------------------------------------------------------------------------------------

    def go(self, page: str, opening: object = None) -> None:
        """Open another page; `opening` is for its model, such as the client whose progress is wanted."""
        self.page, self.opening, self.question = page, opening, None
        self.tell("")

    def take_opening(self) -> object:
        """What the page was opened with; None the second time."""
        opening, self.opening = self.opening, None
        return opening

    def tell(self, words: str, *, warns: bool = False) -> None:
        """One line at the foot of the window."""
        self.words, self.warns = words, warns

    def ask(self, words: str, yes: str, do: Callable[[], object]) -> None:
        """Ask before something is done that cannot be undone."""
        self.question = Question(words, yes, do)

    def answer(self, yes: bool, typed: str = "") -> None:
        """The answer to the question that is asked; typed: the passphrase, where it is about one."""
        asked, self.question = self.question, None
        if asked is None or not yes:
            return
        if asked.typed is None:
            self.try_(asked.do)
        elif typed:
            self.try_(partial(asked.typed, typed))

    def unlock(self, then: Callable[[], object], words: str = "home.locked.ask") -> None:
        """Ask for the passphrase of sealed sessions, where they can be opened at all; `then` is done once the key is open. words: a key."""
        if not keys.is_made() or keys.is_unlocked():
            return

        def opened(typed: str) -> None:
            self.programs.know_passphrase(typed)
            then()

        def try_(typed: str) -> None:
            self.work(
                self.said("home.locked.opening"),
                lambda _: keys.unlock(typed),
                lambda _: opened(typed),
                lambda _: self.unlock(then, "home.locked.wrong"),
            )

        self.ask_words(self.said(words), self.said("home.locked.open"), try_)

    def ask_words(self, words: str, yes: str, typed: Callable[[str], object]) -> None:
        """Ask for a passphrase; `typed` gets it."""
        self.question = Question(words, yes, lambda: None, typed)

    def try_(self, do: Callable[[], object]) -> bool:
        """Do something short; a refusal or a fault is one line at the foot. Returns whether it was done."""
        try:
            do()
        except Exception as trouble:  # a fault of one page must not close the window
            self.tell(_line_of(trouble), warns=True)
            return False
        return True

    # -- records ----------------------------------------------------------------------------------------------------

    def database(self) -> Database:
        """The records, opened when they are needed first. From any thread. Raises RunformError where they cannot be opened."""
        with self._opening_database:
            if self._database is None:
                from runform_live.clinic.database import Database  # it takes a while to load

                self._database = Database().__enter__()
            return self._database

    def persons(self) -> list[Person]:
        """All clients by pseudonym. From any thread; reading them takes a while. Raises RunformError."""
        from runform_live.clinic import clients  # with the database: it takes a while to load

        with self.database().reading() as session:
            return clients.persons(session)

    def pseudonyms(self) -> list[str]:
        """Of `persons`."""
        return [one.pseudonym for one in self.persons()]

    # -- what takes a while -----------------------------------------------------------------------------------------

    def work(
        self,
        words: str,
        do: Callable[[Progress], T],
        done: Callable[[T], object],
        failed: Callable[[str], object] | None = None,
        *,
        whole: bool = False,
    ) -> Work:
        """Do something in a thread; `done` gets its result in the thread that draws, `failed` one line (default: at the foot).

        whole: it must not be cut in the middle, so that `close` waits for it.
        """
        work = Work(words, whole=whole)
        self.works.append(work)

        def tell(share: float) -> None:
            work.share = share

        def finish(then: Callable[[], object]) -> None:
            work.over = True
            self.works.remove(work)
            self.try_(then)

        def run() -> None:
            try:
                result = do(tell)
            except Exception as trouble:  # whatever it is, the work is over and somebody waits to hear of it
                line = _line_of(trouble)
                on_failure = failed or partial(self.tell, warns=True)
                self.later(lambda: finish(lambda: on_failure(line)))
                return
            self.later(lambda: finish(lambda: done(result)))

        work.thread = threading.Thread(target=run, daemon=True)
        work.thread.start()
        return work

    def unfinished(self) -> list[Work]:
        """The works that must not be cut and that are not done yet."""
        return [work for work in self.works if work.whole and work.thread is not None and work.thread.is_alive()]

    def later(self, do: Callable[[], object]) -> None:
        """Do something in the thread that draws, soon. From any thread."""
        self.notes.add(do)

    def close(self) -> None:
        """Let go of the records, once what must not be cut is done. Programs of their own go on: a run is not ended by this.

        It waits WAIT_S at most.
        """
        until_s = time.monotonic() + WAIT_S
        for work in self.unfinished():
            assert work.thread is not None
            work.thread.join(max(0.0, until_s - time.monotonic()))
        if self._database is not None:
            self._database.__exit__(None, None, None)
            self._database = None


def _line_of(trouble: Exception) -> str:
    """What went wrong, in one line at the foot."""
    return reason_of(trouble) if isinstance(trouble, OSError) else in_a_line(trouble)
