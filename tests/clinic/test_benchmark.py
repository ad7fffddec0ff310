"""The bench of the records: what it makes is what it measures, and nothing of it stays."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, inspect

from runform_live import config
from runform_live.clinic import benchmark, database


def test_the_bench_asks_all_that_the_pages_ask_and_leaves_nothing(
    empty: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(database.VARIABLE, empty.render_as_string(hide_password=False))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    found = benchmark.measure(config.load(), people=2, each=3)
    assert found.sessions == 6
    assert found.session_bytes > 300_000, "as a run of twenty minutes"
    assert {"list of clients", "list of sessions by left", "list of sessions with flags", "one client's data", "one client's progress"} <= set(found.questions_s)  # fmt: skip
    assert list((tmp_path / "temporary").iterdir()) == []
    if empty.get_backend_name() == "postgresql":
        engine = create_engine(empty)
        assert [name for name in inspect(engine).get_schema_names() if "bench" in name] == []
        engine.dispose()
    else:
        assert not Path(str(empty.database)).exists(), "the records that there are stay untouched"
