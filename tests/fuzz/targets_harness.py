"""Readers that do what none may do, to try the harness itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from runform_live.errors import BadInput
from tests.fuzz import bytes_damage
from tests.fuzz.target import Target, in_file

FILE = "file"


def refuses(_case: Path) -> None:
    raise BadInput("it is damaged; copy it again")


def raises(_case: Path) -> None:
    raise KeyError("x")


def says_two_lines(_case: Path) -> None:
    raise BadInput("a\nb")


def hangs(_case: Path) -> None:
    while True:
        pass


def dies(_case: Path) -> None:
    os.abort()


def eats(_case: Path) -> None:
    bytes(64 << 30)


def writes(_case: Path) -> None:
    (Path(__file__).parents[3] / "no such folder" / "out").open("w")


def calls(_case: Path) -> None:
    subprocess.run(["true"], check=False)


def _only_where_damaged(reader: Callable[[Path], None]) -> Callable[[Path], None]:
    def read(case: Path) -> None:
        if (case / FILE).read_bytes() != CONTENT:
            reader(case)

    return read


CONTENT = bytes(range(256))
EXPECTED = {
    "refuses": "", "raises": "KeyError at", "says two lines": "not one line", "hangs": "hangs: ", "dies": "the process died with -6", "eats": "MemoryError",
    "writes": "open outside its place", "calls": "subprocess.Popen",
}  # fmt: skip
HARNESS = tuple(
    Target(
        reader.__name__.replace("_", " "),
        lambda sound: (sound / FILE).write_bytes(CONTENT),
        in_file(FILE, bytes_damage.flipped),
        _only_where_damaged(reader),
    )
    for reader in (refuses, raises, says_two_lines, hangs, dies, eats, writes, calls)
)
