"""A truth folder: clips with exact stances, frames and how they were made (docs/architecture.md)."""

from __future__ import annotations

import csv
import dataclasses
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live import doors
from runform_live.errors import BadInput
from runform_live.messages import Gait, Side
from runform_live.metrics import ANGLES
from runform_live.session import door
from runform_live.validate import width
from runform_live.validate.true_stance import TrueStance

START_TOLERANCE_S = 0.15
MOST = 1e6  # of any figure
DOUBLE_SUPPORT = "double_support_s"


class ClipInfo(msgspec.Struct, frozen=True):
    """What NAME.json may tell of a clip that matters here; all else in it is its maker's own affair."""

    runner: str = ""  # who is in several clips, on several days
    outfit: int = 0  # what that one wears
    setup: int = 0  # which camera, place and light
    view: str = ""  # "posterior" or "anterior"
    reference_s: tuple[float, float] | None = None  # of a run that changes: the part before
    stands_for_s: float | None = None  # so long a run has as much change of light and cloth as what follows that part
    creeps_m: Any = None  # cloth that creeps in the run; None: none does
    light: Any = None  # how the light changes in the run; None: it does not
    stands_off_m: float | None = None  # the loosest of the clothes


@dataclass(frozen=True, slots=True)
class Clip:
    """A video and its exact stances, in time order."""

    name: str
    video: Path
    stances: list[TrueStance]
    info: ClipInfo = field(default_factory=ClipInfo)

    def of_gait(self, gait: Gait) -> Clip:
        """The clip with the stances of one gait alone."""
        return dataclasses.replace(self, stances=[one for one in self.stances if one.gait == gait])

    @property
    def span_s(self) -> tuple[float, float]:
        """The time within which every stance is known: stances measured outside are neither right nor wrong."""
        return self.stances[0].initial_contact_s - START_TOLERANCE_S, self.stances[-1].toe_off_s + START_TOLERANCE_S


def read_clips(folder: Path, psis: bool = False) -> list[Clip]:
    """All clips of a truth folder, by name; with `psis` the true drop at midstance is that of the PSIS line.

    No other figure is compared then: it would be that of another line.
    """
    if not doors.is_folder(folder):
        raise BadInput(f"{folder}: there is no such folder; give one with NAME.mp4 and NAME.stances.csv")
    clips = []
    for video in sorted(folder.glob("*.mp4")):
        table = video.with_suffix("").with_name(video.stem + ".stances.csv")
        if os.path.lexists(table):
            doors.refuse_endless(video)
            stances = _with_step_width(_read_stances(table), video)
            info = _read_clip_info(video.with_suffix("").with_name(video.stem + ".json"))
            clips.append(Clip(video.stem, video, _by_psis(stances, video) if psis else stances, info))
    if not clips:
        raise BadInput(f"{folder} holds no clip with its truth; a clip is NAME.mp4 with NAME.stances.csv")
    return clips


def _with_step_width(stances: list[TrueStance], video: Path) -> list[TrueStance]:
    """The stances, with their step width where NAME.frames.csv gives the ankles' exact pixels and the table of stances has none."""
    if any(width.METRIC in stance.metrics for stance in stances):
        return stances
    seen = columns_of(video, width.COLUMNS, "ankles")
    return stances if seen is None else width.with_step_width(stances, seen)


def columns_of(video: Path, columns: Sequence[str], what: str = "values") -> width.Columns | None:
    """Columns of NAME.frames.csv; None where there is no such file, or not all of them are in it. BadInput where it is damaged."""
    table = video.with_suffix("").with_name(video.stem + ".frames.csv")
    if not os.path.lexists(table):
        return None
    doors.refuse_endless(table)
    try:
        rows = _rows(table)
        if not rows or not set(columns) <= set(rows[0]):
            return None
        return {column: np.array([_number(row, column) for row in rows]) for column in columns}
    except ValueError as trouble:
        raise BadInput(f"{table}: the exact {what} cannot be read ({door.clean(str(trouble), 100)})") from None


