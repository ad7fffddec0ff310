"""Reads a session folder: checks it, names what is missing or damaged, completes one that was cut off.

A folder that a living process writes is never changed: what there is so far is shown.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow as pa

from runform_live.errors import BadInput, reason_of
from runform_live.gait.one_level import on_one_level
from runform_live.gait.uncertainty.statistics import estimate
from runform_live.messages import METRICS, SIDES, Stance
from runform_live.names import shown
from runform_live.session import door, events, poses, schema, stances
from runform_live.session.baseline import aimed_anew
from runform_live.session.events import Event
from runform_live.session.files import has_content, write_atomically
from runform_live.session.lock import RUN, FolderLock, is_written
from runform_live.session.origin import software
from runform_live.session.recording import is_video_name, parts_in
from runform_live.session.schema import (
    SUMMARISED,
    Band,
    ChangeSummary,
    Figure,
    MetricSummary,
    PartChange,
    SessionInfo,
    Summary,
    SymmetrySummary,
    TrendSummary,
)
from runform_live.session.summary import of_session
from runform_live.session.writer import DISK_TROUBLE, tidy, write_info, write_summary

CUT_OFF = "interrupted"
STILL_RUNNING = "still_running"
MADE_ANEW = "summary_made_anew"
LATELY_S = 60.0
ROUNDING = 0.01  # of the figures in the two files
CADENCE_SPM = 1.0  # by which it may differ from that of the stances

Interval = MetricSummary | SymmetrySummary | ChangeSummary | TrendSummary


@dataclass(frozen=True, slots=True)
class Session:
    """A session as read from its folder."""

    folder: Path
    info: SessionInfo
    stances: list[Stance]
    events: list[Event]
    summary: Summary
    running: bool = False  # a living process writes it; this is what there was when it was read

    @property
    def pain(self) -> schema.Pain:
        """The pain scores before and after it."""
        return self.info.pain

    def poses(self) -> pa.Table:
        """poses.parquet as a table; of a session without one, what its log holds."""
        found = poses.found(self.folder, self.info.view)
        if found is None and not self.running and self.info.ended != CUT_OFF:
            raise BadInput(f"{poses.wrong_with(self.folder)}; analyse the video again to make it anew")
        return poses.POSE_SCHEMA.empty_table() if found is None else found

    def until_s(self) -> float:
        """Time (s) of the last frame or stance that is kept; 0 where there is none."""
        times_s = poses.table(self.folder, "unknown").column("time_s")
        last_s = float(times_s[-1].as_py()) if len(times_s) else 0.0
        return max(last_s, self.stances[-1].toe_off_s if self.stances else 0.0)


class _TargetOfSettings(msgspec.Struct):
    low: Figure | None = None
    high: Figure | None = None


class _CoachSettings(msgspec.Struct):
    """What is read from the settings that a session was run with; the rest is kept and never looked at."""

    target_from: schema.Word = "settings"
    baseline_change_deg: Figure | None = None
    targets: dict[schema.Word, _TargetOfSettings] = {}


class _Settings(msgspec.Struct):
    coach: _CoachSettings = msgspec.field(default_factory=_CoachSettings)


# msgspec works out a type when it first decodes one. Two threads that do so at once crash the program, and the list of sessions reads
# folders in threads. So all types of a session are worked out here, when this module is loaded.
WORKED_OUT = tuple(msgspec.json.Decoder(shape) for shape in (SessionInfo, Summary, Stance, _Settings))


def refuse_same(first: Session, second: Session) -> None:
    """Raise BadInput where both are the same session, which cannot be compared with itself."""
    if first.folder.resolve() == second.folder.resolve():
        raise BadInput(f"{shown(first.folder)} is named twice; give two sessions")


def is_session(folder: Path) -> bool:
    """Whether there is something called session.json in it, whatever it is. Raises OSError where that cannot be seen."""
    try:
        (folder / schema.SESSION).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def read(folder: Path) -> Session:
    """The session in `folder`. One that was cut off (kill, power) is completed first, where nobody writes it and that can be done."""
    info = read_info(folder)
    if info.ended is not None:
        return _finished(folder, info)
    if is_written(folder):
        return _so_far(folder, info, running=True)
    if not is_own(folder):
        return _in_memory(folder, info)
    lock = FolderLock(folder)
    if not lock.take() or (lock.unknown and _changed_lately(folder)):
        return _so_far(folder, info, running=True)
    try:
        info = read_info(folder)  # it may have been finished meanwhile
        return _completed(folder, info) if info.ended is None else _finished(folder, info)
    finally:
        lock.release()


def is_own(folder: Path) -> bool:
    """Whether this user owns the folder: what another wrote there would not be its owner's any more."""
    return os.name == "nt" or folder.stat().st_uid == os.geteuid()


