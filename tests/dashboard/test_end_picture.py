"""The picture of the screen after a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from runform_live import overlay, texts
from runform_live.dashboard.end_picture import GROUND, cut_out, of, worse_side
from runform_live.messages import INDEX
from runform_live.metrics import MAIN_METRIC
from runform_live.report.pictures import usual
from runform_live.session import kept_pictures, poses
from runform_live.session.reader import Session
from tests.dashboard.test_review_model import model
from tests.makers import stance, stances, standing

EN = texts.load("en")[0]
SIZE = (530, 470)
WHITE = overlay.PELVIS_BGR


def middle(size: tuple[int, int] = SIZE, roll_deg: float = 0.0) -> np.ndarray:
    return cut_out(np.full((720, 1280, 3), 90, np.uint8), standing(roll_deg), size)


def test_the_picture_has_the_size_that_is_asked_for_and_the_runner_is_whole_in_its_middle() -> None:
    shown = middle()
    assert shown.shape == (470, 530, 3)
    rows, columns = np.nonzero((shown != 90).any(axis=2) & (shown.max(axis=2) > 0))
    assert rows.min() > 20 and rows.max() < 450, "from shoulders to feet"
    assert (columns.min() + columns.max()) / 2 == pytest.approx(265, abs=4)


def test_the_pelvis_line_is_as_askew_as_in_the_picture() -> None:
    shown = middle(roll_deg=8.0)
    rows, columns = np.nonzero((shown == WHITE).all(axis=2))
    slope = np.polyfit(columns, rows, 1)[0]
    assert np.degrees(np.arctan(slope)) == pytest.approx(8.0, abs=1.0)


def test_beside_the_picture_it_is_black() -> None:
    landmarks = standing(centre=(60.0, 350.0))
    shown = cut_out(np.full((720, 1280, 3), 90, np.uint8), landmarks, SIZE)
    assert not shown[:, :10].any() and (shown[5, -10:] == 90).all()


def test_without_landmarks_the_whole_picture_is_shown() -> None:
    shown = cut_out(np.full((720, 1280, 3), 90, np.uint8), np.full((len(INDEX), 3), np.nan), (640, 360))
    assert (shown == 90).all()


def test_the_worse_side_is_the_one_with_the_larger_mean() -> None:
    assert worse_side(model(stances(20, 3.0, 8.0)).session, MAIN_METRIC) == "right"
    assert worse_side(model([]).session, MAIN_METRIC) is None
    assert worse_side(model([stance("left", 1.0, 2.0)]).session, MAIN_METRIC) == "left"


def test_the_usual_stance_is_the_one_nearest_to_the_mean_of_its_side() -> None:
    found = [stance("left", 1.0 + number, drop) for number, drop in enumerate((2.0, 5.0, 9.0, None))]
    found.append(stance("right", 9.0, 5.3))
    assert usual(found, "left", MAIN_METRIC) == found[1]
    assert usual(found[3:4], "left", MAIN_METRIC) is None


def recorded(folder: Path) -> Session:
    """A session from a camera, of which nothing but the landmarks was kept: the runner stands in the middle all the time."""
    found = model(stances(20, 3.0, 8.0)).session
    frames = list(range(400))
    landmarks = np.stack([standing()] * len(frames))
    content = poses.log_head() + poses.log_batch(frames, [number / 30 for number in frames], landmarks)
    (folder / "poses.arrow").write_bytes(content)
    poses.finish(folder, "posterior")
    info = msgspec.structs.replace(found.info, source="0", recorded_by="live", ended="stopped")
    return replace(found, folder=folder, info=info)


def test_where_no_picture_was_kept_the_lines_are_drawn_alone_and_it_is_said(tmp_path: Path) -> None:
    found = of(recorded(tmp_path), SIZE, EN)
    assert found.caption == "8.0°, usual right midstance (no picture)"
    assert found.picture is not None and found.picture.shape == (470, 530, 3)
    colours = {tuple(int(part) for part in colour) for colour in found.picture.reshape(-1, 3)}
    assert {(GROUND,) * 3, WHITE, overlay.LEFT_RGB[::-1], overlay.RIGHT_RGB[::-1]} <= colours


def test_a_picture_that_the_report_has_kept_is_shown(tmp_path: Path) -> None:
    session = recorded(tmp_path)
    usual_s = usual(session.stances, "right", MAIN_METRIC).midstance_s  # type: ignore[union-attr]
    kept_pictures.keep(tmp_path, round(usual_s * 30) / 30, np.full((720, 1280, 3), 200, np.uint8))
    found = of(session, SIZE, EN)
    assert found.caption == "8.0°, usual right midstance"
    assert found.picture is not None and (found.picture[2, 2] > 190).all()


def test_without_landmarks_there_is_no_picture_and_it_is_said(tmp_path: Path) -> None:
    session = recorded(tmp_path)
    (tmp_path / "poses.parquet").unlink()
    found = of(session, SIZE, EN)
    assert found.picture is None and found.caption == "No picture of this run was kept."


def test_a_run_without_a_stance_has_no_picture() -> None:
    found = of(model([]).session, SIZE, EN)
    assert found.picture is None and found.caption == ""
