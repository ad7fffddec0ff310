"""People in a picture: the BlazePose detector, over the whole picture and over parts of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform_live.messages import Picture
from runform_live.pose.cards import Card
from runform_live.pose.networks import THREADS, open_for
from runform_live.pose.providers import Provider
from runform_live.pose.regions import Region, from_centre_and_reach

LEAST_SCORE = 0.5  # of a box, as in MediaPipe's pose_detection graph
SAME_PERSON_OVERLAP = 0.3  # boxes that overlap by more are of one person; as in the same graph


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

    `part` is the square of the picture that the network looked at. Of the four points only the hip centre and the reach of the whole
    body are used: they give the region of the person. Boxes that overlap are merged by their score, as the network was published.
    """
    score = 1.0 / (1.0 + np.exp(-np.clip(scores, -50, 50)))
    kept = np.flatnonzero(score >= LEAST_SCORE)
    kept = kept[np.argsort(-score[kept])]
    centre = part.to_picture(boxes[kept, 4:6] + anchor_px[kept], (input_px, input_px))
    reach = part.to_picture(boxes[kept, 6:8] + anchor_px[kept], (input_px, input_px))
    regions = [from_centre_and_reach(c, r) for c, r in zip(centre, reach, strict=True)]
    weight = score[kept]
    candidates: list[Candidate] = []
    free = list(range(len(kept)))
    while free:
        first = free[0]
        group = [i for i in free if regions[i].overlap(regions[first]) >= SAME_PERSON_OVERLAP]
        free = [i for i in free if i not in group]
        share = weight[group] / weight[group].sum()
        merged = from_centre_and_reach(share @ centre[group], share @ reach[group])
        candidates.append(Candidate(merged, float(weight[first])))
    return candidates


class PersonDetector:
    """People in a square part of a picture."""

    __slots__ = ("_anchors", "network")

    def __init__(self, card: Card, threads: int = THREADS, provider: Provider = "cpu") -> None:
        self.network = open_for(("blazepose_anchors",), card, threads, provider)
        self._anchors = anchors(card.network.input.width_px)

    def people(self, picture: Picture, part: Region) -> list[Candidate]:
        """Candidates in that part of the picture (BGR), best first."""
        size = self.network.card.network.input.width_px
        outputs = self.network.run(self.network.prepare(picture, part))
        people = decode(outputs["boxes"][0], outputs["scores"][0, :, 0], self._anchors, part, size)
        return [person for person in people if math.isfinite(person.region.side_px)]


def whole_picture(height_px: int, width_px: int) -> Region:
    """The square about the whole picture."""
    return Region(width_px / 2, height_px / 2, float(max(height_px, width_px)))


def parts(height_px: int, width_px: int) -> list[Region]:
    """Overlapping squares over the picture, large ones first: the detector misses a person smaller than a third of its view."""
    found: list[Region] = []
    short = min(height_px, width_px)
    for side in (short, 0.6 * short):
        columns = math.ceil(1.5 * (width_px - side) / side) + 1
        rows = math.ceil(1.5 * (height_px - side) / side) + 1
        found.extend(
            Region(float(x), float(y), float(side))
            for y in np.linspace(side / 2, height_px - side / 2, rows)
            for x in np.linspace(side / 2, width_px - side / 2, columns)
        )
    return found


class PeopleSearch:
    """Searches a picture for people. State: which of its parts is next, because a search goes on over several frames."""

    __slots__ = ("_detector", "next_part")

    # Confidence that makes a person. In a part of the picture, leaves and shadows look like small people.
    CONFIDENCE, CONFIDENCE_IN_PART = 0.5, 0.9
    PARTS = 2  # in one frame: searching must not take longer than following

    def __init__(self, detector: PersonDetector) -> None:
        self._detector = detector
        self.next_part = 0

    def whole(self, picture: Picture) -> list[Candidate]:
        """People in the whole picture, best first."""
        return self._detector.people(picture, whole_picture(*picture.shape[:2]))

    def steps(self, picture: Picture) -> Iterator[tuple[list[Candidate], float]]:
        """People in the whole picture, then in its next parts; each with the confidence that is needed to believe in them."""
        yield self.whole(picture), self.CONFIDENCE
        squares = parts(*picture.shape[:2])
        for _ in range(self.PARTS):
            people = self._detector.people(picture, squares[self.next_part % len(squares)])
            self.next_part += 1
            yield people, self.CONFIDENCE_IN_PART


def prominence(region: Region, height_px: int, width_px: int) -> float:
    """How much a person looks like the one who is filmed: large and near the middle; larger is more."""
    off_middle = math.hypot((region.x_px - width_px / 2) / width_px, (region.y_px - height_px / 2) / height_px)
    return region.side_px / height_px - off_middle
