"""What every flag is: it takes each picture, and says at any time what it raises.

A flag is a word of summary.json; the window and the report say in a sentence what to change. Evidence adds up over the session. The
fields of a flag are all that it knows, so that a successor gets them as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from runform_live.body import Array
from runform_live.messages import Naming, Pose, RunPhase, Stance

LONGEST_PICTURE_S = 1.0  # that one picture stands for, whatever gap lies before it


@dataclass(frozen=True, slots=True)
class Seen:
    """One new picture as the flags judge it."""

    pose: Pose
    landmarks: Array  # (landmarks, 3: x_px, y_px, sigma_px) as in the picture
    passed_s: float  # since the last new picture, LONGEST_PICTURE_S at most
    frontality: float  # mean of the last half second; NaN where nobody is seen
    stances: Sequence[Stance]  # that this picture has completed
    standing: bool  # this one and the next two: as it was before this picture
    running: bool
    phase: RunPhase


class KnownOfTheRun(Protocol):
    """What is known of the whole run by now."""

    @property
    def naming(self) -> Naming | None: ...

    @property
    def slowed(self) -> bool: ...

    @property
    def oblique(self) -> bool: ...

    @property
    def only_walked(self) -> bool: ...

    @property
    def not_at_hip_height(self) -> bool: ...


class Flag(msgspec.Struct):
    """One flag: it takes every picture, and says at any time what it raises."""

    def see(self, seen: Seen) -> None:
        """Take a new picture."""

    def see_repeat(self, pose: Pose, /) -> None:
        """Take a picture that shows the one before once more. It says nothing of its moment, though the runner is followed."""

    def hear(self, known: KnownOfTheRun) -> None:
        """Take what is known of the whole run by now."""

    def raised(self) -> str:
        """The word that it raises; empty: none."""
        raise NotImplementedError
