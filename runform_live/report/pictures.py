"""The pictures of a report: the runner at midstance, with skeleton, pelvis line and level line, taken from the session's video."""

from __future__ import annotations

import base64
import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from runform_live import overlay, quantities
from runform_live.body import hip_line, leg_of
from runform_live.errors import RunformError
from runform_live.gait.uncertainty.statistics import estimate
from runform_live.messages import SIDES, Picture, Side, Stance
from runform_live.session import door, kept_pictures
from runform_live.session.landmarks import frame_at, landmarks_of
from runform_live.session.pictures import find, is_seen_in
from runform_live.session.reader import Session, is_own
from runform_live.texts import Texts

METRIC = "pelvic_drop_mid_deg"
Kind = Literal["usual", "largest"]
Array = npt.NDArray[np.float64]
WIDTH_PX, HEIGHT_PX = 352, 640  # on a quarter of the page's width these are 200 dpi
QUALITY = 80
LARGEST_SCALE = 2.0  # a small runner is not blown up further
HEAD, FEET, ASIDE = 0.3, 0.08, 0.12  # room around shoulders, feet and body, as shares of the height between them
LINE_REACH = 1.5  # of the pelvis line and the level line to each side, in pelvis widths
WHITE, DARK = (255, 255, 255), (30, 30, 30)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture (JPEG) of one stance, with its caption and with words for those who do not see it."""

    jpeg: bytes
    caption: str
    alt: str
    side: Side
    kind: Kind

    @property
    def uri(self) -> str:
        """The picture as an address that holds all of it, for HTML."""
        return "data:image/jpeg;base64," + base64.b64encode(self.jpeg).decode()


def chosen(stances: Sequence[Stance]) -> list[tuple[Kind, Stance]]:
    """Of each side the stance nearest to the mean drop, and the one with the largest drop where that is another one."""
    out: list[tuple[Kind, Stance]] = []
    for side in SIDES:
        nearest = usual(stances, side, METRIC)
        if nearest is None:
            continue
        mine = [stance for stance in stances if stance.side == side and stance.pelvic_drop_mid_deg is not None]
        largest = max(mine, key=lambda stance: stance.pelvic_drop_mid_deg or 0.0)
        out.append(("usual", nearest))
        if largest is not nearest:
            out.append(("largest", largest))
    return out


def usual(stances: Sequence[Stance], side: Side, metric: str) -> Stance | None:
    """The stance of a side whose value of the metric is nearest to the side's mean; None where none has one."""
    mine = [
        (value, stance) for stance in stances if stance.side == side and (value := getattr(stance, metric)) is not None
    ]
    mean = estimate([value for value, _ in mine], None)
    if mean is None:
        return None
    return min(mine, key=lambda one: abs(one[0] - mean.mean))[1]


def midstances(
    session: Session, said: Texts, keep: bool, known: tuple[Array, Array] | None = None
) -> tuple[list[Shown], str]:
    """Up to four pictures, and where some are missing, in a line why.

    keep: those of a film are kept in the session's folder. known: times and landmarks (`landmarks_of`) where they were read already.
    """
    wanted = chosen(session.stances)
    if not wanted:
        return [], ""
    found = find(session)
    if found.pictures is None:
        return [], found.why(said)
    shown: dict[int, Shown] = {}
    why = found.why(said)
    try:
        times_s, landmarks = landmarks_of(session) if known is None else known
        # In the order of their times, for some films can only be read forwards.
        for place in sorted(range(len(wanted)), key=lambda one: wanted[one][1].midstance_s):
            kind, stance = wanted[place]
            row = frame_at(times_s, stance.midstance_s)
            if row is None:
                why = why or said("report.no_landmarks")
                continue
            picture = found.pictures.at(float(times_s[row]))
            if picture is None or not is_seen_in(*picture.shape[:2]):
                continue
            if found.film and keep:
                _keep(session, float(times_s[row]), picture)
            shown[place] = _shown(session, kind, stance, picture, landmarks[row], said)
    except RunformError as trouble:  # a report without pictures is better than none
        why = door.clean(str(trouble))
    finally:
        found.pictures.close()
    return [shown[place] for place in sorted(shown)], "" if len(shown) == len(wanted) else why


def _keep(session: Session, time_s: float, picture: Picture) -> None:
    """Keep a picture of the film, so that a later report needs the film no more. A folder that takes none is no trouble."""
    if not session.running and is_own(session.folder):
        with contextlib.suppress(OSError):
            kept_pictures.keep(session.folder, time_s, picture)


