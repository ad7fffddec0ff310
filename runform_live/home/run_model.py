"""Start a run: who runs, which session, and with what. What is chosen becomes the words of `runform live`."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Literal

from runform_live import programmes, quantities
from runform_live.home.programs import Ended
from runform_live.home.services import Home

if TYPE_CHECKING:
    from runform_live.clinic.following import Followed

NoPlan = Literal["none", "reading", "failed"]  # they follow none; it is not read yet; it cannot be read
NOBODY = None


class RunModel:
    """What is chosen for the next run, and the run that is going on."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.clients: list[str] = []  # pseudonyms
        self.client: str | None = NOBODY
        self.plan: Followed | None = None  # the programme of the client
        self.no_plan: NoPlan = "none"  # why there is none
        self._plan_trouble = ""  # why it cannot be read
        self.pain: int | None = None  # before the run; None: not said
        self._watched: bool | None = None  # as it was ticked; None: as in the settings
        self.run: subprocess.Popen[str] | None = None
        self.version = 0  # goes up when the page must be built anew
        self._asked = 0  # the newest question for the programme: what an older one finds is left

    def opened(self) -> None:
        """The page is shown: look for clients, and take the one that it was opened for."""
        wanted = self.home.take_opening()
        if isinstance(wanted, str):
            self.client = wanted
        self.home.work(self.home.said("home.run.looking"), lambda _: self.home.pseudonyms(), self._found)

    def _found(self, clients: list[str]) -> None:
        if clients != self.clients or (self.client is not None and self.client not in clients):
            self.clients = clients
            self.client = self.client if self.client in clients else NOBODY
            self.version += 1
        self._look_for_plan()

    def _look_for_plan(self) -> None:
        """Read which session of which programme is next for the client."""
        shown = (self.plan, self.pain, self.no_plan)
        client, self.plan, self.pain = self.client, None, None
        self.no_plan = "none" if client is None else "reading"
        self._asked += 1
        if shown != (None, None, self.no_plan):
            self.version += 1
        if client is None:
            return
        number = self._asked

        def found(plan: Followed | None, trouble: str = "") -> None:
            if number == self._asked:  # and nothing newer is read by now
                self.plan, self._plan_trouble = plan, trouble
                self.no_plan = "failed" if trouble else "none"
                self.version += 1

        self.home.work(
            self.home.said("home.run.looking"), lambda _: _followed(self.home, client), found, lambda line: found(None, line)
        )  # fmt: skip

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
        self._look_for_plan()

    @property
    def planned(self) -> bool:
        """Whether there is a session of a programme to be run."""
        return self.plan is not None and self.plan.next is not None

    @property
    def asks_pain(self) -> bool:
        """Whether pain is asked before the run: the programme says so."""
        return self.planned and self.plan is not None and "before" in self.plan.programme.ask_pain

    @property
    def clinician(self) -> bool:
        """Whether a second window opens for who watches: as in the settings, until it is ticked or unticked."""
        return self.home.config.screen.clinician if self._watched is None else self._watched

    def watch(self, watched: bool) -> None:
        """Whether the clinician's window opens with the run."""
        self._watched = watched

    def feels(self, score: int) -> None:
        """Pain now, 0 to 10. The same one again takes it back."""
        self.pain = None if self.pain == score else score
        self.version += 1

    def plan_words(self) -> tuple[str, str]:
        """Heading and words of the programme's card."""
        said, plan = self.home.said, self.plan
        if plan is None and self.no_plan == "failed":
            return said("home.run.plan_failed"), self._plan_trouble
        if plan is None and self.no_plan == "reading":
            return said("home.run.plan_reading"), said("home.run.plan_reading_means")
        if plan is None:
            return said("home.run.no_plan"), said("home.run.no_plan_means")
        title = programmes.words(plan.programme, "title", said)
        count = len(plan.programme.sessions)
        if plan.next is None:
            return title, said.counted("home.run.plan_done", count)
        one = plan.next
        heading = said("home.run.session", number=one.number, count=count)
        length = quantities.clock(one.session.length_s)
        share = 100.0 * one.session.feedback_s / one.session.training_s
        words = said("home.run.session_means", title=title, length=length, share=share)
        if one.interrupted:
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
            words += [f"--client={self.client}"]  # it may begin with "-"
        words += ["--clinician" if self.clinician else "--no-clinician"]
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
        """Start the next session of the client's programme; where they follow none, or held all, go where one can be begun."""
        if self.planned:
            self.start(planned=True)
        elif self.no_plan == "none":
            self.home.go("programmes", self.client)
        else:
            self.home.tell(" ".join(self.plan_words()), warns=self.no_plan == "failed")

    def start(self, demo: bool = False, planned: bool = False) -> None:
        """Start a run in its own window. One at a time: there is one camera."""
        if self.running:
            self.home.tell(self.home.said("home.run.goes_on"), warns=True)
            return
        self.run = self.home.programs.start(*self.words(demo, planned), done=self._ended)
        self.home.tell(self.home.said("home.run.starts"))
        self.version += 1

    def _ended(self, ended: Ended) -> None:
        self.run = None
        self._look_for_plan()
        if self.home.programs.ended_well(ended, "live"):
            self.home.tell(self.home.said("home.run.over"))


def _followed(home: Home, pseudonym: str) -> Followed | None:
    from runform_live.clinic import clients, following

    with home.database().reading() as session:
        return following.followed(session, clients.find(session, pseudonym))
