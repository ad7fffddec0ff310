"""MOT for OpenSim: angles over time, in degrees, as they are seen in the frontal plane of the camera.

Names and signs are those of OpenSim's models of the leg where they have the coordinate: `pelvis_list` is positive where the runner's left
side is higher, `hip_adduction_r` and `_l` where the leg is adducted. `knee_valgus_r` and `_l` (the frontal plane projection angle, positive:
valgus) and `trunk_lean` (against the vertical, positive: to the runner's right) are names of this program. The values are those of the
stances: the same filter, the same level line, the same formulas (gait/reread.py). Each row has values for both legs. In swing the knee is
bent, and what the picture shows of its angle is no valgus.

The format has no sign for an unknown value, and OpenSim's older reader takes the row after one for another. So a frame in which an angle
is unknown has no row. Its time column says so.
"""

from __future__ import annotations

import numpy as np

from runform_live.errors import BadInput
from runform_live.export import notes
from runform_live.export.points import frames_of
from runform_live.export.uniform import Array, grid, rate_of
from runform_live.export.wish import USUAL, Wish
from runform_live.gait.reread import frame_angles, kept_level
from runform_live.gait.stance import ADDUCTION, DROP, LEAN, VALGUS
from runform_live.session.reader import Session

COLUMNS = ("pelvis_list", "hip_adduction_r", "hip_adduction_l", "knee_valgus_r", "knee_valgus_l", "trunk_lean")


def export(session: Session, wish: Wish = USUAL) -> bytes:
    """The file's content. Raises BadInput where there are no poses, and where no angle is known in any frame."""
    at_s, angles = over_time(session, wish)
    known = np.isfinite(angles).all(axis=1)
    if not known.any():
        raise _no_angles(session, wish)
    lines = [
        "Coordinates",
        "version=1",
        f"nRows={known.sum()}",
        f"nColumns={len(COLUMNS) + 1}",
        "inDegrees=yes",
        "",
        "Units are S.I. units (second, meters, Newtons, ...)",
        "Angles are in degrees.",
        *notes.of(session),
        "endheader",
        "\t".join(("time", *COLUMNS)),
    ]
    lines += [
        f"{time_s:.6f}\t" + "\t".join(map("{:.4f}".format, row))
        for time_s, row in zip(at_s[known], angles[known], strict=True)
    ]
    return ("\n".join(lines) + "\n").encode()


def _no_angles(session: Session, wish: Wish) -> BadInput:
    """Why there is no row."""
    if not session.stances:
        return BadInput(
            f"{session.folder}: no stance was measured, so that no angle is known; film the runner again, or longer"
        )
    if not any(kept_level(stance) for stance in session.stances):
        return BadInput(
            f"{session.folder}: an earlier version measured it, and did not keep where level was; analyse the film again"
        )
    return BadInput(
        f"{session.folder}: no frame{wish.piece()} shows shoulders, hips, knees and ankles within a second of a stance; "
        "choose another piece, or film the runner again"
    )


def over_time(session: Session, wish: Wish = USUAL) -> tuple[Array, Array]:
    """Times (samples,) at a uniform rate, and the COLUMNS (samples, columns) in degrees; NaN is unknown.

    Raises BadInput where there are no poses.
    """
    chosen_s, _ = frames_of(session, wish)
    times_s, landmarks = frames_of(session, USUAL)  # a piece is filtered as the whole is
    rate_hz = rate_of(times_s, session.info.frame_rate_hz)
    first, count = grid(chosen_s, rate_hz)
    at_s = (first + np.arange(count)) / rate_hz
    marked = session.info.model.pelvis_line == "psis_markers"
    of = frame_angles(times_s, landmarks, session.stances, session.info.view, at_s, marked)
    left, right = of["left"], of["right"]
    columns = (
        left[:, DROP], right[:, ADDUCTION], left[:, ADDUCTION], right[:, VALGUS], left[:, VALGUS], right[:, LEAN],
    )  # fmt: skip
    return at_s, np.stack(columns, axis=1)
