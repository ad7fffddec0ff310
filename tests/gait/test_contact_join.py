"""Several sources on the two events of a contact."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live.gait.contact_join import LANDING, LEAVING, Belief, Stances


def test_sources_are_averaged_by_the_inverse_of_their_variances() -> None:
    first = Belief.of(np.array([-0.10, 0.16]), np.diag([0.01**2, 0.01**2]))
    joined = first.joined(Belief.of_event(LEAVING, 0.19, 0.02))
    assert joined.mean_s[LANDING] == pytest.approx(-0.10)
    assert joined.mean_s[LEAVING] == pytest.approx(0.166)
    assert joined.contact_sd_s == pytest.approx(np.hypot(0.01, 0.01 * np.sqrt(0.8)))


def test_a_belief_that_is_blurred_is_less_sure_and_may_be_moved() -> None:
    belief = Belief.of(np.array([-0.10, 0.16]), np.diag([0.03**2, 0.04**2]))
    blurred = belief.blurred(np.diag([0.04**2, 0.03**2]), np.array([0.0, 0.02]))
    np.testing.assert_allclose(np.linalg.inv(blurred.precision), np.diag([0.05**2, 0.05**2]), atol=1e-12)
    np.testing.assert_allclose(blurred.mean_s, [-0.10, 0.18])


def test_who_knows_one_event_only_says_nothing_of_the_other_after_blurring() -> None:
    blurred = Belief.of_event(LANDING, -0.1, 0.01).blurred(np.eye(2) * 1e-4, np.zeros(2))
    assert blurred.precision[LEAVING, LEAVING] == pytest.approx(0.0, abs=1e-6)
    assert blurred.precision[LANDING, LANDING] == pytest.approx(1 / 2e-4)


def test_each_stance_loses_its_own_mean() -> None:
    stances = Stances(np.array([0, 3, 0, 3, 3]))
    rows = np.array([1.0, 10.0, 3.0, 20.0, 30.0])
    assert len(stances) == 2
    np.testing.assert_allclose(stances.without_means(rows), [-1.0, -10.0, 1.0, 0.0, 10.0])
    np.testing.assert_allclose(
        stances.without_means(np.column_stack([rows, -rows])), np.outer([-1.0, -10.0, 1.0, 0.0, 10.0], [1.0, -1.0])
    )
