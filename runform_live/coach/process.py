"""The coach stage: stances in, cues out, shown and (where there is a sound device) heard."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from runform_live import resources
from runform_live.coach.cues import Choice, Coach, read_catalogue
from runform_live.coach.sound import Speaker, decode
from runform_live.messages import CoachState, Control, Cue, End, Stance
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup

STATE_S = 1.0
FIRST_SAMPLE_S = 0.25  # a device that has not asked for samples by then is not playing


class CoachStage(Stage):
    """The coach and its speaker, fed from the bus."""

    def __init__(self, setup: StageSetup, send: Send) -> None:
        super().__init__()
        self._send = send
        folder = resources.folder("configs")
        self._coach = Coach(setup.config.coach, setup.config.gait.rolling_stances, read_catalogue(folder / "cues.toml"))
        self._sounds: dict[str, npt.NDArray[np.int16]] = {
            path.stem: decode(path) for path in sorted((folder / "sounds").glob("*.flac"))
        }
        self._speaker = Speaker(setup.config.coach.volume)
        self._muted = self._paused = False
        self._state_at_s = 0.0

    def handle(self, received: Received) -> None:
        message = received.message
        if isinstance(message, End):
            self._send(End(stage="coach"))
        elif isinstance(message, Stance) and not self._paused:
            self.handled += 1
            self.lag_ms = 1e3 * (time.monotonic() - message.stamp_s)
            choice = self._coach.push(message)
            if choice is not None:
                self._give(choice, message)

    def _give(self, choice: Choice, stance: Stance) -> None:
        sounds = [self._sounds[name] for name in ("tone", choice.sound) if name in self._sounds]
        audible = not self._muted and bool(sounds) and self._speaker.play(*sounds)
        latency_s = self._first_sample_after(stance.stamp_s) if audible else None
        self._send(
            Cue(
                time_s=stance.toe_off_s,
                text=choice.text,
                reason=choice.reason,
                metric=choice.metric,
                side=choice.side,
                audible=audible and latency_s is not None,
                latency_s=latency_s,
            )
        )

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
        elif control.action in ("pause", "resume"):
            self._paused = control.action == "pause"
            self._coach.forget()
        self._state_at_s = 0.0

    def idle(self) -> float:
        now = time.monotonic()
        if now >= self._state_at_s:
            self._state_at_s = now + STATE_S
            self.state = self._speaker.trouble or ("muted" if self._muted else "ready")
            self._send(CoachState(muted=self._muted, sound=self._speaker.trouble))
        return 0.2

    def finish(self) -> None:
        self._speaker.close()


def create(setup: StageSetup, send: Send) -> CoachStage:
    return CoachStage(setup, send)
