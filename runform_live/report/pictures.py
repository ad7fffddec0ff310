"""The pictures of a report: the runner at midstance with the skeleton, taken from the session's video."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from runform_live import overlay, quantities
from runform_live.capture.sources import Picture
from runform_live.errors import RunformError
from runform_live.gait.statistics import estimate
from runform_live.messages import SIDES, Side, Stance
from runform_live.session import door, kept_pictures
from runform_live.session.pictures import find, frame_at, is_seen_in, landmarks_of
from runform_live.session.reader import Session, is_own
from runform_live.texts import Texts

METRIC = "pelvic_drop_mid_deg"
HEIGHT_PX = 480
WIDEST = 4  # a cut-out whose width is more times its height holds no runner


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture ready for HTML (data URI) with its caption."""

    uri: str
    caption: str


def chosen(stances: list[Stance]) -> list[tuple[str, Stance]]:
    """The stance nearest to each side's mean, and the one with the largest drop, each with the key of its words."""
    known = [stance for stance in stances if stance.pelvic_drop_mid_deg is not None]
    out: list[tuple[str, Stance]] = []
    for side in SIDES:
        nearest = usual(stances, side, METRIC)
        if nearest is not None:
            out.append((f"report.usual_{side}", nearest))
    if known:
        out.append(("report.largest", max(known, key=lambda stance: stance.pelvic_drop_mid_deg or 0.0)))
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


def midstances(session: Session, said: Texts, keep: bool) -> tuple[list[Shown], str]:
    """Up to three pictures, and where some are missing, in a line why. keep: those of a film are kept in the session's folder."""
    wanted = chosen(session.stances)
    if not wanted:
        return [], ""
    found = find(session)
    if found.pictures is None:
        return [], found.why(said)
    shown: list[Shown] = []
    why = found.why(said)
    try:
        times_s, landmarks = landmarks_of(session)
        for key, stance in wanted:
            row = frame_at(times_s, stance.midstance_s)
            if row is None:
                why = why or said("report.no_landmarks")
                continue
            picture = found.pictures.at(float(times_s[row]))
            if picture is None or not is_seen_in(*picture.shape[:2]):
                continue
            if found.film and keep:
                _keep(session, float(times_s[row]), picture)
            caption = said(
                "report.caption",
                words=said(key),
                value=quantities.number(METRIC, stance.pelvic_drop_mid_deg),
                leg=said(f"leg.{stance.side}"),
                time=stance.midstance_s,
            )
            shown.append(Shown(_packed(picture, landmarks[row]), caption))
    except RunformError as trouble:  # a report without pictures is better than none
        return shown, door.clean(str(trouble))
    finally:
        found.pictures.close()
    return shown, "" if len(shown) == len(wanted) else why


def _keep(session: Session, time_s: float, picture: Picture) -> None:
    """Keep a picture of the film, so that a later report needs the film no more. A folder that takes none is no trouble."""
    if not session.running and is_own(session.folder):
        with contextlib.suppress(OSError):
            kept_pictures.keep(session.folder, time_s, picture)


def _packed(picture: Picture, landmarks: npt.NDArray[np.float64]) -> str:
    """The runner cut out, with the skeleton, as a data URI."""
    shown, scale = picture.copy(), 1.0
    overlay.draw(shown, landmarks, scale)
    points = landmarks[:, :2][np.isfinite(landmarks[:, :2]).all(axis=1)]
    if len(points):
        low, high = points.min(axis=0), points.max(axis=0)
        pad = 0.25 * (high[1] - low[1])
        left, top = int(max(low[0] - pad, 0)), int(max(low[1] - pad, 0))
        cut = shown[top : max(int(high[1] + pad), 0), left : max(int(high[0] + pad), 0)]
        shown = np.ascontiguousarray(cut) if cut.size and cut.shape[1] <= WIDEST * cut.shape[0] else shown
    width = max(1, round(shown.shape[1] * HEIGHT_PX / shown.shape[0]))
    small = cv2.resize(shown, (width, HEIGHT_PX), interpolation=cv2.INTER_AREA)
    _, packed = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return "data:image/jpeg;base64," + base64.b64encode(packed.tobytes()).decode()
