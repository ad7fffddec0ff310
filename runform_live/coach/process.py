"""The coach stage: stances in, cues out, shown and (where there is a sound device) heard."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live import controls, handover, texts
from runform_live.coach import catalogue
from runform_live.coach.cues import Choice, Coach, CuesState, course_of
from runform_live.coach.sound import RATE_HZ, Speaker, decode
from runform_live.coach.tones import beep, loudness, placed, stance_tone
from runform_live.config import CoachSettings
from runform_live.controls import Control
from runform_live.errors import BadInput
from runform_live.messages import (
    METRICS,
    SIDES,
    AtBlock,
    Band,
    CoachState,
    Cue,
    End,
    Feedback,
    FeedbackMode,
    GaitState,
    MarkedBlock,
    Stance,
)
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup
from runform_live.session.origin import model_used

STATE_S = 1.0
FIRST_SAMPLE_S = 0.25  # a device that has not asked for samples by then is not playing
CALL_HZ, CALL_S = 660.0, 0.18  # before the words of a cue: one listens up
CADENCE_S = 30.0  # of running, before the metronome knows the runner's own
SHORTEST_BLOCK_S = 0.001  # of those begun by hand: each has a time of its own in the session's events
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


@dataclass(slots=True)
class Chosen:
    """What a person can choose in the window."""

    mode: FeedbackMode
    stance_tones: bool
    metronome_percent: float | None
    volume: float
    trained: str
    muted: bool = False
    paused: bool = False
    marked: MarkedBlock | None = None

    @classmethod
    def by(cls, settings: CoachSettings) -> Chosen:
        """As long as nobody has chosen anything else."""
        return cls(
            mode=settings.mode,
            stance_tones=settings.stance_tones,
            metronome_percent=settings.metronome_percent,
            volume=settings.volume,
            trained=settings.trained,
        )


@dataclass(slots=True)
class Heard:
    """Where the run is, by what came from the gait stage."""

    stance_s: float = -math.inf  # midstance of the last stance
    gait_s: float = -math.inf  # of the last gait state
    calibrated: bool = False  # and its level line
    level_sd_deg: float | None = None
    session_s: float = 0.0  # of the last stance that counted
    running: bool = False
    steps_s: tuple[float, ...] = ()  # midstances, until the cadence is known from them
    beats_spm: float | None = None  # of the metronome; None until the cadence is known
    ended: bool = False  # nothing more comes


class CoachStageState(msgspec.Struct, frozen=True):
    """The stage written down: what the coach knows, what was chosen, and where the run is."""

    cues: CuesState
    chosen: Chosen
    heard: Heard


class CoachStage(Stage):
    """The coach and its speaker, fed from the bus. It goes on from `setup.state`; what this contains already is left out."""

    def __init__(self, setup: StageSetup, send: Send) -> None:
        super().__init__()
        self._send = send
        self._texts, language_trouble = texts.load(setup.config.screen.language)
        cues, cue_trouble = catalogue.shipped()
        self._settings = setup.config.coach
        state = handover.decode(setup.state, CoachStageState)
        self._model = model_used(setup.config)
        self._planned = setup.planned
        known = state.cues if state else None
        course = course_of(setup.planned, setup.prescribed.ran_before_s if setup.prescribed else 0.0, known)
        self._coach = Coach(self._settings, cues, known, self._model.within_run(), course)
        self._chosen = state.chosen if state else Chosen.by(self._settings)
        self._heard = state.heard if state else Heard()
        self._tell_level()
        self._sounds, sound_trouble = read_sounds(self._texts.language)
        self._trouble = language_trouble or cue_trouble or sound_trouble
        self._call = beep(CALL_HZ, CALL_S, RATE_HZ, 0.5)
        self._speaker = Speaker(self._chosen.volume)
        self._beat()
        self._began_s = time.monotonic()
        self._state_at_s = 0.0

    def state_bytes(self) -> bytes:
        """What the coach knows, what was chosen and where the run is, for a successor."""
        return handover.encode(CoachStageState(self._coach.state(), self._chosen, self._heard))

    def handle(self, received: Received) -> None:
        message = received.message
        if isinstance(message, End):
            self._end()
        elif isinstance(message, GaitState) and message.time_s > self._heard.gait_s:
            self._heard.gait_s = message.time_s
            self._heard.calibrated, self._heard.level_sd_deg = message.calibrated, message.level_sd_deg
            self._tell_level()
            self._coach.name(message.naming)
            if message.phase == "paused" and self._heard.running:
                self._start_anew()
            self._heard.running = message.phase == "running"
        elif isinstance(message, Stance) and message.midstance_s > self._heard.stance_s and not self._heard.ended:
            self._heard.stance_s = message.midstance_s
            if not self._chosen.paused:
                self._take(message)

    def _tell_level(self) -> None:
        """Let the coach know how wrong a mean is with this level line."""
        self._coach.measured_with(self._model.instrument(self._heard.calibrated, self._heard.level_sd_deg))

    def _take(self, stance: Stance) -> None:
        self.handled += 1
        self.lag_ms = 1e3 * (time.monotonic() - stance.stamp_s)
        shown_before = self._shown()
        self._heard.session_s = stance.toe_off_s
        choice = self._coach.push(stance)
        if self._shown() != shown_before:
            self._state_at_s = 0.0  # told at once
            self._beat()
        if choice is not None:
            self._give(choice, stance)
        elif self._chosen.stance_tones:
            self._tone(stance)
        if self._chosen.metronome_percent is not None and self._heard.beats_spm is None:
            self._learn_cadence(stance)

    def _shown(self) -> tuple[bool, bool, int]:
        """What the window shows and the session records at once: the end of the first minute, feedback that begins or ends, and a block."""
        place = self._coach.place
        return (
            self._coach.targets.first.over,
            self._coach.speaks(self._heard.session_s),
            0 if place is None else place.number,
        )

    def _end(self) -> None:
        """Say that nothing more comes; once."""
        if not self._heard.ended:
            self._heard.ended = True
            self._send(End(stage="coach"))

    def _comes_late(self, stance: Stance) -> bool:
        """Whether a stance of before this process began comes too late to say anything about it. It is remembered all the same."""
        return 0.0 < stance.stamp_s < min(self._began_s, time.monotonic() - LATE_S)

    def _give(self, choice: Choice, stance: Stance) -> None:
        about = choice.side or ("one" if choice.one_side else "")
        spoken = self._sounds.get(f"{choice.name}_{about}" if about else choice.name)
        sounds = [self._call] if spoken is None else [self._call, spoken]
        silent = self._chosen.muted or self._comes_late(stance)
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

    def _tone(self, stance: Stance) -> None:
        """The tone of this stance for the metric that is trained, unless something is being said."""
        value = getattr(stance, self._chosen.trained)
        silent = self._chosen.muted or self._comes_late(stance) or self._speaker.busy
        if value is None or silent or not self._coach.speaks(stance.toe_off_s):
            return
        band = self._coach.targets.bands.get(self._chosen.trained, Band())
        side = None if self._coach.unsure_of_sides else stance.side
        self._speaker.play_placed(stance_tone(value, band, side, RATE_HZ))

    def _learn_cadence(self, stance: Stance) -> None:
        heard = self._heard
        heard.steps_s = (*heard.steps_s, stance.midstance_s)
        if heard.steps_s[-1] - heard.steps_s[0] < CADENCE_S:
            return
        step_s = float(np.median(np.diff(heard.steps_s)))
        heard.beats_spm = 60.0 / step_s * (1 + (self._chosen.metronome_percent or 0.0) / 100)
        self._beat()

    def _beat(self) -> None:
        """Let the metronome beat once the cadence is known. It is feedback, and silent wherever none is given."""
        silent = self._chosen.muted or not self._coach.speaks(self._heard.session_s)
        self._speaker.beat(None if silent else self._heard.beats_spm)

    def _first_sample_after(self, stamp_s: float) -> float | None:
        """Seconds from the frame that completed the stance to the first sample handed to the device."""
        until = time.monotonic() + FIRST_SAMPLE_S
        while self._speaker.started_s is None and time.monotonic() < until:
            time.sleep(0.001)
        started_s = self._speaker.started_s
        return None if started_s is None or stamp_s <= 0 else started_s - stamp_s

    def control(self, control: Control) -> None:
        match control:
            case controls.SetMuted(muted=muted):
                self._chosen.muted = muted
                self._stop_beating()
            case controls.SetPaused(paused=paused):
                self._chosen.paused = paused
                self._start_anew()
            case controls.SetTargets(source=source, bands=bands):
                self._coach.aim(source, self._settings.targets if source == "settings" else bands)
            case controls.Train(metric=metric) if metric in METRICS:
                self._chosen.trained = metric
                self._coach.train(metric)
            case controls.SetFeedback(feedback=feedback):
                self._give_feedback(feedback)
            case controls.MarkBlock(feedback=given, at_s=at_s):
                self._mark_block(given, at_s)
            case controls.SetVolume(volume=volume):
                self._chosen.volume = loudness(volume)
                self._speaker.set_volume(self._chosen.volume)
            case controls.PlayTestSound() if not self._chosen.muted:
                self._test_sound()
            case controls.Finish() if control.is_for("coach"):
                self._end()
        self._state_at_s = 0.0

    def _give_feedback(self, wish: Feedback) -> None:
        """Another mode, tones or no tones, another metronome."""
        if wish.metronome_percent != self._chosen.metronome_percent:
            self._stop_beating()
        self._chosen.mode, self._chosen.stance_tones = wish.mode, wish.stance_tones
        self._chosen.metronome_percent = wish.metronome_percent
        self._coach.give_feedback(wish.mode)
        self._beat()

    def _mark_block(self, feedback: bool | None, at_s: float | None) -> None:
        """A block begins or ends by hand, never before the one before it."""
        marked = self._chosen.marked
        if feedback is None and (marked is None or marked.feedback is None):
            return  # no block to end
        since_s = self._heard.session_s if at_s is None else at_s
        if marked is not None:
            since_s = max(since_s, marked.since_s + SHORTEST_BLOCK_S)
        self._chosen.marked = MarkedBlock(feedback, since_s)
        self._coach.mark_block(feedback)
        self._beat()

    def _start_anew(self) -> None:
        """After a pause what was measured before it is no longer what one does."""
        self._coach.forget()
        self._stop_beating()

    def _stop_beating(self) -> None:
        """No metronome until the cadence has been learnt again."""
        self._heard.beats_spm, self._heard.steps_s = None, ()
        self._beat()

    def _test_sound(self) -> None:
        """The call and a word on either side."""
        spoken = [placed(self._sounds[f"praise_{side}"], side) for side in SIDES if f"praise_{side}" in self._sounds]
        self._speaker.play_placed(placed(self._call, None), *spoken)

    def idle(self) -> float:
        self._speaker.tend()
        now = time.monotonic()
        if now >= self._state_at_s:
            self._state_at_s = now + STATE_S
            self.state = self._speaker.trouble or ("muted" if self._chosen.muted else "ready")
            targets = self._coach.targets
            first = targets.first
            self._send(
                CoachState(
                    muted=self._chosen.muted,
                    sound=self._speaker.trouble,
                    targets=dict(targets.bands),
                    target_from=targets.source,
                    volume=self._chosen.volume,
                    feedback=self._coach.speaks(self._heard.session_s),
                    trouble=self._trouble or self._texts.trouble,
                    mode=self._chosen.mode,
                    stance_tones=self._chosen.stance_tones,
                    metronome_percent=self._chosen.metronome_percent,
                    trained=self._chosen.trained,
                    reference_s=first.span_s,
                    reference_left_s=first.left_s,
                    marked=self._chosen.marked,
                    block=self._block(),
                )
            )
        return 0.2

    def _block(self) -> AtBlock | None:
        """Where the runner is in the planned session."""
        place, planned = self._coach.place, self._planned
        if place is None or planned is None:
            return None
        count = len(planned.blocks())
        part = None if place.block is None else place.block.part
        number = min(place.number + 1, count)
        return AtBlock(part, place.feedback, number, count, place.left_s, place.ran_s, planned.length_s)

    def finish(self) -> None:
        self._speaker.close()


def create(setup: StageSetup, send: Send) -> CoachStage:
    return CoachStage(setup, send)
