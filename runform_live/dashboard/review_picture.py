"""The picture of the review window: one frame, two sessions side by side, both midstances, or the mean picture of each side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from runform_live import overlay, quantities
from runform_live.dashboard.review_model import ReviewModel
from runform_live.dashboard.review_recording import Recording
from runform_live.messages import SIDES, Picture, Side
from runform_live.texts import Texts

WIDTH, HEIGHT = 856, 482  # in units of the design, and of the texture (px)
HALF = WIDTH // 2
MOST_AVERAGED = 20  # stances a side
Mode = Literal["one", "two", "midstances", "mean"]


class ReviewPicture:
    """Composes the picture; `mode` says of what."""

    def __init__(self, recordings: Sequence[Recording], said: Texts) -> None:
        self._recordings, self._said = recordings, said
        self._model: ReviewModel = recordings[0].model
        self._usual: Mode = "two" if len(recordings) > 1 else "one"
        self.mode: Mode = self._usual
        self.missing = False  # the picture shown last lacks a frame that the recording does not have
        self._means: dict[Side, npt.NDArray[np.float64]] = {}
        self._counts: dict[Side, int] = {}

    def switch(self, mode: Mode) -> None:
        """Show this, or the usual picture again."""
        self.mode = self._usual if self.mode == mode else mode

    def forget_means(self) -> None:
        self._means.clear()

    @property
    def lacks_means(self) -> bool:
        return self.mode == "mean" and not self._means

    def average(self) -> Iterator[str]:
        """Compute the mean picture of each side at midstance in the main gait, a stance at a time, so that the window lives on. Yields how far it is."""
        chosen = {side: [one for one in self._model.main if one.side == side][:MOST_AVERAGED] for side in SIDES}
        done, total = 0, sum(map(len, chosen.values()))
        for side in SIDES:
            mean, count = np.zeros((HEIGHT, HALF, 3)), 0
            for stance in chosen[side]:
                picture = self._runner(stance.midstance_s)
                done += 1
                if picture is not None:
                    count += 1
                    mean += (picture - mean) / count
                    self._means[side], self._counts[side] = mean, count
                yield self._said("review.averaging", done=done, all=total)
        yield ""

    def compose(self, background: tuple[int, int, int]) -> Picture:
        """The picture (HEIGHT, WIDTH, 3; BGR). background: the colour (RGB) where there is none."""
        self.missing = False
        shown = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        shown[:] = background[::-1]
        if self.mode == "one":
            self._place(shown, self._recordings[0].drawn(self._model.frame), 0, WIDTH)
        elif self.mode == "two":
            self._both_sessions(shown)
        else:
            draw = self._mean if self.mode == "mean" else self._midstance
            draw(shown, "left", 0)
            draw(shown, "right", HALF)
        return shown

    def _both_sessions(self, shown: Picture) -> None:
        """The second session is shown at the same phase of gait."""
        first, second = self._recordings
        phase = self._model.phase(self._model.time_s)
        at_s = None if phase is None else second.model.time_at(phase)
        self._place(shown, first.drawn(self._model.frame), 0, HALF, self._said("review.first"))
        frame = None if at_s is None else second.model.frame_at(at_s)
        if at_s is not None and frame is not None:
            second.model.seek(at_s)
            self._place(shown, second.drawn(frame), HALF, HALF, self._said("review.second"))

    def _mean(self, shown: Picture, side: Side, left: int) -> None:
        if side in self._means:
            shown[:, left : left + HALF] = self._means[side].astype(np.uint8)
            _caption(shown, self._said(f"review.{side}_mean", count=self._counts[side]), left)

    def _midstance(self, shown: Picture, side: Side, left: int) -> None:
        stance = self._model.midstance_near(side)
        if stance is not None:
            value = self._model.value_words(stance, self._said)
            words = self._said(f"review.{side}_mid", value=value, time=stance.midstance_s)
            self._place(shown, self._runner(stance.midstance_s), left, HALF, words)

    def _runner(self, at_s: float) -> Picture | None:
        frame = self._model.frame_at(at_s)
        return None if frame is None else self._recordings[0].runner(frame, (HALF, HEIGHT))

    def _place(self, shown: Picture, picture: Picture | None, left: int, width: int, words: str = "") -> None:
        if picture is None:
            self.missing = True
        elif picture.shape[:2] == (HEIGHT, width):
            shown[:, left : left + width] = picture
        else:
            shown[:, left : left + width] = overlay.upright_copy(picture, width, HEIGHT, None)[0]
        _caption(shown, words, left)


def _caption(shown: Picture, words: str, left: int) -> None:
    """Words over the picture; OpenCV's letters know no degree sign."""
    if not words:
        return
    plain = words.replace("°", " deg").replace(quantities.UNKNOWN, "-").encode("ascii", "replace").decode()
    (wide, high), _ = cv2.getTextSize(plain, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)
    cv2.rectangle(shown, (left, 0), (left + wide + 20, high + 18), (0, 0, 0), -1)
    cv2.putText(shown, plain, (left + 10, high + 9), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, cv2.LINE_AA)
