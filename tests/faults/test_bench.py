"""Twenty faults of the bench: nothing is lost that may not be, nothing is left behind, and the person is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.bench import Round, play, rounds
from tests.faults.kinds import NotHere

pytestmark = pytest.mark.slow
SEED = 1
ROUNDS = list(rounds(20, SEED))


@pytest.mark.parametrize("one", ROUNDS, ids=[one.name for one in ROUNDS])
def test_a_session_survives(one: Round, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder: Path = tmp_path_factory.mktemp("f")  # a socket's name is short
    try:
        outcomes = play(one, folder)
    except NotHere as why:
        pytest.skip(str(why))
    assert [f"{outcome.name}: {words}" for outcome in outcomes for words in outcome.wrong] == []
