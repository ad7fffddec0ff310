"""Damage that leaves a file's form whole: a JSON file stays JSON, a TOML file TOML, msgpack msgpack, a table a table.

What is wrong stands inside: a value of another type or out of all proportion, a key that is missing, new or there twice.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from typing import Any

import msgspec

from runform_live import toml_text
from tests.fuzz import bytes_damage
from tests.fuzz.bytes_damage import Damaged

DEEP = 3000
MARK = "@@here@@"
TEXTS = (
    "", "x", "y" * 300_000, "\0", "a\0b", "\u202egnp.exe", "\x1b[2J", "../../etc/passwd", "/etc/passwd", "C:\\Windows", "con", "nul.txt", "~root",
    "<script>alert(1)</script>", "{0.__class__}", "%s%n", "$(reboot)", "'; DROP TABLE client; --", "NaN", "1e400", "left", "posterior", "run",
    "2026-13-45T99:00:00+99:99", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "\ufeff", "e\u0301", "\U0001f9b5", "file:///etc/passwd",
    "http://127.0.0.1:9/", "-", "-o", "a\nb", "\r\n", " ", ".", "..", "a" * 256, "\u0661",
)  # fmt: skip
NUMBERS = (
    0, -1, 1, 2, 3, 0.5, -0.5, 1e-320, 1e308, -1e308, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1, math.nan, math.inf, -math.inf, 1e9, 30.0,
)  # fmt: skip
OTHERS: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [None],
    [[]],
    {"": 0},
    {"left": None},
    ["left"],
    [1, 2, 3],
    [0.0, 0.0],
    [1e308, -1e308],
)
# As they stand in a JSON file; Python's own writer would not write most of them.
JSON_VALUES = (
    "NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 5000, "1E+2", "-0", "0x10", "01", "[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP,
    '"\\ud800"', '"\\u0000"', "'x'", "undefined", "1_000", '"\\x41"', "[1,]", "/* */ 1", "18446744073709551616", "0.1e-999", '"\t"',
)  # fmt: skip


def value(chance: random.Random) -> Any:
    """Any strange value."""
    kind = chance.random()
    if kind < 0.4:
        return chance.choice(TEXTS)
    if kind < 0.8:
        return chance.choice(NUMBERS)
    return chance.choice(OTHERS)


def places(whole: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where values stand, tables and lists among them."""
    items = whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list | tuple) else ()
    for key, inner in items:
        yield (*place, key)
        yield from places(inner, (*place, key))


def at(whole: Any, place: tuple[Any, ...]) -> Any:
    for part in place:
        whole = whole[part]
    return whole


def copied(whole: Any) -> Any:
    """A copy in which everything can be changed: lists in place of tuples."""
    if isinstance(whole, dict):
        return {key: copied(inner) for key, inner in whole.items()}
    return [copied(inner) for inner in whole] if isinstance(whole, list | tuple) else whole


def values_changed(whole: Any, chance: random.Random) -> tuple[Any, str]:
    """Plain values, with one or two of them changed, moved, renamed or taken out."""
    made, done = copied(whole), []
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        found = list(places(made))
        if not found:
            return value(chance), "replaced as a whole"
        place = chance.choice(found)
        holder, key = at(made, place[:-1]), place[-1]
        match chance.choice(("value", "value", "value", "gone", "renamed", "other", "wrapped", "added")):
            case "gone":
                del holder[key]
                done.append(f"{place} is gone")
            case "renamed" if isinstance(holder, dict):
                new = chance.choice((*TEXTS[:12], f"{key} ", str(key).upper()))
                holder[new] = holder.pop(key)
                done.append(f"{place} is named {new[:20]!r}")
            case "other":
                source = chance.choice(found)
                holder[key] = copied(at(made, source))
                done.append(f"{place} is as {source}")
            case "wrapped":
                holder[key] = [holder[key]]
                done.append(f"{place} is in a list")
            case "added" if isinstance(holder, list):
                holder.extend(copied(holder[:1]) * chance.choice((1, 100)))
                done.append(f"{place[:-1]} is longer")
            case _:
                holder[key] = value(chance)
                done.append(f"{place} = {str(holder[key])[:30]!r}")
    return made, "; ".join(done)


