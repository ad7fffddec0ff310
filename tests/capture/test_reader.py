"""The thread that reads a source: what it hands over, and that nobody waits for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from runform_live.capture import reader as module
from runform_live.capture.reader import Ended, Event, Failed, Lost, Opened, PictureRead, Reader
from runform_live.capture.source_info import FilmEnd
from runform_live.errors import BadInput
from runform_live.messages import Picture
from tests.capture.fake_source import FakeSource, SourcesInTurn
from tests.makers import flat
from tests.running import wait_until


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REOPEN_S", 0.01)
    monkeypatch.setattr(module, "UNREADABLE_S", 0.01)


def events(reader: Reader, count: int) -> list[Event]:
    found = []
    for _ in range(count):
        event = reader.next(5.0)
        assert event is not None, found
        found.append(event)
    return found


def kinds(found: list[Event]) -> list[type[Event]]:
    return [type(event) for event in found]


class Film(FakeSource):
    """A file with so many pictures."""

    def end(self) -> FilmEnd:
        return FilmEnd("cut short", ("video_cut_short",))

    def __init__(self, count: int) -> None:
        super().__init__()
        self._times: Iterator[float] = iter([number / 30 for number in range(count)])

    def read(self) -> tuple[float, Picture] | None:
        time_s = next(self._times, None)
        return None if time_s is None else (time_s, flat())


def test_of_a_camera_the_newest_pictures_win() -> None:
    camera = FakeSource()
    reader = Reader(SourcesInTurn(camera), live=True)
    assert kinds(events(reader, 1)) == [Opened]
    camera.gives(10, first_s=100.0, step_s=1.0)
    assert wait_until(lambda: reader.overtaken == 10 - module.MOST_WAITING, 5)
    assert [event.time_s for event in events(reader, 3) if isinstance(event, PictureRead)] == [107.0, 108.0, 109.0]
    assert reader.next(0.0) is None
    reader.close()


def test_of_a_file_no_picture_is_lost_and_its_damaged_end_is_told() -> None:
    film = Film(20)
    reader = Reader(lambda: film, live=False)
    found = events(reader, 22)
    assert kinds(found) == [Opened, *[PictureRead] * 20, Ended]
    assert [event.time_s for event in found if isinstance(event, PictureRead)] == [number / 30 for number in range(20)]
    assert found[-1] == Ended(FilmEnd("cut short", ("video_cut_short",)))
    assert film.closed


def test_a_camera_that_comes_back_is_opened_again() -> None:
    first, second = FakeSource(), FakeSource(480, 640)
    reader = Reader(SourcesInTurn("busy", first, "gone", "gone", second), live=True)
    assert events(reader, 2) == [Failed("busy"), Opened(first.info)]
    for _ in range(40):
        first.is_unplugged()
    assert events(reader, 3) == [Lost(), Failed("gone"), Opened(second.info)], "a loss is told once"
    assert first.closed
    reader.close()


def test_one_damaged_picture_is_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNREADABLE_S", 5.0)
    camera = FakeSource()
    reader = Reader(SourcesInTurn(camera), live=True)
    camera.gives(1)
    camera.is_unplugged()
    camera.gives(1)
    assert kinds(events(reader, 3)) == [Opened, PictureRead, PictureRead]
    reader.close()
    camera.gives()


def test_nobody_waits_for_a_camera_that_blocks_in_reading() -> None:
    camera = FakeSource()
    reader = Reader(SourcesInTurn(camera), live=True)
    assert kinds(events(reader, 1)) == [Opened]
    assert reader.next(0.0) is None
    assert wait_until(lambda: reader.blocked_s() > 0, 5)
    assert not reader.close(), "the thread is still inside the camera"
    camera.gives()
    assert reader.close(5.0) and camera.closed, "it lets the camera go when the camera lets it go"
    assert reader.next(0.0) is None


def test_a_camera_that_opens_after_nobody_wants_it_is_let_go() -> None:
    camera, opens = FakeSource(), threading.Event()

    def open_slowly() -> FakeSource:
        opens.wait()
        return camera

    reader = Reader(open_slowly, live=True)
    assert not reader.close()
    opens.set()
    assert reader.close(5.0) and camera.closed


def test_a_file_that_nobody_fetches_is_let_go() -> None:
    film = Film(100)
    reader = Reader(lambda: film, live=False)
    assert kinds(events(reader, 2)) == [Opened, PictureRead]
    assert reader.close(5.0) and film.closed


def test_a_file_that_cannot_be_opened_is_not_tried_again() -> None:
    tries = []

    def no_file() -> FakeSource:
        tries.append(1)
        raise BadInput("no such file")

    reader = Reader(no_file, live=False)
    assert events(reader, 1) == [Failed("no such file")]
    assert reader.close(5.0) and len(tries) == 1


def test_what_breaks_in_the_thread_is_raised_where_it_is_asked() -> None:
    def broken() -> FakeSource:
        raise MemoryError("no memory for a picture")

    reader = Reader(broken, live=True)
    with pytest.raises(MemoryError, match="no memory"):
        reader.next(5.0)