def _shown(session: Session, kind: Kind, stance: Stance, picture: Picture, landmarks: Array, said: Texts) -> Shown:
    value = quantities.number(METRIC, stance.pelvic_drop_mid_deg, said=said)
    words = said(f"report.figure.{kind}_{stance.side}")
    caption = said("report.figure.caption", words=words, value=value, time=quantities.clock(stance.midstance_s))
    view = said(f"report.figure.view_{'anterior' if session.info.view == 'anterior' else 'posterior'}")
    alt = said("report.figure.picture_alt", words=words, value=value, view=view)
    cut, points = _cut_out(picture, landmarks)
    overlay.draw(cut, points, 1.0)
    is_left_in_picture = leg_of(stance.side, session.info.view) == 0
    _draw_angle(cut, *_pelvis(session, points), stance.pelvic_drop_mid_deg or 0.0, is_left_in_picture)
    _, packed = cv2.imencode(".jpg", cut, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return Shown(packed.tobytes(), caption, alt, stance.side, kind)


def _cut_out(picture: Picture, landmarks: Array) -> tuple[Picture, Array]:
    """The part of a picture about the runner, all of it in one shape, and the landmarks in it."""
    high_px, wide_px = picture.shape[:2]
    points = landmarks[:, :2][np.isfinite(landmarks[:, :2]).all(axis=1)]
    low, high = (points.min(axis=0), points.max(axis=0)) if len(points) else (np.zeros(2), np.array([wide_px, high_px]))
    tall = max(float(high[1] - low[1]), 1.0)
    box_high = tall * (1.0 + HEAD + FEET)
    box_wide = max(float(high[0] - low[0]) + 2.0 * ASIDE * tall, box_high * WIDTH_PX / HEIGHT_PX)
    box_high = max(box_high, box_wide * HEIGHT_PX / WIDTH_PX)
    scale = min(HEIGHT_PX / box_high, LARGEST_SCALE)
    width, height = max(16, round(box_wide * scale)), max(16, round(box_high * scale))
    left = float(low[0] + high[0] - box_wide) / 2.0
    top = min(float(low[1]) - HEAD * tall, high_px - box_high)  # no black edge below the feet
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    move = np.array([[scale, 0.0, -scale * left], [0.0, scale, -scale * top]])
    cut = np.asarray(cv2.warpAffine(picture, move, (width, height), flags=how), np.uint8)
    moved = landmarks.copy()
    moved[:, :2] = (landmarks[:, :2] - (left, top)) * scale
    return cut, moved


def _pelvis(session: Session, points: Array) -> tuple[Array, Array]:
    """Both ends (x, y) of the pelvis line that was measured, the picture's left one first."""
    joint = "psis" if session.info.model.pelvis_line == "psis_markers" else "hip"
    return hip_line(points, joint)


def _draw_angle(cut: Picture, left: Array, right: Array, drop_deg: float, is_left_in_picture: bool) -> None:
    """The pelvis line made longer, and through its middle a level line, so that the measured angle is between the two.

    left, right: ends of the pelvis line in px. is_left_in_picture: the stance leg is the one on the left. The value comes from several frames
    and, from in front, from more of a turn than the picture shows; the level line is drawn so that the angle is the value.
    """
    if not (np.isfinite(left).all() and np.isfinite(right).all()):
        return
    middle, along = (left + right) / 2.0, right - left
    reach = LINE_REACH * float(np.hypot(*along))
    if not 1.0 <= reach <= 4.0 * HEIGHT_PX:
        return
    pelvis_rad = math.atan2(along[1], along[0])
    level_rad = pelvis_rad - math.radians(drop_deg if is_left_in_picture else -drop_deg)
    level, pelvis = _ends(middle, reach, level_rad), _ends(middle, reach, pelvis_rad)
    swing = 1 if is_left_in_picture else 0
    wedge = np.array([middle, level[swing], pelvis[swing]]).round().astype(np.int32)
    light = cut.copy()
    cv2.fillPoly(light, [wedge], WHITE, cv2.LINE_AA)
    cv2.addWeighted(light, 0.45, cut, 0.55, 0.0, dst=cut)
    _line(cut, pelvis, dashes=1)
    _line(cut, level, dashes=8)


def _ends(middle: Array, reach: float, turn_rad: float) -> tuple[Array, Array]:
    """The left and the right end of a line through a point."""
    half = reach * np.array([math.cos(turn_rad), math.sin(turn_rad)])
    return middle - half, middle + half


def _line(cut: Picture, ends: tuple[Array, Array], dashes: int) -> None:
    """A white line with a dark edge; dashed where there is more than one dash."""
    start, along = ends[0], ends[1] - ends[0]
    drawn = 1.0 if dashes == 1 else 0.6  # of each dash
    for colour, thick in ((DARK, 5), (WHITE, 2)):
        for number in range(dashes):
            a, b = ((start + along * (number + part) / dashes).round().astype(int).tolist() for part in (0.0, drawn))
            cv2.line(cut, (a[0], a[1]), (b[0], b[1]), colour, thick, cv2.LINE_AA)
