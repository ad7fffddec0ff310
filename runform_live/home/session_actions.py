"""What can be done with the sessions that are ticked in the list: look at them, compare, export, delete. No Dear PyGui here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from runform_live import file_names
from runform_live.export import formats
from runform_live.home import comparisons
from runform_live.home.programs import Ended
from runform_live.home.services import Home, Progress
from runform_live.session import schema

if TYPE_CHECKING:
    from runform_live.clinic.session_list import Row

COMPARED = 2  # sessions


class SessionActions:
    """One method for each button below the list."""

    def __init__(self, home: Home, rows: Callable[[], list[Row]], removed: Callable[[list[Path]], None]) -> None:
        """rows: the ticked ones. removed: hears which folders were deleted."""
        self.home, self._rows, self._removed = home, rows, removed

    @property
    def _folders(self) -> list[Path]:
        return [row.folder for row in self._rows()]

    def _one(self) -> Path | None:
        """The session that is ticked, where it is a single one. Else it is said what to do."""
        if len(self._folders) == 1:
            return self._folders[0]
        self.home.tell(self.home.said("home.sessions.tick_one"), warns=True)
        return None

    def review(self) -> None:
        """Open it in the review window; two are shown in step."""
        if not self._folders:
            self.home.tell(self.home.said("home.sessions.tick_any"), warns=True)
            return
        self.home.programs.start("review", *map(str, self._folders))
        self.home.tell(self.home.said("home.sessions.review_opens"))

    def report(self) -> None:
        """Write its report, and show it in the browser."""
        folder = self._one()
        if folder is not None:
            self.home.programs.write_and_open(folder / schema.REPORT, "report", str(folder))

    def pdf(self) -> None:
        """Write its report as a PDF, and show that."""
        folder = self._one()
        if folder is not None:
            self.home.programs.write_and_open(folder / schema.REPORTS["pdf"], "report", str(folder), "--format", "pdf")

    def compare(self) -> None:
        """Compare the two that are ticked, the earlier one first, and show that in the browser."""
        if len(self._folders) != COMPARED:
            self.home.tell(self.home.said("home.sessions.tick_two"), warns=True)
            return
        in_order = sorted(self._rows(), key=lambda row: 0.0 if row.started is None else row.started.timestamp())
        first, second = (row.folder for row in in_order)
        out = comparisons.place_for(first, second)
        self.home.programs.write_and_open(out, "compare", str(first), str(second), "--html", str(out))

    @property
    def can_export(self) -> bool:
        """Whether one is ticked. Else it is said what to do."""
        return self._one() is not None

    @property
    def export_endings(self) -> list[str]:
        """Of the files that a session can be written to; the first is the usual one."""
        return [one.ending for one in formats.FORMATS.values()]

    def export_name(self) -> str:
        """A file name for an export of the session that is ticked."""
        return f"{self._folders[0].name}{self.export_endings[0]}" if self._folders else ""

    def export(self, file: Path) -> None:
        """Write it for another tool, in the format of the file's ending; without a known one, in the usual format."""
        folder, said = self._one(), self.home.said
        if folder is None:
            return
        kinds = {one.ending: one.name for one in formats.FORMATS.values()}
        if file.suffix.casefold() not in kinds:
            file = file.with_name(f"{file.name}{self.export_endings[0]}")

        def written(ended: Ended) -> None:
            if self.home.programs.ended_well(ended, "export"):
                self.home.tell(said("home.sessions.written", file=file_names.shown(file)))

        kind = kinds[file.suffix.casefold()]
        self.home.programs.start("export", str(folder), "--to", kind, "--out", str(file), done=written)

    def delete(self) -> None:
        """Remove the ticked sessions for good, after asking."""
        said, ticked = self.home.said, self._folders
        if not ticked:
            self.home.tell(said("home.sessions.tick_any"), warns=True)
            return
        named = ", ".join(file_names.shown(folder.name) for folder in ticked)
        key = "home.sessions.delete_ask" if len(ticked) == 1 else "home.sessions.delete_ask_both"
        self.home.ask(said(key, names=named), said("home.sessions.delete_yes"), lambda: self._delete(ticked))

    def _delete(self, folders: list[Path]) -> None:
        def do(progress: Progress) -> None:
            from runform_live.clinic import erasing

            for number, folder in enumerate(folders):
                erasing.erase_session(self.home.database(), folder)
                progress((number + 1) / len(folders))

        def failed(line: str) -> None:
            self._removed(folders)
            self.home.tell(line, warns=True)

        def done(_: object) -> None:
            self._removed(folders)
            self.home.tell(self.home.said("home.sessions.deleted"))

        self.home.work(self.home.said("home.sessions.deleting"), do, done, failed, whole=True)
