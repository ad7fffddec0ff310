"""Every figure of one stance, in one table: the columns of stances.csv in their order.

All lists of metrics follow from it: what summary.json has means of, what is compared between sessions, which columns an export has, how
a number is rounded, and which channels the live stream has. How a metric is computed is in `gait/`; its name and meaning for a person
are in configs/languages ([quantity], [meaning]).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

ANY = -1e6, 1e6  # a damaged file may say anything; NaN and infinity lie in no range
NOT_NEGATIVE = 0.0, 1e6
SESSION_TIME_S = -1e9, 1e9
SHARE = 0.0, 1.0

LevelColumn = Literal["drop_level_deg", "adduction_level_deg", "lean_level_deg"]
Gait = Literal["run", "walk"]
GAITS: tuple[Gait, Gait] = ("run", "walk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of stances.csv, and a field of `messages.Stance`."""

    name: str
    unit: str = ""  # in words, as exports say it
    channel: str  # type of its channel in the live stream
    channel_unit: str
    kind: Literal["number", "count", "word"] = "number"
    always_known: bool = False  # no cell of it is empty
    limits: tuple[float, float] = ANY  # a value outside means that the file is damaged
    decimals_in_file: int = 3
    meaning: str = ""  # in English; empty: the languages have it


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Column):
    """A figure that summary.json has the mean of, for each side. Mirrored left and right have the same sign."""

    sign: str  # of a positive value
    symbol: str = ""  # behind a number for a person
    decimals: int  # of a number for a person
    level_column: LevelColumn | None = None  # keeps what the level line took from it; None: it needs no level line
    # The largest value within stance of another metric, which is shown in its place where room is short
    peak: bool = False
    # Ends of its scale in the window of a run; None: it cannot be trained there
    scale: tuple[float, float] | None = None
    gaits: tuple[Gait, ...] = GAITS  # in which it is measured
    # Lowest and highest values of people, and those of walking where they are others. An interval as wide as that says nothing
    people: tuple[float, float] | None = None
    people_walking: tuple[float, float] | None = None

    @property
    def is_angle(self) -> bool:
        """Angles may have targets, and `runform validate` compares them with known truth."""
        return self.name.endswith("_deg")

    @property
    def short_name(self) -> str:
        """What a person types for it: without the moment in stance and without the unit."""
        stem = self.name.rpartition("_")[0]
        return stem.removesuffix("_mid")


def _angle(
    name: str,
    sign: str,
    level_column: LevelColumn | None = None,
    peak: bool = False,
    scale: tuple[float, float] | None = None,
    people: tuple[float, float] | None = None,
) -> Metric:
    return Metric(
        name=name, unit="deg", channel="Angle", channel_unit="degrees", sign=sign, symbol="°", decimals=1,
        level_column=level_column, peak=peak, scale=scale, people=people or scale,
    )  # fmt: skip


def _time(name: str, meaning: str) -> Column:
    return Column(
        name=name, unit="s", channel="Time", channel_unit="seconds", always_known=True, limits=SESSION_TIME_S,
        decimals_in_file=4, meaning=meaning,
    )  # fmt: skip


def _count(name: str, meaning: str) -> Column:
    return Column(
        name=name, channel="Count", channel_unit="count", kind="count", always_known=True, limits=NOT_NEGATIVE,
        meaning=meaning,
    )  # fmt: skip


def _part_of_level(name: str, meaning: str) -> Column:
    return Column(name=name, unit="deg", channel="Angle", channel_unit="degrees", meaning=meaning)