def in_json(content: bytes, chance: random.Random) -> Damaged:
    """A JSON file with something wrong inside, or in its bytes."""
    kind = chance.random()
    if kind < 0.25:
        return bytes_damage.text(content, chance)
    whole = json.loads(content)
    if kind < 0.65:
        made, done = values_changed(whole, chance)
        return json.dumps(made, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass"), done
    found = list(places(whole))
    place = chance.choice(found)
    holder, key = at(whole, place[:-1]), place[-1]
    raw = chance.choice(JSON_VALUES)
    if kind < 0.85 or not isinstance(holder, dict):
        holder[key] = MARK
        return json.dumps(whole).replace(f'"{MARK}"', raw).encode(), f"{place} = {raw[:30]}"
    before = json.dumps(holder[key])
    holder[key] = MARK
    twice = f"{before}, {json.dumps(key)}: {chance.choice((raw, before))}"
    return json.dumps(whole).replace(f'"{MARK}"', twice).encode(), f"{place} stands there twice"


def in_lines_of_json(content: bytes, chance: random.Random) -> Damaged:
    """A file with JSON in each line."""
    lines = content.splitlines()
    if not lines or chance.random() < 0.25:
        return bytes_damage.text(content, chance)
    number = chance.randrange(len(lines))
    changed, done = in_json(lines[number], chance)
    lines.insert(chance.randrange(len(lines) + 1), changed)
    return b"\n".join(lines) + b"\n", f"line: {done}"


def in_msgpack(content: bytes, chance: random.Random) -> Damaged:
    if chance.random() < 0.3:
        return bytes_damage.binary(content, chance)
    made, done = values_changed(msgspec.msgpack.decode(content), chance)
    return msgspec.msgpack.encode(made), done


def in_toml(content: bytes, chance: random.Random) -> Damaged:
    kind = chance.random()
    if kind < 0.3:
        return bytes_damage.text(content, chance)
    if kind < 0.4:
        line = chance.choice(
            (
                b"[" * DEEP + b"]" * DEEP,
                b"a" + b".a" * DEEP + b" = 1",
                b"[a]\n[a]",
                b'"" = 1',
                b"a = {b = 1, b = 2}",
                b"a = 9e999",
            )
        )
        return chance.choice((content + b"\n" + line, line + b"\n" + content)), f"line {line[:30]!r}"
    if kind < 0.5:
        raw = chance.choice(
            (
                b"1e400",
                b"nan",
                b"-inf",
                b"9" * 5000,
                b"0x" + b"f" * 40,
                b"07:32:00",
                b"1979-05-27",
                b'"\\ud800"',
                b"'''\n'''",
            )
        )
        lines = content.splitlines()
        numbered = [n for n, line in enumerate(lines) if b" = " in line]
        number = chance.choice(numbered or [0])
        lines[number] = lines[number].split(b" = ")[0] + b" = " + raw
        return b"\n".join(lines), f"line {number} = {raw[:30]!r}"
    made, done = values_changed(msgspec.toml.decode(content), chance)
    try:
        return toml_text.text(made).encode("utf-8", "surrogatepass"), done
    except (TypeError, AttributeError):  # a value that TOML has no words for
        return bytes_damage.text(content, chance)


CELLS = (
    "inf", "-inf", "nan", "NaN", "", "x", "1e308", "-1e308", "-5", "1_0", "\0", "z" * 140_000, '"', '"a,b"', "\u0663", " 4 ", "1e-400", "1e400", "\x1b[2J",
    "2.5", "1e7", "9" * 5000, "0x1f", "1,5", "\u202e", "=1+1", "left", "run",
)  # fmt: skip


def in_table(content: bytes, chance: random.Random) -> Damaged:
    """A CSV file: cells, columns and rows."""
    kind = chance.random()
    if kind < 0.25:
        return bytes_damage.text(content, chance)
    rows = [line.split(",") for line in content.decode().splitlines()]
    row, column = chance.randrange(len(rows)), chance.randrange(len(rows[0]))
    if kind < 0.6:
        rows[row][column] = chance.choice(CELLS)
        done = f"cell {row}, {column} = {rows[row][column][:20]!r}"
    elif kind < 0.7:
        order = list(range(len(rows[0])))
        chance.shuffle(order)
        rows, done = [[cells[k] for k in order] for cells in rows], "columns in another order"
    elif kind < 0.8:
        rows, done = [cells[:column] + cells[column + 1 :] for cells in rows], f"column {column} is gone"
    elif kind < 0.85:
        rows, done = [[*cells, cells[column]] for cells in rows], f"column {column} stands there twice"
    elif kind < 0.9:
        chance.shuffle(rows)
        done = "rows in another order"
    elif kind < 0.95:
        rows[row] = rows[row] * 50
        done = f"row {row} is long"
    else:
        rows, done = rows[:1], "no rows"
    return "\n".join(",".join(cells) for cells in rows).encode() + chance.choice((b"\n", b"")), done
