"""The session stage: keeps what the other stages say in a session folder, and the pictures where that is wished."""

from __future__ import annotations

import errno
import time
from pathlib import Path

import av.error

from runform_live.messages import (
    CoachState,
    Control,
    Cue,
    End,
    Frame,
    GaitState,
    Pose,
    Recorder,
    SourceState,
    Stance,
)
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup
from runform_live.session import schema
from runform_live.session.record import SessionRecord
from runform_live.session.video import VideoWriter
from runform_live.session.writer import DISK_TROUBLE

UPSTREAM = frozenset({"capture", "pose", "gait", "coach"})
REPORT_FRAMES = 2  # the recorder answers at least this often, so that a file is never held up


class SessionStage(Stage):
    """A session record and a video writer fed from the bus. The recorder loses no frame that it accepted."""

    def __init__(self, setup: StageSetup, send: Send) -> None:
        super().__init__()
        self._send = send
        self._folder = Path(setup.folder)
        self._record = SessionRecord(self._folder, setup.source, setup.config, "live")
        self._recording = setup.record_video
        self._video: VideoWriter | None = None
        self._rate_hz: float | None = None
        self._ended_stages: set[str] = set()
        self._frames = self._recorded = self._not_taken = 0
        self._time_s = 0.0
        self._paused = False
        self._trouble = ""
        self._ended = "end of the source"
        self._finished = False
        if setup.restarted:
            self._record.event("restart", 0.0, "the session stage was restarted")

    def handle(self, received: Received) -> None:
        message = received.message
        try:
            self._keep(received)
        except DISK_TROUBLE as trouble:
            self._fail(trouble)
        if isinstance(message, End):
            self._ended_stages.add(message.stage)
            if self._ended_stages >= UPSTREAM:
                self._close(self._ended)
                self._send(End(stage="session"))

    def _keep(self, received: Received) -> None:
        message = received.message
        if isinstance(message, Frame):
            self._frame(message, received)
        elif isinstance(message, Pose):
            landmarks = message.landmarks(received.buffers[0].buffer)
            self._record.pose(message.frame, message.time_s, landmarks)
            self._frames = message.frame
            self._time_s = message.time_s
            self.handled += 1
        elif isinstance(message, Stance):
            if not self._paused:
                self._record.stance(message)
        elif isinstance(message, GaitState):
            self._record.state(message)
        elif isinstance(message, Cue):
            self._record.cue(message)
        elif isinstance(message, CoachState):
            self._record.coach(message)
        elif isinstance(message, SourceState):
            self._source(message)
        if received.missed and not isinstance(message, Frame):
            kind = message.__struct_config__.tag
            self._record.event("gap", self._time_s, f"{received.missed} messages of kind {kind} did not arrive")

    def _source(self, message: SourceState) -> None:
        if message.state == "open" and message.height_px and message.width_px:
            self._rate_hz = message.frame_rate_hz
            self._record.opened(message.height_px, message.width_px, message.frame_rate_hz)
        elif message.state == "lost":
            self._record.event("camera_lost", self._time_s, message.text)
        elif message.state == "ended":
            self._ended = message.text

    # -- pictures -------------------------------------------------------------------------------------------------

    def _frame(self, message: Frame, received: Received) -> None:
        if not self._recording:
            return
        self._not_taken += received.missed
        picture = message.picture(received.buffers[0].buffer)
        try:
            if self._video is None:
                path = self._free_name()
                self._video = VideoWriter(path, message.height_px, message.width_px, self._rate_hz)
            self._video.write(picture, message.time_s)
            self._recorded += 1
        except (OSError, av.error.FFmpegError) as trouble:
            self._fail(trouble)
        self.lag_ms = 1e3 * (time.monotonic() - message.stamp_s)
        if message.frame % REPORT_FRAMES == 0 or self._trouble:
            self._report(message.frame)

    def _free_name(self) -> Path:
        """video.mkv, or the next free part after a restart or a second recording."""
        path, part = self._folder / schema.VIDEO, 2
        while path.exists():
            path = self._folder / f"video-{part}.mkv"
            part += 1
        return path

    def _fail(self, trouble: BaseException) -> None:
        """The disk does not take more: stop recording, keep what there is, say so."""
        if self._trouble:
            return
        full = isinstance(trouble, OSError) and trouble.errno in (errno.ENOSPC, errno.EDQUOT)
        self._trouble = (
            "the disk is full; the recording stopped and what was recorded is kept"
            if full
            else (f"recording stopped ({trouble}); what was recorded is kept")
        )
        self.state = "not recording"
        self._recording = False
        self._close_video()
        self._record.release_reserve()
        self._record.flag("recording_stopped")
        self._report(self._frames)

    def _report(self, frame: int) -> None:
        self._send(
            Recorder(
                frame=frame,
                recorded=self._recorded,
                not_taken=self._not_taken,
                folder=str(self._folder),
                trouble=self._trouble,
            )
        )

    # -- wishes and the end ---------------------------------------------------------------------------------------

    def take_up(self, wish: Control) -> None:
        """The pause and the recording go on; the record has the wish already."""
        if wish.action in ("pause", "resume"):
            self._paused = wish.action == "pause"
        elif wish.action in ("record", "stop_record"):
            self._recording = wish.action == "record" and not self._trouble

    def control(self, control: Control) -> None:
        self.take_up(control)
        if control.action in ("pause", "resume", "record", "stop_record", "calibrate"):
            self._record.event(control.action, self._time_s, "by the person at the keyboard")
            if not self._recording:
                self._close_video()
        elif control.action == "finish":
            self._close(self._ended)
            self._send(End(stage="session"))
        elif control.action == "set_up":
            self._record.event(
                "set_up", self._time_s, f"left open: {control.text}" if control.text else "all was right"
            )
        elif control.action in ("targets", "feedback", "train"):
            self._record.event(control.action, self._time_s, control.text)

    def idle(self) -> float:
        return 0.2

    def _close_video(self) -> None:
        video, self._video = self._video, None
        if video is None:
            return
        try:
            video.close()
        except (OSError, av.error.FFmpegError) as trouble:
            self._fail(trouble)

    def _close(self, ended: str) -> None:
        if self._finished:
            return
        self._finished = True
        self._close_video()
        try:
            self._record.finish(ended, self._frames, self._recorded, self._not_taken)
        except DISK_TROUBLE as trouble:
            self._fail(trouble)
        self._report(self._frames)

    def finish(self) -> None:
        self._close("stopped before the end")


def create(setup: StageSetup, send: Send) -> SessionStage:
    return SessionStage(setup, send)
