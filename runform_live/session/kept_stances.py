"""The stances of a session that is being written, each named by the view as it is known now.

A view may turn out to be another than it seemed: left and right of earlier stances are then exchanged, here and in the file.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import msgspec

from runform_live.body import Leg, view_of
from runform_live.handover import Newest
from runform_live.messages import Naming, Stance
from runform_live.session import stances
from runform_live.session.writer import SessionWriter
from runform_live.side_naming import exchanged, leg_of_stance, newer, put_right, renamed

ROUNDING_S = 1e-4  # of the times in stances.csv


class KeptStancesState(msgspec.Struct, frozen=True):
    """What a successor cannot read from stances.csv."""

    newest_s: float  # midstance of the last stance, also of one that did not count
    unsaved: tuple[Stance, ...]  # that the disk has not taken
    naming: Naming | None
    # Each stance's leg in the picture. Leg and side together tell by which view the file names the row.
    legs: tuple[Leg | None, ...]


class KeptStances:
    """The rows of stances.csv. Takes each stance once: one that is not newer than the last is left out."""

    def __init__(
        self, writer: SessionWriter, kept: Sequence[Stance], naming: Naming | None, state: KeptStancesState | None
    ) -> None:
        """kept: what stands in the file; naming: as session.json says it; state: of a predecessor, to go on from."""
        self._writer = writer
        self.naming = state.naming if state else naming
        self.rows = _named(kept, state, self.naming)
        self._unknown = {place for place, one in enumerate(self.rows) if one.naming is None}
        self._stale = False  # the file names rows by an older view, because the disk refuses
        self._rename_all()
        self._newest = Newest(max((one.midstance_s for one in self.rows), default=-math.inf) + ROUNDING_S)
        if state:
            for one in (stances.as_written(renamed(each, self.naming)) for each in state.unsaved):
                if self._newest.is_new(one.midstance_s):
                    self.rows.append(one)
            self._newest.is_new(state.newest_s)
        self._legs = list(map(leg_of_stance, self.rows))

    def state(self) -> KeptStancesState:
        """All that a successor needs beside the file."""
        unsaved = self._writer.unsaved()[0]
        return KeptStancesState(
            newest_s=self._newest.time_s,
            unsaved=tuple(self.rows[max(0, len(self.rows) - unsaved) :]),
            naming=self.naming,
            legs=tuple(self._legs),
        )

    def push(self, stance: Stance, counts: bool) -> None:
        """Take a stance, named as it holds now. counts: False of a pause; it is left out, also when it is sent once more."""
        stance = renamed(stance, self.naming)
        if not self._newest.is_new(stance.midstance_s):
            self._learn_naming(stance)
            return
        if not counts:
            return
        self.rows.append(stances.as_written(stance))
        self._legs.append(leg_of_stance(stance))
        if self._stale:
            self._rewrite()
        else:
            self._writer.stance(stance)

    def name_by(self, told: Naming | None) -> bool:
        """Take how left and right are named by now. True if that changed stances that were kept before."""
        before, self.naming = self.naming, newer(self.naming, told)
        if not exchanged(before, self.naming) or not self._rename_all():
            return False
        self._rewrite()
        return True

    def replace(self, rows: Sequence[Stance]) -> None:
        """Put other values in place of the same stances, here and in the file."""
        self.rows = [stances.as_written(stance) for stance in rows]
        self._rewrite()

    def _rename_all(self) -> bool:
        """Name all stances as it holds by now, in the precision of the file; whether any of them changed."""
        changed = put_right(self.rows, self.naming)
        if changed:
            self.rows = list(map(stances.as_written, self.rows))
        return changed

    def _learn_naming(self, told: Stance) -> None:
        """A row that a predecessor wrote after its last state is sent once more, and with it how the row is named."""
        for place in self._unknown:
            row = self.rows[place]
            if abs(row.midstance_s - told.midstance_s) <= ROUNDING_S:
                self._unknown.remove(place)
                self.rows[place] = stances.as_written(told)
                self._legs = list(map(leg_of_stance, self.rows))
                if told.side != row.side:
                    self._rewrite()
                return

    def _rewrite(self) -> None:
        self._stale = not self._writer.rewrite_stances(self.rows)


def _named(rows: Sequence[Stance], state: KeptStancesState | None, naming: Naming | None) -> list[Stance]:
    """The rows of the file with the naming that they have there: a predecessor may have written them anew after its last state.

    Rows that it wrote after its last state have none. They are sent once more, and then it is known.
    """
    if state is None:
        return [msgspec.structs.replace(one, naming=naming) for one in rows]
    named = []
    for one, leg in zip(rows, itertools.chain(state.legs, itertools.repeat(None)), strict=False):
        by = None
        if leg is not None and naming is not None:
            by = msgspec.structs.replace(naming, view=view_of(one.side, leg))
        named.append(msgspec.structs.replace(one, naming=by))
    return named
