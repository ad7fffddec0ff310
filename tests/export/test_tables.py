"""Stances as CSV, Parquet and JSON, each read again with a reader of another maker."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import msgspec
import pytest

from runform_live import metrics
from runform_live.export import formats
from runform_live.export import json as as_json
from runform_live.export.wish import USUAL, Wish
from runform_live.messages import VIEW_UNSURE, Prescribed
from runform_live.programmes import files, own
from runform_live.session import schema
from runform_live.session.reader import Session
from tests.export.makers import STANCES, session
from tests.makers import stance

UNKNOWN = {(0, "step_width_hip"), (2, "knee_valgus_mid_deg")}  # row and column of what the maker leaves out


@pytest.fixture
def exported(tmp_path: Path) -> Session:
    return session(tmp_path)


def parquet(session: Session, tmp_path: Path) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Rows and metadata of the Parquet file, by DuckDB."""
    file = tmp_path / "stances.parquet"
    formats.write(session, file)
    read = duckdb.connect()
    found = read.execute("select * from read_parquet(?)", [str(file)])
    rows = [dict(zip([name for name, *_ in found.description], row, strict=True)) for row in found.fetchall()]
    about = read.execute("select key, value from parquet_kv_metadata(?)", [str(file)]).fetchall()
    return rows, {key.decode(): value.decode() for key, value in about if key != b"ARROW:schema"}


def document(session: Session, wish: Wish = USUAL) -> dict[str, Any]:
    """The JSON document, after its schema was checked by jsonschema."""
    found: dict[str, Any] = json.loads(formats.of("json").content(session, wish))
    jsonschema.Draft202012Validator(json.loads(as_json.SCHEMA_FILE.read_text())).validate(found)
    return found


# -- the same figures in each -----------------------------------------------------------------------------------------


def test_csv_has_a_row_a_stance_with_units_in_the_names_and_empty_cells_for_the_unknown(exported: Session) -> None:
    rows = list(csv.DictReader(io.StringIO(formats.of("csv").content(exported).decode())))
    assert list(rows[0]) == ["session_id", "started", *metrics.STANCE_COLUMNS, "sides_sure"]
    for place, (row, one) in enumerate(zip(rows, STANCES, strict=True)):
        assert (row["session_id"], row["sides_sure"], row["side"]) == (exported.info.id, "yes", one.side)
        assert float(row["midstance_s"]) == one.midstance_s, "seconds from the first frame on"
        assert {column for column in ("step_width_hip", "knee_valgus_mid_deg") if row[column] == ""} == {
            column for number, column in UNKNOWN if number == place
        }


def test_parquet_has_the_same_values_and_null_for_the_unknown(exported: Session, tmp_path: Path) -> None:
    rows, _ = parquet(exported, tmp_path)
    assert rows == [{column: getattr(one, column) for column in metrics.STANCE_COLUMNS} for one in exported.stances]
    assert {(place, name) for place, row in enumerate(rows) for name in ("step_width_hip", "knee_valgus_mid_deg") if row[name] is None} == UNKNOWN  # fmt: skip


def test_parquet_says_units_and_whose_session_it_is_to_readers_that_are_not_arrow(
    exported: Session, tmp_path: Path
) -> None:
    _, about = parquet(exported, tmp_path)
    assert about["session_id"] == exported.info.id and about["started"] == exported.info.started
    assert (about["view"], about["calibrated"], about["frame_rate_hz"]) == ("posterior", "true", "30.0")
    assert about["software"].startswith("runform_live ")
    columns = json.loads(about["columns"])
    assert list(columns) == list(metrics.STANCE_COLUMNS)
    assert (columns["pelvic_drop_mid_deg"]["unit"], columns["toe_off_s"]["unit"]) == ("deg", "s")
    assert "Two-dimensional" in about["notes"]


def test_json_has_the_whole_session_and_fits_its_schema(exported: Session) -> None:
    found = document(exported)
    assert found["stances"] == [
        {column: getattr(one, column) for column in metrics.STANCE_COLUMNS} for one in exported.stances
    ]
    assert found["stances"][0]["step_width_hip"] is None
    assert found["summary"] == json.loads((exported.folder / schema.SUMMARY).read_text())
    assert found["session"]["id"] == exported.info.id
    assert found["session"]["calibration"]["body"] == {"hip_width": 0.15, "trunk": 0.4}
    assert [event["time_s"] for event in found["events"]] == [event["time_s"] for event in exported.events]


def test_the_schema_that_ships_is_the_one_of_this_version() -> None:
    assert as_json.SCHEMA_FILE.read_bytes() == as_json.json_schema(), "write json_schema() into it"


@pytest.mark.parametrize(
    ("place", "value"),
    [(("stances", 0, "side"), "middle"), (("stances", 0, "midstance_s"), None), (("format_version",), 2), (("events", 0), {})],
)  # fmt: skip
def test_the_schema_refuses_what_no_session_holds(exported: Session, place: tuple[Any, ...], value: object) -> None:
    found = document(exported)
    at: Any = found
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    errors = list(jsonschema.Draft202012Validator(json.loads(as_json.SCHEMA_FILE.read_text())).iter_errors(found))
    assert {tuple(error.absolute_path) for error in errors} == {place}


def test_a_session_without_stances_is_exported_without_rows(tmp_path: Path) -> None:
    empty = session(tmp_path, stances=())
    assert parquet(empty, tmp_path)[0] == []
    assert document(empty)["stances"] == []
    assert formats.of("csv").content(empty).count(b"\n") == 1


