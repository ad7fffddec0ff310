"""stances.csv: rows are kept whole, and those of earlier versions are read."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from runform_live import metrics
from runform_live.errors import BadInput
from runform_live.session import stances
from tests.makers import stance

WITH_SIGMA = stance(toe_off_s=1.14, pelvis_sigma_deg=1.25)


def table(folder: Path, columns: int, *rows: str) -> Path:
    """A stances.csv that has the first columns only, of the header and of the rows."""
    path = folder / "stances.csv"
    lines = (",".join(metrics.STANCE_COLUMNS), *rows)
    path.write_text("".join(",".join(line.split(",")[:columns]) + "\n" for line in lines))
    return path


def test_a_stance_keeps_the_sigma_of_its_pelvis_line(tmp_path: Path) -> None:
    assert "pelvis_sigma_deg" in metrics.STANCE_COLUMNS
    assert stances.read(table(tmp_path, len(metrics.STANCE_COLUMNS), stances.row(WITH_SIGMA))) == [WITH_SIGMA]


def test_a_session_without_the_column_of_sigma_is_read_and_does_not_know_it(tmp_path: Path) -> None:
    older = table(tmp_path, metrics.STANCE_COLUMNS.index("pelvis_sigma_deg"), stances.row(WITH_SIGMA))
    assert stances.read(older) == [msgspec.structs.replace(WITH_SIGMA, pelvis_sigma_deg=None, **LEVELS)]


def test_a_row_that_was_cut_before_its_sigma_is_no_row_of_an_older_session(tmp_path: Path) -> None:
    path = table(tmp_path, len(metrics.STANCE_COLUMNS), stances.row(WITH_SIGMA))
    with path.open("a") as file:
        file.write(stances.row(WITH_SIGMA).rsplit(",", 1)[0])
    assert stances.read(path) == [WITH_SIGMA]


def test_another_column_that_is_missing_is_damage(tmp_path: Path) -> None:
    row = stances.row(WITH_SIGMA)
    with pytest.raises(BadInput, match="line 1"):
        stances.read(table(tmp_path, metrics.STANCE_COLUMNS.index("quality"), row, row))


def test_a_stance_has_the_precision_of_its_file(tmp_path: Path) -> None:
    fine = stance(midstance_s=1.23456789, drop=4.56789, stamp_s=77.123456)
    kept = stances.as_written(fine)
    assert (kept.midstance_s, kept.pelvic_drop_mid_deg, kept.stamp_s) == (1.2346, 4.568, 77.123456)
    (tmp_path / "stances.csv").write_bytes(stances.whole([fine, stance(drop=None)]))
    found = stances.read(tmp_path / "stances.csv")
    assert found == [msgspec.structs.replace(kept, stamp_s=0.0), stances.as_written(stance(drop=None))]
    assert found[1].pelvic_drop_mid_deg is None


def test_the_torn_last_row_of_a_session_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "stances.csv"
    path.write_bytes(stances.whole([WITH_SIGMA, WITH_SIGMA])[:-2])
    assert stances.read(path, cut_off=True) == [WITH_SIGMA], "its last digit may be missing"
    assert len(stances.read(path)) == 2, "a person's editor writes no last line end"


SETTING = stance(
    toe_off_s=1.14, pelvis_sigma_deg=1.25, oscillation_trunk=0.12, drop_level_deg=-1.5, adduction_level_deg=0.25, lean_level_deg=0.0,
    drop_flow_deg=0.75, camera_moves=2, view_doubts=1, absences=13,
)  # fmt: skip
LEVELS = {"drop_level_deg": None, "adduction_level_deg": None, "lean_level_deg": None, "drop_flow_deg": None}
COUNTS = {"camera_moves": 0, "view_doubts": 0, "absences": 0}


def test_a_stance_keeps_what_the_level_line_took_and_what_happened_before(tmp_path: Path) -> None:
    row = stances.row(SETTING)
    assert row.endswith(",1.250,run,,,,,,,0.120,-1.500,0.250,0.000,0.750,2,1,13")
    assert stances.read(table(tmp_path, len(metrics.STANCE_COLUMNS), row)) == [SETTING]


def test_a_session_without_these_columns_is_read_and_does_not_know_what_was_taken(tmp_path: Path) -> None:
    older = table(tmp_path, metrics.STANCE_COLUMNS.index("drop_level_deg"), stances.row(SETTING))
    assert stances.read(older) == [msgspec.structs.replace(SETTING, **LEVELS, **COUNTS)]


def test_an_empty_cell_is_an_unknown_level_and_nothing_that_happened(tmp_path: Path) -> None:
    row = stances.row(SETTING).rsplit(",", 7)[0] + "," * 7
    assert stances.read(table(tmp_path, len(metrics.STANCE_COLUMNS), row)) == [
        msgspec.structs.replace(SETTING, **LEVELS, **COUNTS)
    ]


@pytest.mark.parametrize("cell", ["2.5", "-1", "1e7", "nan", "inf", "x", "1_0", "0x1"])
@pytest.mark.parametrize("column", ["camera_moves", "view_doubts", "absences"])
def test_a_count_that_is_none_is_named_with_its_line_and_column(tmp_path: Path, column: str, cell: str) -> None:
    cells = stances.row(SETTING).split(",")
    cells[metrics.STANCE_COLUMNS.index(column)] = cell
    path = table(tmp_path, len(metrics.STANCE_COLUMNS), stances.row(SETTING), ",".join(cells))
    with pytest.raises(BadInput, match=rf"line 3 .*{column}"):
        stances.read(path)


def test_a_count_that_a_spreadsheet_wrote_with_a_decimal_point_is_the_same(tmp_path: Path) -> None:
    row = stances.row(SETTING).removesuffix("2,1,13") + "2.0,1.0,13.0"
    assert stances.read(table(tmp_path, len(metrics.STANCE_COLUMNS), row)) == [SETTING]


@pytest.mark.parametrize("left", range(1, 8))
def test_a_row_that_was_cut_within_the_new_columns_is_no_row_of_an_older_session(tmp_path: Path, left: int) -> None:
    path = table(tmp_path, len(metrics.STANCE_COLUMNS), stances.row(SETTING))
    with path.open("a") as file:
        file.write(stances.row(SETTING).rsplit(",", left)[0])
    assert stances.read(path) == [SETTING]
    assert stances.read(path, cut_off=True) == [SETTING]
