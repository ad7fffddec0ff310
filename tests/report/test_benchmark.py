"""The bench of the report: the long run is the short one over and over again, with its film."""

from __future__ import annotations

from pathlib import Path

import pytest

from runform_live import config
from runform_live.report import benchmark
from runform_live.session.pictures import find
from runform_live.session.reader import read
from tests.export.makers import session


def test_a_long_run_holds_the_short_one_over_and_over_again(tmp_path: Path) -> None:
    short = session(tmp_path / "short", film=True)
    film = short.folder / "video.mkv"
    period_s = benchmark.film_length_s(film)
    (tmp_path / "long").mkdir()
    long = read(benchmark.lengthened(short, film, tmp_path / "long", config.load(), 3 * period_s))
    assert len(long.stances) == 3 * len(short.stances)
    assert long.stances[-1].midstance_s == pytest.approx(short.stances[-1].midstance_s + 2 * period_s, abs=1e-3)
    assert long.poses().num_rows == 3 * short.poses().num_rows
    pictures = find(long).pictures
    assert pictures is not None and pictures.at(2 * period_s + 1.0) is not None
    pictures.close()
    for form in ("html", "pdf"):
        made = benchmark.measure(long.folder, tmp_path / f"report.{form}", form, config.load())
        assert made.size_bytes == (tmp_path / f"report.{form}").stat().st_size > 10_000
        assert made.spent_s > 0.0
