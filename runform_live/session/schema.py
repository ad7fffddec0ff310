"""The session folder's files and what they hold (DESIGN section 5)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from runform_live.gait.instrument import Instrument
from runform_live.messages import MAIN_METRIC, STANCE_COLUMNS, View

SESSION_VERSION = (
    3  # 1: without the list of videos; 2: without what the source's file is known by; both are read all the same
)

SESSION = "session.json"
VIDEO = "video.mkv"
POSES = "poses.parquet"
POSES_LOG = "poses.arrow"  # while the session runs; becomes POSES
STANCES = "stances.csv"
EVENTS = "events.jsonl"
SUMMARY = "summary.json"
REPORT = "report.html"
PICTURES = "pictures"  # a folder: those that the report shows, where the session has no video of its own

TIME_FORMAT = "%.4f"
VALUE_FORMAT = "%.3f"
COLUMNS = STANCE_COLUMNS

# What may stand in a session's files. The ranges are wide: they keep out what would break a reader, not what is unlikely.
Word = Annotated[str, Meta(max_length=200)]
Line = Annotated[str, Meta(max_length=2_000)]
Place = Annotated[str, Meta(max_length=32_768)]  # of a file
Count = Annotated[int, Meta(ge=0, le=10**12)]
Pixels = Annotated[int, Meta(ge=1, le=16_384)]  # twice the longer side of 8K
Seconds = Annotated[float, Meta(ge=-1e9, le=1e9)]
Rate = Annotated[float, Meta(ge=0, le=1e6)]
GivenRate = Annotated[float, Meta(ge=1, le=1000)]  # as --frame-rate
Figure = Annotated[float, Meta(ge=-1e6, le=1e6)]
Spread = Annotated[float, Meta(ge=0, le=1e6)]
Share = Annotated[float, Meta(ge=0, le=1)]
Band = tuple[Figure | None, Figure | None]
YEARS = 1970, 9998


class Calibration(msgspec.Struct, frozen=True):
    """The level line that was used; None where it is not known."""

    calibrated: bool
    level_deg: Figure | None
    level_sd_deg: Spread | None = None


class ModelUsed(msgspec.Struct, frozen=True):
    """The landmark network of a session."""

    name: Word
    sha256: Word
    instrument_sd_deg: dict[Word, Spread] = {}
    instrument_sigma_deg: Spread | None = None  # the network's own sigma of the pelvis line where that SD was measured
    pelvis_line: Literal["hip_joint_centres", "psis_markers"] = "hip_joint_centres"  # never mixed in one comparison
    detail_sha256: Word = ""  # of the network that looks closer at the pelvis, where there is one
    instrument_difference_sd_deg: dict[Word, Spread] = {}
    # Of a change from one day to another, in the same clothes, place and light.
    instrument_change_sd_deg: dict[Word, Spread] = {}
    instrument_change_difference_sd_deg: dict[Word, Spread] = {}  # the same of left minus right

    def instrument(self, calibrated: bool, level_sd_deg: float | None) -> Instrument:
        """The errors that belong to figures of this network, with a level line of that SD (None: left out) where there is one."""
        level_sd_deg = (level_sd_deg or 0.0) if calibrated else None
        return Instrument(
            self.instrument_sd_deg, self.instrument_sigma_deg, level_sd_deg, self.instrument_difference_sd_deg
        )


class VideoPart(msgspec.Struct, frozen=True):
    """One video file of a session. A second recording, or a picture of another size, begins a new one."""

    file: Word  # its name in the folder
    start_s: Seconds  # time of its first frame
    end_s: Seconds | None = None  # of its last one; None while it is recorded
    frames: Count | None = None


class SourceFile(msgspec.Struct, frozen=True):
    """What the file that was measured is known by. A file is taken for it only where size and both digests fit.

    Its paths are as `names.storable` makes them.
    """

    path: Place  # absolute
    relative: Place | None  # to the session's folder; None where there is no such path (another drive)
    size_bytes: Count | None  # None, as the digests are: it was still being written, or is no plain file
    begin_sha256: Word | None  # of its first DIGEST_BYTES
    end_sha256: Word | None  # of its last DIGEST_BYTES


class SessionInfo(msgspec.Struct, frozen=True):
    """session.json. `ended` is None while the session runs or where it was cut off (power, kill)."""

    schema_version: Annotated[int, Meta(ge=1, le=10**6)]
    id: Word
    started: Word  # ISO 8601 with offset
    source: Place  # a camera's number, a file's name as it was given, an address without its password
    view: View
    frame_rate_hz: Rate | None
    height_px: Pixels | None
    width_px: Pixels | None
    model: ModelUsed
    config: dict[str, Any]
    calibration: Calibration
    software: Word
    recorded_by: Word  # "live" or "analyze"
    slowed: Annotated[float, Meta(ge=0.01, le=1000)] = 1.0  # so many times slower than life the source plays
    frame_rate_given_hz: GivenRate | None = None  # at which the source plays, said by a person; None: by its own clock
    mirrored: bool = False  # the source's pixels are mirrored, said by a person
    person: Word | None = None
    targets: dict[Word, Band] | None = None  # in force at the end; None: nobody coached
    trained_metric: Word | None = None  # chosen in the window; None: as the settings say
    flags: Annotated[tuple[Word, ...], Meta(max_length=1000)] = ()  # what is wrong with the recording, by now
    videos: Annotated[tuple[VideoPart, ...], Meta(max_length=10_000)] = ()  # in the order of their times
    frames: Count = 0
    frames_recorded: Count = 0  # in all videos
    frames_not_recorded: Count = 0
    ended: Line | None = None
    source_file: SourceFile | None = None  # None: a camera, a stream, the demo, or a session of version 1 or 2

    def moment(self) -> datetime:
        """When it began. One without an offset from UTC counts as local time. Raises ValueError where it is no such time."""
        began = datetime.fromisoformat(self.started)
        if not YEARS[0] < began.year < YEARS[1]:
            raise ValueError(f"`started` is {self.started}")
        return began.astimezone() if began.tzinfo is None else began

    def began(self) -> str:
        """When it began, for people: date and time of the place where it was."""
        return f"{self.moment():%Y-%m-%d %H:%M}"

    def bands(self) -> dict[str, Band]:
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

    n: Count
    mean: Figure | None
    sd: Spread | None
    ci95_low: Figure | None
    ci95_high: Figure | None


class SymmetrySummary(msgspec.Struct, frozen=True):
    """Left minus right of one metric; None is unknown."""

    difference: Figure | None
    ci95_low: Figure | None
    ci95_high: Figure | None
    index_percent: Figure | None


class Summary(msgspec.Struct, frozen=True):
    """summary.json."""

    schema_version: Annotated[int, Meta(ge=1, le=10**6)]
    sides: dict[Word, dict[Word, MetricSummary]]
    symmetry: dict[Word, SymmetrySummary]
    cadence_spm: Rate | None
    calibrated: bool
    view: View
    quality: Share
    flags: Annotated[list[Word], Meta(max_length=1000)]
