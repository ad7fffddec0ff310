"""How feedback is given, as it is chosen in the window: each choice is a wish to the coach. No widget in it."""

from __future__ import annotations

from typing import get_args

from runform_live.messages import CoachState, Control, FeedbackMode
from runform_live.texts import Texts

MODES: tuple[FeedbackMode, ...] = get_args(FeedbackMode)
METRONOMES: tuple[float | None, ...] = (None, 0.0, 5.0, 10.0)  # percent above the runner's own cadence


def next_mode(now: CoachState, said: Texts) -> Control:
    mode = MODES[(MODES.index(now.mode) + 1) % len(MODES)]
    return _wish(mode, now.stance_tones, now.metronome_percent, said)


def in_mode(mode: FeedbackMode, now: CoachState, said: Texts) -> Control:
    return _wish(mode, now.stance_tones, now.metronome_percent, said)


def other_tones(now: CoachState, said: Texts) -> Control:
    return _wish(now.mode, not now.stance_tones, now.metronome_percent, said)


def next_metronome(now: CoachState, said: Texts) -> Control:
    """The next faster one; after the fastest, none."""
    percent = now.metronome_percent
    faster = [step for step in METRONOMES if step is not None and (percent is None or step > percent)]
    return _wish(now.mode, now.stance_tones, faster[0] if faster else None, said)


def words(mode: FeedbackMode, stance_tones: bool, metronome_percent: float | None, said: Texts) -> str:
    """When something is said, and what else is heard."""
    no, yes = said("feedback.no"), said("feedback.yes")
    return said(
        "feedback.line",
        mode=said(f"feedback.{mode}"),
        tones=yes if stance_tones else no,
        metronome=no if metronome_percent is None else said("feedback.faster", percent=metronome_percent),
    )


def _wish(mode: FeedbackMode, stance_tones: bool, metronome_percent: float | None, said: Texts) -> Control:
    return Control(
        action="feedback",
        text=words(mode, stance_tones, metronome_percent, said),
        mode=mode,
        stance_tones=stance_tones,
        metronome_percent=metronome_percent,
    )
