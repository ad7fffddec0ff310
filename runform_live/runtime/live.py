"""The live driver: stages as processes, a window or the terminal in front of them, the session folder behind."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from runform_live import controls, quantities
from runform_live.addresses import masked
from runform_live.capture.sources import is_camera, is_stream
from runform_live.config import Config
from runform_live.errors import BadInput
from runform_live.messages import (
    VIEW_UNSURE,
    AtBlock,
    CoachState,
    GaitState,
    Message,
    Person,
    Prescribed,
    Recorder,
    SourceState,
    View,
)
from runform_live.programmes import PlannedSession
from runform_live.runtime import topology
from runform_live.runtime.stage import StageSetup
from runform_live.runtime.supervisor import Supervisor
from runform_live.session import lock

POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a live run ended."""

    folder: Path
    begun: bool  # False: the end was asked for before the stages worked, and there is no session
    recorder: Recorder | None
    restarted: tuple[str, ...]  # stages that were started anew
    trouble: str  # of the recording or of a stage; empty where there was none
    asked: int  # how often Ctrl-C, SIGTERM or a closed terminal asked for the end: nobody waits for a last screen
    took_s: float  # from the wish to end to the end of the last stage
    summary: bytes  # summary.json as the session stage told it; empty where it did not


def setup_for(
    source: str,
    config: Config,
    folder: Path,
    view: View = "unknown",
    record_video: bool = False,
    as_camera: bool = False,
    frame_rate_hz: float | None = None,
    mirrored: bool = False,
    person: Person | None = None,
    prescribed: Prescribed | None = None,
    planned: PlannedSession | None = None,
    pain_before: int | None = None,
) -> StageSetup:
    """What all stages are told. prescribed and planned: the session of a programme that it is, and its blocks.

    Files wait for slow stages; cameras and streams do not, nor files played `as_camera`.
    """
    return StageSetup(
        stage="",
        endpoints={},
        config=config,
        source=source,
        frame_rate_hz=frame_rate_hz,
        mirrored=mirrored,
        view=view,
        folder=str(folder),
        record_video=record_video,
        person=person,
        prescribed=prescribed,
        planned=planned,
        pain_before=pain_before,
        paced=not (as_camera or is_camera(source) or is_stream(source)),
        stages=topology.STAGES if config.export.lsl == "off" else (*topology.STAGES, "lsl"),
    )


class EndSignals:
    """Ctrl-C, SIGTERM and a terminal that closes ask for an orderly end. Asking again never breaks it off: it takes seconds at most."""

    NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # those that the system has

    def __init__(self) -> None:
        self.asked = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> EndSignals:
        numbers = [getattr(signal, name) for name in self.NAMES if hasattr(signal, name)]
        if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
            numbers.remove(signal.SIGHUP)  # started to outlive its terminal (nohup)
        self._before = {number: signal.signal(number, self._note) for number in numbers}
        return self

    def _note(self, _number: int, _frame: object) -> None:
        self.asked += 1

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


Show = Callable[[Supervisor], bool]
Note = Callable[[Message], None]


def run(
    setup: StageSetup,
    show: Show | None = None,
    note: Note | None = None,
    ending: Callable[[], None] | None = None,
    clinician: bool = False,
) -> Outcome:
    """Run until the source ends or a person ends it.

    `show` draws the window's next picture and returns False once the person has ended the run there; `note` sees every message where
    there is no window. `ending` is called once when the end has begun. clinician: open the clinician's window; one that `show` draws does
    that itself. Raises BadInput where the source cannot be opened.
    """
    folder = Path(setup.folder)
    with EndSignals() as signals, lock.run(folder), contextlib.closing(Supervisor(setup)) as supervisor:
        supervisor.start()
        if clinician:
            supervisor.clinician.open()
        shown = show or _Shown(note)
        asked_s: float | None = None
        while not supervisor.ended:
            open_still = shown(supervisor)
            if supervisor.failure is not None:
                raise BadInput(supervisor.failure)
            over = supervisor.ends_in_s == 0.0
            if (signals.asked or not open_still or over) and asked_s is None:
                asked_s = time.monotonic()
                supervisor.ask(controls.Stop(reason="stopped: nobody ran any more" if over else ""))
            if supervisor.ending and ending is not None:
                ending()
                ending = None
    took_s = 0.0 if asked_s is None else time.monotonic() - asked_s
    recorder = supervisor.recorder
    trouble = (recorder.trouble if recorder else "") or supervisor.trouble
    restarted = tuple(stage for stage, _ in supervisor.restarted)
    return Outcome(folder, supervisor.started, recorder, restarted, trouble, signals.asked, took_s, supervisor.summary)


