"""The capture stage: opens the source, paces files, keeps a camera's state, publishes frames."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from runform_live.capture.sources import Camera, Picture, Video, is_camera, is_stream
from runform_live.errors import BadInput
from runform_live.messages import Control, End, Frame, Pose, Recorder, SourceState
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup

MOST_AHEAD_BYTES = 32 << 20  # of frames that a file may be ahead of the slowest reader
LEAST_AHEAD, MOST_AHEAD = 2, 16
NO_ANSWER_S = 3.0
REOPEN_S = 1.0
LOOP = "RUNFORM_LOOP"  # "1" in the environment plays a file again and again, as the soak test does


class CaptureStage(Stage):
    """State of the source. A file waits for its readers, a camera never does."""

    def __init__(self, setup: StageSetup, send: Send) -> None:
        super().__init__()
        self._setup, self._send = setup, send
        self._running = setup.restarted
        self._camera: Camera | None = None
        self._video: Video | None = None
        self._pictures: Iterator[tuple[float, Picture]] = iter(())
        self._next: tuple[float, Picture] | None = None
        resume = setup.resume
        self._zero_s: float | None = resume.zero_s if resume else None
        self._began_s = 0.0
        self._frame = resume.frame if resume else 0
        self._last_s = resume.time_s if resume else -1.0
        self._seen_by_pose = self._seen_by_recorder = self._frame
        self._recording = setup.record_video
        self._answered_s = 0.0
        self._reopen_at_s = 0.0
        self._lost = False
        self._ended = False
        self.state = "waiting"

    # -- the loop's calls -----------------------------------------------------------------------------------------

    def handle(self, received: Received) -> None:
        message = received.message
        if isinstance(message, Pose):
            self._seen_by_pose = message.frame
        elif isinstance(message, Recorder):
            self._seen_by_recorder = message.frame
            self._recording = self._recording and not message.trouble
        self._answered_s = time.monotonic()

    def control(self, control: Control) -> None:
        if control.action == "start":
            self._running = True
        elif control.action == "stop":
            self._end(control.text or "stopped")
        elif control.action in ("record", "stop_record"):
            self._recording = control.action == "record"
            self._seen_by_recorder = self._frame

    def idle(self) -> float:
        if not self._running or self._ended:
            return 0.1
        if self._camera is None and self._video is None:
            return self._open()
        if self._camera is not None:
            return self._grab(self._camera)
        return self._play()

    def finish(self) -> None:
        if self._camera is not None:
            self._camera.close()
        if self._video is not None:
            self._video.close()

    # -- sources --------------------------------------------------------------------------------------------------

    def _open(self) -> float:
        now = time.monotonic()
        if now < self._reopen_at_s:
            return 0.1
        source = self._setup.source
        try:
            if is_camera(source):
                self._camera = Camera(int(source), self._setup.config.capture)
                described = self._camera.described
            else:
                self._video = Video(source)
                self._pictures = (
                    (time_s, p) for time_s, p in self._video if is_stream(source) or time_s > self._last_s
                )
                described = self._video.described
        except BadInput as trouble:
            if not self._lost:
                self._send(SourceState(state="failed", text=str(trouble)))
                self._ended = self._frame == 0 and not is_camera(source)
                self._lost = True
            self._reopen_at_s = now + REOPEN_S
            return 0.1
        self._answered_s = time.monotonic()
        self._began_s = self._answered_s - max(self._last_s, 0.0)
        self._next = None
        self._lost = False
        self.state = "open"
        self._send(
            SourceState(
                state="open",
                text=source,
                frame_rate_hz=described.frame_rate_hz,
                height_px=described.height_px,
                width_px=described.width_px,
            )
        )
        return 0.0

    def _grab(self, camera: Camera) -> float:
        grabbed = camera.read()
        if grabbed is None:
            self._lose("the camera does not answer; plug it in again")
            camera.close()
            self._camera = None
            return 0.1
        time_s, picture = grabbed
        if self._zero_s is None:
            self._zero_s = time_s
        self._publish(time_s - self._zero_s, time_s, picture)
        return 0.0

    def _play(self) -> float:
        if self._next is None:
            self._next = next(self._pictures, None)
        if self._next is None:
            return self._finish_video()
        time_s, picture = self._next
        now = time.monotonic()
        if not is_stream(self._setup.source):
            early_s = self._began_s + time_s - now
            if early_s > 0.001:
                return min(early_s, 0.05)
            if self._setup.paced and self._ahead() >= self._most_ahead(picture):
                if now - self._answered_s < NO_ANSWER_S:
                    return 0.005
                self._seen_by_pose = self._seen_by_recorder = self._frame  # a dead reader must not stop the show
                self._answered_s = now
            if early_s < -0.2:  # the picture is late: play on from here instead of hurrying after
                self._began_s = now - time_s
        self._next = None
        if is_stream(self._setup.source):
            # The sender's clock starts anew with every connection; ours does not.
            if self._zero_s is None:
                self._zero_s = now
            time_s = now - self._zero_s
        self._publish(time_s, now, picture)
        return 0.0

    def _finish_video(self) -> float:
        assert self._video is not None
        if is_stream(self._setup.source):
            self._lose("the stream stopped; waiting for it")
            self._video.close()
            self._video = None
            return 0.1
        if os.environ.get(LOOP) == "1":
            self._loop()
            return 0.0
        damaged = self._video.cut_short
        self._end("the file is cut short; all that could be read was used" if damaged else "end of the file")
        return 0.1

    def _loop(self) -> None:
        assert self._video is not None
        self._video.close()
        self._video = Video(self._setup.source)
        offset_s = self._last_s + 1.0 / (self._video.described.frame_rate_hz or 30.0)
        self._pictures = ((offset_s + time_s, picture) for time_s, picture in self._video)

    def _lose(self, text: str) -> None:
        self._lost = True
        self.state = "lost"
        self._reopen_at_s = time.monotonic() + REOPEN_S
        self._send(SourceState(state="lost", text=text, frames=self._frame))

    def _end(self, text: str) -> None:
        if self._ended:
            return
        self._ended = True
        self.state = "ended"
        self._send(SourceState(state="ended", text=text, frames=self._frame))
        self._send(End(stage="capture"))

    # -- frames ---------------------------------------------------------------------------------------------------

    def _ahead(self) -> int:
        seen = min(self._seen_by_pose, self._seen_by_recorder) if self._recording else self._seen_by_pose
        return self._frame - seen

    @staticmethod
    def _most_ahead(picture: Picture) -> int:
        return max(LEAST_AHEAD, min(MOST_AHEAD, MOST_AHEAD_BYTES // picture.nbytes))

    def _publish(self, time_s: float, stamp_s: float, picture: Picture) -> None:
        self._frame += 1
        self._last_s = time_s
        self.handled = self._frame
        height_px, width_px = picture.shape[:2]
        self._send(
            Frame(frame=self._frame, time_s=time_s, stamp_s=stamp_s, height_px=height_px, width_px=width_px),
            picture.data,
        )


def create(setup: StageSetup, send: Send) -> CaptureStage:
    return CaptureStage(setup, send)
