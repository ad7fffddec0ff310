"""Start a run: who runs, which session, and with what. What is chosen becomes the words of `runform live`."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from runform_live import programmes, quantities
from runform_live.home.services import Ended, Home

if TYPE_CHECKING:
    from runform_live.clinic.following import Followed

NOBODY = None
PAIN_SCORES = range(11)


class RunModel:
    """What is chosen for the next run, and the run that is going on."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.clients: list[str] = []  # pseudonyms
        self.client: str | None = NOBODY
        self.plan: Followed | None = None  # the programme of the client; None: they follow none, or it is not read yet
        self.pain: int | None = None  # before the run; None: not said
        self.clinician = home.config.screen.clinician  # a second window for who watches
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
        self._look_for_plan()

    def _look_for_plan(self) -> None:
        """Read which session of which programme is next for the client."""
        client, self.plan, self.pain = self.client, None, None
        self.version += 1
        if client is None:
            return

        def found(plan: Followed | None) -> None:
            if self.client == client:  # and not another one by now
                self.plan = plan
                self.version += 1

        self.home.work(self.home.said("home.run.looking"), lambda _: _followed(self.home, client), found)

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
        self._look_for_plan()

    @property
    def planned(self) -> bool:
        """Whether there is a session of a programme to be run."""
        return self.plan is not None and self.plan.next is not None

    @property
    def asks_pain(self) -> bool:
        """Whether pain is asked before the run: the programme says so."""
        return self.planned and self.plan is not None and "before" in self.plan.programme.ask_pain

    def watch(self, watched: bool) -> None:
        """Whether the clinician's window opens with the run."""
        self.clinician = watched

    def feels(self, score: int) -> None:
        """Pain now, 0 to 10. The same one again takes it back."""
        self.pain = None if self.pain == score else score
        self.version += 1

    def plan_words(self) -> tuple[str, str]:
        """Heading and words of the programme's card."""
        said, plan = self.home.said, self.plan
        if plan is None:
            return said("home.run.no_plan"), said("home.run.no_plan_means")
        title = programmes.words(plan.programme, "title", said)
        count = len(plan.programme.sessions)
        if plan.next is None:
            return title, said("home.run.plan_done", count=count)
        one = plan.next
        heading = said("home.run.session", number=one.number, count=count)
        length = quantities.clock(one.session.length_s)
        share = 100.0 * one.session.feedback_s / one.session.training_s
        words = said("home.run.session_means", title=title, length=length, share=share)
        if one.begun:
            words += " " + said("home.run.session_goes_on", ran=quantities.clock(one.ran_s))
        elif one.due is not None:
            words += " " + said("home.run.session_due", day=one.due)
        return heading, words

    def words(self, demo: bool = False, planned: bool = False) -> list[str]:
        """The command line of the run that would start now."""
        words = ["live"]
        if demo:
            words += ["--source", "demo"]
        if self.client is not None:
            words += ["--client", self.client]
        if self.clinician:
            words += ["--clinician"]
        if planned:
            words += ["--programme", "next"]
        if planned and self.pain is not None:
            words += ["--pain", str(self.pain)]
        return words

    # -- the run --------------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        return self.run is not None

    def start_planned(self) -> None:
        """Start the next session of the client's programme; where they follow none, go where one can be begun."""
        if self.planned:
            self.start(planned=True)
        else:
            self.home.go("programmes", self.client)

    def start(self, demo: bool = False, planned: bool = False) -> None:
        """Start a run in its own window. One at a time: there is one camera."""
        if self.running:
            self.home.tell(self.home.said("home.run.goes_on"), warns=True)
            return
        self.run = self.home.start(*self.words(demo, planned), done=self._ended)
        self.home.tell(self.home.said("home.run.starts"))
        self.version += 1

    def _ended(self, ended: Ended) -> None:
        self.run = None
        self._look_for_plan()
        if ended.status:
            self.home.tell(ended.last_line or self.home.said("home.died", verb="live"), warns=True)
        else:
            self.home.tell(self.home.said("home.run.over"))


def _pseudonyms(home: Home) -> list[str]:
    from runform_live.clinic import clients

    with home.database().reading() as session:
        return [one.client.pseudonym for one in clients.listing(session)]


def _followed(home: Home, pseudonym: str) -> Followed | None:
    from runform_live.clinic import clients, following

    with home.database().reading() as session:
        return following.followed(session, clients.find(session, pseudonym))
