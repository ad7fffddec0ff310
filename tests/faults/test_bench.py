"""Twenty faults of the bench: nothing is lost that may not be, nothing is left behind, and the person is told."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from tests.faults.bench import Round, play, rounds
from tests.faults.kinds import NotHere

pytestmark = pytest.mark.slow
SEED = 1
ROUNDS = list(rounds(20, SEED))


@pytest.mark.parametrize("one", ROUNDS, ids=[one.name for one in ROUNDS])
def test_a_session_survives(one: Round, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A round that went wrong is played once more: a computer that was busy with something else does not stay so, a fault does.

    `python -m tests.faults.bench` gives no second chance.
    """
    wrong: list[list[str]] = []
    for _ in range(2):
        folder: Path = tmp_path_factory.mktemp("f")  # a socket's name is short
        try:
            outcomes = play(one, folder)
        except NotHere as why:
            pytest.skip(str(why))
        wrong.append([f"{outcome.name}: {words}" for outcome in outcomes for words in outcome.wrong])
        if not wrong[-1]:
            break
        warnings.warn(f"{one.name}: {'; '.join(wrong[-1])}", stacklevel=1)
    assert wrong[-1] == [], wrong
