"""Landmarks as C3D and TRC, and the film: each read again with a reader of another maker."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import av
import c3d
import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from runform_live.errors import BadInput
from runform_live.export import c3d as as_c3d
from runform_live.export import formats
from runform_live.export.wish import USUAL, Wish
from runform_live.messages import INDEX, VIEW_UNSURE
from runform_live.session.reader import Session
from tests.export.makers import HEIGHT_PX, RATE_HZ, TRUNK_PX, WIDTH_PX, nobody, session, walking_by
from tests.makers import stance, stances, standing

Array = npt.NDArray[np.float64]
SEEN = 12  # landmarks of the stick figure
MM_PER_PX = 0.4 * 0.779 * 1800.0 / TRUNK_PX  # trunk of BODY, shoulder above ankle (Drillis and Contini), height of TALL


def with_gaps() -> list[tuple[float, Array]]:
    """60 frames of a runner who moves by a pixel a frame; 20 and 21 are lost, nobody is seen in 30, the left knee is hidden in 40."""
    frames = []
    for number in range(60):
        points = nobody() if number == 30 else walking_by(number)
        if number == 40:
            points[INDEX["left_knee"]] = np.nan
        if number not in (20, 21):
            frames.append((number / RATE_HZ, points))
    return frames


def unsure(of: Session) -> Session:
    summary = msgspec.structs.replace(of.summary, flags=[VIEW_UNSURE])
    return Session(of.folder, of.info, of.stances, of.events, summary)


# -- C3D, by py-c3d ----------------------------------------------------------------------------------------------------


class C3d:
    """A C3D file as py-c3d reads it."""

    def __init__(self, session: Session, folder: Path, wish: Wish = USUAL) -> None:
        file = folder / "run.c3d"
        formats.write(session, file, wish=wish)
        with file.open("rb") as opened, warnings.catch_warnings():
            warnings.filterwarnings("ignore", "No analog data|incomplete reading of data blocks")
            self.reader = c3d.Reader(opened)
            self.frames = np.array([points for _, points, _ in self.reader.read_frames()])  # (frames, points, 5)
        self.labels = [label.strip() for label in self.reader.point_labels]

    def of(self, landmark: str) -> Array:
        """X, Y, Z, residual of each frame, (frames, 4)."""
        return self.frames[:, self.labels.index(landmark), :4]

    def words(self, name: str) -> str:
        return str(self.reader.get(name).string_value).strip()

    def number(self, name: str) -> float:
        return float(self.reader.get(name).float_value)

    def events(self) -> list[tuple[float, str, str]]:
        group = self.reader.get("EVENT")
        times = group.get("TIMES").float_array  # minutes, seconds
        words = [[one.strip() for one in group.get(name).string_array] for name in ("CONTEXTS", "LABELS")]
        assert group.get("USED").int16_value == len(times)
        return [(60 * minutes + seconds, *told) for (minutes, seconds), *told in zip(times, *words, strict=True)]


def test_c3d_has_the_landmarks_in_pixels_with_z_up_at_the_rate_of_the_film(tmp_path: Path) -> None:
    found = C3d(session(tmp_path), tmp_path)
    assert (found.reader.point_rate, found.words("POINT:UNITS"), found.frames.shape) == (RATE_HZ, "px", (60, SEEN, 5))
    x, y, _ = walking_by(7)[INDEX["left_knee"]]
    np.testing.assert_allclose(found.of("left_knee")[7], [x, 0.0, HEIGHT_PX - y, 0.0], atol=1e-3)
    assert "left_psis" not in found.labels, "it was never seen"
    assert (found.words("POINT:X_SCREEN"), found.words("POINT:Y_SCREEN")) == ("+X", "+Z")


def test_c3d_points_that_are_not_known_are_invalid(tmp_path: Path) -> None:
    found = C3d(session(tmp_path, with_gaps()), tmp_path)
    assert len(found.frames) == 60, "lost frames are counted"
    assert np.flatnonzero(found.of("right_hip")[:, 3] == -1).tolist() == [20, 21, 30]
    assert np.flatnonzero(found.of("left_knee")[:, 3] == -1).tolist() == [20, 21, 30, 40]
    x = found.of("right_hip")[:, 0]
    np.testing.assert_allclose(np.diff(x[22:30]), 1.0, atol=1e-3)


def test_c3d_has_foot_strikes_and_foot_offs_of_each_side_from_the_first_frame_on(tmp_path: Path) -> None:
    made = session(tmp_path)
    expected = [
        event
        for one in made.stances
        for event in (
            (one.initial_contact_s, one.side.title(), "Foot Strike"), (one.toe_off_s, one.side.title(), "Foot Off"),
        )
    ]  # fmt: skip
    whole = C3d(made, tmp_path)
    assert [event[1:] for event in whole.events()] == [event[1:] for event in expected]
    np.testing.assert_allclose([event[0] for event in whole.events()], [event[0] for event in expected], atol=1e-4)
    assert whole.number("RUNFORM:START_S") == 0.0
    piece = C3d(made, tmp_path, Wish(from_s=0.8, until_s=1.3))
    assert piece.number("RUNFORM:START_S") == pytest.approx(0.8)
    assert [event[1:] for event in piece.events()] == [("Right", "Foot Strike"), ("Right", "Foot Off")]
    assert piece.events()[0][0] == pytest.approx(made.stances[1].initial_contact_s - 0.8, abs=1e-4)


def test_c3d_says_that_it_is_flat_and_when_sides_are_not_sure(tmp_path: Path) -> None:
    made = session(tmp_path)
    sure = C3d(made, tmp_path)
    assert sure.words("RUNFORM:NOTES").startswith("Two-dimensional") and sure.words("RUNFORM:SIDES_SURE") == "yes"
    assert "always 0" in sure.words("RUNFORM:AXES")
    doubtful = C3d(unsure(made), tmp_path)
    assert doubtful.words("RUNFORM:SIDES_SURE") == "no" and "may be exchanged" in doubtful.words("RUNFORM:NOTES")


def test_c3d_of_more_steps_than_it_can_hold_has_the_first_and_says_how_many_are_missing(tmp_path: Path) -> None:
    many = stances(200, step_s=0.36)
    frames = [(number / 5, standing()) for number in range(400)]
    told: list[str] = []
    found = C3d(session(tmp_path, frames, many), tmp_path, Wish(tell=told.append))
    assert len(found.events()) == 255
    assert len(told) == 1 and "of 400 foot strikes and foot offs, the first ones until 46." in told[0]
    assert found.number("RUNFORM:EVENTS_LEFT_OUT") == 2 * 200 - 255


def test_c3d_of_more_frames_than_it_can_count_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_c3d, "MOST_FRAMES", 59)
    with pytest.raises(
        BadInput, match=r"at most 59 frames, and these are 60; choose a shorter piece \(--from, --until\)"
    ):
        formats.write(session(tmp_path), tmp_path / "run.c3d")
    assert not (tmp_path / "run.c3d").exists()


# -- TRC, by OpenSim ---------------------------------------------------------------------------------------------------


def markers(opensim: Any, session: Session, wish: Wish = USUAL) -> tuple[Any, dict[str, Array]]:
    """OpenSim's table of the TRC file, and X, Y, Z of each marker (frames, 3)."""
    formats.write(session, Path("run.trc"), wish=wish)
    table = opensim.TimeSeriesTableVec3("run.trc")
    found = {
        name: np.array([[value[axis] for axis in range(3)] for value in (column[row] for row in range(table.getNumRows()))])
        for name in table.getColumnLabels()
        for column in [table.getDependentColumn(name)]
    }  # fmt: skip
    return table, found


