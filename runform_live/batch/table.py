"""What a batch found, as one table: a row a film."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from runform_live import file_names, quantities
from runform_live.batch.run import Update
from runform_live.errors import RunformError
from runform_live.messages import SIDES, Side
from runform_live.metrics import MAIN_METRIC
from runform_live.session.analysed import is_finished
from runform_live.session.figures import MetricSummary
from runform_live.session.reader import Session, read
from runform_live.texts import Texts

Activity = Literal["running", "walking", "both", ""]
FORMULA = tuple("=+-@")  # a spreadsheet takes a text that begins so for a formula
DATE = {"film": "film", "name": "file name", "file": "file time", "": ""}
STATES = {
    "measured": "measured",
    "known": "already done",
    "failed": "failed",
    "stopped": "not measured",
    "copy": "a copy",
    "busy": "goes on elsewhere",
}
COLUMNS = (
    "video", "state", "started", "date_from", "client", "view", "activity", "stances",
    "pelvic_drop_left_deg", "pelvic_drop_left_half_deg", "pelvic_drop_right_deg", "pelvic_drop_right_half_deg",
    "flags", "folder", "earlier_software", "earlier_folder", "difference_left_deg", "difference_right_deg", "trouble",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drop:
    """The mean pelvic drop of a side and half of its 95% interval (deg); None is unknown."""

    mean: float | None = None
    half: float | None = None

    def words(self, said: Texts | None = None) -> str:
        """As text. said: the language of a window; None: as in a file."""
        if self.mean is None or self.half is None:
            return quantities.number(MAIN_METRIC, self.mean, said=said)
        return quantities.with_interval(MAIN_METRIC, self.mean, self.mean - self.half, self.mean + self.half, said=said)


@dataclass(frozen=True, slots=True)
class Other:
    """A mean pelvic drop of the same film by two analyses (deg); None is unknown.

    The runner has not changed in between, so no certainty of a change is given.
    """

    before: float | None
    after: float | None

    @property
    def difference(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier analysis of the same film, and how its means differ from the new ones."""

    software: str
    folder: Path
    drops: dict[Side, Other]

    def words(self) -> str:
        sides = ", ".join(
            f"{side} {quantities.number(MAIN_METRIC, one.before)} -> {quantities.number(MAIN_METRIC, one.after)} "
            f"({quantities.signed(MAIN_METRIC, one.difference)})"
            for side, one in self.drops.items()
        )
        return f"pelvic drop {sides}, against {self.software}, {file_names.shown(self.folder)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One film. Without a session that could be read, the figures are unknown."""

    video: str
    state: str  # a key of STATES
    trouble: str = ""
    folder: Path | None = None
    moment: datetime | None = None
    date_from: str = ""
    client: str = ""
    view: str = ""
    activity: Activity = ""
    stances: int | None = None
    drops: tuple[Drop, Drop] = (Drop(), Drop())  # left, right
    flags: tuple[str, ...] = ()
    earlier: Earlier | None = None


def row(update: Update) -> Row:
    """The row of a job from its last update. Reads the session's folder."""
    state = {"same": "copy", "busy": "busy"}.get(update.job.kind, update.phase)
    plain = Row(update.job.name, state, update.line, update.folder)
    if update.folder is None:
        return plain
    try:
        session = read(update.folder)
    except (RunformError, OSError):
        return plain
    if not is_finished(session.info):
        return plain
    summary, info = session.summary, session.info
    left, right = (_drop(summary.sides[side][MAIN_METRIC]) for side in SIDES)
    return Row(
        video=plain.video,
        state=plain.state,
        trouble=plain.trouble,
        folder=plain.folder,
        moment=info.moment(),
        date_from=info.date_from,
        client=info.person or "",
        view=summary.view,
        activity=activity(session),
        stances=len(session.stances),
        drops=(left, right),
        flags=tuple(summary.flags),
        earlier=_earlier(update, session),
    )


def activity(session: Session) -> Activity:
    """What the person in the film does, as far as the stances tell."""
    if not session.stances:
        return ""
    if session.summary.walking is not None:
        return "both"
    return "walking" if session.summary.gait == "walk" else "running"


def _drop(measured: MetricSummary) -> Drop:
    return Drop(measured.mean, measured.half)


def _earlier(update: Update, session: Session) -> Earlier | None:
    before = update.job.before
    if before is None or update.phase == "known":
        return None
    try:
        old = read(before.path())
    except (RunformError, OSError):  # removed meanwhile
        return None
    means = [one.summary.sides for one in (old, session)]
    drops = {side: Other(*(one[side][MAIN_METRIC].mean for one in means)) for side in SIDES}
    return Earlier(old.info.software, before.path(), drops)


# -- as text ------------------------------------------------------------------------------------------------------


def text(rows: Iterable[Row]) -> str:
    """The table for a terminal, and under it what changed against earlier analyses."""
    rows = list(rows)
    head = ("video", "date", "client", "view", "activity", "stances", "drop left", "drop right", "flags", "folder")
    lines = [head, *(_cells(one) for one in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    told = ["  ".join(f"{cell:{width}s}" for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    against = [f"{one.video}: {one.earlier.words()}" for one in rows if one.earlier is not None]
    return "\n".join(told + against)


def _cells(one: Row) -> tuple[str, ...]:
    if one.stances is None:
        return (one.video, STATES[one.state], *[""] * 8)
    date = f"{one.moment:%Y-%m-%d %H:%M}" if one.moment else ""
    return (
        one.video,
        f"{date} ({DATE[one.date_from]})" if DATE.get(one.date_from) else date,
        one.client or quantities.UNKNOWN,
        one.view,
        one.activity or quantities.UNKNOWN,
        str(one.stances),
        one.drops[0].words(),
        one.drops[1].words(),
        " ".join(one.flags) or quantities.UNKNOWN,
        _shown(one.folder) if one.state != "known" else f"{_shown(one.folder)} ({STATES['known']})",
    )


def _shown(folder: Path | None) -> str:
    return "" if folder is None else file_names.shown(folder)


# -- for spreadsheets ---------------------------------------------------------------------------------------------


def as_csv(rows: Iterable[Row]) -> bytes:
    """The same as CSV, with the words of session.json and summary.json; what is unknown is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(_record, rows))
    return out.getvalue().encode()


def _record(one: Row) -> Sequence[str]:
    changed = ["", ""]
    if one.earlier is not None:
        changed = [_number(one.earlier.drops[side].difference) for side in SIDES]
    (left, right), earlier = one.drops, one.earlier
    texts = [
        one.video, one.state, one.moment.isoformat(timespec="seconds") if one.moment else "", one.date_from, one.client, one.view,
        one.activity, "" if one.stances is None else str(one.stances),
    ]  # fmt: skip
    numbers = [_number(value) for value in (left.mean, left.half, right.mean, right.half)]
    rest = [
        " ".join(one.flags),
        _shown(one.folder),
        earlier.software if earlier else "",
        _shown(earlier.folder) if earlier else "",
    ]
    return [*map(_plain, texts), *numbers, *map(_plain, rest), *changed, _plain(one.trouble)]


def _plain(word: str) -> str:
    return f"'{word}" if word.startswith(FORMULA) else word


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
