"""The live driver: stages as processes, a window or the terminal in front of them, the session folder behind."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runform_live import controls, portable
from runform_live.capture.source_name import is_camera, is_stream
from runform_live.config import Config
from runform_live.errors import BadInput
from runform_live.messages import (
    Person,
    Prescribed,
    Recorder,
    View,
)
from runform_live.programmes import PlannedSession
from runform_live.runtime import topology
from runform_live.runtime.prepared import Prepared
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
    took_s: float  # from the request to end to the end of the last stage
    summary: bytes  # summary.json as the session stage told it; empty where it did not


def setup_for(
    source: str,
    config: Config,
    folder: Path,
    view: View = "unknown",
    record_video: bool = False,
    as_camera: bool = False,
    loop: bool = False,
    frame_rate_hz: float | None = None,
    mirrored: bool = False,
    person: Person | None = None,
    prescribed: Prescribed | None = None,
    planned: PlannedSession | None = None,
    pain_before: int | None = None,
) -> StageSetup:
    """What all stages are told. prescribed and planned: the session of a programme that it is, and its blocks.

    loop: a file is played again and again. Files wait for slow stages; cameras and streams do not, nor files played `as_camera`.
    """
    return StageSetup(
        stage="",
        endpoints={},
        config=config,
        source=source,
        frame_rate_hz=frame_rate_hz,
        mirrored=mirrored,
        loop=loop,
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

    def __init__(self) -> None:
        self.asked = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> EndSignals:
        numbers = [getattr(signal, name) for name in portable.end_signals()]
        if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
            # It was started to outlive its terminal (nohup).
            numbers = [number for number in numbers if number != signal.SIGHUP]
        self._before = {number: signal.signal(number, self._note) for number in numbers}
        return self

    def _note(self, _number: int, _frame: object) -> None:
        self.asked += 1

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


Show = Callable[[Supervisor], bool]


def listen(supervisor: Supervisor) -> bool:
    """In place of a window: hear what the stages say, and nothing more."""
    for _ in supervisor.messages(POLL_S):
        pass
    return True


def run(
    setup: StageSetup,
    show: Show = listen,
    ending: Callable[[], None] | None = None,
    clinician: bool = False,
    prepared: Prepared | None = None,
    opens: Callable[[], Show] | None = None,
) -> Outcome:
    """Run until the source ends or a person ends it.

    show: takes the messages of the supervisor, draws the window's next picture, and returns False once the person has ended the run there.
    ending: called once, when the end has begun. clinician: open the clinician's window here; the runner's window opens it itself.
    prepared: processes of stages that have begun to load. opens: makes `show` while the stages begin.
    Raises BadInput where the source cannot be opened.
    """
    folder = Path(setup.folder)
    with EndSignals() as signals, lock.run(folder), contextlib.closing(Supervisor(setup, prepared)) as supervisor:
        supervisor.start()
        if opens is not None:
            show = opens()
        if clinician:
            supervisor.clinician.open()
        asked_s: float | None = None
        while not supervisor.ended:
            open_still = show(supervisor)
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
