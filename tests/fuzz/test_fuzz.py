"""Every reader reads what is damaged, or refuses it in a line: 500 cases that are the same each time, and 10,000 for who has the time (-m fuzz).

FUZZ_SEED and FUZZ_CASES in the environment choose other ones; `python -m tests.fuzz` prints a table.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence

import pytest

from tests.fuzz import bytes_damage, shaped_damage
from tests.fuzz.__main__ import SEED, shares
from tests.fuzz.parent import try_cases
from tests.fuzz.plan import Plan
from tests.fuzz.targets import TARGETS

CASES, MANY = int(os.environ.get("FUZZ_CASES", "500")), 10_000
CHOSEN_SEED = int(os.environ.get("FUZZ_SEED", str(SEED)))
GROUPS = [list(TARGETS)[start::3] for start in range(3)]  # one process each
posix = pytest.mark.skipif(
    os.name == "nt", reason="the files of other kinds, and the bound of memory, are those of POSIX systems"
)


def failures(readers: Sequence[str], cases: int) -> list[str]:
    counts = shares(cases, [])
    print(f"seed {CHOSEN_SEED}")
    results = try_cases([Plan(reader, 0, counts[reader]) for reader in readers], CHOSEN_SEED)
    assert [one.cases for one in results] == [counts[one.reader] for one in results]
    return [failure for one in results for failure in one.failures]


@posix
@pytest.mark.parametrize("readers", GROUPS, ids=["first", "second", "third"])
def test_no_reader_fails_on_what_is_damaged(readers: list[str]) -> None:
    assert failures(readers, CASES) == []


@posix
@pytest.mark.fuzz
@pytest.mark.parametrize("reader", list(TARGETS))
def test_no_reader_fails_on_ten_thousand(reader: str) -> None:
    assert failures([reader], MANY) == []


def test_a_case_is_the_same_each_time() -> None:
    content = b'{"a": 1, "b": [1, 2, {"c": "d"}], "e": null}'
    for number in range(50):
        first, second = (shaped_damage.in_json(content, random.Random(number)) for _ in range(2))
        assert first == second
    assert len({bytes_damage.binary(content, random.Random(number)) for number in range(50)}) > 40
