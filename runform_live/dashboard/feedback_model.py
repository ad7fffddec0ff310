"""How feedback is given, as it is chosen in the window: each choice is a request to the coach. No widget in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import get_args

import msgspec

from runform_live import controls
from runform_live.config import CoachSettings
from runform_live.messages import CoachState, Feedback, FeedbackMode
from runform_live.texts import Texts

MODES: tuple[FeedbackMode, ...] = get_args(FeedbackMode)
METRONOMES: tuple[float | None, ...] = (None, 0.0, 5.0, 10.0)  # percent above the runner's own cadence
Change = Callable[[CoachState, Texts], controls.SetFeedback]  # the request that follows from what is chosen by now


@dataclass(frozen=True, slots=True)
class Option:
    """One of several that exclude each other: what it says, whether it is in force, and the request for it."""

    label: str
    chosen: bool
    request: Change


def modes(now: CoachState, said: Texts) -> list[Option]:
    """When something is said."""
    return [
        Option(said(f"feedback.title.{mode}"), mode == now.feedback.mode, partial(with_mode, mode)) for mode in MODES
    ]


def metronomes(now: CoachState, said: Texts) -> list[Option]:
    """How fast the metronome beats; one that is in force by the settings alone has a place of its own."""
    steps = sorted({step for step in (*METRONOMES, now.feedback.metronome_percent) if step is not None})
    return [
        Option(_metronome_label(step, said), step == now.feedback.metronome_percent, partial(with_metronome, step))
        for step in (None, *steps)
    ]


def what_mode_does(now: CoachState, settings: CoachSettings, said: Texts) -> str:
    """One sentence on what the mode in force does."""
    return said(
        f"feedback.what.{now.feedback.mode}", pause=settings.shortest_pause_s, minutes=settings.summary_every_s / 60
    )


def _metronome_label(percent: float | None, said: Texts) -> str:
    if percent is None:
        return said("feedback.no")
    return f"+{percent:.0f}%" if percent else said("feedback.own_pace")


def with_mode(mode: FeedbackMode, now: CoachState, said: Texts) -> controls.SetFeedback:
    return _request(said, now.feedback, mode=mode)


def with_metronome(percent: float | None, now: CoachState, said: Texts) -> controls.SetFeedback:
    return _request(said, now.feedback, metronome_percent=percent)


def next_mode(now: CoachState, said: Texts) -> controls.SetFeedback:
    return with_mode(MODES[(MODES.index(now.feedback.mode) + 1) % len(MODES)], now, said)


def other_tones(now: CoachState, said: Texts) -> controls.SetFeedback:
    return _request(said, now.feedback, stance_tones=not now.feedback.stance_tones)


def next_metronome(now: CoachState, said: Texts) -> controls.SetFeedback:
    """The next faster one; after the fastest, none."""
    percent = now.feedback.metronome_percent
    faster = [step for step in METRONOMES if step is not None and (percent is None or step > percent)]
    return with_metronome(faster[0] if faster else None, now, said)


def words(feedback: Feedback, said: Texts) -> str:
    """When something is said, and what else is heard."""
    no, yes = said("feedback.no"), said("feedback.yes")
    percent = feedback.metronome_percent
    return said(
        "feedback.line",
        mode=said(f"feedback.title.{feedback.mode}"),
        tones=yes if feedback.stance_tones else no,
        metronome=no if percent is None else said("feedback.faster", percent=percent),
    )


def _request(said: Texts, now: Feedback, **changes: object) -> controls.SetFeedback:
    feedback = msgspec.structs.replace(now, **changes)
    return controls.SetFeedback(feedback=feedback, words=words(feedback, said))
