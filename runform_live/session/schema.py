"""The session folder's files and what they hold (docs/architecture.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from runform_live.gait.uncertainty.change import ChangeErrors, ChangeModel, Reason
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import (
    MAIN_METRIC,
    METRICS,
    STANCE_COLUMNS,
    BodyShares,
    PainScore,
    Prescribed,
    TargetFrom,
    View,
)

# 1: without the list of videos; 2: without what the source's file is known by; 3: without what the level line took from each stance,
# and without changes within the run; 4: without programme and pain. All are read all the same.
SESSION_VERSION, VERSION_OF_CHANGES = 5, 4

SESSION = "session.json"
VIDEO = "video.mkv"
POSES = "poses.parquet"
POSES_LOG = "poses.arrow"  # while the session runs; becomes POSES
STANCES = "stances.csv"
EVENTS = "events.jsonl"
SUMMARY = "summary.json"
REPORT = "report.html"
REPORTS = {"html": REPORT, "pdf": "report.pdf"}
PICTURES = "pictures"  # a folder: those that the report shows, where the session has no video of its own

TIME_FORMAT = "%.4f"
VALUE_FORMAT = "%.3f"
COLUMNS = STANCE_COLUMNS
SUMMARISED: tuple[str, ...] = (
    *METRICS,
    "contact_time_s",
    "step_width_hip",
)  # of a stance, what summary.json has figures of

# What may stand in a session's files. The ranges are wide: they keep out what would break a reader, not what is unlikely.
Word = Annotated[str, Meta(max_length=200)]
Line = Annotated[str, Meta(max_length=2_000)]
Place = Annotated[str, Meta(max_length=32_768)]  # of a file
Count = Annotated[int, Meta(ge=0, le=10**12)]
Pixels = Annotated[int, Meta(ge=1, le=16_384)]  # twice the longer side of 8K
Seconds = Annotated[float, Meta(ge=-1e9, le=1e9)]
Rate = Annotated[float, Meta(ge=0, le=1e6)]
GivenRate = Annotated[float, Meta(ge=1, le=1000)]  # as --frame-rate
LARGEST_FIGURE = 1e6
Figure = Annotated[float, Meta(ge=-LARGEST_FIGURE, le=LARGEST_FIGURE)]
Spread = Annotated[float, Meta(ge=0, le=1e6)]
Share = Annotated[float, Meta(ge=0, le=1)]
Height = Annotated[float, Meta(ge=0.3, le=3)]
Factor = Annotated[float, Meta(ge=0.1, le=10)]
Band = tuple[Figure | None, Figure | None]
YEARS = 1970, 9998


class Calibration(msgspec.Struct, frozen=True):
    """The level line that was used; None where it is not known."""

    calibrated: bool
    level_deg: Figure | None
    level_sd_deg: Spread | None = None
    from_s: Seconds | None = (
        None  # when a stand last gave a line where there was none of standing; None: never, or not kept
    )
    body: BodyShares | None = None  # of the runner, as the newest stand showed it; it outlasts the line


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
    # Of a change within a run (gait/change.py): the share of it that is read, and what drifts in a minute without one.
    within_run_share: dict[Word, Factor] = {}
    within_run_share_sd: dict[Word, Spread] = {}
    within_run_drift_sd: dict[Word, Spread] = {}
    within_run_drift_difference_sd: dict[Word, Spread] = {}
    within_run_flow: Share = 0.0

    def within_run(self) -> ChangeModel:
        """The errors that belong to a change within one run."""
        return ChangeModel(
            ChangeErrors(
                share=self.within_run_share,
                share_sd=self.within_run_share_sd,
                drift_sd=self.within_run_drift_sd,
                drift_difference_sd=self.within_run_drift_difference_sd,
                return_sd=self.instrument_change_sd_deg,
                return_difference_sd=self.instrument_change_difference_sd_deg,
                sigma_deg=self.instrument_sigma_deg,
                flow=self.within_run_flow,
            )
        )

    def instrument(self, calibrated: bool, level_sd_deg: float | None) -> InstrumentErrors:
        """The errors that belong to figures of this network, with a level line of that SD (None: left out) where there is one."""
        level_sd_deg = (level_sd_deg or 0.0) if calibrated else None
        return InstrumentErrors(
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


class Pain(msgspec.Struct, frozen=True):
    """Pain scores (0 to 10) of a session; None: not asked, or not answered."""

    before: PainScore | None
    after: PainScore | None


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
    person: Word | None = None  # the pseudonym of the client whose session it is, as it was at the time
    person_id: Word | None = None  # and the id, which stays the same when the pseudonym is changed
    person_height_m: Height | None = None  # as it was at the time
    programme: Prescribed | None = None  # which session of a programme it is; None: a free run
    pain_before: PainScore | None = None  # this and the next one: None: not asked, or not answered
    pain_after: PainScore | None = None
    targets: dict[Word, Band] | None = None  # in force at the end; None: nobody coached
    target_from: TargetFrom | None = None  # where they come from; None: nobody coached, or not kept
    reference_s: tuple[Seconds, Seconds] | None = None  # the coach's newest first minute: first contact to last toe off
    trained_metric: Word | None = None  # chosen in the window; None: as the settings say
    flags: Annotated[tuple[Word, ...], Meta(max_length=1000)] = ()  # what is wrong with the recording, by now
    videos: Annotated[tuple[VideoPart, ...], Meta(max_length=10_000)] = ()  # in the order of their times
    frames: Count = 0
    frames_recorded: Count = 0  # in all videos
    frames_not_recorded: Count = 0
    ended: Line | None = None
    date_from: Word = (
        ""  # of an analysed film, what `started` was read from (capture/dates.py); empty: the clock of this computer
    )
    measured: Word | None = None  # ISO 8601 with offset: when such a film was analysed
    again_of: Word | None = (
        None  # id of the session in which the same film was measured before; None: this is the first
    )
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

    @property
    def pain(self) -> Pain:
        """Both pain scores."""
        return Pain(self.pain_before, self.pain_after)

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

    @property
    def half(self) -> float | None:
        """Half of the 95% interval."""
        return _half(self.ci95_low, self.ci95_high)


class SymmetrySummary(msgspec.Struct, frozen=True):
    """Left minus right of one metric; None is unknown."""

    difference: Figure | None
    ci95_low: Figure | None
    ci95_high: Figure | None
    index_percent: Figure | None

    @property
    def half(self) -> float | None:
        """Half of the 95% interval."""
        return _half(self.ci95_low, self.ci95_high)


def _half(low: float | None, high: float | None) -> float | None:
    return None if low is None or high is None else (high - low) / 2


class RunPart(msgspec.Struct, frozen=True):
    """A part of a run that is compared with another: the stances with midstance in one of its spans (s)."""

    name: Literal["first", "last", "feedback", "no_feedback", "block", "marked"]
    spans_s: Annotated[tuple[tuple[Seconds, Seconds], ...], Meta(max_length=10_000)]
    feedback: bool | None = None  # of blocks: whether they had feedback


class ChangeSummary(msgspec.Struct, frozen=True):
    """A change of one mean; None is unknown, or withheld."""

    change: Figure | None
    ci95_low: Figure | None
    ci95_high: Figure | None
    sure: bool = False  # also where it was looked at after every stance


class PartChange(msgspec.Struct, frozen=True, rename={"before": "from", "now": "to"}):
    """What changed from one part of the run to another (gait/change.py)."""

    before: RunPart
    now: RunPart
    sides: dict[Word, dict[Word, ChangeSummary]]  # side -> metric
    symmetry: dict[Word, ChangeSummary]  # metric -> change of left minus right
    cadence_spm: ChangeSummary
    reasons: tuple[Reason, ...] = ()  # what happened in between: "camera" and "view" withhold, "absence" widens


class TrendSummary(msgspec.Struct, frozen=True):
    """Change a minute of one mean, in a run of five minutes or more; None is unknown, or withheld."""

    per_minute: Figure | None
    ci95_low: Figure | None
    ci95_high: Figure | None

    @property
    def leads(self) -> bool | None:
        """Whether it goes one way for sure; None where that cannot be said."""
        if self.per_minute is None or self.ci95_low is None or self.ci95_high is None:
            return None
        return self.ci95_low > 0.0 or self.ci95_high < 0.0


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
    changes: Annotated[tuple[PartChange, ...], Meta(max_length=10_000)] = ()  # the first is first to last part
    trends: dict[Word, dict[Word, TrendSummary]] = {}  # side -> metric; empty in shorter runs
    # Side -> quantity in centimetres (gait/body_size.py); empty where nobody stood, or the runner's height is not known.
    centimetres: dict[Word, dict[Word, MetricSummary]] = {}
    cadence_half_spm: Rate | None = None  # half of the cadence's 95% interval; None: unknown, or of an earlier version
