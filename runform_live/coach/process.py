"""The coach stage: stances in, cues out, shown and (where there is a sound device) heard."""

from __future__ import annotations

import time

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live import texts
from runform_live.coach import catalogue
from runform_live.coach.cues import Choice, Coach
from runform_live.coach.sound import RATE_HZ, Speaker, decode
from runform_live.coach.tones import beep, placed, stance_tone
from runform_live.config import Band
from runform_live.messages import METRICS, SIDES, CoachState, Control, Cue, End, GaitState, Stance
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup

STATE_S = 1.0
FIRST_SAMPLE_S = 0.25  # a device that has not asked for samples by then is not playing
CALL_HZ, CALL_S = 660.0, 0.18  # before the words of a cue: one listens up
CADENCE_S = 30.0  # of running, before the metronome knows the runner's own


def read_sounds(language: str) -> dict[str, npt.NDArray[np.float64]]:
    """The spoken cues of a language, by file name; those of the fallback where it has none."""
    chosen = texts.folder() / language
    folder = chosen if chosen.is_dir() else texts.folder() / texts.FALLBACK
    return {path.stem: decode(path) for path in sorted(folder.glob("*.flac"))}


class CoachStage(Stage):
    """The coach and its speaker, fed from the bus."""

    def __init__(self, setup: StageSetup, send: Send) -> None:
        super().__init__()
        self._send = send
        self._settings = setup.config.coach
        self._texts, language_trouble = texts.load(setup.config.screen.language)
        cues, cue_trouble = catalogue.shipped()
        self._trouble = language_trouble or cue_trouble
        self._coach = Coach(self._settings, cues)
        self._sounds = read_sounds(self._texts.language)
        self._call = beep(CALL_HZ, CALL_S, RATE_HZ, 0.5)
        self._volume = self._settings.volume
        self._speaker = Speaker(self._volume)
        self._muted = self._paused = self._beating = self._running = False
        self._trained = self._settings.trained
        self._steps: list[float] = []
        self._session_s = 0.0
        self._state_at_s = 0.0

    def handle(self, received: Received) -> None:
        message = received.message
        if isinstance(message, End):
            self._send(End(stage="coach"))
        elif isinstance(message, GaitState):
            if message.phase == "paused" and self._running:
                self._start_anew()
            self._running = message.phase == "running"
        elif isinstance(message, Stance) and not self._paused:
            self.handled += 1
            self.lag_ms = 1e3 * (time.monotonic() - message.stamp_s)
            self._session_s = message.toe_off_s
            choice = self._coach.push(message)
            if choice is not None:
                self._give(choice, message)
            elif self._settings.stance_tones:
                self._tone(message)
            if self._settings.metronome_percent is not None and not self._beating:
                self._learn_cadence(message)

    def _give(self, choice: Choice, stance: Stance) -> None:
        spoken = self._sounds.get(f"{choice.name}_{choice.side}" if choice.side else choice.name)
        sounds = [self._call] if spoken is None else [self._call, spoken]
        audible = not self._muted and self._speaker.play(
            *sounds, side=None if choice.kind == "summary" else choice.side
        )
        latency_s = self._first_sample_after(stance.stamp_s) if audible else None
        leg = self._texts(f"leg.{choice.side}") if choice.side else ""
        self._send(
            Cue(
                time_s=stance.toe_off_s,
                text=self._texts(f"cue.{choice.name}", leg=leg),
                reason=choice.reason,
                metric=choice.metric,
                side=choice.side,
                audible=audible and latency_s is not None,
                latency_s=latency_s,
            )
        )

    def _tone(self, stance: Stance) -> None:
        """The tone of this stance for the metric that is trained, unless something is being said."""
        value = getattr(stance, self._trained)
        if value is None or self._muted or self._speaker.busy or not self._coach.speaks(stance.toe_off_s):
            return
        band = self._coach.targets.bands.get(self._trained, Band())
        self._speaker.play_placed(stance_tone(value, band, stance.side, RATE_HZ))

    def _learn_cadence(self, stance: Stance) -> None:
        self._steps.append(stance.midstance_s)
        if self._steps[-1] - self._steps[0] < CADENCE_S:
            return
        step_s = float(np.median(np.diff(self._steps)))
        self._beating = True
        if not self._muted:
            self._speaker.beat(60.0 / step_s * (1 + (self._settings.metronome_percent or 0.0) / 100))

    def _first_sample_after(self, stamp_s: float) -> float | None:
        """Seconds from the frame that completed the stance to the first sample handed to the device."""
        until = time.monotonic() + FIRST_SAMPLE_S
        while self._speaker.started_s is None and time.monotonic() < until:
            time.sleep(0.001)
        started_s = self._speaker.started_s
        return None if started_s is None or stamp_s <= 0 else started_s - stamp_s

    def control(self, control: Control) -> None:
        if control.action in ("mute", "unmute"):
            self._muted = control.action == "mute"
            self._stop_beating()
        elif control.action in ("pause", "resume"):
            self._paused = control.action == "pause"
            self._start_anew()
        elif control.action == "targets":
            bands = {metric: Band(low, high) for metric, (low, high) in control.targets.items()}
            self._coach.aim(control.target_from, self._settings.targets if control.target_from == "settings" else bands)
        elif control.action == "train" and control.trained in METRICS:
            self._trained = control.trained
        elif control.action == "feedback":
            self._give_feedback(control)
        elif control.action == "volume":
            self._volume = min(max(control.volume, 0.0), 1.0)
            self._speaker.set_volume(self._volume)
        elif control.action == "test_sound" and not self._muted:
            self._test_sound()
        self._state_at_s = 0.0

    def _give_feedback(self, wish: Control) -> None:
        """Another mode, tones or no tones, another metronome."""
        if wish.metronome_percent != self._settings.metronome_percent:
            self._stop_beating()
        self._settings = msgspec.structs.replace(
            self._settings, mode=wish.mode, stance_tones=wish.stance_tones, metronome_percent=wish.metronome_percent
        )
        self._coach.give_feedback(wish.mode)

    def _start_anew(self) -> None:
        """After a pause what was measured before it is no longer what one does."""
        self._coach.forget()
        self._stop_beating()

    def _stop_beating(self) -> None:
        """No metronome until the cadence has been learnt again."""
        self._beating = False
        self._steps.clear()
        self._speaker.beat(None)

    def _test_sound(self) -> None:
        """The call and a word on either side."""
        spoken = [placed(self._sounds[f"praise_{side}"], side) for side in SIDES if f"praise_{side}" in self._sounds]
        self._speaker.play_placed(placed(self._call, None), *spoken)

    def idle(self) -> float:
        self._speaker.tend()
        now = time.monotonic()
        if now >= self._state_at_s:
            self._state_at_s = now + STATE_S
            self.state = self._speaker.trouble or ("muted" if self._muted else "ready")
            targets = self._coach.targets
            self._send(
                CoachState(
                    muted=self._muted,
                    sound=self._speaker.trouble,
                    targets={metric: (band.low, band.high) for metric, band in targets.bands.items()},
                    target_from=targets.source,
                    volume=self._volume,
                    feedback=self._coach.speaks(self._session_s),
                    trouble=self._trouble,
                    mode=self._settings.mode,
                    stance_tones=self._settings.stance_tones,
                    metronome_percent=self._settings.metronome_percent,
                    trained=self._trained,
                )
            )
        return 0.2

    def finish(self) -> None:
        self._speaker.close()


def create(setup: StageSetup, send: Send) -> CoachStage:
    return CoachStage(setup, send)
