"""What the terminal says during a run that has no window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from runform_live import quantities
from runform_live.addresses import masked
from runform_live.controls import SetView, StageRestarted
from runform_live.gait.gait_now import GaitNow
from runform_live.messages import (
    VIEW_UNSURE,
    AtBlock,
    CoachState,
    DecidedView,
    GaitState,
    Message,
    Recorder,
    SourceState,
)
from runform_live.runtime.live import POLL_S
from runform_live.runtime.supervisor import Supervisor

QUESTION = (
    "Is the camera behind you or in front of you? Type 1 (behind) or 2 (in front), then Enter. "
    "Until then left and right may be exchanged. --view says it beforehand"
)
TOLD = "it is not sure whether the camera is behind or in front: left and right may be exchanged; --view says it"
ANSWERS: Mapping[str, DecidedView] = {"1": "posterior", "2": "anterior"}


class Typed(Protocol):
    """What a person types into the terminal."""

    def can_answer(self) -> bool:
        """Whether a person can type here at all."""

    def drop_waiting(self) -> None:
        """Forget what was typed so far."""

    def lines(self) -> Sequence[str]:
        """The lines since the last call."""


class RunLines:
    """Stands in for a window: call it with the supervisor, and it says each new thing once, in a line."""

    def __init__(self, say: Callable[[str], None], typed: Typed | None = None) -> None:
        """typed: what the person types, the answer to where the camera is. None: nobody can answer."""
        self._say, self._typed, self._restarts = say, typed, 0
        self._gait = GaitNow()
        self._troubles: dict[type[Message], str] = {}
        self._unsure = False  # of the view, as said last
        self._asked: Typed | None = None  # who may answer where the camera is; None: that is not asked
        self._block: tuple[int, bool] | None = None  # of the planned session, as said last

    def __call__(self, supervisor: Supervisor) -> bool:
        for message in supervisor.messages(POLL_S):
            self._take(message)
        for stage, _ in supervisor.restarted[self._restarts :]:
            self._line(line_of(StageRestarted(stage=stage)))
        self._restarts = len(supervisor.restarted)
        if self._asked is not None:
            self._pass_on(self._asked, supervisor)
        return True

    def _pass_on(self, typed: Typed, supervisor: Supervisor) -> None:
        """Pass on the answer to where the camera is. Nothing else is asked here."""
        for answer in typed.lines():
            if answer.strip() in ANSWERS:
                supervisor.ask(SetView(view=ANSWERS[answer.strip()]))

    def _take(self, message: Message) -> None:
        if self._is_new(message):
            self._line(QUESTION if self._asks(message) else line_of(message))
        if isinstance(message, CoachState) and message.block is not None:
            self._take_block(message.block)
        if isinstance(message, GaitState):
            self._take_gait(message)

    def _asks(self, message: Message) -> bool:
        """Whether a message, which is new, leads to the question where the camera is. It is asked only where it can be answered."""
        if not isinstance(message, GaitState):
            return False
        self._asked = self._typed if self._unsure and self._typed is not None and self._typed.can_answer() else None
        if self._asked is not None:
            self._asked.drop_waiting()
        return self._asked is not None

    def _line(self, line: str | None) -> None:
        if line:
            self._say(line)

    def _is_new(self, message: Message) -> bool:
        """Whether a message tells anything else than the last one of its kind. States are repeated many times."""
        if isinstance(message, Recorder | CoachState):
            before = self._troubles.get(type(message), "")
            self._troubles[type(message)] = message.trouble
            return message.trouble != before
        if isinstance(message, GaitState):
            before_unsure, self._unsure = self._unsure, VIEW_UNSURE in message.flags
            return self._unsure != before_unsure
        return True

    def _take_gait(self, state: GaitState) -> None:
        """Say which gait is measured now, whenever it becomes another one."""
        before, self._gait = self._gait, self._gait.after_activity(state.activity, state.time_s)
        if self._gait.gait != before.gait:
            self._say("walking" if self._gait.gait == "walk" else "running")

    def _take_block(self, block: AtBlock) -> None:
        """Say each block of a planned session once."""
        if self._block != (block.number, block.over):
            self._block = (block.number, block.over)
            self._say(block_line(block))


def line_of(message: Message) -> str | None:
    """What a person should know at once of a message; None for most."""
    match message:
        case SourceState(state="open", width_px=width_px, height_px=height_px, frame_rate_hz=rate_hz):
            return f"source open: {width_px}x{height_px}" + (f", {rate_hz:.0f} frames/s" if rate_hz else "")
        case SourceState(state="failed"):
            return None  # it ends the command, and the last line of the command says it
        case SourceState(state=state, text=text):
            return f"source {state}: {masked(text)}"
        case Recorder(trouble=trouble) | CoachState(trouble=trouble):
            return trouble or None
        case GaitState(flags=flags) if VIEW_UNSURE in flags:
            return TOLD
        case GaitState(naming=naming) if naming is not None:
            return f"the view is clear now: {'in front' if naming.view == 'anterior' else 'behind'}"
        case StageRestarted(stage=stage):
            return f"the {stage} stage had stopped and was started anew; the session goes on"
    return None


def block_line(block: AtBlock) -> str:
    """Which block of a planned session has begun."""
    if block.over:
        return "the planned session is over; Ctrl-C ends the run"
    if block.part == "training":
        name = "with feedback" if block.feedback else "without feedback"
    else:
        name = {"warm_up": "warm-up", "retention": "retention, without feedback"}[str(block.part)]
    return f"block {block.number} of {block.blocks}: {name}, {quantities.clock(block.left_s)} left"
