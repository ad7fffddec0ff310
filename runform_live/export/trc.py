"""TRC for OpenSim: the landmarks as markers in millimetres.

Axes as in OpenSim's models: X points forward and is always 0, for one camera sees no depth; Y up in the picture; Z to the runner's
right. The origin is a lower corner of the picture. One scale holds for the whole session: the trunk's length in the picture, and the body
height (gait/body_size.py). Without a height, or without somebody who stood still, a pixel is no length, and nothing is written.

An unknown marker is nan in all three columns. An empty field would be closer to the format's origin, but OpenSim refuses a row that ends
with one, and other readers shift the row.
"""

from __future__ import annotations

import numpy as np

from runform_live.body import trunk
from runform_live.errors import BadInput
from runform_live.export import notes
from runform_live.export.points import points_of, size_px
from runform_live.export.uniform import Array
from runform_live.export.wish import USUAL, Wish
from runform_live.gait.body_size import mm_per_px
from runform_live.session.landmarks import landmarks_of
from runform_live.session.reader import Session

KEYS = (
    *("DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame"),
    "OrigNumFrames",
)


def export(session: Session, wish: Wish = USUAL) -> bytes:
    """The file's content. Raises BadInput where there are no poses, or nothing tells what a pixel is in millimetres."""
    scale = scale_mm(session, wish)
    points = points_of(session, wish)
    samples = points.samples
    markers = in_space(samples.values, session, scale)
    rate, count = f"{samples.rate_hz:.6f}", len(markers)
    values = (rate, rate, str(count), str(len(points.names)), "mm", rate, "1", str(count))
    letters = "\t".join(f"X{number}\tY{number}\tZ{number}" for number in range(1, len(points.names) + 1))
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{session.info.id}.trc\t{' '.join(notes.of(session))}",
        "\t".join(KEYS),
        "\t".join(values),
        "Frame#\tTime\t" + "\t\t\t".join(points.names) + "\t\t",
        f"\t\t{letters}",
        "",
    ]
    for number, (time_s, row) in enumerate(zip(samples.times_s, markers.reshape(count, -1), strict=True)):
        lines.append(f"{samples.first + number + 1}\t{time_s:.6f}\t" + "\t".join(map("{:.3f}".format, row)))
    return ("\n".join(lines) + "\n").encode()


def scale_mm(session: Session, wish: Wish = USUAL) -> float:
    """Millimetres a pixel, the same for the whole session. Raises BadInput where it is not known."""
    info = session.info
    height_m, body = wish.height_m or info.person_height_m, info.calibration.body
    if body is None:
        raise BadInput(
            f"{session.folder}: nobody stood still in it, so that a pixel has no length and trc cannot be written; "
            "c3d holds the points in pixels"
        )
    if height_m is None:
        raise BadInput(
            f"{session.folder}: the runner's body height is not known, so that a pixel has no length; "
            "give it (--height CM, in Python height_m)"
        )
    _, landmarks = landmarks_of(session)
    trunks_px = np.linalg.norm(trunk(landmarks), axis=1)
    known = trunks_px[trunks_px > 0.0]
    if not len(known):
        raise BadInput(f"{session.folder}: no runner is seen; there is nothing to export")
    return mm_per_px(float(np.median(known)), body, height_m)


def in_space(values: Array, session: Session, scale: float) -> Array:
    """x, y in the picture (samples, points, 2 or more; px) as X, Y, Z in mm (samples, points, 3); NaN is unknown."""
    height_px, width_px = size_px(session)
    x, y = values[..., 0], values[..., 1]
    if session.summary.view == "anterior":  # the runner's right is on the left of the picture
        x = width_px - x
    height = height_px - y
    out: Array = scale * np.stack([np.where(np.isnan(x + height), np.nan, 0.0), height, x], axis=-1)
    return out
