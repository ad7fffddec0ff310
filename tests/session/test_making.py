"""A session folder that is hidden until it is whole, and what becomes of it where a program is killed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from runform_live.errors import BadInput
from runform_live.session.lock import FolderLock
from runform_live.session.making import HIDDEN, LOCK, Making, sweep
from tests.batch.makers import analysed, film


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def made(parent: Path, session_id: str, ended: str | None = "end of the file") -> Path:
    """A session of that id as a killed program leaves it: hidden, with the file of its lock."""
    session = analysed(film(parent.parent / "a.mp4"), parent, ended, id=session_id)
    hidden = session.rename(parent / f"{HIDDEN}{session_id}")
    (parent / f"{HIDDEN}{session_id}{LOCK}").touch()
    return hidden


def test_nothing_of_a_session_is_seen_before_it_is_whole(tmp_path: Path) -> None:
    making = Making(tmp_path / "runs", "1", "a")
    with making.held() as held:
        assert held and making.finished() is None
        (making.begin() / "session.json").write_text("{}")
        assert all(name.startswith(".") for name in names(tmp_path / "runs"))
        assert making.put_in_place() == tmp_path / "runs" / "a"
    assert names(tmp_path / "runs") == ["a"], "the lock is gone, too"


def test_the_next_free_name_is_taken_and_a_folder_of_another_program_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "kept").touch()
    making = Making(tmp_path, "1", "a")
    with making.held():
        making.begin()
        assert making.put_in_place() == tmp_path / "a_2"
    assert names(tmp_path / "a") == ["kept"]


def test_a_session_that_was_made_under_the_same_id_is_found_whatever_number_it_got(tmp_path: Path) -> None:
    one, runs = film(tmp_path / "a.mp4"), tmp_path / "runs"
    analysed(one, runs, id="other")
    mine = analysed(one, runs, id="mine")
    assert mine.name == "a_2"
    assert Making(runs, "mine", "a").finished() == mine
    assert Making(runs, "third", "a").finished() is None


def test_who_comes_second_does_nothing_while_the_first_is_at_it(tmp_path: Path) -> None:
    first, second = Making(tmp_path, "1", "a"), Making(tmp_path, "1", "a")
    with first.held():
        asked: list[int] = []
        with second.held(lambda: bool(asked.append(1)) or len(asked) > 1) as held:
            assert not held and len(asked) == 2, "it waits until it is told to stop"
    with second.held() as held:
        assert held


def test_what_a_killed_predecessor_left_is_made_anew(tmp_path: Path) -> None:
    made(tmp_path / "runs", "1", None)
    making = Making(tmp_path / "runs", "1", "a")
    with making.held():
        assert names(making.begin()) == []


def test_what_killed_programs_left_is_put_in_order(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    made(runs, "finished")
    made(runs, "broken_off", None)
    for empty in ("hardly_begun", "written"):
        (runs / f"{HIDDEN}{empty}").mkdir()
    (runs / f"{HIDDEN}lock_alone{LOCK}").touch()
    lock = FolderLock(runs, f"{HIDDEN}written{LOCK}")
    assert lock.take()
    sweep(runs)
    lock.release()
    assert names(runs) == [f"{HIDDEN}broken_off", f"{HIDDEN}written", "a"]


def test_a_place_that_takes_no_folder_is_refused_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "runs").touch()
    with pytest.raises(BadInput, match="name another folder"), Making(tmp_path / "runs", "1", "a").held():
        pass


def test_a_thousand_sessions_of_one_name_are_refused_before_anything_is_measured(tmp_path: Path) -> None:
    for number in range(1, 1001):
        (tmp_path / ("a" if number == 1 else f"a_{number}")).mkdir()
    making = Making(tmp_path, "1", "a")
    with making.held(), pytest.raises(BadInput, match="already holds a thousand sessions called a"):
        making.finished()
    shutil.rmtree(tmp_path)
