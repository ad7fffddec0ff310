"""Initial contact and toe off from the fall of the hips."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from runform_live.gait import contact_hips
from runform_live.gait.events import usual_events
from tests.gait import naive

STEP_S = 0.36
Array = npt.NDArray[np.float64]


def bounce(times_s: Array, landing_s: float, leaving_s: float, gravity: float) -> Array:
    """Height of a mass that falls freely in flight and bounces on a spring on the ground; integrated in small steps."""
    fine_s = np.linspace(-0.25, 0.25, 20001)
    contact_s = leaving_s - landing_s
    share = (fine_s - landing_s) / contact_s
    on_ground = (share > 0.0) & (share < 1.0)
    force = np.where(on_ground, STEP_S / contact_s * math.pi / 2 * np.sin(math.pi * np.clip(share, 0.0, 1.0)), 0.0)
    step_s = float(fine_s[1] - fine_s[0])
    height = np.cumsum(np.cumsum(gravity * (force - 1.0)) * step_s) * step_s
    return np.interp(times_s, fine_s, height)


@pytest.mark.parametrize("contact_s", [0.2, 0.25, 0.3])
@pytest.mark.parametrize("gravity", [17.0, 22.0])
def test_a_mass_on_a_spring_gives_both_its_events(contact_s: float, gravity: float) -> None:
    landing_s, leaving_s = -0.45 * contact_s, 0.55 * contact_s
    times_s = np.arange(-0.19, 0.19, 1 / 90)
    found = contact_hips.spring(
        times_s,
        np.zeros(len(times_s), np.int64),
        bounce(times_s, landing_s, leaving_s, gravity),
        STEP_S,
        usual_events(STEP_S),
    )
    assert found is not None
    assert found.mean_s[0] == pytest.approx(landing_s, abs=0.004)
    assert found.mean_s[1] == pytest.approx(leaving_s + contact_hips.TAIL * contact_s, abs=0.006)


def test_hips_that_do_not_bounce_on_a_spring_say_nothing() -> None:
    times_s = np.arange(-0.19, 0.19, 1 / 90)
    heights = 0.1 * np.sign(np.cos(2 * math.pi * times_s / 0.12))
    assert contact_hips.spring(times_s, np.zeros(len(times_s), np.int64), heights, STEP_S, usual_events(STEP_S)) is None


def test_too_few_frames_say_nothing() -> None:
    times_s = np.linspace(-0.1, 0.1, 5)
    assert contact_hips.spring(times_s, np.zeros(5, np.int64), times_s**2, STEP_S, usual_events(STEP_S)) is None


def test_noise_is_no_misfit_of_the_curve() -> None:
    random = np.random.default_rng(1)
    times_s = np.sort(random.uniform(-0.2, 0.2, 400))
    noise = 0.01 * random.standard_normal(400)
    assert contact_hips.misfit_of(times_s, noise) < 0.004
    assert contact_hips.misfit_of(times_s, noise + 0.02 * np.sin(20 * times_s)) == pytest.approx(0.0135, abs=0.003)


@pytest.mark.parametrize("noise", [0.0, 0.004, 0.02])
def test_the_fit_is_that_of_the_textbook(noise: float) -> None:
    rng = np.random.default_rng(5)
    of_frame = np.repeat(np.arange(3), 12)
    times_s = np.concatenate([np.arange(12) / 30 - 0.19 + shift_s for shift_s in (0.0, 0.009, 0.021)])
    heights = bounce(times_s, -0.1, 0.13, 20.0) + noise * rng.standard_normal(len(times_s))
    for stance in range(3):
        heights[of_frame == stance] -= heights[of_frame == stance].mean()
    prior = usual_events(STEP_S)
    events_s = prior.mean_s
    assert contact_hips.fit_spring(
        times_s, of_frame, np.full(3, 12.0), heights, STEP_S, prior.precision, prior.weighted,
        events_s, np.empty((4, 4)), np.empty(36),
    )  # fmt: skip
    want_s = naive.spring(times_s, of_frame, heights, STEP_S, prior.precision, prior.weighted)
    assert events_s == pytest.approx(want_s, abs=1e-9)
