"""What live and offline both put into a session folder, so that both write the same."""

from __future__ import annotations

import contextlib
import itertools
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.addresses import masked
from runform_live.body import Leg, view_of
from runform_live.capture.dates import Recorded
from runform_live.config import Config
from runform_live.gait.one_level import calibrated_since, on_one_level
from runform_live.messages import (
    BodyShares,
    CoachState,
    Cue,
    GaitState,
    Naming,
    Person,
    Prescribed,
    Stance,
    TroubleKind,
)
from runform_live.naming import exchanged, leg_of_stance, newer, put_right, renamed
from runform_live.session import door, events, stances, within
from runform_live.session.baseline import aimed_anew
from runform_live.session.origin import new_info
from runform_live.session.recording import VideoRecording
from runform_live.session.schema import Calibration, SessionInfo, Summary
from runform_live.session.source import unchanged
from runform_live.session.summary import of_session
from runform_live.session.video import VIDEO_TROUBLE
from runform_live.session.writer import MEMORY, SessionWriter, Words, in_words

NEVER_S = -1.0
ROUNDING_S = 1e-4  # of the times in stances.csv and events.jsonl
SAME_S = 1.0  # an event of a predecessor that is told once more may carry the time of another frame


class RecordState(msgspec.Struct, frozen=True):
    """What a successor cannot read from the folder."""

    info: SessionInfo
    gait: GaitState | None
    frame: int  # number of the newest frame with a pose
    time_s: float  # and its time
    recording: bool
    newest_s: float  # midstance of the last stance, also of one that did not count
    offered: int  # frames that the recording should have
    offered_frame: int | None  # number of the newest of them
    video_trouble: Words | None
    unsaved_stances: tuple[Stance, ...]  # that the disk has not taken
    unsaved_events: tuple[str, ...]
    naming: Naming | None  # of the stances
    # The leg of the picture of each stance: with its side in the file it tells a successor by which view a row is named there.
    legs: tuple[Leg | None, ...]


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
        """Begin a session in an empty folder, or go on where a predecessor stopped (before: what it told last)."""
        self.folder = folder
        self._writer = SessionWriter(folder)
        kept = self._writer.kept()
        info = (before.info if before else None) or kept.info
        self.info = info or new_info(source, folder, config, recorded_by, slowed)
        if kept.info is not None and kept.info.ended is not None:
            self.info = kept.info
        self.summary: Summary | None = None  # once the session is closed
        self._naming = before.naming if before else _naming_by(self.info)
        self._stances = _named(kept.stances, before, self._naming)
        self._unknown = {place for place, one in enumerate(self._stances) if one.naming is None}
        self._stale = False  # the file names rows by an older view, because the disk refuses
        self._put_right()
        self._newest_s = max((one.midstance_s for one in self._stances), default=NEVER_S)
        self._events = list(kept.events)
        self._gait = before.gait if before else None
        self.frame = max(kept.frame, before.frame if before else 0)
        self._pose_s = NEVER_S if kept.pose_s is None else kept.pose_s
        self.time_s = max(self._pose_s, before.time_s if before else NEVER_S, 0.0)
        if before:
            self._take_unsaved(before)
            self._newest_s = max(self._newest_s, before.newest_s)
        self._legs = list(map(leg_of_stance, self._stances))
        self._inherited = [json.loads(line) for line in self._events]
        cues_s = [float(event["time_s"]) for event in self._inherited if event.get("kind") == "cue"]
        self._cue_s = max(cues_s, default=NEVER_S)
        self._feedback = within.feedback_at_end(self._inherited)
        self._block_s = max(
            (float(event["time_s"]) for event in self._inherited if event["kind"] in within.MARKS), default=NEVER_S
        )
        self._videos = VideoRecording(folder, self.info.videos, self.info.frame_rate_hz)
        self.recording = before.recording if before else False
        self._offered = before.offered if before else self._videos.frames
        self._offered_frame = before.offered_frame if before else None
        self._video_trouble = before.video_trouble if before else None
        self._told = self._gist()
        if self.info.ended is not None:  # a predecessor closed it
            self.summary = self._summarised()
            self._writer.abandon(remove_lock=True)
            return
        self.info = msgspec.structs.replace(self.info, videos=self._videos.parts)
        self._writer.begin(self.info, self._stances, self._events)

    def _take_unsaved(self, before: RecordState) -> None:
        for one in (stances.as_written(renamed(each, self._naming)) for each in before.unsaved_stances):
            if self._is_new(one):
                self._stances.append(one)
                self._newest_s = one.midstance_s
        on_disk = set(self._events)
        self._events += [line for line in before.unsaved_events if line not in on_disk]

    def __enter__(self) -> SessionRecord:
        return self

    def __exit__(self, *_: object) -> None:
        self.abandon()

    def state(self) -> RecordState:
        """What a successor needs beside the folder."""
        rows, lines = self._writer.unsaved()
        return RecordState(
            info=self.info,
            gait=self._gait,
            frame=self.frame,
            time_s=self.time_s,
            recording=self.recording,
            newest_s=self._newest_s,
            offered=self._offered,
            offered_frame=self._offered_frame,
            video_trouble=self._video_trouble,
            unsaved_stances=tuple(self._stances[max(0, len(self._stances) - rows) :]),
            unsaved_events=tuple(self._events[max(0, len(self._events) - lines) :]),
            naming=self._naming,
            legs=tuple(self._legs),
        )

    @property
    def trouble(self) -> str:
        """What the disk does not take, in a line; empty: all is well."""
        if self._video_trouble is not None:
            words, kept = self._video_trouble, "the recording stopped and what was recorded is kept"
        elif self._writer.trouble is not None:
            words = self._writer.trouble
            kept = "not all of the session could be written" if self.summary is not None else MEMORY
        else:
            return ""
        return f"{words.what}; {kept}; {words.advice}"

    @property
    def trouble_kind(self) -> TroubleKind:
        """The same as a word."""
        if self._video_trouble is not None:
            return self._video_trouble.kind
        return "" if self._writer.trouble is None else "not_kept"

    # -- figures --------------------------------------------------------------------------------------------------

    def opened(self, height_px: int, width_px: int, frame_rate_hz: float | None) -> None:
        """The source is open: its size and rate are known."""
        self._update(height_px=height_px, width_px=width_px, frame_rate_hz=frame_rate_hz)
        try:
            self._videos.rate(frame_rate_hz)
        except VIDEO_TROUBLE as trouble:
            self._stop_recording(trouble)
        self._note_videos()

    def played(self, frame_rate_hz: float | None, mirrored: bool) -> None:
        """How the source is played: at a rate that a person named, with mirrored pixels."""
        self._update(frame_rate_given_hz=frame_rate_hz, mirrored=mirrored)

    def of_person(self, person: Person | None) -> None:
        """Whose session it is; None: nobody was named."""
        if person is not None:
            self._update(person=person.pseudonym, person_id=person.id, person_height_m=person.height_m)

    def of_film(self, recorded: Recorded, again_of: str | None = None) -> None:
        """When the film was recorded: the session began then. again_of: id of the session that measured the same film before."""
        self._update(
            started=recorded.moment.isoformat(timespec="seconds"),
            date_from=recorded.date_from,
            measured=self.info.started,
            again_of=again_of,
        )

    def prescribed(self, programme: Prescribed | None, pain_before: int | None) -> None:
        """Which session of a programme it is (None: a free run), and the pain score before it (None: not known)."""
        self._update(programme=programme, pain_before=pain_before)

    def film_ended(self, flags: Sequence[str], repaired: Mapping[str, int]) -> None:
        """What was wrong with the film, as it was known at its end. repaired: of its clock (restarts, guessed, left_out)."""
        for word in flags:
            self.flag(word)
        if repaired:
            self._event("clock_repaired", self.time_s, **repaired)

    def pose(self, frame: int, time_s: float, landmarks: npt.NDArray[np.float64]) -> bool:
        """One frame's landmarks (landmarks, 3); False where they are there already."""
        self.frame, self.time_s = max(frame, self.frame), max(time_s, self.time_s)
        if time_s <= self._pose_s:
            return False
        self._pose_s = time_s
        self._writer.pose(frame, time_s, landmarks)
        return True

    def stance(self, stance: Stance, counts: bool = True) -> None:
        """One stance; counts: False of a pause, whose stances are left out also when they are told once more."""
        self._name(stance.naming)
        stance = renamed(stance, self._naming)
        if not self._is_new(stance):
            self._learn_naming(stance)
            return
        self._newest_s = stance.midstance_s
        if not counts:
            return
        self._stances.append(stances.as_written(stance))
        self._legs.append(leg_of_stance(stance))
        if self._stale:
            self._rewrite_stances()
        else:
            self._writer.stance(stance)

    def _name(self, told: Naming | None) -> None:
        """Left and right as it holds by now: those of earlier stances are put right, here and in the file."""
        before, self._naming = self._naming, newer(self._naming, told)
        if not exchanged(before, self._naming):
            return
        if self._put_right():
            self._event(
                "sides_exchanged",
                self.time_s,
                text="the view is another than it seemed: left and right of the stances seen from this place",
            )
            self._rewrite_stances()

    def _put_right(self) -> bool:
        """Name all stances as it holds by now, in the precision of the file; whether any of them changed."""
        changed = put_right(self._stances, self._naming)
        if changed:
            self._stances = list(map(stances.as_written, self._stances))
        return changed

    def _learn_naming(self, told: Stance) -> None:
        """A row that a predecessor wrote after its last word is told once more, and with it how the row is named."""
        for place in self._unknown:
            row = self._stances[place]
            if abs(row.midstance_s - told.midstance_s) <= ROUNDING_S:
                self._unknown.remove(place)
                self._stances[place] = stances.as_written(told)
                self._legs = list(map(leg_of_stance, self._stances))
                if told.side != row.side:
                    self._rewrite_stances()
                return

    def _rewrite_stances(self) -> None:
        self._stale = not self._writer.rewrite_stances(self._stances)

    def _is_new(self, stance: Stance) -> bool:
        return stance.midstance_s > self._newest_s + ROUNDING_S

    def gait(self, state: GaitState) -> None:
        """The latest word of the gait stage; what it changes goes into session.json."""
        before = self._gait
        if before is not None and state.time_s < before.time_s:
            return
        self._gait = state
        self._name(state.naming)
        view = state.view if state.view in ("posterior", "anterior") else self.info.view
        if self._naming is not None:
            view = self._naming.view  # whatever it is called at the moment: from the side, for instance
        own = tuple(flag for flag in self.info.flags if flag in OWN_FLAGS)
        self._update(view=view, calibration=_calibration(state, self.info.calibration), flags=(*state.flags, *own))
        if before is not None and before.phase != state.phase:
            kind = (
                "run_pauses" if state.phase == "paused" else "run_begins" if before.phase == "before" else "run_goes_on"
            )
            self._event(kind, state.phase_since_s)

    def cue(self, cue: Cue) -> None:
        if cue.time_s <= self._cue_s + ROUNDING_S:
            return
        self._cue_s = cue.time_s
        latency_s = None if cue.latency_s is None else round(cue.latency_s, 4)
        self._event("cue", cue.time_s, text=cue.text, reason=cue.reason, audible=cue.audible, latency_s=latency_s)

    def coach(self, state: CoachState) -> None:
        """Which targets are in force, what is trained, whether this block of the run has feedback, and whether a person marked it.

        Cues that are muted are still seen on the screen: they are feedback.
        """
        self._update(
            targets={metric: band.ends for metric, band in state.targets.items()},
            target_from=state.target_from,
            reference_s=state.reference_s or self.info.reference_s,  # while a new one is watched, the one before holds
            trained_metric=state.trained,
        )
        at_s, block = self.time_s, state.marked
        if block is not None and block.since_s > self._block_s + ROUNDING_S:
            at_s = self._block_s = block.since_s
            begins = block.feedback is not None
            details = {"feedback": block.feedback} if begins else {}
            self._write_event(within.BLOCK_BEGINS if begins else within.BLOCK_ENDS, at_s, **details)
        feedback = state.feedback and state.mode != "off"
        if feedback != self._feedback:
            self._feedback = feedback
            # Not by `_event`: a block that is told once more after a restart must end by the same word as it did before.
            self._write_event(within.FEEDBACK_ON if feedback else within.FEEDBACK_OFF, at_s)

    def event(self, kind: str, text: str) -> None:
        """Something that happened just now. What a source says may hold its address, and that a password."""
        self._event(kind, self.time_s, text=masked(text))

    def note(self, text: str, at_s: float | None) -> None:
        """What a person noted at a time of the session (s); None, or a time that is still to come: now."""
        now_s = max(self.time_s, 0.0)
        self._event(
            "note", now_s if at_s is None or not 0 <= at_s <= now_s else at_s, text=door.clean(text, events.MOST_TEXT)
        )

    def _event(self, kind: str, time_s: float, **details: Any) -> None:
        if any(
            event.get("kind") == kind and abs(event["time_s"] - time_s) < SAME_S and details.items() <= event.items()
            for event in reversed(self._inherited)
        ):
            return  # a predecessor wrote it, and it was told once more
        self._write_event(kind, time_s, **details)

    def _write_event(self, kind: str, time_s: float, **details: Any) -> None:
        line = events.line(kind, time_s, **details)
        self._events.append(line)
        self._writer.event(line)

    def flag(self, word: str) -> None:
        """Something about the recording that the summary must say; one of OWN_FLAGS."""
        if word not in self.info.flags:
            self._update(flags=(*self.info.flags, word))

    # -- pictures -------------------------------------------------------------------------------------------------

    @property
    def recorded(self) -> int:
        """Frames in the videos."""
        return self._videos.frames

    @property
    def not_taken(self) -> int:
        """Frames that came while it was recorded, or should have, and are in no video."""
        return max(0, self._offered - self._videos.frames)

    @property
    def kept_until_s(self) -> float:
        """Frames up to this time are in the files, whatever happens to this process; -1: none is."""
        return self._videos.kept_until_s

    def record(self) -> None:
        """Begin to record pictures, or go on with it."""
        if self.recording:
            return
        self._video_trouble = None
        refused = self._writer.reserve()
        self.recording = refused is None
        if refused is not None:
            self._say_not_recording(refused)

    def stop_recording(self) -> None:
        """End the video that is written."""
        self.recording, self._offered_frame = False, None
        try:
            self._videos.stop()
        except VIDEO_TROUBLE as trouble:
            self._stop_recording(trouble)
        self._note_videos()

    def picture(self, frame: int, time_s: float, picture: npt.NDArray[np.uint8], again: bool = False) -> None:
        """One picture (height, width, 3; BGR) for the video, where one is recorded.

        frame: its number; numbers that are left out are pictures that did not arrive. again: it is sent for the second time.
        """
        if not self.recording:
            return
        refused = self._writer.refused(self._videos.path) if self._videos.path else None
        try:
            if refused is not None:
                raise refused
            written = self._videos.write(picture, time_s)
        except VIDEO_TROUBLE as trouble:
            self._stop_recording(trouble)
            return
        self._count(frame, written, again)
        if self._videos.path is not None:
            self._writer.changed(self._videos.path)
        self._note_videos()

    def _count(self, frame: int, written: bool, again: bool) -> None:
        newest = self._offered_frame
        if newest is not None and frame > newest:
            self._offered += frame - newest - (not written)  # what is not written was there already
        elif written and not again:
            self._offered += 1  # the first one, or a source that was opened anew counts on from a lower number
        elif newest is not None:
            return
        self._offered_frame = frame

    def _stop_recording(self, trouble: BaseException) -> None:
        """The disk takes no more pictures: keep what there is, say so, and leave the rest of the room to the numbers."""
        self.recording = False
        with contextlib.suppress(*VIDEO_TROUBLE):
            self._videos.stop()
        self._note_videos()
        self._writer.release_reserve()
        self._say_not_recording(in_words(trouble))

    def _say_not_recording(self, words: Words) -> None:
        self._video_trouble = words
        self.flag("recording_stopped")
        self.event("trouble", self.trouble)

    def _note_videos(self) -> None:
        """A part was begun or closed: say so in session.json, and have it synced with its end."""
        new = [part for part in self._videos.parts if part not in self.info.videos]
        for part in new:
            self._writer.changed(self.folder / part.file)
        if new or len(self._videos.parts) != len(self.info.videos):
            self._update(videos=self._videos.parts)

    # -- the end --------------------------------------------------------------------------------------------------

    def finish(self, ended: str, frames: int | None = None) -> Summary:
        """Close the folder; `ended` says how, `frames` how many there were (None: as the poses counted them)."""
        if self.summary is not None:
            return self.summary
        self.stop_recording()
        if self._gait is not None and self._gait.phase != "before":
            paused = self._gait.phase == "paused"
            self._event("run_ends", self._gait.phase_since_s if paused else self._gait.time_s)
        if not self._writer.close_poses(self.info.view):
            self.flag("poses_incomplete")
        known = self.info.source_file
        self.info = msgspec.structs.replace(
            self.info,
            videos=tuple(part for part in self.info.videos if (self.folder / part.file).exists()),
            frames=self.frame if frames is None else frames,
            frames_recorded=self.recorded,
            frames_not_recorded=self.not_taken,
            ended=door.clean(masked(ended)),
            source_file=None if known is None else unchanged(known),
        )
        self._level_alike()
        self.info = aimed_anew(self.info, self._stances)
        self.summary = self._summarised()
        self._writer.finish(self.info, self.summary, self._stances, self._events)
        return self.summary

    def _level_alike(self) -> None:
        """Read the whole run against one level line, here and in the file."""
        fresh = on_one_level(self._stances, self.info.calibration.from_s)
        if any(one is not before for one, before in zip(fresh, self._stances, strict=True)):
            self._stances = [stances.as_written(stance) for stance in fresh]
            self._rewrite_stances()

    def _summarised(self) -> Summary:
        return of_session(self.info, self._stances, [json.loads(line) for line in self._events])

    def abandon(self) -> None:
        """Leave the folder as a crash would; does nothing once the session is closed."""
        if self.summary is None:
            self._writer.abandon()

    def _update(self, **changes: object) -> None:
        self.info = msgspec.structs.replace(self.info, **changes)
        gist = self._gist()
        if gist != self._told:
            self._told = gist
            self._writer.info(self.info)

    def _gist(self) -> SessionInfo:
        """What is worth a new session.json: all but the last digits of the level line, which changes with every step."""
        level = self.info.calibration
        coarse = msgspec.structs.replace(
            level, level_deg=_rounded(level.level_deg, 1), level_sd_deg=_rounded(level.level_sd_deg, 1)
        )
        return msgspec.structs.replace(self.info, calibration=coarse)


