"""What changed since the first minute of this run, for the live screen: which stances are compared, and the words for it."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from runform_live import quantities
from runform_live.gait.cadence import cadence_change
from runform_live.gait.first_minute import mean_of_side
from runform_live.gait.rolling import Rolling
from runform_live.gait.uncertainty.change import WITHHOLD, Change, ChangeModel, Reason, between
from runform_live.gait.uncertainty.scatter import CORRELATION
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES, Z95, spread
from runform_live.messages import SIDES, CoachState, Gait, Side, Stance
from runform_live.metrics import MAIN_METRIC
from runform_live.model_used import ModelUsed
from runform_live.texts import Texts

# SD of a side's single stances about their mean, where it was measured (RMS of 36 sides of rendered runners).
USUAL_SCATTER = {MAIN_METRIC: 0.7}
FIRST_STANCES = 80  # of a side, in a minute of running
APART_S = 60.0  # what is compared


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """What a card says of the change; all empty where there is nothing to say."""

    size: str  # large: which way and how much
    note: str  # what it is compared with, or why it is not
    half: str = ""  # how sure
    sure: bool = False


class SinceFirst:
    """Compares the last stances with those of the first minute, as the coach tells when that was and of which gait.

    counted: all stances of both sides that count, in time order; rolling: the last of them. Both are the screen's own; where
    they have changed, `renew` must be called, for what was found is kept until then.
    """

    __slots__ = ("_counted", "_found", "_model", "_rolling", "gait", "left_s", "span_s")

    def __init__(self, model: ChangeModel, counted: Sequence[Stance], rolling: Rolling) -> None:
        self._model, self._counted, self._rolling = model, counted, rolling
        self._found: dict[tuple[Side, str], Change | None] = {}
        self.span_s: tuple[float, float] | None = None  # of the first minute; None while it is not over
        self.left_s: float | None = None  # of that gait, until it is over; None before the coach has spoken
        self.gait: Gait = "run"

    def hear(self, coach: CoachState) -> None:
        """Where the first minute is."""
        if coach.reference_s != self.span_s:
            self.renew()
        self.span_s, self.left_s, self.gait = coach.reference_s, coach.reference_left_s, coach.target_gait

    def renew(self) -> None:
        """Other stances count than before, or under another name."""
        self._found.clear()

    @property
    def begun(self) -> bool:
        """Whether there is anything to compare with, or being watched for it."""
        return self.left_s is not None and bool(self._counted)

    def first(self, side: Side | None = None) -> list[Stance]:
        """The stances of the first minute, of a side or of both; empty while it is not over."""
        if self.span_s is None:
            return []
        start = bisect_left(self._counted, self.span_s[0], key=_midstance_s)
        end = bisect_right(self._counted, self.span_s[1], key=_midstance_s)
        found = self._counted[start:end]
        return [one for one in found if one.gait == self.gait and (side is None or one.side == side)]

    def last(self, side: Side | None = None) -> list[Stance]:
        """The last stances, of a side or of both, as far as they are of the same gait and came after the first minute."""
        if self.span_s is None:
            return []
        sides = SIDES if side is None else (side,)
        found = [stance for each in sides for stance in self._rolling.stances(each)]
        return sorted(
            (one for one in found if one.gait == self.gait and one.midstance_s > self.span_s[1]), key=_midstance_s
        )

    def change(self, side: Side, metric: str) -> Change | None:
        """Of a side's mean; None where it was not measured then, or is not now."""
        if (side, metric) not in self._found:
            self._found[side, metric] = self._model.side(metric, self.first(side), self.last(side))
        return self._found[side, metric]

    def cadence(self) -> Change | None:
        """Of the cadence (steps/min)."""
        return cadence_change(self.first(), self.last())

    def mean(self, side: Side, metric: str) -> float | None:
        """Of a side in the first minute; None where it has too few stances for one."""
        return mean_of_side(self.first(side), metric, side)

    def reason(self) -> Reason | None:
        """What happened since the first minute that no comparison outlives; None where nothing did."""
        return next((reason for reason in between(self.first(), self.last()) if reason in WITHHOLD), None)


