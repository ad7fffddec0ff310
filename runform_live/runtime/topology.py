"""The processes of a live run, in one table: which module runs in each, what it hears from whom, and what its loss means.

The main process starts them in this order, and they end in the opposite order: each waits for the `end` of those it hears.
"""

from __future__ import annotations

from dataclasses import dataclass

from runform_live import controls

Hears = dict[str, tuple[str, ...]]  # publisher -> topics


@dataclass(frozen=True, slots=True)
class Process:
    """One row of the table: a stage. Its module has `create(setup, send)`, which gives its `Stage`."""

    name: str
    hears: Hears
    main_hears: tuple[str, ...]  # what the main process hears of it, for the window and to watch over it
    alone_s: float  # where the main process is gone: after so long it ends, if no end has come from those before it
    # The run ends when it is lost; False: it has it only where it was asked for, and goes on without it
    needed: bool = True
    # Replaced also while the run ends, because it still holds stances, cues or files. The frames of the others are gone by then.
    replaced_at_end: bool = False

    @property
    def module(self) -> str:
        return f"runform_live.{self.name}.process"


PROCESSES: tuple[Process, ...] = (
    Process(
        "session",
        hears={
            "capture": ("frame", "repeated_frame", "source", "end"),
            "pose": ("pose", "end"),
            "gait": ("stance", "gait", "end"),
            "coach": ("cue", "coach", "end"),
        },
        main_hears=("recorder", "health", "end"),
        alone_s=1.8,
        replaced_at_end=True,
    ),
    Process(
        "coach",
        hears={"gait": ("stance", "gait", "end")},
        main_hears=("cue", "coach", "health", "end"),
        alone_s=1.4,
        replaced_at_end=True,
    ),
    Process(
        "gait",
        hears={"pose": ("pose", "end")},
        main_hears=("stance", "gait", "health", "end"),
        alone_s=1.1,
        replaced_at_end=True,
    ),
    Process("pose", hears={"capture": ("frame", "end")}, main_hears=("pose", "health", "end"), alone_s=0.8),
    Process(
        "capture",
        hears={"pose": ("pose",), "session": ("recorder",)},
        main_hears=("source", "health", "end"),
        alone_s=0.3,
    ),
    Process(
        "lsl",
        hears={"pose": ("pose", "end"), "gait": ("stance", "gait", "end"), "coach": ("cue", "end")},
        main_hears=("health",),
        alone_s=1.6,
        needed=False,
    ),
)
BY_NAME: dict[str, Process] = {process.name: process for process in PROCESSES}
STAGES: tuple[str, ...] = tuple(process.name for process in PROCESSES if process.needed)

MAIN = "main"  # endpoint of the main process, with the supervisor and the runner's window: requests to the stages
CONTROL_TOPICS: tuple[str, ...] = (controls.TOPIC,)
# The clinician's window is a process beside these. It hears only the main process, which repeats to it what it hears; no stage knows of it.
CLINICIAN, CLINICIAN_REQUESTS = "clinician", "clinician-requests"
CLINICIAN_PROGRAM = ("runform_live.dashboard.clinician_window", "main")
# Frames once more, from whoever publishes them, while somebody who only shows them asks for one; and how many may wait at either end.
PREVIEWS, PREVIEWS_WAITING = "previews", 8
STATES_WAITING = 2  # at either end: states are large, and the newest makes the others useless
# Pictures and answers to pictures are not remembered for a stage that is started anew: they are large, or soon told again.
NOT_REPEATED = frozenset({"frame", "repeated_frame", "recorder"})


def ends_before(stage: str) -> frozenset[str]:
    """The stages whose end a stage waits for."""
    return frozenset(publisher for publisher, topics in BY_NAME[stage].hears.items() if "end" in topics)


def hears(stage: str, topic: str) -> bool:
    """Whether a stage hears a topic from anybody."""
    return any(topic in topics for topics in BY_NAME[stage].hears.values())


def listeners(publisher: str, topic: str, stages: tuple[str, ...] = STAGES) -> int:
    """How many of these stages and the main process hear a topic of a publisher."""
    count = sum(1 for stage in stages if topic in BY_NAME[stage].hears.get(publisher, ()))
    return count + (topic in BY_NAME[publisher].main_hears)


def topics_of(publisher: str) -> set[str]:
    """All topics that anybody wants from a publisher."""
    wanted = {topic for process in PROCESSES for topic in process.hears.get(publisher, ())}
    return wanted | set(BY_NAME[publisher].main_hears)


def publishes_frames(publisher: str) -> bool:
    return publisher in BY_NAME and "frame" in topics_of(publisher)


def state_endpoint(stage: str) -> str:
    """Where a stage publishes its state for a successor."""
    return f"{stage}-state"


def endpoints(stages: tuple[str, ...] = STAGES) -> tuple[str, ...]:
    """All that one live run with these stages binds."""
    return (MAIN, PREVIEWS, CLINICIAN, CLINICIAN_REQUESTS, *stages, *(state_endpoint(stage) for stage in stages))
