"""Work in the background, questions, programs of their own."""

from __future__ import annotations

import threading
from pathlib import Path

from runform_live.errors import BadInput
from runform_live.home.programs import Ended
from tests.home.conftest import Desk


def test_work_is_done_in_a_thread_and_its_result_heard_in_the_one_that_draws(home: Desk) -> None:
    threads, heard = [], []

    def do(progress: object) -> int:
        assert callable(progress)
        threads.append(threading.current_thread())
        progress(0.5)
        return 7

    work = home.work("counting", do, lambda result: heard.append((result, threading.current_thread())))
    assert home.works == [work]
    home.settle()
    assert heard == [(7, threading.main_thread())] and threads[0] is not threading.main_thread()
    assert work.over and work.share == 0.5


def test_work_that_fails_is_one_line_at_the_foot_or_for_who_listens(home: Desk) -> None:
    def fail(_progress: object) -> None:
        raise BadInput("the film is torn")

    home.work("reading", fail, lambda _: None)
    home.settle()
    assert home.words == "the film is torn" and home.warns
    heard: list[str] = []
    home.tell("")
    home.work("reading", fail, lambda _: None, heard.append)
    home.settle()
    assert heard == ["the film is torn"] and home.words == ""


def test_a_refusal_in_what_a_result_leads_to_is_told_too(home: Desk) -> None:
    def refuse(_result: object) -> None:
        raise BadInput("no room")

    home.work("reading", lambda _: None, refuse)
    home.settle()
    assert home.words == "no room" and home.works == []


def test_a_question_is_done_once_and_only_after_yes(home: Desk) -> None:
    done: list[str] = []
    home.ask("Erase?", "Erase", lambda: done.append("erased"))
    home.answer(False)
    assert done == [] and home.question is None
    home.ask("Erase?", "Erase", lambda: done.append("erased"))
    home.answer(True)
    home.answer(True)
    assert done == ["erased"]


def test_what_a_page_is_opened_with_is_taken_once(home: Desk) -> None:
    home.ask("Erase?", "Erase", lambda: None)
    home.go("clients", "P07")
    assert home.page == "clients" and home.question is None
    assert (home.take_opening(), home.take_opening()) == ("P07", None)


def test_a_program_of_its_own_tells_how_it_ended(home: Desk) -> None:
    heard: list[Ended] = []
    home.programs.start("programme", "list", done=heard.append)
    home.settle(lambda: bool(heard), 60)
    assert heard[0].status == 0 and heard[0].last_line.startswith("two_weeks") and home.programs.running == []
    home.programs.start("review", "/nowhere/at/all")
    home.settle(lambda: home.warns, 60)
    assert home.words.startswith("runform: ") and "/nowhere/at/all" in home.words


def test_a_fault_in_the_background_is_one_line_too_and_the_work_is_over(home: Desk) -> None:
    def fail(_progress: object) -> None:
        raise KeyError("pelvis")

    heard: list[str] = []
    home.work("reading", fail, lambda _: None, heard.append)
    home.settle()
    assert home.works == [] and heard[0].startswith("a fault of the program (KeyError: 'pelvis')")


def test_a_fault_in_a_note_is_one_line_at_the_foot(home: Desk) -> None:
    def fail() -> None:
        raise ValueError("no such place")

    assert not home.try_(fail)
    assert home.warns and "ValueError: no such place" in home.words


def test_closing_waits_for_what_must_not_be_cut(home: Desk) -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), []

    def write(_progress: object) -> None:
        begun.set()
        may_end.wait(30)
        ended.append("written")

    work = home.work("exporting", write, lambda _: None, whole=True)
    home.work("reading", lambda _: may_end.wait(30), lambda _: None)
    assert begun.wait(30) and home.unfinished() == [work]
    threading.Timer(0.1, may_end.set).start()
    home.close()
    assert ended == ["written"] and home.unfinished() == []


def test_a_program_of_its_own_reads_the_settings_file_that_was_named(home: Desk, tmp_path: Path) -> None:
    home.file = tmp_path / "clinic.toml"
    home.programs.start("doctor")
    home.settle(lambda: home.warns, 60)
    assert str(home.file) in home.words, "there is no such file"
