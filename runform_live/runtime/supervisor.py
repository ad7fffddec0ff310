"""Starts the stages, watches their hearts, replaces what died, and ends all of them, whatever happens to itself."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator

import msgspec
import zmq

from runform_live import controls
from runform_live.controls import Control
from runform_live.errors import BadInput
from runform_live.messages import CaughtUp, End, GaitState, Health, Message, Recorder, RunState, SourceState, StageState
from runform_live.runtime import topology
from runform_live.runtime.bus import AGAIN, MOST_WAITING, Endpoints, Publisher, Subscriber
from runform_live.runtime.bus_folder import BusFolder
from runform_live.runtime.clinician_end import ClinicianEnd
from runform_live.runtime.ending import ASKED, BY_ITSELF, Ending, Patience, Seen
from runform_live.runtime.recent_messages import RecentMessages
from runform_live.runtime.stage import StageSetup
from runform_live.runtime.stage_process import MOST_RESTARTS, StageProcess

SILENT_S = 3.0  # without a heartbeat while others beat, a stage counts as hung
ALL_SILENT_S = 15.0  # the same where no stage beats: the whole computer was held up
AWAY_S = 1.0  # between two looks: then this process was held up itself, and heard nobody meanwhile
CLOSING_S = 20.0  # for the last files of a session of hours on a slow disk
MOST_ADDRESSES = 5  # that are tried; a port can be taken between the look at it and its use
TELL_AGAIN_S = 0.2  # a wish to end is told until it is obeyed
# For the stages to close their files: once the session has ended, and where this process ends without having asked for that.
CLOSE_S, CLOSE_IN_A_HURRY_S = 0.7, 3.0


class Supervisor:
    """One live run: the stages as processes, and the main process's ends of the bus.

    Call `messages` often; it also does the watching. `restarted` lists the stages that were replaced, with the time (monotonic s).
    `trouble` says in a line what could not be kept running. `clinician` opens the clinician's window.
    """

    def __init__(self, setup: StageSetup) -> None:
        """Raises BadInput where the run can have no sockets here; nothing is left behind then."""
        with contextlib.ExitStack() as opened:
            self._setup = setup
            self._folder = BusFolder()
            opened.callback(self._folder.close)
            self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
            opened.callback(self._context.term)
            local, self._control = self._first_socket()
            opened.callback(self._control.close)
            self.endpoints, self.keys = local.addresses, local.keys
            self._setup = msgspec.structs.replace(setup, endpoints=self.endpoints, keys=self.keys)
            self._subscriber = Subscriber()
            opened.callback(self._subscriber.close)
            self.clinician = ClinicianEnd(self._context, self._setup)
            opened.callback(self.clinician.close)
            self._listen(topology.CLINICIAN_WISHES, topology.CONTROL_TOPICS, MOST_WAITING)
            for stage in setup.stages:
                self._listen(stage, topology.BY_NAME[stage].main_hears, MOST_WAITING)
                self._listen(topology.state_endpoint(stage), ("state",), topology.STATES_WAITING)
            self._sockets = opened.pop_all()
        self._stages: dict[str, StageProcess] = {}
        self._states: dict[str, tuple[zmq.Frame, int, float]] = {}  # the newest, as they came: they are large
        self._recent = RecentMessages()
        self.started = False  # all stages work
        self._ended_stages: set[str] = set()
        self._lost_stages: set[str] = set()
        self._ending: Ending | None = None
        self._stop: controls.Stop | None = None
        self._told_s = self._looked_s = time.monotonic()
        self._gait: GaitState | None = None
        self._held = False
        self._opened = False
        self._closing_s: float | None = None  # since then the session stage writes its last files
        self.ended = False  # the session is closed, or nobody is left to close it
        self.summary = b""  # as the session stage told it (JSON); empty: it did not
        self.failure: str | None = None  # the source could not be opened at all
        self.recorder: Recorder | None = None  # its latest word
        self.restarted: list[tuple[str, float]] = []
        self.trouble = ""

    def _first_socket(self) -> tuple[Endpoints, Publisher]:
        """Addresses for the whole run, and the socket at the first of them. Raises BadInput."""
        for _ in range(MOST_ADDRESSES - 1):
            with contextlib.suppress(BadInput):
                return self._at_new_addresses()
        return self._at_new_addresses()

    def _at_new_addresses(self) -> tuple[Endpoints, Publisher]:
        local = Endpoints.local(self._folder.path, topology.endpoints(self._setup.stages))
        return local, Publisher(self._context, local.addresses[topology.MAIN], MOST_WAITING, local.keys)

    def _listen(self, endpoint: str, topics: tuple[str, ...], most_waiting: int) -> None:
        self._subscriber.connect(self._context, self.endpoints[endpoint], topics, most_waiting, self.keys)

    # -- life -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        for stage in self._setup.stages:
            self._stages[stage] = StageProcess(msgspec.structs.replace(self._setup, stage=stage))

    def close(self) -> None:
        """End every stage: a closed pipe asks, and what does not follow is killed."""
        for process in self._stages.values():
            process.close_pipe()
        given_s = 0.0 if not self.started else CLOSE_S if self.ended else CLOSE_IN_A_HURRY_S
        until_s = time.monotonic() + given_s
        for process in self._stages.values():
            process.wait_until(until_s)
            process.kill()
        self._sockets.close()

    # -- talk -----------------------------------------------------------------------------------------------------

    def ask(self, control: Control) -> None:
        """Pass on a person's wish. A wish to stop is told until the session has ended."""
        if isinstance(control, controls.Stop):
            self._end(ASKED)
            self._stop = self._stop or control
        elif isinstance(control, controls.SetPaused):
            self._held = control.paused
        self._tell(control)

    def _tell(self, control: Control) -> None:
        seq = self._control.send(control)
        self.clinician.tell(control)
        if not isinstance(control, controls.Stop | controls.Finish):
            self._recent.add(msgspec.structs.replace(control, seq=seq), (), time.monotonic())

    def _end(self, patience: Patience) -> None:
        """Begin to end; a person who asks is less patient than a file."""
        if not self.started:
            self.ended = True  # nothing has been measured
        elif self._ending is None or (patience is ASKED and self._ending.patience is not ASKED):
            self._ending = Ending(time.monotonic(), patience)

    @property
    def ending(self) -> bool:
        """Whether the session is being closed."""
        return self._ending is not None

    @property
    def ends_in_s(self) -> float | None:
        """Until a run that has stopped ends by itself; None while it goes on, is held by hand, or comes from a file."""
        gait, after_s = self._gait, self._setup.config.gait.end_after_s
        if gait is None or gait.phase != "paused" or self._held or self._setup.paced or after_s <= 0:
            return None
        return max(0.0, gait.phase_since_s + after_s - gait.time_s)

    def health(self) -> dict[str, Health | None]:
        return {stage: process.health for stage, process in self._stages.items()}

    def messages(self, wait_s: float) -> Iterator[Message]:
        """What the stages said, up to now; waits at most wait_s for the first. Watches the stages on the way."""
        for message, _ in self.messages_with_buffers(wait_s):
            yield message

    def messages_with_buffers(self, wait_s: float) -> Iterator[tuple[Message, list[zmq.Frame]]]:
        """The same with the payload buffers of each."""
        received = self._subscriber.receive(wait_s)
        while received is not None:
            message = received.message
            if isinstance(message, Control):
                yield from ((wish, []) for wish in self._wished(message))
            else:
                self._note(message, received.buffers)
                if not isinstance(message, StageState):
                    yield message, received.buffers
            received = self._subscriber.receive(0.0)
        self._watch()

    def _wished(self, control: Control) -> Iterator[Control]:
        """Do what was asked for in the clinician's window. What concerns the run is handed on: the runner's window shows it."""
        if isinstance(control, controls.SendEverything):
            self.clinician.tell_all()
        else:
            self.ask(control)
            yield control

    def _note(self, message: Message, buffers: list[zmq.Frame]) -> None:
        now_s = time.monotonic()
        self.clinician.tell(message)
        if isinstance(message, StageState):
            self._states[message.stage] = buffers[0], message.control_seq, now_s
            return
        if isinstance(message, Health):
            self._hear(message, now_s)
            return
        self._recent.add(message, buffers, now_s)
        if isinstance(message, GaitState):
            self._gait = message
        elif isinstance(message, SourceState):
            self._opened = self._opened or message.state == "open"
            if message.state == "failed" and not self._opened:
                self.failure = message.text
        elif isinstance(message, Recorder):
            self.recorder = message
            self._closing_s = now_s if message.closing else None
        elif isinstance(message, End):
            self._ended_stages.add(message.stage)
            if message.stage == "capture":
                self._end(BY_ITSELF)
            elif message.stage == "session":
                self.summary = bytes(buffers[0].buffer) if buffers else b""
                self.ended = True

    def _hear(self, health: Health, now_s: float) -> None:
        process = self._stages.get(health.stage)
        if process is None or health.pid != process.pid:  # the last words of one that was replaced
            return
        process.heard_s, process.health = now_s, health
        if not self.started and all(self._stages[stage].heard_s > 0 for stage in topology.STAGES):
            self.started = True
            self._tell(controls.Start())

    # -- watching -------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        now_s = time.monotonic()
        away_s = now_s - self._looked_s
        self._looked_s = now_s
        if away_s > AWAY_S:
            for process in self._stages.values():
                process.excuse(away_s, now_s)
        self.clinician.tell_run(RunState(ends_in_s=self.ends_in_s, ending=self.ending), now_s)
        if self.ended:
            return
        for stage, process in self._stages.items():
            self._repeat_for(stage, process)
        if self._ending is None:
            for stage in self._stuck(now_s):
                self._replace(stage, now_s)
        else:
            self._go_on_ending(self._ending, now_s)

    def _stuck(self, now_s: float) -> list[str]:
        """The stages that died, or do not answer while others do."""
        silent_s = {stage: process.silent_s(now_s) for stage, process in self._stages.items()}
        longest_s = SILENT_S if min(silent_s.values()) < SILENT_S / 2 else ALL_SILENT_S
        return [stage for stage, process in self._stages.items() if not process.alive or silent_s[stage] > longest_s]

    def _seen(self, now_s: float) -> dict[str, Seen]:
        def silent_s(stage: str, process: StageProcess) -> float:
            return 0.0 if stage == "session" and self._closes(now_s) else process.silent_s(now_s)

        return {
            stage: Seen(
                stage in self._ended_stages, process.alive, silent_s(stage, process), stage in self._lost_stages
            )
            for stage, process in self._stages.items()
        }

    def _closes(self, now_s: float) -> bool:
        """Whether the session stage writes its last files now, without a word until they are there."""
        return self._closing_s is not None and now_s - self._closing_s < CLOSING_S

    def _go_on_ending(self, ending: Ending, now_s: float) -> None:
        stages = self._seen(now_s)
        if ending.gives_up(now_s, stages) and not (self._closes(now_s) and stages["session"].alive):
            self.ended = True
            self.trouble = self.trouble or "the session was not closed in time; what was written of it is kept"
            return
        for stage in ending.to_replace(now_s, stages):
            self._replace(stage, now_s)
        if now_s - self._told_s >= TELL_AGAIN_S:
            self._told_s = now_s
            if self._stop is not None and not stages["capture"].ended:
                self._tell(self._stop)
            for stage in ending.to_finish(now_s, stages):
                self._tell(controls.Finish(stage=stage))

    def _replace(self, stage: str, now_s: float) -> None:
        """Start a stage anew, with the state that it left."""
        before = self._stages[stage]
        why = "it did not answer" if before.alive else "it had died"
        before.kill()
        restarts_s = before.restarts_of_late(now_s)
        if len(restarts_s) >= MOST_RESTARTS or (not self.started and restarts_s):
            self._lose(stage)
            return
        state, control_seq, told_s = self._states.get(stage, (None, 0, -math.inf))
        setup = msgspec.structs.replace(
            self._setup, stage=stage, restarted=self.started, control_seq=control_seq,
            state=b"" if state is None else bytes(state.buffer),
        )  # fmt: skip
        try:
            self._stages[stage] = StageProcess(setup, told_s if self.started else None, (*restarts_s, now_s))
        except OSError:  # no memory or no descriptors for another process
            self._lose(stage)
            return
        if self.started:
            self.restarted.append((stage, now_s))
            self._tell(controls.StageRestarted(stage=stage, reason=why))

    def _lose(self, stage: str) -> None:
        """End the run without a stage that does not stay alive; go on without one that it can do without."""
        if not topology.BY_NAME[stage].needed:
            self.trouble = (
                self.trouble or f"the {stage} stage could not be kept running; the session went on without it"
            )
            del self._stages[stage]
            return
        self.trouble = f"the {stage} stage cannot be kept running; what was recorded is kept"
        self._lost_stages.add(stage)
        self._end(ASKED)
        self._stop = self._stop or controls.Stop(reason=self.trouble)

    def _repeat_for(self, stage: str, process: StageProcess) -> None:
        """Tell a stage that was started anew what it has missed, once it listens."""
        since_s = process.owed_since_s
        if since_s is None or process.heard_s == 0 or not self._control.subscribers(AGAIN + stage):
            return
        process.owed_since_s = None
        for message, buffers in self._recent.missed_by(stage, since_s, process.control_seq):
            self._control.repeat(AGAIN + stage, message, *buffers)
        self._control.repeat(AGAIN + stage, CaughtUp(stage=stage))
