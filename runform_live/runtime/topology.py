"""Which stages there are and who listens to whom."""

from __future__ import annotations

MAIN = "main"  # the supervisor's and the dashboard's process
PREVIEWS = "previews"  # frames once more, from whoever publishes them, while somebody who only shows them asks for one
PREVIEWS_WAITING = 8  # of them, at either end

# stage -> {publisher: topics}. Order is the order of starting.
LISTENS: dict[str, dict[str, tuple[str, ...]]] = {
    "session": {
        "capture": ("frame", "source", "end"),
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
MAIN_LISTENS: dict[str, tuple[str, ...]] = {
    "capture": ("source", "health", "end"),
    "pose": ("pose", "health"),
    "gait": ("stance", "gait", "health"),
    "coach": ("cue", "coach", "health"),
    "session": ("recorder", "health", "end"),
}
CONTROL_TOPICS: tuple[str, ...] = ("control",)


def listeners(publisher: str, topic: str, stages: tuple[str, ...] = STAGES) -> int:
    """How many stages (the main process included) listen to a publisher's topic."""
    count = sum(1 for stage in stages if topic in LISTENS[stage].get(publisher, ()))
    return count + (topic in MAIN_LISTENS.get(publisher, ()))


def publishes_frames(stage: str) -> bool:
    return "frame" in topics_of(stage)


def topics_of(publisher: str) -> set[str]:
    """Everything that somebody wants from this publisher."""
    wanted = {topic for listens in LISTENS.values() for topic in listens.get(publisher, ())}
    return wanted | set(MAIN_LISTENS.get(publisher, ()))
