"""The harness sees what a reader must not do."""

from __future__ import annotations

import os

import pytest

from tests.fuzz.parent import Result, try_cases
from tests.fuzz.plan import Plan
from tests.fuzz.targets_harness import EXPECTED


@pytest.mark.skipif(os.name == "nt", reason="memory is not bounded there")
def test_what_a_reader_must_not_do_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUZZ_HARNESS", "1")
    results = try_cases([Plan(reader, 0, 1) for reader in EXPECTED], 1, longest_s=0.5)
    assert {one.reader: _ended(one) for one in results} == EXPECTED
    assert all(one.cases == 1 for one in results)


def _ended(one: Result) -> str:
    """Which of the expected words the failure holds."""
    (failure,) = one.failures or [""]
    return EXPECTED[one.reader] if failure and EXPECTED[one.reader] in failure else failure


def test_a_plan_goes_on_after_a_case() -> None:
    assert Plan("x", 3, 5).after(4) == Plan("x", 5, 3)
    assert Plan("x", 3, 5).after(7).count == 0
