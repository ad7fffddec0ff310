"""Encryption at rest in the home window: whether it is on, how many sessions are sealed, and what is done about it. No Dear PyGui here.

A passphrase is handed on and never kept here, shown, or written into a line.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from runform_live import file_names
from runform_live.encryption import keys, library, passphrase
from runform_live.errors import BadInput
from runform_live.home.services import Home, Progress

if TYPE_CHECKING:
    from runform_live.session.sealed import Done, Tell

State = Literal["missing", "broken", "off", "paused", "on"]
Job = Literal["seal", "unseal"]


@dataclass(frozen=True, slots=True)
class Count:
    """How many sessions there are here and of clients, and what is wrong with the key."""

    sessions: int
    sealed: int  # all of their files
    to_decrypt: int  # sessions, also of other folders, with at least one sealed file
    trouble: str = ""

    @property
    def plain(self) -> int:
        """Those of which at least one file is plain."""
        return self.sessions - self.sealed


class _Stopped(Exception):
    """The person stopped it, between two sessions."""


class EncryptionModel:
    """What the part of the settings about encryption shows and does."""

    def __init__(self, home: Home, changed: Callable[[], None]) -> None:
        """changed: hears that the page must show something else."""
        self.home = home
        self.count: Count | None = None  # None: not counted yet
        self.job: Job | None = None  # what is done now with many sessions
        self.busy = False  # with the key: its passphrase takes seconds to try, on purpose
        self._changed = changed
        self._done = self._of = 0
        self._stop = threading.Event()

    def opened(self) -> None:
        """It is shown: count anew."""
        self.home.work(
            self.home.said("home.encryption.counting"), lambda _: _counted(self.home.sessions), self._counted
        )

    def _counted(self, count: Count) -> None:
        was, self.count = self.count, count
        if was is None or was.trouble != count.trouble:
            self._changed()

    # -- what is shown ------------------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """missing: the library is not installed. broken: half of the key pair is. paused: off, and there is a key from before."""
        if keys.is_on():
            return "broken" if not keys.is_made() or (self.count is not None and self.count.trouble) else "on"
        if keys.is_made():
            return "paused"
        return "off" if _has_library() else "missing"

    def words(self) -> str:
        """Whether it is on."""
        return self.home.said(f"home.encryption.state.{self.state}")

    def count_words(self) -> str:
        """How many sessions are sealed, or how far it is."""
        said, count = self.home.said, self.count
        if self.job is not None and self._of:
            return said(f"home.encryption.{self.job}_now", done=self._done, of=self._of)
        if self.busy:
            return said("home.encryption.busy")
        if count is None or self.job is not None:
            return said("home.encryption.counting")
        if not count.sessions:
            return said("home.encryption.no_sessions")
        return said("home.encryption.count", sealed=count.sealed, of=count.sessions, plain=count.plain)

    @property
    def share(self) -> float | None:
        """How much of the sessions is done; None while nothing is done with them."""
        return None if self.job is None else self._done / max(self._of, 1)

    @property
    def can_seal(self) -> bool:
        """Whether there is something to seal, and nothing else is done."""
        return self.state == "on" and not self.busy and self.job is None and bool(self.count and self.count.plain)

    # -- the key ------------------------------------------------------------------------------------------------------

    def switch_on(self, words: str, again: str) -> None:
        """Make a key and switch it on. Raises BadInput for a passphrase that is too short, or was not typed twice alike."""
        self._refuse(words, again)
        self._with_key(lambda: keys.turn_on(words), lambda: self._is_on(words))

    def switch_on_again(self, words: str) -> None:
        """Switch it on with the key that is there."""

        def do() -> None:
            keys.unlock(words)
            keys.turn_on_again()

        self._with_key(do, lambda: self._is_on(words))

    def _is_on(self, words: str) -> None:
        self.home.programs.know_passphrase(words)
        self.home.tell(self.home.said("home.encryption.is_on"))

    def change(self, current: str, words: str, again: str) -> None:
        """Another passphrase for the same key. Raises BadInput as `switch_on` does, and for the one that it has already."""
        self._refuse(words, again)
        if words == current:
            raise BadInput(self.home.said("home.encryption.same"))

        def do() -> None:
            keys.unlock(current)
            keys.change_passphrase(words)

        def done() -> None:
            self.home.programs.know_passphrase(words)
            self.home.tell(self.home.said("home.encryption.changed"))

        self._with_key(do, done)

    def _refuse(self, words: str, again: str) -> None:
        said = self.home.said
        if len(words) < passphrase.SHORTEST:
            raise BadInput(said("home.encryption.too_short", least=passphrase.SHORTEST))
        if words != again:
            raise BadInput(said("home.encryption.differ"))

    def _with_key(self, do: Callable[[], None], done: Callable[[], None]) -> None:
        """Do something with the key in the background."""
        if self.busy or self.job is not None:
            return
        self.busy = True
        self._changed()

        def try_() -> bool:
            try:
                do()
            except keys.WrongPassphrase:
                return False
            return True

        def over(right: bool) -> None:
            self._over()
            if right:
                done()
            else:
                self.home.tell(self.home.said("home.encryption.wrong"), warns=True)

        self.home.work(
            self.home.said("home.locked.opening"), lambda _: try_(), over, self._failed, whole=True
        )  # fmt: skip

    # -- the sessions -------------------------------------------------------------------------------------------------

    def seal(self) -> None:
        """Seal the sessions that are plain."""
        self._with_sessions("seal", self._sealed)

    def _sealed(self, done: Done) -> None:
        said = self.home.said
        words = said.counted("home.encryption.sealed", done.changed)
        if done.left:
            words += " " + said.counted("home.encryption.left", done.left)
        self._tell(words, done)

    def switch_off(self) -> None:
        """Decrypt all sessions that the lists know, and switch it off, after asking. The passphrase is asked for where it is needed."""
        said = self.home.said
        if keys.is_made() and not keys.is_unlocked() and (self.count is None or self.count.to_decrypt):
            self.home.unlock(self.switch_off, "home.encryption.ask")
        else:
            self.home.ask(
                said("home.encryption.off_ask"), said("home.encryption.off_yes"),
                lambda: self._with_sessions("unseal", self._unsealed),
            )  # fmt: skip

    def _unsealed(self, done: Done) -> None:
        said = self.home.said
        if done.left or done.troubles:
            self._tell(said.counted("home.encryption.stays_on", done.left + len(done.troubles)), done)
            return
        keys.turn_off()
        self._changed()
        self._tell(said.counted("home.encryption.is_off", done.changed), done)

    def stop(self) -> None:
        """Stop between two sessions; what is done stays."""
        self._stop.set()

    def _with_sessions(self, job: Job, then: Callable[[Done], None]) -> None:
        if self.busy or self.job is not None:
            return
        self.job, self._done, self._of = job, 0, 0
        self._stop.clear()
        self._changed()

        def do(progress: Progress) -> Done | None:
            from runform_live.clinic import all_sessions
            from runform_live.session import sealed

            found = all_sessions.here_and_of_clients(self.home.sessions)
            folders = [folder for folder in found if sealed.plain_files(folder)] if job == "seal" else _sealed(found)
            self._of = len(folders)
            tell = self._teller(progress)
            try:
                return sealed.seal_all(folders, tell) if job == "seal" else sealed.unseal_all(folders, tell)
            except _Stopped:
                return None

        def over(done: Done | None) -> None:
            self._over()
            if done is None:
                self.home.tell(self.home.said("home.encryption.stopped"))
            else:
                then(done)

        self.home.work(self.home.said(f"home.encryption.{job}"), do, over, self._failed)

    def _teller(self, progress: Progress) -> Tell:
        begun = 0

        def tell(_folder: Path) -> None:
            nonlocal begun
            if self._stop.is_set():
                raise _Stopped
            self._done, begun = begun, begun + 1
            progress(self._done / max(self._of, 1))

        return tell

    def _tell(self, words: str, done: Done) -> None:
        """Say what became of the sessions, and the first trouble."""
        self.home.tell(" ".join([words, *done.troubles[:1]]), warns=bool(done.troubles))

    def _failed(self, line: str) -> None:
        self._over()
        self.home.tell(line, warns=True)

    def _over(self) -> None:
        self.busy, self.job = False, None
        self._changed()
        self.opened()

    def folder(self) -> str:
        """Where the key lies, in words."""
        return file_names.shown(keys.folder())


def _has_library() -> bool:
    try:
        library.load()
    except BadInput:
        return False
    return True


def _counted(parent: Path) -> Count:
    from runform_live.clinic import all_sessions
    from runform_live.session import sealed

    folders = all_sessions.here_and_of_clients(parent)
    whole = sum(sealed.is_sealed(folder) and not sealed.plain_files(folder) for folder in folders)
    trouble = ""
    if keys.is_on():
        try:
            keys.recipient()
        except BadInput as wrong:
            trouble = str(wrong)
    return Count(len(folders), whole, len(_sealed(folders)), trouble)


def _sealed(found: list[Path]) -> list[Path]:
    """Those of the found sessions with a sealed file. Also those of other folders that the list of sessions knows: nobody could open them here any more without a terminal."""
    from runform_live.clinic import all_sessions
    from runform_live.session import sealed

    known = {*found, *all_sessions.sealed_in_lists()}
    return sorted(folder for folder in known if sealed.sealed_files(folder))
