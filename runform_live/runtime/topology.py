"""Which stages there are and who listens to whom."""

from __future__ import annotations

MAIN = "main"  # the supervisor's and the dashboard's process
PREVIEWS = "previews"  # frames once more, from whoever publishes them, while somebody who only shows them asks for one
PREVIEWS_WAITING = 8  # of them, at either end
# What the main process hears is told once more to the clinician's window, a process of its own: no stage knows of it.
CLINICIAN, CLINICIAN_WISHES = "clinician", "clinician-wishes"

# stage -> {publisher: topics}. Order is the order of starting.
LISTENS: dict[str, dict[str, tuple[str, ...]]] = {
    "session": {
        "capture": ("frame", "repeated_frame", "source", "end"),
        "pose": ("pose", "end"),
        "gait": ("stance", "gait", "end"),
        "coach": ("cue", "coach", "end"),
    },
    "coach": {"gait": ("stance", "gait", "end")},
    "gait": {"pose": ("pose", "end")},
    "pose": {"capture": ("frame", "end")},
    "capture": {"pose": ("pose",), "session": ("recorder",)},
}
STAGES: tuple[str, ...] = tuple(LISTENS)
# The same for stages that a run has only where somebody asked for them. A session does not end when one of them is lost.
OPTIONAL: dict[str, dict[str, tuple[str, ...]]] = {
    "lsl": {"pose": ("pose", "end"), "gait": ("stance", "gait", "end"), "coach": ("cue", "end")},
}
ALL_LISTEN = LISTENS | OPTIONAL
MAIN_LISTENS: dict[str, tuple[str, ...]] = {
    "capture": ("source", "health", "end"),
    "pose": ("pose", "health", "end"),
    "gait": ("stance", "gait", "health", "end"),
    "coach": ("cue", "coach", "health", "end"),
    "session": ("recorder", "health", "end"),
    "lsl": ("health",),
}
CONTROL_TOPICS: tuple[str, ...] = ("control",)
# Pictures and answers to pictures are not remembered for a stage that is started anew: they are large, or soon told again.
NOT_REPEATED = frozenset({"frame", "repeated_frame", "recorder"})
STATES_WAITING = 2  # at either end: states are large, and the newest makes the others useless


def listeners(publisher: str, topic: str, stages: tuple[str, ...] = STAGES) -> int:
    """How many stages (the main process included) listen to a publisher's topic."""
    count = sum(1 for stage in stages if topic in ALL_LISTEN[stage].get(publisher, ()))
    return count + (topic in MAIN_LISTENS.get(publisher, ()))


def state_endpoint(stage: str) -> str:
    """Where a stage publishes its state for a successor."""
    return f"{stage}-state"


def endpoints(stages: tuple[str, ...] = STAGES) -> tuple[str, ...]:
    """All that one live run with these stages binds."""
    return (MAIN, PREVIEWS, CLINICIAN, CLINICIAN_WISHES, *stages, *(state_endpoint(stage) for stage in stages))


def publishes_frames(stage: str) -> bool:
    return "frame" in topics_of(stage)


def topics_of(publisher: str) -> set[str]:
    """Everything that somebody wants from this publisher."""
    wanted = {topic for listens in ALL_LISTEN.values() for topic in listens.get(publisher, ())}
    return wanted | set(MAIN_LISTENS.get(publisher, ()))
