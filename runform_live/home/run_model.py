"""Start a run: who runs, which session, and with what. What is chosen becomes the words of `runform live`."""

from __future__ import annotations

import subprocess

from runform_live.home.services import Ended, Home

NOBODY = None


class RunModel:
    """What is chosen for the next run, and the run that is going on."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.clients: list[str] = []  # pseudonyms
        self.client: str | None = NOBODY
        self.run: subprocess.Popen[str] | None = None
        self.version = 0  # goes up when the page must be built anew

    def opened(self) -> None:
        """The page is shown: look for clients, and take the one that it was opened for."""
        wanted = self.home.take_opening()
        if isinstance(wanted, str):
            self.client = wanted
        self.home.work(self.home.said("home.run.looking"), lambda _: _pseudonyms(self.home), self._found)

    def _found(self, clients: list[str]) -> None:
        if clients != self.clients or (self.client is not None and self.client not in clients):
            self.clients = clients
            self.client = self.client if self.client in clients else NOBODY
            self.version += 1

    # -- choices --------------------------------------------------------------------------------------------------

    @property
    def who(self) -> list[str]:
        """The choices of who runs; the first is nobody."""
        return [self.home.said("home.run.nobody"), *self.clients]

    @property
    def chosen_who(self) -> str:
        return self.client if self.client is not None else self.who[0]

    def choose(self, number: int) -> None:
        """Choose who runs, by the number in `who`."""
        self.client = NOBODY if number == 0 else self.clients[number - 1]
        self.version += 1

    def words(self, demo: bool) -> list[str]:
        """The command line of the run that would start now."""
        words = ["live"]
        if demo:
            words += ["--source", "demo"]
        if self.client is not None:
            words += ["--client", self.client]
        return words

    # -- the run --------------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        return self.run is not None

    def start(self, demo: bool = False) -> None:
        """Start a run in its own window. One at a time: there is one camera."""
        if self.running:
            self.home.tell(self.home.said("home.run.goes_on"), warns=True)
            return
        self.run = self.home.start(*self.words(demo), done=self._ended)
        self.home.tell(self.home.said("home.run.starts"))
        self.version += 1

    def _ended(self, ended: Ended) -> None:
        self.run = None
        self.version += 1
        if ended.status:
            self.home.tell(ended.last_line or self.home.said("home.died", verb="live"), warns=True)
        else:
            self.home.tell(self.home.said("home.run.over"))


def _pseudonyms(home: Home) -> list[str]:
    from runform_live.clinic import clients

    with home.database().reading() as session:
        return [one.client.pseudonym for one in clients.listing(session)]
