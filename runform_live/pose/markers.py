"""Two small bright stickers over the PSIS: their colour found by itself, their centres to a fraction of a pixel.

The stickers are of one colour that neither clothes nor room have near the pelvis. A pair of spots that stand out from the cloth
about them, alike in colour and size and side by side at the height of the PSIS, is looked for until enough frames agree on its
colour. From then on each sticker's centre is the centroid of how much of each pixel it covers, read from where the pixel's
colour lies between cloth and sticker (a linear matte; blur and sampling cancel in the centroid).
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
from runform_live.handover import Array
from runform_live.pose.timing import Timer

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

# Where stickers may be, in trunk lengths about the middle of the hips: across, and from below to above.
HALF_WIDTH, BELOW, ABOVE = 0.40, 0.10, 0.50
LEAST_APART, MOST_APART = 0.05, 0.45
STEEPEST = 0.6  # rise over run of the line through both
OFF_MIDDLE = 0.16
SMALLEST, LARGEST = 0.012, 0.10  # a sticker's breadth
STANDS_OUT = 16.0  # Lab units of chroma from the cloth about it
SAME_COLOUR = 14.0
VOTES, ENOUGH, VOTE_S = 12, 8, 1 / 30  # pictures that come closer together show the same and are one vote
COVERED = 0.35  # of a pixel, to be part of a spot
MATTE_FLOOR = 0.08  # less is noise
FAR_JUMP = 0.12  # trunk lengths, of a spot against the pelvis between two frames
SIGMA_PX = 0.2
# `runform validate --markers` on a rendered clip: SD of the error of a side's mean, against the line through the exact PSIS.
INSTRUMENT_SD_DEG = {"pelvic_drop_mid_deg": 0.65, "pelvic_drop_peak_deg": 0.65}
_HIPS, _PSIS = body.pair("hip"), body.pair("psis")


@dataclass(frozen=True, slots=True)
class _Spot:
    """A patch that stands out: centre (px of the window), area (px) and mean chroma (a, b)."""

    at: Floats
    area: float
    chroma: Floats


class MarkersState(msgspec.Struct, frozen=True):
    """Votes on the colour (n, 2), the time since the last one was due, the colour (2), and where the pair lay (2, trunk lengths)."""

    votes: Array
    waited_s: float
    colour: Array | None
    place: Array | None


class MarkerFinder:
    """State: votes on the colour, then the colour, and where the pair lay against the pelvis."""

    __slots__ = ("_colour", "_place", "_votes", "_voting")

    def __init__(self, state: MarkersState | None = None) -> None:
        self._votes: deque[Floats] = deque([] if state is None else state.votes.array(), maxlen=VOTES)
        self._voting = Timer() if state is None else Timer(state.waited_s)
        self._colour = None if state is None or state.colour is None else state.colour.array()
        self._place = None if state is None or state.place is None else state.place.array()

    def state(self) -> MarkersState:
        colour, place = (None if known is None else Array.of(known) for known in (self._colour, self._place))
        return MarkersState(Array.of(np.reshape(list(self._votes), (-1, 2))), self._voting.waited_s, colour, place)

    @property
    def found_colour(self) -> bool:
        return self._colour is not None

    def with_stickers(self, picture: Picture, landmarks: Floats, elapsed_s: float) -> Floats:
        """Landmarks with the stickers' centres as PSIS; unknown where not both are seen.

        picture (height, width, 3; BGR), landmarks (landmarks, 3: x_px, y_px, sigma_px); the frame stands for elapsed_s.
        """
        self._voting.add(elapsed_s)
        out = landmarks.copy()
        out[_PSIS] = np.nan
        hips, trunk_px = body.middle(landmarks, "hip"), body.trunk_px(landmarks)
        if not trunk_px > 20:
            return out
        left, top = int(hips[0] - HALF_WIDTH * trunk_px), int(hips[1] - ABOVE * trunk_px)
        right, bottom = int(hips[0] + HALF_WIDTH * trunk_px), int(hips[1] + BELOW * trunk_px)
        left, top = max(left, 0), max(top, 0)
        window = picture[top : max(bottom, 0), left : max(right, 0)]
        if min(window.shape[:2]) < 12:
            return out
        pair = self._pair(window, trunk_px, hips - (left, top))
        if pair is None:
            return out
        pair = pair[np.argsort(pair[:, 0])] + (left, top)
        if landmarks[_HIPS[0], 0] > landmarks[_HIPS[1], 0]:
            pair = pair[::-1]
        out[_PSIS, :2] = pair
        out[_PSIS, 2] = SIGMA_PX
        return out

    def _pair(self, window: Picture, trunk_px: float, hips: Floats) -> Floats | None:
        """Both centres (2, 2; px of the window, from its outer edge)."""
        lab = cv2.cvtColor(window.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
        chroma = lab[..., 1:].astype(np.float64)
        cloth = _cloth(lab, trunk_px)
        if self._colour is None:
            if not self._voting.is_due(VOTE_S):
                return None
            self._voting.restart(VOTE_S)
            return self._learn(chroma, cloth, trunk_px, hips)
        matte = _matte(chroma, cloth, self._colour)
        # The matte tells by direction as well; what is brighter still (glare, another thing) must also be near in colour.
        near = np.linalg.norm(chroma - self._colour, axis=2) < np.linalg.norm(cloth - self._colour, axis=2)
        spots = _spots((matte > COVERED) & near, chroma, trunk_px)
        best = self._best(spots, trunk_px, hips)
        if best is None:
            return None
        centres = np.array([_centroid(matte, spot) for spot in best])
        self._place = (centres.mean(axis=0) - hips) / trunk_px
        return centres

    def _learn(self, chroma: Floats, cloth: Floats, trunk_px: float, hips: Floats) -> Floats | None:
        # Half of the largest difference: a hem beside a sticker differs too, by less, and would join both to one spot.
        apart = np.linalg.norm(chroma - cloth, axis=2)
        spots = _spots(apart > max(STANDS_OUT, float(apart.max()) / 2), chroma, trunk_px)
        best = self._best(spots, trunk_px, hips)
        if best is None:
            return None
        self._votes.append((best[0].chroma + best[1].chroma) / 2)
        middle = np.median(self._votes, axis=0)
        agree = [vote for vote in self._votes if np.linalg.norm(vote - middle) < SAME_COLOUR]
        if len(agree) < ENOUGH:
            return None
        self._colour = np.mean(agree, axis=0)
        matte = _matte(chroma, cloth, self._colour)
        return np.array([_centroid(matte, spot) for spot in best])

    def _best(self, spots: list[_Spot], trunk_px: float, hips: Floats) -> tuple[_Spot, _Spot] | None:
        """The two spots that look most like a pair of stickers."""
        best, least = None, math.inf
        for i, first in enumerate(spots):
            for second in spots[i + 1 :]:
                across, down = np.abs(first.at - second.at) / trunk_px
                middle = ((first.at + second.at) / 2 - hips) / trunk_px
                unlike = float(np.linalg.norm(first.chroma - second.chroma))
                ratio = max(first.area, second.area) / min(first.area, second.area)
                if not LEAST_APART < across < MOST_APART or down > STEEPEST * across or abs(middle[0]) > OFF_MIDDLE:
                    continue
                if unlike > SAME_COLOUR or ratio > 3.5:
                    continue
                moved = 0.0 if self._place is None else float(np.linalg.norm(middle - self._place))
                if moved > FAR_JUMP:
                    continue
                cost = unlike / SAME_COLOUR + math.log(ratio) + 4 * abs(float(middle[0])) + 10 * moved
                if cost < least:
                    best, least = (first, second), cost
        return best


def _cloth(lab: npt.NDArray[np.float32], trunk_px: float) -> Floats:
    """Chroma (a, b) of what lies about each pixel, spots smaller than a sticker left out."""
    size = min(2 * int(0.09 * trunk_px) + 1, 255)
    shifted = np.clip(lab[..., 1:] + 128, 0, 255).astype(np.uint8)
    blurred = [cv2.medianBlur(np.ascontiguousarray(shifted[..., i]), size) for i in range(2)]
    return np.stack(blurred, axis=2).astype(np.float64) - 128


def _matte(chroma: Floats, cloth: Floats, colour: Floats) -> Floats:
    """How much of each pixel is sticker, 0..1: where its chroma lies between cloth and sticker."""
    way = colour - cloth
    length = np.maximum((way**2).sum(axis=2), STANDS_OUT**2)
    return np.asarray(np.clip(((chroma - cloth) * way).sum(axis=2) / length, 0, 1))


def _spots(mask: npt.NDArray[np.bool_], chroma: Floats, trunk_px: float) -> list[_Spot]:
    count, labels, stats, centres = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    smallest, largest = max((SMALLEST * trunk_px) ** 2, 3.0), (LARGEST * trunk_px) ** 2
    out = []
    for label in range(1, count):
        area = float(stats[label, cv2.CC_STAT_AREA])
        wide, high = stats[label, cv2.CC_STAT_WIDTH], stats[label, cv2.CC_STAT_HEIGHT]
        if smallest <= area <= largest and max(wide, high) < 3 * min(wide, high) + 2:
            out.append(_Spot(centres[label] + 0.5, area, chroma[labels == label].mean(axis=0)))
    return out


def _centroid(matte: Floats, spot: _Spot) -> Floats:
    """Centroid of the matte about a spot (px, from the outer edge)."""
    reach = 1.6 * math.sqrt(spot.area / math.pi) + 1.5
    x, y = spot.at
    left, top = max(int(x - reach), 0), max(int(y - reach), 0)
    part = matte[top : int(y + reach) + 1, left : int(x + reach) + 1]
    weight = np.clip(part - MATTE_FLOOR, 0, None)
    rows, columns = np.mgrid[0 : part.shape[0], 0 : part.shape[1]] + 0.5
    total = float(weight.sum())
    if total <= 0:
        return spot.at
    return np.array([(weight * columns).sum() / total + left, (weight * rows).sum() / total + top])
