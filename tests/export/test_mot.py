"""Angles over time as MOT, read again with OpenSim."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from runform_live.errors import BadInput
from runform_live.export import formats
from runform_live.export.wish import USUAL, Wish
from runform_live.session.reader import Session
from tests.export.makers import session
from tests.gait.test_reread import RATE_HZ, measured, obliquity_deg

Array = npt.NDArray[np.float64]
COLUMNS = ("pelvis_list", "hip_adduction_r", "hip_adduction_l", "knee_valgus_r", "knee_valgus_l", "trunk_lean")


def ran(tmp_path: Path, hidden_s: tuple[float, float] = (0.0, 0.0)) -> Session:
    """A session of somebody who ran from 2 to 10 s, and was not seen between two times."""
    times_s, landmarks, stances = measured()
    seen = landmarks.copy()
    seen[(times_s > hidden_s[0]) & (times_s < hidden_s[1])] = np.nan
    return session(tmp_path, list(zip(times_s.tolist(), seen, strict=True)), stances)


def read(opensim: Any, session: Session, wish: Wish = USUAL) -> tuple[Array, Array]:
    """Times (rows,) and values (rows, columns) as OpenSim's table of the file has them."""
    formats.write(session, Path("run.mot"), wish=wish)
    table = opensim.TimeSeriesTable("run.mot")
    assert table.getColumnLabels() == COLUMNS
    assert table.getTableMetaDataString("inDegrees") == "yes"
    assert "Two-dimensional" in table.getTableMetaDataString("header")
    return np.array(table.getIndependentColumn()), table.getMatrix().to_numpy()


def test_mot_has_the_angles_of_every_frame_of_the_run_in_degrees(opensim: Any, tmp_path: Path) -> None:
    made = ran(tmp_path)
    times_s, values = read(opensim, made)
    np.testing.assert_allclose(np.diff(times_s), 1 / RATE_HZ, atol=1e-6)
    inside = (times_s > made.stances[0].midstance_s) & (times_s < made.stances[-1].midstance_s)
    np.testing.assert_allclose(values[inside, 0], obliquity_deg(times_s[inside]), atol=0.3)
    for stance in made.stances:
        right = stance.side == "right"
        at_middle = [np.interp(stance.midstance_s, times_s, values[:, column]) for column in range(6)]
        told = (
            -at_middle[0] if right else at_middle[0],
            *(at_middle[1::2] if right else at_middle[2::2])[:2],
            at_middle[5] if right else -at_middle[5],
        )
        metrics = ("pelvic_drop_mid_deg", "hip_adduction_mid_deg", "knee_valgus_mid_deg", "trunk_lean_mid_deg")
        np.testing.assert_allclose(told, [getattr(stance, metric) for metric in metrics], atol=0.05)


def test_a_list_of_the_pelvis_has_the_sign_of_opensim(opensim: Any) -> None:
    # The pelvis of OpenSim's models lists about x (forward); z points to the right.
    right_hip = opensim.Rotation(0.1, opensim.CoordinateAxis(0)).multiply(opensim.Vec3(0, 0, 1))
    assert right_hip[1] < 0, "positive: the right side is lower, as the obliquity of this program"


def test_frames_in_which_nobody_is_seen_have_no_row_so_that_the_older_reader_of_opensim_reads_all(
    opensim: Any, tmp_path: Path
) -> None:
    made = ran(tmp_path, hidden_s=(5.0, 5.6))
    times_s, values = read(opensim, made)
    assert np.isfinite(values).all()
    gap = int(np.diff(times_s).argmax())
    assert (times_s[gap], times_s[gap + 1]) == pytest.approx((5.0, 5.6), abs=0.02)
    old = opensim.Storage("run.mot")
    assert old.isInDegrees() and old.getSize() == len(times_s)
    last = old.getLastStateVector()
    assert last.getTime() == pytest.approx(times_s[-1])
    assert [last.getData().get(column) for column in range(6)] == pytest.approx(values[-1].tolist())


def test_a_piece_of_a_mot_has_the_values_of_the_whole(opensim: Any, tmp_path: Path) -> None:
    made = ran(tmp_path)
    times_s, values = read(opensim, made)
    piece_s, piece = read(opensim, made, Wish(from_s=4.0, until_s=5.0))
    assert (piece_s[0], piece_s[-1]) == pytest.approx((4.0, 5.0))
    first = int(np.searchsorted(times_s, 4.0 - 1e-4))
    np.testing.assert_array_equal(piece, values[first : first + len(piece)])


def test_why_there_is_no_angle_is_said_with_what_to_do(tmp_path: Path) -> None:
    def refused(made: Session, wish: Wish = USUAL) -> str:
        with pytest.raises(BadInput) as trouble:
            formats.write(made, tmp_path / "run.mot", wish=wish)
        assert not (tmp_path / "run.mot").exists()
        return str(trouble.value).removeprefix(f"{made.folder}: ")

    ran_before = ran(tmp_path / "run")
    early = [msgspec.structs.replace(stance, drop_level_deg=None) for stance in ran_before.stances]
    assert refused(session(tmp_path / "none", stances=())) == (
        "no stance was measured, so that no angle is known; film the runner again, or longer"
    )
    assert refused(session(tmp_path / "early", stances=early)) == (
        "an earlier version measured it, and did not keep where level was; analyse the film again"
    )
    assert refused(ran_before, Wish(until_s=1.0)) == (
        "no frame until 1 s shows shoulders, hips, knees and ankles within a second of a stance; "
        "choose another piece, or film the runner again"
    )
