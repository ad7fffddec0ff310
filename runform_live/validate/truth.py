"""A truth folder: clips with exact stances, frames and how they were made (DESIGN section 5)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Clip:
    """A video and its exact stances, in time order."""

    name: str
    video: Path
    stances: list[TrueStance]

    @property
    def span_s(self) -> tuple[float, float]:
        """The time within which every stance is known: stances measured outside are neither right nor wrong."""
        return self.stances[0].initial_contact_s - START_TOLERANCE_S, self.stances[-1].toe_off_s + START_TOLERANCE_S


def read_clips(folder: Path) -> list[Clip]:
    """All clips of a truth folder, by name."""
    if not folder.is_dir():
        raise BadInput(f"{folder}: there is no such folder; give one with NAME.mp4 and NAME.stances.csv")
    clips = []
    for video in sorted(folder.glob("*.mp4")):
        table = video.with_suffix("").with_name(video.stem + ".stances.csv")
        if table.is_file():
            clips.append(Clip(video.stem, video, _read_stances(table)))
    if not clips:
        raise BadInput(f"{folder} holds no clip with its truth; a clip is NAME.mp4 with NAME.stances.csv")
    return clips


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