def test_trc_has_markers_in_millimetres_y_up_and_z_to_the_runners_right(opensim: Any, tmp_path: Path) -> None:
    table, found = markers(opensim, session(tmp_path))
    assert table.getTableMetaDataString("Units") == "mm"
    assert float(table.getTableMetaDataString("DataRate")) == RATE_HZ
    assert len(found) == SEEN and len(found["left_knee"]) == 60
    x, y, _ = walking_by(7)[INDEX["left_knee"]]
    np.testing.assert_allclose(found["left_knee"][7], [0.0, MM_PER_PX * (HEIGHT_PX - y), MM_PER_PX * x], atol=0.01)
    np.testing.assert_allclose(table.getIndependentColumn(), np.arange(60) / RATE_HZ, atol=1e-6)
    assert "Two-dimensional" in table.getTableMetaDataString("header")


def test_trc_from_in_front_has_the_runners_right_at_larger_z_too(opensim: Any, tmp_path: Path) -> None:
    def mirrored(number: int) -> Array:
        points = walking_by(number)
        points[:, 0] = WIDTH_PX - points[:, 0]
        return points

    made = session(tmp_path, [(number / RATE_HZ, mirrored(number)) for number in range(60)], view="anterior")
    _, found = markers(opensim, made)
    assert (found["right_hip"][:, 2] > found["left_hip"][:, 2]).all()
    np.testing.assert_allclose(found["left_knee"][7, 2], MM_PER_PX * walking_by(7)[INDEX["left_knee"], 0], atol=0.01)


