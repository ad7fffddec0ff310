"""What live and offline both put into a session folder, so that both write the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.addresses import masked
from runform_live.config import Config
from runform_live.gait.one_level import on_one_level
from runform_live.handover import Newest
from runform_live.messages import (
    CoachState,
    Cue,
    GaitState,
    Naming,
    Picture,
    Stance,
    TroubleKind,
)
from runform_live.session import door
from runform_live.session.figures import Summary
from runform_live.session.first_minute_target import with_target_of_whole_run
from runform_live.session.kept_events import KeptEvents
from runform_live.session.kept_info import KeptInfo
from runform_live.session.kept_stances import KeptStances, KeptStancesState
from runform_live.session.new_session import new_info
from runform_live.session.recorded_pictures import RecordedPictures, RecordedPicturesState
from runform_live.session.schema import SessionInfo
from runform_live.session.source import unchanged
from runform_live.session.summary import of_session
from runform_live.session.writer import SessionWriter


class RecordState(msgspec.Struct, frozen=True):
    """What a successor cannot read from the folder."""

    info: SessionInfo
    gait: GaitState | None
    frame: int  # number of the newest frame with a pose
    time_s: float  # and its time
    stances: KeptStancesState
    pictures: RecordedPicturesState
    unsaved_events: tuple[str, ...]  # that the disk has not taken


class SessionRecord:
    """One session being written: takes what the stages say and keeps the running picture of it.

    It takes everything once: what is not newer than what it holds is left out. It never raises for a disk that refuses; `trouble`
    says in a line what is wrong and what to do, and at the end everything is tried once more.
    """

    def __init__(
        self,
        folder: Path,
        source: str,
        config: Config,
        recorded_by: str,
        slowed: float = 1.0,
        before: RecordState | None = None,
    ) -> None:
        """Begin a session in an empty folder, or go on where a predecessor stopped (before: its last state)."""
        self.folder = folder
        self._writer = SessionWriter(folder)
        kept = self._writer.kept()
        info = (before.info if before else None) or kept.info or new_info(source, folder, config, recorded_by, slowed)
        if kept.info is not None and kept.info.ended is not None:
            info = kept.info
        self.summary: Summary | None = None  # once the session is closed
        self._gait = before.gait if before else None
        self.frame = max(kept.frame, before.frame if before else 0)
        self._poses = Newest() if kept.pose_s is None else Newest(kept.pose_s)
        self.time_s = max(self._poses.time_s, before.time_s if before else 0.0, 0.0)
        self._stances = KeptStances(self._writer, kept.stances, _naming_by(info), before.stances if before else None)
        self._events = KeptEvents(self._writer, kept.events, before.unsaved_events if before else ())
        self.pictures = RecordedPictures(folder, info, self._writer, before.pictures if before else None)
        self.about = KeptInfo(self._writer, info)
        if info.ended is not None:  # a predecessor closed it
            self.summary = self._summarised()
            self._writer.abandon(remove_lock=True)
            return
        self.about.info = msgspec.structs.replace(info, videos=self.pictures.parts)
        self._writer.begin(self.info, self._stances.rows, self._events.lines)

    @property
    def info(self) -> SessionInfo:
        """What session.json says by now."""
        return self.about.info

    def __enter__(self) -> SessionRecord:
        return self

    def __exit__(self, *_: object) -> None:
        self.abandon()

    def state(self) -> RecordState:
        """What a successor needs beside the folder."""
        return RecordState(
            info=self.info,
            gait=self._gait,
            frame=self.frame,
            time_s=self.time_s,
            stances=self._stances.state(),
            pictures=self.pictures.state(),
            unsaved_events=self._events.unsaved(),
        )

    @property
    def trouble(self) -> str:
        """What the disk does not take, in a line; empty: all is well."""
        if self.pictures.trouble is not None:
            found, kept = self.pictures.trouble, "the recording stopped and what was recorded is kept"
        elif self._writer.trouble is None:
            return ""
        elif self.summary is not None:
            found, kept = self._writer.trouble, "not all of the session could be written"
        else:
            found, kept = self._writer.trouble, "the figures are kept in memory and tried again"
        return f"{found.what}; {kept}; {found.advice}"

    @property
    def trouble_kind(self) -> TroubleKind:
        """The same as a word."""
        if self.pictures.trouble is not None:
            return self.pictures.trouble.kind
        return "" if self._writer.trouble is None else "not_kept"

    # -- what is known of the session -----------------------------------------------------------------------------

    def opened(self, height_px: int, width_px: int, frame_rate_hz: float | None) -> None:
        """The source is open: its size and rate are known."""
        self.about.update(height_px=height_px, width_px=width_px, frame_rate_hz=frame_rate_hz)
        self._after_video(self.pictures.rate(frame_rate_hz))

    def film_ended(self, flags: Sequence[str], repaired: Mapping[str, int]) -> None:
        """What was wrong with the film, as it was known at its end. repaired: of its clock (restarts, guessed, left_out)."""
        for word in flags:
            self.about.flag(word)
        if repaired:
            self._events.add("clock_repaired", self.time_s, **repaired)

    # -- what the stages say --------------------------------------------------------------------------------------

    def pose(self, frame: int, time_s: float, landmarks: npt.NDArray[np.float64]) -> bool:
        """One frame's landmarks (landmarks, 3); False where they are there already."""
        self.frame, self.time_s = max(frame, self.frame), max(time_s, self.time_s)
        if not self._poses.is_new(time_s):
            return False
        self._writer.pose(frame, time_s, landmarks)
        return True

    def stance(self, stance: Stance, counts: bool = True) -> None:
        """One stance. counts: False during a pause; such a stance stays out even if it is sent again."""
        self._name_sides(stance.naming)
        self._stances.push(stance, counts)

    def gait(self, state: GaitState) -> None:
        """The latest state of the gait stage; what it changes goes into session.json."""
        before = self._gait
        if before is not None and state.time_s < before.time_s:
            return
        self._gait = state
        self._name_sides(state.naming)
        naming = self._stances.naming  # holds, whatever the view is called at the moment: from the side, for instance
        self.about.gait(state, None if naming is None else naming.view)
        if before is not None and before.phase != state.phase:
            goes_on = "run_begins" if before.phase == "before" else "run_goes_on"
            self._events.add("run_pauses" if state.phase == "paused" else goes_on, state.phase_since_s)

    def _name_sides(self, told: Naming | None) -> None:
        if self._stances.name_by(told):
            text = "the view is another than it seemed: left and right of the stances seen from this place"
            self._events.add("sides_exchanged", self.time_s, text=text)

    def cue(self, cue: Cue) -> None:
        """A cue that was given."""
        self._events.cue(cue)

    def coach(self, state: CoachState) -> None:
        """Which targets are in force, what is trained, and which blocks of the run have feedback."""
        self.about.coach(state)
        self._events.coach(state, self.time_s)

    def event(self, kind: str, text: str) -> None:
        """Something that happened just now. What a source says may hold its address, and that a password."""
        self._events.add(kind, self.time_s, text=masked(text))

    def note(self, text: str, at_s: float | None) -> None:
        """What a person noted at a time of the session (s); None, or a time that is still to come: now."""
        self._events.note(text, max(self.time_s, 0.0), at_s)

    # -- pictures -------------------------------------------------------------------------------------------------

    def record(self) -> None:
        """Begin to record pictures, or go on with it."""
        self._after_video(self.pictures.begin())

    def stop_recording(self) -> None:
        """End the video that is written."""
        self._after_video(self.pictures.stop())

    def picture(self, frame: int, time_s: float, picture: Picture, again: bool = False) -> None:
        """One picture (height, width, 3; BGR) for the video, where one is recorded; see `RecordedPictures.picture`."""
        if self.pictures.recording:
            self._after_video(self.pictures.picture(frame, time_s, picture, again))

    def _after_video(self, taken: bool) -> None:
        """Say in session.json that a part was begun or closed, and have it synced; say it if the disk has just refused."""
        parts = self.pictures.parts
        new = [part for part in parts if part not in self.info.videos]
        for part in new:
            self._writer.changed(self.folder / part.file)
        if new or len(parts) != len(self.info.videos):
            self.about.update(videos=parts)
        if not taken:
            self.about.flag("recording_stopped")
            self.event("trouble", self.trouble)

    # -- the end --------------------------------------------------------------------------------------------------

    def finish(self, ended: str, frames: int | None = None) -> Summary:
        """Close the folder; `ended` says how, `frames` how many there were (None: as the poses counted them)."""
        if self.summary is not None:
            return self.summary
        self.stop_recording()
        if self._gait is not None and self._gait.phase != "before":
            paused = self._gait.phase == "paused"
            self._events.add("run_ends", self._gait.phase_since_s if paused else self._gait.time_s)
        if not self._writer.close_poses(self.info.view):
            self.about.flag("poses_incomplete")
        known = self.info.source_file
        self.about.info = msgspec.structs.replace(
            self.info,
            videos=tuple(part for part in self.info.videos if (self.folder / part.file).exists()),
            frames=self.frame if frames is None else frames,
            frames_recorded=self.pictures.recorded,
            frames_not_recorded=self.pictures.not_taken,
            ended=door.clean(masked(ended)),
            source_file=None if known is None else unchanged(known),
        )
        self._read_against_one_level()
        self.about.info = with_target_of_whole_run(self.info, self._stances.rows)
        self.summary = self._summarised()
        self._writer.finish(self.info, self.summary, self._stances.rows, self._events.lines)
        return self.summary

    def _read_against_one_level(self) -> None:
        """Read the whole run against one level line, here and in the file."""
        before = self._stances.rows
        fresh = on_one_level(before, self.info.calibration.from_s)
        if any(one is not other for one, other in zip(fresh, before, strict=True)):
            self._stances.replace(fresh)

    def _summarised(self) -> Summary:
        return of_session(self.info, self._stances.rows, self._events.events())

    def abandon(self) -> None:
        """Leave the folder as a crash would; does nothing once the session is closed."""
        if self.summary is None:
            self._writer.abandon()


def _naming_by(info: SessionInfo) -> Naming | None:
    """How left and right are named in a session, as far as its folder says it."""
    return Naming(info.view) if info.view in ("posterior", "anterior") else None
