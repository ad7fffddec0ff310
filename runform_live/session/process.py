"""The session stage: keeps what the other stages say in a session folder, and the pictures where that is wished."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

import msgspec

from runform_live import controls, file_names
from runform_live.controls import ENDED_FROM_OUTSIDE, Control
from runform_live.handover import decode, encode
from runform_live.messages import (
    CoachState,
    Cue,
    End,
    Frame,
    FrameAgain,
    GaitState,
    Pose,
    Recorder,
    SourceState,
    Stance,
)
from runform_live.runtime import topology
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup
from runform_live.session.frame_intake import FrameIntake
from runform_live.session.lock import clear_run
from runform_live.session.record import RecordState, SessionRecord

BY_PERSON = "by the person at the keyboard"  # in the events


class SessionState(msgspec.Struct, frozen=True):
    """What a session stage that is started anew goes on with."""

    record: RecordState
    paused: bool
    ended: str
    ended_stages: tuple[str, ...]


class SessionStage(Stage):
    """A session record fed from the bus. The recorder loses no frame that it accepted."""

    def __init__(self, setup: StageSetup, send: Send) -> None:
        super().__init__()
        self._send = send
        before = decode(setup.state, SessionState)
        record = before.record if before else None
        self.record = SessionRecord(Path(setup.folder), setup.source, setup.config, "live", before=record)
        self.record.about.played(setup.frame_rate_hz, setup.mirrored)
        self.record.about.of_person(setup.person)
        self.record.about.prescribed(setup.prescribed, setup.pain_before)
        if before is None and setup.record_video:
            self.record.record()
        self._paused = before.paused if before else False
        self._ended = before.ended if before else "end of the source"
        self._ended_stages = set(before.ended_stages) if before else set()
        self._asks_again = setup.restarted and self.record.pictures.recording
        self._frames = FrameIntake(self.record)
        self._said_trouble = ""
        self._closed = False

    def state_bytes(self) -> bytes:
        return encode(SessionState(self.record.state(), self._paused, self._ended, tuple(sorted(self._ended_stages))))

    def idle(self) -> float:
        self._begin_again()
        self._frames.write_overdue(time.monotonic())
        self._close_when_complete()
        self._say_trouble()
        return 0.2

    def _begin_again(self) -> None:
        """After a restart: ask for the frames that the predecessor took with it, or say once more that all is closed."""
        if self.record.summary is not None:
            self._close(self._ended)
        elif self._asks_again:
            self._asks_again = False
            self._frames.wait_for_repeats(time.monotonic())
            self._report(self.record.frame, asks_again=True)

    # -- messages -------------------------------------------------------------------------------------------------

    def handle(self, received: Received) -> None:
        if self._closed:
            return
        message = received.message
        if isinstance(message, Frame):
            self._frame(message, received)
        else:
            self._keep(received)
        if isinstance(message, End):
            self._ended_stages.add(message.stage)
            self._close_when_complete()

    def _keep(self, received: Received) -> None:
        message, record = received.message, self.record
        if isinstance(message, Pose):
            if record.pose(message.frame, message.time_s, message.landmarks(received.buffers[0].buffer)):
                self.handled += 1
        elif isinstance(message, Stance):
            record.stance(message, counts=not self._paused)
        elif isinstance(message, GaitState):
            record.gait(message)
        elif isinstance(message, Cue):
            record.cue(message)
        elif isinstance(message, CoachState):
            record.coach(message)
        elif isinstance(message, SourceState):
            self._source(message)
        if received.missed:
            kind = message.__struct_config__.tag
            record.event("gap", f"{received.missed} messages of kind {kind} did not arrive")

    def _source(self, message: SourceState) -> None:
        if message.state == "open" and message.height_px and message.width_px:
            self.record.opened(message.height_px, message.width_px, message.frame_rate_hz)
        elif message.state == "lost":
            self.record.event("camera_lost", message.text)
        elif message.state == "ended":
            self._ended = message.text
            self.record.film_ended(message.flags, message.repaired)

    # -- pictures -------------------------------------------------------------------------------------------------

    def _frame(self, message: Frame, received: Received) -> None:
        """Take a frame. A repeated one is taken also while nothing is recorded: it belongs to the recording before."""
        is_fresh = not isinstance(message, FrameAgain)
        if is_fresh and not self.record.pictures.recording:
            return
        self._frames.take(message, received.buffers[0].buffer, time.monotonic())
        if is_fresh:
            self.lag_ms = 1e3 * (time.monotonic() - message.stamp_s)
        if self._frames.report_is_due:
            self._report(message.frame)

    def _report(self, frame: int, asks_again: bool = False, closing: bool = False) -> None:
        record = self.record
        self._frames.reported()
        self._said_trouble = record.trouble
        self.state = "not recording" if self._said_trouble else "ready"
        self._send(
            Recorder(
                frame=frame,
                recorded=record.pictures.recorded,
                not_taken=record.pictures.not_taken,
                folder=file_names.shown(record.folder),
                trouble=self._said_trouble,
                trouble_kind=record.trouble_kind,
                kept_until_s=record.pictures.kept_until_s,
                asks_again=asks_again,
                closing=closing,
            )
        )

    def _say_trouble(self) -> None:
        if self.record.trouble != self._said_trouble:
            self._report(self.record.frame)

    # -- requests and the end ---------------------------------------------------------------------------------------

    def control(self, control: Control) -> None:
        if self._closed:
            return
        record = self.record
        match control:
            case controls.SetPaused(paused=paused):
                self._paused = paused
                record.event("pause" if paused else "resume", BY_PERSON)
            case controls.SetRecording(recording=recording):
                self._set_recording(recording)
            case controls.Calibrate():
                record.event("calibrate", BY_PERSON)
            case controls.SetView(view=view):
                record.event("view", f"{view}, {BY_PERSON}")
            case controls.EndGuide(left_open=left_open):
                record.event("set_up", f"left open: {left_open}" if left_open else "all was right")
            case controls.AddNote(text=text, at_s=at_s):
                record.note(text, at_s)
            case controls.SetTargets(words=words):
                record.event("targets", words)
            case controls.SetFeedback(words=words):
                record.event("feedback", words)
            case controls.Train(words=words):
                record.event("train", words)
            case controls.StageRestarted():
                record.event("restart", control.words)
            case controls.Stop(reason=reason):  # capture says the same, if it still can
                self._ended = reason or "stopped"
            case controls.Finish():
                self._close(self._ended)

    def _set_recording(self, recording: bool) -> None:
        self.record.event("record" if recording else "stop_record", BY_PERSON)
        if recording:
            self.record.record()
        else:
            self._frames.write_all()
            self.record.stop_recording()

    def _close_when_complete(self) -> None:
        """All have sent all they had, and frames that capture sends once more are not waited for any longer."""
        if self._ended_stages >= topology.ends_before("session") and not self._frames.waits_for_repeats:
            self._close(self._ended)

    def _close(self, ended: str) -> None:
        if self._closed:
            return
        self._closed = True
        self._report(self.record.frame, closing=True)
        self._frames.write_all()
        summary = self.record.finish(ended)
        self._report(self.record.frame)
        self._send(End(stage="session"), msgspec.json.encode(summary))

    def finish(self) -> None:
        self._close("stopped before the end")
        # The main process is gone, and with it the line that tells where the session is.
        if self._ended == ENDED_FROM_OUTSIDE and self.record.frame:
            clear_run(self.record.folder)
            with contextlib.suppress(OSError, ValueError, AttributeError):
                print(
                    f"runform: {ENDED_FROM_OUTSIDE}; session: {file_names.shown(self.record.folder)}", file=sys.stderr
                )


def create(setup: StageSetup, send: Send) -> SessionStage:
    return SessionStage(setup, send)
