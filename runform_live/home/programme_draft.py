"""A programme of one's own while it is changed: its sessions, one of which is open, and whether it can be kept. No Dear PyGui here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from runform_live import programmes
from runform_live.errors import BadInput
from runform_live.programmes import PlannedSession, Programme, own
from runform_live.programmes.plan import SHORTEST_BLOCK_S
from runform_live.texts import Texts

MOST_SESSIONS = 100
MOMENTS: tuple[programmes.PainMoment, ...] = ("before", "after")
MOST_PAIRS = 3  # that the page has room for; a file may have more, and keeps them
# What is changed by a slider: its usual ends (min; days).
SLIDERS: dict[str, tuple[float, float]] = {
    "training_min": (1, 60),
    "warm_up_min": (0, 15),
    "retention_min": (0, 10),
    "days_after": (0, 14),
}
PAIR_MIN = (0.0, 30.0)


class ProgrammeDraft:
    """`programme` is what it is by now. Nothing is written here."""

    def __init__(self, kept: Programme, said: Texts, build_anew: Callable[[], None]) -> None:
        """kept: the programme in its file. build_anew: called when the page must show other widgets."""
        self._kept, self._said, self._build_anew = kept, said, build_anew
        self.programme = kept
        self.at = 0  # the session that is open, from 0

    @property
    def changed(self) -> bool:
        """Whether something was changed and is not kept."""
        return self.programme != self._kept

    @property
    def session(self) -> PlannedSession:
        """The session that is open."""
        return self.programme.sessions[self.at]

    def select(self, at: int) -> None:
        self.at = at
        self._build_anew()

    def type(self, key: str, words: str) -> None:
        """The title, or what the programme is about."""
        self.programme = msgspec.structs.replace(self.programme, **{key: words})

    def ask_pain(self, moment: programmes.PainMoment, asked: bool) -> None:
        """Whether the pain score is asked before, or after, a session."""
        now = tuple(one for one in MOMENTS if (asked if one == moment else one in self.programme.ask_pain))
        self.programme = msgspec.structs.replace(self.programme, ask_pain=now)

    def set(self, key: str, value: float) -> None:
        """A number of the session that is changed, as SLIDERS names it."""
        if key == "days_after":
            self._set_session(days_after=round(value))
            return
        self._set_session(**{key: float(value)})

    def set_pair(self, at: int, part: int, minutes: float) -> None:
        """A pair's minutes with (part 0) or without feedback (part 1)."""
        pairs = [list(pair) for pair in self.session.blocks_min]
        pairs[at][part] = minutes
        self._set_session(blocks_min=[(pair[0], pair[1]) for pair in pairs])

    def add_pair(self) -> None:
        self._set_session(blocks_min=[*self.session.blocks_min, self.session.blocks_min[-1]])
        self._build_anew()

    def remove_pair(self) -> None:
        self._set_session(blocks_min=self.session.blocks_min[:-1])
        self._build_anew()

    def _set_session(self, **changes: Any) -> None:
        sessions = list(self.programme.sessions)
        sessions[self.at] = msgspec.structs.replace(self.session, **changes)
        self.programme = msgspec.structs.replace(self.programme, sessions=tuple(sessions))

    def add_session(self) -> None:
        """One more session after the last, like it."""
        last = self.programme.sessions[-1]
        more = msgspec.structs.replace(last, days_after=last.days_after or 2)
        self.programme = msgspec.structs.replace(self.programme, sessions=(*self.programme.sessions, more))
        self.select(len(self.programme.sessions) - 1)

    def remove_session(self) -> None:
        """Without the session that is changed; the new first one has no day before it."""
        sessions = [one for at, one in enumerate(self.programme.sessions) if at != self.at]
        sessions[0] = msgspec.structs.replace(sessions[0], days_after=0)
        self.programme = msgspec.structs.replace(self.programme, sessions=tuple(sessions))
        self.select(min(self.at, len(sessions) - 1))

    def trouble(self) -> str:
        """Why what is changed cannot be kept as it is; empty where it can."""
        said = self._said
        for number, one in enumerate(self.programme.sessions, 1):
            least_min = sum(map(sum, one.blocks_min))
            if any(0 < 60 * minutes < SHORTEST_BLOCK_S for pair in one.blocks_min for minutes in pair):
                return said("home.programmes.too_short", number=number, least=f"{SHORTEST_BLOCK_S:g}")
            if not any(one.blocks_min[-1]):
                return said("home.programmes.zeros", number=number)
            if least_min > one.training_min:
                return said("home.programmes.too_long", number=number, least=f"{least_min:g}")
        try:
            own.check(self.programme)
        except BadInput as trouble:
            return str(trouble)
        return ""
