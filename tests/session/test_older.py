"""Stances of sessions that earlier versions wrote."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from runform_live.errors import BadInput
from runform_live.session import schema, stances
from tests.makers import stance

WITH_SIGMA = stance(toe_off_s=1.14, pelvis_sigma_deg=1.25)


def table(folder: Path, columns: int, *rows: str) -> Path:
    """A stances.csv that has the first columns only, of the header and of the rows."""
    path = folder / "stances.csv"
    lines = (",".join(schema.COLUMNS), *rows)
    path.write_text("".join(",".join(line.split(",")[:columns]) + "\n" for line in lines))
    return path


def test_a_stance_keeps_the_sigma_of_its_pelvis_line(tmp_path: Path) -> None:
    assert schema.COLUMNS[-1] == "pelvis_sigma_deg"
    assert stances.read(table(tmp_path, len(schema.COLUMNS), stances.row(WITH_SIGMA))) == [WITH_SIGMA]


def test_a_session_without_the_column_of_sigma_is_read_and_does_not_know_it(tmp_path: Path) -> None:
    older = table(tmp_path, len(schema.COLUMNS) - 1, stances.row(WITH_SIGMA))
    assert stances.read(older) == [msgspec.structs.replace(WITH_SIGMA, pelvis_sigma_deg=None)]


def test_a_row_that_was_cut_before_its_sigma_is_no_row_of_an_older_session(tmp_path: Path) -> None:
    path = table(tmp_path, len(schema.COLUMNS), stances.row(WITH_SIGMA))
    with path.open("a") as file:
        file.write(stances.row(WITH_SIGMA).rsplit(",", 1)[0])
    assert stances.read(path) == [WITH_SIGMA]


def test_another_column_that_is_missing_is_damage(tmp_path: Path) -> None:
    row = stances.row(WITH_SIGMA)
    with pytest.raises(BadInput, match="line 1"):
        stances.read(table(tmp_path, len(schema.COLUMNS) - 2, row, row))
