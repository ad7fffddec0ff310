"""Groups of packages that only some need: each that the program names is there, and the page on installing says how it is added."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from runform_live.optional_parts import how_to_add

ROOT = Path(__file__).parents[1]
FOR_PEOPLE_WHO_BUILD = {"test", "conversion", "training"}


def test_every_group_that_the_program_names_is_one_and_is_on_the_page_on_installing() -> None:
    groups = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"])
    page = (
        (ROOT / "docs" / "install.md")
        .read_text(encoding="utf-8")
        .partition("## Optional parts")[2]
        .partition("\n## ")[0]
    )
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "runform_live").rglob("*.py"))
    named = set(re.findall(r"how_to_add\([\"'](\w+)", code))
    assert {"pdf", "lsl", "postgresql", "encryption", "cluster"} <= named <= groups
    assert {group for group in groups - FOR_PEOPLE_WHO_BUILD if f"`{group}`" not in page} == set()
    assert how_to_add("pdf") == "docs/install.md, Optional parts, says how to add the group pdf"


def test_nobody_is_told_to_install_the_program_from_a_registry_that_does_not_have_it() -> None:
    texts = [
        ROOT / "README.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "configs").rglob("*.toml"),
        *(ROOT / "runform_live").rglob("*.py"),
    ]
    found = [
        path.name for path in texts if re.search(r"pip install +[\"']?runform_live\[", path.read_text(encoding="utf-8"))
    ]
    assert found == []
