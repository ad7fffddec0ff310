"""Which cue, on which side, and when: stances in, at most one thing to say out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from runform_live.coach import choice, judgement
from runform_live.coach.catalogue import Catalogue, rule_for
from runform_live.coach.choice import About, Choice
from runform_live.coach.cued import STANCES, Cued, CuedState
from runform_live.coach.feedback_times import FeedbackTimes, FeedbackTimesState
from runform_live.coach.judgement import JudgedMean, outside
from runform_live.coach.targets import Targets, TargetsState
from runform_live.config import CoachSettings
from runform_live.gait.rolling import Rolling, RollingState
from runform_live.gait.uncertainty.change import ChangeErrors, ChangeModel
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import SIDES, Band, Gait, Naming, Side, Stance, TargetFrom
from runform_live.programmes import Course
from runform_live.side_naming import exchanged, newer, renamed

# Stances a side that a change rests on. A change is more certain than a mean: with fewer stances it is noticed sooner.
CHANGE_STANCES = 10
PRAISE_PAUSE_S = 30.0


class ChooserState(msgspec.Struct, frozen=True):
    """A chooser written down."""

    times: FeedbackTimesState
    rolling: RollingState
    targets: TargetsState
    last_s: float
    praised_s: float
    summed_s: float
    cued: tuple[CuedState, ...]
    naming: Naming | None


@dataclass(frozen=True, slots=True)
class _Missed:
    """A side that misses its target, and the cue for it."""

    about: About
    cue: Choice
    excess: float  # how far outside, in parts of what is needed to be sure


class CueChooser:
    """Decides after every stance. Its clock is the session's: the toe off of the stance."""

    __slots__ = (
        "_catalogue",
        "_changes",
        "_cued",
        "_instrument",
        "_last_s",
        "_naming",
        "_praised_s",
        "_rolling",
        "_settings",
        "_summed_s",
        "gait",
        "targets",
        "times",
    )

    def __init__(
        self,
        settings: CoachSettings,
        catalogue: Catalogue,
        state: ChooserState | None = None,
        changes: ChangeModel | None = None,
        course: Course | None = None,
    ) -> None:
        """state: of a predecessor with the same settings, to go on from.

        course: of a planned session, which tells where there is feedback; None: a free run.
        changes: the errors of a change within a run. Without them, and until `measured_with` tells the instrument, the scatter of the
        stances alone counts.
        """
        self._settings = settings
        # The gait that targets hold for, and so all that is said. A planned session is of running.
        self.gait: Gait = settings.target_gait if course is None else "run"
        self.times = FeedbackTimes(
            settings.mode, settings.faded_blocks_s, course, state.times if state else None, self.gait
        )
        self._catalogue = catalogue
        self._changes = changes or ChangeModel(ChangeErrors())
        self._instrument = InstrumentErrors({})
        self._rolling = Rolling(STANCES, state.rolling if state else None)
        self.targets = Targets(
            *self._in_own_gait(settings.target_from, settings.targets),
            settings.baseline_change_deg,
            state.targets if state else None,
            settings.trained,
            self.gait,
        )
        self._naming = state.naming if state else None
        self._last_s = state.last_s if state else -math.inf  # the last cue
        self._praised_s = state.praised_s if state else -math.inf
        self._summed_s = state.summed_s if state else math.nan
        self._cued = Cued(state.cued if state else ())

    def state(self) -> ChooserState:
        """All that a successor needs to go on exactly from here."""
        return ChooserState(
            times=self.times.state(),
            rolling=self._rolling.state(),
            targets=self.targets.state(),
            last_s=self._last_s,
            praised_s=self._praised_s,
            summed_s=self._summed_s,
            cued=self._cued.state(),
            naming=self._naming,
        )

    def push(self, stance: Stance, silent: bool = False) -> Choice | None:
        """Take a stance; what is to be said after it, if anything.

        silent: nothing is said of it, since the runner does something else by now. Where a stance is of the other gait than the targets,
        nothing is said either, and the means begin anew after it.
        """
        self.name(stance.naming)
        stance = renamed(stance, self._naming)
        self.times.push(stance)
        if stance.gait != self.gait:
            self.forget()
            return None
        if math.isnan(self._summed_s):
            self._summed_s = stance.initial_contact_s
        self._rolling.add(stance)
        self.targets.push(stance)
        self._cued.push(stance)
        now_s = stance.toe_off_s
        if silent or not self.times.given(now_s):
            return None
        if self.times.mode == "summary":
            return self._summary(now_s)
        if now_s - self._last_s < self._settings.shortest_pause_s:
            return None
        said = self._give_cue(now_s) or self._give_praise(now_s)
        if said is not None:
            self._last_s = now_s
        return said

    def name(self, told: Naming | None) -> None:
        """How left and right are named by now. What is known of them is exchanged where the view was another."""
        before, self._naming = self._naming, newer(self._naming, told)
        if self._naming is None or not exchanged(before, self._naming):
            return
        self._rolling.put_right(self._naming)
        self.targets.put_right(self._naming)
        self._cued.put_right(self._naming)

    @property
    def unsure_of_sides(self) -> bool:
        """Whether left and right may be exchanged, so that nothing may name a side."""
        return self._naming is not None and self._naming.unsure

    def _about(self, metric: str, sides: tuple[Side, ...]) -> About:
        return About(metric, sides, sure_of_sides=not self.unsure_of_sides)

    def measured_with(self, instrument: InstrumentErrors) -> None:
        """How wrong a mean is from now on: the level line's own error may change within the run."""
        self._instrument = instrument

    def aim(self, source: TargetFrom, bands: Mapping[str, Band]) -> None:
        """Other targets from now on: what was said of the old ones does not count."""
        self.targets.choose(*self._in_own_gait(source, bands))
        self._cued.clear()

    def _in_own_gait(self, source: TargetFrom, bands: Mapping[str, Band]) -> tuple[TargetFrom, Mapping[str, Band]]:
        """Bands of the settings hold for the gait of the settings. A planned session of the other gait starts from its first minute instead."""
        if source == "settings" and self._settings.target_gait != self.gait:
            return "baseline", {}
        return source, bands

    def train(self, metric: str) -> None:
        """Another metric is trained: a target from the first minute is for it from now on."""
        self.targets.train(metric)

    def forget(self) -> None:
        """Start the means anew (after a pause, or the other gait). The first minute stays what it was."""
        self._rolling.clear()
        self._cued.clear()

    def _lately(self, metric: str, side: Side) -> list[Stance]:
        """What a judgement rests on: the last stances; once something was cued, only those since, for it is said anew.

        A target from the first minute counts from its end on.
        """
        since_cue = self._cued.stances_since(metric, side)
        stances = self._rolling.stances(side) if since_cue is None else since_cue
        minute_s = self.targets.first.span_s
        if self.targets.source != "baseline" or minute_s is None:
            return stances
        return [stance for stance in stances if stance.midstance_s > minute_s[1]][-CHANGE_STANCES:]

    def _judged(self, metric: str) -> Iterator[tuple[tuple[Side, ...], JudgedMean]]:
        """How each side stands to its target, of those that can be judged; both together where they cannot be told apart."""
        fewest, baseline = self._settings.fewest_stances, self.targets.source == "baseline"
        lately = {side: self._lately(metric, side) for side in SIDES}
        if not baseline and self.times.mode != "constant" and not self._instrument.levels(metric):
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

    def _worst(self) -> _Missed | None:
        """The metric and side that lies furthest outside its band, in its own uncertainty."""
        least = 0.0 if self.times.mode == "constant" else 1.0
        missed = [one for metric in self.targets.bands for one in self._missed(metric) if one.excess > least]
        return max(missed, key=lambda one: one.excess, default=None)

    def _missed(self, metric: str) -> Iterator[_Missed]:
        """The sides that miss the target of a metric, where there is a cue for it."""
        band = self.targets.bands[metric]
        for sides, judged in self._judged(metric):
            found = outside(band, judged.mean)
            if found is None:
                continue
            direction, distance = found
            rule = rule_for(self._catalogue, metric, direction, self.gait)
            if rule is None:
                continue
            limit = band.high if direction == "high" else band.low
            assert limit is not None
            about = self._about(metric, sides)
            cue = choice.cue(about, rule.say, judged, direction, limit)
            yield _Missed(about, cue, distance / judged.outside_margin)

    def _give_cue(self, now_s: float) -> Choice | None:
        """The cue for the worst side; only stances after it count from now on."""
        worst = self._worst()
        if worst is None:
            return None
        self._cued.add(worst.about.metric, worst.about.sides, now_s)
        return worst.cue

    def _give_praise(self, now_s: float) -> Choice | None:
        """A word when what was cued is surely back inside its band."""
        if not self._settings.praise or now_s - self._praised_s < PRAISE_PAUSE_S:
            return None
        for metric in self._cued.metrics():
            band = self.targets.bands.get(metric)
            for sides, judged in self._judged(metric) if band is not None else ():
                if band is None or not self._cued.holds(metric, sides) or not judged.is_surely_inside(band):
                    continue
                self._cued.remove(metric, sides)
                self._praised_s = now_s
                return choice.praise(self._about(metric, sides), judged)
        return None

    def _summary(self, now_s: float) -> Choice | None:
        """At the end of a block: the worst thing of it, or that all was inside; nothing where neither is known."""
        if now_s - self._summed_s < self._settings.summary_every_s:
            return None
        self._summed_s = now_s
        worst = self._give_cue(now_s)
        if worst is not None:
            return choice.summary_of(worst)
        means = [(band, one.mean) for metric, band in self.targets.bands.items() for _, one in self._judged(metric)]
        if not means or any(outside(band, mean) for band, mean in means):
            return None
        return choice.all_inside(next(iter(self.targets.bands)))