def _changed_lately(folder: Path) -> bool:
    """Whether a file of it is younger than LATELY_S: on a drive without locks that is all that tells of a writer."""
    times_s = [path.lstat().st_mtime for path in folder.iterdir()]
    return max(times_s, default=0.0) > time.time() - LATELY_S


def read_info(folder: Path) -> SessionInfo:
    """session.json alone."""
    path = folder / schema.SESSION
    try:
        is_folder = folder.is_dir()
    except (OSError, ValueError) as trouble:
        raise BadInput(f"{folder} cannot be read ({reason_of(trouble)})") from None
    if not is_folder:
        raise BadInput(f"{folder}: there is no such session folder; `runform sessions list` shows those there are")
    try:
        info = door.decoded(path, SessionInfo, door.RESTORE)
    except FileNotFoundError:
        raise BadInput(f"{folder} is not a session folder: {schema.SESSION} is missing") from None
    if info.schema_version > schema.SESSION_VERSION:
        raise BadInput(f"{path} was written by a newer runform_live; update the program")
    return _checked(path, info)


def _checked(path: Path, info: SessionInfo) -> SessionInfo:
    """What types and ranges alone do not tell. Raises BadInput."""

    def damaged(reason: str) -> BadInput:
        return BadInput(f"{path} is damaged ({door.clean(reason)}); {door.RESTORE}")

    try:
        info.moment()
    except (ValueError, OverflowError, OSError):
        raise damaged("`started` is no time with a date") from None
    try:
        coach = msgspec.convert(info.config, _Settings).coach
    except (msgspec.MsgspecError, RecursionError) as trouble:
        raise damaged(f"in its settings: {reason_of(trouble)}") from None
    bands: dict[str, Band] = {metric: (band.low, band.high) for metric, band in coach.targets.items()}
    for metric, (low, high) in (bands | (info.targets or {})).items():
        if metric not in METRICS:
            raise damaged(f"a target for an unknown metric, {metric}")
        if low is not None and high is not None and low > high:
            raise damaged(f"the target of {metric} ends below its beginning")
    if info.trained_metric is not None and info.trained_metric not in METRICS:
        raise damaged(f"the trained metric is unknown, {info.trained_metric}")
    if info.reference_s is not None and info.reference_s[0] > info.reference_s[1]:
        raise damaged("the first minute ends before its beginning")
    for part in info.videos:
        if not is_video_name(part.file):
            raise damaged(f"{part.file or 'an empty name'} is no video of this folder")
    shown = {
        name: door.clean(getattr(info, name)) for name in ("id", "started", "software", "recorded_by", "date_from")
    }
    model = msgspec.structs.replace(info.model, name=door.clean(info.model.name), sha256=door.clean(info.model.sha256))
    return msgspec.structs.replace(
        info,
        **shown,
        model=model,
        flags=tuple(map(door.clean, info.flags)),
        ended=None if info.ended is None else door.clean(info.ended),
        person=None if info.person is None else door.clean(info.person),
        person_id=None if info.person_id is None else door.clean(info.person_id),
    )


def _finished(folder: Path, info: SessionInfo) -> Session:
    found = _in_order(stances.read(folder / schema.STANCES))
    happened = events.read(folder / schema.EVENTS)
    if not info.videos:  # of version 1, which kept no list
        info = msgspec.structs.replace(info, videos=parts_in(folder, thorough=False))
    summary, anew = read_summary(folder), of_session(info, found, happened)
    if summary.schema_version < schema.VERSION_OF_CHANGES:
        summary = msgspec.structs.replace(summary, changes=anew.changes, trends=anew.trends)
    summary = msgspec.structs.replace(summary, centimetres=anew.centimetres)
    if summary.cadence_half_spm is None:
        summary = msgspec.structs.replace(summary, cadence_half_spm=anew.cadence_half_spm)
    if not _fits(summary, found) or _contradicts(summary, anew, info.software == software()):
        summary = of_session(info, found, happened, MADE_ANEW)
    return Session(folder, info, found, happened, summary)


