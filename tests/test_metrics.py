"""One table of metrics: what follows from it, and what has to be touched to add one."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import runform_live
from runform_live import metrics, quantities, resources, texts
from runform_live.gait.uncertainty.sigma import GROWTH
from runform_live.lsl import description
from runform_live.messages import Stance

PACKAGE = Path(runform_live.__file__).parent
NEW = "ankle_tilt_mid_deg"


def test_every_column_is_a_field_of_a_stance() -> None:
    fields = {field.name for field in msgspec.structs.fields(Stance)}
    assert set(metrics.STANCE_COLUMNS) == fields - {"seq", "stamp_s", "naming"}


def test_the_columns_of_stances_csv_keep_their_order() -> None:
    assert metrics.STANCE_COLUMNS == (
        "side", "initial_contact_s", "midstance_s", "toe_off_s", "pelvic_drop_mid_deg", "pelvic_drop_peak_deg",
        "hip_adduction_mid_deg", "hip_adduction_peak_deg", "knee_valgus_mid_deg", "knee_valgus_peak_deg",
        "trunk_lean_mid_deg", "contact_time_s", "step_width_hip", "quality", "pelvis_sigma_deg", "gait", "double_support_s",
        "contact_sigma_s", "camera_elevation_deg", "camera_elevation_sd_deg", "camera_angle_deg", "camera_angle_sd_deg",
        "oscillation_trunk",
        "drop_level_deg", "adduction_level_deg", "lean_level_deg", "drop_flow_deg", "camera_moves", "view_doubts", "absences",
    )  # fmt: skip


def test_only_a_column_that_a_stance_cannot_lack_is_always_known() -> None:
    kinds = {field.name: field.type for field in msgspec.structs.fields(Stance)}
    may_be_unknown = {name for name in metrics.STANCE_COLUMNS if "None" in str(kinds[name])}
    assert may_be_unknown == {column.name for column in metrics.TABLE if not column.always_known}


@pytest.mark.parametrize("language", texts.languages())
def test_every_metric_has_a_name_and_a_meaning_in_each_language(language: str) -> None:
    said = texts.load(language)[0]
    for metric in metrics.ALL:
        assert quantities.name(metric.name, said)
        assert quantities.meaning(metric.name, said)


def test_a_column_that_no_language_explains_is_explained_in_the_table() -> None:
    assert all(column.meaning for column in metrics.TABLE if not isinstance(column, metrics.Metric))


def test_a_person_types_a_short_name_that_names_one_metric() -> None:
    shown = [metric for metric in metrics.ALL if not metric.peak]
    assert [metric.short_name for metric in shown] == [
        "pelvic_drop", "hip_adduction", "knee_valgus", "trunk_lean", "contact_time", "step_width", "double_support"
    ]  # fmt: skip


def test_the_level_line_is_taken_from_drop_adduction_and_lean() -> None:
    assert metrics.LEVEL_COLUMN == {
        "pelvic_drop_mid_deg": "drop_level_deg",
        "pelvic_drop_peak_deg": "drop_level_deg",
        "hip_adduction_mid_deg": "adduction_level_deg",
        "hip_adduction_peak_deg": "adduction_level_deg",
        "trunk_lean_mid_deg": "lean_level_deg",
    }
    assert set(metrics.LEVEL_COLUMN) - {"trunk_lean_mid_deg"} == metrics.PELVIS_ANGLES


def test_the_error_grows_with_the_networks_sigma_only_for_metrics_of_the_table() -> None:
    assert set(GROWTH) <= set(metrics.ANGLES)


def test_the_live_stream_has_a_channel_of_every_column() -> None:
    streams = {one.stream: one for one in description.described("a session", "a network")}
    assert [channel.label for channel in streams["stances"].channels] == list(metrics.STANCE_COLUMNS)


@pytest.fixture
def with_new_metric(tmp_path: Path) -> Path:
    """A copy of the program to which a metric was added: in the table, as a field of Stance, and in the languages. Nothing else."""
    package = tmp_path / "runform_live"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("configs", "models"):  # in a checkout they lie beside the package
        shipped = resources.folder(name)
        if not shipped.is_relative_to(PACKAGE):
            shutil.copytree(shipped, tmp_path / name, ignore=lambda _, found: [one for one in found if _is_large(one)])
            shutil.copy(PACKAGE.parent / "pyproject.toml", tmp_path)
    _insert(
        package / "metrics.py",
        '    Metric(name="contact_time_s"',
        f'    _angle("{NEW}", "foot turned in"),\n',
        before=True,
    )
    _insert(package / "messages.py", "    stamp_s: float = 0.0  # of the frame that completed", f"    {NEW}: float | None = None\n", before=True)  # fmt: skip
    languages = next(tmp_path.rglob("languages"))
    for path in languages.glob("*.toml"):
        _insert(path, "[quantity]\n", f'{NEW} = "Ankle tilt"\n')
        _insert(path, "[meaning]\n", f'{NEW} = "How far the ankle tilts"\n')
    return tmp_path


def _is_large(name: str) -> bool:
    return name.endswith((".onnx", ".npz", ".wav", ".png"))


def _insert(path: Path, beside: str, text: str, before: bool = False) -> None:
    content = path.read_text(encoding="utf-8")
    assert content.count(beside) == 1, (path, beside)
    path.write_text(content.replace(beside, text + beside if before else beside + text), encoding="utf-8")


PROGRAM = f"""
import sys
from pathlib import Path
import msgspec
from runform_live import config, metrics, quantities, texts
from runform_live.export import formats, json
from runform_live.lsl import description
from runform_live.messages import Stance
from runform_live.progress.change import MEASURES
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord

