"""TOML files that people may edit: read with one line that says what is wrong."""

from __future__ import annotations

import codecs
import datetime
import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import inspect

from runform_live import doors, file_names
from runform_live.errors import BadInput, reason_of
from runform_live.metrics import ANGLES

Shape = TypeVar("Shape")
KeyPath = tuple[str | int, ...]  # keys and list positions, from the top of a file to a value
LONGEST = 60  # characters of a value that are shown
LARGEST_BYTES = 1 << 20
DEEPEST = 20
TIMES = (datetime.datetime, datetime.date, datetime.time)  # what TOML can hold beside texts and numbers


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all sections: unknown keys are refused. Every number has two ends, so that NaN and infinity are refused as well."""


class Misfit(NamedTuple):
    """A value that does not fit: where it stands, and the whole sentence about it."""

    place: KeyPath
    sentence: str


def read(what: str, path: Path, shape: type[Shape], more: str = "") -> Shape:
    """A TOML file of that shape; BadInput names what is wrong in it, beginning with `what` it is ("cues")."""
    return fitted(f"{what} {path}", parsed(what, path), shape, more)


def parsed(what: str, path: Path) -> dict[str, Any]:
    """A TOML file as plain values; BadInput where it cannot be read or is no TOML."""
    try:
        values = msgspec.toml.decode(_text(what, path), type=dict[str, Any])
    except OSError as trouble:
        raise BadInput(f"{what} {file_names.shown(path)} cannot be read: {trouble.strerror}") from None
    except RecursionError:
        values = None
    except ValueError as trouble:  # of msgspec, of bytes that are no text, and of numbers with thousands of digits
        raise BadInput(
            f"{what} {file_names.shown(path)} is not valid TOML: {file_names.shown(reason_of(trouble))}"
        ) from None
    if values is None or _is_deep(values):
        raise BadInput(f"{what} {file_names.shown(path)} is not valid TOML: it is nested too deeply")
    return values


def _text(what: str, path: Path) -> str:
    """What a file of people's holds. Editors on Windows put a mark before it, or write two bytes a letter."""
    found = path.stat()
    if kind := doors.kind(found.st_mode):  # a pipe would be waited for, and a device never ends
        raise BadInput(f"{what} {file_names.shown(path)} is {kind}; name a plain file")
    if found.st_size > LARGEST_BYTES:
        raise BadInput(f"{what} {file_names.shown(path)} is too large: it must have {LARGEST_BYTES >> 20} MiB at most")
    content = path.read_bytes()
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not wide and b"\0" in content:
        raise ValueError("it holds zero bytes; save it as UTF-8, or as UTF-16 with a byte-order mark")
    text = content.decode("utf-16" if wide else "utf-8-sig")
    return text.replace("\r\n", "\n")


def _is_deep(values: dict[str, Any]) -> bool:
    """Whether tables and lists lie in each other more than DEEPEST times."""
    level: list[Any] = [values]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def fitted(where: str, values: dict[str, Any], shape: type[Shape], more: str = "") -> Shape:
    """The values as that shape, ranges included.

    Raises BadInput with one line: `where`, the key with its place, its value and what it may be. `more` is added where a key is unknown.
    """
    try:
        return msgspec.convert(values, shape, builtin_types=TIMES, str_keys=True)
    except (msgspec.ValidationError, OverflowError) as trouble:
        found = next(_misfits(values, inspect.type_info(shape), (), more), None)
        raise BadInput(f"{where}: {found.sentence if found else str(trouble)}") from None


def misfit(where: str, place: KeyPath, value: object, must: str) -> BadInput:
    """What to raise where a value does not fit for a reason that no range can tell."""
    return BadInput(f"{where}: {_sentence(place, value, must)}")


def check_metrics(where: str, metrics: Iterable[str]) -> None:
    """BadInput where one of them is no metric; `where` they stand, as "cues FILE"."""
    for metric in metrics:
        if metric not in ANGLES:
            raise BadInput(f"{where}: there is no metric {shown(metric)}; known are {', '.join(ANGLES)}")


# -- what is wrong ------------------------------------------------------------------------------------------------


def _misfits(value: object, kind: inspect.Type, place: KeyPath, more: str) -> Iterator[Misfit]:
    """Every value below `value` that is not of its kind, in the order of the file."""
    if isinstance(kind, inspect.StructType | inspect.DictType) and isinstance(value, dict):
        yield from _of_table(value, kind, place, more)
    elif isinstance(kind, inspect.ListType | inspect.TupleType) and isinstance(value, list):
        yield from _of_list(value, kind, place, more)
    elif isinstance(kind, inspect.UnionType):
        each = [list(_misfits(value, one, place, more)) for one in kind.types]
        if all(each):
            deeper = [found for found in each if found[0].place != place]
            must = " or ".join(_must(one, value) for one in kind.types if not isinstance(one, inspect.NoneType))
            yield from deeper[0] if deeper else (Misfit(place, _sentence(place, value, must)),)
    elif not _fits(value, kind):
        yield Misfit(place, _sentence(place, value, _must(kind, value)))