def read_summary(folder: Path) -> Summary:
    """summary.json alone: both sides with every metric, also of changes and of trends where there are some. Raises BadInput."""
    path = folder / schema.SUMMARY
    try:
        summary = door.decoded(path, Summary, door.AGAIN)
    except FileNotFoundError:
        raise BadInput(f"{path} is missing; the session is incomplete: analyse its video again") from None
    known = [set(summary.symmetry), *(set(one.symmetry) for one in summary.changes)]
    by_side: list[Mapping[str, Iterable[str]]] = [summary.sides, *(one.sides for one in summary.changes)]
    if summary.trends:
        by_side.append(summary.trends)
    known += [set(sides.get(side, ())) for sides in by_side for side in SIDES]
    if any(not one.issuperset(SUMMARISED) for one in known):
        raise BadInput(f"{path} is damaged (not all metrics are in it); {door.AGAIN}")
    return msgspec.structs.replace(summary, flags=[door.clean(flag) for flag in summary.flags])


def _in_order(rows: list[Stance]) -> list[Stance]:
    """By time, for cadence and phases are read from neighbours: a spreadsheet may have sorted them by something else.

    A row that stands there twice (same side, same midstance) counts once.
    """
    once = {(stance.side, stance.midstance_s): stance for stance in reversed(rows)}  # the first of them stays
    return sorted(once.values(), key=lambda stance: stance.midstance_s)


def _fits(summary: Summary, rows: list[Stance]) -> bool:
    """Whether its figures are those of the stances beside it. It may be of another session, and rows may have been taken out."""
    for side in SIDES:
        mine = [stance for stance in rows if stance.side == side]
        for metric in SUMMARISED:
            values = [value for stance in mine if (value := getattr(stance, metric)) is not None]
            if not _is_of(summary.sides[side][metric], values):
                return False
    for metric in SUMMARISED:
        left, right = (summary.sides[side][metric].mean for side in SIDES)
        both = summary.symmetry[metric]
        sound = both.difference is None or (
            left is not None and right is not None and abs(left - right - both.difference) <= ROUNDING
        )
        if not sound or not _is_interval(both.ci95_low, both.difference, both.ci95_high):
            return False
    return all(_is_interval(one.ci95_low, _middle(one), one.ci95_high) for one in _told_within(summary))


def _told_within(summary: Summary) -> Iterator[ChangeSummary | TrendSummary]:
    """All that it says of changes within the run."""
    for one in summary.changes:
        yield one.cadence_spm
        for metric in SUMMARISED:
            yield from (one.symmetry[metric], *(one.sides[side][metric] for side in SIDES))
    for side in SIDES if summary.trends else ():
        yield from (summary.trends[side][metric] for metric in SUMMARISED)


def _middle(one: ChangeSummary | TrendSummary) -> float | None:
    return one.change if isinstance(one, ChangeSummary) else one.per_minute


def _contradicts(summary: Summary, found: Summary, same_version: bool) -> bool:
    """Whether it says other than what session.json and the stances give today.

    Intervals and changes within the run are compared only in sessions of this version: others may have made other ones of the same
    stances.
    """
    if (summary.view, summary.calibrated) != (found.view, found.calibrated):
        return True
    if not _is_near(summary.cadence_spm, found.cadence_spm, CADENCE_SPM):
        return True
    if not same_version:
        return False
    half_spm = summary.cadence_half_spm
    if half_spm is not None and not _is_near(half_spm, found.cadence_half_spm, ROUNDING):
        return True
    pairs: list[tuple[Interval, Interval]] = []
    for metric in SUMMARISED:
        pairs += [(summary.sides[side][metric], found.sides[side][metric]) for side in SIDES]
        pairs.append((summary.symmetry[metric], found.symmetry[metric]))
    return not all(_is_near_interval(one, other) for one, other in pairs) or _changes_contradict(summary, found)


