"""The pictures of a report: the runner at midstance with the skeleton, taken from the session's video."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from runform_live import overlay, quantities
from runform_live.capture.sources import Picture, Video, file_of, is_file
from runform_live.errors import RunformError
from runform_live.gait.statistics import estimate
from runform_live.messages import LANDMARKS, Stance
from runform_live.session import schema
from runform_live.session.reader import Session

METRIC = "pelvic_drop_mid_deg"
HEIGHT_PX = 480
NEAREST_S = 0.05


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture ready for HTML (data URI) with its caption."""

    uri: str
    caption: str


def chosen(stances: list[Stance]) -> list[tuple[str, Stance]]:
    """The stance nearest to each side's mean, and the one with the largest drop."""
    known = [stance for stance in stances if stance.pelvic_drop_mid_deg is not None]
    out: list[tuple[str, Stance]] = []
    for side in ("left", "right"):
        mine = [stance for stance in known if stance.side == side]
        mean = estimate([stance.pelvic_drop_mid_deg for stance in mine], None)
        if mean is not None:
            nearest = min(mine, key=lambda stance: abs((stance.pelvic_drop_mid_deg or 0.0) - mean.mean))
            out.append((f"Usual {side} midstance", nearest))
    if known:
        out.append(("Largest drop", max(known, key=lambda stance: stance.pelvic_drop_mid_deg or 0.0)))
    return out


def video_of(session: Session) -> Path | None:
    """The recorded pictures, else the file that was analysed, where it still lies there."""
    recorded = session.folder / schema.VIDEO
    if recorded.is_file():
        return recorded
    source = session.info.source
    if is_file(source) and file_of(source).is_file():
        return file_of(source)
    return None


def midstances(session: Session) -> list[Shown]:
    """Up to three pictures; none where the session has no pictures."""
    wanted = chosen(session.stances)
    video = video_of(session)
    if video is None or not wanted:
        return []
    found = _frames_near(video, [stance.midstance_s for _, stance in wanted])
    poses = session.poses()
    times_s = poses.column("time_s").to_numpy()
    shown = []
    for (words, stance), frame in zip(wanted, found, strict=True):
        if frame is None:
            continue
        time_s, picture = frame
        row = int(np.abs(times_s - time_s).argmin())
        landmarks = np.array(
            [
                [poses.column(f"{name}_{part}")[row].as_py() or np.nan for part in ("x_px", "y_px", "sigma_px")]
                for name in LANDMARKS
            ],
            np.float64,
        )
        value = quantities.number(METRIC, stance.pelvic_drop_mid_deg)
        caption = f"{words}: drop {value} on the {stance.side} leg, {stance.midstance_s:.1f} s"
        shown.append(Shown(_packed(picture, landmarks), caption))
    return shown


def _frames_near(video: Path, times_s: list[float]) -> list[tuple[float, Picture] | None]:
    found: list[tuple[float, Picture] | None] = [None] * len(times_s)
    last_s = max(times_s) + NEAREST_S
    try:
        opened = Video(str(video))
        for time_s, picture in opened:
            for number, wanted_s in enumerate(times_s):
                best = found[number]
                off = abs(time_s - wanted_s)
                if off <= NEAREST_S and (best is None or off < abs(best[0] - wanted_s)):
                    found[number] = (time_s, picture)
            if time_s > last_s:
                break
        opened.close()
    except RunformError:
        pass  # a report without pictures is better than none
    return found


def _packed(picture: Picture, landmarks: npt.NDArray[np.float64]) -> str:
    """The runner cut out, with the skeleton, as a data URI."""
    shown, scale = picture.copy(), 1.0
    overlay.draw(shown, landmarks, scale)
    points = landmarks[:, :2][np.isfinite(landmarks[:, 0])]
    if len(points):
        low, high = points.min(axis=0), points.max(axis=0)
        pad = 0.25 * (high[1] - low[1])
        left, top = int(max(low[0] - pad, 0)), int(max(low[1] - pad, 0))
        shown = np.ascontiguousarray(shown[top : int(high[1] + pad), left : int(high[0] + pad)])
    width = max(1, round(shown.shape[1] * HEIGHT_PX / shown.shape[0]))
    small = cv2.resize(shown, (width, HEIGHT_PX), interpolation=cv2.INTER_AREA)
    _, packed = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return "data:image/jpeg;base64," + base64.b64encode(packed.tobytes()).decode()
