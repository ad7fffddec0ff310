"""A truth folder: clips with exact stances, frames and how they were made (DESIGN section 5)."""

from __future__ import annotations

import csv
import dataclasses
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live import doors
from runform_live.errors import BadInput
from runform_live.messages import METRICS, Side

START_TOLERANCE_S = 0.15


@dataclass(frozen=True, slots=True)
class TrueStance:
    """One exact stance; metrics that are not known exactly are absent."""

    side: Side
    initial_contact_s: float
    midstance_s: float
    toe_off_s: float
    metrics: dict[str, float]


class Made(msgspec.Struct, frozen=True):
    """What NAME.json may tell of a clip that matters here; all else in it is its maker's own affair."""

    runner: str = ""  # who is in several clips, on several days
    outfit: int = 0  # what that one wears
    setup: int = 0  # which camera, place and light
    view: str = ""  # "posterior" or "anterior"


@dataclass(frozen=True, slots=True)
class Clip:
    """A video and its exact stances, in time order."""

    name: str
    video: Path
    stances: list[TrueStance]
    made: Made = field(default_factory=Made)

    @property
    def span_s(self) -> tuple[float, float]:
        """The time within which every stance is known: stances measured outside are neither right nor wrong."""
        return self.stances[0].initial_contact_s - START_TOLERANCE_S, self.stances[-1].toe_off_s + START_TOLERANCE_S


def read_clips(folder: Path, psis: bool = False) -> list[Clip]:
    """All clips of a truth folder, by name; with `psis` the true drop at midstance is that of the PSIS line.

    No other figure is compared then: it would be that of another line.
    """
    if not folder.is_dir():
        raise BadInput(f"{folder}: there is no such folder; give one with NAME.mp4 and NAME.stances.csv")
    clips = []
    for video in sorted(folder.glob("*.mp4")):
        table = video.with_suffix("").with_name(video.stem + ".stances.csv")
        if table.is_file():
            stances = _read_stances(table)
            made = _read_made(video.with_suffix("").with_name(video.stem + ".json"))
            clips.append(Clip(video.stem, video, _by_psis(stances, video) if psis else stances, made))
    if not clips:
        raise BadInput(f"{folder} holds no clip with its truth; a clip is NAME.mp4 with NAME.stances.csv")
    return clips


def _read_made(path: Path) -> Made:
    doors.refuse_endless(path)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Made)
    except (OSError, msgspec.MsgspecError):
        return Made()


def _by_psis(stances: list[TrueStance], video: Path) -> list[TrueStance]:
    """The stances with the drop of the line through the exact PSIS pixels; the camera's roll is what that file leaves out.

    NAME.frames.csv gives the obliquity of the hip line without the roll and its pixels with it: their difference is the roll.
    """
    table = video.with_suffix("").with_name(video.stem + ".frames.csv")
    doors.refuse_endless(table)
    try:
        with table.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        times_s = np.array([float(row["time_s"]) for row in rows])
        obliquity_deg = np.array([float(row["pelvic_obliquity_2d_deg"]) for row in rows])
        hips_deg, psis_deg = (_left_higher_deg(rows, joint) for joint in ("hip", "psis"))
    except (OSError, KeyError, ValueError, UnicodeDecodeError) as trouble:
        raise BadInput(f"{table}: the exact PSIS cannot be read ({trouble})") from None
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
        np.array([[float(row[f"{side}_{joint}_{axis}_px"]) for axis in "xy"] for row in rows])
        for side in ("left", "right")
    )
    away = right - left
    return np.asarray(np.degrees(np.arctan2(away[:, 1], np.abs(away[:, 0]))))


def _read_stances(path: Path) -> list[TrueStance]:
    stances: list[TrueStance] = []
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                side: Side = "left" if row["side"] == "left" else "right"
                metrics = {metric: float(row[metric]) for metric in METRICS if row.get(metric)}
                stances.append(
                    TrueStance(
                        side,
                        float(row["initial_contact_s"]),
                        float(row["midstance_s"]),
                        float(row["toe_off_s"]),
                        metrics,
                    )
                )
    except (OSError, KeyError, ValueError, UnicodeDecodeError) as trouble:
        raise BadInput(f"{path} is damaged ({trouble})") from None
    if not stances:
        raise BadInput(f"{path} holds no stance")
    return stances
