"""What comes before the runner's pelvis is noticed; who only runs, stands or begins to run is never called covered."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import cv2
import numpy as np
import pytest

from runform_live import handover
from runform_live.messages import INDEX, Picture
from runform_live.pose.covered import LASTS_S, PELVIS, Covered, CoveredState, without_pelvis
from tests.makers import Landmarks, running, standing

HIPS = [INDEX["left_hip"], INDEX["right_hip"]]
Shown = tuple[Picture, Landmarks, bool]


def filmed(points: Landmarks, rng: np.random.Generator, box: tuple[int, int, int, int] | None = None) -> Picture:
    """A figure of these landmarks before a wall, with a camera's noise; box (left, top, right, bottom) lies before the hips' middle."""
    picture = np.full((200, 320, 3), (150, 140, 130), np.uint8)
    at = {name: tuple(points[INDEX[name], :2].astype(int)) for name in INDEX if np.isfinite(points[INDEX[name], 0])}
    trunk = np.array([at["left_shoulder"], at["right_shoulder"], at["right_hip"], at["left_hip"]])
    cv2.fillPoly(picture, [trunk.astype(np.int32)], (60, 60, 200))
    for side in ("left", "right"):
        cv2.line(picture, at[f"{side}_hip"], at[f"{side}_knee"], (40, 40, 40), 11)
        cv2.line(picture, at[f"{side}_knee"], at[f"{side}_ankle"], (110, 150, 190), 8)
    if box is not None:
        x, y = points[HIPS, :2].mean(axis=0).astype(int)
        cv2.rectangle(picture, (x + box[0], y + box[1]), (x + box[2], y + box[3]), (200, 190, 90), -1)
    return picture + rng.integers(0, 8, picture.shape, dtype=np.uint8)


def film(
    seconds: float, covered_s: Iterable[tuple[float, float]] = (), box: tuple[int, int, int, int] | None = None,
    doubt: float = 1.0, stands_s: float = 1.5, rate_hz: float = 30.0,
) -> list[Shown]:  # fmt: skip
    """Somebody stands and then runs; the sigmas scatter by 4%, and while covered they are so many times as large."""
    rng, out = np.random.default_rng(1), []
    for number in range(round(seconds * rate_hz)):
        t = number / rate_hz
        points = standing() if t < stands_s else running(t - stands_s)
        points *= 0.25
        points[:, :2] += rng.normal(0, 0.1, (len(points), 2))
        under = any(from_s <= t < until_s for from_s, until_s in covered_s)
        points[:, 2] *= math.exp(rng.normal(0, 0.04)) * (doubt if under else 1.0)
        out.append((filmed(points, rng, box if under else None), points, t < stands_s))
    return out


def told(
    shown: list[Shown], covered: Covered | None = None, reports_sigma: bool = True, rate_hz: float = 30.0
) -> list[float]:
    """Times at which the pelvis is called covered."""
    covered = covered or Covered()
    called = [covered.push(*one[:2], 1 / rate_hz, one[2], reports_sigma) for one in shown]
    return [number / rate_hz for number, each in enumerate(called) if each]


@pytest.mark.parametrize("rate_hz", [24.0, 60.0])
def test_who_stands_and_runs_is_never_covered(rate_hz: float) -> None:
    assert told(film(5.0, rate_hz=rate_hz), rate_hz=rate_hz) == []


@pytest.mark.parametrize(
    ("box", "doubt"),
    [((-15, -15, 15, 15), 1.0), ((-9, -10, 7, 9), 1.0), ((-30, -20, 0, 50), 1.0), (None, 1.5)],
    ids=["a towel", "a hand", "half of it", "something of the same colours"],
)
def test_what_comes_before_the_pelvis_of_a_runner_is_noticed_while_it_is_there(
    box: tuple[int, int, int, int] | None, doubt: float
) -> None:
    times = told(film(6.0, [(3.5, 3.8), (5.0, 5.5)], box, doubt))
    assert times == pytest.approx([3.5 + k / 30 for k in range(9)] + [5.0 + k / 30 for k in range(15)], abs=0.001)


LIGHTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "brighter by a step": lambda picture: picture + 35.0,
    "darker by a step": lambda picture: picture - 35.0,
    "brighter by a share": lambda picture: picture * 1.3,
    "darker by a share": lambda picture: picture * 0.7,
    "warmer": lambda picture: picture + np.array([5.0, 25.0, 40.0]),
    "brighter on one side": lambda picture: picture * np.linspace(1.1, 1.4, picture.shape[1])[:, None],
}


def lit(shown: list[Shown], light: str, from_s: float, rate_hz: float = 30.0) -> list[Shown]:
    """The same film in another light from this time on."""
    return [
        (np.clip(LIGHTS[light](one[0]), 0, 255).astype(np.uint8) if number >= from_s * rate_hz else one[0], *one[1:])
        for number, one in enumerate(shown)
    ]


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("from_s", [1.2, 3.5], ids=["standing", "running"])
def test_a_lamp_that_is_switched_on_or_off_covers_nobody(light: str, from_s: float) -> None:
    assert told(lit(film(5.0), light, from_s)) == []


@pytest.mark.parametrize("light", LIGHTS)
def test_what_comes_before_the_pelvis_is_noticed_in_another_light_too(light: str) -> None:
    times = told(lit(film(5.0, [(4.0, 4.3)], (-15, -15, 15, 15)), light, 3.5))
    assert times == pytest.approx([4.0 + k / 30 for k in range(9)], abs=0.001)


def test_a_passer_by_who_hides_runner_and_a_third_of_the_background_is_no_light() -> None:
    shown = film(5.0)
    for number in range(105, 120):
        x = int(shown[number][1][HIPS, 0].mean())
        shown[number][0][:, x - 50 : x + 50] = (90, 80, 60)
    assert told(shown) == pytest.approx([3.5 + k / 30 for k in range(15)], abs=0.001)


def test_sigmas_that_are_not_the_networks_own_say_nothing() -> None:
    assert told(film(5.0, [(3.5, 4.0)], doubt=1.5), reports_sigma=False) == []


def test_what_stays_is_learnt() -> None:
    times = told(film(9.0, [(3.5, 99.0)], (-15, -15, 15, 15), 1.5))
    assert times[0] == pytest.approx(3.5) and times[-1] == pytest.approx(3.5 + LASTS_S, abs=0.1)


def test_what_was_handed_over_tells_the_same() -> None:
    shown = film(4.5, [(3.5, 4.1)], (-15, -15, 15, 15), 1.2)
    whole = told(shown)
    for number in (0, 1, 30, 50, 110, 130):
        first = Covered()
        before = told(shown[:number], first)
        state = handover.decode(handover.encode(first.state()), CoveredState)
        after = told(shown[number:], Covered(state))
        assert before + [number / 30 + t for t in after] == pytest.approx(whole)


def test_the_pelvis_alone_becomes_unknown() -> None:
    points = standing()
    out = without_pelvis(points)
    assert np.isnan(out[PELVIS]).all() and np.isfinite(points[HIPS]).all()
    rest = [row for row in range(len(points)) if row not in PELVIS]
    assert np.array_equal(out[rest], points[rest], equal_nan=True)
