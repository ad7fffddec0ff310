"""All sentences that a person reads or hears, by key, in the chosen language (configs/languages/*.toml)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from runform_live import resources, tables
from runform_live.errors import BadInput

FALLBACK = "en"
UNSURE = "unsure."


@dataclass(frozen=True, slots=True)
class Texts:
    """One language. Call it with a key and what the sentence's {names} stand for."""

    language: str
    table: dict[str, str]

    def __call__(self, key: str, **values: object) -> str:
        return self.table[key].format(**values)

    def unsure_of_sides(self) -> Texts:
        """The same language where left and right may be exchanged: nothing names a side for sure ([unsure] of the language)."""
        others = {key.removeprefix(UNSURE): words for key, words in self.table.items() if key.startswith(UNSURE)}
        return Texts(self.language, self.table | others)

    def has(self, key: str) -> bool:
        return key in self.table


def folder() -> Path:
    return resources.folder("configs") / "languages"


def languages() -> tuple[str, ...]:
    """What can be chosen."""
    return tuple(sorted(path.stem for path in folder().glob("*.toml")))


def read(path: Path) -> Texts:
    """A language file; BadInput names what is wrong with it."""
    table: dict[str, str] = {}
    _flatten(path, tables.read("language file", path, dict[str, Any]), "", table)
    return Texts(path.stem, table)


def _flatten(path: Path, part: dict[str, Any], prefix: str, table: dict[str, str]) -> None:
    for key, value in part.items():
        if isinstance(value, dict):
            _flatten(path, value, f"{prefix}{key}.", table)
        elif isinstance(value, str):
            table[prefix + key] = value
        else:
            raise BadInput(f"language file {path}: {prefix}{key} must be a text in quotes")


@cache
def load(language: str) -> tuple[Texts, str]:
    """The language, and what is wrong: an unknown or damaged one is replaced by English, and said, for a run must go on."""
    base = read(folder() / f"{FALLBACK}.toml")
    if language == FALLBACK:
        return base, ""
    if language not in languages():
        return base, base("trouble.language", language=language, known=", ".join(languages()))
    try:
        chosen = read(folder() / f"{language}.toml")
    except BadInput as trouble:
        return base, str(trouble)
    return Texts(language, base.table | chosen.table), ""
