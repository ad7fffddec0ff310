"""Which clip is to be made: of whom, doing what, seen from where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

STAND_S, MOVE_S = 2.5, 7.0
CHANGES_UNTIL_S, CHANGES_FAST_UNTIL_S = 64.0, 44.0  # with changes, at 30 and at 60 frames/s
FAST = 0.75  # share of the time in motion that a clip with 60 frames/s has
GAITS = ("run", "walk", "both")


@dataclass(frozen=True)
class Day:
    """One of several days on which a runner is filmed."""

    number: int
    setup: int  # which camera, light and room
    outfit: int  # which clothes


DAYS = (Day(1, 1, 0), Day(2, 2, 0), Day(3, 3, 1), Day(4, 1, 0))


@dataclass(frozen=True)
class Clip:
    """Which clip is to be made. A seed is (of the series, number of the runner)."""

    make: str
    seed: tuple[int, int]
    day: Day | None = None  # None: the runner's only one
    changes: bool = False  # whether the runner changes within the run
    gait: str = "run"  # of GAITS
    series: str = ""  # what the names begin with; empty: what the clip shows
    move_s: float = MOVE_S  # time in motion
    fps: float | None = None  # None: every fourth clip has 60, the others 30
    view: str = ""  # "posterior", "anterior"; empty: every third clip is seen from in front
    camera_angle_deg: float | None = None  # off the heading, to one side and the other in turn; None: at random, SD 4
    camera_height_m: float | None = None  # None: at random, 0.6 to 1.4
    smooth: bool = (
        False  # whether the pelvis hardly turns at midstance of a run, as in all clips before there was real motion
    )
    motion: Path | None = None  # of a real runner; None: the generator's own

    @property
    def runner(self) -> str:
        return f"{self.make}-{self.seed[0]}-{self.seed[1]:02d}"

    @property
    def name(self) -> str:
        name = self.runner + (f"-{self.day.number}" if self.day else "")
        shows = "motion" if self.motion else "change" if self.changes else "" if self.gait == "run" else self.gait
        first = self.series or shows
        return f"{first}-{name}" if first else name

    @property
    def anterior(self) -> bool:
        return self.view == "anterior" if self.view else self.seed[1] % 3 == 2

    @property
    def rate_hz(self) -> float:
        if self.fps:
            return self.fps
        return 60.0 if self.seed[1] % 4 == 1 else 30.0

    @property
    def end_s(self) -> float:
        fast = self.rate_hz > 50
        if self.changes:
            return CHANGES_FAST_UNTIL_S if fast else CHANGES_UNTIL_S
        return STAND_S + (FAST * self.move_s if fast and not self.fps else self.move_s)

    def generator(self, *more: int) -> np.random.Generator:
        """Random numbers of this runner. Each purpose has a number of its own, so that days share what they should."""
        return np.random.default_rng((*self.seed, *more))

    def file(self, folder: Path, ending: str) -> Path:
        """One of its files."""
        return folder / f"{self.name}.{ending}"
