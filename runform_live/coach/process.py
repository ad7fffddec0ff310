"""The coach stage: stances in, cues out, shown and (where there is a sound device) heard."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from runform_live import controls, handover, texts
from runform_live.coach import catalogue
from runform_live.coach.choice import Choice
from runform_live.coach.coach import Coach, CoachHandover, Tone
from runform_live.coach.sound import RATE_HZ, Speaker, decode
from runform_live.coach.tones import beep, placed, stance_tone
from runform_live.controls import Control
from runform_live.errors import BadInput
from runform_live.messages import SIDES, Cue, End, GaitState, Stance
from runform_live.model_used import model_used
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup

STATE_S = 1.0  # between two messages on what is in force
FIRST_SAMPLE_S = 0.25  # a device that has not asked for samples by then is not playing
CALL_HZ, CALL_S = 660.0, 0.18  # before the words of a cue: one listens up
LATE_S = 1.0  # what is said so long after the stance is about another one


def read_sounds(language: str) -> tuple[dict[str, npt.NDArray[np.float64]], str]:
    """The spoken cues of a language, by file name; those of the fallback where it has none. And what is wrong with one, if any.

    A cue whose file is damaged is not among them: it is a tone only.
    """
    chosen = texts.folder() / language
    folder = chosen if chosen.is_dir() else texts.folder() / texts.FALLBACK
    sounds, trouble = {}, ""
    for path in sorted(folder.glob("*.flac")):
        try:
            sounds[path.stem] = decode(path)
        except BadInput as found:
            trouble = f"{found}; this cue is a tone only"
    return sounds, trouble


class CoachStage(Stage):
    """The coach and its speaker, fed from the bus. It goes on from `setup.state`."""

    def __init__(self, setup: StageSetup, send: Send) -> None:
        super().__init__()
        self._send = send
        self._texts, language_trouble = texts.load(setup.config.screen.language)
        cues, cue_trouble = catalogue.shipped()
        ran_before_s = setup.prescribed.ran_before_s if setup.prescribed else 0.0
        state = handover.decode(setup.state, CoachHandover)
        model = model_used(setup.config)
        self._coach = Coach(setup.config.coach, cues, model, setup.planned, ran_before_s, state)
        self._sounds, sound_trouble = read_sounds(self._texts.language)
        self._trouble = language_trouble or cue_trouble or sound_trouble
        self._call = beep(CALL_HZ, CALL_S, RATE_HZ, 0.5)
        self._speaker = Speaker(self._coach.volume)
        self._beats_per_minute: float | None = None  # as the speaker was told
        self._beat()
        self._began_s = time.monotonic()
        self._tell_at_s = 0.0

    def state_bytes(self) -> bytes:
        """What the coach knows, for a successor."""
        return handover.encode(self._coach.state())

    # -- messages -----------------------------------------------------------------------------------------------------

    def handle(self, received: Received) -> None:
        message = received.message
        if isinstance(message, End):
            self._end()
        elif isinstance(message, GaitState):
            self._coach.take_gait(message)
        elif isinstance(message, Stance) and self._coach.counts(message):
            self._take(message)
        self._beat()

    def _take(self, stance: Stance) -> None:
        self.handled += 1
        self.lag_ms = 1e3 * (time.monotonic() - stance.stamp_s)
        before = self._coach.milestone()
        said = self._coach.push(stance)
        if self._coach.milestone() != before:
            self._tell_at_s = 0.0  # told at once
        if isinstance(said, Choice):
            self._give(said, stance)
        elif isinstance(said, Tone) and not self._comes_late(stance) and not self._speaker.busy:
            self._speaker.play_placed(stance_tone(said.value, said.band, said.side, RATE_HZ))

    def control(self, control: Control) -> None:
        self._coach.take_request(control)
        match control:
            case controls.SetVolume():
                self._speaker.set_volume(self._coach.volume)
            case controls.PlayTestSound() if not self._coach.muted:
                self._test_sound()
            case controls.Finish() if control.is_for("coach"):
                self._end()
        self._beat()
        self._tell_at_s = 0.0

    def _end(self) -> None:
        """Say that nothing more comes; once."""
        if self._coach.end():
            self._send(End(stage="coach"))

    def idle(self) -> float:
        self._speaker.tend()
        now_s = time.monotonic()
        if now_s >= self._tell_at_s:
            self._tell_at_s = now_s + STATE_S
            sound = self._speaker.trouble
            self.state = sound or ("muted" if self._coach.muted else "ready")
            self._send(self._coach.message(sound, self._trouble or self._texts.trouble))
        return 0.2

    def finish(self) -> None:
        self._speaker.close()

    # -- sound --------------------------------------------------------------------------------------------------------

    def _give(self, choice: Choice, stance: Stance) -> None:
        """Say a cue, and tell that it was given."""
        about = choice.side or ("one" if choice.one_side else "")
        spoken = self._sounds.get(f"{choice.name}_{about}" if about else choice.name)
        sounds = [self._call] if spoken is None else [self._call, spoken]
        silent = self._coach.muted or self._comes_late(stance)
        audible = not silent and self._speaker.play(*sounds, side=None if choice.kind == "summary" else choice.side)
        latency_s = self._first_sample_after(stance.stamp_s) if audible else None
        leg = self._texts(f"leg.{about}") if about else ""
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

    def _comes_late(self, stance: Stance) -> bool:
        """Whether a stance of before this process began comes too late to say anything about it. It is remembered all the same."""
        return 0.0 < stance.stamp_s < min(self._began_s, time.monotonic() - LATE_S)

    def _first_sample_after(self, stamp_s: float) -> float | None:
        """Seconds from the frame that completed the stance to the first sample handed to the device."""
        until = time.monotonic() + FIRST_SAMPLE_S
        while self._speaker.started_s is None and time.monotonic() < until:
            time.sleep(0.001)
        started_s = self._speaker.started_s
        return None if started_s is None or stamp_s <= 0 else started_s - stamp_s

    def _beat(self) -> None:
        """Let the metronome beat as the coach says. Telling the speaker begins a new beat, so it is told of changes only."""
        if self._coach.beats_per_minute != self._beats_per_minute:
            self._beats_per_minute = self._coach.beats_per_minute
            self._speaker.beat(self._beats_per_minute)

    def _test_sound(self) -> None:
        """The call and a word on either side."""
        spoken = [placed(self._sounds[f"praise_{side}"], side) for side in SIDES if f"praise_{side}" in self._sounds]
        self._speaker.play_placed(placed(self._call, None), *spoken)


def create(setup: StageSetup, send: Send) -> CoachStage:
    return CoachStage(setup, send)
