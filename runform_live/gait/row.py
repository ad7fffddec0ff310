"""Rows of steps. Legs alternate in an unbroken row, so that neighbours settle whose step an unsure one is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from statistics import median

from runform_live.body import Leg
from runform_live.gait.cadence import longest_step_s
from runform_live.messages import Gait

STEPS_FOR_A_RUN = 3  # and for a walk
# One low was missed if the gap between two lows differs from two usual steps by less than this share of a step.
MISSED_STEP_SHARE = 0.25
RECENT_STEPS = 5
SIDE_MEMORY = 0.85  # of what a step says of the legs, with the next one
SIDE_CLIP_TRUNKS = 0.5  # between the heights of the feet: one step says no more than that
# Where the picture ends above the standing foot, only the swinging one is seen: the other one is lower, by some length.
UNSEEN_LOWER_TRUNKS = 0.1
# Less is noise, or a foot that is never seen, which speaks for the one leg and the other in turn (0.09 after three steps).
LEAST_EVIDENCE_TRUNKS = 0.1


@dataclass(slots=True)
class Row:
    """An unbroken row of steps of one gait, and what is usual in its last ones. Steps are numbered from 0; a step that was missed counts."""

    gait: Gait = "run"
    steps: int = 0
    number: int = 0  # of the newest step
    evidence: float = 0.0  # positive: even steps stand on the picture's left leg
    first_s: float = math.nan  # midstances of the first step and of the newest one
    last_s: float = math.nan
    intervals_s: list[float] = field(default_factory=list)  # between the last steps
    midstances_apart_s: list[float] = field(default_factory=list)  # in the last steps: see midstance.joined_s
    midstances: list[tuple[int, float]] = field(default_factory=list)  # numbers and midstances (s) of the last steps
    lower: tuple[int, float] | None = None  # of a walk: number of the last step that told of the legs, and what it told

    @property
    def is_run(self) -> bool:
        """Whether it has steps enough to be a run, or a walk."""
        return self.steps >= STEPS_FOR_A_RUN

    @property
    def step_s(self) -> float:
        """The usual time of a step; NaN where there was one step only."""
        return median(self.intervals_s) if self.intervals_s else math.nan

    def misses_one(self, passed_s: float) -> bool:
        """Whether so much time since the step before is that of two steps."""
        return abs(passed_s - 2 * self.step_s) < MISSED_STEP_SHARE * self.step_s

    def continues(self, passed_s: float) -> bool:
        """Take the time since the step before, and count; False where the row is broken. One step may have been missed."""
        missed = self.misses_one(passed_s)
        if passed_s <= longest_step_s(self.gait) and not (self.gait == "walk" and missed):
            self.number += 1
            self.intervals_s[:] = [*self.intervals_s, passed_s][-RECENT_STEPS:]
            return True
        if missed:
            self.number += 2
        return missed

    def add(self, lower_trunks: float) -> None:
        """Take a step; lower_trunks: how much lower the picture's left foot is at midstance than the right one (NaN unknown)."""
        self.steps += 1
        if math.isnan(lower_trunks):
            return
        told_trunks = max(-SIDE_CLIP_TRUNKS, min(SIDE_CLIP_TRUNKS, lower_trunks))
        if self.gait == "walk":
            told_trunks = self._alternating(told_trunks)
        if not math.isnan(told_trunks):
            sign = 1.0 if self.number % 2 == 0 else -1.0
            self.evidence = SIDE_MEMORY * self.evidence + sign * told_trunks

    def _alternating(self, lower_trunks: float) -> float:
        """Half of what has changed since the step of the other leg; NaN where there was none.

        The signs of walking are small. A camera at an angle, or a foot that the network places too low, adds as much to each step of
        both legs. What does not alternate says nothing of the legs.
        """
        before, self.lower = self.lower, (self.number, lower_trunks)
        return math.nan if before is None or (self.number - before[0]) % 2 == 0 else (lower_trunks - before[1]) / 2.0

    @property
    def knows_legs(self) -> bool:
        """Whether the feet have shown which steps stand on which leg."""
        return abs(self.evidence) >= LEAST_EVIDENCE_TRUNKS

    def leg(self, number: int) -> Leg:
        """The leg of the picture that this step stands on, as far as it is known."""
        return 0 if (self.evidence > 0) == (number % 2 == 0) else 1

    def copied(self) -> Row:
        """With lists of its own."""
        return replace(
            self,
            intervals_s=[*self.intervals_s],
            midstances_apart_s=[*self.midstances_apart_s],
            midstances=[*self.midstances],
        )


@dataclass(slots=True)
class Step:
    """One step. What later steps of its row say of the legs counts for it as well."""

    row: Row
    number: int
    since_s: float  # the step before in the row; NaN: this one is the first, or one between them was missed
    midstance_s: float
    fall_trunks: float = math.nan  # of the trunk, from its highest point to its lowest one, in trunk lengths
    initial_contact_s: float = math.nan
    toe_off_s: float = math.nan
    double_support_s: float = math.nan  # of walking: from initial contact to the toe off of the other foot
    contact_sigma_s: float = math.nan  # standard error of the contact time
    feet_seen: bool = True  # False: the rhythm gives the events
    low_s: float = math.nan  # of running: the lowest point of the trunk, as it was found first
    timed: bool = False  # whether the events have been found

    @property
    def leg(self) -> Leg:
        return self.row.leg(self.number)

    @property
    def walks(self) -> bool:
        return self.row.gait == "walk"


def lower_trunks(left_y_trunks: float, right_y_trunks: float) -> float:
    """How much lower the picture's left foot is than the right one, by their heights (down is positive); NaN where neither is seen."""
    if math.isnan(left_y_trunks) != math.isnan(right_y_trunks):
        return UNSEEN_LOWER_TRUNKS if math.isnan(left_y_trunks) else -UNSEEN_LOWER_TRUNKS
    return left_y_trunks - right_y_trunks