# -- what is not said without being asked, and what is always said -----------------------------------------------------


def test_json_does_not_tell_who_ran_unless_it_is_wished_for(exported: Session) -> None:
    plain = formats.of("json").content(exported).decode()
    assert not [word for word in ("Ada", "an-id", "secret") if word in plain]
    assert '"person_height_m"' not in plain
    told = document(exported, Wish(private=True))
    assert told["session"]["private"]["person"] == "Ada"
    assert told["session"]["private"]["person_height_m"] == 1.8
    assert [event["text"] for event in told["events"] if event["kind"] == "note"] == ["a secret of Ada"]


@pytest.mark.parametrize("name", ["csv", "c3d", "trc"])
def test_no_other_file_names_the_client(exported: Session, name: str) -> None:
    content = formats.of(name).content(exported)
    assert exported.info.id.encode() in content, "it is said which session it is"
    assert not [word for word in (b"Ada", b"an-id", b"secret") if word in content]


def test_no_table_of_parquet_names_the_client(exported: Session, tmp_path: Path) -> None:
    assert "Ada" not in str(parquet(exported, tmp_path)) and "an-id" not in str(parquet(exported, tmp_path))


def test_a_programme_that_a_person_named_is_private_and_one_that_ships_is_not(exported: Session) -> None:
    def of(programme: str, wish: Wish = USUAL) -> dict[str, Any]:
        info = msgspec.structs.replace(exported.info, programme=Prescribed(programme=programme, number=3))
        named = Session(exported.folder, info, exported.stances, exported.events, exported.summary)
        told: dict[str, Any] = document(named, wish)["session"]
        return told

    shipped = next(name for name in files.names() if not own.is_own(name))
    assert (of(shipped)["programme"], of(shipped)["programme_session"]) == (shipped, 3)
    assert (of("knee_of_Ada")["programme"], of("knee_of_Ada")["programme_session"]) == (None, 3)
    assert of("knee_of_Ada", Wish(private=True))["programme"] == "knee_of_Ada"


def test_where_sides_are_not_sure_the_file_says_so(exported: Session, tmp_path: Path) -> None:
    assert document(exported)["sides_sure"]
    summary = msgspec.structs.replace(exported.summary, flags=[VIEW_UNSURE])
    unsure = Session(exported.folder, exported.info, exported.stances, exported.events, summary)
    assert not document(unsure)["sides_sure"]
    assert "Left and right are not sure: they may be exchanged." in document(unsure)["notes"]
    assert [row["sides_sure"] for row in csv.DictReader(io.StringIO(formats.of("csv").content(unsure).decode()))] == [
        "no"
    ] * 3
    _, about = parquet(unsure, tmp_path)
    assert "Left and right are not sure" in about["notes"] and VIEW_UNSURE in about["flags"]


def test_what_is_wrong_with_the_recording_is_said_by_its_flags(exported: Session) -> None:
    assert document(exported)["notes"][-1] == "Flags: provisional."
    sound = msgspec.structs.replace(exported.summary, flags=[])
    good = Session(exported.folder, exported.info, exported.stances, exported.events, sound)
    assert not [note for note in document(good)["notes"] if note.startswith("Flags")]
    summary = msgspec.structs.replace(exported.summary, flags=["wrong_view", "pelvis_hidden"])
    wrong = Session(exported.folder, exported.info, exported.stances, exported.events, summary)
    assert document(wrong)["notes"][-1] == "Flags: wrong_view, pelvis_hidden."
    for name in ("c3d", "trc"):
        assert b"Flags: wrong_view, pelvis_hidden." in formats.of(name).content(wrong)


def test_a_session_without_a_stand_says_that_it_is_not_calibrated(tmp_path: Path) -> None:
    found = document(session(tmp_path, calibrated=False))
    assert not found["summary"]["calibrated"]
    assert any(note.startswith("Not calibrated") for note in found["notes"])


def test_stances_of_both_gaits_keep_theirs_in_each_table_and_the_notes_say_so(tmp_path: Path) -> None:
    rows = [
        stance("left", 0.5, gait="walk", initial_contact_s=0.2, toe_off_s=0.8, double_support_s=0.1),
        stance("right", 1.0, gait="walk", initial_contact_s=0.7, toe_off_s=1.3, contact_time_s=None),
        stance("left", 1.6, contact_sigma_s=0.012),
        stance("right", 2.0, contact_sigma_s=0.012),
    ]
    made = session(tmp_path, stances=rows)
    gaits = ["walk", "walk", "run", "run"]
    as_csv = list(csv.DictReader(io.StringIO(formats.of("csv").content(made).decode())))
    assert [row["gait"] for row in as_csv] == gaits
    assert [row["double_support_s"] for row in as_csv] == ["0.1000", "", "", ""]
    assert [row["contact_time_s"] for row in as_csv] == ["0.2600", "", "0.2600", "0.2600"]
    in_parquet, about = parquet(made, tmp_path)
    assert [row["gait"] for row in in_parquet] == gaits
    assert [row["contact_sigma_s"] for row in in_parquet] == [None, None, 0.012, 0.012]
    found = document(made)
    assert [row["gait"] for row in found["stances"]] == gaits
    assert found["summary"]["walking"]["sides"]["left"]["double_support_s"]["mean"] == 0.1
    assert "walking" in found["summary"]["walking"]["flags"] and "walking" not in found["summary"]["flags"]
    assert any("Running and walking" in note for note in found["notes"])
    assert any("Running and walking" in note for note in json.loads(about["notes"]))
