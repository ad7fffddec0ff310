"""What the live screen shows, as plain values: messages in, texts and series out. No widget in it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

from runform_live import quantities
from runform_live.config import Config
from runform_live.gait.statistics import FEWEST_STANCES, Estimate, Rolling, symmetry
from runform_live.messages import (
    SIDES,
    Any_,
    CoachState,
    Control,
    Cue,
    GaitState,
    Health,
    Pose,
    Recorder,
    Side,
    SourceState,
    Stance,
)
from runform_live.session.schema import ModelUsed

HISTORY_S = 120.0
STALE_S = 2.5
MAIN_METRIC = "pelvic_drop_mid_deg"
SECOND_METRICS: tuple[tuple[str, str], ...] = (
    ("hip_adduction_mid_deg", "Hip adduction"),
    ("knee_valgus_mid_deg", "Knee valgus"),
    ("trunk_lean_mid_deg", "Trunk lean"),
)
SOUND_ADVICE = "no sound device; cues are shown only"
Judgement = Literal["unknown", "provisional", "inside", "above", "below"]


@dataclass(frozen=True, slots=True)
class SideCard:
    """One side's large number."""

    value: str
    interval: str
    judgement: Judgement
    words: str
    mean: float | None


class DashboardModel:
    """State of the live screen."""

    def __init__(self, config: Config, model: ModelUsed) -> None:
        self._config = config
        self._model = model
        self._rolling = Rolling(config.gait.rolling_stances)
        self._history: dict[Side, deque[tuple[float, float]]] = {side: deque() for side in SIDES}
        self._health: dict[str, tuple[Health, float]] = {}
        self.gait: GaitState | None = None
        self.pose: Pose | None = None
        self.source: SourceState | None = None
        self.recorder: Recorder | None = None
        self.coach: CoachState | None = None
        self.cue: Cue | None = None
        self.paused = False
        self.recording = False
        self.stances = 0

    def take(self, message: Any_, now_s: float) -> None:
        """Note one message; `now_s` is the monotonic clock."""
        if isinstance(message, Stance):
            self._take_stance(message)
        elif isinstance(message, GaitState):
            self.gait = message
        elif isinstance(message, Pose):
            self.pose = message
        elif isinstance(message, SourceState):
            self.source = message
        elif isinstance(message, Recorder):
            self.recorder = message
        elif isinstance(message, CoachState):
            self.coach = message
        elif isinstance(message, Cue):
            self.cue = message
        elif isinstance(message, Health):
            self._health[message.stage] = (message, now_s)

    def asked(self, control: Control) -> None:
        """Note a wish of the person at the keyboard."""
        if control.action in ("pause", "resume"):
            self.paused = control.action == "pause"
            self._rolling.clear()
        elif control.action in ("record", "stop_record"):
            self.recording = control.action == "record"

    def _take_stance(self, stance: Stance) -> None:
        if self.paused:
            return
        self.stances += 1
        self._rolling.add(stance)
        value = stance.pelvic_drop_mid_deg
        if value is not None:
            line = self._history[stance.side]
            line.append((stance.midstance_s, value))
            while line and line[0][0] < stance.midstance_s - HISTORY_S:
                line.popleft()

    # -- what is shown --------------------------------------------------------------------------------------------

    def estimate(self, side: Side, metric: str) -> Estimate | None:
        instrument = self._model.instrument(self.gait.level_sd_deg if self.gait else None)
        return instrument.estimate(metric, self._rolling.stances(side))

    def target(self, metric: str = MAIN_METRIC) -> tuple[float | None, float | None]:
        band = self._config.coach.targets.get(metric)
        return (band.low, band.high) if band else (None, None)

    def target_words(self, metric: str = MAIN_METRIC) -> str:
        low, high = self.target(metric)
        if low is not None and high is not None:
            return f"target {low:g} to {high:g}°"
        if high is not None:
            return f"target: up to {high:g}°"
        return f"target: {low:g}° or more" if low is not None else "no target, just watching"

    def card(self, side: Side, metric: str = MAIN_METRIC) -> SideCard:
        """The large number of a side: rolling mean, interval, and how it stands to its target."""
        found = self.estimate(side, metric)
        if found is None:
            return SideCard(quantities.UNKNOWN, "", "unknown", "no stance yet", None)
        interval = ""
        if found.ci95_low is not None and found.ci95_high is not None:
            interval = f"± {(found.ci95_high - found.ci95_low) / 2:.1f}°"
        if found.n < FEWEST_STANCES:
            return SideCard(
                quantities.number(metric, found.mean),
                interval,
                "provisional",
                f"{found.n} of {FEWEST_STANCES} stances",
                found.mean,
            )
        low, high = self.target(metric)
        if high is not None and found.mean > high:
            return SideCard(quantities.number(metric, found.mean), interval, "above", "▲ above target", found.mean)
        if low is not None and found.mean < low:
            return SideCard(quantities.number(metric, found.mean), interval, "below", "▼ below target", found.mean)
        words = "✓ in target" if (low, high) != (None, None) else ""
        return SideCard(quantities.number(metric, found.mean), interval, "inside", words, found.mean)

    def symmetry_words(self) -> str:
        """Left minus right with its interval."""
        both = symmetry(self.estimate("left", MAIN_METRIC), self.estimate("right", MAIN_METRIC))
        if both is None:
            return quantities.UNKNOWN
        text = f"L − R {both.difference:+.1f}°"
        if both.ci95_low is not None and both.ci95_high is not None:
            text += f" ({both.ci95_low:+.1f} to {both.ci95_high:+.1f})"
        return text

    def cadence_words(self) -> str:
        cadence = self.gait.cadence_spm if self.gait else None
        return f"{cadence:.0f} /min" if cadence else quantities.UNKNOWN

    def time_words(self) -> str:
        seconds = int(self.gait.time_s) if self.gait else 0
        return f"{seconds // 60}:{seconds % 60:02d}"

    def history(self, side: Side) -> tuple[list[float], list[float]]:
        """Times (s) and drops (deg) of the last two minutes."""
        line = self._history[side]
        return [at for at, _ in line], [value for _, value in line]

    def status_words(self) -> str:
        """One line on where the run is."""
        if self.paused:
            return "Paused – press P to go on"
        if self.source is None:
            return "Starting …"
        if self.source.state in ("lost", "failed"):
            return f"Camera lost: {self.source.text}"
        if self.source.state == "ended":
            return f"Ended: {self.source.text}"
        if self.gait is None:
            return "Looking for the runner …"
        view = {"posterior": "seen from behind", "anterior": "seen from in front", "side": "seen from the side"}
        words = {"nobody": "Nobody in view", "standing": "Standing", "running": "Running", "moving": "Moving"}
        level = "calibrated by standing" if self.gait.calibrated else "not calibrated: stand still for 2 s"
        return f"{words[self.gait.activity]}, {view.get(self.gait.view, 'view not known yet')}, {level}"

    def advice(self) -> str:
        """What to change, if anything; the first flag only, one thing at a time."""
        flags = self.gait.flags if self.gait else ()
        return next((quantities.FLAG_WORDS[flag] for flag in flags if flag in quantities.FLAG_WORDS), "")

    def cue_words(self) -> str:
        if self.cue is None:
            return "No cue yet"
        return f"{self.cue.text}" + ("" if self.cue.audible else "  (shown only)")

    def sound_words(self) -> str:
        if self.coach is None:
            return "sound: starting"
        if self.coach.sound:
            return f"sound: {SOUND_ADVICE}"
        return "sound: muted" if self.coach.muted else "sound: on"

    def record_words(self) -> str:
        if self.recorder is not None and self.recorder.trouble:
            return self.recorder.trouble
        if not self.recording:
            return "pictures not recorded (R)"
        if self.recorder is None:
            return "recording …"
        lost = f", {self.recorder.not_taken} not taken" if self.recorder.not_taken else ""
        return f"recording: {self.recorder.recorded} frames{lost}"

    def health_rows(self, stages: tuple[str, ...], now_s: float) -> list[tuple[str, bool, str]]:
        """Per stage: name, whether it is well, and words."""
        rows = []
        for stage in stages:
            if stage not in self._health:
                rows.append((stage, False, "starting"))
                continue
            health, heard_s = self._health[stage]
            silent = now_s - heard_s
            if silent > STALE_S:
                rows.append((stage, False, f"silent for {silent:.0f} s"))
                continue
            dropped = f", {health.dropped} skipped" if health.dropped else ""
            rows.append((stage, True, f"{health.rate_hz:.0f}/s, {health.lag_ms:.0f} ms{dropped}"))
        return rows
