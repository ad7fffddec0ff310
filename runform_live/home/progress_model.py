"""Progress of a client: which sessions, which metric, against which baseline; and what the page draws of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runform_live import file_names
from runform_live.home import progress_panels
from runform_live.home.progress_panels import Panel, Scale
from runform_live.home.services import Home
from runform_live.metrics import MAIN_METRIC, SHOWN
from runform_live.progress import words
from runform_live.progress.series import Progress, Series, progress

if TYPE_CHECKING:
    from runform_live.programmes import Programme
    from runform_live.progress.point import Point

METRICS = (*SHOWN, "cadence_spm")
IN_CM = {"step_width_hip": "step_width_cm"}
MOST_CELLS = 8  # sessions that are told one by one: the newest


@dataclass(frozen=True, slots=True)
class Cell:
    """A session below the plot."""

    place: int
    day: str
    programme: str
    pain: str


class ProgressModel:
    """What is chosen, and what there is of it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.clients: list[str] = []
        self.client: str | None = None
        self.metric = MAIN_METRIC
        self.same_setup = False
        self.baseline: int | None = None  # None: as the program chooses
        self.found: Progress | None = None
        self.version = 0  # goes up when the page must be built anew
        self._points: list[Point] = []
        self._programme: Programme | None = None

    # -- choosing -------------------------------------------------------------------------------------------------

    def opened(self) -> None:
        """The page is shown: read the list of clients, and show the one whom it was opened for."""
        wanted = self.home.take_opening()
        self.home.work(
            self.home.said("home.progress.reading"), lambda _: self.home.pseudonyms(),
            lambda found: self._take_clients(found, wanted if isinstance(wanted, str) else self.client),
        )  # fmt: skip

    def _take_clients(self, found: list[str], wanted: str | None) -> None:
        self.clients = found
        self.version += 1
        if wanted not in found:
            wanted = found[0] if found else None
        self._show(wanted)

    def choose(self, number: int) -> None:
        """Show another client, by the place in `clients`."""
        self._show(self.clients[number])

    def _show(self, pseudonym: str | None) -> None:
        if pseudonym != self.client:
            self.found, self.baseline, self.same_setup = None, None, False
        self.client = pseudonym
        self.version += 1
        if pseudonym is not None:
            self.home.work(
                self.home.said("home.progress.reading"), lambda _: _of_client(self.home, pseudonym),
                lambda found: self._take(pseudonym, *found),
            )  # fmt: skip

    def _take(self, pseudonym: str, points: list[Point], programme: Programme | None, trouble: str) -> None:
        if pseudonym != self.client:
            return  # another one was chosen meanwhile
        self._points, self._programme = points, programme
        if trouble:
            self.home.tell(trouble, warns=True)
        self._compare()

    def _compare(self) -> None:
        if self.baseline is not None and self.baseline >= len(self._points):
            self.baseline = None
        self.found = progress(
            self._points, baseline=self.baseline, same_setup=self.same_setup, programme=self._programme
        )
        self.version += 1

    def show_metric(self, metric: str) -> None:
        """Show another metric."""
        self.metric = metric
        self.version += 1

    def say_same_setup(self, same: bool) -> None:
        """Whether clothes, camera, its place and the light were the same in all sessions."""
        self.same_setup = same
        self._compare()

    @property
    def baselines(self) -> list[str]:
        """What can be the baseline: as the program chooses, or a session."""
        sessions = [f"{place + 1}: {one.info.began()}" for place, one in enumerate(self._points)]
        return [self.home.said("home.progress.baseline_first"), *sessions]

    @property
    def chosen_baseline(self) -> str:
        return self.baselines[0 if self.baseline is None else self.baseline + 1]

    def choose_baseline(self, number: int) -> None:
        """Compare with another session, by the place in `baselines`."""
        self.baseline = None if number == 0 else number - 1
        self._compare()

    # -- what is shown --------------------------------------------------------------------------------------------

    @property
    def has_sessions(self) -> bool:
        return self.found is not None and bool(self.found.points)

    @property
    def _series(self) -> Series | None:
        """Of the metric; in centimetres where these are known of the newest session."""
        if self.found is None:
            return None
        in_cm = self.found.series.get(IN_CM.get(self.metric, ""))
        if in_cm is not None:
            last = max((place for place, counts in enumerate(in_cm.of_gait) if counts), default=None)
            if last is not None and any(in_cm.newest(column) == last for column in in_cm.columns):
                return in_cm
        return self.found.series[self.metric]

    def sentence(self) -> str:
        """What changed, a line a side; what to do where there is nothing to show."""
        said = self.home.said
        if self.client is None:
            return said("home.progress.no_client") if not self.home.works else ""
        if self.found is None:
            return ""
        if not self.found.points:
            return said("home.progress.no_session")
        assert self._series is not None
        return "\n".join(words.sentences(self._series, self.found.points, said))

    def below(self) -> str:
        """Target and programme, in a line."""
        if self.found is None or self._series is None:
            return ""
        said = self.home.said
        parts = (words.target(self._series.metric, self._series.target, said), words.adherence(self.found, said))
        return "   ·   ".join(part for part in parts if part)

    def cells(self) -> list[Cell]:
        """The newest sessions, one by one."""
        if self.found is None:
            return []
        said = self.home.said
        count = len(self.found.points)
        return [
            Cell(place, f"{place + 1}:  {one.moment:%m-%d}", self._kept(place), words.pain(one, said))
            for place, one in enumerate(self.found.points)
            if place >= count - MOST_CELLS
        ]

    def _kept(self, place: int) -> str:
        """Whether a session of the programme was on time, and its number where it is not that of the list."""
        found, said = self.found, self.home.said
        assert found is not None
        prescribed = found.points[place].info.programme
        if prescribed is None:
            return said("home.progress.free")
        sittings = found.adherence.sittings if found.adherence is not None else ()
        one = next((sitting for sitting in sittings if sitting.place == place), None)
        if one is None or not one.completed:
            return said("home.progress.part", number=prescribed.number)
        if one.days_late == 0:
            return said("home.progress.on_time", number=prescribed.number)
        return said("home.progress.late", number=prescribed.number, days=one.days_late)

    def panels(self) -> list[Panel]:
        """A plot for each side; one for what both legs make together. None where there is nothing to draw."""
        series = self._series
        return [] if series is None else progress_panels.panels(series, self.home.said)

    def legend(self) -> str:
        """What the signs of the plot mean; only those that are in it."""
        panels = self.panels()
        marks = [mark for panel in panels for mark in panel.marks]
        drawn = {
            "bars": any(mark.low is not None for mark in marks),
            "band": any(panel.band for panel in panels),
            "target": any(not panel.target.is_open for panel in panels),
            "hollow": any(mark.hollow for mark in marks),
            "arrow": any(mark.arrow is not None for mark in marks),
        }
        return " ".join(self.home.said(f"home.progress.legend_{name}") for name, there in drawn.items() if there)

    def scale(self) -> Scale:
        """The same for both panels: all means with their intervals, the bands, the target."""
        assert self._series is not None
        return progress_panels.scale(self._series.metric, self.panels(), self.home.said)

    # -- keeping --------------------------------------------------------------------------------------------------

    def file_name(self) -> str:
        """A file name for the page that is kept."""
        plain = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in self.client or "client")
        return f"{plain}-progress.html"

    def save(self, file: Path) -> None:
        """Write what is shown, and all other metrics, as one page."""
        from runform_live.session import outputs

        found, said, metric = self.found, self.home.said, self.metric
        if found is None:
            return
        outputs.refuse(file)
        outputs.refuse_kept(file)

        def write() -> None:
            from runform_live.report import sessions

            outputs.write(file, sessions.render(found, said.language, metric).encode())

        self.home.work(
            said("home.progress.saving"), lambda _: write(),
            lambda _: self.home.tell(said("home.progress.saved", file=file_names.shown(file))),
        )  # fmt: skip


def _of_client(home: Home, pseudonym: str) -> tuple[list[Point], Programme | None, str]:
    from runform_live.clinic import clients, points

    database = home.database()
    with database.reading() as session:
        client = clients.find(session, pseudonym)
    found, troubles = points.points_of(database, client)
    programme, trouble = points.programme_of(found)
    return found, programme, next(iter([*troubles, trouble]), "")
