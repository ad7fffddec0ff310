"""Retraining programmes: what there is, what each session is, one's own to be copied and changed, and who begins one. No Dear PyGui here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from runform_live import programmes
from runform_live.errors import BadInput
from runform_live.home.programme_draft import ProgrammeDraft
from runform_live.home.services import Home
from runform_live.programmes import Programme, own


@dataclass(frozen=True, slots=True)
class Card:
    """A programme in the list. `trouble`: why its file cannot be read; then nothing else is known."""

    name: str
    title: str
    words: str
    own: bool
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A session as the page shows it: its words, and its blocks as (share of the longest session, part, feedback)."""

    words: str
    blocks: tuple[tuple[float, str, bool], ...]


class ProgrammesModel:
    """The list, the programme that is shown, and the one that is being changed."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.cards: list[Card] = []
        self.shown: Programme | None = None
        self.draft: ProgrammeDraft | None = None  # while it is changed
        self.clients: list[str] = []
        self.client = ""
        self.version = 0  # goes up when the page must be built anew

    def opened(self) -> None:
        """The page is shown: read the programmes and the clients; a name that it was opened with is shown."""
        wanted = self.home.take_opening()
        self.refresh(wanted if isinstance(wanted, str) and wanted in programmes.names() else None)
        self.home.work(self.home.said("home.clients.reading"), lambda _: self.home.pseudonyms(), self._clients_found)
        if isinstance(wanted, str) and wanted not in programmes.names():
            self.client = wanted

    def _clients_found(self, found: list[str]) -> None:
        self.clients = found
        if self.client not in found:
            self.client = found[0] if found else ""
        self.version += 1

    def refresh(self, choose: str | None = None) -> None:
        """Read the files anew, and show one."""
        self.cards = [self._card(name) for name in programmes.names()]
        whole = [card.name for card in self.cards if not card.trouble]
        wanted = choose or (self.shown.name if self.shown is not None else "")
        name = wanted if wanted in whole else next(iter(whole), None)
        self.shown = None if name is None else programmes.load(name)
        self.version += 1

    def _card(self, name: str) -> Card:
        try:
            one = programmes.load(name)
        except BadInput as trouble:
            return Card(name, name, self.home.said("home.programmes.damaged"), own.is_own(name), str(trouble))
        return Card(name, self.title(one), self._facts(one), own.is_own(name))

    def title(self, one: Programme) -> str:
        return programmes.words(one, "title", self.home.said)

    def _facts(self, one: Programme) -> str:
        said, count = self.home.said, len(one.sessions)
        share = 100 * one.feedback_s / one.training_s
        minutes = f"{one.training_s / 60:.0f}"
        return said.counted("home.programmes.facts", count, days=one.day(count), minutes=minutes, share=f"{share:.0f}")

    # -- one programme --------------------------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Show a programme; of a damaged file what is wrong with it. What was changed and not kept is asked for first."""
        self._leave(lambda: self._show(name))

    def _show(self, name: str) -> None:
        card = next(one for one in self.cards if one.name == name)
        if card.trouble:
            self.home.tell(card.trouble, warns=True)
            return
        self.shown, self.draft = programmes.load(name), None
        self.version += 1

    def _leave(self, then: Callable[[], object]) -> None:
        if self.changed:
            said = self.home.said
            self.home.ask(said("home.programmes.not_saved"), said("home.clients.discard"), then)
        else:
            then()

    def texts(self) -> list[str]:
        """What a person reads of the programme below its sessions: what is known and not known of it, and the sources."""
        assert self.shown is not None
        said, one = self.home.said, self.shown
        words = [programmes.words(one, key, said) for key in ("known", "unknown")]
        words += [said("home.programmes.source", source=source) for source in one.sources]
        return [text for text in words if text]

    def about(self) -> str:
        assert self.shown is not None
        return programmes.words(self.shown, "about", self.home.said)

    def rows(self) -> list[Row]:
        """Every session of what is shown or changed."""
        one = self.shown if self.draft is None else self.draft.programme
        assert one is not None
        longest_s = max(session.length_s for session in one.sessions)
        return [self._row(one, number, longest_s) for number in range(1, len(one.sessions) + 1)]

    def _row(self, one: Programme, number: int, longest_s: float) -> Row:
        session = one.sessions[number - 1]
        share = 100 * session.feedback_s / session.training_s
        words = self.home.said(
            "home.programmes.session", number=number, day=one.day(number), minutes=f"{session.training_min:g}", share=f"{share:.0f}"
        )  # fmt: skip
        return Row(words, tuple((block.length_s / longest_s, block.part, block.feedback) for block in session.blocks()))

    # -- one's own ------------------------------------------------------------------------------------------------

    @property
    def is_own(self) -> bool:
        """Whether the shown programme can be changed."""
        return self.shown is not None and own.is_own(self.shown.name)

    def copy(self) -> None:
        """Make a programme of one's own of the shown one, and change it."""
        assert self.shown is not None
        one = self.shown
        title = self.home.said("home.programmes.copy_of", title=self.title(one))
        made = msgspec.structs.replace(one, name=own.free_name(one.name), title=title, about=self.about())
        own.save(made)
        self.refresh(made.name)
        self.edit()

    def edit(self) -> None:
        assert self.shown is not None
        self.draft = ProgrammeDraft(self.shown, self.home.said, self._build_anew)
        self.version += 1

    @property
    def changed(self) -> bool:
        """Whether something was changed and is not kept."""
        return self.draft is not None and self.draft.changed

    def _build_anew(self) -> None:
        self.version += 1

    def save(self) -> None:
        """Keep what was changed. Raises BadInput, and then nothing is written."""
        assert self.draft is not None
        one = self.draft.programme
        if trouble := self.draft.trouble():
            raise BadInput(trouble)
        own.save(one)
        self.draft = None
        self.refresh(one.name)
        self.home.tell(self.home.said("home.programmes.saved", title=self.title(one)))

    def give_up(self) -> None:
        """Leave it as it was, after asking where something was changed."""
        self._leave(self._given_up)

    def _given_up(self) -> None:
        self.draft = None
        self.version += 1

    def remove(self) -> None:
        """Remove a programme of one's own, after asking."""
        assert self.shown is not None
        one, said = self.shown, self.home.said

        def do() -> None:
            own.remove(one.name)
            self.shown = None
            self.refresh()

        self.home.ask(said("home.programmes.remove_ask", title=self.title(one)), said("home.programmes.remove_yes"), do)

    # -- who begins it --------------------------------------------------------------------------------------------

    def choose_client(self, number: int) -> None:
        self.client = self.clients[number]

    def begin(self) -> None:
        """The chosen client begins the shown programme; one that they follow already is ended only after asking."""
        from runform_live.clinic import clients, following

        assert self.shown is not None
        one, said = self.shown, self.home.said
        with self.home.database().reading() as session:
            running = following.enrolment_of(session, clients.find(session, self.client))
            other = None if running is None else running.programme
        if other is None:
            self._begin(one)
            return
        title = self.title(programmes.load(other)) if other in programmes.names() else other
        self.home.ask(
            said("home.programmes.instead_ask", name=self.client, other=title, title=self.title(one)),
            said("home.programmes.instead_yes"),
            lambda: self._begin(one),
        )

    def _begin(self, one: Programme) -> None:
        from runform_live.clinic import clients, following

        with self.home.database().writing() as session:
            following.enrol(session, clients.find(session, self.client), one, instead=True)
        self.home.go("run", self.client)
        self.home.tell(self.home.said("home.programmes.begun", name=self.client, title=self.title(one)))
