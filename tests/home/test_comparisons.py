"""Pages that are only looked at: private, and gone after a day."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from runform_live import places
from runform_live.home import comparisons

DAY_S = 86400.0


def test_the_folder_is_for_its_user_alone(cache: Path) -> None:
    (cache / "comparisons").mkdir(0o755)
    page = comparisons.place_for(Path("A"), Path("B"))
    assert page == cache / "comparisons" / "A-B.html"
    assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700


def test_names_that_are_long_make_a_name_that_a_disk_takes(cache: Path) -> None:
    comparisons.place_for(Path("A" * 200), Path("B" * 200)).touch()


def test_without_a_cache_each_page_has_a_private_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "cache_folder", lambda: None)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    page = comparisons.place_for(Path("A"), Path("B"))
    assert page.parent.parent == tmp_path and stat.S_IMODE(page.parent.stat().st_mode) == 0o700
    comparisons.remove_old()


def test_a_page_is_removed_at_a_start_after_a_day(cache: Path) -> None:
    comparisons.remove_old()  # there is none yet
    page = comparisons.place_for(Path("A"), Path("B"))
    page.touch()
    os.utime(page, (1000.0, 1000.0))
    comparisons.remove_old(1000.0 + DAY_S - 1.0)
    assert page.exists()
    comparisons.remove_old(1000.0 + DAY_S + 1.0)
    assert not page.exists()


def test_all_go_when_a_client_is_erased(cache: Path) -> None:
    comparisons.place_for(Path("A"), Path("B")).touch()
    comparisons.remove_all()
    assert list(cache.iterdir()) == []
