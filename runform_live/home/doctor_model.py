"""What works on this computer: the doctor's findings, as they come. No Dear PyGui here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from runform_live.doctor.finding import Finding, State
from runform_live.home.services import Home, Progress

MARKS: dict[State, str] = {"good": "✓", "poor": "!", "missing": "✗"}


@dataclass(frozen=True, slots=True)
class Row:
    """A finding as the page shows it."""

    mark: str
    state: State
    part: str
    seen: str
    advice: str


class DoctorModel:
    """The findings so far, and whether more are to come."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.findings: list[Finding] = []
        self.running = False
        self.version = 0  # goes up when the page must be built anew
        self._wanted = True  # nothing was looked at yet

    def opened(self) -> None:
        """The page is shown: look once by itself."""
        if self._wanted:
            self.again()

    def again(self) -> None:
        """Look at everything once more."""
        if self.running:
            return
        self._wanted, self.running, self.findings = False, True, []
        self.version += 1
        self.home.work(self.home.said("home.doctor.looking"), self._look, lambda _: self._over(), self._failed)

    def _look(self, tell: Progress) -> None:
        """In a thread of its own: cameras and loudspeakers take their time."""
        from runform_live.doctor import checks  # networks and devices: loaded when they are needed

        for done, finding in checks.run(self.home.config, self.home.said):
            tell(done / checks.COUNT)
            self.home.later(partial(self._found, finding))

    def _found(self, finding: Finding) -> None:
        self.findings.append(finding)
        self.version += 1

    def _over(self) -> None:
        self.running = False
        self.version += 1

    def _failed(self, line: str) -> None:
        self._over()
        self.home.tell(line, warns=True)

    def rows(self) -> list[Row]:
        """What is not good comes first."""
        ordered = sorted(self.findings, key=lambda one: one.state == "good")
        return [Row(MARKS[one.state], one.state, self._part(one.part), one.seen, one.advice) for one in ordered]

    def _part(self, part: str) -> str:
        """The name of a part; of a camera with its number."""
        name, _, number = part.partition(" ")
        key = f"home.doctor.part.{name}"
        return f"{self.home.said(key)} {number}".strip() if self.home.said.has(key) else part

    def verdict(self) -> str:
        """All of it in one sentence."""
        said = self.home.said
        if self.running:
            return said("home.doctor.looking")
        bad = sum(one.state != "good" for one in self.findings)
        if not bad:
            return said("home.doctor.all_good" if self.findings else "home.doctor.nothing")
        return said.counted("home.doctor.bad", bad)
