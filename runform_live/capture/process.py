"""The capture stage: opens the source, and publishes its pictures as numbered frames."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable

import msgspec

from runform_live import controls, handover
from runform_live.addresses import shown
from runform_live.capture.backlog import Backlog
from runform_live.capture.file_playback import FilePlayback
from runform_live.capture.numbering import FrameNumbering, NumberingState
from runform_live.capture.reader import Ended, Event, Failed, Lost, Opened, PictureRead, Reader, Source
from runform_live.capture.recorder_repeats import RecorderRepeats
from runform_live.capture.silence import STUCK_S, SilenceWatch, disconnected_text, silent_text
from runform_live.capture.source_info import FilmEnd
from runform_live.capture.source_name import is_camera, is_file, is_remote, is_stream
from runform_live.capture.source_report import SourceReport
from runform_live.capture.sources import Camera, File, Stream
from runform_live.controls import Control
from runform_live.errors import BadInput
from runform_live.messages import End, Frame, Picture, Pose, Recorder
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup

POLL_S = 0.02  # longest wait for a picture; the loop looks for control messages between two waits
STATE_AGE_S = 0.4  # the state that a successor gets is at most this old
STOPPED = "stopped"

OpenSource = Callable[[StageSetup, float], Source]


def open_source(setup: StageSetup, after_s: float) -> Source:
    """Open the source of a run. Pictures of a file up to `after_s` are left out. Raises BadInput."""
    if is_camera(setup.source):
        return Camera(int(setup.source), setup.config.capture, setup.mirrored)
    if is_remote(setup.source):
        from runform_live.runtime.remote_camera import RemoteCamera  # sockets and keys that no other source needs

        return RemoteCamera(setup.source, setup.mirrored)
    if is_stream(setup.source):
        return Stream(setup.source, setup.mirrored)
    return File(setup.source, after_s, setup.loop, setup.frame_rate_hz, setup.mirrored)


class CaptureState(msgspec.Struct, frozen=True):
    """What a restarted capture stage goes on from."""

    numbering: NumberingState
    running: bool
    recording: bool
    was_open: bool  # the source was open at some time
    end_text: str  # why the source has ended; empty: it has not
    film: FilmEnd = FilmEnd()  # what was wrong with a file that has ended


class CaptureStage(Stage):
    """Joins the parts of this room. A file waits for slow stages, a camera never does. This stage never waits for the source."""

    def __init__(self, setup: StageSetup, send: Send, opens: OpenSource = open_source) -> None:
        super().__init__()
        self._setup, self._send, self._opens = setup, send, opens
        self._live = not is_file(setup.source)
        state = handover.decode(setup.state, CaptureState)
        self._numbering = FrameNumbering(state.numbering if state else None)
        self._running = state.running if state else False
        self._recording = state.recording if state else setup.record_video
        self._end_text = state.end_text if state else ""
        self._film = state.film if state else FilmEnd()
        self._report = SourceReport(setup.source, send)
        self._silence = SilenceWatch(state.was_open if state else False, time.monotonic())
        # The others know the frames that the predecessor sent after it wrote its state down, and do not answer to them again.
        known = round(STATE_AGE_S * (state.numbering.rate_hz or 30.0)) if state else 0
        self._backlog = Backlog(("pose", "recorder"), self._numbering.frame + known)
        self._playback = FilePlayback(self._backlog, setup.paced)
        self._repeats = RecorderRepeats()
        self._next: PictureRead | None = None  # of a file, until it is played
        self._failed = False  # the last try to open the source
        self._end_sent = False
        self._busy = False  # messages are coming in: all of them are taken before the stage waits for a picture
        # A source opens while the other stages load: that takes some cameras two seconds.
        self._reader: Reader | None = None if self._end_text else self._open()
        self.state = self._report.state

    # -- called by the loop ---------------------------------------------------------------------------------------

    def handle(self, received: Received) -> None:
        self._busy = True
        message = received.message
        if isinstance(message, Pose):
            self._backlog.answered("pose", message.frame)
            if self._live:
                self._numbering.note_sent(message.frame, message.time_s, message.stamp_s)
        elif isinstance(message, Recorder):
            self._hear_recorder(message)

    def control(self, control: Control) -> None:
        match control:
            case controls.Start():
                self._begin()
            case controls.Stop(reason=reason):
                self._end(reason or STOPPED)
            case controls.Finish() if control.is_for("capture"):
                self._end(STOPPED)
            case controls.SetRecording(recording=recording):
                self._recording = recording
                self._backlog.answered("recorder", self._numbering.frame)
        self.state = self._report.state

    def idle(self) -> float:
        now_s = time.monotonic()
        self._silence.turn(now_s)
        wait_s = self._repeats.wait_s
        for again, picture in self._repeats.due(now_s):
            self._send(again, picture.data)
        if self._end_text:
            self._end(self._end_text)
        elif self._running:
            wait_s = min(wait_s, self._turn(now_s))
        self.state = self._report.state
        return wait_s

    def state_bytes(self) -> bytes:
        numbering, was_open = self._numbering.state(), self._silence.was_open
        return handover.encode(
            CaptureState(numbering, self._running, self._recording, was_open, self._end_text, self._film)
        )

    def finish(self) -> None:
        if self._reader is not None:
            self._reader.close(0.3)  # enough for a camera that works to be released in order

    # -- the source -----------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Take pictures from now on."""
        if not self._running and self._reader is not None:
            if not self._reader.drop_the_past():
                self._start()
            self._silence.heard(time.monotonic())
        self._running = True

    def _turn(self, now_s: float) -> float:
        """Play a file's next picture or take one event of the source; return how long to wait (s)."""
        reader = self._reader or self._start()
        if self._next is not None:
            return self._play(self._next, now_s)
        event = reader.next(0.0 if self._busy else POLL_S)
        self._busy = False
        if event is not None:
            self._take(event, reader)
        elif self._live:
            self._notice_silence(now_s, reader)
        return 0.0

    def _start(self) -> Reader:
        """Open the source anew. A thread that is stuck is left behind."""
        if self._reader is not None:
            self._reader.close()
        self._reader = self._open()
        self._silence.heard(time.monotonic())
        return self._reader

    def _open(self) -> Reader:
        setup, opens, after_s = self._setup, self._opens, self._numbering.time_s
        self._report.opening()
        return Reader(lambda: opens(setup, after_s), self._live)

    def _take(self, event: Event, reader: Reader) -> None:
        match event:
            case PictureRead() if self._live:
                self._take_live(event, reader)
            case PictureRead():
                self._next = event
            case Opened():
                self._take_opened(event)
            case Lost():
                self._report.lost(disconnected_text(self._setup.source), self._numbering.frame)
            case Failed(text=text):
                self._fail(shown(text))
            case Ended(film=film):
                self._end(film.text)

    def _take_opened(self, event: Opened) -> None:
        now_s, info = time.monotonic(), event.info
        self._failed, self._silence.was_open = False, True
        self._silence.heard(now_s)
        self._playback.start(self._numbering.time_s, now_s)
        self._numbering.expect_rate(info.frame_rate_hz)
        self._report.opened((info.height_px, info.width_px), info.frame_rate_hz, self._numbering.frame)

    def _notice_silence(self, now_s: float, reader: Reader) -> None:
        if reader.blocked_s() > STUCK_S:
            self._start()
        elif not self._failed and self._silence.is_lost(now_s):
            self._report.lost(silent_text(self._setup.source, self._silence.was_open), self._numbering.frame)

    def _fail(self, text: str) -> None:
        """The source cannot be opened. At the start of a run it has failed; later a camera or stream is only lost."""
        self._failed = True
        if not self._silence.was_open:
            self._report.failed(text)
        elif self._live:
            self._report.lost(text, self._numbering.frame)
        else:
            self._end(text)

    def _end(self, text: str) -> None:
        """Tell once that no frame will come any more. The source is closed without waiting for it."""
        if self._end_sent:
            return
        self._end_sent, self._end_text = True, text
        self._next = None
        if self._reader is not None:
            if not self._live:  # also where a person ended the file
                self._film = self._reader.film()
            self._reader.close()
        self._report.ended(text, self._numbering.frame, self._film)
        self._send(End(stage="capture"))

    # -- frames ---------------------------------------------------------------------------------------------------

    def _take_live(self, read: PictureRead, reader: Reader) -> None:
        self._silence.heard(time.monotonic())
        self._report.picture((read.picture.shape[0], read.picture.shape[1]), self._numbering.frame)
        number, time_s = self._numbering.number_live(read.time_s)
        self._publish(number, time_s, read.time_s, read.picture)
        self.dropped += reader.overtaken
        reader.overtaken = 0
        self.lag_ms = 1e3 * (time.monotonic() - read.time_s)

    def _play(self, read: PictureRead, now_s: float) -> float:
        """Publish this picture of a file if it is due; return how long it must wait (s)."""
        stages = ("pose", "recorder") if self._recording else ("pose",)
        wait_s = self._playback.wait_s(read, self._numbering.frame, stages, now_s)
        if wait_s == 0.0:
            self._next = None
            number, time_s = self._numbering.number_file(read.time_s)
            self._publish(number, time_s, now_s, read.picture)
        return wait_s

    def _publish(self, number: int, time_s: float, stamp_s: float, picture: Picture) -> None:
        frame = Frame.of(picture, number, time_s, stamp_s)
        if self._recording:
            self._repeats.add(frame, picture)
        self._send(frame, picture.data)
        self.handled += 1

    def _hear_recorder(self, recorder: Recorder) -> None:
        self._backlog.answered("recorder", recorder.frame)
        if recorder.trouble_kind in ("", "not_kept"):
            self._repeats.hear(recorder)
        else:  # it cannot write any more: nothing needs to be kept for it
            self._recording = False
            self._repeats = RecorderRepeats()


def create(setup: StageSetup, send: Send) -> CaptureStage:
    if sys.platform == "darwin" and is_camera(setup.source):
        # macOS asks a person for the permission to film only in the main thread. The reading thread then has it.
        with contextlib.suppress(BadInput):
            open_source(setup, 0.0).close()
    return CaptureStage(setup, send)
