"""Which cue, on which side, and when: stances in, at most one thing to say out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from runform_live.coach.catalogue import Catalogue, Direction
from runform_live.coach.schedule import has_feedback
from runform_live.coach.targets import Targets, TargetsState
from runform_live.config import Band, CoachSettings
from runform_live.gait.course import RunTime, RunTimeState
from runform_live.gait.statistics import Estimate, Rolling, RollingState
from runform_live.messages import SIDES, FeedbackMode, Naming, Side, Stance, TargetFrom
from runform_live.naming import OTHER, exchanged, newer, renamed

STANCES = 20  # a side, that a judgement rests on
# A judgement is made after every stance, some hundred times in a run: at 95% certainty each, noise alone would speak every
# minute. One in a thousand, two-sided.
CERTAIN_Z = 3.29
LEAST_ERROR = 0.1
PRAISE_PAUSE_S = 30.0


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to say now: the name of its sentence and sounds, what it is about, and why."""

    kind: Literal["cue", "praise", "summary"]
    name: str
    metric: str
    side: Side | None
    reason: str
    one_side: bool = False  # it is about one side, but left and right are not sure, so that none is named


def outside(band: Band, mean: float) -> tuple[Direction, float] | None:
    """On which side of the band a mean lies and how far (> 0); None inside."""
    if band.high is not None and mean > band.high:
        return "high", mean - band.high
    if band.low is not None and mean < band.low:
        return "low", band.low - mean
    return None


def certain_t(freedom: int) -> float:
    """Student's t for CERTAIN_Z (Cornish-Fisher expansion; Abramowitz and Stegun 26.7.5); good to 3% from 6 degrees on."""
    z, n = CERTAIN_Z, max(freedom, 1)
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )


def uncertainty(mean: Estimate) -> float:
    """Half-width of the interval that a mean must clear; infinite where its spread is not known."""
    if mean.sd is None:
        return math.inf
    return max(certain_t(mean.n - 1) * mean.sd / math.sqrt(mean.n), LEAST_ERROR)


class CuedState(msgspec.Struct, frozen=True):
    """What was cued, and the stances since."""

    metric: str
    side: Side
    time_s: float
    since: RollingState


@dataclass(frozen=True, slots=True)
class Cued:
    """When something was cued, and the stances since."""

    time_s: float
    since: Rolling


class CuesState(msgspec.Struct, frozen=True):
    """A coach written down."""

    mode: FeedbackMode
    rolling: RollingState
    targets: TargetsState
    run_time: RunTimeState
    last_s: float
    praised_s: float
    summed_s: float
    cued: tuple[CuedState, ...]
    naming: Naming | None


