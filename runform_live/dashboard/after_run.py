"""The screen after a run: it stays until a key ends it, opens the report and the review, and keeps a client's pain score."""

from __future__ import annotations

import subprocess
import time
import webbrowser
from functools import partial
from pathlib import Path

import dearpygui.dearpygui as dpg

from runform_live import isolated
from runform_live.dashboard import end_model, end_picture
from runform_live.dashboard.end_page import EndPage
from runform_live.dashboard.live_picture import PICTURE_H, PICTURE_W, LivePicture
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.viewport import Viewport
from runform_live.errors import RunformError
from runform_live.session import pain
from runform_live.session.reader import Session


class AfterRun:
    """Shows what was measured, and where to go from here."""

    def __init__(
        self, viewport: Viewport, model: DashboardModel, picture: LivePicture, session: Session, report: Path
    ) -> None:
        """picture: what the screen shows the runner in. report: the session's report."""
        self.viewport, self._model, self._session, self._report = viewport, model, session, report
        self._runner = end_picture.of(session, (PICTURE_W, PICTURE_H), model.texts)
        if self._runner.picture is not None:
            picture.show(self._runner.picture)
        self._pain = session.pain.after
        self._used = self._left = False
        self._page = self.show()

    def show(self) -> EndPage:
        """Put the screen into the window, made anew."""
        viewport, said = self.viewport, self._model.texts
        page = self._page = EndPage(
            self._model, viewport.appearance, viewport.press, end_model.words(self._session, said), self._runner, self._scored
        )  # fmt: skip
        viewport.fill(page)
        page.show_pain(self._pain)
        return page

    def run(self, stays_s: float | None) -> None:
        """Until a key ends it, or for stays_s seconds if nobody uses it (None: as long as one likes)."""
        until_s = None if stays_s is None else time.monotonic() + stays_s
        while self.viewport.is_open() and not self._left:
            self.viewport.do_notes()
            if self._used:
                until_s = None
            left_s = None if until_s is None else until_s - time.monotonic()
            if left_s is not None and left_s <= 0:
                return
            if self.viewport.stale:
                self.show()
            self._page.show_end(left_s)
            dpg.render_dearpygui_frame()

    # -- what keys and clicks ask for -----------------------------------------------------------------------------

    def open_report(self) -> None:
        self._used = True
        webbrowser.open(self._report.resolve().as_uri())

    def open_review(self) -> None:
        """The review window is a program of its own."""
        self._used = True
        review = isolated.command("runform_live.cli.main", "main", "review", str(self._session.folder))
        subprocess.Popen(review, env=isolated.environment())

    def leave(self) -> None:
        self._left = True

    def _scored(self, score: int) -> None:
        """Note a pain score, from Dear PyGui's thread."""
        self.viewport.notes.add(partial(self.keep_pain, score))

    def keep_pain(self, score: int) -> None:
        """Keep a pain score. Where that cannot be, the screen says why."""
        self._used = True
        try:
            pain.set_after(self._session.folder, score)
        except RunformError as trouble:
            self._page.show_pain(self._pain, str(trouble))
            return
        self._pain = score
        self._page.show_pain(score)