def _of_table(
    value: dict[str, Any], kind: inspect.StructType | inspect.DictType, place: KeyPath, more: str
) -> Iterator[Misfit]:
    if isinstance(kind, inspect.DictType):
        for key, inner in value.items():
            if not _fits(key, kind.key_type):
                yield Misfit((*place, key), f"{_named((*place, key))} is no key here; {_must(kind.key_type, key)}")
            yield from _misfits(inner, kind.value_type, (*place, key), more)
        return
    fields = {one.encode_name: one for one in kind.fields}
    for key, inner in value.items():
        if key in fields:
            yield from _misfits(inner, fields[key].type, (*place, key), more)
        elif kind.forbid_unknown_fields:
            section = f"in [{_dotted(place)}]" if place else "at the top"
            yield Misfit((*place, key), f"unknown key `{_key(key)}` {section}{more}")
    for name, one in fields.items():
        if one.required and name not in value:
            yield Misfit((*place, name), f"{_named((*place, name))} is missing; {_must(one.type, None)}")


def _of_list(
    value: list[Any], kind: inspect.ListType | inspect.TupleType, place: KeyPath, more: str
) -> Iterator[Misfit]:
    if not _fits(value, kind):
        yield Misfit(place, _sentence(place, value, _must(kind, value)))
        return
    kinds = kind.item_types if isinstance(kind, inspect.TupleType) else [kind.item_type] * len(value)
    for at, (inner, one) in enumerate(zip(value, kinds, strict=True)):
        yield from _misfits(inner, one, (*place, at), more)


def _fits(value: object, kind: inspect.Type) -> bool:
    """Whether a value is of its kind; what is in a table or list is not looked at. Other kinds than these always fit."""
    match kind:
        case inspect.StructType() | inspect.DictType():
            return isinstance(value, dict)
        case inspect.ListType():
            return isinstance(value, list) and (kind.min_length or 0) <= len(value) <= (kind.max_length or math.inf)
        case inspect.TupleType():
            return isinstance(value, list) and len(value) == len(kind.item_types)
        case inspect.FloatType():
            return isinstance(value, int | float) and not isinstance(value, bool) and _in_range(value, kind)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool) and _in_range(value, kind)
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.StrType():
            return isinstance(value, str) and len(value) <= (kind.max_length or math.inf)
        case inspect.LiteralType():
            return isinstance(value, str) and value in kind.values
        case inspect.NoneType():
            return value is None
    return True


def _in_range(value: float, kind: inspect.FloatType | inspect.IntType) -> bool:
    """NaN lies in no range."""
    low, high = _ends(kind)
    known = not (isinstance(value, float) and math.isnan(value))
    return known and (low is None or value >= low) and (high is None or value <= high)


def _ends(kind: inspect.FloatType | inspect.IntType) -> tuple[float | None, float | None]:
    return kind.ge, kind.le


def _must(kind: inspect.Type, value: object) -> str:
    """What a value must be. Of a number that is only out of its range, the range alone."""
    match kind:
        case inspect.StructType() | inspect.DictType():
            return "it must be a table with keys of its own"
        case inspect.TupleType():
            return f"it must be a list of {len(kind.item_types)} values"
        case inspect.ListType():
            return "it must be a list" + (f" of at least {kind.min_length}" if kind.min_length else "")
        case inspect.IntType() | inspect.FloatType():
            whole = isinstance(kind, inspect.IntType)
            number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
            noun = "" if number else " a whole number" if whole else " a number"
            low, high = _ends(kind)
            if low is None or high is None:
                return f"it must be{noun or ' a finite number'}"
            return f"it must be{noun} between {low:g} and {high:g}"
        case inspect.BoolType():
            return "it must be true or false"
        case inspect.LiteralType():
            return one_of(str(each) for each in kind.values)
        case inspect.StrType() if isinstance(value, str):
            return f"it must have {kind.max_length} characters at most"
        case _:
            return "it must be a text in quotes"


def one_of(choices: Iterable[str]) -> str:
    """What a choice must be."""
    *others, last = [f'"{choice}"' for choice in choices]
    return f"it must be {', '.join(others)} or {last}" if others else f"it must be {last}"


def _sentence(place: KeyPath, value: object, must: str) -> str:
    return f"{_named(place)} is {shown(value)}; {must}"


def _named(place: KeyPath) -> str:
    """A place in words: "high in [coach.targets.knee_valgus_mid_deg]", "faded_blocks_s[0][1] in [coach]"."""
    last = max((at for at, part in enumerate(place) if isinstance(part, str)), default=0)
    name = "".join(_key(part) if isinstance(part, str) else f"[{part}]" for part in place[last:])
    return f"{name} in [{_dotted(place[:last])}]" if last else name


def _dotted(place: KeyPath) -> str:
    return ".".join(_key(str(part)) for part in place)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[\w-]{1,60}", key) else shown(key)


def shown(value: object) -> str:
    """A value as it may stand in one line."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, TIMES):
        return value.isoformat()
    try:
        words = repr(value)
    except ValueError:
        return "a number with thousands of digits"
    return words if len(words) <= LONGEST else words[:LONGEST] + "…"
