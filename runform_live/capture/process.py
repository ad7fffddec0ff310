"""The capture stage: opens the source, paces files, keeps a camera's state, publishes frames."""

from __future__ import annotations

import contextlib
import sys
import time
from collections import deque
from collections.abc import Callable

import msgspec

from runform_live import controls, handover
from runform_live.addresses import shown
from runform_live.capture.audience import Audience
from runform_live.capture.counting import Count, Counted
from runform_live.capture.kept import Kept
from runform_live.capture.reader import Ended, Event, Failed, Grabbed, Lost, Opened, Reader, Source
from runform_live.capture.source_name import is_camera, is_file, is_stream
from runform_live.capture.sources import Camera, File, Stream
from runform_live.capture.video import FilmEnd
from runform_live.controls import Control
from runform_live.errors import BadInput
from runform_live.messages import End, Frame, FrameAgain, Picture, Pose, Recorder, SourceState
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup

POLL_S = 0.02  # for a picture; control is looked at between two polls
SILENT_S = 2.0  # without a picture, an open camera or stream is lost
OPENING_S = 5.0  # the same for one that was never open: some cameras take seconds to start
STUCK_S = 30.0  # in one call; then the source is opened anew beside it
ASLEEP_S = 1.0  # between two turns: it was this process that stood still, not the camera
MOST_AHEAD_BYTES = 32 << 20  # of frames that a file may be ahead of the slowest reader
LEAST_AHEAD, MOST_AHEAD = 2, 16
WRITTEN_DOWN_S = 0.4  # the state that a successor gets is less old than this
REPEATS_PER_TURN = 2
REPEAT_STEP_S = 0.01  # from turn to turn with repeated frames, so that the recorder's queue does not run over
STOPPED = "stopped"

OpenSource = Callable[[StageSetup, float], Source]


def open_source(setup: StageSetup, after_s: float) -> Source:
    """The source of a run, open. after_s: the pictures of a file up to this time are left out. Raises BadInput."""
    if is_camera(setup.source):
        return Camera(int(setup.source), setup.config.capture, setup.mirrored)
    if is_stream(setup.source):
        return Stream(setup.source, setup.mirrored)
    return File(setup.source, after_s, setup.loop, setup.frame_rate_hz, setup.mirrored)


class CaptureState(msgspec.Struct, frozen=True):
    """What a successor of this stage goes on from."""

    counted: Counted
    running: bool
    recording: bool
    opened: bool  # the source was open at some time
    ended: str  # why the source has ended; empty: it has not
    film: FilmEnd = FilmEnd()  # what was wrong with a file that has ended


