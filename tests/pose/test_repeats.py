"""Pictures that repeat the one before are recognised, and somebody who stands still is not one of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from functools import cache

import cv2
import numpy as np
import pytest

from runform_live import handover
from runform_live.capture.source_name import DEMO
from runform_live.capture.video import Video
from runform_live.messages import Picture
from runform_live.pose.repeats import Repeats, RepeatsState
from tests.makers import Landmarks, demo_landmarks

STANDS, RUNS = range(45), range(120, 165)  # frames of the shipped clip


@cache
def pictures() -> dict[int, Picture]:
    """Those frames, at half their size."""
    wanted = {*STANDS, *RUNS}
    film = enumerate(itertools.islice(Video(str(DEMO)), max(wanted) + 1))
    return {
        frame: cv2.resize(picture, (640, 360), interpolation=cv2.INTER_AREA)
        for frame, (_, picture) in film
        if frame in wanted
    }


@cache
def all_landmarks() -> list[Landmarks]:
    return [points * (0.5, 0.5, 1.0) for _, points in demo_landmarks()]


def told(shown: Iterable[tuple[int, float]], noise: int = 0, repeats: Repeats | None = None) -> list[bool]:
    """For each picture (frame of the shipped clip, time), whether it is called a repeat; noise (grey levels) is new in each."""
    repeats, rng, out = repeats or Repeats(), np.random.default_rng(1), []
    for frame, time_s in shown:
        picture = pictures()[frame]
        if noise:
            picture = np.clip(picture.astype(int) + rng.integers(-noise, noise + 1, picture.shape), 0, 255).astype(
                np.uint8
            )
        repeated = repeats.is_repeat(picture, time_s)
        if not repeated:
            repeats.remember(picture, all_landmarks()[frame], time_s)
        out.append(repeated)
    return out


def at(frames: Iterable[int], rate_hz: float = 30.0) -> list[tuple[int, float]]:
    return [(frame, number / rate_hz) for number, frame in enumerate(frames)]


def lost(frames: Iterable[int], which: Iterable[int]) -> list[int]:
    """The frames as a recorder keeps them that has the one before in place of these (counted from the first)."""
    out, missing = [], set(which)
    for number, frame in enumerate(frames):
        out.append(out[-1] if number in missing else frame)
    return out


@pytest.mark.parametrize("noise", [0, 1, 3], ids=["as it was", "encoded again", "encoded again, badly"])
@pytest.mark.parametrize(
    "which",
    [(12,), (12, 20, 21, 30), range(15, 30), range(11, 45, 2)],
    ids=["one", "some", "half a second", "every second"],
)
def test_repeats_among_the_pictures_of_a_runner_are_told(which: Iterable[int], noise: int) -> None:
    wanted = set(which)
    assert told(at(lost(RUNS, wanted)), noise) == [number in wanted for number in range(len(RUNS))]


FLICKERS: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "a step": lambda picture, wave: picture + 4 * wave,
    "a share": lambda picture, wave: picture * (1 + 0.05 * np.sign(wave)),
}


@pytest.mark.parametrize("kind", FLICKERS)
@pytest.mark.parametrize("phase_rad", [0.3, 1.1])
def test_lamps_that_flicker_make_nobody_who_stands_a_repeat_and_hide_no_repeat_of_a_runner(
    kind: str, phase_rad: float
) -> None:
    """Lamps at mains of 50 Hz, filmed at 30 pictures a second, flicker at 10 Hz."""
    rng = np.random.default_rng(1)

    def found(frames: Iterable[int]) -> list[bool]:
        repeats, out = Repeats(), []
        before, seen = -1, pictures()[0]
        for number, frame in enumerate(frames):
            if frame != before:
                lit = FLICKERS[kind](pictures()[frame], np.sin(2 * np.pi * 10 * number / 30 + phase_rad))
                seen = np.clip(lit + rng.integers(-2, 3, lit.shape), 0, 255).astype(np.uint8)
            before = frame
            out.append(repeats.is_repeat(seen, number / 30))
            if not out[-1]:
                repeats.remember(seen, all_landmarks()[frame], number / 30)
        return out

    assert not any(found([*STANDS, *reversed(STANDS[1:-1]), *STANDS]))
    assert found(lost(RUNS, (12, 20, 21, 30))) == [number in (12, 20, 21, 30) for number in range(len(RUNS))]


@pytest.mark.parametrize("times", [2, 4])
def test_a_film_with_more_pictures_than_the_camera_gave(times: int) -> None:
    frames = [frame for frame in RUNS for _ in range(times)]
    found = told(at(frames, 30.0 * times))
    assert found[4 * times :] == [number % times > 0 for number in range(4 * times, len(frames))]


@pytest.mark.parametrize("noise", [0, 2])
def test_nobody_who_stands_is_a_repeat(noise: int) -> None:
    assert not any(told(at(STANDS), noise))
    assert not any(told(at([0] * 45), noise)), "perfectly still"


def test_no_picture_of_a_runner_is_a_repeat_at_the_rate_of_a_fast_camera() -> None:
    assert not any(told(at(RUNS, 240.0)))


def test_a_picture_that_stands_still_is_believed_after_a_second_where_both_feet_are_level() -> None:
    frames = [*RUNS, *[0] * 60]
    assert told(at(frames))[len(RUNS) :] == [False, *[True] * 29, *[False] * 30]


def test_who_stands_after_the_camera_was_pushed_is_no_repeat() -> None:
    repeats, pushed = Repeats(), [np.roll(pictures()[frame], 12 * (frame > 10), axis=1) for frame in range(30)]
    for frame, picture in enumerate(pushed):
        assert not repeats.is_repeat(picture, frame / 30), frame
        repeats.remember(picture, all_landmarks()[frame], frame / 30)


def test_a_runner_who_is_frozen_in_the_picture_never_stands() -> None:
    lifted = max(RUNS, key=lambda frame: float(np.ptp(all_landmarks()[frame][12:14, 1])))
    frames = [*range(lifted - 20, lifted + 1), *[lifted] * 120]
    assert told(at(frames)) == [False] * 21 + [True] * 120


def test_a_picture_without_a_runner_is_no_repeat() -> None:
    repeats = Repeats()
    told(at(RUNS), repeats=repeats)
    repeats.remember(pictures()[RUNS[-1]], np.full((19, 3), np.nan), 2.0)
    assert not repeats.is_repeat(pictures()[RUNS[-1]], 2.1)


def test_what_was_handed_over_tells_the_same() -> None:
    shown = at(lost(RUNS, (12, 20, 21, 30, 31, 32)))
    for number in (0, 1, 12, 13, 21, 31):
        first = Repeats()
        before = told(shown[:number], repeats=first)
        state = handover.decode(handover.encode(first.state()), RepeatsState)
        assert before + told(shown[number:], repeats=Repeats(state)) == told(shown)
