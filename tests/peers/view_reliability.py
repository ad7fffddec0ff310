"""Is the view as often right as its probability says? Over clips whose view is known, rendered and real ones apart.

    python -m tests.peers.view_reliability FOLDER...

The views of a FOLDER stand in its views.csv, with the columns clip (a file name) and view (posterior or anterior); its clips count as real ones.
A folder without that file is a truth folder of rendered clips, where NAME.json names the view of NAME.mp4. Each clip is seen by the product as
`analyze` sees it, and nobody tells it the view. For each clip this prints what each source says in log odds (positive: from behind), then how
often the likelier view was right at each probability: at the end of the clips, and after each of their stances.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from runform_live import config
from runform_live.capture.video import Video
from runform_live.gait.monitor import GaitMonitor
from runform_live.gait.view import SURE, Evidence
from runform_live.messages import DecidedView, Frame, Naming
from runform_live.pose.open import open_estimator

VIEWS = "views.csv"
LIMITS = (0.5, 0.75, 0.9, 0.95, SURE, 1.0)  # of the probability of the likelier view


@dataclass(frozen=True, slots=True)
class Film:
    """A clip whose view is known."""

    path: Path
    view: DecidedView
    real: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said of a clip: after each stance, and at its end."""

    film: Film
    behind: Sequence[float]  # the probability of a back after each stance
    evidence: Evidence
    naming: Naming | None


def _view(word: str) -> DecidedView:
    if word == "posterior":
        return "posterior"
    if word == "anterior":
        return "anterior"
    raise SystemExit(f"{word!r} is no view; write posterior or anterior")


def films_of(folder: Path) -> list[Film]:
    """The clips of a folder whose view is known."""
    named = folder / VIEWS
    if named.exists():
        with named.open(newline="") as file:
            return [Film(folder / row["clip"], _view(row["view"]), real=True) for row in csv.DictReader(file)]
    truths = sorted(one for one in folder.glob("*.json") if one.with_suffix(".mp4").exists())
    return [Film(one.with_suffix(".mp4"), _view(json.loads(one.read_text())["view"]), real=False) for one in truths]


class Watcher:
    """Takes down the probability after each stance of one clip."""

    def __init__(self, film: Film) -> None:
        self.film, self.monitor = film, GaitMonitor()
        self._behind = list[float]()

    @property
    def _evidence(self) -> Evidence:
        return self.monitor.state().segmenter.view.evidence

    def look(self) -> None:
        """After a frame. The stance that has just ended counts, whether it is reported already or waits."""
        evidence = self._evidence
        if evidence.stances > len(self._behind):
            self._behind += [evidence.behind] * (evidence.stances - len(self._behind))

    def outcome(self) -> Outcome:
        self.monitor.finish()
        self.look()
        return Outcome(self.film, tuple(self._behind), self._evidence, self.monitor.naming)


LOOK_EVERY = 5  # frames: a state is large, and no two steps end within so few


def watched(film: Film) -> Outcome:
    """Run the product over a clip."""
    estimator, watcher = open_estimator(config.load().pose), Watcher(film)
    for number, (time_s, picture) in enumerate(Video(str(film.path)), 1):
        pose, landmarks = estimator.see(picture, Frame.of(picture, number, time_s))
        watcher.monitor.push(pose, landmarks)
        if number % LOOK_EVERY == 0:
            watcher.look()
    return watcher.outcome()


def line(outcome: Outcome) -> str:
    """One clip in words."""
    name = f"{outcome.film.path.stem:24s} {outcome.film.view:9s}"
    if not outcome.behind or outcome.naming is None:
        return f"{name} no stances"
    evidence, naming = outcome.evidence, outcome.naming
    right = naming.view == outcome.film.view
    said = "unsure" if naming.unsure else "right" if right else "WRONG"
    parts = ", ".join(f"{source} {log_odds:+.1f}" for source, log_odds in evidence.parts().items())
    return f"{name} {said:6s} probability of a back {evidence.behind:.3f} after {len(outcome.behind)} stances: {parts}"


def _right(said: Iterable[tuple[float, DecidedView]], low: float, high: float) -> tuple[int, int]:
    """How often the likelier view was right where its probability lay between two limits, and how often it lay there."""
    there = [
        (behind >= 0.5) == (view == "posterior")
        for behind, view in said
        if low <= max(behind, 1.0 - behind) < high or max(behind, 1.0 - behind) == high == 1.0
    ]
    return sum(there), len(there)


def table(outcomes: Sequence[Outcome]) -> str:
    """Said probability against the share that was right, as a table in Markdown."""
    rows = ["| probability of the likelier view | " + " | ".join(
        f"{kind}, {when}" for kind in ("rendered", "real") for when in ("at the end", "after each stance")
    ) + " |", "| --- | --- | --- | --- | --- |"]  # fmt: skip
    for low, high in pairwise(LIMITS):
        cells = []
        for real in (False, True):
            own = [one for one in outcomes if one.film.real == real and one.behind]
            ends = [(one.behind[-1], one.film.view) for one in own]
            each = [(behind, one.film.view) for one in own for behind in one.behind]
            for said in (ends, each):
                right, of = _right(said, low, high)
                cells.append(f"{right} of {of} right" if of else "")
        rows.append(f"| {low:.2f} to {high:.2f} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def summary(outcomes: Sequence[Outcome]) -> str:
    """How many clips were named right, left unsure, or named wrong."""
    words = []
    for kind, real in (("rendered", False), ("real", True)):
        named = [(one.naming, one.film.view) for one in outcomes if one.film.real == real and one.naming and one.behind]
        sure = [naming.view == view for naming, view in named if not naming.unsure]
        words.append(
            f"{kind}: {len(named)} clips with stances, {sum(sure)} right, {len(named) - len(sure)} unsure, {len(sure) - sum(sure)} wrong"
        )
    return "\n".join(words)


def main() -> None:
    films = [film for folder in sys.argv[1:] for film in films_of(Path(folder))]
    if not films:
        sys.exit(__doc__)
    outcomes = []
    for film in films:
        outcomes.append(watched(film))
        print(line(outcomes[-1]), flush=True)
    print(f"\n{table(outcomes)}\n\n{summary(outcomes)}")


if __name__ == "__main__":
    main()
