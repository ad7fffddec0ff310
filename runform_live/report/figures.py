"""The figures of a report over time, as SVG text (see `figure_sheet`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from runform_live import quantities
from runform_live.messages import SIDES, Band, Side, Stance
from runform_live.report.figure_sheet import (
    COLOURS,
    GREY,
    LINES,
    MARKS,
    PALE,
    as_svg,
    in_two_lines,
    legend_above,
    new_axes,
    new_figure,
    side_band,
)
from runform_live.report.rolling import WINDOW, Bout, rolling_means, thinned
from runform_live.session.feedback_blocks import blocks
from runform_live.session.reader import Session
from runform_live.texts import Texts

LEAST_CHANGE = 1.0  # that the plot of changes reaches up and down, so that noise does not fill it
Span = tuple[float, float]
Spans = Sequence[Span]
IN_MINUTES_S = 180.0  # a run that is as long is shown in minutes
MOST_DOTS = 300  # of a side: more stances than these cannot be told apart, and make the page large
FEW_DOTS = 60  # have room to be larger
MOST_CUES = 200
ROUND_STEPS = (1, 2, 5, 10)  # of the ticks of time
SHOWN_SHARE = 0.5, 99.5  # percentiles of the stances between which the axis reaches at least


@dataclass(frozen=True, slots=True)
class Happened:
    """What was done with the runner: blocks with and without feedback, and cues (s)."""

    with_feedback_s: Spans = ()
    without_feedback_s: Spans = ()
    cues_s: Sequence[float] = ()


NOTHING = Happened()


def happened_in(session: Session) -> Happened:
    """Of a session. There are blocks only where feedback was switched on or off."""
    found = blocks(session.events, max((stance.toe_off_s for stance in session.stances), default=0.0))
    with_s, without_s = ([span for one in found if one.feedback is on for span in one.spans_s] for on in (True, False))
    return Happened(with_s, without_s, sorted(event["time_s"] for event in session.events if event["kind"] == "cue"))


# -- over the session ---------------------------------------------------------------------------------------------


def over_time(stances: Sequence[Stance], metric: str, target: Band, said: Texts, happened: Happened = NOTHING) -> str:
    """One metric over the session: single stances faint, the rolling mean of each side, the target, blocks of feedback and cues.

    Of very many stances every so many-th is drawn; the rolling mean is of all.
    """
    figure = new_figure(78.0)
    (axes,) = new_axes(figure)
    end_s = max((stance.toe_off_s for stance in stances), default=0.0)
    unit_s = 60.0 if end_s >= IN_MINUTES_S else 1.0
    of_side = {
        side: [one for one in stances if one.side == side and getattr(one, metric) is not None] for side in SIDES
    }
    values = [getattr(one, metric) for mine in of_side.values() for one in mine]
    lines = {side: rolling_means(mine, metric) for side, mine in of_side.items()}
    for side, mine in of_side.items():
        _dots(axes, mine, metric, side, unit_s, faint=any(lines.values()))
        for number, bout in enumerate(lines[side]):
            axes.plot([at_s / unit_s for at_s in bout.times_s], bout.values, LINES[side], color=COLOURS[side], lw=2.0,
                      label=said("report.figure.rolling", side=said(f"report.{side}"), count=WINDOW) if number == 0 else None)  # fmt: skip
    _limits(axes, values, target)
    _target(axes, target, said)
    _happened(axes, happened, unit_s, said)
    if end_s > 0.0:
        axes.set_xlim(0.0, end_s / unit_s)
    axes.set_xlabel(said("report.change.time_axis" if unit_s > 1.0 else "report.time_axis"))
    axes.xaxis.set_major_locator(MaxNLocator(steps=ROUND_STEPS))
    axes.set_ylabel(in_two_lines(said("live.axis", name=quantities.name(metric, said))))
    axes.grid(alpha=0.3)
    _legend_of_dots(axes, any(lines.values()), said)
    legend_above(figure, axes)
    return as_svg(figure, _time_words(stances, metric, said))


def _time_words(stances: Sequence[Stance], metric: str, said: Texts) -> str:
    """The mean of each side."""
    parts = []
    for side in SIDES:
        mine = [value for one in stances if one.side == side and (value := getattr(one, metric)) is not None]
        mean = quantities.number(metric, math.fsum(mine) / len(mine) if mine else None, said=said)
        parts.append(said("report.figure.time_alt_side", side=said(f"report.{side}"), mean=mean, count=len(mine)))
    return said("report.figure.time_alt", name=quantities.name(metric, said), sides="; ".join(parts))


def _dots(axes: Any, stances: Sequence[Stance], metric: str, side: Side, unit_s: float, faint: bool) -> None:
    """Single stances; faint beside a line."""
    shown = thinned(stances, MOST_DOTS)
    axes.plot([stance.midstance_s / unit_s for stance in shown], [getattr(stance, metric) for stance in shown],
              MARKS[side], ms=5.0 if not faint else 2.5 if len(stances) > FEW_DOTS else 4.0, color=COLOURS[side], alpha=0.35 if faint else 1.0, mew=0, ls="")  # fmt: skip


def _legend_of_dots(axes: Any, faint: bool, said: Texts) -> None:
    """One mark for the single stances beside lines; else one for each side."""
    if faint:
        axes.plot([], [], MARKS["left"], ms=2.5, color=GREY, mew=0, ls="", label=said("report.figure.single"))
        return
    for side in SIDES:
        axes.plot([], [], MARKS[side], ms=5, color=COLOURS[side], mew=0, ls="", label=said(f"report.{side}"))


def _limits(axes: Any, values: Sequence[float], target: Band) -> None:
    """From 0 or below to all that matters, with room for what happened at the lower edge."""
    ends = [end for end in target.ends if end is not None]
    if values:
        low, high = np.percentile(values, SHOWN_SHARE)
        low, high = min(low, 0.0, *ends), max(high, 1.0, *ends)
        axes.set_ylim(low - 0.2 * (high - low), high + 0.1 * (high - low))
    else:
        axes.set_ylim(min([-2.0, *ends]), max([10.0, *ends]))


def _target(axes: Any, target: Band, said: Texts) -> None:
    """A band to where it ends, or to the edge of the axes."""
    low, high = target.ends
    if low is None and high is None:
        return
    bottom, top = axes.get_ylim()
    axes.axhspan(bottom if low is None else low, top if high is None else high, facecolor="#dfe8e2", lw=0, zorder=0,
                 label=said("report.target"))  # fmt: skip
    for end in target.ends:
        if end is not None:
            axes.axhline(end, color="#2e7d4f", lw=1.0, ls=":")


def _happened(axes: Any, happened: Happened, unit_s: float, said: Texts) -> None:
    """A strip of blocks along the lower edge, and a mark for each cue above it."""
    looks: tuple[tuple[Spans, str, dict[str, Any]], ...] = (
        (happened.with_feedback_s, "report.change.with_feedback", {"facecolor": "#9fb7a8", "hatch": "////"}),
        (happened.without_feedback_s, "report.figure.without_feedback", {"facecolor": "#ffffff"}),
    )
    for spans_s, key, look in looks:
        if spans_s:
            wide = [(from_s / unit_s, (until_s - from_s) / unit_s) for from_s, until_s in spans_s]
            axes.broken_barh(wide, (0.0, 0.055), transform=axes.get_xaxis_transform(), lw=0.6, edgecolor=GREY, zorder=3,
                             label=said(key), **look)  # fmt: skip
    cues_s = thinned(happened.cues_s, MOST_CUES)
    if cues_s:
        axes.plot([at_s / unit_s for at_s in cues_s], [0.085] * len(cues_s), "^", ms=4, color="#222222", mew=0,
                  transform=axes.get_xaxis_transform(), label=said("report.figure.cue"))  # fmt: skip


def changes(
    lines: Mapping[Side, Sequence[Bout]],
    first_s: Spans,
    feedback_s: Spans,
    end_s: float,
    metric: str,
    words: str,
    said: Texts,
) -> str:
    """How far each side's rolling mean is from the first part, with the 95% interval of a change.

    lines: by side. first_s, feedback_s: when the first part and the blocks with feedback were. end_s: of the run. words: what the plot shows, for those
    who do not see it.
    """
    figure = new_figure(75.0)
    (axes,) = new_axes(figure)
    _spans(axes, first_s, said("report.change.first_part"), facecolor=PALE, edgecolor="#8a8a94")
    _spans(
        axes, feedback_s, said("report.change.with_feedback"), facecolor="#dfe8e2a0", edgecolor="#a9bdb0", hatch="///"
    )
    axes.axhline(0, color=GREY, lw=0.8)
    reach = LEAST_CHANGE
    for side, bouts in lines.items():
        for number, bout in enumerate(bouts):
            minutes = [at_s / 60 for at_s in bout.times_s]
            low = [value - half for value, half in zip(bout.values, bout.halves, strict=True)]
            high = [value + half for value, half in zip(bout.values, bout.halves, strict=True)]
            side_band(axes, minutes, low, high, side)
            axes.plot(minutes, bout.values, LINES[side], color=COLOURS[side], lw=1.8,
                      label=said(f"report.{side}") if number == 0 else None)  # fmt: skip
            reach = max([reach, *(abs(value) for each in (low, high, bout.values) for value in each if value == value)])
    axes.set_ylim(-1.1 * reach, 1.1 * reach)
    axes.set_xlim(0, end_s / 60)
    axes.set_xlabel(said("report.change.time_axis"))
    axes.xaxis.set_major_locator(MaxNLocator(steps=ROUND_STEPS))
    axes.set_ylabel(said("report.change.axis", name=quantities.name(metric, said)))
    axes.grid(alpha=0.3)
    legend_above(figure, axes)
    return as_svg(figure, said("report.change.alt", name=quantities.name(metric, said), sentence=words))


def _spans(axes: Any, spans_s: Spans, label: str, **look: Any) -> None:
    """Parts of the run, shaded over the whole height."""
    if spans_s:
        wide = [(from_s / 60, (until_s - from_s) / 60) for from_s, until_s in spans_s]
        axes.broken_barh(wide, (0, 1), transform=axes.get_xaxis_transform(), lw=0.6, label=label, **look)
