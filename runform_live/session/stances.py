"""stances.csv: one row a stance."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from runform_live.errors import BadInput
from runform_live.messages import Stance
from runform_live.session import schema
from runform_live.session.files import text_of

HEADER = ",".join(schema.COLUMNS)
TEXT = frozenset({"side", "gait"})  # the columns that hold words
OPTIONAL = frozenset(field.name for field in msgspec.structs.fields(Stance) if not field.required)


def row(stance: Stance) -> str:
    """One row, without its line end; unknown is empty."""
    cells = []
    for column in schema.COLUMNS:
        value = getattr(stance, column)
        if value is None:
            cells.append("")
        elif isinstance(value, str):
            cells.append(value)
        else:
            cells.append((schema.TIME_FORMAT if column.endswith("_s") else schema.VALUE_FORMAT) % value)
    return ",".join(cells)


def whole(stances: Iterable[Stance]) -> bytes:
    """The whole file."""
    return "".join(line + "\n" for line in (HEADER, *map(row, stances))).encode()


def as_written(stance: Stance) -> Stance:
    """The stance with the precision of the file, so that a summary is the same from memory and from the file."""
    cells = dict(zip(schema.COLUMNS, row(stance).split(","), strict=True))
    return msgspec.structs.replace(stance, **_values(cells, schema.COLUMNS))


def read(path: Path, cut_off: bool = False) -> list[Stance]:
    """All rows. A torn last line is left out. A column that the file does not have is None where a stance can do without it.

    cut_off: of a session that was not finished; then the file may be missing or empty, too. Raises BadInput for a damaged file.
    """
    text = text_of(path, "" if cut_off else None)
    try:
        lines = csv.DictReader(io.StringIO(text, newline=""))
        rows = list(lines)
    except csv.Error:
        raise BadInput(f"{path} is damaged; analyse the session's video again") from None
    columns = [column for column in schema.COLUMNS if column in (lines.fieldnames or ())]
    missing = set(schema.COLUMNS) - set(columns) - OPTIONAL
    if missing:
        if cut_off and not rows:
            return []  # the line of the column names itself was cut off
        raise BadInput(f"{path} is damaged in line 1; analyse the session's video again")
    stances = []
    for number, cells in enumerate(rows, start=2):
        if cut_off and number == len(rows) + 1 and not text.endswith("\n"):
            continue
        try:
            stances.append(msgspec.convert(_values(cells, columns), Stance))
        except (TypeError, ValueError):
            if number == len(rows) + 1:
                continue  # of a session that was cut off while the line was written
            raise BadInput(f"{path} is damaged in line {number}; analyse the session's video again") from None
    return stances


def _values(cells: dict[str, str], columns: Sequence[str]) -> dict[str, Any]:
    return {
        column: cells[column] if column in TEXT else (float(cells[column]) if cells[column] != "" else None)
        for column in columns
    }