class Coach:
    """Decides after every stance. The clock is the session's: a stance's toe off."""

    __slots__ = (
        "_catalogue",
        "_cued",
        "_last_s",
        "_naming",
        "_praised_s",
        "_rolling",
        "_run_time",
        "_settings",
        "_summed_s",
        "targets",
    )

    def __init__(self, settings: CoachSettings, catalogue: Catalogue, state: CuesState | None = None) -> None:
        """state: of a predecessor with the same settings, to go on from; the mode is then the predecessor's."""
        self._settings = msgspec.structs.replace(settings, mode=state.mode) if state else settings
        self._catalogue = catalogue
        self._rolling = Rolling(STANCES, state.rolling if state else None)
        self.targets = Targets(
            settings.target_from, settings.targets, settings.baseline_change_deg, state.targets if state else None
        )
        self._run_time = RunTime(state.run_time if state else None)
        self._naming = state.naming if state else None
        self._last_s = state.last_s if state else -math.inf  # the last cue
        self._praised_s = state.praised_s if state else -math.inf
        self._summed_s = state.summed_s if state else math.nan
        self._cued: dict[tuple[str, Side], Cued] = {  # what was cued
            (each.metric, each.side): Cued(each.time_s, Rolling(STANCES, each.since))
            for each in (state.cued if state else ())
        }

    def state(self) -> CuesState:
        """All that a successor needs to go on exactly from here."""
        return CuesState(
            mode=self._settings.mode,
            rolling=self._rolling.state(),
            targets=self.targets.state(),
            run_time=self._run_time.state(),
            last_s=self._last_s,
            praised_s=self._praised_s,
            summed_s=self._summed_s,
            cued=tuple(
                CuedState(metric, side, it.time_s, it.since.state()) for (metric, side), it in self._cued.items()
            ),
            naming=self._naming,
        )

    def push(self, stance: Stance) -> Choice | None:
        """Take a stance; what is to be said after it, if anything."""
        self.name(stance.naming)
        stance = renamed(stance, self._naming)
        if math.isnan(self._summed_s):
            self._summed_s = stance.initial_contact_s
        self._run_time.push(stance)
        self._rolling.add(stance)
        self.targets.push(stance)
        for cued in self._cued.values():
            cued.since.add(stance)
        now_s = stance.toe_off_s
        if not self.speaks(now_s):
            return None
        if self._settings.mode == "summary":
            return self._summary(now_s)
        if now_s - self._last_s < self._settings.shortest_pause_s:
            return None
        choice = self._worst(now_s) or self._praise(now_s)
        if choice is not None:
            self._last_s = now_s
        return choice

    def name(self, told: Naming | None) -> None:
        """How left and right are named by now. What is known of them is exchanged where the view was another."""
        before, self._naming = self._naming, newer(self._naming, told)
        if self._naming is None or not exchanged(before, self._naming):
            return
        self._rolling.put_right(self._naming)
        self.targets.put_right(self._naming)
        renamed_cues = dict[tuple[str, Side], Cued]()
        for (metric, side), cued in self._cued.items():
            cued.since.put_right(self._naming)
            renamed_cues[metric, side if cued.time_s < self._naming.since_s else OTHER[side]] = cued
        self._cued = renamed_cues

    @property
    def unsure_of_sides(self) -> bool:
        """Whether left and right may be exchanged, so that nothing may name a side."""
        return self._naming is not None and self._naming.unsure

    def _about(self, side: Side) -> tuple[Side | None, str]:
        """The side as it may be named, and in words."""
        return (None, "one side") if self.unsure_of_sides else (side, side)

    def speaks(self, now_s: float) -> bool:
        """Whether feedback of any kind is given at this time of the session."""
        mode = self._settings.mode
        if mode == "faded":
            return has_feedback(self._run_time.at(now_s), self._settings.faded_blocks_s)
        return mode != "off"

    def give_feedback(self, mode: FeedbackMode) -> None:
        """Another mode from now on."""
        self._settings = msgspec.structs.replace(self._settings, mode=mode)

    def aim(self, source: TargetFrom, bands: Mapping[str, Band]) -> None:
        """Other targets from now on: what was said of the old ones does not count."""
        self.targets.choose(source, bands)
        self._cued.clear()

    def forget(self) -> None:
        """Start the means anew (after a pause)."""
        self._rolling.clear()
        self._cued.clear()

    def _mean(self, side: Side, metric: str) -> Estimate | None:
        """What a judgement rests on: the last stances; once something was cued, only those since, for it is said anew."""
        cued = self._cued.get((metric, side))
        mean = (cued.since if cued else self._rolling).estimate(side, metric)
        return mean if mean is not None and mean.n >= self._settings.fewest_stances else None

    def _worst(self, now_s: float) -> Choice | None:
        """The metric and side that lies furthest outside its band, in its own uncertainty."""
        worst, worst_excess = None, 0.0
        cued: tuple[str, Side] | None = None
        for metric, band in self.targets.bands.items():
            for side in SIDES:
                mean = self._mean(side, metric)
                found = outside(band, mean.mean) if mean is not None else None
                if mean is None or found is None or found[0] not in self._catalogue.get(metric, {}):
                    continue
                direction, distance = found
                excess = distance / uncertainty(mean)
                needed = 0.0 if self._settings.mode == "constant" else 1.0
                if excess > max(needed, worst_excess):
                    limit = band.high if direction == "high" else band.low
                    named, words = self._about(side)
                    reason = f"{metric} {words}: mean {mean.mean:.1f} of {mean.n} stances, target {direction} {limit:g}"
                    worst_excess, cued = excess, (metric, side)
                    worst = Choice("cue", self._catalogue[metric][direction], metric, named, reason, named is None)
        if cued is not None:
            self._cued[cued] = Cued(now_s, Rolling(STANCES))
        return worst

    def _praise(self, now_s: float) -> Choice | None:
        """A word when what was cued is surely back inside its band."""
        if not self._settings.praise or now_s - self._praised_s < PRAISE_PAUSE_S:
            return None
        for (metric, side), cued in self._cued.items():
            mean, band = cued.since.estimate(side, metric), self.targets.bands.get(metric)
            if mean is None or band is None or mean.n < self._settings.fewest_stances:
                continue
            margin = uncertainty(mean)
            if outside(band, mean.mean + margin) or outside(band, mean.mean - margin):
                continue
            del self._cued[metric, side]
            self._praised_s = now_s
            named, words = self._about(side)
            reason = f"{metric} {words}: back inside, mean {mean.mean:.1f}"
            return Choice("praise", "praise", metric, named, reason, named is None)
        return None

    def _summary(self, now_s: float) -> Choice | None:
        """At the end of a block: the worst thing of it, or that all was inside."""
        if now_s - self._summed_s < self._settings.summary_every_s:
            return None
        self._summed_s = now_s
        worst = self._worst(now_s)
        if worst is not None:
            return replace(worst, kind="summary")
        if not self.targets.bands:
            return None
        return Choice("summary", "block_good", next(iter(self.targets.bands)), None, "all targets met in this block")
