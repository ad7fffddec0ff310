"""Clients: the list, one of them to be read and edited, and what can be done with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from runform_live import file_names
from runform_live.encryption import keys, sealed_file
from runform_live.home import comparisons
from runform_live.home.services import Home

if TYPE_CHECKING:
    from runform_live.clinic.clients import Listed
    from runform_live.clinic.erasing import Erasing

MOST_ROWS = 200
EMPTY = dict.fromkeys(
    ("pseudonym", "name", "height_m", "mass_kg", "born", "sex", "painful_side", "painful_place", "notes", "consent_on"), ""
)  # fmt: skip


class ClientsModel:
    """The list and the form. `form` holds words as they are typed."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.clients: list[Listed] = []
        self.search = ""
        self.chosen: str | None = None  # the pseudonym, as it is kept; None: a new client, or nobody
        self.editing = False  # the form is shown
        self.form = dict(EMPTY)
        self.kept = dict(EMPTY)  # the form as it is kept
        self.version = 0  # goes up when the page must be built anew
        self.loaded = False

    def opened(self) -> None:
        """The page is shown: read the list, and show the client whom it was opened for."""
        wanted = self.home.take_opening()
        if isinstance(wanted, str):
            self.refresh(wanted)
        else:
            self.refresh(self.chosen if not self.changed else None)

    def refresh(self, choose: str | None = None) -> None:
        """Read the list anew, and then show a client."""
        self.home.work(self.home.said("home.clients.reading"), lambda _: _listing(self.home), lambda found: self._found(found, choose))  # fmt: skip

    def _found(self, found: list[Listed], choose: str | None) -> None:
        self.clients, self.loaded = found, True
        self.version += 1
        if choose is not None:
            self.choose(choose)

    # -- the list -------------------------------------------------------------------------------------------------

    def rows(self) -> list[tuple[str, str]]:
        """Pseudonym and words of the clients that are looked for, MOST_ROWS at most."""
        wanted = self.search.strip().casefold()
        found = [one for one in self.clients if wanted in f"{one.client.pseudonym} {one.client.name or ''}".casefold()]
        return [(one.client.pseudonym, self._words(one)) for one in found[:MOST_ROWS]]

    def _words(self, one: Listed) -> str:
        said = self.home.said
        if one.newest is None:
            return said("home.clients.row_none")
        return said.counted("home.clients.row", one.sessions, day=f"{one.newest.astimezone():%Y-%m-%d}")

    def choose(self, pseudonym: str) -> None:
        """Show a client. What was typed for another one and not kept is asked for first."""
        self._leave(lambda: self._show(pseudonym))

    def new(self) -> None:
        """An empty form."""
        self._leave(self._show_empty)

    def _leave(self, then: object) -> None:
        assert callable(then)
        if self.changed:
            said = self.home.said
            self.home.ask(said("home.clients.not_saved"), said("home.clients.discard"), then)
        else:
            then()

    def _show(self, pseudonym: str) -> None:
        from runform_live.clinic import clients, typed

        with self.home.database().reading() as session:
            client = clients.find(session, pseudonym)
        self.chosen, self.editing = client.pseudonym, True
        self.kept = typed.words(client)
        self.form = dict(self.kept)
        self.version += 1

    def _show_empty(self) -> None:
        self.chosen, self.editing = None, True
        self.form, self.kept = dict(EMPTY), dict(EMPTY)
        self.version += 1

    # -- the form -------------------------------------------------------------------------------------------------

    @property
    def changed(self) -> bool:
        """Whether something was typed and is not kept."""
        return self.editing and self.form != self.kept

    def type(self, name: str, words: str) -> None:
        """What stands in a field now."""
        self.form[name] = words

    def consent(self, given: bool) -> None:
        """The client agrees today that their data is kept, or takes that back."""
        self.form["consent_on"] = (self.kept["consent_on"] or f"{date.today()}") if given else ""
        self.version += 1

    def save(self) -> None:
        """Keep what was typed. Raises BadInput, and then nothing is kept."""
        from runform_live.clinic import clients, typed

        given = typed.details(self.form)
        pseudonym = given.pop("pseudonym") or ""
        with self.home.database().writing() as session:
            if self.chosen is None:
                client = clients.add(session, pseudonym, **given)
            else:
                client = clients.edit(session, clients.find(session, self.chosen), pseudonym=pseudonym, **given)
        self.kept = dict(self.form)  # nothing is left to be asked for
        self.home.tell(self.home.said("home.clients.saved", name=client.pseudonym))
        self.refresh(client.pseudonym)

    # -- the person as a whole ------------------------------------------------------------------------------------

    def erase(self) -> None:
        """Remove the client for good, after a look at what there is of them, and after asking."""
        assert self.chosen is not None
        pseudonym = self.chosen
        self.home.work(
            self.home.said("home.clients.reading"),
            lambda _: _erasing(self.home, pseudonym),
            lambda found: self._ask_to_erase(pseudonym, found),
        )

    def _ask_to_erase(self, pseudonym: str, found: Erasing) -> None:
        if found.locked and keys.is_made() and not keys.is_unlocked():
            self.home.unlock(self.erase)
            return
        said, count = self.home.said, len(found.sessions)
        words = said("home.clients.erase_ask", name=pseudonym, sessions=count, archives=len(found.archives))
        if found.stays:
            words += " " + said(
                "home.clients.erase_stays", places=", ".join(file_names.shown(one) for one in found.stays)
            )
        if found.out_of_reach:
            places = ", ".join(file_names.shown(one) for one in found.out_of_reach)
            words += " " + said("home.clients.erase_out_of_reach", places=places)
        if found.locked:  # with the key of another computer: nobody can open them here
            words += " " + said("home.clients.erase_locked", places=", ".join(map(file_names.shown, found.locked)))
        self.home.ask(
            words,
            said("home.clients.erase_yes", name=pseudonym),
            lambda: self._erase(pseudonym, count, leave_locked=bool(found.locked)),
        )

    def _erase(self, pseudonym: str, count: int, leave_locked: bool) -> None:
        from runform_live.clinic import erasing

        done = 0

        def all_of_it(progress: object) -> None:
            assert callable(progress)

            def gone(_folder: Path) -> None:
                nonlocal done
                done += 1
                progress(min(1.0, done / max(count, 1)))

            comparisons.remove_all()
            erasing.erase_client(self.home.database(), pseudonym, gone, leave_locked)

        self.home.work(
            self.home.said("home.clients.erasing", name=pseudonym),
            all_of_it,
            lambda _: self._erased(pseudonym),
            whole=True,
        )

    def _erased(self, pseudonym: str) -> None:
        self.chosen, self.editing = None, False
        self.form, self.kept = dict(EMPTY), dict(EMPTY)
        self.home.tell(self.home.said("home.clients.erased", name=pseudonym))
        self.refresh()

    def archive_name(self) -> str:
        """A file name for the archive of the client."""
        plain = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in self.chosen or "client")
        return f"{plain}-{date.today()}"

    def export(self, file: Path) -> None:
        """Write the client as one archive."""
        from runform_live.clinic import archive_export

        assert self.chosen is not None
        pseudonym, said = self.chosen, self.home.said

        def exported(gone: list[Path]) -> None:
            words = said("home.clients.exported", file=file_names.shown(file))
            if gone:
                words = said.counted("home.clients.exported_without", len(gone), file=file_names.shown(file))
            self.home.tell(words, warns=bool(gone))

        self.home.work(
            said("home.clients.exporting", name=pseudonym), lambda _: archive_export.export(self.home.database(), pseudonym, file), exported,
            whole=True,
        )  # fmt: skip

    def take_in(self, file: Path) -> None:
        """Add the client of an archive. One that has a passphrase of its own is asked for it."""
        try:
            own = sealed_file.has_own_passphrase(file)
        except OSError:
            own = False  # what is wrong is said when it is opened
        if own:
            self._ask_for_own(file, "home.clients.archive_ask")
        else:
            self._take_in(file, None)

    def _ask_for_own(self, file: Path, key: str) -> None:
        said = self.home.said
        self.home.ask_words(
            said(key, file=file_names.shown(file.name)), said("home.locked.open"), lambda typed: self._take_in(file, typed)
        )  # fmt: skip

    def _take_in(self, file: Path, words: str | None) -> None:
        from runform_live.clinic import archive_import

        def do() -> str | None:
            """The pseudonym; None where that was not the passphrase of the archive."""
            try:
                return archive_import.take_in(self.home.database(), file, self.home.sessions, words=words).pseudonym
            except keys.WrongPassphrase:
                if words is None:
                    raise
                return None

        def taken(pseudonym: str | None) -> None:
            if pseudonym is None:
                self._ask_for_own(file, "home.clients.archive_wrong")
                return
            self.home.tell(self.home.said("home.clients.taken_in", name=pseudonym))
            self.refresh(pseudonym)

        self.home.work(self.home.said("home.clients.taking_in"), lambda _: do(), taken, whole=True)


def _erasing(home: Home, pseudonym: str) -> Erasing:
    """What erasing takes away; sessions that name the client and were never linked are looked for."""
    from runform_live.clinic import clients, erasing, index

    index.refresh(home.database(), home.sessions, link=False)
    with home.database().reading() as session:
        return erasing.plan(session, clients.find(session, pseudonym))


def _listing(home: Home) -> list[Listed]:
    from runform_live.clinic import clients

    with home.database().reading() as session:
        return clients.listing(session)
