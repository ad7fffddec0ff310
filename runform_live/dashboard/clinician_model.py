"""What the clinician's window shows and asks for during a run, as plain values. No widget in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from runform_live import controls, quantities
from runform_live.config import Config
from runform_live.controls import Control
from runform_live.dashboard import feedback_model, status_model
from runform_live.dashboard.model import DashboardModel
from runform_live.messages import DecidedView, Message, RunState
from runform_live.model_used import model_used
from runform_live.texts import Texts

SURE_S = 5.0  # for the second press of what is asked twice
Asked = Literal["pause", "end"]


@dataclass(frozen=True, slots=True)
class Noted:
    """A note, or the beginning or end of a block, at a time of the session (s)."""

    at_s: float
    words: str


class ClinicianModel:
    """Feed it everything that is told of the run; take what was asked for. Its clock, now_s, is the monotonic one."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._requests: list[Control] = []
        self._asked: tuple[Asked, float] | None = None  # what was pressed once, and when
        self.draft = ""
        self._draft_at_s: float | None = None
        self.begin((), 0.0)
        self.complete = False  # all that has happened so far is known

    def begin(self, so_far: Sequence[Message], now_s: float) -> None:
        """Start anew with all that was said so far. A note that is being typed stays."""
        self.run = DashboardModel(self._config, model_used(self._config), third_person=True)
        self._restarted: list[tuple[str, float]] = []
        self.run.restarted = self._restarted
        self.run.recording = self._config.record.video
        self._noted: list[Noted] = []
        self.complete = True
        for message in so_far:
            self._take(message, now_s, told_late=True)

    def take(self, message: Message, now_s: float) -> None:
        """Note one message."""
        self._take(message, now_s, told_late=False)

    def _take(self, message: Message, now_s: float, told_late: bool) -> None:
        if isinstance(message, Control):
            self.run.asked(message)
            self._note(message)
            if isinstance(message, controls.StageRestarted) and not told_late:
                self._restarted.append((message.stage, now_s))
        elif isinstance(message, RunState):
            self.run.ends_in_s, self.run.ending = message.ends_in_s, message.ending
        else:
            self.run.take(message, now_s)

    def _note(self, control: Control) -> None:
        match control:
            case controls.AddNote(text=words, at_s=at_s):
                pass
            case controls.MarkBlock(feedback=feedback, at_s=at_s):
                words = self.texts(f"clinician.row.{_block(feedback)}")
            case _:
                return
        self._noted.append(Noted(self.session_s if at_s is None else at_s, words))

    @property
    def texts(self) -> Texts:
        return self.run.texts

    @property
    def session_s(self) -> float:
        """The time of the session, as the gait stage told it last."""
        return self.run.gait.time_s if self.run.gait is not None else 0.0

    def take_requests(self) -> list[Control]:
        """What has been asked for since the last call."""
        requests, self._requests = self._requests, []
        return requests

    # -- notes ----------------------------------------------------------------------------------------------------

    @property
    def noted(self) -> list[Noted]:
        """Notes and marks of blocks, the newest first."""
        return sorted(self._noted, key=lambda one: one.at_s, reverse=True)

    def noted_words(self) -> str:
        """One line for each."""
        lines = [
            self.texts("clinician.row.line", time=quantities.clock(one.at_s), text=one.words) for one in self.noted
        ]
        return "\n".join(lines) or self.texts("clinician.no_notes")

    def typed(self, draft: str) -> None:
        """What stands in the field. A note is of the time when its first letter was typed: then it was seen."""
        self.draft = draft
        if not draft.strip():
            self._draft_at_s = None
        elif self._draft_at_s is None:
            self._draft_at_s = self.session_s

    def note_words(self) -> str:
        """What stands above the field."""
        if self._draft_at_s is None:
            return self.texts("clinician.notes")
        return self.texts("clinician.note_at", time=quantities.clock(self._draft_at_s))

    def save_note(self) -> None:
        """Ask for the note in the field to be kept; nothing where the field is empty."""
        text, at_s = " ".join(self.draft.split()), self._draft_at_s
        self.typed("")
        if text:
            self._requests.append(controls.AddNote(text=text, at_s=at_s))

    # -- blocks and feedback --------------------------------------------------------------------------------------

    @property
    def in_block(self) -> bool:
        """Whether a block that was begun by hand runs."""
        return self.run.coach is not None and self.run.coach.in_marked

    def block_words(self) -> str:
        """The block that was begun by hand, and how long it has run."""
        block = self.run.coach.marked if self.run.coach is not None else None
        if block is None or block.feedback is None:
            return self.texts("clinician.no_block")
        ran_s = max(0.0, self.session_s - block.since_s)
        return self.texts(f"clinician.now.{_block(block.feedback)}", time=quantities.clock(ran_s))

    def programme_words(self) -> str:
        """Where the runner is in a planned session, and how long that block still lasts; empty in a free run."""
        block = self.run.coach.block if self.run.coach is not None else None
        if block is None or block.over:
            return status_model.block_words(self.run)
        words = status_model.block_words(self.run)
        return self.texts("clinician.programme", number=block.number, blocks=block.blocks, words=words)

    def begin_block(self, feedback: bool) -> None:
        """A block with or without feedback, from now on. One with feedback turns feedback on where it is off altogether."""
        coach = self.run.coach
        if feedback and coach is not None and coach.feedback.mode == "off":
            self._requests.append(feedback_model.with_mode("bandwidth", coach, self.texts))
        self._requests.append(controls.MarkBlock(feedback=feedback, at_s=self.session_s))

    def end_block(self) -> None:
        """The block that was begun by hand ends now; nothing where there is none."""
        if self.in_block:
            self._requests.append(controls.MarkBlock(feedback=None, at_s=self.session_s))

    def feedback_words(self) -> str:
        """How feedback is given, in short."""
        if self.run.coach is None:
            return self.texts("clinician.feedback", mode=quantities.UNKNOWN)
        return self.texts("clinician.feedback", mode=self.texts(f"feedback.title.{self.run.coach.feedback.mode}"))

    def next_feedback(self) -> None:
        """Feedback of the next kind; one of them is none at all."""
        if self.run.coach is not None:
            self._requests.append(feedback_model.next_mode(self.run.coach, self.texts))

    # -- the run --------------------------------------------------------------------------------------------------

    def say_view(self, view: DecidedView) -> None:
        """The answer to where the camera is."""
        if self.run.asks_view:
            self._requests.append(controls.SetView(view=view))

    def press_pause(self, now_s: float) -> None:
        """A pause, when it is pressed twice; the end of one, at once."""
        if self.run.paused:
            self._asked = None
            self._requests.append(controls.SetPaused(paused=False))
        elif self._is_sure("pause", now_s):
            self._requests.append(controls.SetPaused(paused=True))

    def press_end(self, now_s: float) -> None:
        """The end of the run, when it is pressed twice."""
        if self._is_sure("end", now_s):
            self._requests.append(controls.Stop())

    def pause_words(self, now_s: float) -> str:
        if self.run.paused:
            return self.texts("clinician.resume")
        return self.texts("clinician.pause_sure" if self.asks("pause", now_s) else "clinician.pause")

    def end_words(self, now_s: float) -> str:
        return self.texts("clinician.end_sure" if self.asks("end", now_s) else "clinician.end")

    def asks(self, what: Asked, now_s: float) -> bool:
        """Whether one more press does it."""
        return self._asked is not None and self._asked[0] == what and now_s - self._asked[1] <= SURE_S

    def _is_sure(self, what: Asked, now_s: float) -> bool:
        sure = self.asks(what, now_s)
        self._asked = None if sure else (what, now_s)
        return sure


def _block(feedback: bool | None) -> str:
    """The last part of the keys of its texts."""
    return "end" if feedback is None else "with" if feedback else "without"