class _Shown:
    """In place of a window: hands on what the stages say, and which of them was started anew."""

    def __init__(self, note: Note | None) -> None:
        self._note, self._restarts = note, 0
        self._troubles: dict[type[Message], str] = {}
        self._unsure = False  # of the view, as said last
        self._block: tuple[int, bool] | None = None  # of the planned session, as said last

    def __call__(self, supervisor: Supervisor) -> bool:
        for message in supervisor.messages(POLL_S):
            self._tell(message)
        for stage, _ in supervisor.restarted[self._restarts :]:
            self._tell(controls.StageRestarted(stage=stage))
        self._restarts = len(supervisor.restarted)
        return True

    def _tell(self, message: Message) -> None:
        if isinstance(message, CoachState):
            self._tell_block(message)
            message = msgspec.structs.replace(message, block=None)
        if isinstance(message, Recorder | CoachState):  # they say so again and again
            if message.trouble == self._troubles.get(type(message), ""):
                return
            self._troubles[type(message)] = message.trouble
        if isinstance(message, GaitState):  # it says so again ten times a second
            unsure, self._unsure = self._unsure, VIEW_UNSURE in message.flags
            if self._unsure == unsure:
                return
        if self._note is not None:
            self._note(message)

    def _tell_block(self, message: CoachState) -> None:
        """Each block of a planned session, once."""
        block = message.block
        if block is not None and self._block != (block.number, block.over):
            self._block = (block.number, block.over)
            if self._note is not None:
                self._note(msgspec.structs.replace(message, trouble=""))


def _described_block(block: AtBlock) -> str:
    if block.over:
        return "the planned session is over; Ctrl-C ends the run"
    part = block.part if block.part != "training" else "with feedback" if block.feedback else "without feedback"
    name = {"warm_up": "warm-up", "retention": "retention, without feedback"}.get(str(part), part)
    return f"block {block.number} of {block.blocks}: {name}, {quantities.clock(block.left_s)} left"


def describe(message: Message) -> str | None:
    """A line for the terminal about what a person should know at once; None for the rest."""
    if isinstance(message, SourceState):
        if message.state == "open":
            rate = f", {message.frame_rate_hz:.0f} frames/s" if message.frame_rate_hz else ""
            return f"source open: {message.width_px}x{message.height_px}{rate}"
        if message.state == "failed":
            return None  # it ends the command, whose last line says it
        return f"source {message.state}: {masked(message.text)}"
    if isinstance(message, Recorder | CoachState) and message.trouble:
        return message.trouble
    if isinstance(message, CoachState) and message.block is not None:
        return _described_block(message.block)
    if isinstance(message, GaitState) and VIEW_UNSURE in message.flags:
        return (
            "it is not sure whether the camera is behind or in front: left and right may be exchanged; --view says it"
        )
    if isinstance(message, GaitState) and message.naming is not None:
        return f"the view is clear now: {'in front' if message.naming.view == 'anterior' else 'behind'}"
    if isinstance(message, controls.StageRestarted):
        return f"the {message.stage} stage had stopped and was started anew; the session goes on"
    return None
