"""Which cues a run had, how often, and when: a table for the clinician."""

from __future__ import annotations

from dataclasses import dataclass

from runform_live import quantities
from runform_live.report.document import Block, Column, Heading, Table
from runform_live.session.reader import Session
from runform_live.texts import Texts


@dataclass(slots=True)
class _CueTimes:
    """A cue that was given in the run."""

    first_s: float
    last_s: float
    times: int = 1


def section(session: Session, said: Texts) -> list[Block]:
    """Which cues the run had, how often, and when."""
    found: dict[tuple[str, str], _CueTimes] = {}
    for event in session.events:
        if event.get("kind") != "cue":
            continue
        key, at_s = (event.get("text", ""), event.get("reason", "")), float(event["time_s"])
        if key in found:
            found[key].last_s, found[key].times = at_s, found[key].times + 1
        else:
            found[key] = _CueTimes(at_s, at_s)
    if not found:
        return []
    with_reason = any(reason for _, reason in found)
    rows = tuple(
        (
            words,
            *([reason] if with_reason else []),
            f"{one.times}",
            quantities.clock(one.first_s),
            quantities.clock(one.last_s),
        )
        for (words, reason), one in found.items()
    )
    columns = (
        Column(said("report.cue"), weight=1.8),
        *([Column(said("report.why"), weight=1.8)] if with_reason else []),
        Column(said("report.page.times"), "right", 0.6),
        Column(said("report.page.first"), "right", 0.7),
        Column(said("report.page.last"), "right", 0.7),
    )
    return [
        Heading(said("report.page.given"), 3),
        Table(said("report.page.given_caption"), columns, rows, name="given"),
    ]
