"""A live session with its window before a made camera, from the set-up guide to the last page: it ends when asked, and keeps everything."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from runform_live import texts
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES
from runform_live.messages import SIDES
from runform_live.report.pictures import chosen
from runform_live.session.pictures import find
from runform_live.session.reader import Session, read
from tests.makers import DATA, video
from tests.running import Standin, left_over, runform, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.window]

SAID, _ = texts.load(texts.FALLBACK)
FILES = {"session.json", "video.mkv", "poses.parquet", "stances.csv", "events.jsonl", "summary.json"}


class Run:
    """`runform live --source 0 --record DIR` in a window, and what that shows (see tests/window/told.py)."""

    def __init__(self, display: str, folder: Path, sockets: Path, *words: object, **says: object) -> None:
        """sockets: a folder with a short name. says: the keys of the camera's file."""
        self.folder = self._folder = folder
        self._sockets = sockets
        self.camera = Standin(folder / "cameras", **says)
        self._environment = {**os.environ, **self.camera.environment(), "DISPLAY": display, "TMPDIR": str(sockets),
                             "LIBGL_ALWAYS_SOFTWARE": "1"}  # fmt: skip
        command = [sys.executable, "-m", "tests.window.told", folder / "shown", "live", "--source", "0"]
        with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
            self.process = subprocess.Popen(
                [*map(str, command), "--record", str(folder / "runs"), *map(str, words)],
                env=self._environment, stdout=out, stderr=err,
            )  # fmt: skip

    # -- what a person does ---------------------------------------------------------------------------------------

    def xdotool(self, *words: object) -> str:
        return subprocess.run(["xdotool", *map(str, words)], env=self._environment, check=True,
                              capture_output=True, text=True).stdout  # fmt: skip

    def press(self, key: str) -> None:
        self.xdotool("key", key)

    def close_window(self) -> None:
        found = subprocess.run(["xdotool", "search", "--name", "runform live"], env=self._environment, check=True,
                               capture_output=True, text=True)  # fmt: skip
        subprocess.run([sys.executable, "-m", "tests.window.closing", found.stdout.split()[0]], env=self._environment, check=True)  # fmt: skip

    # -- what a person sees ---------------------------------------------------------------------------------------

    def _lines(self, path: Path) -> list[str]:
        """Those that are whole."""
        return path.read_text(encoding="utf-8").split("\n")[:-1] if path.is_file() else []

    def told(self, tag: str) -> list[str]:
        """All words that a text of the window has held so far."""
        changes = [json.loads(line) for line in self._lines(self._folder / "shown")]
        return [words for at, words in changes if at == tag]

    def shows(self, tag: str, words: str, seconds: float = 20.0) -> bool:
        """Whether a text of the window begins with these words, at the latest after so long."""
        return wait_until(lambda: self.told(tag)[-1:] != [] and self.told(tag)[-1].startswith(words), seconds)

    def printed(self, name: str = "out") -> str:
        return (self._folder / name).read_text(encoding="utf-8")

    # -- what is kept ---------------------------------------------------------------------------------------------

    @property
    def session_folder(self) -> Path:
        return next((self._folder / "runs").iterdir())

    def stances(self) -> list[str]:
        files = list(self._folder.glob("runs/*/stances.csv"))
        return self._lines(files[0])[1:] if files else []

    def events(self) -> list[str]:
        files = list(self._folder.glob("runs/*/events.jsonl"))
        return [json.loads(line)["kind"] for line in self._lines(files[0])] if files else []

    def more_stances(self, count: int = 1) -> bool:
        """Whether so many more come."""
        before = len(self.stances())
        return wait_until(lambda: len(self.stances()) >= before + count, 90)

    def is_gone(self) -> bool:
        """No process of it is left, and no folder of sockets."""
        return self.process.poll() is not None and left_over() == [] and list(self._sockets.glob("runform-bus-*")) == []

    def ended(self, files: set[str], status: int = 0, why: str = "stopped") -> Session:
        """The session of a run that has ended: complete, told, and nothing left behind."""
        assert self.process.wait(60) == status, self.printed("err")
        assert self.is_gone()
        assert {path.name for path in self.session_folder.iterdir()} == files
        assert f"session: {self.session_folder}\n" in self.printed("out" if status == 0 else "err")
        assert json.loads((self.session_folder / "session.json").read_text())["ended"] == why
        session = read(self.session_folder)
        known = sum(one.pelvic_drop_mid_deg is not None for one in session.stances)
        assert known == sum(side["pelvic_drop_mid_deg"].n for side in session.summary.sides.values()) > 0
        assert session.info.frames_recorded == sum(part.frames or 0 for part in session.info.videos) > 0
        return session


