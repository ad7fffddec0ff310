"""Which cue, on which side, and when: stances in, at most one thing to say out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from runform_live.body import OTHER
from runform_live.coach import judgement
from runform_live.coach.catalogue import Catalogue
from runform_live.coach.judgement import Standing, outside
from runform_live.coach.targets import Targets, TargetsState
from runform_live.config import CoachSettings
from runform_live.gait.change import ChangeErrors, ChangeModel
from runform_live.gait.instrument import Instrument
from runform_live.gait.run_phase import RunTime, RunTimeState
from runform_live.gait.statistics import Rolling, RollingState
from runform_live.messages import SIDES, Band, FeedbackMode, Naming, Side, Stance, TargetFrom
from runform_live.naming import exchanged, newer, renamed
from runform_live.programmes import Course, CourseState, Place, PlannedSession
from runform_live.programmes.schedule import has_feedback

STANCES = 20  # a side, that a judgement rests on
# The same of a change. It is more certain than a mean; with fewer stances it is noticed sooner.
CHANGE_STANCES = 10
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
    by_hand: bool | None = None  # feedback in the block that a person marked
    course: CourseState | None = None


def course_of(session: PlannedSession | None, ran_before_s: float, state: CuesState | None) -> Course | None:
    """The course of a planned session (None: a free run), from where a predecessor or an earlier recording stopped."""
    if session is None:
        return None
    if state is not None and state.course is not None:
        return Course(session, state.course)
    return Course.resumed(session, ran_before_s)


class Coach:
    """Decides after every stance. The clock is the session's: a stance's toe off."""

    __slots__ = (
        "_by_hand",
        "_catalogue",
        "_changes",
        "_course",
        "_cued",
        "_instrument",
        "_last_s",
        "_naming",
        "_praised_s",
        "_rolling",
        "_run_time",
        "_settings",
        "_summed_s",
        "targets",
    )

    def __init__(
        self,
        settings: CoachSettings,
        catalogue: Catalogue,
        state: CuesState | None = None,
        changes: ChangeModel | None = None,
        course: Course | None = None,
    ) -> None:
        """state: of a predecessor with the same settings, to go on from; the mode is then the predecessor's.

        course: of a planned session, which tells where there is feedback; `course_of` makes it. None: a free run.
        changes: the errors of a change within a run. Without them, and until `measured_with` tells the instrument, the scatter of the
        stances alone counts.
        """
        self._settings = msgspec.structs.replace(settings, mode=state.mode) if state else settings
        self._catalogue = catalogue
        self._changes = changes or ChangeModel(ChangeErrors())
        self._instrument = Instrument({})
        self._rolling = Rolling(STANCES, state.rolling if state else None)
        self.targets = Targets(
            settings.target_from,
            settings.targets,
            settings.baseline_change_deg,
            state.targets if state else None,
            settings.trained,
        )
        self._run_time = RunTime(state.run_time if state else None)
        self._course = course
        self._naming = state.naming if state else None
        self._by_hand = state.by_hand if state else None
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
            by_hand=self._by_hand,
            course=None if self._course is None else self._course.state(),
        )

    def push(self, stance: Stance) -> Choice | None:
        """Take a stance; what is to be said after it, if anything."""
        self.name(stance.naming)
        stance = renamed(stance, self._naming)
        if math.isnan(self._summed_s):
            self._summed_s = stance.initial_contact_s
        self._run_time.push(stance)
        if self._course is not None:
            self._course.push(stance)
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

    def _about(self, sides: tuple[Side, ...]) -> tuple[Side | None, str]:
        """The side as it may be named, and in words."""
        if len(sides) > 1 or self.unsure_of_sides:
            return None, "one side"
        return sides[0], sides[0]

    def speaks(self, now_s: float) -> bool:
        """Whether feedback of any kind is given at this time of the session.

        In a planned session that is where the plan has it, whatever the mode; a mode says how it is given, and "off" that it is not. A block that a
        person marked goes before both.
        """
        mode = self._settings.mode
        if self._by_hand is not None:
            return self._by_hand and mode != "off"
        if self._course is not None:
            return mode != "off" and self._course.place.feedback
        if mode == "faded":
            return has_feedback(self._run_time.at(now_s), self._settings.faded_blocks_s)
        return mode != "off"

    @property
    def place(self) -> Place | None:
        """Where the runner is in the planned session; None in a free run."""
        return None if self._course is None else self._course.place

    def measured_with(self, instrument: Instrument) -> None:
        """How wrong a mean is from now on: the level line's own error may change within the run."""
        self._instrument = instrument

    def give_feedback(self, mode: FeedbackMode) -> None:
        """Another mode from now on."""
        self._settings = msgspec.structs.replace(self._settings, mode=mode)

    def mark_block(self, feedback: bool | None) -> None:
        """From now on a block with or without feedback that a person began; None: it ended, and the settings decide again."""
        self._by_hand = feedback

    def aim(self, source: TargetFrom, bands: Mapping[str, Band]) -> None:
        """Other targets from now on: what was said of the old ones does not count."""
        self.targets.choose(source, bands)
        self._cued.clear()

    def train(self, metric: str) -> None:
        """Another metric is trained: a target from the first minute is for it from now on."""
        self.targets.train(metric)

    def forget(self) -> None:
        """Start the means anew (after a pause). The first minute stays what it was."""
        self._rolling.clear()
        self._cued.clear()

    def _lately(self, metric: str, side: Side) -> list[Stance]:
        """What a judgement rests on: the last stances; once something was cued, only those since, for it is said anew.

        A target from the first minute counts from its end on.
        """
        cued = self._cued.get((metric, side))
        stances = (cued.since if cued else self._rolling).stances(side)
        minute_s = self.targets.first.span_s
        if self.targets.source != "baseline" or minute_s is None:
            return stances
        return [stance for stance in stances if stance.midstance_s > minute_s[1]][-CHANGE_STANCES:]

    def _standings(self, metric: str) -> Iterator[tuple[tuple[Side, ...], Standing]]:
        """How each side stands to its target, of those that can be judged; both together where they cannot be told apart."""
        fewest, baseline = self._settings.fewest_stances, self.targets.source == "baseline"
        lately = {side: self._lately(metric, side) for side in SIDES}
        if not baseline and self._settings.mode != "constant" and not self._instrument.levels(metric):
            both = judgement.by_both_sides(self._instrument, metric, lately["left"], lately["right"], fewest)
            if both is not None:
                yield SIDES, both
            return
        for side in SIDES:
            if baseline:
                first_mean = self.targets.first_mean(metric, side)
                first = self.targets.first.stances(side)
                one = None if first_mean is None else judgement.by_change(
                    self._changes, metric, first, first_mean, lately[side], fewest)  # fmt: skip
            else:
                one = judgement.by_mean(self._instrument, metric, lately[side], fewest)
            if one is not None:
                yield (side,), one

    def _worst(self, now_s: float) -> Choice | None:
        """The metric and side that lies furthest outside its band, in its own uncertainty."""
        worst, worst_excess = None, 0.0
        cued: tuple[str, tuple[Side, ...]] | None = None
        needed = 0.0 if self._settings.mode == "constant" else 1.0
        for metric, band in self.targets.bands.items():
            for sides, standing in self._standings(metric):
                found = outside(band, standing.mean)
                if found is None or found[0] not in self._catalogue.get(metric, {}):
                    continue
                direction, distance = found
                excess = distance / standing.outside_margin
                limit = band.high if direction == "high" else band.low
                if excess > max(needed, worst_excess) and limit is not None:
                    named, words = self._about(sides)
                    reason = f"{metric} {words}: {standing.words}, {standing.target_words(direction, limit)}"
                    worst_excess, cued = excess, (metric, sides)
                    worst = Choice("cue", self._catalogue[metric][direction], metric, named, reason, named is None)
        if cued is not None:
            for side in cued[1]:
                self._cued[cued[0], side] = Cued(now_s, Rolling(STANCES))
        return worst

    def _praise(self, now_s: float) -> Choice | None:
        """A word when what was cued is surely back inside its band."""
        if not self._settings.praise or now_s - self._praised_s < PRAISE_PAUSE_S:
            return None
        for metric in dict.fromkeys(metric for metric, _ in self._cued):
            band = self.targets.bands.get(metric)
            for sides, standing in self._standings(metric) if band is not None else ():
                was_cued = all((metric, side) in self._cued for side in sides)
                if band is None or not was_cued or not standing.is_surely_inside(band):
                    continue
                for side in sides:
                    del self._cued[metric, side]
                self._praised_s = now_s
                named, words = self._about(sides)
                reason = f"{metric} {words}: back inside, {standing.words}"
                return Choice("praise", "praise", metric, named, reason, named is None)
        return None

    def _summary(self, now_s: float) -> Choice | None:
        """At the end of a block: the worst thing of it, or that all was inside; nothing where neither is known."""
        if now_s - self._summed_s < self._settings.summary_every_s:
            return None
        self._summed_s = now_s
        worst = self._worst(now_s)
        if worst is not None:
            return replace(worst, kind="summary")
        means = [(band, one.mean) for metric, band in self.targets.bands.items() for _, one in self._standings(metric)]
        if not means or any(outside(band, mean) for band, mean in means):
            return None
        return Choice("summary", "block_good", next(iter(self.targets.bands)), None, "all targets met in this block")