# Flags that the record itself raises; the others are the gait stage's, which takes them back, too.
OWN_FLAGS = frozenset({"recording_stopped", "poses_incomplete", "video_cut_short", "clock_repaired"})


def _naming_by(info: SessionInfo) -> Naming | None:
    """How left and right are named in a session, as far as its folder says it."""
    return Naming(info.view) if info.view in ("posterior", "anterior") else None


def _named(rows: Sequence[Stance], before: RecordState | None, naming: Naming | None) -> list[Stance]:
    """The rows of the file with the naming that they have there: a predecessor may have written them anew after its last word.

    Rows that it wrote after its last word have none: they are told once more, and then it is known.
    """
    if before is None:
        return [msgspec.structs.replace(one, naming=naming) for one in rows]
    named = []
    for one, leg in zip(rows, itertools.chain(before.legs, itertools.repeat(None)), strict=False):
        by = None
        if leg is not None and naming is not None:
            by = msgspec.structs.replace(naming, view=view_of(one.side, leg))
        named.append(msgspec.structs.replace(one, naming=by))
    return named


def _calibration(state: GaitState, before: Calibration) -> Calibration:
    from_s = calibrated_since(state, before.calibrated, before.from_s)
    level = _rounded(state.level_deg), _rounded(state.level_sd_deg)
    return Calibration(state.calibrated, *level, _rounded(from_s), _body(state.body) or before.body)


def _body(seen: BodyShares | None) -> BodyShares | None:
    """With few digits: a stand that goes on changes the last ones with every frame."""
    return None if seen is None else BodyShares(round(seen.hip_width, 3), round(seen.trunk, 3))


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return round(value, digits) if value is not None and math.isfinite(value) else None