def on_card(since: SinceFirst, side: Side, metric: str, said: Texts) -> ChangeWords:
    """The words under a large number."""
    if not since.begun:
        return ChangeWords("", "")
    if since.span_s is None:
        return ChangeWords("", said("live.first_minute", seconds=since.left_s))
    change = since.change(side, metric)
    if change is None:
        measured = since.mean(side, metric) is not None
        return ChangeWords("", "" if measured else said("live.change_unmeasured"))
    if change.value is None:
        reason = next(reason for reason in change.reasons if reason in WITHHOLD)
        return ChangeWords("", said(f"live.change_withheld_{reason}"))
    if change.before < FEWEST_STANCES:
        return ChangeWords("", said("live.change_unmeasured"))
    if change.provisional:
        return ChangeWords("", "")
    size, same = _size(change, metric, said)
    note = said("live.change_as" if same else "live.change_than")
    return ChangeWords(size, note, _half(change, metric, said), change.sure)


def _size(change: Change, metric: str, said: Texts) -> tuple[str, bool]:
    """How much, and whether that is nothing as far as its decimals tell."""
    value = change.value or 0.0
    by = quantities.number(metric, abs(value), said=said)
    if by == quantities.number(metric, 0.0, said=said):
        return f"≈ {said('live.change_same')}", True
    mark = ("▼" if value < 0 else "▲") if change.sure else "≈"
    return f"{mark} {said('live.change_less' if value < 0 else 'live.change_more', by=by)}", False


def _half(change: Change, metric: str, said: Texts) -> str:
    if change.half is None:
        return said("live.change_half_unknown")
    key = "live.change_half_away" if "absence" in change.reasons else "live.change_half"
    half = quantities.half_interval(metric, -change.half, change.half, said=said)
    return said(key if change.sure else f"{key}_unsure", half=half)


def in_table(change: Change | None, metric: str, said: Texts) -> str:
    """The change as a cell of the table: signed, with half of its interval; one that is sure has an arrow."""
    if change is None or change.value is None or change.provisional:
        return quantities.UNKNOWN
    cell = quantities.signed(metric, change.value, change.low, change.high, said=said)
    return f"{'▼' if change.value < 0 else '▲'} {cell}" if change.sure else cell


def above_table(since: SinceFirst, said: Texts, in_other_gait: bool = False) -> str:
    """What stands above the changes of the table. in_other_gait: than the first minute, so that none are told."""
    if not since.begun:
        return ""
    if in_other_gait:
        return said(f"live.changes_of_{since.gait}")
    if since.span_s is None:
        return said("live.first_minute_short", seconds=since.left_s)
    reason = since.reason()
    return said(f"live.changes_withheld_{reason}" if reason else "live.changes")


def two_certainties(model: ModelUsed, metric: str, stances: int, change: float) -> tuple[float, float] | None:
    """Usual halves of the 95% intervals of a mean of so many stances, and of a change of that size since the first minute.

    None where they were not measured. The change's has all that `ChangeModel` reckons with: the scatter of both parts, in which
    neighbouring stances are alike, the share of it that is not known, and what drifts in APART_S.
    """
    within = model.within_run()
    mean_sd, usual, share_sd = (
        found.get(metric) for found in (model.instrument_sd_deg, USUAL_SCATTER, within.errors.share_sd)
    )
    drift_sd = within.drift_sd(metric, [], APART_S, away=False)
    if mean_sd is None or usual is None or share_sd is None or drift_sd is None:
        return None
    alike = (1 + CORRELATION) / (1 - CORRELATION)  # so many times the variance of a mean of stances that are not
    scatter_sd = usual * math.sqrt(alike * (1 / stances + 1 / FIRST_STANCES))
    change_sd = math.hypot(scatter_sd, drift_sd, share_sd * change) / within.errors.share.get(metric, 1.0)
    return math.hypot(Z95 * mean_sd, spread(stances, usual)), Z95 * change_sd


def _midstance_s(stance: Stance) -> float:
    return stance.midstance_s
