"""The list of sessions: which are shown, in what order and in which words, and which are ticked. No Dear PyGui here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runform_live.home import session_lines
from runform_live.home.services import Home, Progress
from runform_live.home.session_actions import COMPARED, SessionActions
from runform_live.home.session_pictures import SessionPictures

if TYPE_CHECKING:
    from runform_live.clinic.session_list import Row, Sort, Wanted

PAGE = 20  # rows


@dataclass(frozen=True, slots=True)
class _Page:
    """What was read from the index."""

    rows: list[Row]
    total: int
    clients: list[tuple[str, str]]  # id and pseudonym


class SessionsModel:
    """The rows of one page of the list, the filter, and which sessions are ticked."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.pictures = SessionPictures()
        self.actions = SessionActions(home, lambda: self._ticked, self._removed)
        self.rows: list[Row] = []
        self.total = 0
        self.clients: list[tuple[str, str]] = []
        self.client_id: str | None = None
        self.text = ""
        self.flagged = False
        self.sort: Sort = "started"
        self.descending = True
        self.offset = 0
        self._ticked: list[Row] = []
        self.version = 0  # goes up when the page must be built anew
        self.loaded = False
        self._offers_to_unlock = False  # it asks for the passphrase once each time the page is opened
        self._asked = 0  # the newest question: what an older one finds is left

    def opened(self) -> None:
        """The page is shown: what the index knows at once, and then the index brought up to date.

        It may be opened for a client, by the pseudonym.
        """
        wanted, self._offers_to_unlock = self.home.take_opening(), True
        if isinstance(wanted, str):
            self._ask(lambda: self._choose_pseudonym(wanted))
        else:
            self._ask()
        self.scan()

    def scan(self) -> None:
        """Look into the folders, and read the list again."""

        def do(progress: Progress) -> None:
            from runform_live.clinic import index

            def tell(done: int, of: int) -> None:
                progress(done / max(of, 1))

            index.refresh(self.home.database(), self.home.sessions, tell)

        self.home.work(self.home.said("home.sessions.scanning"), do, lambda _: self._ask())

    # -- reading the list -------------------------------------------------------------------------------------------

    def _ask(self, then: Callable[[], object] = lambda: None) -> None:
        """Read this page of the list in the background; `then` is done once it is there."""
        self._asked += 1
        number, wanted = self._asked, self._wanted()
        sort, descending, offset = self.sort, self.descending, self.offset

        def found(page: _Page) -> None:
            if number == self._asked:
                self._show(page)
                then()

        self.home.work(
            self.home.said("home.sessions.reading"),
            lambda _: _read(self.home, wanted, sort, descending, offset),
            found,
        )

    def _wanted(self) -> Wanted:
        return {
            "within": self.home.sessions,
            "elsewhere": True,
            "client_id": self.client_id,
            "text": self.text,
            "flagged": True if self.flagged else None,
        }

    def _show(self, page: _Page) -> None:
        self.rows, self.total, self.clients, self.loaded = page.rows, page.total, page.clients, True
        if self.client_id is not None and self.client_id not in dict(
            page.clients
        ):  # erased meanwhile: show everybody's
            self.client_id = None
            self._from_the_start()
        elif self.offset and self.offset >= self.total:  # some were deleted
            self.turn(-1)
        if self._offers_to_unlock and any(row.state == "locked" for row in page.rows):
            self._offers_to_unlock = False
            self.home.unlock(self.scan)
        self.pictures.want([row.folder for row in self.rows if row.state == "finished"])
        self.version += 1

    # -- filter, order, page ----------------------------------------------------------------------------------------

    @property
    def client_names(self) -> list[str]:
        """The choices of whose sessions are shown; the first is everybody's."""
        return [self.home.said("home.sessions.everybody"), *(pseudonym for _, pseudonym in self.clients)]

    @property
    def client_name(self) -> str:
        """The choice that holds."""
        return dict(self.clients).get(self.client_id or "", self.client_names[0])

    def choose_client(self, number: int) -> None:
        """Show the sessions of one client, by the number in `client_names`."""
        self.client_id = None if number == 0 else self.clients[number - 1][0]
        self._from_the_start()

    def _choose_pseudonym(self, pseudonym: str) -> None:
        if pseudonym in self.client_names[1:]:
            self.choose_client(self.client_names.index(pseudonym, 1))

    def search(self, text: str) -> None:
        """Show those with these words in folder, source or pseudonym."""
        if text != self.text:
            self.text = text
            self._from_the_start()

    def only_flagged(self, flagged: bool) -> None:
        self.flagged = flagged
        self._from_the_start()

    def order(self, sort: Sort) -> None:
        """Sort by a column; a second time the other way round. Dates and drops begin with the largest, words with A."""
        if sort == self.sort:
            self.descending = not self.descending
        else:
            self.sort, self.descending = sort, sort not in ("client", "activity")
        self._from_the_start()

    def turn(self, pages: int) -> None:
        """Show a later page, or an earlier one."""
        last = max(0, (self.total - 1) // PAGE)
        self.offset = min(max(self.offset // PAGE + pages, 0), last) * PAGE
        self._ask()

    def _from_the_start(self) -> None:
        self.offset = 0
        self._ask()

    @property
    def place(self) -> str:
        """Which of how many are shown."""
        said = self.home.said
        if not self.total:
            narrowed = self.client_id is not None or self.text or self.flagged
            return said("home.sessions.none_such" if narrowed else "home.sessions.none") if self.loaded else ""
        return said("home.sessions.place", first=self.offset + 1, last=self.offset + len(self.rows), count=self.total)

    # -- the rows in words ------------------------------------------------------------------------------------------

    def lines(self) -> list[session_lines.Line]:
        return [session_lines.line(row, row.folder in self.ticked, self.home.said) for row in self.rows]

    # -- ticks ------------------------------------------------------------------------------------------------------

    @property
    def ticked(self) -> list[Path]:
        """The sessions that are ticked, also those on another page; the one ticked last comes last."""
        return [row.folder for row in self._ticked]

    def choose(self, folder: Path) -> None:
        """Tick this one alone."""
        self._ticked = [row for row in self.rows if row.folder == folder]
        self.version += 1

    def tick(self, folder: Path, ticked: bool) -> None:
        """Tick one more, two at most: the one that was ticked first goes."""
        others = [row for row in self._ticked if row.folder != folder]
        more = [row for row in self.rows if row.folder == folder] if ticked else []
        self._ticked = [*others, *more][-COMPARED:]
        self.version += 1

    def _removed(self, folders: list[Path]) -> None:
        """These folders are gone, or some of them."""
        self._ticked = [row for row in self._ticked if row.folder not in folders]
        for folder in folders:
            self.pictures.forget(folder)
        self._ask()


def _read(home: Home, wanted: Wanted, sort: Sort, descending: bool, offset: int) -> _Page:
    from runform_live.clinic import clients, session_list

    with home.database().reading() as session:
        rows = session_list.rows(session, sort=sort, descending=descending, offset=offset, limit=PAGE, **wanted)
        named = [(one.id, one.pseudonym) for one in clients.persons(session)]
        return _Page(rows, session_list.count(session, **wanted), named)
