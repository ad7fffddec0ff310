"""What the review window shows, as plain values: a session on a time line, where one is in it, and what is said there."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from runform_live import quantities
from runform_live.dashboard import review_changes
from runform_live.dashboard.review_changes import Part
from runform_live.gait.by_gait import of_main_gait
from runform_live.messages import Band, Gait, Side, Stance
from runform_live.session import door
from runform_live.session.landmarks import frame_at
from runform_live.session.reader import Session
from runform_live.texts import Texts

LONGEST_TEXT = 200  # characters of a note or a cue
SPEEDS = (1.0, 1 / 2, 1 / 4, 1 / 8, 1 / 16)
TargetPlace = Literal["inside", "outside", "unknown"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One stance on the time line. Those of a walk overlap in time, left and right: both feet are down."""

    from_s: float
    until_s: float
    side: Side
    gait: Gait
    value: float | None
    place: TargetPlace


class ReviewModel:
    """A session and the place in it. The frames are those of poses.parquet."""

    def __init__(self, session: Session, times_s: npt.NDArray[np.float64]) -> None:
        self.session = session
        self.main = of_main_gait(session.stances)  # what is ranked, averaged and compared step by step
        self.times_s = times_s
        self.frame = 0
        self.playing = False
        self.speed = 1.0
        self.overlay = True
        self._ahead_s = 0.0
        self._rank = -1  # of the worst stance that was jumped to last
        self.metric: str = session.info.trained()
        self.target = session.info.bands().get(self.metric, Band())
        self.notes: list[tuple[float, str]] = self._texts_of("note")
        self.parts: list[Part] = review_changes.parts(session.summary.changes)

    @property
    def time_s(self) -> float:
        return float(self.times_s[self.frame])

    @property
    def end_s(self) -> float:
        return float(self.times_s[-1])

    def marks(self) -> list[Mark]:
        """All stances in time order."""
        return [
            Mark(s.initial_contact_s, s.toe_off_s, s.side, s.gait, getattr(s, self.metric), self._place(s))
            for s in self.session.stances
        ]

    @property
    def both_gaits(self) -> bool:
        """Whether somebody walked and ran."""
        return len(self.main) < len(self.session.stances)

    def _place(self, stance: Stance) -> TargetPlace:
        """How a stance stands to its target; one of the gait that has none is outside of nothing."""
        value = getattr(stance, self.metric)
        if value is None:
            return "unknown"
        target = self.target if stance.gait == self.session.info.gait_of_targets() else Band()
        low, high = target.ends
        return "outside" if (high is not None and value > high) or (low is not None and value < low) else "inside"

    def cues(self) -> list[tuple[float, str]]:
        return self._texts_of("cue")

    def _texts_of(self, kind: str) -> list[tuple[float, str]]:
        """Times and texts of the events of a kind, as far as a window has room."""
        return [
            (float(event["time_s"]), door.clean(str(event.get("text", "")), LONGEST_TEXT))
            for event in self.session.events
            if event.get("kind") == kind
        ]

    # -- moving ---------------------------------------------------------------------------------------------------

    def seek(self, time_s: float) -> None:
        """To the frame nearest to a time."""
        at = bisect.bisect_left(self.times_s, time_s)
        before = max(at - 1, 0)
        at = min(at, len(self.times_s) - 1)
        self.frame = before if time_s - self.times_s[before] < self.times_s[at] - time_s else at
        self._ahead_s = 0.0

    def frame_at(self, time_s: float) -> int | None:
        """The frame of a time; None where the recording has none there."""
        return frame_at(self.times_s, time_s)

    def step(self, frames: int) -> None:
        """So many frames on (or back); playing stops."""
        self.playing = False
        self.frame = int(np.clip(self.frame + frames, 0, len(self.times_s) - 1))

    def step_stance(self, stances: int) -> None:
        """To the midstance of a stance further on (or back)."""
        self.playing = False
        middles = [s.midstance_s for s in self.session.stances if self.frame_at(s.midstance_s) is not None]
        if not middles:
            return
        half_s = 0.5 * float(np.median(np.diff(self.times_s))) if len(self.times_s) > 1 else 0.0
        at = bisect.bisect_right(middles, self.time_s + half_s) + stances - 1 if stances > 0 else (
            bisect.bisect_left(middles, self.time_s - half_s) + stances
        )  # fmt: skip
        self.seek(middles[int(np.clip(at, 0, len(middles) - 1))])

    def worst(self) -> list[Stance]:
        """Stances of the main gait from the largest value of the metric down."""
        known = [s for s in self.main if getattr(s, self.metric) is not None]
        return sorted(known, key=lambda s: -getattr(s, self.metric))

    def next_worst(self) -> None:
        """To the next worst stance; the first time to the worst."""
        self._rank += 1
        self.jump_worst(self._rank)

    def jump_worst(self, rank: int) -> None:
        """To the midstance of the rank-th worst stance (0 is the worst), where there is a frame of it."""
        ranked = self.worst()
        if ranked and self.frame_at(ranked[rank % len(ranked)].midstance_s) is not None:
            self.playing = False
            self.seek(ranked[rank % len(ranked)].midstance_s)

    def play_on(self, passed_s: float) -> None:
        """Time has passed on the clock; the session's time follows at its speed, and stops at the end."""
        if not self.playing:
            return
        self._ahead_s += passed_s * self.speed
        while self.frame + 1 < len(self.times_s):
            gap_s = float(self.times_s[self.frame + 1] - self.times_s[self.frame])
            if self._ahead_s < gap_s:
                return
            self._ahead_s -= gap_s
            self.frame += 1
        self.playing = False

    def play(self) -> None:
        """Play, or stop."""
        self.playing = not self.playing

    def slower(self) -> None:
        self.speed = SPEEDS[min(SPEEDS.index(self.speed) + 1, len(SPEEDS) - 1)]

    def faster(self) -> None:
        self.speed = SPEEDS[max(SPEEDS.index(self.speed) - 1, 0)]

    # -- reading --------------------------------------------------------------------------------------------------

    def stance_here(self) -> Stance | None:
        """The stance in which this frame lies; where both feet are down, the one whose midstance is nearer."""
        here = [s for s in self.session.stances if s.initial_contact_s <= self.time_s <= s.toe_off_s]
        return min(here, key=lambda s: abs(s.midstance_s - self.time_s), default=None)

    def midstance_near(self, side: Side) -> Stance | None:
        """The stance of a side whose midstance is nearest to this frame."""
        mine = [s for s in self.session.stances if s.side == side]
        return min(mine, key=lambda s: abs(s.midstance_s - self.time_s), default=None)

    def parts_at(self, time_s: float) -> list[Part]:
        """The parts of the run that a time lies in."""
        return [part for part in self.parts if part.holds(time_s)]

    def parts_words(self, parts: list[Part], said: Texts) -> str:
        """What changed in each of these parts, a line each."""
        return "\n".join(review_changes.words(part, self.metric, said) for part in parts)

    def value_words(self, stance: Stance, said: Texts) -> str:
        return quantities.number(self.metric, getattr(stance, self.metric), said=said)

    def note_here(self, text: str) -> None:
        self.notes.append((self.time_s, text))

    # -- gait phase -----------------------------------------------------------------------------------------------

    def phase(self, time_s: float) -> float | None:
        """Steps of the main gait since its first left midstance, a part of a step by its share of time; None outside the steps."""
        middles, first = self._steps()
        if len(middles) < 2 or not middles[0] <= time_s <= middles[-1]:
            return None
        return float(np.interp(time_s, middles, np.arange(len(middles)))) - first

    def time_at(self, phase: float) -> float | None:
        """The time at which the phase is reached; None where the session does not reach it."""
        middles, first = self._steps()
        if len(middles) < 2 or not 0 <= phase + first <= len(middles) - 1:
            return None
        return float(np.interp(phase + first, np.arange(len(middles)), middles))

    def _steps(self) -> tuple[list[float], int]:
        """Midstances of the main gait, and the number of the first left one: there the phase is 0."""
        stances = self.main
        first = next((i for i, s in enumerate(stances) if s.side == "left"), 0)
        return [s.midstance_s for s in stances], first
