"""What is tried: a reader, what it reads when nothing is wrong, and how that is damaged."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runform_live.errors import RunformError
from tests.fuzz.bytes_damage import Damaged

How = Callable[[bytes, random.Random], Damaged]


def copied(sound: Path, case: Path) -> None:
    """All that is sound, into the folder of a case."""
    shutil.copytree(sound, case, dirs_exist_ok=True)


@dataclass(frozen=True, slots=True)
class Target:
    """A reader. Each function is given folders; `damage` tells what it did."""

    name: str
    make: Callable[[Path], None]  # what is sound, once for each process
    damage: Callable[[Path, Path, random.Random], str]  # sound, case
    read: Callable[[Path], None]  # it raises RunformError, in a line, for what it cannot read
    put: Callable[[Path, Path], None] = copied  # sound, case: for a case without damage
    weight: float = 1.0  # its share of the cases
    allowed: tuple[type[BaseException], ...] = ()  # raised by what is documented to raise them, and told by its callers


def in_file(name: str, how: How) -> Callable[[Path, Path, random.Random], str]:
    """Damage to one file of a folder."""

    def damage(sound: Path, case: Path, chance: random.Random) -> str:
        copied(sound, case)
        content, done = how((sound / name).read_bytes(), chance)
        (case / name).write_bytes(content)
        return done

    return damage


def each(*steps: Callable[[], object]) -> None:
    """Take all steps, and raise the first refusal among them at the end."""
    refused: RunformError | None = None
    for step in steps:
        try:
            step()
        except RunformError as trouble:
            refused = refused or trouble
    if refused is not None:
        raise refused
