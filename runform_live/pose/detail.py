"""The closer look at the pelvis: its landmarks at a finer scale, beside those of the same runner standing still.

Where the hip joints lie under somebody's clothes can only be guessed; how far the cloth over them has turned since that
person stood still can be seen. So the network is also given what it saw then. Its guess of the hips' line while standing stays
the one that it made without: references may come, and be renewed, at any time without moving the level line.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from runform_live.errors import BadInput
from runform_live.messages import INDEX
from runform_live.pose.cards import Card
from runform_live.pose.networks import THREADS, Network, Outputs, Picture, flipped, turned_back
from runform_live.pose.regions import Region, dithered, waist_to_thighs

Cut = npt.NDArray[np.float32]  # a prepared input (1, height, width, 3)


class DetailNetwork:
    """Looks closer at the pelvis of a person who is found; each landmark has its own sigma."""

    __slots__ = ("_hips", "_looks", "_offset_rad", "_references", "network")

    def __init__(self, card: Card, threads: int = THREADS) -> None:
        if card.network.decoder != "detail":
            raise BadInput(f"network {card.network.name}: unknown decoder {card.network.decoder!r}")
        self.network = Network(card, threads)
        names = list(card.network.landmarks)
        self._hips = names.index("left_hip"), names.index("right_hip")
        self._looks = 0
        self._references: list[dict[bool, Outputs]] = []  # by whether mirrored
        self._offset_rad = 0.0

    @property
    def compares(self) -> bool:
        """Whether the network takes what it saw of a reference."""
        return bool(self.network.further)

    @property
    def has_reference(self) -> bool:
        return bool(self._references)

    def refine(self, picture: Picture, landmarks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Landmarks (landmarks, 3: x_px, y_px, sigma_px) of the picture (BGR) with those that it sees put in their place."""
        region = waist_to_thighs(landmarks)
        if not math.isfinite(region.side_px):
            return landmarks
        described = self.network.card.network
        refined = landmarks.copy()
        rows = [INDEX[name] for name in described.landmarks]
        # Long clothes draw the first network's hips downwards: a first look finds them, the others measure.
        refined[rows] = self._look(self.network.prepare(picture, region), region, mirrored=False, reference=None)
        found = waist_to_thighs(refined)
        centred = replace(region, x_px=found.x_px, y_px=found.y_px)
        looks = []
        for mirrored in (False, True) if described.mirrored else (False,):
            self._looks += 1
            reference = self._references[self._looks % len(self._references)] if self._references else None
            # Cloth that is compared with a reference must not turn for another reason.
            at = dithered(centred, self._looks, turned=reference is None)
            looks.append(self._look(self.network.prepare(picture, at), at, mirrored, reference))
        refined[rows] = self._as_without_reference(np.mean(looks, axis=0))
        return refined

    def cut(self, picture: Picture, landmarks: npt.NDArray[np.float64], number: int) -> Cut | None:
        """The input about refined landmarks, cut in one of the ways of `dithered` but upright; None where there is none."""
        region = waist_to_thighs(landmarks)
        if not math.isfinite(region.side_px):
            return None
        return self.network.prepare(picture, dithered(region, number, turned=False))

    def take_references(self, cuts: list[Cut]) -> None:
        """From now on compare with these cuts of the runner standing still."""
        self.forget()
        references, without, compared = [], [], []
        for ready in cuts:
            seen = {mirrored: self.network.run(flipped(ready) if mirrored else ready) for mirrored in (False, True)}
            without.append(self._tilt_rad(seen))
            references.append({mirrored: self._as_reference(outputs) for mirrored, outputs in seen.items()})
        for number, ready in enumerate(cuts):
            reference = references[(number + len(cuts) // 2) % len(cuts)]
            both = {
                mirrored: self.network.run(flipped(ready) if mirrored else ready, reference[mirrored])
                for mirrored in (False, True)
            }
            compared.append(self._tilt_rad(both))
        self._references = references
        self._offset_rad = float(np.mean(without) - np.mean(compared))

    def forget(self) -> None:
        """Look without a reference again."""
        self._references, self._offset_rad = [], 0.0

    def _look(
        self, ready: Cut, region: Region, mirrored: bool, reference: dict[bool, Outputs] | None
    ) -> npt.NDArray[np.float64]:
        """Its landmarks (as many as it has, 3: x_px, y_px, sigma_px) in an input that shows a region of the picture."""
        described = self.network.card.network
        others = None if reference is None else reference[mirrored]
        outputs = self.network.run(flipped(ready) if mirrored else ready, others)
        if mirrored:
            outputs = turned_back(outputs, self.network.card)
        points = outputs["landmarks"][0, list(described.landmarks.values())].astype(np.float64)
        in_picture = region.to_picture(points[:, :2], described.input.size_px)
        return np.column_stack([in_picture, points[:, 2] * region.side_px / described.input.height_px])

    def _as_reference(self, outputs: Outputs) -> Outputs:
        return {name: outputs[name.replace("reference", "seen")] for name in self.network.further}

    def _tilt_rad(self, seen: dict[bool, Outputs]) -> float:
        """Tilt of the hips' line as seen plain and mirrored."""
        points = seen[False]["landmarks"][0] + turned_back(seen[True], self.network.card)["landmarks"][0]
        at = self.network.card.network.landmarks
        across = points[at["right_hip"], :2] - points[at["left_hip"], :2]
        return math.atan2(float(across[1]), float(across[0]))

    def _as_without_reference(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Landmarks turned about the hips' middle by what the references have moved the line of standing hips."""
        middle = points[list(self._hips), :2].mean(axis=0)
        cos, sin = math.cos(self._offset_rad), math.sin(self._offset_rad)
        turned = (points[:, :2] - middle) @ np.array([[cos, sin], [-sin, cos]]) + middle
        return np.column_stack([turned, points[:, 2]])
