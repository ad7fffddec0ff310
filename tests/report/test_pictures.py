"""The pictures of a report are those of the moments that their captions name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from runform_live import texts
from runform_live.report.pictures import midstances
from runform_live.session import schema
from runform_live.session.reader import read
from tests.session.mutations import sound

ENGLISH = texts.load("en")[0]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return sound(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def folder(whole: dict[str, Path], tmp_path: Path) -> Path:
    """A session with a video; its first stance is at 1.0 s, and its poses end at 1.3 s."""
    return shutil.copytree(whole["recorded"], tmp_path / "run")


def test_a_stance_after_the_last_pose_has_no_picture_and_the_report_says_why(folder: Path) -> None:
    table = pq.read_table(folder / schema.POSES)
    pq.write_table(table.slice(0, 25), folder / schema.POSES)  # they end 0.2 s before the first midstance
    assert midstances(read(folder), ENGLISH, keep=False) == ([], ENGLISH("report.no_landmarks"))


def test_the_pictures_that_have_a_pose_are_shown_without_a_complaint(folder: Path) -> None:
    shown, why = midstances(read(folder), ENGLISH, keep=False)
    assert len(shown) == 3
    assert why == ""
