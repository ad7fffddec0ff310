"""The offline driver: frames are decoded ahead of the networks, and each is told once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from runform_live import config
from runform_live.errors import BadInput
from runform_live.messages import Frame, Picture, Pose
from runform_live.runtime.crew import Crew, ahead
from runform_live.runtime.offline import Analysis, analyze
from runform_live.session.reader import read
from tests.capture.films import write
from tests.makers import pose, running, standing

GREY = np.full((96, 128, 3), 128, np.uint8)


class Film:
    """So many pictures, with a fault after them where one is wished."""

    def __init__(self, pictures: int, fault: Exception | None = None) -> None:
        self.pictures, self.fault, self.given = pictures, fault, 0

    def __iter__(self) -> Iterator[tuple[float, Picture]]:
        for number in range(self.pictures):
            self.given += 1
            yield number / 30, GREY
        if self.fault is not None:
            raise self.fault


def test_frames_come_in_their_order_and_all_of_them() -> None:
    film = Film(20)
    assert [time_s for time_s, _ in ahead(film, Crew())] == [number / 30 for number in range(20)]


def test_a_fault_of_the_decoder_comes_after_the_frames_before_it() -> None:
    frames = ahead(Film(3, BadInput("broken")), Crew())
    assert len([next(frames) for _ in range(3)]) == 3
    with pytest.raises(BadInput, match="broken"):
        next(frames)


def test_who_leaves_early_leaves_no_thread_behind() -> None:
    before, film = set(threading.enumerate()), Film(1000)
    frames = ahead(film, Crew())
    next(frames)
    frames.close()
    assert set(threading.enumerate()) <= before and film.given < 1000


def test_a_film_without_a_runner_is_a_session_with_all_its_frames_and_no_stance(tmp_path: Path) -> None:
    (tmp_path / "session").mkdir()
    film = write(tmp_path / "grey.mp4", [GREY] * 12)
    settings, told = config.load(), list[int]()
    analysis = Analysis(str(film), settings)
    analyze(analysis, str(film), tmp_path / "session", settings, lambda frame, _time_s, _duration_s: told.append(frame))
    session = read(tmp_path / "session")
    assert told == list(range(1, 13)) and session.info.frames == analysis.frames == 12
    assert session.stances == [] and session.info.ended == "end of the file"


class Runner:
    """An estimator that sees somebody run on a floor, whose feet do not tell the camera's height."""

    def share_work(self, _beside: object) -> None: ...

    def find(self, _picture: Picture, frame: Frame) -> SimpleNamespace:
        return SimpleNamespace(frame=frame)

    def describe(self, one: SimpleNamespace) -> tuple[Pose, np.ndarray]:
        time_s = one.frame.time_s
        return pose(one.frame.frame, time_s), standing() if time_s < 2.0 else running(time_s, belt_px=0.0)


def test_a_film_has_the_camera_height_that_was_said_of_it_and_not_that_of_the_settings(tmp_path: Path) -> None:
    film = write(tmp_path / "grey.mp4", [GREY] * 200)
    settings = config.load().with_camera_height(30.0)

    def elevations_deg(said_cm: float | None) -> set[float | None]:
        analysis = Analysis(str(film), settings, "posterior", Runner(), camera_height_cm=said_cm)
        for _ in analysis:
            pass
        assert analysis.stances
        return {stance.camera_elevation_deg for stance in analysis.stances}

    assert elevations_deg(None) == {None}
    assert all(deg is not None and deg > 5.0 for deg in elevations_deg(150.0))


def test_work_ahead_of_work_ahead_ends_with_it() -> None:
    before, film = set(threading.enumerate()), Film(1000)

    def second() -> Iterator[float]:
        with contextlib.closing(ahead(film, Crew())) as frames:
            for time_s, _ in frames:
                yield time_s

    with contextlib.closing(ahead(second(), Crew())) as times_s:
        assert next(times_s) == 0.0
    assert set(threading.enumerate()) <= before and film.given < 1000
