"""Starts the stages, watches their heartbeats, replaces what died, and ends all of them, whatever happens to itself."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator

import msgspec
import zmq

from runform_live import controls
from runform_live.controls import Control
from runform_live.messages import End, GaitState, Health, Message, Recorder, RunState, StageState
from runform_live.runtime import topology
from runform_live.runtime.clinician_end import ClinicianEnd
from runform_live.runtime.ending import ASKED, BY_ITSELF, Ending, Patience, Seen
from runform_live.runtime.keys import Keys
from runform_live.runtime.main_bus import MainBus
from runform_live.runtime.prepared import Prepared
from runform_live.runtime.recent_messages import RecentMessages
from runform_live.runtime.run_facts import RunFacts
from runform_live.runtime.stage import StageSetup
from runform_live.runtime.stage_process import MOST_RESTARTS, StageProcess

SILENT_S = 3.0  # without a heartbeat while others send theirs, a stage counts as hung
ALL_SILENT_S = 15.0  # the same where no stage sends any: the whole computer was held up
AWAY_S = 1.0  # between two looks: then this process was held up itself, and heard nobody meanwhile
REPEAT_END_S = 0.2  # between two requests to end, which are repeated until they are obeyed
# For the stages to close their files: once the session has ended, and where this process ends without having asked for that.
CLOSE_S, CLOSE_IN_A_HURRY_S = 0.7, 3.0


class Supervisor:
    """One live run: the stages as processes, and the main process's ends of the bus.

    Call `messages` often; it also does the watching. `restarted` lists the stages that were replaced, with the time (monotonic s).
    `trouble` says in a line what could not be kept running. `clinician` opens the clinician's window.
    """

    def __init__(self, setup: StageSetup, prepared: Prepared | None = None) -> None:
        """prepared: processes that have begun to load already; whoever gives them closes them. Raises BadInput where the run can have no sockets here; nothing is left behind then."""
        with contextlib.ExitStack() as opened:
            self._bus = opened.enter_context(contextlib.closing(MainBus(setup.stages)))
            self._setup = msgspec.structs.replace(setup, endpoints=self._bus.endpoints, keys=self._bus.keys)
            self.clinician = ClinicianEnd(self._bus.context, self._setup)
            opened.callback(self.clinician.close)
            self._opened = opened.pop_all()
        self._prepared = prepared or self._opened.enter_context(contextlib.closing(Prepared(())))
        self._stages: dict[str, StageProcess] = {}
        self._states: dict[str, tuple[zmq.Frame, int, float]] = {}  # the newest, as they came: they are large
        self._recent = RecentMessages()
        ends_by_itself = not setup.paced and setup.config.gait.end_after_s > 0  # a run from a file does not
        self._facts = RunFacts(setup.config.gait.end_after_s if ends_by_itself else None)
        self._lost_stages: set[str] = set()
        self._ending: Ending | None = None
        self._stop: controls.Stop | None = None
        self._asked_to_end_s = self._looked_s = time.monotonic()
        self.started = False  # all stages work
        self.ended = False  # the session is closed, or nobody is left to close it
        self.restarted: list[tuple[str, float]] = []
        self.trouble = ""

    # -- life ---------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        for stage in self._setup.stages:
            own_setup = msgspec.structs.replace(self._setup, stage=stage)
            self._stages[stage] = StageProcess(own_setup, self._prepared.take(stage))

    def close(self) -> None:
        """End every stage: a closed pipe asks, and what does not follow is killed."""
        for process in self._stages.values():
            process.close_pipe()
        given_s = 0.0 if not self.started else CLOSE_S if self.ended else CLOSE_IN_A_HURRY_S
        until_s = time.monotonic() + given_s
        for process in self._stages.values():
            process.wait_until(until_s)
            process.kill()
        self._opened.close()

    # -- what is known of the run -------------------------------------------------------------------------------------

    @property
    def endpoints(self) -> dict[str, str]:
        """Of the whole run."""
        return self._bus.endpoints

    @property
    def keys(self) -> Keys | None:
        """Of the whole run; None where its endpoints need none."""
        return self._bus.keys

    @property
    def ending(self) -> bool:
        """Whether the session is being closed."""
        return self._ending is not None

    @property
    def ends_in_s(self) -> float | None:
        """Until a run that has stopped ends by itself; None: it does not."""
        return self._facts.ends_in_s

    @property
    def failure(self) -> str | None:
        """Why the source could not be opened at all."""
        return self._facts.failure

    @property
    def recorder(self) -> Recorder | None:
        """The latest word of the recorder."""
        return self._facts.recorder

    @property
    def gait(self) -> GaitState | None:
        """The latest word of the gait stage."""
        return self._facts.gait

    @property
    def summary(self) -> bytes:
        """As the session stage told it at its end (JSON); empty: it did not."""
        return self._facts.summary

    def health(self) -> dict[str, Health | None]:
        return {stage: process.health for stage, process in self._stages.items()}

    # -- requests -----------------------------------------------------------------------------------------------------

    def ask(self, control: Control) -> None:
        """Pass on a request of a person. A request to stop is repeated until the session has ended."""
        if isinstance(control, controls.Stop):
            self._end(ASKED)
            self._stop = self._stop or control
        elif isinstance(control, controls.SetPaused):
            self._facts.paused_by_hand = control.paused
        self._send(control)

    def _send(self, control: Control) -> None:
        seq = self._bus.send(control)
        self.clinician.tell(control)
        if not isinstance(control, controls.Stop | controls.Finish):
            self._recent.add(msgspec.structs.replace(control, seq=seq), (), time.monotonic())

    def _end(self, patience: Patience) -> None:
        """Begin to end; a person who asks is less patient than a file."""
        if not self.started:
            self.ended = True  # nothing has been measured
        elif self._ending is None or (patience is ASKED and self._ending.patience is not ASKED):
            self._ending = Ending(time.monotonic(), patience)

    # -- messages -----------------------------------------------------------------------------------------------------

    def messages(self, wait_s: float) -> Iterator[Message]:
        """What the stages told up to now; waits at most wait_s for the first message. Watches the stages on the way."""
        for message, _ in self.messages_with_buffers(wait_s):
            yield message

    def messages_with_buffers(self, wait_s: float) -> Iterator[tuple[Message, list[zmq.Frame]]]:
        """The same with the payload buffers of each."""
        received = self._bus.receive(wait_s)
        while received is not None:
            message = received.message
            if isinstance(message, controls.SendEverything):
                self.clinician.tell_all()
            elif isinstance(message, Control):  # asked in the clinician's window; the runner's window shows it too
                self.ask(message)
                yield message, []
            elif isinstance(message, StageState):
                self._states[message.stage] = received.buffers[0], message.control_seq, time.monotonic()
            else:
                self._take(message, received.buffers)
                yield message, received.buffers
            received = self._bus.receive(0.0)
        self._watch()

    def _take(self, message: Message, buffers: list[zmq.Frame]) -> None:
        now_s = time.monotonic()
        self.clinician.tell(message)
        if isinstance(message, Health):
            self._take_heartbeat(message, now_s)
            return
        self._recent.add(message, buffers, now_s)
        self._facts.take(message, buffers, now_s)
        if isinstance(message, End) and message.stage == "capture":
            self._end(BY_ITSELF)
        elif isinstance(message, End) and message.stage == "session":
            self.ended = True

    def _take_heartbeat(self, health: Health, now_s: float) -> None:
        process = self._stages.get(health.stage)
        if process is None or health.pid != process.pid:  # the last words of one that was replaced
            return
        process.heard_s, process.health = now_s, health
        if not self.started and all(self._stages[stage].heard_s > 0 for stage in topology.STAGES):
            self.started = True
            self._send(controls.Start())

    # -- watching -----------------------------------------------------------------------------------------------------

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

    def _go_on_ending(self, ending: Ending, now_s: float) -> None:
        stages, writes = self._seen(now_s), self._facts.writes_last_files(now_s)
        if ending.gives_up(now_s, stages) and not (writes and stages["session"].alive):
            self.ended = True
            self.trouble = self.trouble or "the session was not closed in time; what was written of it is kept"
            return
        for stage in ending.to_replace(now_s, stages):
            self._replace(stage, now_s)
        if now_s - self._asked_to_end_s >= REPEAT_END_S:
            self._asked_to_end_s = now_s
            if self._stop is not None and not stages["capture"].ended:
                self._send(self._stop)
            for stage in ending.to_finish(now_s, stages):
                self._send(controls.Finish(stage=stage))

    def _seen(self, now_s: float) -> dict[str, Seen]:
        """The stages as their end is judged. One that writes its last files is not silent."""
        writing = "session" if self._facts.writes_last_files(now_s) else None
        return {
            stage: Seen(
                ended=stage in self._facts.ended_stages,
                alive=process.alive,
                silent_s=0.0 if stage == writing else process.silent_s(now_s),
                lost=stage in self._lost_stages,
            )
            for stage, process in self._stages.items()
        }

    # -- replacing ----------------------------------------------------------------------------------------------------

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
            owed_since_s = told_s if self.started else None
            self._stages[stage] = StageProcess(setup, self._prepared.take(stage), owed_since_s, (*restarts_s, now_s))
        except OSError:  # no memory or no descriptors for another process
            self._lose(stage)
            return
        if self.started:
            self.restarted.append((stage, now_s))
            self._send(controls.StageRestarted(stage=stage, reason=why))

    def _lose(self, stage: str) -> None:
        """End the run without a stage that does not stay alive; go on without one that it can do without."""
        if not topology.BY_NAME[stage].needed:
            lost = f"the {stage} stage could not be kept running; the session went on without it"
            self.trouble = self.trouble or lost
            del self._stages[stage]
            return
        self.trouble = f"the {stage} stage cannot be kept running; what was recorded is kept"
        self._lost_stages.add(stage)
        self._end(ASKED)
        self._stop = self._stop or controls.Stop(reason=self.trouble)

    def _repeat_for(self, stage: str, process: StageProcess) -> None:
        """Repeat for a stage that was started anew what it has missed, once it listens."""
        since_s = process.owed_since_s
        if since_s is None or process.heard_s == 0 or not self._bus.hears_repeats(stage):
            return
        process.owed_since_s = None
        self._bus.repeat(stage, self._recent.missed_by(stage, since_s, process.control_seq))