folder = Path(sys.argv[1])
record = SessionRecord(folder, "0", config.load(), "live")
for number in range(20):
    middle_s = 0.36 * number + 0.2
    values = dict.fromkeys(metrics.SUMMARISED, 1.0) | {{"contact_time_s": 0.2, "{NEW}": 3.0 + number % 2}}
    record.stance(Stance(side=("left", "right")[number % 2], initial_contact_s=middle_s - 0.1, midstance_s=middle_s,
                         toe_off_s=middle_s + 0.1, quality=0.9, **values))
record.finish("stopped")
session = read(folder)
assert "{NEW}" in MEASURES
assert "{NEW}" in [one.label for one in description.described("s", "n")[1].channels]
print(quantities.number("{NEW}", session.summary.sides["right"]["{NEW}"].mean))
for name in ("csv", "json"):
    (folder / f"export.{{name}}").write_bytes(formats.of(name).content(session))
(folder / "schema.json").write_bytes(json.json_schema())
"""


def test_a_metric_that_is_added_to_the_table_is_in_summary_exports_and_progress(with_new_metric: Path) -> None:
    folder = with_new_metric / "session"
    folder.mkdir()
    own = {name: value for name, value in os.environ.items() if not name.startswith("RUNFORM")}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        env=own | {"PYTHONPATH": str(with_new_metric)},
        cwd=with_new_metric,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "4.0°\n"), ran.stderr
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["sides"]["left"][NEW]["mean"] == 3.0
    assert summary["symmetry"][NEW]["difference"] == -1.0
    rows = list(csv.DictReader(io.StringIO((folder / "export.csv").read_text())))
    assert [row[NEW] for row in rows[:2]] == ["3.000", "4.000"]
    document = json.loads((folder / "export.json").read_text())
    assert document["stances"][0][NEW] == 3.0
    assert document["summary"]["sides"]["left"][NEW]["n"] == 10
    schema = json.loads((folder / "schema.json").read_text())
    assert schema["$defs"]["StanceRow"]["properties"][NEW]["description"] == "How far the ankle tilts"