def test_trc_markers_that_are_not_known_are_missing_in_both_readers_of_opensim(opensim: Any, tmp_path: Path) -> None:
    _, found = markers(opensim, session(tmp_path, with_gaps()))
    assert np.flatnonzero(np.isnan(found["left_knee"]).all(axis=1)).tolist() == [20, 21, 30, 40]
    assert np.flatnonzero(np.isnan(found["right_toe"]).all(axis=1)).tolist() == [20, 21, 30], "the last of a row"
    data = opensim.MarkerData("run.trc")
    assert (data.getNumFrames(), data.getUnits().getLabel(), data.getDataRate()) == (60, "millimeters", RATE_HZ)
    knee = data.getMarkerNames().findIndex("left_knee")
    assert [row for row in range(60) if np.isnan(data.getFrame(row).getMarker(knee)[1])] == [20, 21, 30, 40]


def test_a_piece_of_a_trc_keeps_the_time_and_the_scale_of_the_session(opensim: Any, tmp_path: Path) -> None:
    made = session(tmp_path)
    _, all_markers = markers(opensim, made)
    table, found = markers(opensim, made, Wish(from_s=1.0, until_s=1.5))
    np.testing.assert_allclose(table.getIndependentColumn(), np.arange(30, 46) / RATE_HZ, atol=1e-6)
    np.testing.assert_array_equal(found["left_hip"], all_markers["left_hip"][30:46])


def test_a_piece_of_an_unsteady_camera_has_the_markers_of_the_whole(opensim: Any, tmp_path: Path) -> None:
    frames = [(number / RATE_HZ + 0.01 * np.sin(number / 5), walking_by(number)) for number in range(60)]
    made = session(tmp_path, frames)
    whole, all_markers = markers(opensim, made)
    piece, found = markers(opensim, made, Wish(from_s=0.8, until_s=1.3))
    times_s, piece_s = (np.array(table.getIndependentColumn()) for table in (whole, piece))
    first = int(np.searchsorted(times_s, piece_s[0] - 1e-6))
    np.testing.assert_allclose(piece_s, times_s[first : first + len(piece_s)], atol=1e-6)
    np.testing.assert_array_equal(found["left_hip"], all_markers["left_hip"][first : first + len(piece_s)])


def test_trc_without_a_body_height_is_refused_and_takes_one_from_the_command(opensim: Any, tmp_path: Path) -> None:
    made = session(tmp_path, person=None)
    with pytest.raises(
        BadInput,
        match=r"body height is not known, so that a pixel has no length; give it \(--height CM, in Python height_m\)",
    ):
        formats.write(made, Path("run.trc"))
    assert not Path("run.trc").exists()
    _, found = markers(opensim, made, Wish(height_m=1.80))
    trunk = found["left_shoulder"][0, 1] - found["left_hip"][0, 1]
    assert trunk == pytest.approx(0.4 * 0.779 * 1800.0, abs=0.1)


def test_trc_of_somebody_who_never_stood_still_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nobody stood still in it, so that a pixel has no length"):
        formats.write(session(tmp_path, body=None), tmp_path / "run.trc")


# -- the film, by FFmpeg -----------------------------------------------------------------------------------------------


