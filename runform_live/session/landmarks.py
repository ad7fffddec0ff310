"""The landmarks of a session, all frames of them, and which frame shows a moment."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runform_live.messages import LANDMARKS
from runform_live.session.reader import Session

NEAREST_S = 0.05  # a frame further away from a moment does not show it


def landmarks_of(session: Session) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Times (frames,) and landmarks (frames, landmarks, 3: x_px, y_px, sigma_px) of poses.parquet; unknown is NaN."""
    table = session.poses()
    times_s = table.column("time_s").to_numpy().astype(np.float64)
    parts = [
        np.stack(
            [table.column(f"{name}_{part}").to_numpy().astype(np.float64) for part in ("x_px", "y_px", "sigma_px")],
            axis=1,
        )
        for name in LANDMARKS
    ]
    return times_s, np.stack(parts, axis=1)


def frame_at(times_s: npt.NDArray[np.float64], time_s: float) -> int | None:
    """Number of the frame nearest to a time; None where there is none within NEAREST_S.

    times_s (frames,) may have holes, and may end before the stances do. A frame from far away would be the picture of another moment.
    """
    if not len(times_s):
        return None
    nearest = int(np.abs(times_s - time_s).argmin())
    return nearest if abs(times_s[nearest] - time_s) <= NEAREST_S else None
