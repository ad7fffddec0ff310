"""The coach of a run: what is to be heard after each stance, what a person has chosen, and what is in force.

No sound, socket or clock is in here; `process.py` feeds it and plays what it asks for.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from runform_live import controls
from runform_live.coach.catalogue import Catalogue
from runform_live.coach.choice import Choice
from runform_live.coach.choosing import ChooserState, CueChooser
from runform_live.coach.feedback_times import course_of
from runform_live.coach.own_cadence import CadenceState, OwnCadence
from runform_live.coach.tones import loudness
from runform_live.config import CoachSettings
from runform_live.controls import Control
from runform_live.gait.gait_now import GaitNow
from runform_live.handover import Newest
from runform_live.messages import AtBlock, Band, CoachState, Feedback, GaitState, MarkedBlock, Side, Stance
from runform_live.metrics import ANGLES
from runform_live.model_used import ModelUsed
from runform_live.programmes import PlannedSession

SHORTEST_BLOCK_S = 0.001  # of blocks begun by hand: each has a time of its own in the events of the session


class Chosen(msgspec.Struct, frozen=True):
    """What a person can choose during the run."""

    feedback: Feedback
    volume: float  # 0..1
    trained: str  # the metric
    muted: bool = False
    paused: bool = False
    marked: MarkedBlock | None = None


class Reached(msgspec.Struct, frozen=True):
    """Where the run is, by what came from the gait stage."""

    time_s: float = 0.0  # toe off of the last stance that counted
    running: bool = False
    gait: GaitNow = GaitNow()
    calibrated: bool = False
    level_sd_deg: float | None = None
    ended: bool = False  # nothing more comes


class CoachHandover(msgspec.Struct, frozen=True):
    """All that a successor goes on from."""

    chooser: ChooserState
    chosen: Chosen
    reached: Reached
    cadence: CadenceState
    stance_s: float  # of the newest stance
    gait_s: float  # of the newest gait state


@dataclass(frozen=True, slots=True)
class Tone:
    """The tone of one stance."""

    value: float
    band: Band
    side: Side | None  # None: left and right are not sure


class Coach:
    """Feed it gait states, stances and requests in the order in which they come. Repeats are left out.

    Everything that it has to say is of one gait, that of the targets. While somebody goes in the other one, nothing is heard.
    """

    def __init__(
        self,
        settings: CoachSettings,
        catalogue: Catalogue,
        model: ModelUsed,
        planned: PlannedSession | None = None,
        ran_before_s: float = 0.0,
        handover: CoachHandover | None = None,
    ) -> None:
        """model: the network of the run, with its errors. planned: the session of a programme that it is; None: a free run.

        ran_before_s: of running, in earlier recordings of the same planned session. handover: of a predecessor with the same settings.
        """
        self._settings, self._model, self._planned = settings, model, planned
        known = handover.chooser if handover else None
        course = course_of(planned, ran_before_s, known.times if known else None)
        self._chooser = CueChooser(settings, catalogue, known, model.within_run(), course)
        self._chosen = handover.chosen if handover else Chosen(settings.feedback, settings.volume, settings.trained)
        self._reached = handover.reached if handover else Reached()
        self._cadence = OwnCadence(self._chooser.gait, handover.cadence if handover else None)
        self._stances = Newest(handover.stance_s) if handover else Newest()
        self._gait = Newest(handover.gait_s) if handover else Newest()
        self._know_level()

    def state(self) -> CoachHandover:
        """All of it, for a successor."""
        return CoachHandover(
            self._chooser.state(),
            self._chosen,
            self._reached,
            self._cadence.state(),
            self._stances.time_s,
            self._gait.time_s,
        )

    # -- the run ------------------------------------------------------------------------------------------------------

    def take_gait(self, gait: GaitState) -> None:
        """Note how the run is. Where it begins to pause, the means and the cadence begin anew; the means also in the other gait."""
        if not self._gait.is_new(gait.time_s):
            return
        paused_now = gait.phase == "paused" and self._reached.running
        self._reach(
            running=gait.phase == "running", gait=self._reached.gait.after_activity(gait.activity, gait.time_s),
            calibrated=gait.calibrated, level_sd_deg=gait.level_sd_deg,
        )  # fmt: skip
        self._know_level()
        self._chooser.name(gait.naming)
        if paused_now:
            self._start_anew()
        elif self._in_other_gait:
            self._chooser.forget()

    def counts(self, stance: Stance) -> bool:
        """Whether a stance is new and belongs to the run. Call it once for each stance, and `push` where it is true."""
        return not self._reached.ended and self._stances.is_new(stance.midstance_s) and not self._chosen.paused

    def push(self, stance: Stance) -> Choice | Tone | None:
        """What is to be heard after a stance."""
        self._reach(time_s=stance.toe_off_s, gait=self._reached.gait.after_stance(stance))
        said = self._chooser.push(stance, silent=self._in_other_gait)
        if stance.gait != self._chooser.gait:
            self._cadence.begin_anew()
        elif self._chosen.feedback.metronome_percent is not None:
            self._cadence.push(stance.midstance_s)
        return said or self._tone(stance)

    def end(self) -> bool:
        """Nothing more comes. True the first time."""
        first = not self._reached.ended
        self._reach(ended=True)
        return first

    def _reach(self, **changes: object) -> None:
        self._reached = msgspec.structs.replace(self._reached, **changes)

    @property
    def _in_other_gait(self) -> bool:
        """Whether somebody runs by now where the targets are for walking, or walks where they are for running."""
        return self._reached.gait.gait not in (None, self._chooser.gait)

    def _know_level(self) -> None:
        """How wrong a mean is depends on the level line."""
        self._chooser.measured_with(self._model.instrument(self._reached.calibrated, self._reached.level_sd_deg))

    def _start_anew(self) -> None:
        """After a pause, what was measured before it is no longer what the runner does."""
        self._chooser.forget()
        self._cadence.forget()

    def _tone(self, stance: Stance) -> Tone | None:
        """The tone of a stance for the trained metric, where tones are wished."""
        value = getattr(stance, self._chosen.trained)
        wished = self._chosen.feedback.stance_tones and not self._chosen.muted
        other = stance.gait != self._chooser.gait or self._in_other_gait
        if value is None or not wished or other or not self._chooser.times.given(stance.toe_off_s):
            return None
        band = self._chooser.targets.bands.get(self._chosen.trained, Band())
        return Tone(value, band, None if self._chooser.unsure_of_sides else stance.side)

    # -- requests -----------------------------------------------------------------------------------------------------

    def take_request(self, control: Control) -> None:
        """Do what a person asked for."""
        match control:
            case controls.SetMuted(muted=muted):
                self._choose(muted=muted)
                self._cadence.forget()
            case controls.SetPaused(paused=paused):
                self._choose(paused=paused)
                self._start_anew()
            case controls.SetVolume(volume=volume):
                self._choose(volume=loudness(volume))
            case controls.SetTargets(source=source, bands=bands):
                self._chooser.aim(source, self._settings.targets if source == "settings" else bands)
            case controls.Train(metric=metric) if metric in ANGLES:
                self._choose(trained=metric)
                self._chooser.train(metric)
            case controls.SetFeedback(feedback=feedback):
                if feedback.metronome_percent != self._chosen.feedback.metronome_percent:
                    self._cadence.forget()
                self._choose(feedback=feedback)
                self._chooser.times.mode = feedback.mode
            case controls.MarkBlock(feedback=feedback, at_s=at_s):
                self._mark_block(feedback, at_s)

    def _choose(self, **changes: object) -> None:
        self._chosen = msgspec.structs.replace(self._chosen, **changes)

    def _mark_block(self, feedback: bool | None, at_s: float | None) -> None:
        """A block begins or ends by hand, always after the one before it."""
        marked = self._chosen.marked
        if feedback is None and (marked is None or marked.feedback is None):
            return  # no block to end
        since_s = self._reached.time_s if at_s is None else at_s
        if marked is not None:
            since_s = max(since_s, marked.since_s + SHORTEST_BLOCK_S)
        self._choose(marked=MarkedBlock(feedback, since_s))
        self._chooser.times.mark_block(feedback)

    # -- what is in force ---------------------------------------------------------------------------------------------

    @property
    def muted(self) -> bool:
        return self._chosen.muted

    @property
    def volume(self) -> float:
        return self._chosen.volume

    @property
    def beats_per_minute(self) -> float | None:
        """Of the metronome; None where it is silent. It is feedback, and silent wherever no feedback is given, and in the other gait."""
        own, percent = self._cadence.steps_per_minute, self._chosen.feedback.metronome_percent
        if own is None or percent is None or self.muted or self._in_other_gait or not self._gives_feedback:
            return None
        return own * (1.0 + percent / 100.0)

    @property
    def _gives_feedback(self) -> bool:
        return self._chooser.times.given_now

    def milestone(self) -> tuple[bool, bool, int]:
        """What is told at once when it changes: whether the first minute is over and feedback is given, and the planned block."""
        place = self._chooser.times.position
        return self._chooser.targets.first.over, self._gives_feedback, 0 if place is None else place.number

    def message(self, sound: str, trouble: str) -> CoachState:
        """What is in force. sound: why nothing can be heard. trouble: with the language or the cues. Both are empty where all is well."""
        chosen, targets = self._chosen, self._chooser.targets
        return CoachState(
            muted=chosen.muted,
            sound=sound,
            targets=dict(targets.bands),
            target_from=targets.source,
            target_gait=self._chooser.gait,
            volume=chosen.volume,
            gives_feedback=self._gives_feedback,
            feedback=chosen.feedback,
            trouble=trouble,
            trained=chosen.trained,
            reference_s=targets.first.span_s,
            reference_left_s=targets.first.left_s,
            marked=chosen.marked,
            block=self._block(),
        )

    def _block(self) -> AtBlock | None:
        """Where the runner is in the planned session."""
        place, planned = self._chooser.times.position, self._planned
        if place is None or planned is None:
            return None
        count = len(planned.blocks())
        part = None if place.block is None else place.block.part
        number = min(place.number + 1, count)
        return AtBlock(part, place.feedback, number, count, place.left_s, place.ran_s, planned.length_s)
