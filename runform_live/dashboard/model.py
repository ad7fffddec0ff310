"""What the live screen shows, as plain values: messages in, texts and series out. No widget in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from runform_live import controls, quantities, texts
from runform_live.capture.names import is_stream
from runform_live.coach import judgement
from runform_live.config import Config
from runform_live.controls import Control
from runform_live.dashboard import change_model
from runform_live.dashboard.change_model import ChangeWords, SinceFirst
from runform_live.dashboard.trend import Trend
from runform_live.gait.instrument import Instrument
from runform_live.gait.statistics import FEWEST_STANCES, Estimate, Rolling, Symmetry
from runform_live.messages import (
    MAIN_METRIC,
    METRICS,
    SIDES,
    VIEW_UNSURE,
    Band,
    CoachState,
    Cue,
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
from runform_live.naming import exchanged, newer, put_right, renamed
from runform_live.session.schema import ModelUsed
from runform_live.texts import Texts

RESTART_TOLD_S = 10.0  # so long it is said that a part of the program was started again
# The rows of the second layer: metric, and the key of its name under [live].
DETAILS: tuple[tuple[str, str], ...] = (
    ("pelvic_drop_mid_deg", "pelvic_drop"),
    ("hip_adduction_mid_deg", "hip_adduction"),
    ("knee_valgus_mid_deg", "knee_valgus"),
    ("trunk_lean_mid_deg", "trunk_lean"),
    ("contact_time_s", "contact"),
    ("step_width_hip", "step_width"),
)
NAMES = dict(DETAILS)
# What can be chosen to be trained in the window, and the ends of its scale (deg); the settings may name any metric.
TRAINABLE: dict[str, tuple[float, float]] = {
    "pelvic_drop_mid_deg": (-4.0, 16.0),
    "hip_adduction_mid_deg": (0.0, 24.0),
    "knee_valgus_mid_deg": (-10.0, 20.0),
    "trunk_lean_mid_deg": (-6.0, 14.0),
}
Judgement = Literal["unknown", "provisional", "inside", "above", "below"]
MARKS: dict[Judgement, str] = {"inside": "✓", "above": "▲", "below": "▼"}


@dataclass(frozen=True, slots=True)
class SideCard:
    """One side's large number."""

    value: str
    interval: str
    judgement: Judgement
    words: str
    mean: float | None
    low: float | None = None  # of the 95% interval
    high: float | None = None
    zone: tuple[float | None, float | None] = (None, None)  # of the target, on the scale of the mean


@dataclass(frozen=True, slots=True)
class Status:
    """The line on where the run is."""

    words: str
    warns: bool = False  # the person has to do something


Trends = dict[tuple[Side, str], Trend]


def _trends(stances: Sequence[Stance]) -> Trends:
    """The line of each side and metric over these stances."""
    trends = {(side, metric): Trend() for side in SIDES for metric in METRICS}
    for stance in stances:
        _add(trends, stance)
    return trends


def _add(trends: Trends, stance: Stance) -> None:
    for metric in METRICS:
        value = getattr(stance, metric)
        if value is not None:
            trends[stance.side, metric].add(stance.midstance_s, value)