TABLE: tuple[Column, ...] = (
    Column(name="side", channel="Side", channel_unit="code: 0 left, 1 right", kind="word", always_known=True,
           meaning="The stance leg, the runner's own"),
    _time("initial_contact_s", "When the foot came down, from the first frame on"),
    _time("midstance_s", "The instant of midstance, from the first frame on"),
    _time("toe_off_s", "When the foot left the ground, from the first frame on"),
    _angle("pelvic_drop_mid_deg", "swing side lower", "drop_level_deg", scale=(-4.0, 16.0)),
    _angle("pelvic_drop_peak_deg", "swing side lower", "drop_level_deg", peak=True, people=(-4.0, 16.0)),
    _angle("hip_adduction_mid_deg", "knee towards the midline", "adduction_level_deg", scale=(0.0, 24.0)),
    _angle("hip_adduction_peak_deg", "knee towards the midline", "adduction_level_deg", peak=True, people=(0.0, 24.0)),
    _angle("knee_valgus_mid_deg", "knee medial of the line from hip to ankle", scale=(-10.0, 20.0)),
    _angle("knee_valgus_peak_deg", "knee medial of the line from hip to ankle", peak=True, people=(-10.0, 20.0)),
    _angle("trunk_lean_mid_deg", "towards the stance side", "lean_level_deg", scale=(-6.0, 14.0)),
    Metric(name="contact_time_s", unit="s", channel="Time", channel_unit="seconds", limits=NOT_NEGATIVE,
           decimals_in_file=4, sign="always", symbol=" s", decimals=3, people=(0.12, 0.4), people_walking=(0.45, 0.9)),
    Metric(name="step_width_hip", unit="hip widths", channel="StepWidth", channel_unit="hip widths",
           sign="the feet do not cross", decimals=2),  # its name tells that it is in hip widths
    Column(name="quality", channel="Quality", channel_unit="normalized", always_known=True, limits=SHARE,
           meaning="How well the stance was seen, from 0 to 1"),
    Column(name="pelvis_sigma_deg", unit="deg", channel="StandardDeviation", channel_unit="degrees", limits=NOT_NEGATIVE,
           meaning="The network's own standard deviation of the pelvis line in this stance"),
    Column(name="gait", channel="Gait", channel_unit="code: 0 run, 1 walk", kind="word", always_known=True,
           meaning="The gait of this stance: run or walk"),
    Metric(name="double_support_s", unit="s", channel="Time", channel_unit="seconds", limits=NOT_NEGATIVE,
           decimals_in_file=4, sign="always", symbol=" s", decimals=3, gaits=("walk",), people=(0.05, 0.2)),
    Column(name="contact_sigma_s", unit="s", channel="StandardDeviation", channel_unit="seconds", limits=NOT_NEGATIVE, decimals_in_file=4,
           meaning="Standard error of the contact time of this stance"),
    Column(name="camera_elevation_deg", unit="deg", channel="Angle", channel_unit="degrees",
           meaning="From how far above the runner's hips the camera looked at them; negative from below"),
    Column(name="camera_elevation_sd_deg", unit="deg", channel="StandardDeviation", channel_unit="degrees", limits=NOT_NEGATIVE,
           meaning="Standard deviation of the camera's elevation"),
    Column(name="camera_angle_deg", unit="deg", channel="Angle", channel_unit="degrees", limits=NOT_NEGATIVE,
           meaning="How far the camera stood to the side of the runner's heading"),
    Column(name="camera_angle_sd_deg", unit="deg", channel="StandardDeviation", channel_unit="degrees", limits=NOT_NEGATIVE,
           meaning="Standard deviation of how far the camera stood to the side; without that angle, of how far cameras usually stand"),
    Column(name="oscillation_trunk", unit="trunk lengths", channel="Oscillation", channel_unit="trunk lengths", limits=NOT_NEGATIVE,
           meaning="How far the trunk fell from its highest point before this stance to its lowest one in it"),
    _part_of_level("drop_level_deg",
                   "What the level line took from the pelvic drop; added again, it gives the angle as the picture shows it"),
    _part_of_level("adduction_level_deg", "What the level line took from the hip adduction"),
    _part_of_level("lean_level_deg", "What the level line took from the trunk lean"),
    _part_of_level("drop_flow_deg", "What the optical flow alone would have taken from the pelvic drop"),
    _count("camera_moves", "How often the camera had come to look from elsewhere until this stance"),
    _count("view_doubts", "How often left and right had become unsure until this stance"),
    _count("absences", "How often the runner had been away until this stance"),
)  # fmt: skip

BY_NAME: dict[str, Column] = {column.name: column for column in TABLE}
STANCE_COLUMNS: tuple[str, ...] = tuple(BY_NAME)
ALL: tuple[Metric, ...] = tuple(column for column in TABLE if isinstance(column, Metric))


def _range(people: tuple[float, float] | None) -> float:
    return math.inf if people is None else people[1] - people[0]


# How wide an interval must not be, in each gait; infinite where it is not known.
RANGE_OF_PEOPLE: dict[Gait, dict[str, float]] = {
    "run": {one.name: _range(one.people) for one in ALL},
    "walk": {one.name: _range(one.people_walking or one.people) for one in ALL},
}

SUMMARISED: tuple[str, ...] = tuple(one.name for one in ALL)
# Those of them that a stance of that gait has.
OF_GAIT: dict[Gait, tuple[str, ...]] = {gait: tuple(one.name for one in ALL if gait in one.gaits) for gait in GAITS}
ANGLES: tuple[str, ...] = tuple(one.name for one in ALL if one.is_angle)
# One value of each quantity that running has, where there is no room for its peak as well.
SHOWN: tuple[str, ...] = tuple(one.name for one in ALL if not one.peak and "run" in one.gaits)
SHOWN_ANGLES: tuple[str, ...] = tuple(one.name for one in ALL if one.is_angle and not one.peak)
MAIN_METRIC = "pelvic_drop_mid_deg"  # trained where nothing else was chosen
# What a person may choose to train in the window of a run, and the ends of its scale. The settings may name any angle.
TRAINABLE: dict[str, tuple[float, float]] = {one.name: one.scale for one in ALL if one.scale is not None}
# Angles that are read against the level line, and the column that keeps what it took from them.
LEVEL_COLUMN: dict[str, LevelColumn] = {one.name: one.level_column for one in ALL if one.level_column is not None}
# Read from the pelvis line, and not from the trunk: the level line's error and the optical flow are about these.
PELVIS_ANGLES: frozenset[str] = frozenset(name for name, column in LEVEL_COLUMN.items() if column != "lean_level_deg")
