"""Two small bright stickers over the PSIS: their colour is found by itself, their centres to a fraction of a pixel.

Both stickers have one colour that neither clothes nor room have near the pelvis. First their colour is learnt: the finder looks for a pair
of spots that stand out from the cloth around them, alike in colour and size, side by side at the height of the PSIS, until enough
pictures agree on a colour. From then on it reads from each pixel's colour how much of the pixel a sticker covers (a linear matte). The
centre of a sticker is the centroid of that; blur and sampling cancel in it.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from runform_live import body
from runform_live.handover import WrittenArray
from runform_live.messages import Picture
from runform_live.pose.timing import Timer

Floats = npt.NDArray[np.float64]

SIGMA_PX = 0.2  # of a sticker's centre
_HIPS, _PSIS = body.pair("hip"), body.pair("psis")


@dataclass(frozen=True, slots=True)
class _Spot:
    """A patch that stands out: centre (px of the window), area (px) and mean chroma (a, b of CIE Lab)."""

    at: Floats
    area: float
    chroma: Floats


@dataclass(frozen=True, slots=True)
class _Window:
    """The part of a picture in which stickers may be: its chroma, that of the cloth, the middle of the hips (px), the trunk's length."""

    chroma: Floats
    cloth: Floats
    hips: Floats
    trunk_px: float


class MarkersState(msgspec.Struct, frozen=True):
    """Votes on the colour (n, 2), the time since the last one was due, the colour (2), and where the pair lay (2, trunk lengths)."""

    votes: WrittenArray
    waited_s: float
    colour: WrittenArray | None
    place: WrittenArray | None


# Where stickers may be, in trunk lengths from the middle of the hips. Below that length, or in a smaller window, they cannot be seen.
HALF_WIDTH, BELOW, ABOVE = 0.40, 0.10, 0.50
SMALLEST_TRUNK_PX, SMALLEST_WINDOW_PX = 20, 12
# A pair: the distance across in trunk lengths, its slope, how far its middle is beside that of the hips, and how much it moves on the
# pelvis from frame to frame; the ratio of both areas.
LEAST_APART, MOST_APART, STEEPEST, OFF_MIDDLE, FAR_JUMP = 0.05, 0.45, 0.6, 0.16, 0.12
LARGEST_RATIO = 3.5
STANDS_OUT, SAME_COLOUR = 16.0, 14.0  # in chroma of CIE Lab: from the cloth around it, and between two stickers
COVERED = 0.35  # share of a pixel that belongs to a spot


