"""Which `models/` and `configs/` the program reads: its own, and never those of another package."""

from __future__ import annotations

from pathlib import Path

import pytest

from runform_live import resources
from runform_live.errors import BadInput


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty package folder that the program takes for its own."""
    folder = tmp_path / "site-packages" / "runform_live"
    folder.mkdir(parents=True)
    monkeypatch.setattr(resources, "files", lambda _: folder)
    return folder


def test_an_installed_program_reads_the_folders_inside_its_package(package: Path) -> None:
    (package / "shipped" / "models").mkdir(parents=True)
    (package.parent / "models").mkdir()
    assert resources.folder("models") == package / "shipped" / "models"


def test_a_checkout_reads_the_folders_beside_its_package(package: Path) -> None:
    (package.parent / "pyproject.toml").touch()
    (package.parent / "configs").mkdir()
    assert resources.folder("configs") == package.parent / "configs"


def test_a_folder_of_another_package_is_never_taken(package: Path) -> None:
    (package.parent / "models").mkdir()
    with pytest.raises(BadInput, match="the folder models/ of runform_live is missing; install the program again"):
        resources.folder("models")
