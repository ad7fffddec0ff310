"""The parts of a run on the review window's band, and what changed in each, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from runform_live import quantities
from runform_live.gait.uncertainty.change import WITHHOLD
from runform_live.messages import SIDES, Side
from runform_live.session.figures import ChangeSummary, PartChange, RunPart
from runform_live.texts import Texts

Kind = Literal["first", "last", "feedback", "no_feedback"]
NO_BREAK = "\u00a0"  # a line does not end between ± and its number


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the run. `feedback` and `no_feedback` are blocks. change: None for the part that the others are compared with."""

    kind: Kind
    spans_s: tuple[tuple[float, float], ...]
    change: PartChange | None

    @property
    def is_block(self) -> bool:
        return self.kind in ("feedback", "no_feedback")

    @property
    def from_s(self) -> float:
        return min(from_s for from_s, _ in self.spans_s)

    @property
    def until_s(self) -> float:
        return max(until_s for _, until_s in self.spans_s)

    def holds(self, time_s: float) -> bool:
        """Whether the time lies in it."""
        return any(from_s <= time_s <= until_s for from_s, until_s in self.spans_s)


def parts(changes: Sequence[PartChange]) -> list[Part]:
    """The first part, the last one, and every block, each once. Blocks come last: they are what the run is about."""
    found: dict[tuple[Kind, tuple[tuple[float, float], ...]], Part] = {}
    for one in changes[:1]:
        found["first", one.before.spans_s] = Part("first", one.before.spans_s, None)
    for one in changes:
        kind = _kind(one.now)
        if kind is not None:
            found.setdefault((kind, one.now.spans_s), Part(kind, one.now.spans_s, one))
    return sorted((part for part in found.values() if part.spans_s), key=lambda part: (part.is_block, part.from_s))


def _kind(part: RunPart) -> Kind | None:
    """None for a sum of blocks: its blocks are shown one by one."""
    if part.name == "block":
        return "feedback" if part.feedback else "no_feedback"
    return "last" if part.name == "last" else None


def words(part: Part, metric: str, said: Texts) -> str:
    """As "with feedback, 2:10 to 4:10: left 2.3° less (± 0.5), right no sure change"."""
    times = {"start": quantities.clock(part.from_s), "end": quantities.clock(part.until_s)}
    if part.change is None:
        return said("review.change.first", **times)
    return said(f"review.change.{part.kind}", words=_changes(part.change, metric, said), **times)


def _changes(change: PartChange, metric: str, said: Texts) -> str:
    of: dict[Side, ChangeSummary | None] = {side: change.sides.get(side, {}).get(metric) for side in SIDES}
    known = [one for one in of.values() if one is not None and one.change is not None]
    if not known:
        reason = next((reason for reason in WITHHOLD if reason in change.reasons), "unknown")
        return said(f"review.change.{reason}")
    if len(known) == len(SIDES) and not any(one.sure for one in known):
        return said("review.change.none")
    return ", ".join(_side(side, one, metric, said) for side, one in of.items())


def _side(side: Side, change: ChangeSummary | None, metric: str, said: Texts) -> str:
    leg = said(f"review.change.{side}")
    if change is None or change.change is None:
        return said("review.change.side_unknown", side=leg)
    if not change.sure or change.ci95_low is None or change.ci95_high is None:
        return said("review.change.side_none", side=leg)
    way = "less" if change.change < 0 else "more"
    half = quantities.half_interval(metric, change.ci95_low, change.ci95_high, said=said).replace(" ", NO_BREAK)
    return said(
        f"review.change.{way}", side=leg, value=quantities.number(metric, abs(change.change), said=said), half=half
    )