@pytest.fixture
def begin(screen: str, tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Starts a run and waits until it has measured something; none outlives its test."""
    made: list[Run] = []
    with tempfile.TemporaryDirectory(prefix="sockets-") as sockets:

        def start(*words: object, **says: object) -> Run:
            run = Run(screen, tmp_path, Path(sockets), *words, **says)
            made.append(run)
            assert run.more_stances(2), run.printed("err")
            return run

        yield start
        for run in made:
            run.process.kill()
            run.process.wait()
        wait_until(lambda: left_over() == [], 10)


def test_from_the_set_up_guide_over_the_run_to_the_last_page(begin: Callable[..., Run]) -> None:
    run = begin()
    assert run.shows("page", "RunPage"), "the guide ends when the person runs"
    assert run.told("page") == ["GuidePage", "RunPage"]
    assert wait_until(lambda: "set_up" in run.events(), 10), "it is on the disk a moment after the window shows the run"
    assert run.events().count("set_up") == 1
    assert run.shows("status", SAID("status.running"))
    run.press("Escape")
    assert run.shows("page", "EndPage", 60)
    assert run.told("status")[-1] == SAID("status.ending"), "told until the session was saved"
    assert run.process.poll() is None, "the last page stays as long as one likes"
    run.press("Escape")
    session = run.ended(FILES | {"report.html"})
    measured = run.told("measured")[-1]
    assert measured.split()[0] == str(len(session.stances))


def test_a_closed_window_ends_the_run_before_a_camera_of_60_pictures_a_second(begin: Callable[..., Run]) -> None:
    run = begin(rate_hz=60)
    run.close_window()
    session = run.ended(FILES | {"report.html"})
    assert SAID("status.ending") in run.told("status")
    assert "EndPage" not in run.told("page"), "who closes the window wants no last page"
    assert session.info.frame_rate_hz == 60


def test_a_lost_camera_is_told_and_comes_back_and_ctrl_c_ends_the_run(begin: Callable[..., Run]) -> None:
    run = begin()
    run.camera.says(mode="unplugged")
    assert run.shows("status", SAID("status.camera_lost"))
    run.camera.says(mode="ok")
    assert run.shows("status", SAID("status.running"), 60)
    assert run.more_stances(2)
    run.process.send_signal(signal.SIGINT)
    session = run.ended(FILES | {"report.html"})
    assert [event["kind"] for event in session.events].count("camera_lost") == 1
    assert "EndPage" not in run.told("page")


def test_recording_is_switched_twice_and_ctrl_c_is_pressed_twice(begin: Callable[..., Run]) -> None:
    run = begin()
    for action in ("stop_record", "record") * 2:
        before = run.events().count(action)
        run.press("r")
        assert wait_until(lambda: run.events().count(action) > before, 20), action  # noqa: B023 (called here)
        assert run.more_stances()
    run.process.send_signal(signal.SIGINT)
    assert run.shows("status", SAID("status.ending"))
    run.process.send_signal(signal.SIGINT)
    run.process.wait(60)
    (run.session_folder / "report.html").unlink(missing_ok=True)  # there where the second one came too late to spare it
    session = run.ended(FILES | {"video-2.mkv", "video-3.mkv"})
    assert [part.file for part in session.info.videos] == ["video.mkv", "video-2.mkv", "video-3.mkv"]

    report = runform("report", session.folder)
    assert report.returncode == 0, report.stderr
    pictures = find(session).pictures
    assert pictures is not None
    until_s = -1.0
    for part in session.info.videos:
        assert part.end_s is not None and until_s < part.start_s < part.end_s
        assert pictures.at(part.start_s) is not None and pictures.at(part.end_s) is not None, part.file
        assert until_s < 0 or pictures.at((until_s + part.start_s) / 2) is None, "in a pause of the recording"
        until_s = part.end_s
    times_s = session.poses().column("time_s").to_numpy()
    nearest_s = [times_s[np.abs(times_s - stance.midstance_s).argmin()] for _, stance in chosen(session.stances)]
    seen = [time_s for time_s in nearest_s if pictures.at(time_s) is not None]
    page = (session.folder / "report.html").read_text(encoding="utf-8")
    assert len(set(re.findall(r"data:image/jpeg;base64,[^\"]+", page))) == len(seen) > 0
    pictures.close()


def test_a_killed_x_server_loses_no_stance_and_leaves_nothing_behind(
    begin: Callable[..., Run], server: tuple[str, subprocess.Popen[bytes]]
) -> None:
    run = begin()
    few = {count: SAID("live.few", count=count, needed=FEWEST_STANCES) for count in range(1, FEWEST_STANCES)}

    def shown(side: str) -> int:
        """How many stances the window has told, up to FEWEST_STANCES."""
        return max((count for count, words in few.items() if words in run.told(f"{side}-words")), default=0)

    assert wait_until(lambda: all(shown(side) > 0 for side in SIDES), 60)
    rows = run.stances()
    server[1].kill()
    assert wait_until(run.is_gone, 5)
    # Xlib ends the main process, so the session stage tells the path; a lock that nobody holds stays in the folder.
    session = run.ended(FILES, status=1, why="the program was ended from outside")
    # The rows are the same stances. Their angles may be read against another level line: the end of a run reads all of it against one.
    assert [_when(row) for row in run.stances()[: len(rows)]] == [_when(row) for row in rows]
    for side in SIDES:
        assert sum(stance.side == side for stance in session.stances) >= shown(side)


def _when(row: str) -> list[str]:
    """Side, initial contact, midstance and toe off of a row of stances.csv."""
    return row.split(",")[:4]


def test_a_run_that_has_stopped_ends_by_itself_with_the_last_page(begin: Callable[..., Run], tmp_path: Path) -> None:
    film = cv2.VideoCapture(str(DATA / "demo.mp4"))
    standing = video(tmp_path / "standing.mp4", [np.asarray(film.read()[1], np.uint8)] * 2)
    (tmp_path / "settings.toml").write_text("[gait]\nend_after_s = 6\n")
    run = begin("--config", tmp_path / "settings.toml")
    run.camera.says(clip=str(standing), loops=False)  # its last picture stands still
    assert run.shows("page", "EndPage", 90)
    rest = SAID("status.rest_ends", seconds=5).split("5")[0]
    assert any(words.startswith(rest) for words in run.told("status")), "it is told beforehand"
    run.process.send_signal(signal.SIGINT)  # Ctrl-C closes the last page
    session = run.ended(FILES | {"report.html"}, why="stopped: nobody ran any more")
    phases = [event["kind"] for event in session.events if event["kind"].startswith("run_")]
    assert phases[0] == "run_begins" and phases[-2:] == ["run_pauses", "run_ends"]