def _changes_contradict(summary: Summary, found: Summary) -> bool:
    """The same of what changed within the run: other parts or reasons, or another change between them."""
    if [_parts_of(one) for one in summary.changes] != [_parts_of(one) for one in found.changes]:
        return True
    if bool(summary.trends) != bool(found.trends):
        return True
    pairs = zip(_told_within(summary), _told_within(found), strict=True)
    return not all(
        _is_near(_middle(one), _middle(other), ROUNDING) and _is_near_interval(one, other) for one, other in pairs
    )


def _parts_of(one: PartChange) -> tuple[object, ...]:
    return one.before, one.now, one.reasons


def _is_near(one: float | None, other: float | None, within: float) -> bool:
    """Whether both are unknown, or differ by no more than that."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= within


def _is_near_interval(one: Interval, found: Interval) -> bool:
    if found.ci95_low is None or found.ci95_high is None:
        return one.ci95_low is None and one.ci95_high is None
    return _is_near(one.ci95_low, found.ci95_low, ROUNDING) and _is_near(one.ci95_high, found.ci95_high, ROUNDING)


def _is_of(one: MetricSummary, values: list[float]) -> bool:
    """Whether a mean with its SD and interval is of these values, or of some of them."""
    if one.n > len(values) or (one.n > 0) != (one.mean is not None):
        return False
    if one.mean is None:
        return one.sd is None and one.ci95_low is None and one.ci95_high is None
    if not _is_interval(one.ci95_low, one.mean, one.ci95_high):
        return False
    found = estimate(values, None)
    if one.n < len(values) or found is None:
        return min(values) - ROUNDING <= one.mean <= max(values) + ROUNDING
    return abs(found.mean - one.mean) <= ROUNDING and abs((found.sd or 0.0) - (one.sd or 0.0)) <= ROUNDING


def _is_interval(low: float | None, value: float | None, high: float | None) -> bool:
    """Whether both ends are known with the value between them, or neither is."""
    if low is None or high is None:
        return low is None and high is None
    return value is not None and low - ROUNDING <= value <= high + ROUNDING


def _so_far(folder: Path, info: SessionInfo, running: bool) -> Session:
    """What there is of a session that was not finished; nothing is written."""
    found = _in_order(stances.read(folder / schema.STANCES, cut_off=True))
    found = [stances.as_written(one) for one in on_one_level(found, info.calibration.from_s)]
    happened = events.read(folder / schema.EVENTS, cut_off=True)
    videos = parts_in(folder, info.videos, thorough=not running)
    seen = poses.table(folder, info.view)
    info = msgspec.structs.replace(
        info,
        videos=videos,
        frames=int(seen.column("frame")[-1].as_py()) if seen.num_rows else 0,
        frames_recorded=sum(part.frames or 0 for part in videos),
    )
    info = aimed_anew(info, found)
    summary = of_session(info, found, happened, STILL_RUNNING if running else CUT_OFF)
    return Session(folder, info, found, happened, summary, running)


def _in_memory(folder: Path, info: SessionInfo) -> Session:
    """A session that was cut off, as it would be completed; nothing is written."""
    found = _so_far(folder, info, running=False)
    done = msgspec.structs.replace(found.info, schema_version=schema.SESSION_VERSION, ended=CUT_OFF)
    return Session(folder, done, found.stances, found.events, found.summary)


def _completed(folder: Path, info: SessionInfo) -> Session:
    """Finish what a session that was cut off left open. Where the disk does not take it, it is finished in memory alone."""
    session = _in_memory(folder, info)
    rows = stances.whole(session.stances)
    lines = events.whole([events.as_line(event) for event in session.events])
    try:
        for name, content in ((schema.STANCES, rows), (schema.EVENTS, lines)):
            if not has_content(folder / name, content):
                write_atomically(folder / name, content)
        poses.finish(folder, info.view)
        write_summary(folder, session.summary)
        write_info(folder, session.info)
    except DISK_TROUBLE:
        return session
    tidy(folder)
    with contextlib.suppress(OSError):
        (folder / RUN).unlink()
    return session