class MarkerFinder:
    """State: votes on the colour, then the colour, and where the pair lay from the middle of the hips."""

    __slots__ = ("_colour", "_place", "_votes", "_voting")

    # Pictures that must agree on the colour, of how many. Pictures closer together than VOTE_S show the same and are one vote.
    ENOUGH, VOTES, VOTE_S = 8, 12, 1 / 30

    def __init__(self, state: MarkersState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._votes: deque[Floats] = deque([] if state is None else state.votes.array(), maxlen=self.VOTES)
        self._voting = Timer() if state is None else Timer(state.waited_s)
        self._colour = None if state is None or state.colour is None else state.colour.array()
        self._place = None if state is None or state.place is None else state.place.array()

    def state(self) -> MarkersState:
        colour, place = (None if known is None else WrittenArray.of(known) for known in (self._colour, self._place))
        return MarkersState(
            WrittenArray.of(np.reshape(list(self._votes), (-1, 2))), self._voting.waited_s, colour, place
        )

    @property
    def knows_colour(self) -> bool:
        return self._colour is not None

    def with_stickers(self, picture: Picture, landmarks: Floats, elapsed_s: float) -> Floats:
        """Landmarks with the stickers' centres as PSIS; these are unknown where not both stickers are seen.

        picture (height, width, 3; BGR), landmarks (landmarks, 3: x_px, y_px, sigma_px); the frame stands for elapsed_s.
        """
        self._voting.add(elapsed_s)
        out = landmarks.copy()
        out[_PSIS] = np.nan
        pair = self._pair(picture, landmarks)
        if pair is None:
            return out
        pair = pair[np.argsort(pair[:, 0])]
        if landmarks[_HIPS[0], 0] > landmarks[_HIPS[1], 0]:
            pair = pair[::-1]
        out[_PSIS, :2] = pair
        out[_PSIS, 2] = SIGMA_PX
        return out

    def _pair(self, picture: Picture, landmarks: Floats) -> Floats | None:
        """Both centres (2, 2; px of the picture, from its outer edge)."""
        hips, trunk_px = body.middle(landmarks, "hip"), body.trunk_px(landmarks)
        if not trunk_px > SMALLEST_TRUNK_PX:
            return None
        left, top = max(int(hips[0] - HALF_WIDTH * trunk_px), 0), max(int(hips[1] - ABOVE * trunk_px), 0)
        right, bottom = int(hips[0] + HALF_WIDTH * trunk_px), int(hips[1] + BELOW * trunk_px)
        part = picture[top : max(bottom, 0), left : max(right, 0)]
        if min(part.shape[:2]) < SMALLEST_WINDOW_PX:
            return None
        lab = cv2.cvtColor(part.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
        chroma = lab[..., 1:].astype(np.float64)
        window = _Window(chroma, _cloth(lab, trunk_px), hips - (left, top), trunk_px)
        centres = self._learn(window) if self._colour is None else self._measure(window, self._colour)
        return None if centres is None else centres + (left, top)

    def _learn(self, window: _Window) -> Floats | None:
        """Vote on the colour; the centres once it is known."""
        if not self._voting.is_due(self.VOTE_S):
            return None
        self._voting.restart(self.VOTE_S)
        # Half of the largest difference: a hem beside a sticker differs too, by less, and would join both to one spot.
        apart = np.linalg.norm(window.chroma - window.cloth, axis=2)
        best = self._best(_spots(apart > max(STANDS_OUT, float(apart.max()) / 2), window), window)
        if best is None:
            return None
        self._votes.append((best[0].chroma + best[1].chroma) / 2)
        middle = np.median(self._votes, axis=0)
        agree = [vote for vote in self._votes if np.linalg.norm(vote - middle) < SAME_COLOUR]
        if len(agree) < self.ENOUGH:
            return None
        self._colour = np.mean(agree, axis=0)
        matte = _matte(window, self._colour)
        return np.array([_centroid(matte, spot) for spot in best])

    def _measure(self, window: _Window, colour: Floats) -> Floats | None:
        """The centres of the stickers of that colour."""
        matte = _matte(window, colour)
        # The matte follows the direction of a colour only. What is more colourful still (glare, another thing) must also be near to it.
        away = np.linalg.norm(window.chroma - colour, axis=2)
        near = away < np.linalg.norm(window.cloth - colour, axis=2)
        best = self._best(_spots((matte > COVERED) & near, window), window)
        if best is None:
            return None
        centres = np.array([_centroid(matte, spot) for spot in best])
        self._place = (centres.mean(axis=0) - window.hips) / window.trunk_px
        return centres

    def _best(self, spots: list[_Spot], window: _Window) -> tuple[_Spot, _Spot] | None:
        """The two spots that look most like a pair of stickers."""
        best, least = None, math.inf
        for i, first in enumerate(spots):
            for second in spots[i + 1 :]:
                cost = self._unlikeness(first, second, window)
                if cost < least:
                    best, least = (first, second), cost
        return best

    def _unlikeness(self, first: _Spot, second: _Spot, window: _Window) -> float:
        """How little two spots look like a pair of stickers, by colour, size and place; inf: they cannot be one."""
        across, down = np.abs(first.at - second.at) / window.trunk_px
        middle = ((first.at + second.at) / 2 - window.hips) / window.trunk_px
        unlike = float(np.linalg.norm(first.chroma - second.chroma))
        ratio = max(first.area, second.area) / min(first.area, second.area)
        moved = 0.0 if self._place is None else float(np.linalg.norm(middle - self._place))
        if not LEAST_APART < across < MOST_APART or down > STEEPEST * across or abs(middle[0]) > OFF_MIDDLE:
            return math.inf
        if unlike > SAME_COLOUR or ratio > LARGEST_RATIO or moved > FAR_JUMP:
            return math.inf
        return unlike / SAME_COLOUR + math.log(ratio) + 4 * abs(float(middle[0])) + 10 * moved


def _cloth(lab: npt.NDArray[np.float32], trunk_px: float) -> Floats:
    """Chroma (a, b) of what lies around each pixel; spots as small as a sticker are left out."""
    size = min(2 * int(0.09 * trunk_px) + 1, 255)
    shifted = np.clip(lab[..., 1:] + 128, 0, 255).astype(np.uint8)
    blurred = [cv2.medianBlur(np.ascontiguousarray(shifted[..., i]), size) for i in range(2)]
    return np.stack(blurred, axis=2).astype(np.float64) - 128


def _matte(window: _Window, colour: Floats) -> Floats:
    """How much of each pixel is sticker, 0..1: where its chroma lies between cloth and sticker."""
    to_sticker = colour - window.cloth
    length = np.maximum((to_sticker**2).sum(axis=2), STANDS_OUT**2)
    return np.asarray(np.clip(((window.chroma - window.cloth) * to_sticker).sum(axis=2) / length, 0, 1))


SMALLEST, LARGEST = 0.012, 0.10  # a sticker's breadth in trunk lengths


def _spots(mask: npt.NDArray[np.bool_], window: _Window) -> list[_Spot]:
    """Connected patches of a mask that are as large as a sticker, and not long and thin."""
    count, labels, stats, centres = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    smallest, largest = max((SMALLEST * window.trunk_px) ** 2, 3.0), (LARGEST * window.trunk_px) ** 2
    out = []
    for label in range(1, count):
        area = float(stats[label, cv2.CC_STAT_AREA])
        wide, high = stats[label, cv2.CC_STAT_WIDTH], stats[label, cv2.CC_STAT_HEIGHT]
        if smallest <= area <= largest and max(wide, high) < 3 * min(wide, high) + 2:
            out.append(_Spot(centres[label] + 0.5, area, window.chroma[labels == label].mean(axis=0)))
    return out


NOISE = 0.08  # of a matte


def _centroid(matte: Floats, spot: _Spot) -> Floats:
    """Centroid of the matte around a spot (px, from the outer edge)."""
    reach = 1.6 * math.sqrt(spot.area / math.pi) + 1.5
    x, y = spot.at
    left, top = max(int(x - reach), 0), max(int(y - reach), 0)
    part = matte[top : int(y + reach) + 1, left : int(x + reach) + 1]
    weight = np.clip(part - NOISE, 0, None)
    rows, columns = np.mgrid[0 : part.shape[0], 0 : part.shape[1]] + 0.5
    total = float(weight.sum())
    if total <= 0:
        return spot.at
    return np.array([(weight * columns).sum() / total + left, (weight * rows).sum() / total + top])