def _read_clip_info(path: Path) -> ClipInfo:
    doors.refuse_endless(path)
    try:
        return door.decoded(path, ClipInfo, "")
    except (OSError, BadInput):
        return ClipInfo()


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table; every cell is there. Raises ValueError, BadInput."""
    try:
        text = door.text(path)
    except FileNotFoundError:
        raise ValueError("it is missing") from None
    try:
        lines = [cells for cells in csv.reader(io.StringIO(text, newline=""), strict=True) if cells]
    except csv.Error as trouble:
        raise ValueError(str(trouble)) from None
    if not lines:
        raise ValueError("it is empty")
    header, *rows = lines
    if len(set(header)) < len(header):
        raise ValueError("a column stands there twice")
    return [dict(zip(header, cells, strict=True)) for cells in rows]


def _number(row: dict[str, str], column: str) -> float:
    """A cell's number. Raises ValueError where there is none, or one that no runner has."""
    if column not in row:
        raise ValueError(f"there is no column {column}")
    value = float(row[column])
    if not abs(value) <= MOST:  # NaN is none either
        raise ValueError(f"{column} is {value:g}")
    return value


def _by_psis(stances: list[TrueStance], video: Path) -> list[TrueStance]:
    """The stances with the drop of the line through the exact PSIS pixels; the camera's roll is what that file leaves out.

    NAME.frames.csv gives the obliquity of the hip line without the roll and its pixels with it: their difference is the roll.
    """
    table = video.with_suffix("").with_name(video.stem + ".frames.csv")
    doors.refuse_endless(table)
    try:
        rows = _rows(table)
        if not rows:
            raise ValueError("it holds no frame")
        times_s = np.array([_number(row, "time_s") for row in rows])
        obliquity_deg = np.array([_number(row, "pelvic_obliquity_2d_deg") for row in rows])
        hips_deg, psis_deg = (_left_higher_deg(rows, joint) for joint in ("hip", "psis"))
        if (np.diff(times_s) <= 0).any():
            raise ValueError("its times are not in order")
    except ValueError as trouble:
        raise BadInput(f"{table}: the exact PSIS cannot be read ({door.clean(str(trouble), 100)})") from None
    line_deg = psis_deg - (hips_deg - obliquity_deg)
    out = []
    for stance in stances:
        higher_deg = float(np.interp(stance.midstance_s, times_s, line_deg))
        drop_deg = higher_deg if stance.side == "left" else -higher_deg
        out.append(dataclasses.replace(stance, metrics={"pelvic_drop_mid_deg": drop_deg}))
    return out


def _left_higher_deg(rows: list[dict[str, str]], joint: str) -> npt.NDArray[np.float64]:
    """By how much the runner's left end of a line is higher in the picture (deg)."""
    left, right = (
        np.array([[_number(row, f"{side}_{joint}_{axis}_px") for axis in "xy"] for row in rows])
        for side in ("left", "right")
    )
    away = right - left
    return np.asarray(np.degrees(np.arctan2(away[:, 1], np.abs(away[:, 0]))))


def _read_stances(path: Path) -> list[TrueStance]:
    try:
        stances = [_stance(row) for row in _rows(path)]
    except ValueError as trouble:
        raise BadInput(f"{path} is damaged ({door.clean(str(trouble), 100)})") from None
    if not stances:
        raise BadInput(f"{path} holds no stance")
    return sorted(stances, key=lambda stance: stance.midstance_s)


def _stance(row: dict[str, str]) -> TrueStance:
    """One row. Raises ValueError."""
    side: Side
    match row.get("side"):
        case "left":
            side = "left"
        case "right":
            side = "right"
        case other:
            raise ValueError(f"side is {other}")
    gait: Gait
    match row.get("gait") or "run":
        case "run":
            gait = "run"
        case "walk":
            gait = "walk"
        case other:
            raise ValueError(f"gait is {other}")
    metrics = {metric: _number(row, metric) for metric in (*ANGLES, width.METRIC, DOUBLE_SUPPORT) if row.get(metric)}
    begins_s, middle_s, ends_s = (_number(row, f"{name}_s") for name in ("initial_contact", "midstance", "toe_off"))
    if not begins_s <= middle_s <= ends_s:
        raise ValueError(f"the times of the stance at {middle_s:g} s are not in order")
    metrics["contact_time_s"] = ends_s - begins_s
    return TrueStance(side, begins_s, middle_s, ends_s, metrics, gait)
