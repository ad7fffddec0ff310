"""Files that docstrings, comments and documents name are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"(?<![\w./-])(?:[a-z_]+/)+[a-z_]+\.(?:py|toml|md)\b")
PLACES = ("runform_live/**/*.py", "models/**/*.py", "docs/*.md", "*.md", "models/**/*.md")
# What a name may begin at, beside the folder of the text itself.
BASES = [ROOT, ROOT / "tests", ROOT / "models", ROOT / "models" / "frontal", ROOT / "runform_live"]
ROOMS = [folder for folder in (ROOT / "runform_live").iterdir() if folder.is_dir()]


def missing_in(path: Path) -> list[str]:
    """The files that a text names and that are nowhere."""
    bases = [path.parent, *BASES, *ROOMS]
    named = set(NAMED.findall(path.read_text(encoding="utf-8")))
    return sorted(name for name in named if not any((base / name).exists() for base in bases))


def test_every_file_of_the_program_that_a_text_names_is_there() -> None:
    texts = [path for place in PLACES for path in ROOT.glob(place) if path.name != "CHANGELOG.md"]
    assert len(texts) > 500
    found = {str(path.relative_to(ROOT)): missing_in(path) for path in texts}
    assert {path: missing for path, missing in found.items() if missing} == {}
