"""The formats that a session can be written in, and the one way to write them: for the command line, the windows and Python."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from runform_live.errors import BadInput, reason_of
from runform_live.export.wish import USUAL, Wish
from runform_live.optional_parts import how_to_add
from runform_live.session import outputs
from runform_live.session.reader import Session

Progress = Callable[[int, int], None]  # frames done, and all


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files. What it needs is loaded only when it is written."""

    name: str
    ending: str  # of its files
    about: str  # what such a file holds, in a few words
    module: str  # of this folder
    package: str | None = None  # that must be installed beside the program
    group: str | None = None  # of the program's optional packages, which has it
    frames: bool = False  # it holds frames, so that a piece of the session can be chosen
    height: bool = False  # it needs the runner's body height
    private: bool = False  # it can hold who the runner is
    to_file: bool = False  # it is written frame by frame, and cannot go to the terminal

    def refuse(self, wish: Wish) -> None:
        """Raise BadInput where its package is not installed, or more is wished for than it can hold."""
        if (wish.from_s > -math.inf or wish.until_s < math.inf) and not self.frames:
            raise BadInput(
                f"{self.name} holds the whole session, and no piece of it; leave the piece out (--from, --until)"
            )
        if wish.height_m is not None and not self.height:
            raise BadInput(f"{self.name} holds nothing that needs the body height; leave it out (--height)")
        if wish.private and not self.private:
            raise BadInput(f"{self.name} never holds who the runner is; leave that out (--private)")
        if self.package is not None:
            self._load(self.package)

    def _load(self, package: str) -> None:
        try:
            importlib.import_module(package)
        except ImportError as trouble:
            reason = "" if isinstance(trouble, ModuleNotFoundError) else f" ({reason_of(trouble)})"
            raise BadInput(
                f"{self.name} needs the package {package}, which is not here or cannot be loaded{reason}; "
                f"{how_to_add(str(self.group))}"
            ) from None

    def _function(self) -> Callable[..., Any]:
        found: Callable[..., Any] = importlib.import_module(f"runform_live.export.{self.module}").export
        return found

    def content(self, session: Session, wish: Wish = USUAL) -> bytes:
        """The content of the file. Raises BadInput where the session does not have what the format needs."""
        self.refuse(wish)
        if self.to_file:
            raise BadInput(f"{self.name} is written to a file; name one")
        made: bytes = self._function()(session, wish)
        return made

    def write(self, session: Session, out: Path, wish: Wish = USUAL, progress: Progress | None = None) -> None:
        """Write the file, whole or not at all. Raises BadInput."""
        self.refuse(wish)
        if self.to_file:
            self._function()(session, out, wish, progress)
        else:
            outputs.write(out, self.content(session, wish))


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        one.name: one
        for one in (
            Format("csv", ".csv", "the stances, for spreadsheets", "csv"),
            Format("parquet", ".parquet", "the stances with their units, for data frames", "parquet"),
            Format("json", ".json", "the whole session, for programs", "json", private=True),
            Format(
                "c3d",
                ".c3d",
                "the landmarks in pixels with foot strikes and foot offs, for laboratories",
                "c3d",
                package="ezc3d",
                group="c3d",
                frames=True,
            ),
            Format("trc", ".trc", "the landmarks in millimetres, for OpenSim", "trc", frames=True, height=True),
            Format("mot", ".mot", "angles over time in degrees, for OpenSim", "mot", frames=True),
            Format("video", ".mp4", "the film with the skeleton drawn in", "film", frames=True, to_file=True),
        )
    }
)


def of(name: str) -> Format:
    """The format of that name. Raises BadInput where there is none."""
    try:
        return FORMATS[name]
    except KeyError:
        raise BadInput(f"there is no format {name!r}; a session is written as {', '.join(FORMATS)}") from None


def of_file(out: Path, to: str | None = None) -> Format:
    """The format of that name; without a name, the one with the ending of `out`. Raises BadInput where there is none."""
    if to is not None:
        return of(to)
    for one in FORMATS.values():
        if one.ending == out.suffix.casefold():
            return one
    raise BadInput(
        f"{out.name} has no ending that names a format; there are {', '.join(one.ending for one in FORMATS.values())}"
    )


def write(
    session: Session,
    out: Path,
    to: str | None = None,
    wish: Wish = USUAL,
    settings: Path | None = None,
    progress: Progress | None = None,
) -> None:
    """Write a session for another tool, whole or not at all.

    out: the file; what a session keeps itself, and `settings`, are never written over. to: name of a format; None: by the ending of
    `out`. Raises BadInput.
    """
    kind = of_file(out, to)
    kind.refuse(wish)
    outputs.refuse_in(session, out, settings)
    kind.write(session, out, wish, progress)
