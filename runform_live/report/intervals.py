"""The figures of a report that show means and differences with their 95% intervals, as SVG text (see `drawing`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runform_live import quantities
from runform_live.messages import SIDES, Side
from runform_live.metrics import SHOWN_ANGLES
from runform_live.report.content import NormComparison
from runform_live.report.figure_sheet import (
    COLOURS,
    GREY,
    MARKS,
    as_svg,
    in_two_lines,
    legend_above,
    new_axes,
    new_figure,
)
from runform_live.session.figures import MetricSummary, SymmetrySummary
from runform_live.texts import Texts

Sides = Mapping[str, Mapping[str, MetricSummary]]
SHIFT: dict[Side, float] = {"left": 0.16, "right": -0.16}  # of a side's mark from the middle of its row
ROW_MM, EDGE_MM = 13.0, 25.0


def against_norms(triad: Sequence[NormComparison], summary_sides: Sides, said: Texts) -> str:
    """Left and right of each metric beside the band of healthy runners. summary_sides: for the intervals, where they have the same mean."""
    figure, axes = _rows([one.name for one in triad])
    for row, one in enumerate(triad):
        if one.norm_low is not None and one.norm_high is not None:
            axes.barh(row, one.norm_high - one.norm_low, left=one.norm_low, height=0.7, facecolor="#e8e8e8", edgecolor="#8a8a94",
                      hatch="\\\\\\", lw=0.8, zorder=1, label=_once(axes, said("report.figure.norm")))  # fmt: skip
        for side, value in zip(SIDES, (one.left_value, one.right_value), strict=True):
            if value is not None:
                known = summary_sides.get(side, {}).get(one.metric)
                low, high = (None, None) if known is None else (known.ci95_low, known.ci95_high)
                _mark(axes, row, side, value, low, high, said)
    _finish(figure, axes, said("report.figure.angle"))
    words = [said("report.figure.norm_alt_row", name=one.name, left=one.left, right=one.right, norm=one.norm) for one in triad]  # fmt: skip
    return as_svg(figure, said("report.figure.norm_alt", rows=" ".join(words)))


def sides(summary_sides: Sides, said: Texts) -> str:
    """Means of both sides with their 95% intervals."""
    figure, axes = _rows([said(f"report.figure.{metric}") for metric in SHOWN_ANGLES])
    for row, metric in enumerate(SHOWN_ANGLES):
        for side in SIDES:
            found = summary_sides[side][metric]
            if found.mean is not None:
                _mark(axes, row, side, found.mean, found.ci95_low, found.ci95_high, said)
    _finish(figure, axes, said("report.figure.angle"))
    words = [
        said(
            "report.figure.sides_alt_row",
            name=quantities.name(metric, said),
            **{
                side: quantities.with_interval(metric, one.mean, one.ci95_low, one.ci95_high, said=said)
                for side, one in both.items()
            },
        )
        for metric in SHOWN_ANGLES
        if (both := {side: summary_sides[side][metric] for side in SIDES})
    ]
    return as_svg(figure, said("report.figure.sides_alt", rows=" ".join(words)))


def symmetry(summary_symmetry: Mapping[str, SymmetrySummary], said: Texts) -> str:
    """Left minus right of each metric with its 95% interval. A filled mark: the whole interval is on one side of 0."""
    figure, axes = _rows([said(f"report.figure.{metric}") for metric in SHOWN_ANGLES])
    words = []
    for row, metric in enumerate(SHOWN_ANGLES):
        found = summary_symmetry[metric]
        low, high = found.ci95_low, found.ci95_high
        words.append(
            f"{quantities.name(metric, said)}: {quantities.signed(metric, found.difference, low, high, said=said)}."
        )
        if found.difference is None:
            axes.text(0.0, row, said("report.figure.unknown"), ha="center", va="center", color=GREY)
            continue
        is_sure = low is not None and high is not None and (low > 0.0 or high < 0.0)
        key = "report.figure.sure" if is_sure else "report.figure.not_sure"
        axes.errorbar(found.difference, row, xerr=_error(found.difference, low, high), fmt="D", ms=6, color="#222222", capsize=4,
                      mfc="#222222" if is_sure else "white", label=_once(axes, said(key)))  # fmt: skip
    reach = max(1.0, *(abs(end) for end in axes.get_xlim()))
    axes.set_xlim(-reach, reach)
    _finish(figure, axes, said("report.figure.difference_axis"))
    return as_svg(figure, said("report.figure.symmetry_alt", rows=" ".join(words)))


def _rows(names: Sequence[str]) -> tuple[Any, Any]:
    """A figure with a row for each name, the first one on top."""
    figure = new_figure(EDGE_MM + ROW_MM * len(names))
    (axes,) = new_axes(figure)
    axes.set_yticks(range(len(names)), [in_two_lines(name) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    return figure, axes


def _mark(axes: Any, row: int, side: Side, value: float, low: float | None, high: float | None, said: Texts) -> None:
    axes.errorbar(value, row - SHIFT[side], xerr=_error(value, low, high), fmt=MARKS[side], ms=6, color=COLOURS[side], capsize=4,
                  zorder=3, label=_once(axes, said(f"report.{side}")))  # fmt: skip


def _error(value: float, low: float | None, high: float | None) -> list[list[float]] | None:
    """How far the interval reaches to both sides of a value; None where there is none, or it is of another value."""
    if low is None or high is None or not low <= value <= high:
        return None
    return [[value - low], [high - value]]


def _once(axes: Any, label: str) -> str | None:
    """A label, the first time only."""
    return None if label in axes.get_legend_handles_labels()[1] else label


def _finish(figure: Any, axes: Any, label: str) -> None:
    axes.axvline(0, color=GREY, lw=0.8, zorder=0)
    axes.set_xlabel(label)
    axes.grid(alpha=0.3, axis="x")
    legend_above(figure, axes)
