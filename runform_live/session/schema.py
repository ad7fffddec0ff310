"""The session folder's files and what they hold (DESIGN section 5)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from runform_live.gait.instrument import Instrument
from runform_live.messages import MAIN_METRIC, STANCE_COLUMNS, View

SESSION_VERSION = 2  # 1: without the list of videos; read all the same

SESSION = "session.json"
VIDEO = "video.mkv"
POSES = "poses.parquet"
POSES_LOG = "poses.arrow"  # while the session runs; becomes POSES
STANCES = "stances.csv"
EVENTS = "events.jsonl"
SUMMARY = "summary.json"
REPORT = "report.html"

TIME_FORMAT = "%.4f"
VALUE_FORMAT = "%.3f"
COLUMNS = STANCE_COLUMNS


class Calibration(msgspec.Struct, frozen=True):
    """The level line that was used; None where it is not known."""

    calibrated: bool
    level_deg: float | None
    level_sd_deg: float | None = None


class ModelUsed(msgspec.Struct, frozen=True):
    """The landmark network of a session."""

    name: str
    sha256: str
    instrument_sd_deg: dict[str, float] = {}
    instrument_sigma_deg: float | None = None  # the network's own sigma of the pelvis line where that SD was measured
    pelvis_line: Literal["hip_joint_centres", "psis_markers"] = "hip_joint_centres"  # never mixed in one comparison
    detail_sha256: str = ""  # of the network that looks closer at the pelvis, where there is one
    instrument_difference_sd_deg: dict[str, float] = {}
    # Of a change from one day to another, in the same clothes, place and light.
    instrument_change_sd_deg: dict[str, float] = {}
    instrument_change_difference_sd_deg: dict[str, float] = {}  # the same of left minus right

    def instrument(self, calibrated: bool, level_sd_deg: float | None) -> Instrument:
        """The errors that belong to figures of this network, with a level line of that SD (None: left out) where there is one."""
        level_sd_deg = (level_sd_deg or 0.0) if calibrated else None
        return Instrument(
            self.instrument_sd_deg, self.instrument_sigma_deg, level_sd_deg, self.instrument_difference_sd_deg
        )


class VideoPart(msgspec.Struct, frozen=True):
    """One video file of a session. A second recording, or a picture of another size, begins a new one."""

    file: str  # its name in the folder
    start_s: float  # time of its first frame
    end_s: float | None = None  # of its last one; None while it is recorded
    frames: int | None = None


class SessionInfo(msgspec.Struct, frozen=True):
    """session.json. `ended` is None while the session runs or where it was cut off (power, kill)."""

    schema_version: int
    id: str
    started: str  # ISO 8601 with offset
    source: str
    view: View
    frame_rate_hz: float | None
    height_px: int | None
    width_px: int | None
    model: ModelUsed
    config: dict[str, Any]
    calibration: Calibration
    software: str
    recorded_by: str  # "live" or "analyze"
    slowed: float = 1.0  # so many times slower than life the source plays
    frame_rate_given_hz: float | None = None  # at which the source plays, said by a person; None: by its own clock
    mirrored: bool = False  # the source's pixels are mirrored, said by a person
    person: str | None = None
    targets: dict[str, tuple[float | None, float | None]] | None = None  # in force at the end; None: nobody coached
    trained_metric: str | None = None  # chosen in the window; None: as the settings say
    flags: tuple[str, ...] = ()  # what is wrong with the recording, as far as it is known by now
    videos: tuple[VideoPart, ...] = ()  # in the order of their times
    frames: int = 0
    frames_recorded: int = 0  # in all videos
    frames_not_recorded: int = 0
    ended: str | None = None

    def bands(self) -> dict[str, tuple[float | None, float | None]]:
        """The targets (low, high) that a metric was measured against: those in force, else those of the settings."""
        if self.targets is not None:
            return self.targets
        coach = self.config.get("coach", {})
        if coach.get("target_from", "settings") != "settings":
            return {}
        return {metric: (band.get("low"), band.get("high")) for metric, band in coach.get("targets", {}).items()}

    def trained(self) -> str:
        """The metric that the run was about: the chosen one, else the first that has a target, else the pelvic drop."""
        return self.trained_metric or next(iter(self.config.get("coach", {}).get("targets", {})), MAIN_METRIC)


class MetricSummary(msgspec.Struct, frozen=True):
    """One metric on one side; None is unknown."""

    n: int
    mean: float | None
    sd: float | None
    ci95_low: float | None
    ci95_high: float | None


class SymmetrySummary(msgspec.Struct, frozen=True):
    """Left minus right of one metric; None is unknown."""

    difference: float | None
    ci95_low: float | None
    ci95_high: float | None
    index_percent: float | None


class Summary(msgspec.Struct, frozen=True):
    """summary.json."""

    schema_version: int
    sides: dict[str, dict[str, MetricSummary]]
    symmetry: dict[str, SymmetrySummary]
    cadence_spm: float | None
    calibrated: bool
    view: View
    quality: float
    flags: list[str]
