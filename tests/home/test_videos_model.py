"""The page of videos: what is chosen is planned and measured, and told a line a film. The process that measures is a stand-in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from runform_live.batch import run as batch
from runform_live.batch.run import Update
from runform_live.capture.source_name import DEMO
from runform_live.clinic import clients
from runform_live.home import videos_model
from runform_live.home.programs import Programs
from runform_live.home.videos_model import BY_FOLDER, CLIENTS, MOST_ROWS, NOBODY, VideosModel
from tests.batch.makers import analysed, film, stand_in
from tests.home.conftest import Desk


@pytest.fixture
def model(home: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VideosModel:
    with home.database().writing() as session:
        clients.add(session, "P07")
    monkeypatch.setattr(videos_model, "run_batch", partial(batch.run, command=stand_in(tmp_path), workers=1))
    home.sessions.mkdir(parents=True)
    made = VideosModel(home)
    made.opened()
    home.settle()
    return made


def over(model: VideosModel) -> Callable[[], bool]:
    return lambda: not model.running and not model.home.works


def test_videos_are_measured_in_order_and_one_that_is_bad_is_one_line(
    home: Desk, model: VideosModel, tmp_path: Path
) -> None:
    one, bad = film(tmp_path / "in" / "a.mp4"), film(tmp_path / "in" / "bad.mp4", 120)
    known = film(tmp_path / "in" / "known.mp4", 150)
    analysed(known, home.sessions, person="P07", date_from="name")
    (tmp_path / "in" / "empty.mp4").touch()
    model.add([one, bad, known, tmp_path / "in" / "empty.mp4"])
    home.settle(over(model), 60)
    lines = model.lines()
    assert [line.name for line in lines] == [
        str(tmp_path / "in" / f"{name}.mp4") for name in ("a", "bad", "known", "empty")
    ]
    assert lines[0].words == "Its session cannot be read", "the stand-in wrote none"
    assert (lines[1].words, lines[1].bad) == ("bad.mp4: this is not a video", True)
    assert lines[2].words.startswith("Pelvic drop left ") and lines[2].words.endswith(" (measured before)")
    assert lines[2].date.endswith(" (by its name), P07") and lines[2].folder == home.sessions / "known"
    assert (lines[3].words, lines[3].bad) == ("the file is empty; copy it once more from where it was recorded", True)
    assert home.words == "Videos measured: 2 of 4; see the list of sessions"


def test_a_film_has_a_bar_while_it_is_measured_and_stop_ends_it(home: Desk, model: VideosModel, tmp_path: Path) -> None:
    model.add([film(tmp_path / "long.mp4"), film(tmp_path / "later.mp4", 120)])
    home.settle(lambda: any(line.share is not None for line in model.lines()), 60)
    first, second = model.lines()
    assert (first.words, first.share, first.date) == ("50%", 0.5, "2026-04-12 10:15")
    assert (second.words, second.share) == ("waits", None)
    assert home.works[-1].share == 0.25
    model.stop()
    home.settle(over(model), 60)
    assert [line.words for line in model.lines()] == ["not measured", "not measured"]
    assert home.words == "Stopped. Videos measured: 0 of 2"
    assert not (home.sessions / "long").exists()


def test_what_is_chosen_meanwhile_is_measured_next(home: Desk, model: VideosModel, tmp_path: Path) -> None:
    model.add([film(tmp_path / "a.mp4")])
    model.add([film(tmp_path / "b.mp4", 120)])
    home.settle(over(model), 60)
    assert [film.update.phase for film in model.films if film.update] == ["measured", "measured"]
    model.add([film(tmp_path / "c.mp4", 150)])
    home.settle(over(model), 60)
    assert [Path(line.name).stem for line in model.lines()] == ["c"], "a new choice begins a new list"


def test_films_are_the_clients_of_their_folders_or_of_the_one_who_is_chosen(
    home: Desk, model: VideosModel, tmp_path: Path
) -> None:
    assert model.whose() == ["By the names of the sub-folders", "Nobody in particular", "P07"]
    film(tmp_path / "in" / "P07" / "a.mp4")
    film(tmp_path / "in" / "x" / "b.mp4", 120)
    found = {}
    for who in (BY_FOLDER, NOBODY, CLIENTS):
        model.choose_who(who)
        model.choose_again(True)
        model.add([tmp_path / "in"])
        home.settle(over(model), 60)
        found[who] = [film.job.person.pseudonym if film.job.person else None for film in model.films]
        for name in ("a", "b"):
            (home.sessions / name / "half").unlink(missing_ok=True)
            (home.sessions / name).rmdir()
    assert found == {BY_FOLDER: ["P07", None], NOBODY: [None, None], CLIENTS: ["P07", "P07"]}


def test_the_page_can_be_opened_for_a_client(home: Desk, model: VideosModel) -> None:
    home.go("videos", "P07")
    model.opened()
    home.settle()
    assert model.whose()[model.who] == "P07"


def test_a_folder_without_videos_is_one_line_at_the_foot(home: Desk, model: VideosModel, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    model.add([tmp_path / "empty"])
    home.settle(over(model), 60)
    assert home.warns and "there are no videos in this folder" in home.words
    assert not model.running


def test_only_a_film_with_a_session_can_be_chosen_and_opened(
    home: Desk, model: VideosModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = film(tmp_path / "known.mp4")
    folder = analysed(known, home.sessions)
    model.add([known, film(tmp_path / "bad.mp4", 120)])
    home.settle(over(model), 60)
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(Programs, "start", lambda _self, *words, **_how: started.append(words))
    model.review()
    model.choose(1)
    model.report()
    assert (started, home.words, home.warns) == ([], "Choose a video that is measured", True)
    model.choose(0)
    model.review()
    model.report()
    assert started == [("review", str(folder)), ("report", str(folder))]


def test_of_very_many_films_those_around_the_first_that_is_not_done_are_shown(home: Desk, model: VideosModel) -> None:
    from runform_live.batch.plan import Job
    from runform_live.home.video_lines import Film

    model.films = [Film(Job(f"{number}.mp4", f"{number}.mp4")) for number in range(1000)]
    assert [line.number for line in model.lines()] == list(range(MOST_ROWS))
    for one in model.films[:500]:
        one.update = Update(one.job, 0, "failed", line="x")
    assert model.lines()[0].number == 480 and len(model.lines()) == MOST_ROWS
    for one in model.films:
        one.update = Update(one.job, 0, "failed", line="x")
    assert model.lines()[0].number == 0


@pytest.mark.slow
def test_a_film_of_a_runner_is_measured_beside_the_window(home: Desk, tmp_path: Path) -> None:
    model = VideosModel(home)
    model.add([DEMO])
    home.settle(over(model), 300)
    (line,) = model.lines()
    assert line.words.startswith("Pelvic drop left ") and " ± " in line.words
    assert line.folder == home.sessions / DEMO.stem and (line.folder / "report.html").is_file()
    assert home.words == "Videos measured: 1 of 1; see the list of sessions"


def test_films_that_wait_stay_those_of_the_client_who_was_chosen_for_them(
    home: Desk, model: VideosModel, tmp_path: Path
) -> None:
    model.choose_who(NOBODY)
    model.add([film(tmp_path / "a.mp4")])
    model.choose_who(CLIENTS)
    model.add([film(tmp_path / "b.mp4", 120)])
    with home.database().writing() as session:
        clients.add(session, "A01")  # it stands before P07 in the list
    model.opened()
    home.settle(lambda: "A01" in model.whose(), 60)
    home.settle(over(model), 60)
    assert [one.job.person.pseudonym if one.job.person else None for one in model.films] == [None, "P07"]
