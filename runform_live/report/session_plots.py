"""The plots of progress over sessions, as SVG text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runform_live import quantities
from runform_live.metrics import SHOWN_ANGLES
from runform_live.progress import words
from runform_live.progress.change import BOTH, DIFFERENCE, Column
from runform_live.progress.overview import Row
from runform_live.progress.series import Progress, Series
from runform_live.report.figure_sheet import COLOURS, LINES, MARKS, as_svg, legend_above, new_axes, new_figure
from runform_live.report.rolling import thinned
from runform_live.texts import Texts

LOOK = {side: (COLOURS[side], MARKS[side], LINES[side]) for side in COLOURS} | {BOTH: ("#3f4650", "D", "-")}
SHIFT = {"left": -0.14, "right": 0.14, BOTH: 0.0}
MOST_LABELS = 12  # beside each other on the page's width
ARROW = 0.22  # of the way to the next session, from a mean to the arrow of its change within the session


def over_sessions(found: Progress, metric: str, said: Texts) -> str:
    """A metric over the sessions, one panel a side: means with their 95% intervals, the band within which no change can be told, the target,
    and beside each mean an arrow of what changed within the session."""
    one = found.series[metric]
    shown = [column for column in one.columns if column != DIFFERENCE]
    figure = new_figure(75.0)
    panels = new_axes(figure, len(shown), sharey=True)
    for axes, column in zip(panels, shown, strict=True):
        _panel(axes, one, column, said)
        labelled = thinned(list(enumerate(_labels(found))), MOST_LABELS // len(shown))
        axes.set_xticks([place for place, _ in labelled], [label for _, label in labelled])
        axes.set_title(words.column_name(column, said))
    panels[0].set_ylabel(f"{quantities.name(metric, said)}{quantities.axis_unit(metric)}")
    return as_svg(figure, f"{quantities.name(metric, said)}: {words.sentence(one, found.points, said)}")


def _panel(axes: Any, one: Series, column: Column, said: Texts) -> None:
    colour, mark, _ = LOOK[column]
    values = one.columns[column]
    _target(axes, one, said)
    _band(axes, one, column, colour)
    for place, value in enumerate(values):
        measured = value.measured
        if measured.value is None:
            continue
        cannot = value.change is not None and value.change.call == "cannot"
        axes.errorbar(place, measured.value, measured.half, fmt=mark, color=colour, ms=6, capsize=3, lw=1.2,
                      mfc="white" if cannot else colour)  # fmt: skip
        if value.within is not None and value.within.change is not None:
            axes.annotate(
                "", xy=(place + ARROW, measured.value + value.within.change / 2),
                xytext=(place + ARROW, measured.value - value.within.change / 2),
                arrowprops={"arrowstyle": "->" if value.within.sure else "-", "color": colour, "lw": 1.4 if value.within.sure else 0.8},
            )  # fmt: skip
    axes.set_xlim(-0.5, len(values) - 0.5)
    axes.grid(alpha=0.3)


def _target(axes: Any, one: Series, said: Texts) -> None:
    for end in () if one.target is None else one.target.ends:
        if end is not None:
            axes.axhline(end, color="#2e7d4f", lw=1.2, ls=":", label=said("report.target"))


def _band(axes: Any, one: Series, column: Column, colour: str) -> None:
    """Around the baseline's mean: no change can be told within it. It is as high as the session at each place makes it."""
    values = one.columns[column]
    if one.baseline is None or values[one.baseline].measured.value is None:
        return
    middle = values[one.baseline].measured.value or 0.0
    known = [
        (place, value.change.needed)
        for place, value in enumerate(values)
        if value.change is not None and value.change.needed is not None
    ]
    for place, half in known:
        axes.fill_between([place - 0.5, place + 0.5], middle - half, middle + half, color=colour, alpha=0.12, lw=0)
    axes.axhline(middle, color=colour, lw=0.8, alpha=0.7)


def _labels(found: Progress) -> list[str]:
    """Under each session: its number and its day."""
    return [f"{place + 1}\n{one.moment:%m-%d}" for place, one in enumerate(found.points)]


def changes(rows: Sequence[Row], said: Texts) -> str:
    """What changed of each angle between two sessions, with the 95% interval. What reaches over 0 is not told from error."""
    figure = new_figure(80.0)
    (axes,) = new_axes(figure)
    for number, metric in enumerate(SHOWN_ANGLES):
        for row in rows:
            change = row.change
            if row.metric != metric or row.column not in COLOURS or change is None or change.change is None:
                continue
            colour, mark, _ = LOOK[row.column]
            axes.errorbar(change.change, len(SHOWN_ANGLES) - 1 - number - SHIFT[row.column], xerr=change.detectable, fmt=mark,
                          color=colour, capsize=4, mfc=colour if change.call == "changed" else "white",
                          label=words.column_name(row.column, said) if number == 0 else None)  # fmt: skip
    axes.axvline(0, color="#555555", lw=0.8)
    axes.set_yticks(range(len(SHOWN_ANGLES)), [quantities.name(metric, said) for metric in reversed(SHOWN_ANGLES)])
    axes.set_ylim(-0.5, len(SHOWN_ANGLES) - 0.5)
    axes.set_xlabel(f"{said('progress.change')}, °")
    axes.grid(alpha=0.3, axis="x")
    legend_above(figure, axes)
    return as_svg(figure, said("progress.change"))
