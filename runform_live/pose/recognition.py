"""Who is the runner: the colours of the trunk and the last place, learnt while somebody is followed, and kept through a loss."""

from __future__ import annotations

import math

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import pair
from runform_live.handover import WrittenArray
from runform_live.messages import Picture
from runform_live.pose.regions import Region, in_blocks
from runform_live.pose.timing import Timer, reached, within

Colours = npt.NDArray[np.float32]  # a histogram of hue, saturation and value; its sum is 1

HUES, SATURATIONS, VALUES = 12, 4, 4
PATCH_PX = (24, 32)  # to which the trunk is averaged, about: single pixels are noise


def trunk_colours(picture: Picture, landmarks: npt.NDArray[np.float64]) -> Colours | None:
    """Colour histogram of the trunk; None where the trunk is not in the picture."""
    corners = landmarks[[*pair("shoulder"), *pair("hip")], :2]
    if not np.isfinite(corners).all():
        return None
    height_px, width_px = picture.shape[:2]
    xs, ys = corners.T.tolist()
    left, top = max(int(min(xs)), 0), max(int(min(ys)), 0)
    right, bottom = min(int(max(xs)) + 1, width_px), min(int(max(ys)) + 1, height_px)
    if right - left < 4 or bottom - top < 8:
        return None
    hsv = cv2.cvtColor(in_blocks(picture[top:bottom, left:right], PATCH_PX), cv2.COLOR_BGR2HSV)
    histogram = cv2.calcHist([hsv], [0, 1, 2], None, [HUES, SATURATIONS, VALUES], [0, 180, 0, 256, 0, 256])
    return np.asarray(histogram / max(float(histogram.sum()), 1.0), dtype=np.float32).ravel()


def distance(first: Colours, second: Colours) -> float:
    """Bhattacharyya distance of two histograms: 0 the same, 1 nothing in common."""
    return math.sqrt(max(0.0, 1.0 - float(np.sqrt(first * second).sum())))


class RecognitionState(msgspec.Struct, frozen=True):
    """The runner's last region and colours, how long the followed person has had other colours, and the time since they were compared."""

    region: Region | None
    colours: WrittenArray | None
    other_colours_s: float
    compared_s: float


class Recognition:
    """Remembers the runner, and says when the person who is followed may be somebody else.

    State: the last region; the mean colours of the trunk; for how long the followed person has had other colours; the time since that
    person was compared with others in view.
    """

    __slots__ = ("_comparing", "_other_colours_s", "colours", "region")

    def __init__(self, state: RecognitionState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self.region: Region | None = None
        self.colours: Colours | None = None
        self._other_colours_s, self._comparing = 0.0, Timer()
        if state is not None:
            self.region = state.region
            self.colours = None if state.colours is None else state.colours.array()
            self._other_colours_s, self._comparing = state.other_colours_s, Timer(state.compared_s)

    def state(self) -> RecognitionState:
        colours = None if self.colours is None else WrittenArray.of(self.colours)
        return RecognitionState(self.region, colours, self._other_colours_s, self._comparing.waited_s)

    @property
    def knows_nobody(self) -> bool:
        return self.region is None and self.colours is None

    def difference(self, colours: Colours | None) -> float:
        """Distance (0..1) of these colours from the runner's; 0 where there is nothing to compare."""
        return 0.0 if colours is None or self.colours is None else distance(colours, self.colours)

    OTHER = 0.55  # distance of other clothes; the same clothes in changing light stay under 0.35

    def looks_different(self, colours: Colours | None) -> bool:
        """Whether these are not the runner's colours."""
        return self.difference(colours) > self.OTHER

    def resemblance(self, region: Region, colours: Colours | None, height_px: int) -> float:
        """How well a person fits the runner in colours, place and size; larger is better. height_px: of the picture."""
        fit = 1.0 - 2.0 * self.difference(colours)
        if self.region is not None:
            away = math.hypot(region.x_px - self.region.x_px, region.y_px - self.region.y_px) / height_px
            fit -= away + 0.5 * abs(math.log(region.side_px / self.region.side_px))
        return fit

    LEARNING_S = 50 / 30  # time constant of the mean of the colours

    def learn(self, region: Region, colours: Colours | None, elapsed_s: float) -> None:
        """Take where the runner is, and in which colours, in a frame that stands for this time."""
        self.region = region
        if colours is None:
            return
        share = min(elapsed_s / self.LEARNING_S, 1.0)
        self.colours = colours if self.colours is None else (1 - share) * self.colours + share * colours

    @property
    def in_doubt(self) -> bool:
        """Whether the person who is followed had other colours in the last frame."""
        return self._other_colours_s > 0.0

    def settle(self) -> None:
        """The person who is followed is the runner."""
        self._other_colours_s, self._comparing = 0.0, Timer()

    def watch(self, colours: Colours | None, elapsed_s: float) -> None:
        """Take the colours of the person who is followed. In doubt, colours that cannot be seen do not end the doubt."""
        if self.looks_different(colours) or (self.in_doubt and colours is None):
            self._other_colours_s += elapsed_s
        else:
            self.settle()

    DOUBT_S, COMPARE_AGAIN_S = 0.2, 0.5

    def must_compare(self, elapsed_s: float) -> bool:
        """Whether the person who is followed must be compared with others now: somebody who walks through may have taken the region along."""
        return reached(self._other_colours_s, self.DOUBT_S) and self._comparing.tick(elapsed_s, self.COMPARE_AGAIN_S)

    CLEARLY_BETTER = 0.15  # in distance of colours

    def prefers(self, other: Colours | None, followed: Colours | None) -> bool:
        """Whether somebody else has the runner's colours, and clearly more so than the person who is followed."""
        if other is None:
            return False
        return self.difference(other) < min(self.difference(followed) - self.CLEARLY_BETTER, self.OTHER)

    FORGET_S = 10.0  # of other colours: the runner has other clothes on, or it is another runner

    @property
    def outdated(self) -> bool:
        """Whether the person who is followed has had other colours for so long that this is the runner now."""
        return not within(self._other_colours_s, self.FORGET_S)

    def forget(self) -> None:
        """Whoever is followed is the runner from now on."""
        self.region = self.colours = None

    def forget_place(self) -> None:
        """The camera looks from elsewhere; the colours stay known."""
        self.region = None
