"""One of the sessions under review: its landmarks, the pictures that go with them, and where one is in it."""

from __future__ import annotations

import cv2
import numpy as np

from runform_live import overlay
from runform_live.body import middle, trunk_px
from runform_live.dashboard.review_model import ReviewModel
from runform_live.messages import Picture
from runform_live.session.landmarks import landmarks_of
from runform_live.session.pictures import find
from runform_live.session.reader import Session

MEAN_HEIGHT_TRUNKS = 3.3  # of the cut-out runner: as the networks see him


class Recording:
    """A session with its pictures and landmarks."""

    def __init__(self, session: Session) -> None:
        times_s, self.landmarks = landmarks_of(session)
        self.model = ReviewModel(session, times_s)
        self.found = find(session)
        self.pictures = self.found.pictures

    def drawn(self, frame: int) -> Picture | None:
        """The picture of a frame, with the skeleton where it is wanted."""
        if self.pictures is None:
            return None
        picture = self.pictures.at(float(self.model.times_s[frame]))
        if picture is None or not self.model.overlay:
            return picture
        shown = picture.copy()
        overlay.draw(shown, self.landmarks[frame], 1.0)
        return shown

    def runner(self, frame: int, size_px: tuple[int, int]) -> Picture | None:
        """The runner cut out, hips in the same place and of the same size in every frame (for pictures that are averaged)."""
        picture = self.drawn(frame)
        hips, long_px = middle(self.landmarks[frame], "hip"), trunk_px(self.landmarks[frame])
        if picture is None or not long_px > 1:
            return None
        width, height = size_px
        scale = height / (MEAN_HEIGHT_TRUNKS * long_px)
        move = np.array([[scale, 0, width / 2 - scale * hips[0]], [0, scale, 0.38 * height - scale * hips[1]]])
        return np.asarray(cv2.warpAffine(picture, move, size_px, flags=cv2.INTER_AREA), np.uint8)
