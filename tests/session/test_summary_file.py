"""summary.json of an earlier version is read: what it does not have is unknown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runform_live import config
from runform_live.clinic import scan
from runform_live.errors import BadInput
from runform_live.messages import SIDES
from runform_live.session import schema
from runform_live.session.figures import NO_CHANGE, NO_DIFFERENCE, NO_MEAN, NO_TREND
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from runform_live.session.summary_file import read_summary
from tests.makers import stances

LATER = "knee_valgus_peak_deg"  # as if an earlier version had not measured it


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A session of six minutes, so that it has changes and trends."""
    with SessionRecord(tmp_path, "0", config.load(), "live") as record:
        for one in stances(1000):
            record.stance(one)
        record.finish("stopped")
    return tmp_path


def of_earlier_version(folder: Path, metric: str = LATER) -> None:
    """summary.json as a version wrote it that did not have the metric."""
    _change_json(folder / schema.SESSION, lambda info: info.update(software="runform_live 0.20.0"))

    def without(summary: dict[str, Any]) -> None:
        for part in (summary, *summary["changes"]):
            del part["symmetry"][metric]
            for side in SIDES:
                del part["sides"][side][metric]
        for side in SIDES:
            del summary["trends"][side][metric]

    _change_json(folder / schema.SUMMARY, without)


def _change_json(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def test_a_metric_that_the_summary_of_an_earlier_version_lacks_is_unknown(folder: Path) -> None:
    of_earlier_version(folder)
    summary = read_summary(folder)
    assert summary.symmetry[LATER] == NO_DIFFERENCE
    assert all(summary.sides[side][LATER] == NO_MEAN for side in SIDES)
    assert all(summary.trends[side][LATER] == NO_TREND for side in SIDES)
    assert summary.changes
    for change in summary.changes:
        assert change.symmetry[LATER] == NO_CHANGE
        assert all(change.sides[side][LATER] == NO_CHANGE for side in SIDES)
    assert summary.sides["left"]["pelvic_drop_mid_deg"].mean == pytest.approx(5.0)


def test_a_session_of_an_earlier_version_takes_a_metric_that_its_summary_lacks_from_its_stances(folder: Path) -> None:
    before = read(folder).summary
    of_earlier_version(folder)
    summary = read(folder).summary
    assert "summary_made_anew" not in summary.flags
    assert summary.sides["left"][LATER] == before.sides["left"][LATER]
    assert summary.symmetry[LATER] == before.symmetry[LATER]
    assert all(change.symmetry[LATER] == NO_CHANGE for change in summary.changes), (
        "these are as that version found them"
    )


def test_the_list_of_sessions_shows_one_whose_summary_lacks_a_metric(folder: Path) -> None:
    of_earlier_version(folder)
    listed = scan.of(folder)
    assert (listed.state, listed.trouble) == ("finished", None)
    assert listed.summary is not None
    assert listed.summary.sides["left"]["pelvic_drop_mid_deg"].mean == pytest.approx(5.0)


def test_the_list_of_sessions_makes_the_drop_anew_where_the_summary_lacks_it(folder: Path) -> None:
    of_earlier_version(folder, "pelvic_drop_mid_deg")
    listed = scan.of(folder)
    assert listed.summary is not None
    assert listed.summary.sides["left"]["pelvic_drop_mid_deg"].mean == pytest.approx(5.0)


@pytest.mark.parametrize("part", ["sides", "trends"])
def test_a_summary_without_one_of_the_sides_is_damaged(folder: Path, part: str) -> None:
    _change_json(folder / schema.SUMMARY, lambda summary: summary[part].pop("left"))
    with pytest.raises(BadInput, match="a side is missing"):
        read_summary(folder)
