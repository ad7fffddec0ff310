"""stances.csv: one row a stance."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from runform_live import metrics
from runform_live.errors import BadInput
from runform_live.messages import Stance
from runform_live.metrics import STANCE_COLUMNS
from runform_live.session import door

HEADER = ",".join(STANCE_COLUMNS)
WORDS = frozenset(one.name for one in metrics.TABLE if one.kind == "word")
COUNTS = frozenset(one.name for one in metrics.TABLE if one.kind == "count")
OPTIONAL = frozenset(field.name for field in msgspec.structs.fields(Stance) if not field.required)


def row(stance: Stance) -> str:
    """One row, without its line end; unknown is empty."""
    cells = []
    for column in STANCE_COLUMNS:
        value = getattr(stance, column)
        if value is None:
            cells.append("")
        elif isinstance(value, str):
            cells.append(value)
        elif column in COUNTS:
            cells.append(str(value))
        else:
            cells.append(f"{value:.{metrics.BY_NAME[column].decimals_in_file}f}")
    return ",".join(cells)


def whole(stances: Iterable[Stance]) -> bytes:
    """The whole file."""
    return "".join(line + "\n" for line in (HEADER, *map(row, stances))).encode()


def as_written(stance: Stance) -> Stance:
    """The stance with the precision of the file, so that a summary is the same from memory and from the file."""
    cells = dict(zip(STANCE_COLUMNS, row(stance).split(","), strict=True))
    return msgspec.structs.replace(stance, **_values(cells, STANCE_COLUMNS))


def read(path: Path, cut_off: bool = False) -> list[Stance]:
    """All rows, as they stand. A column that the file does not have is None where a stance can do without it.

    A torn last line is left out. cut_off: of a session that was not finished; then the file may be missing or empty, too.
    Raises BadInput, with the number of the line, for a damaged file.
    """
    text = door.text(path, "" if cut_off else None)
    torn = not text.endswith("\n")

    def damaged(number: int, reason: str = "") -> BadInput:
        return BadInput(f"{path} is damaged in line {number}{f' ({reason})' if reason else ''}; {door.AGAIN}")

    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows.extend((lines.line_num, cells) for cells in lines if cells)  # an editor may leave an empty line
    except csv.Error as trouble:
        if not (cut_off and torn):
            raise damaged(lines.line_num, str(trouble)) from None
    header = [name.strip() for name in rows[0][1]] if rows else []
    if not set(header) >= set(STANCE_COLUMNS) - OPTIONAL:
        if cut_off and len(rows) < 2:
            return []  # the line of the column names itself was cut off
        raise damaged(1, "a column is missing")
    if len(set(header)) < len(header):
        raise damaged(1, "a column stands there twice")
    stances: list[Stance] = []
    for number, cells in rows[1:]:
        last = torn and number == rows[-1][0]
        if last and cut_off:
            continue  # its last digits may be missing
        try:
            if len(cells) != len(header):
                raise ValueError(
                    f"{len(cells)} cells where line 1 names {len(header)} columns; numbers have a decimal point"
                )
            stances.append(_stance(dict(zip(header, cells, strict=True))))
        except (msgspec.MsgspecError, ValueError) as trouble:
            if last:
                continue  # the program ended while this line was written
            raise damaged(number, door.clean(str(trouble), 100)) from None
    return stances


def _stance(cells: dict[str, str]) -> Stance:
    """One row. Raises ValueError where a value is none, or out of all proportion."""
    values = _values(cells, [column for column in STANCE_COLUMNS if column in cells])
    for column, value in values.items():
        if isinstance(value, int | float):
            low, high = metrics.BY_NAME[column].limits
            if not low <= value <= high:
                raise ValueError(f"{column} is {value:g}")
    stance = msgspec.convert(values, Stance)
    if not stance.initial_contact_s <= stance.midstance_s <= stance.toe_off_s:
        raise ValueError("its times are not in order")
    return stance


def _values(cells: dict[str, str], columns: Sequence[str]) -> dict[str, Any]:
    return {column: _cell(column, cells[column]) for column in columns}


def _cell(column: str, cell: str) -> str | int | float | None:
    if column in WORDS:
        return cell
    number = _number(column, cell)
    if column not in COUNTS:
        return number
    if number is None:
        return 0
    if not number.is_integer():
        raise ValueError(f"{column} is no whole number: {cell}")
    return int(number)


def _number(column: str, cell: str) -> float | None:
    """A cell's number; None where it is empty. Python's own way to write a number, 1_000, is not the file's."""
    if cell == "":
        return None
    try:
        if "_" not in cell:
            return float(cell)
    except ValueError:
        pass
    raise ValueError(f"{column} is no number: {cell}")
