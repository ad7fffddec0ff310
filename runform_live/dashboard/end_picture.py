"""The one picture of the screen after a run: a usual midstance of the worse side, with the measured lines."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from runform_live import overlay, quantities
from runform_live.errors import RunformError
from runform_live.messages import INDEX, SIDES, Picture, Side, Stance
from runform_live.report.pictures import usual
from runform_live.session.kept_pictures import KeptPictures
from runform_live.session.landmarks import frame_at, landmarks_of
from runform_live.session.pictures import find, is_seen_in
from runform_live.session.reader import Session
from runform_live.texts import Texts

SHOWN = [INDEX[f"{side}_{joint}"] for side in SIDES for joint in ("shoulder", "hip", "knee", "ankle", "heel", "toe")]
EDGE = 0.14  # of the runner's height, around what is shown
GROUND = 40  # grey of the ground that lines without a picture are drawn on


@dataclass(frozen=True, slots=True)
class EndPicture:
    """A picture (height, width, 3; BGR) and the line below it. picture None: there is none."""

    picture: Picture | None
    caption: str


def of(session: Session, size_px: tuple[int, int], said: Texts) -> EndPicture:
    """The picture in that size (width, height). Where no pictures were kept, the lines alone; without landmarks no picture."""
    said = quantities.said_of(session.summary.flags, said)
    metric = session.info.trained()
    side = worse_side(session, metric)
    stance = None if side is None else usual(session.stances, side, metric)
    if stance is None:
        return EndPicture(None, "")
    try:
        times_s, landmarks = landmarks_of(session)
        row = frame_at(times_s, stance.midstance_s)
        if row is None:
            return EndPicture(None, said("end.no_picture"))
        picture = _picture_at(session, float(times_s[row]))
    except RunformError:  # a last screen without a picture is better than none
        return EndPicture(None, said("end.no_picture"))
    caption = _caption(stance, metric, said)
    if picture is None:
        size = (session.info.height_px or 1, session.info.width_px or 1)
        picture = np.full((*size, 3), GROUND, np.uint8)
        caption = said("end.lines_only", words=caption)
    return EndPicture(cut_out(picture, landmarks[row], size_px), caption)


def worse_side(session: Session, metric: str) -> Side | None:
    """The side with the larger mean; None where no side has one."""
    means = [(mean, side) for side in SIDES if (mean := session.summary.sides[side][metric].mean) is not None]
    return max(means, key=lambda one: one[0])[1] if means else None


def _picture_at(session: Session, time_s: float) -> Picture | None:
    """The picture of a frame: first among those that the report has kept, for a film may have to be read from its beginning."""
    picture = KeptPictures(session.folder).at(time_s)
    if picture is None:
        found = find(session)
        if found.pictures is None:
            return None
        try:
            picture = found.pictures.at(time_s)
        finally:
            found.pictures.close()
    return picture if picture is not None and is_seen_in(*picture.shape[:2]) else None


def cut_out(picture: Picture, landmarks: npt.NDArray[np.float64], size_px: tuple[int, int]) -> Picture:
    """The part of a picture (height, width, 3) about the runner that fills size_px (width, height), with the lines drawn into it.

    landmarks (landmarks, 3) are in px of the picture. Beside the picture it is black.
    """
    width, height = size_px
    left, top, scale = _place(picture.shape[:2], landmarks, size_px)
    move = np.array([[scale, 0.0, -scale * left], [0.0, scale, -scale * top]])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    shown = np.asarray(cv2.warpAffine(picture, move, (width, height), flags=how), np.uint8)
    overlay.draw(shown, landmarks - (left, top, 0), scale)
    return shown


def _place(
    shape: tuple[int, ...], landmarks: npt.NDArray[np.float64], size_px: tuple[int, int]
) -> tuple[float, float, float]:
    """Left and upper edge (px of the picture) of what is shown, and its scale. Without a landmark it is the whole picture."""
    width, height = size_px
    points = landmarks[SHOWN, :2][np.isfinite(landmarks[SHOWN, :2]).all(axis=1)]
    low, high = np.zeros(2), np.array([shape[1], shape[0]], np.float64)
    if len(points):
        low, high = points.min(axis=0), points.max(axis=0)
        edge = EDGE * max(high[1] - low[1], 1.0)
        low, high = low - edge, high + edge
    scale = float(min(width / (high[0] - low[0]), height / (high[1] - low[1])))
    left, top = (low + high) / 2 - np.array([width, height]) / scale / 2
    return float(left), float(top), scale


def _caption(stance: Stance, metric: str, said: Texts) -> str:
    value = quantities.number(metric, getattr(stance, metric), said=said)
    return said(f"end.picture_{stance.side}", value=value)
