"""The table of a batch, for a terminal and for a spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from runform_live.batch import table
from runform_live.batch.plan import Before, Job
from runform_live.batch.run import Update
from runform_live.session.reader import read
from tests.batch.makers import analysed, film


def records(rows: list[table.Row]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.as_csv(rows).decode())))


def test_a_measured_film_has_its_figures_and_one_that_failed_its_trouble(tmp_path: Path) -> None:
    folder = analysed(film(tmp_path / "a.mp4"), tmp_path / "runs", date_from="name", person="P07")
    jobs = [Job("a.mp4", "a.mp4"), Job("b.mp4", "=b.mp4")]
    last = [
        Update(jobs[0], 0, "measured", folder=folder),
        Update(jobs[1], 1, "failed", line="=b.mp4: the file is empty"),
    ]
    rows = [table.row(one) for one in last]
    session = read(folder)
    left = session.summary.sides["left"]["pelvic_drop_mid_deg"]
    assert left.mean is not None and left.ci95_low is not None and left.ci95_high is not None
    first, second = records(rows)
    assert first["client"] == "P07" and first["activity"] == "running" and first["stances"] == "20"
    assert first["started"] == session.info.moment().isoformat(timespec="seconds") and first["date_from"] == "name"
    assert first["pelvic_drop_left_deg"] == f"{left.mean:.3f}"
    assert first["pelvic_drop_left_half_deg"] == f"{(left.ci95_high - left.ci95_low) / 2:.3f}"
    assert first["flags"].split() == session.summary.flags and first["folder"] == str(folder)
    assert second["video"] == "'=b.mp4", "a spreadsheet must not work it out"
    assert (second["state"], second["stances"], second["trouble"]) == ("failed", "", "'=b.mp4: the file is empty")
    lines = table.text(rows).splitlines()
    assert len(lines) == 3
    assert lines[0].split()[:3] == ["video", "date", "client"]
    assert f"({table.DATE['name']})" in lines[1] and f"{left.mean:.1f}° ± " in lines[1]
    assert lines[2].split() == ["=b.mp4", "failed"]


def test_a_film_that_was_measured_again_shows_the_difference_to_the_earlier_session(tmp_path: Path) -> None:
    one, runs = film(tmp_path / "a.mp4"), tmp_path / "runs"
    old = analysed(one, runs, software="runform_live 0.1")
    new = analysed(one, runs)
    job = Job("a.mp4", "a.mp4", before=Before(str(old), "1", "runform_live 0.1", older=True))
    row = table.row(Update(job, 0, "measured", folder=new))
    assert row.earlier is not None and row.earlier.drops["left"].difference == 0.0
    line = table.text([row]).splitlines()[-1]
    mean = read(new).summary.sides["left"]["pelvic_drop_mid_deg"].mean
    assert line.startswith(f"a.mp4: pelvic drop left {mean:.1f}° -> {mean:.1f}° (0.0°), right ")
    assert line.endswith(f"against runform_live 0.1, {old}")
    (record,) = records([row])
    assert (record["earlier_software"], record["earlier_folder"]) == ("runform_live 0.1", str(old))
    assert record["difference_left_deg"] == "0.000"


def test_a_session_that_was_broken_off_has_no_figures(tmp_path: Path) -> None:
    folder = analysed(film(tmp_path / "a.mp4"), tmp_path / "runs", "interrupted")
    row = table.row(Update(Job("a.mp4", "a.mp4"), 0, "failed", folder=folder, line="a.mp4: the disk is full"))
    assert (row.stances, row.drops) == (None, (table.Drop(), table.Drop()))
