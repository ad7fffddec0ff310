"""People in a picture: the BlazePose detector and how its raw output is read (anchors of a single-shot detector)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform_live.pose.cards import Card
from runform_live.pose.networks import THREADS, Picture, open_for
from runform_live.pose.regions import Region, from_centre_and_reach

SCORE_FLOOR = 0.5
MERGE_OVERLAP = 0.3


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person that the detector saw."""

    region: Region
    score: float


def anchors(input_px: int) -> npt.NDArray[np.float32]:
    """Anchor centres (2254, 2) in input pixels: two a cell at stride 8 and 16, six at stride 32 (three merged layers).

    Source: the options of MediaPipe's pose_detection graph (SsdAnchorsCalculator).
    """
    centres = []
    for stride, each in ((8, 2), (16, 2), (32, 6)):
        cells = input_px // stride
        rows, columns = np.mgrid[0:cells, 0:cells]
        cell = (np.stack([columns.ravel(), rows.ravel()], axis=-1) + 0.5) * stride
        centres.append(np.repeat(cell, each, axis=0))
    return np.concatenate(centres).astype(np.float32)


def decode(
    boxes: npt.NDArray[np.float32],
    scores: npt.NDArray[np.float32],
    anchor_px: npt.NDArray[np.float32],
    part: Region,
    input_px: int,
) -> list[Candidate]:
    """Candidates, best first, from boxes (anchors, 12: box 4, four points; input px) and scores (anchors,: logits).

    `part` is the square of the picture that the network looked at.

    Of the points only the hip centre and the reach of the whole body are used: they make the region of interest.
    Boxes that overlap are merged by their score, as the network was published.
    """
    score = 1.0 / (1.0 + np.exp(-np.clip(scores, -50, 50)))
    kept = np.flatnonzero(score >= SCORE_FLOOR)
    kept = kept[np.argsort(-score[kept])]
    centre = part.to_picture(boxes[kept, 4:6] + anchor_px[kept], (input_px, input_px))
    reach = part.to_picture(boxes[kept, 6:8] + anchor_px[kept], (input_px, input_px))
    regions = [from_centre_and_reach(c, r) for c, r in zip(centre, reach, strict=True)]
    weight = score[kept]
    candidates: list[Candidate] = []
    free = list(range(len(kept)))
    while free:
        first = free[0]
        group = [i for i in free if regions[i].overlap(regions[first]) >= MERGE_OVERLAP]
        free = [i for i in free if i not in group]
        share = weight[group] / weight[group].sum()
        merged = from_centre_and_reach(share @ centre[group], share @ reach[group])
        candidates.append(Candidate(merged, float(weight[first])))
    return candidates


def whole_picture(height_px: int, width_px: int) -> Region:
    """The square about the whole picture that the detector looks at."""
    return Region(width_px / 2, height_px / 2, float(max(height_px, width_px)))


class PersonDetector:
    """People in the whole picture, or in one part of it."""

    __slots__ = ("_anchors", "network")

    def __init__(self, card: Card, threads: int = THREADS) -> None:
        self.network = open_for(("blazepose_anchors",), card, threads)
        self._anchors = anchors(card.network.input.width_px)

    def look(self, picture: Picture, part: Region) -> list[Candidate]:
        """Candidates in a square part of the picture (BGR), best first."""
        size = self.network.card.network.input.width_px
        (outputs,) = self.network.run(self.network.prepare(picture, part))
        people = decode(outputs["boxes"][0], outputs["scores"][0, :, 0], self._anchors, part, size)
        return [person for person in people if math.isfinite(person.region.side_px)]
