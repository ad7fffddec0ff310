"""How a session ends: which stages to ask to finish, which to replace, and when to stop waiting.

Stages end one after the other: each says `End` when it has sent all it had, and the next one waits for that word. A stage that is dead
or does not answer never says it. Capture and pose are not replaced any more, for their frames are gone: the next one is told to
finish. Gait, coach and session still hold stances, cues and files: they are replaced while there is time, and go on from the state that
they left. No clock and no process in here: times (s) are given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runform_live.runtime import topology

CHAIN = tuple(reversed(topology.STAGES))  # they start from the last to the first


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait (s), from the moment in which the end was asked for."""

    hung_s: float  # silent for so long, a stage does not answer
    replace_until_s: float  # later a replacement would come too late
    finish_s: float  # then every stage is told to finish
    give_up_s: float  # then nobody is waited for


# A person who asks waits 5 s at most. A file that has ended may have frames and restarts under way; nobody waits for it.
ASKED = Patience(hung_s=0.7, replace_until_s=1.5, finish_s=3.0, give_up_s=3.5)
BY_ITSELF = Patience(hung_s=3.0, replace_until_s=20.0, finish_s=15.0, give_up_s=25.0)


@dataclass(frozen=True, slots=True)
class Seen:
    """A stage as the supervisor sees it."""

    ended: bool  # it has said so
    alive: bool  # its process runs
    silent_s: float  # since its last heartbeat, or since it was started
    lost: bool = False  # it was replaced too often


class Ending:
    """One end of a session, asked for at `asked_s`."""

    __slots__ = ("asked_s", "patience")

    def __init__(self, asked_s: float, patience: Patience) -> None:
        self.asked_s, self.patience = asked_s, patience

    def _gone(self, stage: str, seen: Seen, now_s: float) -> bool:
        """Whether the `End` of a stage will never come."""
        late = now_s - self.asked_s > self.patience.replace_until_s
        return self._stuck(seen) and (not topology.BY_NAME[stage].replaced_at_end or late or seen.lost)

    def _stuck(self, seen: Seen) -> bool:
        """Whether a stage has not sent its `End`, and is dead or silent."""
        return not seen.ended and (not seen.alive or seen.silent_s > self.patience.hung_s)

    def to_replace(self, now_s: float, stages: Mapping[str, Seen]) -> list[str]:
        """The stages to start anew, because they still hold something that they have not sent."""
        return [stage for stage in CHAIN if self._stuck(stages[stage]) and not self._gone(stage, stages[stage], now_s)]

    def to_finish(self, now_s: float, stages: Mapping[str, Seen]) -> list[str]:
        """The stages to ask to finish: the stages before them are gone, so nothing more will come."""
        everybody = now_s - self.asked_s > self.patience.finish_s
        told = []
        for number, stage in enumerate(CHAIN[1:], start=1):
            if stages[stage].ended:
                continue
            before = CHAIN[:number] if stage == "session" else CHAIN[number - 1 : number]
            gone = [self._gone(each, stages[each], now_s) for each in before]
            over = [stages[each].ended for each in before]
            if everybody or (any(gone) and all(g or o for g, o in zip(gone, over, strict=True))):
                told.append(stage)
        return told

    def gives_up(self, now_s: float, stages: Mapping[str, Seen]) -> bool:
        """Whether to close the session without waiting any longer."""
        return now_s - self.asked_s > self.patience.give_up_s or self._gone("session", stages["session"], now_s)
