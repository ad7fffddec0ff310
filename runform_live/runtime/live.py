"""The live driver: stages as processes, a window or the terminal in front of them, the session folder behind."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runform_live.capture.sources import is_camera, is_stream
from runform_live.config import Config
from runform_live.errors import BadInput
from runform_live.messages import Any_, Control, Recorder, SourceState, View
from runform_live.runtime.stage import StageSetup
from runform_live.runtime.supervisor import Supervisor

POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a live run ended."""

    folder: Path
    recorder: Recorder | None
    restarts: int
    trouble: str  # of the recording; empty where there was none
    interrupted: bool  # by Ctrl-C or SIGTERM: nobody waits for a last screen


def setup_for(
    source: str,
    config: Config,
    folder: Path,
    view: View = "unknown",
    record_video: bool = False,
    as_camera: bool = False,
) -> StageSetup:
    """What all stages are told. Files wait for slow stages; cameras and streams do not, nor files played `as_camera`."""
    return StageSetup(
        stage="",
        endpoints={},
        config=config,
        source=source,
        view=view,
        folder=str(folder),
        record_video=record_video,
        paced=not (as_camera or is_camera(source) or is_stream(source)),
    )


class _Interrupted:
    """Ctrl-C and SIGTERM ask for an orderly end; the second Ctrl-C is taken at its word."""

    def __init__(self) -> None:
        self.asked = False
        self._before = {number: signal.signal(number, self._note) for number in (signal.SIGINT, signal.SIGTERM)}

    def _note(self, number: int, _frame: object) -> None:
        if self.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.asked = True

    def restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


def run(
    setup: StageSetup,
    show: Callable[[Supervisor], bool] | None = None,
    note: Callable[[Any_], None] | None = None,
) -> Outcome:
    """Run until the source ends or a person ends it.

    `show` draws the window's next picture and returns False once it was closed; `note` sees every message where there is
    no window. Raises BadInput where the source cannot be opened, RunformError where a stage cannot be kept alive.
    """
    interrupted = _Interrupted()
    supervisor = Supervisor(setup)
    ending = False
    try:
        supervisor.start()
        while not supervisor.ended:
            open_still = True
            if show is not None:
                open_still = show(supervisor)
            else:
                for message in supervisor.messages(POLL_S):
                    if note is not None:
                        note(message)
            if supervisor.failure is not None:
                raise BadInput(supervisor.failure)
            over = supervisor.ends_in_s == 0.0
            if (interrupted.asked or not open_still or over) and not ending:
                ending = True
                supervisor.ask(Control(action="stop", text="stopped: nobody ran any more" if over else ""))
                show = None  # a closed window draws no more; what follows is only the orderly end
        recorder = supervisor.recorder
        return Outcome(
            Path(setup.folder), recorder, supervisor.restarts, recorder.trouble if recorder else "", interrupted.asked
        )
    finally:
        supervisor.close()
        interrupted.restore()


def describe(message: Any_) -> str | None:
    """A line for the terminal about what a person should know at once; None for the rest."""
    if isinstance(message, SourceState):
        if message.state == "open":
            rate = f", {message.frame_rate_hz:.0f} frames/s" if message.frame_rate_hz else ""
            return f"source open: {message.width_px}x{message.height_px}{rate}"
        return f"source {message.state}: {message.text}"
    if isinstance(message, Recorder) and message.trouble:
        return message.trouble
    return None
