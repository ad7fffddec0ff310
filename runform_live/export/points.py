"""The landmarks of a session as points at a uniform rate, for formats that hold points or angles frame by frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform_live.errors import BadInput
from runform_live.export.uniform import Array, Samples, rate_of, uniform
from runform_live.export.wish import USUAL, Wish
from runform_live.messages import LANDMARKS
from runform_live.session.landmarks import landmarks_of
from runform_live.session.reader import Session


@dataclass(frozen=True, slots=True)
class Points:
    """Points in the picture of the camera, x right and y down, of the landmarks that the network gives."""

    names: tuple[str, ...]
    samples: Samples  # values (samples, points, 3: x_px, y_px, sigma_px), NaN is unknown


def frames_of(session: Session, wish: Wish) -> tuple[Array, Array]:
    """Times (frames,) and landmarks (frames, landmarks, 3) of the piece that is wished for. Raises BadInput where there is none."""
    times_s, landmarks = landmarks_of(session)
    inside = (times_s >= wish.from_s) & (times_s <= wish.until_s)
    if not inside.any() or np.isnan(landmarks[inside, :, 0]).all():
        raise BadInput(f"{session.folder}: no runner is seen{wish.piece()}; there is nothing to export")
    return times_s[inside], landmarks[inside]


def size_px(session: Session) -> tuple[int, int]:
    """Height and width of the pictures, from whose lower corners lengths are told. Raises BadInput where they are not known."""
    info = session.info
    if info.height_px is None or info.width_px is None:
        raise BadInput(
            f"{session.folder}: the size of its pictures is not known, so that points have no place; analyse the film again"
        )
    return info.height_px, info.width_px


def points_of(session: Session, wish: Wish) -> Points:
    """Raises BadInput where there are no poses, or they are damaged."""
    piece_s, chosen = frames_of(session, wish)
    seen = np.flatnonzero(np.isfinite(chosen[:, :, 0]).any(axis=0))
    times_s, landmarks = frames_of(session, USUAL)  # a piece has the samples of the whole
    rate_hz = rate_of(times_s, session.info.frame_rate_hz)
    return Points(tuple(LANDMARKS[place] for place in seen), uniform(times_s, landmarks[:, seen], rate_hz, piece_s))
