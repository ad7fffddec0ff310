"""The courses of runs that change within the run: which kinds there are, when they begin, and within what they stay."""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent.parent / "models" / "frontal"))
from changing import KINDS, LIMITS_DEG, MOST_DEG, Course, draw_changes, kind_of

FROM_S, END_S = 22.5, 64.0
BASE = {"drop_l": 14.0, "drop_r": -2.0, "valgus_l": 3.0, "valgus_r": 8.0, "adduct_l": 1.0, "adduct_r": 7.0}
TIMES_S = np.arange(0.0, END_S, 0.1)


def test_of_any_fourteen_runs_three_do_not_change() -> None:
    for first in range(40):
        assert Counter(kind_of(first + k) for k in range(14))["none"] == 3


def test_between_its_knots_a_course_is_linear_and_constant_outside() -> None:
    course = Course((10.0, 12.0), (0.0, 4.0))
    assert [course.at(t) for t in (0.0, 10.0, 11.0, 12.0, 60.0)] == [0.0, 0.0, 2.0, 4.0, 4.0]


@pytest.mark.parametrize("kind", [*KINDS, "none"])
@pytest.mark.parametrize("seed", range(8))
def test_the_reference_is_unchanged_and_angles_stay_within_their_limits(kind: str, seed: int) -> None:
    changes = draw_changes(np.random.default_rng(seed), kind, BASE, FROM_S, END_S)
    for name, base in BASE.items():
        lowest, highest = LIMITS_DEG[name.split("_")[0]]
        values = np.array([changes.at(name, t) for t in TIMES_S])
        assert (abs(values) <= MOST_DEG).all()
        assert (base + values >= lowest - 1e-9).all() and (base + values <= highest + 1e-9).all()
    for name in changes.courses:
        assert {changes.at(name, t) for t in TIMES_S[TIMES_S <= FROM_S]} == {0.0}


def test_a_run_of_kind_none_keeps_drop_valgus_adduction_and_step_width() -> None:
    changes = draw_changes(np.random.default_rng(1), "none", BASE, FROM_S, END_S)
    assert not any(changes.courses[name].changes for name in (*BASE, "width"))
    assert changes.courses["lean_l"].changes


def test_blocks_take_turns_until_the_end_and_go_mostly_back() -> None:
    changes = draw_changes(np.random.default_rng(2), "blocks", BASE, FROM_S, END_S)
    blocks = changes.described()["blocks"]
    assert [block["feedback"] for block in blocks] == [True, False, True, False]
    assert blocks[0]["from_s"] == FROM_S and blocks[-1]["to_s"] == END_S
    on, off = (changes.at("drop_r", blocks[k]["to_s"] - 0.01) for k in (0, 1))
    assert abs(off) <= 0.3 * abs(on)