class DashboardModel:
    """State of the live screen."""

    def __init__(self, config: Config, model: ModelUsed, third_person: bool = False) -> None:
        """third_person: somebody who watches the runner reads it."""
        self._config = config
        self._model = model
        language, self.trouble = texts.load(config.screen.language)
        self._language = language.third_person() if third_person else language
        self._unsure_language = self._language.unsure_of_sides()
        self._naming: Naming | None = None
        self._answered = False  # the person has said where the camera is, and the gait stage has not taken it yet
        self._rolling = Rolling(config.gait.rolling_stances)
        self._counted: list[Stance] = []  # all that the trends show: they are drawn anew where sides are exchanged
        self._trends = _trends(self._counted)
        self.since_first = SinceFirst(model.within_run(), self._counted, self._rolling)
        self._health: dict[str, tuple[Health, float]] = {}
        self.gait: GaitState | None = None
        self.pose: Pose | None = None
        self.source: SourceState | None = None
        self.recorder: Recorder | None = None
        self.coach: CoachState | None = None
        self.cue: Cue | None = None
        self.paused = False
        self.ends_in_s: float | None = None  # until a run that has stopped ends by itself
        self.recording = False
        self.recorder_trouble: TroubleKind = ""  # stays until frames are recorded again
        # Stages that were started anew, and when on the monotonic clock.
        self.restarted: Sequence[tuple[str, float]] = ()
        self.ending = False  # the run is over, and the session is being saved
        self._newest_stance_s = self._newest_cue_s = -math.inf
        self._stream = False

    def is_new(self, message: Message) -> bool:
        """Whether a message says more than those before it. A stage that was restarted may repeat what its predecessor had sent."""
        if isinstance(message, Stance):
            return message.midstance_s > self._newest_stance_s
        if isinstance(message, Cue):
            return message.time_s > self._newest_cue_s
        if isinstance(message, GaitState):
            return self.gait is None or message.time_s >= self.gait.time_s
        if isinstance(message, Pose):
            return self.pose is None or message.time_s > self.pose.time_s
        return True

    def take(self, message: Message, now_s: float) -> None:
        """Note one message, unless it repeats an earlier one; `now_s` is the monotonic clock."""
        if not self.is_new(message):
            return
        if isinstance(message, Stance):
            self._take_stance(message)
        elif isinstance(message, GaitState):
            self.gait = message
            self._name(message.naming)
        elif isinstance(message, Pose):
            self.pose = message
        elif isinstance(message, SourceState):
            self._take_source(message)
        elif isinstance(message, Recorder):
            self._take_recorder(message)
        elif isinstance(message, CoachState):
            self.coach = message
            self.since_first.hear(message)
        elif isinstance(message, Cue):
            self.cue, self._newest_cue_s = message, message.time_s
        elif isinstance(message, Health):
            self._health[message.stage] = (message, now_s)

    def asked(self, control: Control) -> None:
        """Note a wish of the person at the keyboard."""
        match control:
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
            self._stream = is_stream(source.text)

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
        self._newest_stance_s = stance.midstance_s
        if self.paused:
            return
        self._counted.append(stance)
        self._rolling.add(stance)
        self.since_first.renew()
        _add(self._trends, stance)

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
    def _instrument(self) -> Instrument:
        if self.gait is None:
            return self._model.instrument(False, None)
        return self._model.instrument(self.gait.calibrated, self.gait.level_sd_deg)

    @property
    def texts(self) -> Texts:
        return self._texts

    @property
    def _texts(self) -> Texts:
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
    def trained(self) -> str:
        """The metric that the large numbers show: as the coach says; until then the first that has a target."""
        return self.coach.trained if self.coach is not None else self._config.coach.trained

    @property
    def scale(self) -> tuple[float, float]:
        """The ends of the trained metric's scale (deg)."""
        return TRAINABLE.get(self.trained, TRAINABLE[MAIN_METRIC])

    @property
    def chosen(self) -> CoachState:
        """What is in force: as the coach says, and from the settings until it has spoken."""
        if self.coach is not None:
            return self.coach
        coach = self._config.coach
        bands = coach.targets if coach.target_from == "settings" else {}
        return CoachState(
            muted=False, sound="", targets=bands,
            target_from=coach.target_from, mode=coach.mode, stance_tones=coach.stance_tones,
            metronome_percent=coach.metronome_percent, trained=coach.trained,
        )  # fmt: skip

    def target(self, metric: str) -> Band:
        """The band in force, as the coach says; from the settings until it has spoken."""
        return self.chosen.targets.get(metric, Band())

    @property
    def target_from(self) -> TargetFrom:
        return self.coach.target_from if self.coach is not None else self._config.coach.target_from

    @property
    def pelvis_line(self) -> str:
        """Which line across the pelvis is measured: runs along different ones are not compared."""
        return self._model.pelvis_line

    def target_words(self, metric: str) -> str:
        """The band in force. One from the first minute asks for a change, which the cards tell."""
        target = self.target(metric)
        low, high = target.ends
        if self.target_from == "baseline" and not target.is_open:
            return self._texts("live.target_first")
        if low is not None and high is not None:
            return self._texts("live.target_band", low=low, high=high)
        if high is not None:
            return self._texts("live.target_high", high=high)
        if low is not None:
            return self._texts("live.target_low", low=low)
        waits = self.target_from == "baseline"
        return self._texts("live.target_baseline") if waits else self._texts("live.target_none")

    def trained_name(self) -> str:
        metric = self.trained
        return self._texts(f"live.{NAMES[metric]}") if metric in NAMES else quantities.name(metric, self._texts)

    def trained_words(self) -> str:
        """What the large numbers are."""
        return self._texts("live.trained", name=self.trained_name(), count=self._config.gait.rolling_stances)

    def card(self, side: Side, metric: str | None = None) -> SideCard:
        """The large number of a side: rolling mean, interval, and how it stands to its target."""
        metric = metric or self.trained
        found = self.estimate(side, metric)
        if found is None:
            return SideCard(quantities.UNKNOWN, "", "unknown", self._texts("live.no_stance"), None)
        value = quantities.number(metric, found.mean)
        interval = ""
        if found.ci95_low is not None and found.ci95_high is not None:
            interval = quantities.half_interval(metric, found.ci95_low, found.ci95_high)
        verdict, words = self._judge(side, found, metric)
        zone = self._zone(side, found.mean, metric)
        return SideCard(value, interval, verdict, words, found.mean, found.ci95_low, found.ci95_high, zone)

    def _zone(self, side: Side, mean: float, metric: str) -> tuple[float | None, float | None]:
        """Where the target lies on the scale of this mean: one from the first minute is as far from it as the change is from the wanted one."""
        low, high = self.target(metric).ends
        if self.target_from != "baseline":
            return low, high
        first_mean, change = self.since_first.mean(side, metric), self.since_first.change(side, metric)
        if first_mean is None or change is None or change.value is None:
            return None, None
        by = mean - judgement.mean_of(first_mean, change.value)
        return (None if low is None else low + by), (None if high is None else high + by)

    def _judge(self, side: Side, found: Estimate, metric: str) -> tuple[Judgement, str]:
        if found.n < FEWEST_STANCES:
            return "provisional", self._texts("live.few", count=found.n, needed=FEWEST_STANCES)
        target, mean = self.target(metric), found.mean
        first_mean = self.since_first.mean(side, metric) if self.target_from == "baseline" else None
        if first_mean is not None and not target.is_open:
            change = self.since_first.change(side, metric)
            if change is None or change.provisional:
                count = change.now if change is not None else 0
                return "provisional", self._texts("live.few", count=count, needed=FEWEST_STANCES)
            if change.value is None:
                return "unknown", self._texts("live.not_judged")
            mean = judgement.mean_of(first_mean, change.value)
        if target.is_open:
            return "inside", ""
        missed = judgement.outside(target, mean)
        verdict: Judgement = "inside" if missed is None else "above" if missed[0] == "high" else "below"
        return verdict, self._texts(f"live.{verdict}") if first_mean is None else self._wanted(
            verdict, first_mean, metric
        )

    def _wanted(self, verdict: Judgement, first_mean: float, metric: str) -> str:
        """Which change a target from the first minute asks for. Its limit would not fit to the number where the level line is another one."""
        low, high = self.target(metric).ends
        limit = low if high is None or (verdict == "below" and low is not None) else high
        wanted = (limit or 0.0) - first_mean
        key = "less" if wanted < 0.0 else "more"
        if (wanted < 0.0) == (limit == low):
            key = f"at_most_{key}"
        by = quantities.number(metric, abs(wanted))
        return f"{MARKS[verdict]} {self._texts(f'live.wanted_{key}', by=by)}"

    def certainty_words(self) -> str:
        """Why a change is surer than the number itself; empty where neither is known."""
        by, halves = self._config.coach.baseline_change_deg, self.two_certainties()
        if halves is None:
            return ""
        mean, change = (quantities.number(self.trained, half) for half in halves)
        return self._texts("guide.certainty", mean=mean, by=by, change=change)

    def two_certainties(self) -> tuple[float, float] | None:
        """Usual halves of the 95% intervals of a large number and of the wanted change of it; None where they were not measured."""
        by, count = self._config.coach.baseline_change_deg, self._config.gait.rolling_stances
        return change_model.two_certainties(self._model, self.trained, count, by)

    def worse_mean(self) -> float | None:
        """The larger rolling mean of the trained metric; None where none is known."""
        means = [found.mean for side in SIDES if (found := self.estimate(side, self.trained)) is not None]
        return max(means, default=None)

    def change_words(self, side: Side) -> ChangeWords:
        """What is said under the large number of how it changed since the first minute."""
        return change_model.on_card(self.since_first, side, self.trained, self._texts)

    def cadence_words(self) -> str:
        cadence = self.gait.cadence_spm if self.gait else None
        return f"{cadence:.0f} /min" if cadence else quantities.UNKNOWN

    def time_words(self) -> str:
        """The time run, without the pauses."""
        return quantities.clock(math.floor(self.gait.ran_s) if self.gait else 0.0)

    def trend(self, side: Side) -> tuple[list[float], list[float]]:
        """Times (min) and values of the trained metric over the session."""
        times_s, values = self._trends[side, self.trained].points()
        return [at_s / 60 for at_s in times_s], values

    def status(self, now_s: float) -> Status:
        """One line on where the run is; `now_s` is the monotonic clock. What a person must know at once comes first."""
        said, source = self._texts, self.source
        if self.ending or (source is not None and source.state == "ended"):
            return Status(said("status.ending"))
        if self.blind:
            return Status(said("status.stream_lost" if self._stream else "status.camera_lost"), warns=True)
        restart = self._restart_words(now_s)
        if restart:
            return Status(restart)
        if self.paused:
            return Status(said("status.paused"))
        if source is None:
            return Status(said("status.starting"))
        if self.gait is None:
            return Status(said("status.looking"))
        if self.gait.phase == "paused" and self.gait.activity != "running":
            ends = self.ends_in_s
            return Status(said("status.rest") if ends is None else said("status.rest_ends", seconds=ends))
        if self.recorder_trouble and self._flag_words():
            return Status(self._flag_words(), warns=True)  # the line below tells the trouble
        return Status(" · ".join(filter(None, (self.block_words(), self._running_words(self.gait)))))

    @property
    def hides_figures(self) -> bool:
        """Whether the runner sees neither figures nor picture: both are feedback, and this block of the planned session has none.

        The studies behind the programmes showed their runners an angle (Noehren 2011) or a mirror (Willy 2012).
        """
        coach = self.coach
        return coach is not None and coach.block is not None and not coach.block.over and not coach.feedback

    def block_words(self) -> str:
        """Where the runner is in the planned session, and for how long still; empty in a free run."""
        block = self.coach.block if self.coach is not None else None
        if self.coach is None or block is None:
            return ""
        if block.part == "training":
            key = "block.feedback" if self.coach.feedback else "block.no_feedback"
        else:
            key = f"block.{block.part or 'done'}"
        return self._texts(key, left=self.left_words())

    def left_words(self) -> str:
        """How long this block of the planned session still lasts; empty in a free run."""
        block = self.coach.block if self.coach is not None else None
        return "" if block is None else quantities.clock(math.ceil(block.left_s))

    def _running_words(self, gait: GaitState) -> str:
        return self._texts(
            "status.line",
            activity=self._texts(f"status.{gait.activity}"),
            view=quantities.view_words(gait.view, self._texts),
            level=self._texts("status.calibrated" if gait.calibrated else "status.not_calibrated"),
        )

    def _restart_words(self, now_s: float) -> str:
        """What a part of the program that was just started anew means for the runner; empty where none was."""
        recent = {stage for stage, at_s in self.restarted if now_s - at_s < RESTART_TOLD_S}
        if not recent:
            return ""
        key = f"restarted.{recent.pop()}" if len(recent) == 1 else ""
        return self._texts(key) if self._texts.has(key) else self._texts("restarted.several")

    def advice(self) -> str:
        """What to change, if anything: trouble with the recording, else the first flag; one thing at a time."""
        return (
            self.recorder_words()
            or self._flag_words()
            or self.trouble
            or (self.coach.trouble if self.coach is not None else "")
        )

    def _flag_words(self) -> str:
        flags = [flag for flag in self.gait.flags if flag != VIEW_UNSURE] if self.gait else []
        asked = self._texts("ask.view") if self.asks_view else ""
        return next((self._texts(f"flag.{flag}") for flag in flags if self._texts.has(f"flag.{flag}")), asked)

    def recorder_words(self) -> str:
        """Why nothing more is recorded, and what to do; empty where all is well."""
        return self._texts(f"recorder.{self.recorder_trouble}") if self.recorder_trouble else ""

    @property
    def blind(self) -> bool:
        """Whether there is no picture at the moment: all that is shown is from before."""
        return not self.ending and self.source is not None and self.source.state in ("lost", "failed")

    def cue_words(self) -> str:
        """The large line: what was said last, or that nothing is seen, which a runner must notice from the belt."""
        if self.blind:
            return self._texts("live.no_picture")
        if self.coach is not None and not self.coach.feedback:
            if self.coach.block is not None and not self.coach.in_marked:
                return self._texts("block.slow_down") if self.coach.block.over else self.block_words()
            if self.coach.mode == "faded" or self.coach.in_marked:
                return self._texts("status.no_feedback")
        if self.cue is None or (self.view_unsure and self.cue.side is not None):
            return self._texts("live.no_cue")
        return self.cue.text if self.cue.audible else self._texts("live.shown_only", text=self.cue.text)

    def sound_words(self) -> str:
        if self.coach is None:
            return self._texts("status.sound_starting")
        if self.coach.sound:
            return self._texts("status.sound_none", trouble=self._texts("trouble.sound"))
        if self.coach.muted:
            return self._texts("status.sound_muted")
        return self._texts("status.sound_on", percent=100 * self.coach.volume)

    def record_words(self) -> str:
        if self.recorder_trouble:
            return self._texts("status.record_stopped")
        if not self.recording:
            return self._texts("status.not_recorded")
        if self.recorder is None:
            return self._texts("status.recording")
        if self.recorder.not_taken:
            return self._texts("status.recorded_lost", count=self.recorder.recorded, lost=self.recorder.not_taken)
        return self._texts("status.recorded", count=self.recorder.recorded)

    def health_of(self, stage: str) -> Health | None:
        """A stage's last heartbeat."""
        found = self._health.get(stage)
        return found[0] if found else None

    def silent_s(self, stage: str, now_s: float) -> float:
        """Since its last heartbeat."""
        found = self._health.get(stage)
        return now_s - found[1] if found else math.inf