class CaptureStage(Stage):
    """State of the source. A file waits for its readers, a camera never does, and this stage never waits for the source."""

    def __init__(self, setup: StageSetup, send: Send, opens: OpenSource = open_source) -> None:
        super().__init__()
        self._setup, self._send, self._opens = setup, send, opens
        state = handover.decode(setup.state, CaptureState)
        self._count = Count(state.counted if state else None)
        self._running = state.running if state else False
        self._recording = state.recording if state else setup.record_video
        self._opened = state.opened if state else False
        self._end_text = state.ended if state else ""
        self._film = state.film if state else FilmEnd()
        self._end_sent = False
        self._live = not is_file(setup.source)
        self._rate_hz: float | None = None
        self._size_px: tuple[int, int] | None = None  # height, width, as last told
        self._reader: Reader | None = None
        self._next: Grabbed | None = None  # of a file, until it is due
        self._lost = self._failed = False
        self._listening = False  # messages are coming in: take all of them before waiting for a picture
        self._began_s = 0.0  # on the monotonic clock, time 0 of a file
        self._heard_s = self._turned_s = time.monotonic()
        again = round(WRITTEN_DOWN_S * (state.counted.rate_hz or 30.0)) if state else 0  # known frames: nobody answers
        self._audience = Audience(("pose", "recorder"), self._count.frame + again)
        self._kept = Kept()
        self._repeats: deque[tuple[FrameAgain, Picture]] = deque()
        self._repeat_at_s = 0.0
        self.state = "waiting"

    # -- the loop's calls -----------------------------------------------------------------------------------------

    def handle(self, received: Received) -> None:
        self._listening = True
        message = received.message
        if isinstance(message, Pose):
            self._audience.saw("pose", message.frame)
            if self._live:
                self._count.was_sent(message.frame, message.time_s, message.stamp_s)
        elif isinstance(message, Recorder):
            self._hear_recorder(message)

    def control(self, control: Control) -> None:
        match control:
            case controls.Start():
                self._running = True
            case controls.Stop(reason=reason):
                self._end(reason or STOPPED)
            case controls.Finish() if control.is_for("capture"):
                self._end(STOPPED)
            case controls.SetRecording(recording=recording):
                self._recording = recording
                self._audience.saw("recorder", self._count.frame)

    def idle(self) -> float:
        now_s = time.monotonic()
        if now_s - self._turned_s > ASLEEP_S:
            self._heard_s = now_s
        self._turned_s = now_s
        wait_s = self._send_again(now_s)
        if self._end_text:
            self._end(self._end_text)
            return wait_s
        if not self._running:
            return wait_s
        if self._reader is None:
            self._start()
        return min(wait_s, self._play(now_s) if self._next is not None else self._poll(now_s))

    def state_bytes(self) -> bytes:
        return handover.encode(
            CaptureState(self._count.state(), self._running, self._recording, self._opened, self._end_text, self._film)
        )

    def finish(self) -> None:
        if self._reader is not None:
            self._reader.close(0.3)  # a camera that works is let go in order

    # -- the source -----------------------------------------------------------------------------------------------

    def _start(self) -> None:
        if self._reader is not None:
            self._reader.close()
        setup, opens, after_s = self._setup, self._opens, self._count.time_s
        self._reader = Reader(lambda: opens(setup, after_s), self._live)
        self._heard_s = time.monotonic()
        self.state = "lost" if self._lost else "opening"

    def _poll(self, now_s: float) -> float:
        """Take one event of the source, and notice when there is none for too long."""
        assert self._reader is not None
        event = self._reader.next(0.0 if self._listening else POLL_S)
        self._listening = False
        if event is not None:
            self._take(event)
        elif self._live:
            self._notice_silence(now_s, self._reader)
        return 0.0

    def _take(self, event: Event) -> None:
        if isinstance(event, Grabbed):
            if self._live:
                self._take_live(event)
            else:
                self._next = event
        elif isinstance(event, Opened):
            self._take_opened(event)
        elif isinstance(event, Lost):
            self._lose(
                "the camera does not answer; plug it in again"
                if is_camera(self._setup.source)
                else "the stream stopped; check that the camera is on and reached over the network"
            )
        elif isinstance(event, Failed):
            self._fail(shown(event.text))
        else:
            self._end_file(event)

    def _take_opened(self, event: Opened) -> None:
        self._opened, self._failed = True, False
        self._heard_s = time.monotonic()
        self._began_s = self._heard_s - max(self._count.time_s, 0.0)
        self._rate_hz = event.described.frame_rate_hz
        self._count.promise_rate(self._rate_hz)
        self._tell_open(event.described.height_px, event.described.width_px)

    def _take_live(self, event: Grabbed) -> None:
        assert self._reader is not None
        self._heard_s = time.monotonic()
        size_px = event.picture.shape[0], event.picture.shape[1]
        if self._lost or size_px != self._size_px:
            self._tell_open(*size_px)
        number, time_s = self._count.live(event.time_s)
        self._publish(number, time_s, event.time_s, event.picture)
        self.dropped += self._reader.overtaken
        self._reader.overtaken = 0
        self.lag_ms = 1e3 * (time.monotonic() - event.time_s)

    def _tell_open(self, height_px: int, width_px: int) -> None:
        self._lost, self._size_px = False, (height_px, width_px)
        self.state = "open"
        self._send(
            SourceState(
                state="open",
                text=shown(self._setup.source),
                frame_rate_hz=self._rate_hz,
                height_px=height_px,
                width_px=width_px,
                frames=self._count.frame,
            )
        )

    def _notice_silence(self, now_s: float, reader: Reader) -> None:
        camera = is_camera(self._setup.source)
        if reader.blocked_s() > STUCK_S:  # some drivers never return from a camera that was pulled out
            self._start()
        elif self._failed or now_s - self._heard_s < (SILENT_S if self._opened else OPENING_S):
            return
        elif not self._opened:
            self._lose(
                "the camera takes long to start; wait, or plug it in again"
                if camera
                else "the stream has not begun; check that the camera is on and reached over the network"
            )
        else:
            self._lose(
                "the camera gives no pictures; check its cable, or plug it in again"
                if camera
                else "no pictures come over the network; check the connection"
            )

    def _lose(self, text: str) -> None:
        """Tell once that the source gives no pictures; the reader goes on trying."""
        if not self._lost:
            self._lost = True
            self.state = "lost"
            self._send(SourceState(state="lost", text=text, frames=self._count.frame))

    def _fail(self, text: str) -> None:
        """It cannot be opened: at the start the run is over before it began, later a camera or stream is only lost."""
        self._failed = True
        if not self._opened:
            self.state = "failed"
            self._send(SourceState(state="failed", text=text))
        elif self._live:
            self._lose(text)
        else:
            self._end(text)

    def _end(self, text: str) -> None:
        """Tell once that no frame will come any more, and let the source go without waiting for it."""
        if self._end_sent:
            return
        self._end_sent, self._end_text = True, text
        self._next = None
        self.state = "ended"
        if self._reader is not None:
            if not self._live:  # also of a file that a person ended
                self._film = self._reader.film()
            self._reader.close()
        flags, repaired = self._film.flags, self._film.repaired
        self._send(SourceState(state="ended", text=text, frames=self._count.frame, flags=flags, repaired=repaired))
        self._send(End(stage="capture"))

    # -- a file ---------------------------------------------------------------------------------------------------

    def _play(self, now_s: float) -> float:
        """Publish the next picture of a file when it is due and wanted; return how long to wait (s)."""
        assert self._next is not None
        time_s, picture = self._next.time_s, self._next.picture
        early_s = self._began_s + time_s - now_s
        if early_s > 0.001:
            return min(early_s, 0.05)
        if self._setup.paced and self._audience.must_wait(
            ("pose", "recorder") if self._recording else ("pose",), self._count.frame, _most_ahead(picture), now_s
        ):
            return 0.005
        if early_s < -0.2:  # the picture is late: play on from here instead of hurrying after
            self._began_s = now_s - time_s
        self._next = None
        number, time_s = self._count.file(time_s)
        self._publish(number, time_s, now_s, picture)
        return 0.0

    def _end_file(self, event: Ended) -> None:
        self._end(event.film.text)

    # -- frames ---------------------------------------------------------------------------------------------------

    def _publish(self, number: int, time_s: float, stamp_s: float, picture: Picture) -> None:
        height_px, width_px = picture.shape[:2]
        frame = Frame(frame=number, time_s=time_s, stamp_s=stamp_s, height_px=height_px, width_px=width_px)
        if self._recording:
            self._kept.keep(frame, picture)
        self._send(frame, picture.data)
        self.handled += 1

    def _hear_recorder(self, message: Recorder) -> None:
        self._audience.saw("recorder", message.frame)
        if message.trouble_kind not in ("", "not_kept"):
            self._recording = False
            self._kept, self._repeats = Kept(), deque()
        elif message.asks_again:
            self._repeats = self._kept.after(message.kept_until_s)
        self._kept.forget(message.kept_until_s)

    def _send_again(self, now_s: float) -> float:
        """Send a few of the frames that a new recorder asked for; return how long to wait for the next ones (s)."""
        if not self._repeats:
            return 0.1
        if now_s >= self._repeat_at_s:
            self._repeat_at_s = now_s + REPEAT_STEP_S
            for _ in range(min(REPEATS_PER_TURN, len(self._repeats))):
                frame, picture = self._repeats.popleft()
                self._send(frame, picture.data)
        return REPEAT_STEP_S


def _most_ahead(picture: Picture) -> int:
    return max(LEAST_AHEAD, min(MOST_AHEAD, MOST_AHEAD_BYTES // picture.nbytes))


def create(setup: StageSetup, send: Send) -> CaptureStage:
    if sys.platform == "darwin" and is_camera(setup.source):
        # macOS asks whether a program may film only in its main thread; the reading thread then finds it allowed.
        with contextlib.suppress(BadInput):
            open_source(setup, 0.0).close()
    return CaptureStage(setup, send)