def test_the_film_has_every_frame_with_the_skeleton_and_tells_how_far_it_is(tmp_path: Path) -> None:
    small = [(number / RATE_HZ, standing() * 0.1) for number in range(60)]  # in pictures of 128 x 96
    made = session(tmp_path, small, film=True)
    told: list[tuple[int, int]] = []
    formats.write(made, tmp_path / "run.mp4", progress=lambda done, count: told.append((done, count)))
    with av.open(str(tmp_path / "run.mp4")) as film:
        pictures = [frame.to_ndarray(format="bgr24") for frame in film.decode(video=0)]
        assert float(film.streams.video[0].average_rate) == pytest.approx(RATE_HZ)
    assert len(pictures) == 60
    assert all(picture[35, 64].min() > 200 and picture[90, 5].max() < 120 for picture in pictures), (
        "the pelvis line is white"
    )
    assert told[-1] == (60, 60)


def test_a_piece_of_the_film_has_its_frames(tmp_path: Path) -> None:
    made = session(tmp_path, film=True)
    formats.write(made, tmp_path / "run.mp4", wish=Wish(from_s=0.5, until_s=1.0))
    with av.open(str(tmp_path / "run.mp4")) as film:
        assert sum(1 for _ in film.decode(video=0)) == 16


def test_without_its_pictures_there_is_no_film(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="recorded"):
        formats.write(session(tmp_path), tmp_path / "run.mp4")
    assert not (tmp_path / "run.mp4").exists()


# -- what cannot be exported -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["c3d", "trc", "video"])
def test_without_poses_or_with_damaged_ones_nothing_is_written(tmp_path: Path, name: str) -> None:
    made = session(tmp_path, film=True)
    file = tmp_path / f"run{formats.of(name).ending}"
    (made.folder / "poses.parquet").write_bytes(b"PAR1 torn")
    with pytest.raises(BadInput, match=r"poses\.parquet is missing or damaged"):
        formats.write(made, file)
    (made.folder / "poses.parquet").unlink()
    with pytest.raises(BadInput, match=r"poses\.parquet is missing"):
        formats.write(made, file)
    assert not file.exists()


@pytest.mark.parametrize("name", ["c3d", "trc", "video"])
def test_a_session_in_which_nobody_is_seen_has_nothing_to_export(tmp_path: Path, name: str) -> None:
    made = session(tmp_path, [(number / RATE_HZ, nobody()) for number in range(60)], film=True)
    with pytest.raises(BadInput, match="no runner is seen; there is nothing to export"):
        formats.write(made, tmp_path / f"run{formats.of(name).ending}")


@pytest.mark.parametrize("name", ["c3d", "trc", "video"])
def test_a_piece_beside_the_session_is_empty(tmp_path: Path, name: str) -> None:
    made = session(tmp_path, film=True)
    with pytest.raises(BadInput, match="no runner is seen from 30 s until 40 s"):
        formats.write(made, tmp_path / "piece", name, Wish(from_s=30.0, until_s=40.0))


@pytest.mark.parametrize("name", ["c3d", "trc"])
def test_without_the_size_of_the_pictures_there_is_no_lower_corner(tmp_path: Path, name: str) -> None:
    made = session(tmp_path)
    info = msgspec.structs.replace(made.info, height_px=None)
    with pytest.raises(BadInput, match="the size of its pictures is not known"):
        formats.of(name).content(Session(made.folder, info, made.stances, made.events, made.summary))


def test_c3d_says_of_each_event_whether_it_is_of_running_or_walking(tmp_path: Path) -> None:
    """In walking a foot comes down before the other one leaves: the events are in time order all the same."""
    rows = [
        stance("left", 0.5, gait="walk", initial_contact_s=0.2, toe_off_s=0.8, double_support_s=0.1),
        stance("right", 1.0, gait="walk", initial_contact_s=0.7, toe_off_s=1.3, double_support_s=0.1),
        stance("left", 1.6),
    ]
    found = C3d(session(tmp_path, stances=rows), tmp_path)
    assert [(side, what) for _, side, what in found.events()] == [
        ("Left", "Foot Strike"), ("Right", "Foot Strike"), ("Left", "Foot Off"), ("Right", "Foot Off"),
        ("Left", "Foot Strike"), ("Left", "Foot Off"),
    ]  # fmt: skip
    told = [one.strip() for one in found.reader.get("EVENT").get("DESCRIPTIONS").string_array]
    assert told == ["walking"] * 4 + ["running"] * 2
