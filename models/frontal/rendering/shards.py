"""Training pictures as files: some hundred of them, with labels, in a shard."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

FILM = 8  # pictures of a film


@dataclass(frozen=True)
class Sample:
    """A stored picture and its labels."""

    picture: npt.NDArray[np.uint8]  # (height, width, 3; BGR)
    points: npt.NDArray[np.float32]  # (labels, 2) px
    visible: npt.NDArray[np.bool_]  # (labels,) whether in the picture
    anterior: bool
    kind: str  # "run", "walk" or "stand"


def write_shard(path: Path, drawn: list[Sample]) -> None:
    """Write samples as one file. It appears under its name when it is complete.

    pictures: all JPEGs joined; ends: where each one ends; film: the number of each picture's film.
    """
    packed = [cv2.imencode(".jpg", sample.picture, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].ravel() for sample in drawn]
    ends = np.cumsum([len(part) for part in packed])
    scratch = path.with_suffix(".part")
    with open(scratch, "wb") as out:
        np.savez(
            out,
            pictures=np.concatenate(packed),
            ends=ends,
            points=np.stack([sample.points for sample in drawn]),
            visible=np.stack([sample.visible for sample in drawn]),
            anterior=np.array([sample.anterior for sample in drawn]),
            kind=np.array([sample.kind for sample in drawn]),
            film=np.arange(len(drawn)) // FILM,
        )
    scratch.replace(path)
