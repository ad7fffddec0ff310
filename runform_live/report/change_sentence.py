"""What changed during the run, in one sentence, or why it cannot be told."""

from __future__ import annotations

from collections.abc import Sequence

from runform_live import quantities
from runform_live.gait.uncertainty.change import WITHHOLD
from runform_live.messages import SIDES
from runform_live.session.figures import ChangeSummary, PartChange
from runform_live.texts import Texts

ROWS = ("last", "feedback", "no_feedback")  # parts that are compared with the first one, in the order of the table


def by_part(changes: Sequence[PartChange]) -> dict[str, PartChange]:
    """The comparisons that the report tells, by the name of the later part, in the order of ROWS."""
    found: dict[str, PartChange] = {}
    for one in changes:
        found.setdefault(one.now.name, one)
    return {name: found[name] for name in ROWS if name in found}


def sentence(changes: Sequence[PartChange], metric: str, said: Texts) -> str:
    """What changed, in one sentence: with and without feedback where there was feedback, else at the end of the run.

    Only a sure change is told as one.
    """
    found = by_part(changes)
    told = [found[name] for name in ("feedback", "no_feedback") if name in found and "feedback" in found]
    if not any(known(one, metric) for one in told):
        told = [found["last"]] if "last" in found else told
    if not any(known(one, metric) for one in told):
        return said("report.change.cannot", why=why(told, said))
    at_the_end = told == [found.get("last")]
    nothing_sure = not any(_sure(one, metric) for one in told)
    if nothing_sure and at_the_end:
        return said("report.change.ends_none", up_to=_up_to(told, metric, said))
    if nothing_sure and len(told) == 2 and all(known(one, metric) for one in told):
        return said("report.change.neither", up_to=_up_to(told, metric, said))
    words, named = [], list[str]()
    for one in told:
        words.append(_words(one, metric, named, said))
        named += [side for side in _sure(one, metric) if side not in named]
    if at_the_end:
        return said("report.change.ends", words=words[0])
    if len(told) == 1:
        return said("report.change.feedback", words=words[0])
    if _directions(told[0], metric) and _directions(told[0], metric) == _directions(told[1], metric):
        values = [quantities.number(metric, abs(change), said=said) for change in _sure(told[1], metric).values()]
        words[1] = values[0] if len(values) == 1 else said("report.change.and", left=values[0], right=values[1])
    return said("report.change.feedback_and_without", feedback=words[0], without=words[1])


def _words(one: PartChange, metric: str, named: Sequence[str], said: Texts) -> str:
    """The sure changes of a part, as in "2.3° less on the left"; or that there is none. named: sides of which the sentence told before."""
    if not known(one, metric):
        return said("report.change.no_comparison")
    sure = _sure(one, metric)
    if not sure:
        return said("report.change.none", up_to=_up_to([one], metric, said))
    places = _places(list(sure), named, said)
    size = {places[side]: quantities.number(metric, abs(change), said=said) for side, change in sure.items()}
    ways = {places[side]: "less" if change < 0 else "more" for side, change in sure.items()}
    if len(sure) == 2 and len(set(ways.values())) == 1:
        return said(f"report.change.both_{ways['left']}", **size)
    phrases = {
        place: said(f"report.change.{place}", words=said(f"report.change.{ways[place]}", value=size[place]))
        for place in size
    }
    return said("report.change.and", **phrases) if len(phrases) == 2 else next(iter(phrases.values()))


def _places(sides: Sequence[str], named: Sequence[str], said: Texts) -> dict[str, str]:
    """Under which key each side is told.

    Where left and right are not sure, the leg that is told of first is "one leg" (key `left`), and "the same leg" where it is told of
    again. Only that language has words for the same leg.
    """
    if not said.has("report.change.same"):
        return {side: side for side in sides}
    if list(sides) == list(named) and len(sides) == 1:
        return {sides[0]: "same"}
    in_order = [*named, *(side for side in sides if side not in named)]
    return dict(zip(in_order, SIDES, strict=False))


def _of_sides(one: PartChange, metric: str) -> dict[str, ChangeSummary]:
    """The sides whose change is known."""
    found = {side: one.sides.get(side, {}).get(metric) for side in SIDES}
    return {side: change for side, change in found.items() if change is not None and change.change is not None}


def known(one: PartChange, metric: str) -> bool:
    """Whether the change of a side is known."""
    return bool(_of_sides(one, metric))


def has_interval(one: PartChange, metric: str) -> bool:
    """Whether the change of a side has an interval."""
    return any(change.ci95_low is not None for change in _of_sides(one, metric).values())


def _sure(one: PartChange, metric: str) -> dict[str, float]:
    """The changes that are sure, by side."""
    return {side: change.change or 0.0 for side, change in _of_sides(one, metric).items() if change.sure}


def _directions(one: PartChange, metric: str) -> dict[str, bool]:
    return {side: change < 0 for side, change in _sure(one, metric).items()}


def _up_to(parts: Sequence[PartChange], metric: str, said: Texts) -> str:
    """How large the error is at most, in brackets; empty where that is not known.

    A change that was seen and is not sure cannot be told from error either, so the error is at least as large.
    """
    sizes = []
    for one in parts:
        for change in _of_sides(one, metric).values():
            if change.ci95_low is None or change.ci95_high is None:
                return ""
            sizes.append(max((change.ci95_high - change.ci95_low) / 2, abs(change.change or 0.0)))
    largest = max(sizes)
    return f" ({said('report.change.up_to', half=quantities.half_interval(metric, -largest, largest, said=said))})"


def why(parts: Sequence[PartChange], said: Texts) -> str:
    """Why there is no change to tell, in whole sentences."""
    reasons = [reason for reason in WITHHOLD if any(reason in one.reasons for one in parts)]
    return " ".join(said(f"report.change.{reason}") for reason in reasons or ("unknown",))
