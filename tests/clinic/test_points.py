"""A client's sessions as progress sees them: read from the index, which follows the folders."""

from __future__ import annotations

import json
import shutil
import zlib
from pathlib import Path

import msgspec
from sqlalchemy import select

from runform_live.clinic.database import Database
from runform_live.clinic.points import points_of
from runform_live.clinic.tables import KeptContent
from runform_live.gait.run_phase import ran_s
from runform_live.session import pain, schema
from runform_live.session.reader import read
from tests.clinic.makers import added, ran


def test_they_say_what_the_folders_say(database: Database, tmp_path: Path) -> None:
    client = added(database)
    other = added(database, "P08")
    folder = ran(database, client, tmp_path / "runs" / "one")
    ran(database, other, tmp_path / "runs" / "other")
    found, troubles = points_of(database, client)
    session = read(folder)
    assert troubles == []
    (point,) = found
    assert (point.name, point.info, point.ran_s) == ("one", session.info, ran_s(session.stances))
    assert msgspec.json.encode(point.summary) == msgspec.json.encode(session.summary)


def test_a_pain_score_that_was_added_later_is_seen(database: Database, tmp_path: Path) -> None:
    client = added(database)
    folder = ran(database, client, tmp_path / "one")
    points_of(database, client)
    pain.set_after(folder, 3)
    (point,) = points_of(database, client)[0]
    assert point.info.pain.after == 3


def test_one_that_is_damaged_or_gone_is_a_line_and_the_others_are_there(database: Database, tmp_path: Path) -> None:
    client = added(database)
    folders = [ran(database, client, tmp_path / name) for name in ("a", "b", "c", "d")]
    assert len(points_of(database, client)[0]) == 4
    (folders[0] / schema.SESSION).write_text("{")
    shutil.rmtree(folders[1])
    (folders[3] / schema.SUMMARY).write_text(json.dumps({"schema_version": 1}))
    found, troubles = points_of(database, client)
    assert [point.name for point in found] == ["c"]
    assert [line.split(":")[0] for line in troubles] == ["b", "a", "d"]
    assert "gone" in troubles[0]


def test_sessions_are_in_the_order_of_their_times(database: Database, tmp_path: Path) -> None:
    client = added(database)
    for name, day in (("a", "03"), ("b", "01"), ("c", "02")):
        path = ran(database, client, tmp_path / name) / schema.SESSION
        path.write_text(json.dumps(json.loads(path.read_text()) | {"started": f"2026-05-{day}T09:00:00+02:00"}))
    assert [point.name for point in points_of(database, client)[0]] == ["b", "c", "a"]


def test_a_metric_that_the_index_was_written_without_is_unknown(database: Database, tmp_path: Path) -> None:
    """As after an update to a version that measures more."""
    client = added(database)
    ran(database, client, tmp_path / "one")
    points_of(database, client)
    with database.writing() as session:
        (content,) = session.scalars(select(KeptContent))
        summary = json.loads(zlib.decompress(content.summary))
        del summary["symmetry"]["knee_valgus_mid_deg"]
        for side in summary["sides"].values():
            del side["knee_valgus_mid_deg"]
        content.summary = zlib.compress(json.dumps(summary).encode())
    (point,) = points_of(database, client)[0]
    assert point.summary.sides["left"]["knee_valgus_mid_deg"].mean is None
    assert point.summary.symmetry["knee_valgus_mid_deg"].difference is None
