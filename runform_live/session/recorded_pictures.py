"""The pictures of a session that is being written: whether they are recorded, how many, and what happens when the disk is full."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from runform_live.messages import Picture
from runform_live.session.disk import DiskTrouble, in_words
from runform_live.session.recording import VideoRecording
from runform_live.session.schema import SessionInfo, VideoPart
from runform_live.session.video import VIDEO_TROUBLE
from runform_live.session.writer import SessionWriter


class RecordedPicturesState(msgspec.Struct, frozen=True):
    """What a successor cannot read from the folder."""

    recording: bool
    offered: int  # frames that the recording should have
    offered_frame: int | None  # number of the newest of them
    trouble: DiskTrouble | None


class RecordedPictures:
    """Writes pictures into the videos while it is asked to.

    A method that writes returns False if the disk has just refused: the recording has stopped then, what there is of it is kept, and
    `trouble` says why. The room that is left is for the figures.
    """

    def __init__(
        self, folder: Path, info: SessionInfo, writer: SessionWriter, state: RecordedPicturesState | None
    ) -> None:
        """state: of a predecessor, to go on from."""
        self._folder, self._writer = folder, writer
        self._videos = VideoRecording(folder, info.videos, info.frame_rate_hz)
        self.recording = state.recording if state else False
        self.trouble = state.trouble if state else None
        self._offered = state.offered if state else self._videos.frames
        self._offered_frame = state.offered_frame if state else None

    def state(self) -> RecordedPicturesState:
        """All that a successor needs beside the folder."""
        return RecordedPicturesState(self.recording, self._offered, self._offered_frame, self.trouble)

    @property
    def parts(self) -> tuple[VideoPart, ...]:
        """The videos, in the order of their times."""
        return self._videos.parts

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

    def rate(self, frame_rate_hz: float | None) -> bool:
        """The source plays at this rate from now on."""
        try:
            self._videos.rate(frame_rate_hz)
        except VIDEO_TROUBLE as trouble:
            return self._refused(trouble)
        return True

    def begin(self) -> bool:
        """Begin to record, or go on with it."""
        if self.recording:
            return True
        self.trouble = self._writer.reserve()
        self.recording = self.trouble is None
        return self.recording

    def stop(self) -> bool:
        """End the video that is written."""
        self.recording, self._offered_frame = False, None
        try:
            self._videos.stop()
        except VIDEO_TROUBLE as trouble:
            return self._refused(trouble)
        return True

    def picture(self, frame: int, time_s: float, picture: Picture, again: bool) -> bool:
        """One picture (height, width, 3; BGR), if they are recorded.

        frame: its number; numbers that are left out are pictures that did not arrive. again: it is sent for the second time.
        """
        if not self.recording:
            return True
        refused = self._writer.refused(self._videos.path) if self._videos.path else None
        try:
            if refused is not None:
                raise refused
            written = self._videos.write(picture, time_s)
        except VIDEO_TROUBLE as trouble:
            return self._refused(trouble)
        self._count(frame, written, again)
        if self._videos.path is not None:
            self._writer.changed(self._videos.path)
        return True

    def _count(self, frame: int, written: bool, again: bool) -> None:
        newest = self._offered_frame
        if newest is not None and frame > newest:
            self._offered += frame - newest - (not written)  # what is not written was there already
        elif written and not again:
            self._offered += 1  # the first one, or a source that was opened anew counts on from a lower number
        elif newest is not None:
            return
        self._offered_frame = frame

    def _refused(self, trouble: BaseException) -> bool:
        """The disk takes no more pictures: keep what there is, and leave the rest of the room to the figures. Returns False."""
        self.recording = False
        with contextlib.suppress(*VIDEO_TROUBLE):
            self._videos.stop()
        self._writer.release_reserve()
        self.trouble = in_words(trouble)
        return False
