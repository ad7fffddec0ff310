"""All sentences that a person reads or hears, by key, in the chosen language (configs/languages/*.toml).

Language files may be edited. So a sentence is filled by its own small rules: a {name} stands for a value of the call, with the usual
formats of numbers, and for nothing else. A sentence that cannot be filled is shown as it stands.
"""

from __future__ import annotations

import contextlib
import re
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from runform_live import resources, tables
from runform_live.errors import BadInput

FALLBACK = "en"
UNSURE, THIRD, WALK = "unsure.", "third.", "walk."  # of keys that take the place of others
LONGEST = 2000  # characters of a sentence
_NAME = re.compile(r"[^\W\d]\w*")
_FORMAT = re.compile(r"[+ ]?\d{0,2}(\.\d{1,2})?[a-zA-Z%]?")  # no width that would fill the memory
_CONVERSIONS: dict[str | None, Callable[[object], object]] = {
    None: lambda value: value,
    "s": str,
    "r": repr,
    "a": ascii,
}


@dataclass(frozen=True, slots=True)
class Texts:
    """One language. Call it with a key and what the sentence's {names} stand for."""

    language: str
    table: dict[str, str]
    decimal_sign: str = "."
    unfilled: dict[str, None] = field(default_factory=dict, compare=False)  # keys of sentences that could not be filled

    def __call__(self, key: str, **values: object) -> str:
        sentence = self.table.get(key)
        if sentence is None:  # taken out of the English file
            self.unfilled[key] = None
            return key
        try:
            return "".join(_filled(sentence, values, self.decimal))
        except (ValueError, TypeError, KeyError):
            self.unfilled[key] = None
            return sentence

    def counted(self, key: str, count: int, **values: object) -> str:
        """The sentence about so many things: for one thing that of the key with `_one` behind it."""
        return self(f"{key}_one" if count == 1 else key, count=count, **values)

    def decimal(self, figure: str) -> str:
        """A figure that was written with a decimal point, as this language writes it."""
        return figure.replace(".", self.decimal_sign)

    @property
    def trouble(self) -> str:
        """Which sentences could not be filled so far; empty where all could."""
        return _not_filled(f"language {self.language}", list(self.unfilled))

    def unsure_of_sides(self) -> Texts:
        """The same language where left and right may be exchanged: nothing names a side for sure ([unsure] of the language)."""
        return self._instead(UNSURE)

    def of_walking(self) -> Texts:
        """The same language for a recording of walking ([walk] of the language)."""
        return self._instead(WALK)

    def third_person(self) -> Texts:
        """The same language for somebody who watches the runner ([third] of the language)."""
        return self._instead(THIRD)

    def _instead(self, prefix: str) -> Texts:
        others = {key.removeprefix(prefix): words for key, words in self.table.items() if key.startswith(prefix)}
        return Texts(self.language, self.table | others, self.decimal_sign, self.unfilled)

    def has(self, key: str) -> bool:
        return key in self.table


def _filled(sentence: str, values: dict[str, object], decimal: Callable[[str], str]) -> list[str]:
    """The parts of a filled sentence; `decimal` writes a number as the language does. Raises ValueError, TypeError or KeyError where a part cannot be filled."""
    parts = []
    for literal, name, layout, conversion in string.Formatter().parse(sentence):
        parts.append(literal)
        if name is None:
            continue
        if not _NAME.fullmatch(name) or not _FORMAT.fullmatch(layout or ""):  # so no attribute of a value either
            raise ValueError(name)
        value = _CONVERSIONS[conversion](values[name])
        words = format(value, layout or "")
        parts.append(decimal(words) if isinstance(value, float) else words)
    return parts


def _names(sentence: str) -> set[str] | None:
    """The {names} in a sentence; None where it can never be filled."""
    try:
        found = [part for part in string.Formatter().parse(sentence) if part[1] is not None]
    except ValueError:
        return None
    right = all(
        _NAME.fullmatch(str(name)) and _FORMAT.fullmatch(layout or "") and conversion in _CONVERSIONS
        for _, name, layout, conversion in found
    )
    return {str(name) for _, name, _, _ in found} if right else None


def _not_filled(where: str, keys: list[str]) -> str:
    if not keys:
        return ""
    more = f" (and {len(keys) - 1} more)" if len(keys) > 1 else ""
    return f"{where}: {keys[0]}{more} cannot be filled; it is shown as it stands. Compare its {{names}} with en.toml"


def folder() -> Path:
    return resources.folder("configs") / "languages"


def languages() -> tuple[str, ...]:
    """What can be chosen."""
    return tuple(sorted(path.stem for path in folder().glob("*.toml")))


def read(path: Path) -> Texts:
    """A language file; BadInput names what is wrong with it."""
    table: dict[str, str] = {}
    _flatten(path, tables.read("language file", path, dict[str, Any]), "", table)
    return Texts(path.stem, table, table.get("decimal_sign", "").strip() or ".")


def _flatten(path: Path, part: dict[str, Any], prefix: str, table: dict[str, str]) -> None:
    for key, value in part.items():
        if isinstance(value, dict):
            _flatten(path, value, f"{prefix}{key}.", table)
        elif not isinstance(value, str):
            raise BadInput(f"language file {path}: {prefix}{key} must be a text in quotes")
        elif len(value) > LONGEST:
            raise BadInput(f"language file {path}: {prefix}{key} must have {LONGEST} characters at most")
        else:
            table[prefix + key] = value


@cache
def load(language: str) -> tuple[Texts, str]:
    """The language, and what is wrong: an unknown or damaged one is replaced by English, and said, for a run must go on."""
    base = read(folder() / f"{FALLBACK}.toml")
    if language == FALLBACK:
        return base, ""
    if language not in languages():
        return base, base("trouble.language", language=language, known=", ".join(languages()))
    path = folder() / f"{language}.toml"
    try:
        chosen = read(path)
    except BadInput as trouble:
        return base, f"{trouble}; English is used"
    said = {key: sentence for key, sentence in chosen.table.items() if sentence.strip()}
    wrong = [key for key, sentence in said.items() if key in base.table and not _fits(sentence, base.table[key])]
    return Texts(language, base.table | said, chosen.decimal_sign), _not_filled(f"language file {path}", wrong)


def not_filled() -> list[str]:
    """A line for each language with a sentence that could not be filled so far, and of which `load` did not say so before."""
    lines = []
    for language in languages():
        with contextlib.suppress(BadInput):
            said, trouble = load(language)
            if said.trouble and not trouble:
                lines.append(said.trouble)
    return lines


def _fits(sentence: str, english: str) -> bool:
    """Whether whatever fills the English sentence fills this one too."""
    names = _names(sentence)
    return names is not None and names <= (_names(english) or set())
