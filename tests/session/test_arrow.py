"""A session as Arrow tables."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

from runform_live import metrics
from runform_live.errors import BadInput
from runform_live.session import arrow, schema
from runform_live.session.reader import Session, read
from tests.makers import stance, stances
from tests.report.makers import session
from tests.session.test_run_changes import recorded, run


def test_each_stance_is_a_row_with_the_values_of_stances_csv(tmp_path: Path) -> None:
    recorded(tmp_path, run(20.0)).finish("stopped")
    table = arrow.stances(read(tmp_path))
    assert table.column_names == list(metrics.STANCE_COLUMNS)
    lines = (tmp_path / schema.STANCES).read_text().splitlines()[1:]
    assert table.num_rows == len(lines) > 50
    assert ",".join(table.column("side").to_pylist()) == ",".join(line.split(",")[0] for line in lines)
    at = metrics.STANCE_COLUMNS.index("pelvic_drop_mid_deg")
    assert table.column(at).to_pylist() == [float(line.split(",")[at]) for line in lines]


def test_an_unknown_value_is_null_and_a_zero_is_zero() -> None:
    table = arrow.stances(session([stance(drop=None), stance(midstance_s=2.0, drop=0.0)]))
    assert table.column("pelvic_drop_mid_deg").to_pylist() == [None, 0.0]
    assert table.column("pelvic_drop_mid_deg").null_count == 1


def test_side_and_gait_are_dictionaries_and_counts_are_whole_numbers() -> None:
    table = arrow.stances(session(stances(4)))
    assert table.schema.field("side").type == pa.dictionary(pa.int8(), pa.string())
    assert table.schema.field("gait").type == pa.dictionary(pa.int8(), pa.string())
    assert table.column("side").to_pylist() == ["left", "right", "left", "right"]
    kinds = {field.name: field.type for field in table.schema if field.name not in ("side", "gait")}
    whole = {"camera_moves", "view_doubts", "absences"}
    assert {name for name, kind in kinds.items() if kind == pa.int32()} == whole
    assert all(kind == pa.float64() for name, kind in kinds.items() if name not in whole)


def test_every_column_says_its_unit_and_what_it_is() -> None:
    fields = {field.name: field.metadata for field in arrow.stances(session([])).schema}
    assert all(about[b"description"] and not about[b"description"].startswith(b"meaning.") for about in fields.values())
    units = {name: about.get(b"unit", b"").decode() for name, about in fields.items()}
    assert units["knee_valgus_peak_deg"] == "deg"
    assert units["midstance_s"] == "s"
    assert units["step_width_hip"] == "hip widths"
    assert units["oscillation_trunk"] == "trunk lengths"
    assert {name for name, unit in units.items() if not unit} == {
        "side", "gait", "quality", "camera_moves", "view_doubts", "absences"
    }  # fmt: skip


def test_the_tables_say_which_session_they_are_of(tmp_path: Path) -> None:
    recorded(tmp_path, run(20.0)).finish("stopped")
    found = read(tmp_path)
    for table in (arrow.stances(found), arrow.poses(found)):
        about = table.schema.metadata
        assert about[b"session_id"].decode() == found.info.id
        assert about[b"started"].decode() == found.info.started
        assert json.loads(about[b"calibrated"]) is found.summary.calibrated
        assert json.loads(about[b"flags"]) == found.summary.flags
        assert about[b"network_sha256"].decode() == found.info.model.sha256


def test_poses_have_a_row_a_frame_and_unknown_points_are_null(tmp_path: Path) -> None:
    recorded(tmp_path, run(20.0)).finish("stopped")
    table = arrow.poses(read(tmp_path))
    assert table.num_rows > 0
    assert table.column("left_hip_x_px").null_count == 0
    assert table.column("left_psis_x_px").null_count == table.num_rows


def test_a_session_without_stances_is_a_table_without_rows() -> None:
    assert arrow.stances(session([])).num_rows == 0


def test_missing_poses_are_said_in_a_line(tmp_path: Path) -> None:
    recorded(tmp_path, run(20.0)).finish("stopped")
    (tmp_path / schema.POSES).unlink()
    with pytest.raises(BadInput, match=r"poses\.parquet is missing.*analyse the video again"):
        arrow.poses(read(tmp_path))


def test_a_table_survives_a_damaged_flag() -> None:
    found = session(stances(2))
    odd: Session = Session(
        found.folder, found.info, found.stances, [], msgspec.structs.replace(found.summary, flags=["\ud800 é"])
    )
    assert json.loads(arrow.stances(odd).schema.metadata[b"flags"]) == ["\ud800 é"]
