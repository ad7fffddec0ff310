"""The session folder's files and what they hold (docs/architecture.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from runform_live.messages import Band, BodyShares, Gait, PainScore, Prescribed, TargetFrom, View
from runform_live.metrics import MAIN_METRIC
from runform_live.model_used import ModelUsed
from runform_live.value_ranges import (
    BandEnds,
    Count,
    Figure,
    GivenRate,
    Height,
    Line,
    PathText,
    Pixels,
    Rate,
    Seconds,
    Spread,
    Word,
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

YEARS = 1970, 9998


class Calibration(msgspec.Struct, frozen=True):
    """The level line that was used; None where it is not known."""

    calibrated: bool
    level_deg: Figure | None
    level_sd_deg: Spread | None = None
    # When a stand last gave a line where there was none of standing; None: never, or not kept
    from_s: Seconds | None = None
    body: BodyShares | None = None  # of the runner, as the newest stand showed it; it outlasts the line


class VideoPart(msgspec.Struct, frozen=True):
    """One video file of a session. A second recording, or a picture of another size, begins a new one."""

    file: Word  # its name in the folder
    start_s: Seconds  # time of its first frame
    end_s: Seconds | None = None  # of its last one; None while it is recorded
    frames: Count | None = None


class SourceFile(msgspec.Struct, frozen=True):
    """What the file that was measured is known by. A file is taken for it only where size and both digests fit.

    Its paths are as `file_names.storable` makes them.
    """

    path: PathText  # absolute
    relative: PathText | None  # to the session's folder; None where there is no such path (another drive)
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
    source: PathText  # a camera's number, a file's name as it was given, an address without its password
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
    targets: dict[Word, BandEnds] | None = None  # in force at the end; None: nobody coached
    target_from: TargetFrom | None = None  # where they come from; None: nobody coached, or not kept
    target_gait: Gait | None = None  # that they hold for; None: as the settings say
    reference_s: tuple[Seconds, Seconds] | None = None  # the coach's newest first minute: first contact to last toe off
    trained_metric: Word | None = None  # chosen in the window; None: as the settings say
    flags: Annotated[tuple[Word, ...], Meta(max_length=1000)] = ()  # what is wrong with the recording, by now
    videos: Annotated[tuple[VideoPart, ...], Meta(max_length=10_000)] = ()  # in the order of their times
    frames: Count = 0
    frames_recorded: Count = 0  # in all videos
    frames_not_recorded: Count = 0
    ended: Line | None = None
    # Of an analysed film, what `started` was read from (capture/dates.py); empty: the clock of this computer
    date_from: Word = ""
    measured: Word | None = None  # ISO 8601 with offset: when such a film was analysed
    # Id of the session in which the same film was measured before; None: this is the first
    again_of: Word | None = None
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
        """The target band of each metric that has one: those in force at the end, else those of the settings."""
        if self.targets is not None:
            return {metric: Band(*ends) for metric, ends in self.targets.items()}
        coach = self.config.get("coach", {})
        if coach.get("target_from", "settings") != "settings":
            return {}
        return {metric: Band(band.get("low"), band.get("high")) for metric, band in coach.get("targets", {}).items()}

    def gait_of_targets(self) -> Gait:
        """The gait that the targets hold for: figures of the other one are held against none."""
        return self.target_gait or ("walk" if self.config.get("coach", {}).get("target_gait") == "walk" else "run")

    def for_gait(self, gait: Gait) -> SessionInfo:
        """The same about one gait: without targets and first minute, where they are of the other one.

        `target_from` still tells where a target of the other gait comes from, and "none" where there was none.
        """
        if gait == self.gait_of_targets():
            return self
        source: TargetFrom = "none"
        if self.target_from == "baseline" or any(not band.is_open for band in self.bands().values()):
            source = self.target_from or "settings"
        return msgspec.structs.replace(self, targets={}, target_from=source, reference_s=None)

    def trained(self) -> str:
        """The metric that the run was about: the chosen one, else the first that has a target, else the pelvic drop."""
        return self.trained_metric or next(iter(self.config.get("coach", {}).get("targets", {})), MAIN_METRIC)
