"""What the live screen shows, as plain values: messages in, texts and series out. No widget in it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import msgspec

from runform_live import controls, metrics, texts
from runform_live.capture.source_name import is_stream
from runform_live.config import Config
from runform_live.controls import Control
from runform_live.dashboard.change_model import SinceFirst
from runform_live.dashboard.trend import Trend
from runform_live.gait.gait_now import GaitNow
from runform_live.gait.rolling import Rolling
from runform_live.gait.run_phase import RunTime
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.gait.uncertainty.statistics import Estimate, Symmetry
from runform_live.handover import Newest
from runform_live.messages import (
    GAITS,
    SIDES,
    Band,
    CoachState,
    Cue,
    Gait,
    GaitState,
    Health,
    Message,
    Naming,
    Pose,
    Recorder,
    Side,
    SourceState,
    Stance,
    TargetFrom,
    TroubleKind,
)
from runform_live.metrics import ANGLES, MAIN_METRIC, TRAINABLE
from runform_live.model_used import ModelUsed
from runform_live.side_naming import exchanged, newer, put_right, renamed
from runform_live.texts import Texts

# The rows of the second layer: metric, and the key of its name under [live].
DETAILS: tuple[tuple[str, str], ...] = tuple(
    (one.name, one.short_name) for one in metrics.ALL if one.name in metrics.SHOWN
)
NAMES = dict(DETAILS)


Trends = dict[tuple[Gait, Side, str], Trend]


def _trends(stances: Sequence[Stance]) -> Trends:
    """The line of each gait, side and metric over these stances."""
    trends = {(gait, side, metric): Trend() for gait in GAITS for side in SIDES for metric in ANGLES}
    for stance in stances:
        _add(trends, stance)
    return trends


def _add(trends: Trends, stance: Stance) -> None:
    for metric in ANGLES:
        value = getattr(stance, metric)
        if value is not None:
            trends[stance.gait, stance.side, metric].add(stance.midstance_s, value)


class DashboardModel:
    """State of the live screen. All its figures are of the gait that goes on now; after a switch there are none yet."""

    def __init__(self, config: Config, model: ModelUsed, third_person: bool = False) -> None:
        """third_person: somebody who watches the runner reads it."""
        self.config = config
        self.model_used = model
        language, self.trouble = texts.load(config.screen.language)
        self._language = language.third_person() if third_person else language
        self._unsure_language = self._language.unsure_of_sides()
        self._naming: Naming | None = None
        self._answered = False  # the person has said where the camera is, and the gait stage has not taken it yet
        self._rolling = Rolling(config.gait.rolling_stances)
        self._gait_now = GaitNow()
        self._counted: list[Stance] = []  # of both gaits: the trends are drawn anew where sides are exchanged
        self._walked = RunTime()
        self.walked_s = 0.0  # seconds of walking, without the pauses
        self._trends = _trends(self._counted)
        self.since_first = SinceFirst(model.within_run(), self._counted, self._rolling)
        self._health: dict[str, tuple[Health, float]] = {}
        self.gait: GaitState | None = None
        self.pose: Pose | None = None
        self.source: SourceState | None = None
        self.recorder: Recorder | None = None
        self.coach: CoachState | None = None
        self.cue: Cue | None = None
        # Of the sound: as the coach says, or as somebody asked since.
        self.muted = False
        self.volume = config.coach.volume
        self._asked_for_sound = False  # since the coach's last state
        self.paused = False
        self.ends_in_s: float | None = None  # until a run that has stopped ends by itself
        self.recording = False
        self.recorder_trouble: TroubleKind = ""  # stays until frames are recorded again
        # Stages that were started anew, and when on the monotonic clock.
        self.restarted: Sequence[tuple[str, float]] = ()
        self.ending = False  # the run is over, and the session is being saved
        self._stances, self._cues, self._poses = Newest(), Newest(), Newest()
        self.from_stream = False

    def _is_new(self, message: Message) -> bool:
        """Whether a message says more than those before it. A stage that was restarted may repeat what its predecessor had sent."""
        if isinstance(message, Stance):
            return self._stances.is_new(message.midstance_s)
        if isinstance(message, Cue):
            return self._cues.is_new(message.time_s)
        if isinstance(message, Pose):
            return self._poses.is_new(message.time_s)
        if isinstance(
            message, GaitState
        ):  # two of the same frame may differ, where somebody asked for something in between
            return self.gait is None or message.time_s >= self.gait.time_s
        return True

    def take(self, message: Message, now_s: float) -> bool:
        """Note one message; `now_s` is the monotonic clock. False where it repeats an earlier one, and is left out."""
        if not self._is_new(message):
            return False
        if isinstance(message, Stance):
            self._take_stance(message)
        elif isinstance(message, GaitState):
            self.gait = message
            self._name(message.naming)
            self._follow(self._gait_now.after_activity(message.activity, message.time_s))
        elif isinstance(message, Pose):
            self.pose = message
        elif isinstance(message, SourceState):
            self._take_source(message)
        elif isinstance(message, Recorder):
            self._take_recorder(message)
        elif isinstance(message, CoachState):
            self.coach = message
            self._hear_sound(message)
            self.since_first.hear(message)
        elif isinstance(message, Cue):
            self.cue = message
        elif isinstance(message, Health):
            self._health[message.stage] = (message, now_s)
        return True

    def _hear_sound(self, coach: CoachState) -> None:
        """Mute and volume as the coach says, but for the one state that it may have sent before it heard of a request."""
        overtaken = self._asked_for_sound and (coach.muted, coach.volume) != (self.muted, self.volume)
        self._asked_for_sound = False
        if not overtaken:
            self.muted, self.volume = coach.muted, coach.volume

    def asked(self, control: Control) -> None:
        """Note what a person asked for, in this window or in another one."""
        match control:
            case controls.SetMuted(muted=muted):
                self.muted, self._asked_for_sound = muted, True
            case controls.SetVolume(volume=volume):
                self.volume, self._asked_for_sound = volume, True
            case controls.SetPaused(paused=paused):
                self.paused = paused
                self._rolling.clear()
                self.since_first.renew()
            case controls.SetView():
                self._answered = True
            case controls.SetRecording(recording=recording):
                self.recording = recording

    def _take_source(self, source: SourceState) -> None:
        self.source = source
        if source.state == "open":
            self.from_stream = is_stream(source.text)

    def _take_recorder(self, recorder: Recorder) -> None:
        """Counts never go back: those of a recorder that was started anew may begin lower."""
        recorded, not_taken = (self.recorder.recorded, self.recorder.not_taken) if self.recorder else (0, 0)
        if recorder.trouble_kind:
            if self.recorder_trouble in ("", "not_kept") and recorder.trouble_kind != "not_kept":
                self.recording = False
            self.recorder_trouble = recorder.trouble_kind
        elif self.recorder_trouble == "not_kept" or recorder.recorded > recorded:
            self.recorder_trouble = ""
        self.recorder = msgspec.structs.replace(
            recorder, recorded=max(recorded, recorder.recorded), not_taken=max(not_taken, recorder.not_taken)
        )

    def _name(self, told: Naming | None) -> None:
        """Left and right as it holds by now: all that is shown is exchanged where the view was another."""
        before, self._naming = self._naming, newer(self._naming, told)
        if self._naming is not None and not self._naming.unsure:
            self._answered = False  # the next question is another one
        if self._naming is None or not exchanged(before, self._naming):
            return
        self._rolling.put_right(self._naming)
        self.since_first.renew()
        if self.cue is not None and self.cue.side is not None and self.cue.time_s >= self._naming.since_s:
            self.cue = None  # it named the wrong side
        if put_right(self._counted, self._naming):
            self._trends = _trends(self._counted)

    def _take_stance(self, stance: Stance) -> None:
        self._name(stance.naming)
        stance = renamed(stance, self._naming)
        if self.paused:
            return
        self._follow(self._gait_now.after_stance(stance))
        self._counted.append(stance)
        if stance.gait == self.shown_gait:
            self._rolling.add(stance)
        if stance.gait == "walk":
            self._walked.push(stance)
            self.walked_s = self._walked.at(stance.toe_off_s)
        self.since_first.renew()
        _add(self._trends, stance)

    def _follow(self, now: GaitNow) -> None:
        """Show the figures of the gait that goes on now. They begin with the stances since the switch, of which some may be here already."""
        before, self._gait_now = self._gait_now, now
        if now.gait == before.gait:
            return
        self._rolling.clear()
        row = itertools.takewhile(
            lambda one: one.gait == now.gait and one.midstance_s >= before.since_s, reversed(self._counted)
        )
        for stance in reversed(list(row)):
            self._rolling.add(stance)
        self.since_first.renew()
        self.cue = None  # it was of the other gait

    @property
    def stances(self) -> int:
        """How many counted so far."""
        return len(self._counted)

    # -- what is shown --------------------------------------------------------------------------------------------

    def estimate(self, side: Side, metric: str) -> Estimate | None:
        return self._instrument.estimate(metric, self._rolling.stances(side))

    def symmetry(self, metric: str) -> Symmetry | None:
        """Left minus right."""
        return self._instrument.symmetry(metric, self._rolling.stances("left"), self._rolling.stances("right"))

    @property
    def _instrument(self) -> InstrumentErrors:
        if self.gait is None:
            return self.model_used.instrument(False, None)
        return self.model_used.instrument(self.gait.calibrated, self.gait.level_sd_deg)

    @property
    def texts(self) -> Texts:
        return self._unsure_language if self.view_unsure else self._language

    @property
    def view_unsure(self) -> bool:
        """Whether left and right may be exchanged."""
        return self._naming is not None and self._naming.unsure and not self._answered

    @property
    def asks_view(self) -> bool:
        """Whether the person is asked where the camera is."""
        return self.view_unsure and not self.ending

    @property
    def shown_gait(self) -> Gait:
        """The gait that all figures are of: the one that goes on, else the last one."""
        return self._gait_now.gait or "run"

    @property
    def is_under_way(self) -> bool:
        """Whether somebody runs or walks at this moment."""
        return self._gait_now.goes_on

    @property
    def has_gait(self) -> bool:
        """Whether anybody has run or walked yet."""
        return self._gait_now.gait is not None

    @property
    def target_gait(self) -> Gait:
        """The gait that targets, cues and the first minute are of."""
        return self.coach.target_gait if self.coach is not None else self.config.coach.target_gait

    @property
    def in_other_gait(self) -> bool:
        """Whether the figures are of the gait that no target is for: they are shown and not judged."""
        return self.shown_gait != self.target_gait

    @property
    def trained(self) -> str:
        """The metric that the large numbers show: as the coach says; until then the first that has a target."""
        return self.coach.trained if self.coach is not None else self.config.coach.trained

    @property
    def scale(self) -> tuple[float, float]:
        """The ends of the trained metric's scale (deg)."""
        return TRAINABLE.get(self.trained, TRAINABLE[MAIN_METRIC])

    @property
    def chosen(self) -> CoachState:
        """What is in force: as the coach says, and from the settings until it has spoken."""
        if self.coach is not None:
            return self.coach
        coach = self.config.coach
        bands = coach.targets if coach.target_from == "settings" else {}
        return CoachState(
            muted=False, sound="", targets=bands,
            target_from=coach.target_from, target_gait=coach.target_gait, feedback=coach.feedback, trained=coach.trained,
        )  # fmt: skip

    def target(self, metric: str) -> Band:
        """The band in force, as the coach says; from the settings until it has spoken. It is open for the other gait."""
        if self.in_other_gait:
            return Band()
        return self.chosen.targets.get(metric, Band())

    @property
    def has_targets(self) -> bool:
        """Whether any target is in force, or waits for its first minute."""
        return self.target_from == "baseline" or bool(self.chosen.targets)

    @property
    def target_from(self) -> TargetFrom:
        return self.coach.target_from if self.coach is not None else self.config.coach.target_from

    @property
    def pelvis_line(self) -> str:
        """Which line across the pelvis is measured: runs along different ones are not compared."""
        return self.model_used.pelvis_line

    def trend(self, side: Side) -> tuple[list[float], list[float]]:
        """Times (min) and values of the trained metric over the session, in the gait that is shown."""
        times_s, values = self._trends[self.shown_gait, side, self.trained].points()
        return [at_s / 60 for at_s in times_s], values

    @property
    def hides_figures(self) -> bool:
        """Whether the runner sees neither figures nor picture: both are feedback, and this block of the planned session has none.

        The studies behind the programmes showed their runners an angle (Noehren 2011) or a mirror (Willy 2012).
        """
        coach = self.coach
        return coach is not None and coach.block is not None and not coach.block.over and not coach.gives_feedback

    @property
    def blind(self) -> bool:
        """Whether there is no picture at the moment: all that is shown is from before."""
        return not self.ending and self.source is not None and self.source.state in ("lost", "failed")

    def health_of(self, stage: str) -> Health | None:
        """A stage's last heartbeat."""
        found = self._health.get(stage)
        return found[0] if found else None

    def silent_s(self, stage: str, now_s: float) -> float:
        """Since its last heartbeat."""
        found = self._health.get(stage)
        return now_s - found[1] if found else math.inf
