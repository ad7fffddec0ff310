"""What changes within a run, and when."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from models.frontal.clips.changing import (
    LIMITS_DEG,
    MOST_DEG,
    Course,
    draw_changes,
    draw_surroundings,
    kind_of,
)

BASE_DEG = {"drop_l": 5.0, "drop_r": 15.0, "valgus_l": 0.0, "valgus_r": 8.0, "adduct_l": 2.0, "adduct_r": 7.0}
FROM_S, END_S = 22.5, 64.0


def test_a_course_is_linear_between_its_knots_and_constant_outside() -> None:
    course = Course((10.0, 20.0), (0.0, 4.0))
    assert [course.at(time_s) for time_s in (0.0, 10.0, 12.5, 20.0, 99.0)] == [0.0, 0.0, 1.0, 4.0, 4.0]
    assert course.changes
    assert not Course((10.0, 20.0), (0.0, 0.0)).changes


def test_three_of_fourteen_runs_do_not_change_and_the_others_take_turns() -> None:
    kinds = [kind_of(number) for number in range(28)]
    assert [number for number, kind in enumerate(kinds) if kind == "none"] == [3, 8, 13, 17, 22, 27]
    changed = [kind for kind in kinds if kind != "none"]
    assert changed[:6] == ["steps", "ramp", "blocks", "steps", "ramp", "blocks"]
    assert all(one != two for one, two in itertools.pairwise(changed))


@pytest.mark.parametrize("kind", ["steps", "ramp", "blocks", "none"])
def test_nothing_changes_in_the_reference_and_no_angle_leaves_its_limits(kind: str) -> None:
    for seed in range(20):
        changes = draw_changes(np.random.default_rng(seed), kind, BASE_DEG, FROM_S, END_S)
        for name, course in changes.courses.items():
            assert course.at(FROM_S - 0.01) == 0.0, name
        for name, base in BASE_DEG.items():
            lowest, highest = LIMITS_DEG[name.split("_")[0]]
            for time_s in np.linspace(0, END_S, 60):
                change = changes.at(name, time_s)
                assert abs(change) <= MOST_DEG
                assert lowest - 1e-9 <= base + change <= highest + 1e-9
                assert kind != "none" or change == 0.0
        for time_s in np.linspace(0, END_S, 60):
            stance, both = changes.adduct("l", time_s)
            assert abs(stance + both) <= MOST_DEG + 1e-9


def test_of_many_runs_a_third_creeps_a_third_changes_its_light_and_a_fifth_sweats() -> None:
    drawn = [draw_surroundings(np.random.default_rng(seed), 2.5, END_S) for seed in range(600)]
    for share, given in (
        (1 / 3, [one.creep for one in drawn]),
        (1 / 3, [one.strength for one in drawn]),
        (1 / 5, [one.sweat for one in drawn]),
    ):
        assert np.mean([course is not None for course in given]) == pytest.approx(share, abs=0.06)
    assert all(one.creep is None or one.creep.at(2.5) == 0.0 for one in drawn)
    assert all((one.strength is None) == (one.turned_deg is None) for one in drawn)
